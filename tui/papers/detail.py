"""All that is known of one paper, and the papers most like it.

Where a paper is from, as the pane beside the list shows it: its warnings, its files, and who gave which field.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from assistant import Hit, Paper, Source
from tui.text import Glyphs, one_line, safe
from tui.widgets.controls import Choices
from tui.widgets.evidence import paper_content

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


class PaperDetail(VerticalScroll):
    """Title, authors, facts, abstract, addresses, where it is from; below them the most similar papers, to go to.

    Args:
        glyphs: The signs to use.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", "Down", id="paper.down", show=False),
        Binding("k", "scroll_up", "Up", id="paper.up", show=False),
        Binding("g", "scroll_home", "Top", id="paper.top", show=False),
        Binding("G", "scroll_end", "End", id="paper.end", show=False),
        Binding("ctrl+f", "page_down", "Page down", id="paper.page_down", show=False),
        Binding("ctrl+b", "page_up", "Page up", id="paper.page_up", show=False),
    ]

    class Followed(Message):
        """One of the similar papers was chosen."""

        def __init__(self, paper_id: str) -> None:
            super().__init__()
            self.paper_id = paper_id

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(id="paper-detail")
        self._glyphs = glyphs
        self._similar: Sequence[Hit] = ()

    def compose(self) -> ComposeResult:
        """The paper over its neighbours."""
        yield Static(id="paper-content", markup=False)
        yield Static(id="paper-origin", markup=False)
        yield Static("Most similar", id="similar-title", markup=False)
        yield Choices(id="similar")

    def on_mount(self) -> None:
        """Nothing to show yet."""
        self.say("")

    def show(self, paper: Paper, sources: Mapping[str, Sequence[Source]]) -> None:
        """Show a paper and where its fields come from; its neighbours are not known yet."""
        self._write(paper_content(paper, (), ()), origin_content(paper, sources, self._glyphs))

    def show_similar(self, similar: Sequence[Hit]) -> None:
        """Show the neighbours of the paper that is shown."""
        self._similar = similar
        listed = self.query_one(Choices)
        listed.clear_options()
        listed.add_options(Option(Content(_line(hit.paper))) for hit in similar)
        listed.display = self.query_one("#similar-title").display = bool(similar)

    def say(self, text: str) -> None:
        """Show a text instead of a paper."""
        self._write(Content(safe(text)))

    def _write(self, content: Content, origin: Content | None = None) -> None:
        self.query_one("#paper-content", Static).update(content)
        below = self.query_one("#paper-origin", Static)
        below.update(origin or "")
        below.display = origin is not None
        self.show_similar(())
        self.scroll_home(animate=False)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go to a neighbour."""
        event.stop()
        self.post_message(self.Followed(self._similar[event.option_index].paper.id))


def _line(paper: Paper) -> str:
    return f"{one_line(paper.marked_title) or paper.id} ({paper.year or 'undated'})"
