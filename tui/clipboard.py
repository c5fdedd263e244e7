"""Copying that says how it was done: by a tool of the system, else by the terminal, else to a file.

A terminal is asked by an escape sequence (OSC 52), which no terminal answers: whether it took the text is not known.
"""

from __future__ import annotations

import asyncio
import base64
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from textual.app import App

from assistant import Assistant
from store.errors import ConspectusError
from tui.dialogs.choose import Choice, ChoiceDialog

Run = Callable[[Sequence[str], bytes | None], bytes | None]
"""Runs a program, with these bytes on its standard input if it is to take some, and returns its output.

None where it is missing, fails or takes too long.
"""

# Seconds until a tool is given up; one that works takes a fraction of one (chosen by hand; not measured).
_TOOL_TIMEOUT = 2.0


class Copied(NamedTuple):
    """What became of the text.

    Attributes:
        how: One line for the user.
        proved: Whether it is known to be on a clipboard.
    """

    how: str
    proved: bool = False


def copy_text(
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
    for tool in list_tools(env):
        if _copy_with_tool(tool, text, run or run_tool):
            return Copied(f"Copied with {tool.name}.", proved=True)
    if (
        takes_sequence(env)
        and fits_sequence(text)
        and _send_sequence(build_sequence(text, env), send or write_to_terminal)
    ):
        return Copied("Sent to the terminal, which may or may not have taken it.")
    place = file or _cache_file()
    _write_file(place, text)
    return Copied(f"There is no clipboard to be reached: the text is in {place}")


def run_tool(command: Sequence[str], content: bytes | None) -> bytes | None:
    """Run a program; its output is read only where it is given nothing: tools that serve a clipboard stay behind."""
    try:
        process = subprocess.run(
            command,
            input=b"" if content is None else content,
            stdout=subprocess.PIPE if content is None else subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_TOOL_TIMEOUT,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return process.stdout or b""


def write_to_terminal(sequence: str) -> None:
    """Write an escape sequence to the terminal of this process; raises OSError where it has none."""
    with open("/dev/tty", "wb") as terminal:
        terminal.write(sequence.encode())


def _copy_with_tool(tool: Tool, text: str, run: Run) -> bool:
    content = text.encode(tool.encoding, "replace")
    if run(tool.copy, content) is None:
        return False
    return not tool.paste or run(tool.paste, None) == content


def _send_sequence(sequence: str, send: Callable[[str], object]) -> bool:
    try:
        send(sequence)
    except OSError:
        return False
    return True


def _cache_file() -> Path:
    import platformdirs

    return Path(platformdirs.user_cache_dir("conspectus", appauthor=False)) / "copied.txt"


def _write_file(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", errors="replace")
    except OSError as error:
        raise ConspectusError(
            f"Nothing was copied: there is no clipboard, and {file} cannot be written: {error.strerror or error}.",
            "Export the conversation to a file instead.",
        ) from error


# A citation

STYLES = (
    Choice("apa", "APA", "one line of text"),
    Choice("bibtex", "BibTeX", "an entry for a .bib file"),
    Choice("latex", "\\cite{…}", "for LaTeX"),
    Choice("pandoc", "[@…]", "for Markdown"),
)


async def copy_citation(app: App[Any], assistant: Assistant, paper_id: str) -> Copied | None:
    """Copy the citation of a paper in a style that the user chooses; to be awaited in a worker.

    Returns:
        How it was copied, None where the user left it.

    Raises:
        ConspectusError: The paper cannot be read, or there is nothing to copy to.
    """
    style = await app.push_screen_wait(ChoiceDialog("Copy the citation as", STYLES))
    if style is None:
        return None
    return await asyncio.to_thread(copy_text, await asyncio.to_thread(assistant.papers.cite, paper_id, style))


# The programs that put text on a clipboard, and where each of them works


class Tool(NamedTuple):
    """A program.

    Attributes:
        name: As the user knows it.
        copy: The command that takes the text on standard input.
        paste: The command that gives it back, to prove that it is there; empty where there is none.
        encoding: What it takes the bytes for.
    """

    name: str
    copy: tuple[str, ...]
    paste: tuple[str, ...] = ()
    encoding: str = "utf-8"


PBCOPY = Tool("pbcopy", ("pbcopy",), ("pbpaste",))
WL_COPY = Tool("wl-copy", ("wl-copy", "--type", "text/plain;charset=utf-8"), ("wl-paste", "--no-newline"))
XCLIP = Tool("xclip", ("xclip", "-selection", "clipboard"), ("xclip", "-selection", "clipboard", "-o"))
XSEL = Tool("xsel", ("xsel", "--clipboard", "--input"), ("xsel", "--clipboard", "--output"))
# Reading back would start PowerShell, which takes seconds. UTF-16 is recognised by its byte order mark.
CLIP = Tool("clip.exe", ("clip.exe",), encoding="utf-16")


def list_tools(env: Mapping[str, str], platform: str = "") -> Iterator[Tool]:
    """Yield those that an environment speaks for, the likeliest first; none whose clipboard is another machine's.

    Args:
        env: ``WAYLAND_DISPLAY``, ``DISPLAY``, ``WSL_DISTRO_NAME``, ``SSH_CONNECTION`` are looked at.
        platform: As ``sys.platform`` names it; "" for the one that this runs on.
    """
    remote = "SSH_CONNECTION" in env or "SSH_TTY" in env
    if (platform or sys.platform) == "darwin" and not remote:
        yield PBCOPY
    if env.get("WAYLAND_DISPLAY"):
        yield WL_COPY
    if env.get("WSL_DISTRO_NAME") or env.get("WSL_INTEROP"):
        yield CLIP
    if env.get("DISPLAY"):  # Also forwarded through SSH: then it is the user's own.
        yield XCLIP
        yield XSEL


# The escape sequence

# What the most careful of those that take it still take, in characters of base64.
LIMIT = 74_994
# GNU screen hands strings on up to this length, in bytes.
_SCREEN_PIECE = 768 - 8

_VARIABLES = ("KITTY_WINDOW_ID", "WEZTERM_PANE", "ALACRITTY_WINDOW_ID", "GHOSTTY_RESOURCES_DIR", "WT_SESSION")
_PROGRAMS = {"iTerm.app", "iTerm2", "WezTerm", "ghostty", "vscode", "rio", "mintty", "contour"}
_TERMS = ("xterm-kitty", "xterm-ghostty", "alacritty", "foot", "wezterm", "contour", "rio", "mintty")


def takes_sequence(env: Mapping[str, str]) -> bool:
    """Whether the terminal is one of those that take an escape sequence unless they are set not to.

    tmux and screen hide which terminal they run in; what they leave of its own variables is looked at.
    """
    if "textual.drivers.web_driver" in env.get("TEXTUAL_DRIVER", ""):
        return False
    names = {env.get("TERM_PROGRAM", ""), env.get("LC_TERMINAL", "")}
    return (
        any(env.get(variable) for variable in _VARIABLES)
        or bool(names & _PROGRAMS)
        or env.get("TERM", "").startswith(_TERMS)
    )


def fits_sequence(text: str) -> bool:
    """Whether a text is short enough for an escape sequence."""
    return len(_encode_base64(text)) <= LIMIT


def build_sequence(text: str, env: Mapping[str, str]) -> str:
    """Return the sequence for a text, wrapped so that tmux and screen hand it on to the terminal."""
    plain = f"\x1b]52;c;{_encode_base64(text)}\x07"
    if env.get("TMUX"):
        doubled = plain.replace("\x1b", "\x1b\x1b")
        return f"\x1bPtmux;{doubled}\x1b\\"
    if env.get("STY"):
        pieces = (plain[start : start + _SCREEN_PIECE] for start in range(0, len(plain), _SCREEN_PIECE))
        return "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)
    return plain


def _encode_base64(text: str) -> str:
    return base64.b64encode(text.encode("utf-8", "replace")).decode()
