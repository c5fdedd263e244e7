"""Papers and saved reports as resources: what an agent, or its user, can attach to a conversation."""

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, unquote

from assistant import Assistant, InputError, NotFound
from assistant.mcp.identity import PAPER, REPORT
from assistant.mcp.marking import NOTICE, mark_lines
from assistant.mcp.runs import describe_paper

# Resources of one page; chosen by hand.
PAGE = 100


class LibraryResource(NamedTuple):
    """A resource as a list shows it; ``title`` is data."""

    uri: str
    name: str
    title: str


def list_resources(assistant: Assistant, cursor: str | None) -> tuple[list[LibraryResource], str | None]:
    """List a page of resources, reports before papers.

    Args:
        assistant: Whose.
        cursor: What was returned with the page before; None for the first.

    Returns:
        The page, and the cursor of the next one, None where there is none.

    Raises:
        InputError: The cursor is none.
        LibraryError: The library cannot be read.
    """
    if cursor is not None and not (cursor.isascii() and cursor.isdigit() and len(cursor) < 10):
        raise InputError(f"{cursor[:40]!r} is no cursor.", "Give the one that came with the page before.")
    begin = int(cursor or 0)
    reports = [
        LibraryResource(f"{REPORT}{quote(name, safe='')}", name, f"Report {name}")
        for name in _name_reports(assistant.watches.reports())
    ]
    papers = (
        LibraryResource(f"{PAPER}{quote(paper.id, safe='')}", paper.id, paper.marked_title)
        for paper in islice(assistant.papers.list(), max(begin - len(reports), 0), None)
    )
    page = reports[begin : begin + PAGE]
    page += islice(papers, PAGE + 1 - len(page))
    more = len(page) > PAGE or begin + PAGE < len(reports)
    return page[:PAGE], str(begin + PAGE) if more else None


def read_resource(assistant: Assistant, uri: str) -> str:
    """Read a resource, as text in which each text of a paper is marked.

    Raises:
        NotFound: There is none of this address.
        ConspectusError: It cannot be read.
    """
    if uri.startswith(PAPER):
        return describe_paper(assistant, unquote(uri.removeprefix(PAPER))).text
    if uri.startswith(REPORT):
        paths = _name_reports(assistant.watches.reports())
        path = paths.get(unquote(uri.removeprefix(REPORT)))
        if path is not None:
            return f"{NOTICE}\n\n{mark_lines(_read_text(assistant, path))}"
    raise NotFound(f"There is no resource {uri[:200]!r}.", f"Addresses look like {PAPER}ID and {REPORT}NAME.")


def _name_reports(paths: Sequence[Path]) -> dict[str, Path]:
    """Name each report by its file; of several of one name, the folders tell which."""
    names: dict[str, Path] = {}
    for path in paths:
        names[path.name if path.name not in names else str(path)] = path
    return names


def _read_text(assistant: Assistant, path: Path) -> str:
    """Read a report as Markdown: as it was saved, or rendered where it was saved as data."""
    if path.suffix.lower() == ".json":
        return assistant.reports.render(assistant.reports.read(path), "md")
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise NotFound(f"The report {path.name} cannot be read as text.", "Save it as .md or .json.") from error
