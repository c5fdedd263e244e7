"""Answers kept by everything that made them: the same question over the same evidence is free and identical."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from secrets import token_hex
from typing import Any

from pydantic import ValidationError

from assistant.types import Answer


class AnswerCache:
    """A folder with a file an answer. A file that cannot be read counts as missing; it is written anew.

    Args:
        folder: Made with the first answer.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: str) -> Answer | None:
        """The answer that was kept under a key, None where there is none."""
        try:
            return Answer.model_validate_json((self._folder / f"{key}.json").read_bytes())
        except (OSError, ValidationError):
            return None

    def put(self, key: str, answer: Answer) -> None:
        """Keep an answer, whole or not at all; of two kept at once under the same key, one stays.

        Raises:
            OSError: The folder cannot be written.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        new = self._folder / f"{key}.{token_hex(4)}.new"
        try:
            new.write_text(answer.model_dump_json(), encoding="utf-8")
            new.replace(self._folder / f"{key}.json")
        finally:
            new.unlink(missing_ok=True)


def cache_key(parts: Mapping[str, Any]) -> str:
    """64 hex digits that change with any part."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
