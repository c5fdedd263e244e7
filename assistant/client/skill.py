"""The skill: a folder that tells an agent how to use the command line."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from store.errors import InputError
from store.files import translate_write_errors, write_atomic

NAME = "conspectus"
"""What the folder is called, as the skill itself is."""


def write_skill(parent: Path, replace: bool = False) -> tuple[Path, ...]:
    """Write the skill's folder into another.

    Args:
        parent: The folder in which it is made.
        replace: Whether files of the skill that are there give way; others stay.

    Returns:
        The files that were written.

    Raises:
        InputError: It is there already, and is not to be replaced.
        LibraryError: The disk refuses.
    """
    folder = parent.expanduser() / NAME
    if not replace and (folder.exists() or folder.is_symlink()):
        raise InputError(f"{folder} is there already.", "Write over it with --replace, or name another folder.")
    contents = dict(_read_files(files("assistant") / "data" / "skill", folder))
    with translate_write_errors(parent):
        for path in contents:
            path.parent.mkdir(parents=True, exist_ok=True)
    for path, content in contents.items():
        write_atomic(path, content)
    return tuple(contents)


def _read_files(source: Traversable, target: Path) -> list[tuple[Path, bytes]]:
    read: list[tuple[Path, bytes]] = []
    for entry in sorted(source.iterdir(), key=lambda one: one.name):
        if entry.is_dir():
            read += _read_files(entry, target / entry.name)
        elif entry.name.endswith(".md"):
            read.append((target / entry.name, entry.read_bytes()))
    return read
