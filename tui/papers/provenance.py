"""Where a paper is from, as the pane beside the list shows it: its warnings, its files, and who gave which field."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from textual.content import Content

from store.paper import Paper, Source
from tui.safe import one_line
from tui.text import Glyphs

# Places that a line names before it counts the others.
_NAMED = 6
_NAME_CHARS = 60
# Fields that follow another one, or are none of the paper's own.
_PASSED_OVER = {"abstract_raw", "authors_truncated", "year_inferred", "warnings"}
_LABELS = {"identifiers": "ids", "urls": "links", "has_code": "code", "extra": "other fields"}


def origin_content(paper: Paper, sources: Mapping[str, Sequence[Source]], glyphs: Glyphs) -> Content:
    """Warnings, the file or the records that were joined, and which of them each field comes from.

    Args:
        paper: Of which it is told.
        sources: Those of each field, as ``Assistant.sources`` gives them.
        glyphs: The signs to use.
    """
    lines = [Content.styled(f"{glyphs.failed} {one_line(warning)}", "$text-warning") for warning in paper.warnings]
    names = _short_names(paper)
    if not paper.records:
        lines.append(Content.styled(f"from {_place(paper.source, names)} {_format(paper.source)}".rstrip(), "dim"))
        return Content("\n").join(lines)
    places = list(dict.fromkeys(record.source for record in paper.records))
    lines.append(Content.styled(f"Merged of {len(paper.records)} records", "bold"))
    lines.append(Content.styled(_listed(f"{_place(one, names)} {_format(one)}".rstrip() for one in places), "dim"))
    for given, fields in _by_places(sources).items():
        lines.append(Content.assemble(", ".join(fields), (f": {_listed(_place(one, names) for one in given)}", "dim")))
    return Content("\n").join(lines)


def _by_places(sources: Mapping[str, Sequence[Source]]) -> dict[tuple[Source, ...], list[str]]:
    """The names of the fields that come from the same places."""
    found: dict[tuple[Source, ...], list[str]] = defaultdict(list)
    for field, places in sources.items():
        if field not in _PASSED_OVER:
            found[tuple(places)].append(_LABELS.get(field, field))
    return found


def _short_names(paper: Paper) -> dict[str, str]:
    """What to call each file: what follows its last slash, where that tells it from the others."""
    files = {record.source.file for record in (paper, *paper.records)}
    times = Counter(map(_last, files))
    return {file: _last(file) if times[_last(file)] == 1 else file for file in files}


def _last(file: str) -> str:
    return file.rpartition("/")[2]


def _place(source: Source, names: Mapping[str, str]) -> str:
    name = one_line(names.get(source.file, source.file), _NAME_CHARS) or "an unknown file"
    return f"{name}:{source.line}" if source.line else name


def _format(source: Source) -> str:
    return f"({one_line(source.format, _NAME_CHARS)})" if source.format else ""


def _listed(parts: Iterable[str]) -> str:
    every = list(dict.fromkeys(parts))
    more = [f"{len(every) - _NAMED} more"] if len(every) > _NAMED else []
    return ", ".join([*every[:_NAMED], *more])
