"""What models wrote, kept by all that made it: the same question over the same evidence is free and identical."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from assistant.types import Answer
from store.files import replace_file

Value = TypeVar("Value", bound=BaseModel)


class Cache(Generic[Value]):
    """A folder with a file a value: JSON, and on a line of its own the checksum of it and of its key.

    A file that cannot be read, or is not what was written, counts as missing; it is written again. The checksum tells
    damage and not malice: what rests on papers is compared with them by whoever reads it.

    Args:
        folder: Made with the first value.
        kind: The class of the values.
    """

    def __init__(self, folder: Path, kind: type[Value]) -> None:
        self._folder = folder
        self._kind = kind

    def get(self, key: str) -> Value | None:
        """Return the value that was kept under a key, None where there is none."""
        try:
            content = (self._folder / f"{key}.json").read_bytes()
            body, line, checksum = content.partition(b"\n")
            if line and checksum.strip() != _sum(key, body):
                return None
            return self._kind.model_validate_json(body)
        except (OSError, ValidationError):
            return None

    def list_faults(self) -> tuple[int, list[str]]:
        """Read every file; return how many there are, and the names of those that are not what was written."""
        keys = self.list_keys()
        return len(keys), [f"{key}.json" for key in keys if self.get(key) is None]

    def list_keys(self) -> list[str]:
        """List the keys under which anything is kept."""
        return sorted(file.stem for file in self._folder.glob("*.json"))

    def delete(self, names: Iterable[str]) -> None:
        """Delete files by their names."""
        for name in names:
            (self._folder / name).unlink(missing_ok=True)

    def put(self, key: str, value: Value) -> None:
        """Keep a value, whole or not at all; of two kept at once under the same key, one stays.

        Raises:
            OSError: The folder cannot be written.
        """
        body = value.model_dump_json().encode()
        content = (body, b"\n", _sum(key, body), b"\n")
        replace_file(self._folder / f"{key}.json", content, private=True, durable=False)


def _sum(key: str, body: bytes) -> bytes:
    """Compute the checksum of a value and its key; a file under the name of another is none of it."""
    return hashlib.blake2b(body, key=key.encode()[:64], digest_size=16).hexdigest().encode()


class AnswerCache(Cache[Answer]):
    """Whole answers."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, Answer)


def cache_key(parts: Mapping[str, Any]) -> str:
    """Return 64 hex digits that change with any part."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
