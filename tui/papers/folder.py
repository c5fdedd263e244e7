"""Paths that are typed: which they are, and how they are completed."""

from pathlib import Path

from store.errors import InputError
from tui.safe import safe

# Names that are offered at once.
OFFERED = 100


def whole_path(text: str) -> Path:
    """The path that was typed, ``~`` written out.

    Raises:
        InputError: It begins with the home folder of nobody, or nothing was typed.
    """
    if not text.strip():
        raise InputError("No file was given.", "Type its name; Tab completes it.")
    try:
        return Path(text.strip()).expanduser()
    except RuntimeError as error:
        raise InputError(f"{text} cannot be found: {error}", "Give the whole path.") from error


def completions(text: str) -> list[str]:
    """What the path may go on as: folders end with a slash; nothing where there is no such folder."""
    head, slash, begun = text.rpartition("/")
    try:
        folder = Path(head + slash).expanduser()
        names = sorted(
            f"{path.name}/" if path.is_dir() else path.name
            for path in folder.iterdir()
            if path.name.startswith(begun) and (begun or not path.name.startswith("."))
        )
    except (OSError, RuntimeError, ValueError):  # Nothing to complete is no error while someone types.
        return []
    return [f"{head}{slash}{name}" for name in names if safe(name) == name][:OFFERED]


def completed(text: str, offered: list[str]) -> str:
    """The text, as far as all that is offered goes on the same."""
    if not offered:
        return text
    first, last = min(offered), max(offered)  # What these two share, all share.
    at = next((at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), len(first))
    return first[:at]
