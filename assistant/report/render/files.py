"""Reports as the contents of files."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from assistant.export.export_bibtex import bibtex
from assistant.report.figures.picture import Picture
from assistant.report.render.html import html
from assistant.report.render.manuscript import Manuscript, manuscript
from assistant.report.render.markdown import markdown, picture_file
from assistant.report.render.pandoc import FORMATS as BY_PANDOC
from assistant.report.render.pandoc import converted
from assistant.report.render.tables import tables
from assistant.report.schema import Report
from store.errors import InputError
from store.paper import Paper

# What Markdown and LaTeX would not take for a part of a file's name.
_NOT_IN_NAMES = re.compile(r"[^\w.-]+", re.ASCII)
TEXTS = ("md", "html", "json", "csv", "bib")
FORMATS = (*TEXTS, *BY_PANDOC)
"""Formats of a report, by the ending of a file."""
PICTURED = ("md", "html", *BY_PANDOC)
"""Formats that show pictures."""


def text(of: Manuscript, format: str, name: str = "report") -> str:
    """The report in a format that is text; ``name`` is that of its file, for what Markdown refers to.

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
            return tables(of)
        case "bib":
            return bibtex(of.papers.values(), of.keys)
    raise InputError(f"A report cannot be shown as {format!r}.", f"Choose one of {', '.join(TEXTS)}, or give a file.")


def render(
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
    return dict(_files(of, Path(path), format, csl))


def bibliography_file(path: Path) -> Path:
    """The references beside Markdown."""
    return path.with_name(f"{_side_name(path)}.bib")


def _files(of: Manuscript, path: Path, format: str, csl: Path | None) -> Iterator[tuple[Path, bytes]]:
    name = _side_name(path)
    if format in ("md", "tex"):
        yield from ((path.parent / picture_file(name, one.name), one.png) for one in of.pictures)
    if format == "md" and of.papers:
        yield bibliography_file(path), text(of, "bib").encode()
    yield path, converted(of, format, name, csl) if format in BY_PANDOC else text(of, format, name).encode()


def _side_name(path: Path) -> str:
    return _NOT_IN_NAMES.sub("-", path.stem)
