"""A draft as it comes: a file or a text, Markdown or LaTeX."""

from pathlib import Path
from typing import NamedTuple

from assistant.drafts.latex import is_latex
from store.errors import InputError
from store.readers.textfile import TextFile

# Far more than any thesis has; longer files are data.
MAX_BYTES = 5_000_000
_LATEX, _MARKDOWN = {".tex", ".ltx", ".latex"}, {".md", ".markdown", ".mkd", ".qmd", ".rmd"}


class Draft(NamedTuple):
    """The text of a draft, its lines ending in a newline alone, and whether it is LaTeX."""

    text: str
    is_latex: bool


def opened(draft: str | Path) -> Draft:
    """Open a draft.

    Args:
        draft: A path, or the text itself. The form of a file is told by its ending, of all else by its content.

    Raises:
        InputError: It is empty, too long, or no text, or the file cannot be read (SourceError).
    """
    if isinstance(draft, str):
        return _draft(draft, "The draft", "")
    return _draft(read_text(draft), f"The draft {draft}", draft.suffix.lower())


def read_text(path: Path) -> str:
    """The text of a file in whichever encoding it is.

    Raises:
        InputError: It is too long or no text, or the file cannot be read (SourceError).
    """
    if path.is_dir():
        raise InputError(f"{path} is a folder.", "Give one file of it.")
    file = TextFile(path)
    if file.size > MAX_BYTES:
        raise _too_long(f"{file.name}", file.size)
    if "\0" in file.text_head():
        raise InputError(f"{file.name} is no text.", "Save the draft as Markdown or LaTeX, and give that file.")
    return file.whole(file.encoding())


def _draft(given: str, name: str, ending: str) -> Draft:
    if len(given) > MAX_BYTES:
        raise _too_long(name, len(given))
    text = given.encode("utf-8", "replace").decode().removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise InputError(f"{name} is empty.", "Give one that holds sentences.")
    return Draft(text, ending in _LATEX or (ending not in _MARKDOWN and is_latex(text)))


def _too_long(name: str, size: int) -> InputError:
    return InputError(
        f"{name} has {size / 1e6:.1f} MB; a draft may have {MAX_BYTES / 1e6:.0f} MB.", "Give its chapters one by one."
    )
