"""A report as files, with its manifest."""

from collections.abc import Mapping
from pathlib import Path

from assistant.report.pictures.drawn import drawn
from assistant.report.render.files import PICTURED, put, write
from assistant.report.types import Report
from store.citation_keys import keys_in
from store.errors import InputError
from store.library import Library


def save(library: Library, report: Report, places: Mapping[Path, str], csl: Path | None = None) -> list[Path]:
    """Write a report, and beside the first file its manifest unless one of them holds it.

    Args:
        library: That it was made of.
        report: The report.
        places: The format of each file (see ``assistant.report.render.files.FORMATS``).
        csl: A citation style; None for APA, and for what pandoc makes its own, Chicago.

    Returns:
        The files, each once.

    Raises:
        InputError: There is no file, no such format, a format is of no use for it, or what makes it is not installed.
        LibraryError: The disk refuses.
        ConspectusError: pandoc failed.
    """
    if not places:
        raise InputError("There is no file to write the report to.", "Name one or more: report.html, report.md.")
    papers = library.get([reference.paper_id for reference in report.references])
    keys = keys_in(library, papers)
    pictures = drawn(library, report) if {*places.values()} & {*PICTURED} else ()
    files: list[Path] = []
    for path, format in places.items():
        files += write(report, papers, path, format, keys=keys, pictures=pictures, csl=csl)
    if "json" not in places.values():
        files.append(next(iter(places)).with_suffix(".manifest.json"))
        put(files[-1], f"{report.manifest.model_dump_json(indent=2)}\n".encode())
    return list(dict.fromkeys(files))
