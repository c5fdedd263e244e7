"""What was asked before, kept between the times that the chat runs: a file of the user's own beside the preferences."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

from assistant.folders import config_folder
from assistant.secrets import holds_key

# Lines that are kept, and characters of a line that is: what somebody leafs back through. Chosen by hand.
MOST, LONGEST = 500, 4000


def history_path() -> Path:
    """The user's own file."""
    return config_folder() / "history.jsonl"


class QuestionHistory:
    """The lines that were sent, oldest first. A file that cannot be read or written is done without.

    Args:
        file: Where they are kept, readable by nobody else; None for the user's own.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file or history_path()

    def load(self) -> list[str]:
        """Return what was kept; lines that cannot be read are passed over."""
        try:
            lines = self._file.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return []
        texts = [text for line in lines if isinstance(text := _decode_line(line), str) and text]
        if len(lines) > 2 * MOST:
            self._rewrite(texts[-MOST:])
        return texts[-MOST:]

    def append(self, text: str) -> None:
        """Keep a line, unless a key may stand in it, or it is very long."""
        if len(text) > LONGEST or holds_key(text):
            return
        line = f"{json.dumps(text)}\n".encode()
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        except OSError:
            return
        with os.fdopen(descriptor, "wb", buffering=0) as stream:
            try:
                stream.write(line)  # In one piece: others may write to it at the same time.
            except OSError:
                return

    def _rewrite(self, texts: Sequence[str]) -> None:
        fresh = self._file.with_suffix(".new")
        try:
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_TRUNC | os.O_CREAT, 0o600), "w") as stream:
                stream.writelines(f"{json.dumps(text)}\n" for text in texts)
            os.replace(fresh, self._file)
        except OSError:
            return


def _decode_line(line: str) -> object:
    try:
        return json.loads(line)
    except ValueError:
        return None
