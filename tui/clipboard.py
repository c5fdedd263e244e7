"""Copying that says how it was done: a tool of the system, else the terminal, else a file."""

import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from store.errors import ConspectusError
from tui import osc52
from tui.clipboard_tools import Tool, tools

Run = Callable[[Sequence[str], bytes | None], bytes | None]
"""Runs a program, with these bytes on its standard input if it is to take some, and returns its output.

None where it is missing, fails or takes too long.
"""

# Seconds: more than any of the tools takes that works.
PATIENCE = 2.0


class Copied(NamedTuple):
    """What became of the text.

    Attributes:
        how: One line for the user.
        proved: Whether it is known to be on a clipboard.
    """

    how: str
    proved: bool = False


def copy(
    text: str,
    env: Mapping[str, str] = os.environ,
    run: Run | None = None,
    send: Callable[[str], object] | None = None,
    file: Path | None = None,
) -> Copied:
    """Copy a text. It waits for programs: call it in a thread.

    Args:
        text: What to copy.
        env: The environment, which tells which clipboards there are.
        run: How tools are run.
        send: What writes an escape sequence to the terminal.
        file: Where it goes if nothing else takes it; None for ``copied.txt`` in the user's cache folder.

    Raises:
        ConspectusError: Not even the file can be written.
    """
    for tool in tools(env):
        if _took(tool, text, run or run_tool):
            return Copied(f"Copied with {tool.name}.", proved=True)
    if osc52.is_likely(env) and osc52.fits(text) and _sent(osc52.sequence(text, env), send or to_terminal):
        return Copied("Sent to the terminal, which may or may not have taken it.")
    place = file or _cache_file()
    _write(place, text)
    return Copied(f"There is no clipboard to be reached: the text is in {place}")


def run_tool(command: Sequence[str], given: bytes | None) -> bytes | None:
    """Run a program; its output is read only where it is given nothing: tools that serve a clipboard stay behind."""
    try:
        done = subprocess.run(
            command,
            input=b"" if given is None else given,
            stdout=subprocess.PIPE if given is None else subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout or b""


def to_terminal(sequence: str) -> None:
    """Write an escape sequence to the terminal of this process; raises OSError where it has none."""
    with open("/dev/tty", "wb") as terminal:
        terminal.write(sequence.encode())


def _took(tool: Tool, text: str, run: Run) -> bool:
    content = text.encode(tool.encoding, "replace")
    if run(tool.copy, content) is None:
        return False
    return not tool.paste or run(tool.paste, None) == content


def _sent(sequence: str, send: Callable[[str], object]) -> bool:
    try:
        send(sequence)
    except OSError:
        return False
    return True


def _cache_file() -> Path:
    import platformdirs

    return Path(platformdirs.user_cache_dir("conspectus", appauthor=False)) / "copied.txt"


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", errors="replace")
    except OSError as error:
        raise ConspectusError(
            f"Nothing was copied: there is no clipboard, and {file} cannot be written: {error.strerror or error}.",
            "Export the conversation to a file instead.",
        ) from error
