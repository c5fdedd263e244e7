"""Asking before papers are changed, and showing which paper a part of a title stands for."""

import sys
from collections.abc import Mapping, Sequence

from assistant import Assistant, NamedPaper
from assistant.cli.console import Output
from store.errors import InputError


def read_names(assistant: Assistant, names: Sequence[str], verb: str, out: Output) -> list[str] | None:
    """Find the ids of papers that are about to be changed; asks where only a part of a title says which is meant.

    Returns:
        The ids, None where the user thinks better of it.

    Raises:
        InputError: A part of a title would have to be confirmed, and nobody is there to be asked.
    """
    named = {name: assistant.papers.find(name) for name in names}
    if any(found.by_title for found in named.values()):
        ids = " ".join(found.paper.id for found in named.values())
        show_titles(named, out)
        if not confirm(f"{verb.capitalize()} these papers?", f"Name them by their ids: conspectus {verb} {ids}", out):
            return None
    return [found.paper.id for found in named.values()]


def show_titles(named: Mapping[str, NamedPaper], out: Output) -> None:
    """Show the papers that only a part of a title stands for."""
    for name, found in named.items():
        if found.by_title:
            out.write_note(f"“{name}” is {found.paper.id}: {found.paper.marked_title}")


def confirm(question: str, otherwise: str, out: Output) -> bool:
    """Ask a question whose answer is no unless it is yes.

    Args:
        question: What is asked.
        otherwise: What to do where nobody is there to be asked.
        out: Where to.

    Raises:
        InputError: Nobody is there.
    """
    if not sys.stdin.isatty():
        raise InputError("Nobody is there to be asked, so nothing was done.", otherwise)
    print(f"{question} [y/N] ", end="", file=out.notes.stream, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
