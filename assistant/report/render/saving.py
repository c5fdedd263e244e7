"""A report as files, with its manifest."""

from collections.abc import Mapping
from pathlib import Path

from assistant.report.figures import drawn
from assistant.report.render.files import PICTURED, bibliography_file, render
from assistant.report.render.side_files import SideFile, check_side_files, manifest_file, record_files
from assistant.report.schema import Report
from store.citation_keys import keys_in
from store.disk import put
from store.errors import InputError
from store.library import Library


def save(library: Library, report: Report, places: Mapping[Path, str], csl: Path | None = None) -> list[Path]:
    """Write a report, and beside the first file its manifest unless one of them holds it and none brings others.

    Each file is there whole or not at all. Files that were named replace what is there; what comes beside them does
    only where a report wrote it, and nothing is written where that is not so.

    Args:
        library: That it was made of.
        report: The report.
        places: The format of each file (see ``assistant.report.render.files.FORMATS``).
        csl: A citation style; None for APA, and for what pandoc makes its own, Chicago.

    Returns:
        The files, each once.

    Raises:
        InputError: There is no file, no such format, a format is of no use for it, what makes it is not installed, or a
            file that no report wrote would be replaced.
        LibraryError: The disk refuses.
        ConspectusError: pandoc failed.
    """
    if not places:
        raise InputError("There is no file to write the report to.", "Name one or more: report.html, report.md.")
    papers = library.get([reference.paper_id for reference in report.references])
    keys = keys_in(library, papers)
    pictures = drawn(library, report) if {*places.values()} & {*PICTURED} else ()
    contents: dict[Path, bytes] = {}
    side_files: list[SideFile] = []
    for path, format in places.items():
        files = render(report, papers, path, format, keys=keys, pictures=pictures, csl=csl)
        contents |= files
        side_files += [SideFile(file, path, content) for file, content in files.items() if file not in places]
    manifest = manifest_file(places)
    if side_files or "json" not in places.values():
        beside = {one.path: contents[one.path] for one in side_files}
        side_files.append(SideFile(manifest, next(iter(places))))
    check_side_files(side_files, places, manifest)
    if side_files:  # The last: till it is there, what is on the disk is told by what was there before.
        contents[manifest] = record_files(report.manifest, manifest, beside)
    for file, content in contents.items():
        put(file, content)
    return list(contents)


def check_places(places: Mapping[Path, str]) -> None:
    """Tell before a report is made that it could not be saved, as far as its files are known by then.

    Args:
        places: The format of each file.

    Raises:
        InputError: A file that no report wrote would be replaced.
    """
    manifest = manifest_file(places)
    side_files = [SideFile(bibliography_file(path), path) for path, format in places.items() if format == "md"]
    if side_files or "json" not in places.values():
        side_files.append(SideFile(manifest, next(iter(places))))
    check_side_files(side_files, places, manifest)
