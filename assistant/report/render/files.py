"""A report as files: each format, what comes beside it, and the manifest."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from assistant.export.bibtex import bibtex
from assistant.report.figures import drawn
from assistant.report.figures.figure import Picture
from assistant.report.render.html import html
from assistant.report.render.manuscript import Manuscript, manuscript
from assistant.report.render.markdown import markdown, name_picture
from assistant.report.render.pandoc import FORMATS as BY_PANDOC
from assistant.report.render.pandoc import convert_report
from assistant.report.render.side_files import SideFile, check_side_files, name_manifest, record_files
from assistant.report.render.tables import write_tables
from assistant.report.schema import Report
from store.citation_keys import keys_in
from store.errors import InputError
from store.files import put
from store.library import Library
from store.paper import Paper

# What Markdown and LaTeX would not take for a part of a file's name.
_NOT_IN_NAMES = re.compile(r"[^\w.-]+", re.ASCII)
TEXTS = ("md", "html", "json", "csv", "bib")
FORMATS = (*TEXTS, *BY_PANDOC)
"""Formats of a report, by the ending of a file."""
PICTURED = ("md", "html", *BY_PANDOC)
"""Formats that show pictures."""


def text(of: Manuscript, format: str, name: str = "report") -> str:
    """Write the report in a format that is text; ``name`` is that of its file, for what Markdown refers to.

    Raises:
        InputError: The format is none of ``TEXTS``, or the report has no table for CSV.
    """
    match format:
        case "md":
            return markdown(of, name)
        case "html":
            return html(of)
        case "json":
            return of.report.model_dump_json(indent=2) + "\n"
        case "csv":
            return write_tables(of)
        case "bib":
            return bibtex(of.papers.values(), of.keys)
    raise InputError(f"A report cannot be shown as {format!r}.", f"Choose one of {', '.join(TEXTS)}, or give a file.")


def render_files(
    report: Report,
    papers: Iterable[Paper],
    path: Path,
    format: str,
    *,
    keys: Mapping[str, str] | None = None,
    pictures: Iterable[Picture] = (),
    csl: Path | None = None,
) -> dict[Path, bytes]:
    """Render a report as the contents of its files; nothing is written.

    Args:
        report: The report.
        papers: Papers, at least those that it cites.
        path: The file that it is for. Beside Markdown come ``<name>.bib`` and its pictures in ``<name>_files/``,
            beside LaTeX its pictures.
        format: One of ``FORMATS``.
        keys: Citation keys by the papers' ids (see ``store.citation_keys.keys_in``).
        pictures: Its pictures (see ``assistant.report.figures``).
        csl: A citation style; None for APA, and for what pandoc makes its own, Chicago.

    Returns:
        What is in each file, that of ``path`` last.

    Raises:
        InputError: There is no such format, it is of no use here, or what makes it is not installed.
        ConspectusError: pandoc failed.
    """
    if format not in FORMATS:
        raise InputError(f"There is no report format {format!r}.", f"Choose one of {', '.join(FORMATS)}.")
    # pandoc sets the references by itself.
    of = manuscript(report, papers, keys, pictures if format in PICTURED else (), csl if format in TEXTS else None)
    return dict(_render_files(of, Path(path), format, csl))


def name_bibliography(path: Path) -> Path:
    """Name the file of the references beside Markdown."""
    return path.with_name(f"{_side_name(path)}.bib")


def _render_files(of: Manuscript, path: Path, format: str, csl: Path | None) -> Iterator[tuple[Path, bytes]]:
    name = _side_name(path)
    if format in ("md", "tex"):
        yield from ((path.parent / name_picture(name, picture.name), picture.png) for picture in of.pictures)
    if format == "md" and of.papers:
        yield name_bibliography(path), text(of, "bib").encode()
    yield path, convert_report(of, format, name, csl) if format in BY_PANDOC else text(of, format, name).encode()


def _side_name(path: Path) -> str:
    return _NOT_IN_NAMES.sub("-", path.stem)


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
        files = render_files(report, papers, path, format, keys=keys, pictures=pictures, csl=csl)
        contents |= files
        side_files += [SideFile(file, path, content) for file, content in files.items() if file not in places]
    manifest = name_manifest(places)
    if side_files or "json" not in places.values():
        beside = {side_file.path: contents[side_file.path] for side_file in side_files}
        side_files.append(SideFile(manifest, next(iter(places))))
    check_side_files(side_files, places, manifest)
    if side_files:  # The last to be written: till then the earlier manifest tells what is on the disk.
        contents[manifest] = record_files(report.manifest, manifest, beside)
    for file, content in contents.items():
        put(file, content)
    return list(contents)


def check_places(places: Mapping[Path, str]) -> None:
    """Refuse before a report is made what could not be saved, as far as its files are known by then.

    Args:
        places: The format of each file.

    Raises:
        InputError: A file that no report wrote would be replaced.
    """
    manifest = name_manifest(places)
    side_files = [SideFile(name_bibliography(path), path) for path, format in places.items() if format == "md"]
    if side_files or "json" not in places.values():
        side_files.append(SideFile(manifest, next(iter(places))))
    check_side_files(side_files, places, manifest)
