"""All that is known of one paper: what it tells, where each field is from, and the papers most like it."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from assistant import Assistant, Hit, Paper, Source
from store.errors import ConspectusError
from tui.papers.selection import Row
from tui.text import Glyphs, glyphs_of, one_line, safe
from tui.widgets.controls import Choices
from tui.widgets.evidence import paper_content

# Seconds that the cursor stays on a paper before it is read: less than between two presses of a key, so that going down
# a list reads nothing on the way (chosen by hand; not measured).
CURSOR_REST = 0.05
# Papers that are listed as most similar (chosen by hand; not measured).
_SIMILAR = 5


class PaperDetail(VerticalScroll):
    """Title, authors, facts, abstract, addresses, where it is from; below them the most similar papers, to go to.

    Args:
        assistant: Whose papers they are.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+f", "page_down", "Page down", id="paper.page_down", show=False),
        Binding("ctrl+b", "page_up", "Page up", id="paper.page_up", show=False),
    ]

    @dataclass
    class Followed(Message):
        """One of the similar papers was chosen."""

        paper_id: str

    def __init__(self, assistant: Assistant) -> None:
        super().__init__(id="paper-detail")
        self._assistant = assistant
        self._similar: Sequence[Hit] = ()

    def compose(self) -> ComposeResult:
        """The paper over its neighbours."""
        yield Static(id="paper-content", markup=False)
        yield Static(id="paper-origin", markup=False)
        yield Static("Most similar", id="similar-title", markup=False)
        yield Choices(id="similar")

    def on_mount(self) -> None:
        """Begin without a paper."""
        self._show_text("")

    @work(exclusive=True, group="paper")
    async def load(self, row: Row | None, placeholder: str = "") -> None:
        """Read the paper of a row and show it, then also those most like it; a later call cancels this one.

        Args:
            row: The paper's; None where there is none.
            placeholder: Shown then.
        """
        if row is None:
            self._show_text(placeholder)
            return
        await asyncio.sleep(CURSOR_REST)
        try:
            paper, sources = await asyncio.to_thread(self._read_paper, row.id)
            if self._is_shown:
                self._show(paper_content(paper, (), ()), origin_content(paper, sources, glyphs_of(self.app)))
            similar = await asyncio.to_thread(self._assistant.papers.similar, row.id, _SIMILAR)
            if self._is_shown:
                self._show_similar(similar)
        except ConspectusError as error:  # It was removed by another process.
            self._show_text(str(error))

    def _read_paper(self, paper_id: str) -> tuple[Paper, dict[str, tuple[Source, ...]]]:
        return self._assistant.papers.get(paper_id), self._assistant.papers.sources(paper_id)

    @property
    def _is_shown(self) -> bool:
        """Whether neither the screen nor the whole application was left while something was read."""
        return self.is_attached and self.app.is_running and self.screen in self.app.screen_stack

    def _show_similar(self, similar: Sequence[Hit]) -> None:
        self._similar = similar
        choices = self.query_one(Choices)
        choices.clear_options()
        choices.add_options(Option(Content(_title_line(hit.paper))) for hit in similar)
        choices.display = self.query_one("#similar-title").display = bool(similar)

    def _show_text(self, text: str) -> None:
        self._show(Content(safe(text)))

    def _show(self, content: Content, origin: Content | None = None) -> None:
        self.query_one("#paper-content", Static).update(content)
        origin_text = self.query_one("#paper-origin", Static)
        origin_text.update(origin or "")
        origin_text.display = origin is not None
        self._show_similar(())
        self.scroll_home(animate=False)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go to a neighbour."""
        event.stop()
        self.post_message(self.Followed(self._similar[event.option_index].paper.id))


def _title_line(paper: Paper) -> str:
    return f"{one_line(paper.marked_title) or paper.id} ({paper.year or 'undated'})"


# Where a paper is from

# Places that a line names before it counts the others, and characters of each: with these it fits into five lines of 80
# columns (chosen by hand; not measured).
_MAX_NAMED = 6
_NAME_CHARS = 60
# Fields that follow another one, or are none of the paper's own.
_PASSED_OVER = {"abstract_raw", "authors_truncated", "year_inferred", "warnings"}
_LABELS = {"identifiers": "ids", "urls": "links", "has_code": "code", "extra": "other fields"}


def origin_content(paper: Paper, sources: Mapping[str, Sequence[Source]], glyphs: Glyphs) -> Content:
    """Tell where a paper is from: warnings, the file or the records that were joined, and which gave each field.

    Args:
        paper: The paper.
        sources: Those of each field, as ``Assistant.sources`` gives them.
        glyphs: The signs to use.
    """
    lines = [Content.styled(f"{glyphs.failed} {one_line(warning)}", "$text-warning") for warning in paper.warnings]
    names = _shorten_names(paper)
    if not paper.records:
        lines.append(
            Content.styled(
                f"from {_name_place(paper.source, names)} {_name_format(paper.source)}".rstrip(), "$text-muted"
            )
        )
        return Content("\n").join(lines)
    places = list(dict.fromkeys(record.source for record in paper.records))
    lines.append(Content.styled(f"Merged of {len(paper.records)} records", "bold"))
    with_formats = (f"{_name_place(place, names)} {_name_format(place)}".rstrip() for place in places)
    lines.append(Content.styled(_join_first(with_formats), "$text-muted"))
    for field_places, fields in _group_by_places(sources).items():
        named = _join_first(_name_place(place, names) for place in field_places)
        lines.append(Content.assemble(", ".join(fields), (f": {named}", "$text-muted")))
    return Content("\n").join(lines)


def _group_by_places(sources: Mapping[str, Sequence[Source]]) -> dict[tuple[Source, ...], list[str]]:
    """Group the names of the fields that come from the same places."""
    groups: dict[tuple[Source, ...], list[str]] = defaultdict(list)
    for field, places in sources.items():
        if field not in _PASSED_OVER:
            groups[tuple(places)].append(_LABELS.get(field, field))
    return groups


def _shorten_names(paper: Paper) -> dict[str, str]:
    """Return what to call each file: what follows its last slash, where that tells it from the others."""
    files = {record.source.file for record in (paper, *paper.records)}
    times = Counter(map(_cut_folder, files))
    return {file: _cut_folder(file) if times[_cut_folder(file)] == 1 else file for file in files}


def _cut_folder(file: str) -> str:
    return file.rpartition("/")[2]


def _name_place(source: Source, names: Mapping[str, str]) -> str:
    name = one_line(names.get(source.file, source.file), _NAME_CHARS) or "an unknown file"
    return f"{name}:{source.line}" if source.line else name


def _name_format(source: Source) -> str:
    return f"({one_line(source.format, _NAME_CHARS)})" if source.format else ""


def _join_first(parts: Iterable[str]) -> str:
    """Join the first of them, each once, and count the others."""
    every = list(dict.fromkeys(parts))
    more = [f"{len(every) - _MAX_NAMED} more"] if len(every) > _MAX_NAMED else []
    return ", ".join([*every[:_MAX_NAMED], *more])
