"""Making a report: what it tells, of what, by whom, and in which files."""

from pathlib import Path
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Checkbox, Input, OptionList, Static
from textual.widgets.option_list import Option

from assistant import Kind
from assistant.display import list_report_formats
from store.errors import InputError
from tui.papers.add_dialog import whole_path
from tui.text import glyphs_of, one_line, slug
from tui.themes.reports import Files, Job, Order
from tui.widgets.controls import Choices, Tick

KINDS = {
    Kind.THEMES: "what the papers are about, theme by theme",
    Kind.TIMELINE: "years × themes, then the papers of each year",
    Kind.QUESTION: "a long answer to one question",
    Kind.COMPARE: "a table of papers × problem, method, data, result",
    Kind.AUTHOR: "one person's papers over time",
    Kind.CONTRADICTIONS: "where papers say against each other",
    Kind.ANNOTATED: "an annotated bibliography",
}
TOPICS = {Kind.QUESTION: "Question", Kind.AUTHOR: "Author"}
TOPIC = "Topic"
ANY = "all papers"
CHOSEN = ("html", "md")
KEYS = "Enter makes it, Tab goes on, Esc leaves"


class MakeReport(ModalScreen[Job | None]):
    """Dismissed with what is to be made, or with None.

    Args:
        order: What it is at first; filters and strictness are taken over.
        folder: Where it is saved at first.
        model: Who can write it, "" for nobody.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel", id="dialog.cancel")]

    def __init__(self, order: Order, folder: Path, model: str) -> None:
        super().__init__(classes="dialog", id="make-report")
        self._order = order
        self._folder = folder
        self._model = model
        self._named = ""

    @property
    def _kind(self) -> Kind:
        return list(KINDS)[self.query_one(Choices).highlighted or 0]

    def compose(self) -> ComposeResult:
        """Kinds, topic, formats, file, who writes, what is wrong, the buttons."""
        with Vertical():
            yield Static("Make a report", markup=False, classes="dialog-title")
            yield Choices(id="report-kinds")
            with Horizontal():
                yield Static(id="report-asked", markup=False, classes="report-label")
                yield Input(one_line(self._order.topic, 1000), compact=True, id="report-topic")
            with Horizontal():
                yield Static("File", markup=False, classes="report-label")
                yield Input(compact=True, id="report-file")
            for label, formats in zip(("Formats", "by pandoc"), list_report_formats(), strict=True):
                with Horizontal():
                    yield Static(label, markup=False, classes="report-label")
                    for format in formats:
                        yield Tick(format, format in CHOSEN, id=f"report-{format}", compact=True)
            who = Content(f"Written by {one_line(self._model, 50)}, its words compared with their sources; else quoted")
            yield Tick(who, bool(self._model), id="report-written", compact=True)
            yield Static(id="report-problem", markup=False)
            with Horizontal(classes="dialog-buttons"):
                yield Static(KEYS, markup=False, id="report-keys")
                yield Button("Make", variant="primary", compact=True)

    def on_mount(self) -> None:
        """Begin with the kinds."""
        self.query_one("#report-written").display = bool(self._model)
        kinds = self.query_one(Choices)
        kinds.add_options(
            Option(Content.assemble((f"{kind:<15}", "bold"), (what, "$text-muted"))) for kind, what in KINDS.items()
        )
        kinds.highlighted = list(KINDS).index(self._order.kind)
        self._say("")
        kinds.focus()

    @on(OptionList.OptionHighlighted)
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self.query_one("#report-asked", Static).update(TOPICS.get(self._kind, TOPIC))
        self.query_one("#report-topic", Input).placeholder = "" if self._kind in TOPICS else ANY
        self._name_file()

    @on(OptionList.OptionSelected)
    def _picked(self, event: OptionList.OptionSelected) -> None:
        """A kind was chosen: go on with what it is about."""
        event.stop()
        self.query_one("#report-topic").focus()

    @on(Input.Changed, "#report-topic")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._name_file()

    def _name_file(self) -> None:
        """Name the file after the report, unless the user named it."""
        line = self.query_one("#report-file", Input)
        if line.value != self._named:
            return
        about = f"{self._kind} {self.query_one('#report-topic', Input).value}"
        self._named = line.value = str(self._folder / slug(about))

    @on(Input.Submitted)
    @on(Button.Pressed)
    def _make(self, event: Input.Submitted | Button.Pressed) -> None:
        event.stop()
        try:
            self.dismiss(Job(self._ordered(), self._files()))
        except InputError as error:
            self._say(str(error))

    def _ordered(self) -> Order:
        kind, about = self._kind, self.query_one("#report-topic", Input).value.strip()
        if kind in TOPICS and not about:
            self.query_one("#report-topic").focus()
            raise InputError(f"The {TOPICS[kind].lower()} is missing.", "Type it.")
        written = bool(self._model) and self.query_one("#report-written", Checkbox).value
        told: dict[str, Any] = {"kind": kind, "topic": about, "written": written}
        if kind is Kind.AUTHOR:
            told |= {"topic": "", "filters": _by(self._order.filters, about)}
        return self._order.model_copy(update=told)

    def _files(self) -> Files:
        every = [format for formats in list_report_formats() for format in formats]
        formats = tuple(one for one in every if self.query_one(f"#report-{one}", Checkbox).value)
        if not formats:
            raise InputError("No format is chosen.", "Tick one with Space.")
        path = whole_path(self.query_one("#report-file", Input).value).absolute()
        name = path.stem if path.suffix[1:] in every else path.name
        return Files(folder=path.parent, name=name, formats=formats)

    def _say(self, text: str) -> None:
        said = self.query_one("#report-problem", Static)
        said.update(Content(f"{glyphs_of(self.app).failed} {one_line(text)}"))
        said.display = bool(text)


def _by(filters: dict[str, Any], author: str) -> dict[str, Any]:
    """The filters, and that somebody is among the authors."""
    named = filters.get("author") or ()
    return filters | {"author": (*((named,) if isinstance(named, str) else named), author)}
