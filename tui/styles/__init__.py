"""The style sheets, one a screen."""

from pathlib import Path, PurePath

# Of two rules that are as exact as each other the later one holds: what all screens share comes before what is its own.
_NAMES = (
    *("chat", "evidence", "messages", "dialogs", "sessions", "papers", "duplicates", "first_run", "adding"),
    *("settings", "help", "themes", "lists"),
)
SHEETS: list[str | PurePath] = [Path(__file__).parent / f"{name}.tcss" for name in _NAMES]
"""The files, in the order in which they are read."""
