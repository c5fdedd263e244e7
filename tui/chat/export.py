"""Saving a conversation to a file: asks for what is not given, never writes over a file unasked."""

import asyncio
from pathlib import Path
from typing import Any

from textual.app import App

from assistant import Assistant
from store.errors import InputError
from tui.dialogs.ask import ConfirmDialog, TextDialog
from tui.dialogs.choose import Choice, ChoiceDialog
from tui.text import slug

FORMATS = (
    Choice("md", "Markdown", "questions, answers and references"),
    Choice("bib", "BibTeX", "the papers that it cites"),
    Choice("json", "JSON", "everything that was saved"),
)


async def export_session(app: App[Any], assistant: Assistant, id: str, title: str = "", file: str = "") -> Path | None:
    """Export a session, asking for format and file where none is given; to be awaited in a worker.

    Args:
        app: Where the dialogs are shown.
        assistant: Whose session it is.
        id: Of the session.
        title: The session's, for the name of the file.
        file: Where to; its ending says the format. "" asks for both.

    Returns:
        The file, None where the user left it.

    Raises:
        InputError: The file's ending says no format, or it cannot be written.
        ConspectusError: The session cannot be read.
    """
    path = _check_path(file) if file else await _ask_path(app, title)
    if path is None:
        return None
    content = await asyncio.to_thread(assistant.sessions.export, id, path.suffix[1:])
    if await asyncio.to_thread(_write_file, path, content, False):
        return path
    if not await app.push_screen_wait(ConfirmDialog(f"{path} is there already. Write over it?", "Write over it")):
        return None
    await asyncio.to_thread(_write_file, path, content, True)
    return path


def file_name(title: str, suffix: str) -> str:
    """Return a name for the file of a conversation: letters and digits with hyphens between them."""
    return f"{slug(title) or 'conversation'}.{suffix}"


async def _ask_path(app: App[Any], title: str) -> Path | None:
    format = await app.push_screen_wait(ChoiceDialog("Export as", FORMATS))
    if format is None:
        return None
    name = await app.push_screen_wait(TextDialog("Export to", str(Path.cwd() / file_name(title, format))))
    if name is None:
        return None
    path = _parse_path(name)
    return path if path.suffix == f".{format}" else path.with_name(f"{path.name}.{format}")


def _check_path(file: str) -> Path:
    path, formats = _parse_path(file), [choice.value for choice in FORMATS]
    if path.suffix[1:] not in formats:
        raise InputError(f"{path.name} does not say in which format.", f"End it with .{', .'.join(formats)}.")
    return path


def _parse_path(name: str) -> Path:
    try:
        return Path(name).expanduser().absolute()
    except RuntimeError as error:
        raise InputError(f"{name} cannot be found: {error}", "Give the whole path of the file.") from error


def _write_file(path: Path, content: str, overwrite: bool) -> bool:
    """Write a file; says whether it did: not where there is one already, unless ``overwrite`` is set.

    Raises:
        InputError: It cannot be written.
    """
    try:
        with path.open("wb" if overwrite else "xb") as file:
            file.write(content.encode())
    except FileExistsError:
        return False
    except (OSError, ValueError) as error:  # ValueError: a NUL or half a surrogate pair in its name.
        reason = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"{path} cannot be written: {reason}.", "Give another file.") from error
    return True
