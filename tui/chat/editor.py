"""The user's editor, in which a question can be written."""

import os
import shlex
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from store.errors import InputError

Run = Callable[[Sequence[str]], int]
"""Runs a program on the terminal and returns its exit status; raises OSError where it cannot be started."""

_UNCHANGED = "The text is as it was."


def edit_text(text: str, env: Mapping[str, str] = os.environ, run: Run = subprocess.call) -> str:
    """Return a text as the user's editor left it, without the newline that editors put at the end.

    It blocks while the editor runs and gives it the terminal: leave the app before (``with app.suspend():``).

    Args:
        text: What to edit.
        env: Where ``VISUAL`` or else ``EDITOR`` names the editor, options included.
        run: How it is started.

    Raises:
        InputError: There is none, it cannot be started, it failed, or left no text. Keep the text that you have.
    """
    command = _find_editor(env)
    with tempfile.TemporaryDirectory(prefix="conspectus-") as folder:  # Nobody else may read it.
        file = Path(folder) / "question.md"
        file.write_text(text, encoding="utf-8", errors="replace")
        _run_editor([*command, str(file)], run)
        return _read_file(file, command[0]).removesuffix("\n")


def _find_editor(env: Mapping[str, str]) -> list[str]:
    name = next((name for name in ("VISUAL", "EDITOR") if env.get(name, "").strip()), "")
    if not name:
        raise InputError("No editor is set.", "Name yours, for example: export EDITOR=nano")
    try:
        return shlex.split(env[name])
    except ValueError as error:
        raise InputError(f"${name} is no command: {error} ({env[name]}).", "Mend its quotes.") from error


def _run_editor(command: Sequence[str], run: Run) -> None:
    try:
        status = run(command)
    except OSError as error:
        raise InputError(
            f"The editor {command[0]} cannot be started: {error.strerror or error}.", "Look at $VISUAL and $EDITOR."
        ) from error
    if status:
        raise InputError(f"The editor {command[0]} ended with status {status}.", _UNCHANGED)


def _read_file(file: Path, editor: str) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"The editor {editor} left no UTF-8 text: {error}.", _UNCHANGED) from error
