"""Reports that were saved, as the library keeps them: to tell what the papers that come later change in them."""

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from assistant.report.schema import Report
from store.errors import InputError, LibraryError
from store.files import translate_write_errors, write_atomic
from store.library import Library

FOLDER = "saved_reports"
"""Where a library keeps them."""


class SavedReport(NamedTuple):
    """A report that was saved.

    Attributes:
        id: Made of the path.
        path: The file that it was saved to, the first where there are several.
        content: The report as JSON.
    """

    id: str
    path: Path
    content: bytes


def keep_report(library: Library, report: Report, path: Path) -> SavedReport:
    """Keep a report that was saved to a file, in place of the one that was saved there before.

    Raises:
        LibraryError: The disk refuses.
    """
    place = Path(os.path.abspath(path))
    saved = SavedReport(_make_id(place), place, report.model_dump_json().encode())
    # The path stands on a line of its own: a report of ten thousand papers need not be read to know whose it is.
    head = json.dumps({"path": str(place)}).encode()
    write_atomic(library.folder / FOLDER / f"{saved.id}.json", head + b"\n" + saved.content + b"\n", private=True)
    return saved


def list_reports(library: Library) -> list[SavedReport]:
    """List the reports that are kept, by their paths; a file that is none is left out.

    Raises:
        LibraryError: The folder cannot be read.
    """
    folder = library.folder / FOLDER
    reports = []
    try:
        for file in folder.glob("*.json"):
            head, _, content = file.read_bytes().partition(b"\n")
            with suppress(ValueError, TypeError, KeyError):
                path = Path(json.loads(head)["path"])
                reports.append(SavedReport(_make_id(path), path, content.strip()))
    except OSError as error:
        raise LibraryError(f"{folder} cannot be read: {error.strerror or error}.", "Check its permissions.") from error
    return sorted(reports, key=lambda report: str(report.path))


def find_report(library: Library, path: Path) -> SavedReport | None:
    """Find the report that is kept of a file; None where none is.

    Raises:
        LibraryError: The folder cannot be read.
    """
    place = Path(os.path.abspath(path))
    return next((saved for saved in list_reports(library) if saved.path == place), None)


def forget_report(library: Library, path: Path) -> None:
    """Forget what is kept of a report; its own files stay.

    Raises:
        InputError: None is kept of this file.
        LibraryError: The disk refuses.
    """
    place = Path(os.path.abspath(path))
    file = library.folder / FOLDER / f"{_make_id(place)}.json"
    if not file.is_file():
        raise InputError(f"No report is kept that was saved to {place}.", "See them with: conspectus watch list")
    with translate_write_errors(library.folder):
        file.unlink(missing_ok=True)


def _make_id(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
