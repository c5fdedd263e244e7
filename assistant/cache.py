"""What models wrote, kept by all that made it: the same question over the same evidence is free and identical."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from assistant.types import Answer
from store.files import replace_file

Value = TypeVar("Value", bound=BaseModel)


class Cache(Generic[Value]):
    """A folder with a file a value. A file that cannot be read counts as missing; it is written again.

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
            return self._kind.model_validate_json((self._folder / f"{key}.json").read_bytes())
        except (OSError, ValidationError):
            return None

    def put(self, key: str, value: Value) -> None:
        """Keep a value, whole or not at all; of two kept at once under the same key, one stays.

        Raises:
            OSError: The folder cannot be written.
        """
        replace_file(self._folder / f"{key}.json", (value.model_dump_json().encode(),), private=True, durable=False)


class AnswerCache(Cache[Answer]):
    """Whole answers."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, Answer)


def cache_key(parts: Mapping[str, Any]) -> str:
    """Return 64 hex digits that change with any part."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
