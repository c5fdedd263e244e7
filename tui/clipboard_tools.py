"""The programs that put text on a clipboard, and where each of them works."""

import sys
from collections.abc import Iterator, Mapping
from typing import NamedTuple


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
# Reading back would start PowerShell, which takes seconds. UTF-16 with its byte order mark is told from a code page.
CLIP = Tool("clip.exe", ("clip.exe",), encoding="utf-16")


def tools(env: Mapping[str, str], platform: str = "") -> Iterator[Tool]:
    """Those that an environment speaks for, the likeliest first; none where a clipboard would be another machine's.

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
