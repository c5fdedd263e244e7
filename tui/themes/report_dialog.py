"""The dialogs about reports: what one tells, of what, by whom and in which files; what it costs; which to open."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Checkbox, Input, OptionList, Static

from assistant import Assistant, ReportKind
from assistant.display import list_report_formats
from store.errors import InputError
from tui.dialogs.ask import ConfirmDialog
from tui.dialogs.choose import Choice, ChoiceDialog
from tui.papers.add_dialog import parse_path
from tui.text import glyphs_of, one_line, relative_time, slug
from tui.themes.report_tasks import (
    OutputFiles,
    ReportRequest,
    ReportTask,
    ReportTasks,
    check_files,
    estimate_cost,
    find_saved_reports,
    model_of,
)
from tui.widgets.controls import MessageLine, PlainCheckbox
from tui.widgets.row_filter import FilteredChoices

KINDS = {
    ReportKind.THEMES: "what the papers are about, theme by theme",
    ReportKind.TIMELINE: "years × themes, then the papers of each year",
    ReportKind.QUESTION: "a long answer to one question",
    ReportKind.COMPARE: "a table of papers × problem, method, data, result",
    ReportKind.AUTHOR: "one person's papers over time",
    ReportKind.CONTRADICTIONS: "where papers contradict each other",
    ReportKind.ANNOTATED: "an annotated bibliography",
}
TOPICS = {ReportKind.QUESTION: "Question", ReportKind.AUTHOR: "Author"}
TOPIC = "Topic"
ANY = "all papers"
CHOSEN = ("html", "md")
KEYS = "Enter makes it, Tab goes on, Esc leaves"
COUNTING = "Counting what the model is going to take."


class MakeReportDialog(ModalScreen[ReportTask | None]):
    """Dismissed with what is to be made, or with None.

    Args:
        request: What it is at first; filters and strictness are taken over.
        folder: Where it is saved at first.
        model: Who can write it, "" for nobody.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel", id="dialog.cancel")]

    def __init__(self, request: ReportRequest, folder: Path, model: str) -> None:
        super().__init__(classes="dialog", id="make-report")
        self._request = request
        self._folder = folder
        self._model = model
        self._file = ""
        """What the file was named here; another name is the user's."""

    @property
    def _kind(self) -> ReportKind:
        return list(KINDS)[self.query_one(FilteredChoices).place or 0]

    def compose(self) -> ComposeResult:
        """Kinds, topic, formats, file, who writes, what is wrong, the buttons."""
        with Vertical():
            yield Static("Make a report", markup=False, classes="dialog-title")
            yield FilteredChoices(id="report-kinds")
            with Horizontal():
                yield Static(id="report-asked", markup=False, classes="report-label")
                yield Input(one_line(self._request.topic, 1000), compact=True, id="report-topic")
            with Horizontal():
                yield Static("File", markup=False, classes="report-label")
                yield Input(compact=True, id="report-file")
            for label, formats in zip(("Formats", "by pandoc"), list_report_formats(), strict=True):
                with Horizontal():
                    yield Static(label, markup=False, classes="report-label")
                    for format in formats:
                        yield PlainCheckbox(format, format in CHOSEN, id=f"report-{format}", compact=True)
            writer = f"Written by {one_line(self._model, 50)}, its words compared with their sources; else quoted"
            yield PlainCheckbox(Content(writer), bool(self._model), id="report-written", compact=True)
            yield Static(id="report-problem", markup=False)
            with Horizontal(classes="dialog-buttons"):
                yield Static(KEYS, markup=False, id="report-keys")
                yield Button("Make", variant="primary", compact=True)

    def on_mount(self) -> None:
        """Begin with the kinds."""
        self.query_one("#report-written").display = bool(self._model)
        kinds = self.query_one(FilteredChoices)
        kinds.show_rows(
            (Content.assemble((f"{kind:<15}", "bold"), (what, "$text-muted")) for kind, what in KINDS.items()),
            place=list(KINDS).index(self._request.kind),
        )
        self._show_problem("")
        kinds.focus()

    @on(OptionList.OptionHighlighted)
    def _on_kind_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self.query_one("#report-asked", Static).update(TOPICS.get(self._kind, TOPIC))
        self.query_one("#report-topic", Input).placeholder = "" if self._kind in TOPICS else ANY
        self._name_file()

    @on(OptionList.OptionSelected)
    def _on_kind_selected(self, event: OptionList.OptionSelected) -> None:
        """A kind was chosen: go on with what it is about."""
        event.stop()
        self.query_one("#report-topic").focus()

    @on(Input.Changed, "#report-topic")
    def _on_topic_typed(self, event: Input.Changed) -> None:
        event.stop()
        self._name_file()

    def _name_file(self) -> None:
        """Name the file after the report, unless the user named it."""
        line = self.query_one("#report-file", Input)
        if line.value != self._file:
            return
        about = f"{self._kind} {self.query_one('#report-topic', Input).value}"
        self._file = line.value = str(self._folder / slug(about))

    @on(Input.Submitted)
    @on(Button.Pressed)
    def _on_make_pressed(self, event: Input.Submitted | Button.Pressed) -> None:
        event.stop()
        try:
            self.dismiss(ReportTask(self._read_request(), self._read_files()))
        except InputError as error:
            self._show_problem(str(error))

    def _read_request(self) -> ReportRequest:
        kind, about = self._kind, self.query_one("#report-topic", Input).value.strip()
        if kind in TOPICS and not about:
            self.query_one("#report-topic").focus()
            raise InputError(f"The {TOPICS[kind].lower()} is missing.", "Type it.")
        written = bool(self._model) and self.query_one("#report-written", Checkbox).value
        values: dict[str, Any] = {"kind": kind, "topic": about, "written": written}
        if kind is ReportKind.AUTHOR:
            values |= {"topic": "", "filters": _add_author(self._request.filters, about)}
        return self._request.model_copy(update=values)

    def _read_files(self) -> OutputFiles:
        every = [format for formats in list_report_formats() for format in formats]
        formats = tuple(name for name in every if self.query_one(f"#report-{name}", Checkbox).value)
        if not formats:
            raise InputError("No format is chosen.", "Tick one with Space.")
        path = parse_path(self.query_one("#report-file", Input).value).absolute()
        name = path.stem if path.suffix[1:] in every else path.name
        return OutputFiles(folder=path.parent, name=name, formats=formats)

    def _show_problem(self, text: str) -> None:
        line = self.query_one("#report-problem", Static)
        line.update(Content(f"{glyphs_of(self.app).failed} {one_line(text)}"))
        line.display = bool(text)


def _add_author(filters: dict[str, Any], author: str) -> dict[str, Any]:
    """Return the filters, and that somebody is among the authors."""
    authors = filters.get("author") or ()
    return filters | {"author": (*((authors,) if isinstance(authors, str) else authors), author)}


class ReportDialogs:
    """Asks what has to be known before a report is made or opened; its methods are to be awaited in a worker.

    Args:
        app: Where the dialogs are shown.
        assistant: Makes the reports.
        reports: What was made before, and where it was saved.
        message_line: Says what takes a while.
    """

    def __init__(self, app: App[Any], assistant: Assistant, reports: ReportTasks, message_line: MessageLine) -> None:
        self._app = app
        self._assistant = assistant
        self._reports = reports
        self._message_line = message_line

    async def ask_task(self, request: ReportRequest) -> ReportTask | None:
        """Ask which report is wanted, and for leave to write over files and to spend what it costs.

        Args:
            request: What it is at first.

        Returns:
            What is to be made, None where the user left it.

        Raises:
            ConspectusError: There is no such model, the library cannot be read, or a file is somebody else's.
        """
        model = await asyncio.to_thread(model_of, self._assistant)
        folder = self._reports.folders[-1] if self._reports.folders else Path.cwd()
        task: ReportTask | None = await self._app.push_screen_wait(MakeReportDialog(request, folder, model))
        if task and task.files and await self._confirm_files(task.files) and await self.confirm_cost(task.request):
            return task
        return None

    async def _confirm_files(self, files: OutputFiles) -> bool:
        await asyncio.to_thread(check_files, files)
        existing = [path for path in files.paths if path.exists()]
        if not existing:
            return True
        names = ", ".join(path.name for path in existing)
        verb = "are" if len(existing) > 1 else "is"
        question = f"{names} {verb} in {existing[0].parent} already. Write over?"
        return await self._app.push_screen_wait(ConfirmDialog(question, "Write over")) is True

    async def confirm_cost(self, request: ReportRequest) -> bool:
        """Ask whether a report may cost what it is going to; what costs nothing may.

        Raises:
            ConspectusError: The report cannot be made, or the library cannot be read.
        """
        if not request.written or await self._reports.find_cached(self._assistant, request):
            return True
        self._message_line.say(COUNTING)
        cost = await asyncio.to_thread(estimate_cost, self._assistant, request)
        self._message_line.say("")
        if not cost:
            return True
        model = model_of(self._assistant)
        question = f"{model} writes it: {cost}.\nWhat it writes is kept: again, it costs nothing."
        return await self._app.push_screen_wait(ConfirmDialog(question, "Write it")) is True

    async def choose_saved_report(self) -> Path | None:
        """Ask which of the saved reports is to be opened, None for none of them."""
        saved = await asyncio.to_thread(find_saved_reports, [*reversed(self._reports.folders), Path.cwd()])
        if not saved:
            self._message_line.say(f"No report was saved in {Path.cwd()} yet. F9 makes one.")
            return None
        now = datetime.now().astimezone()
        choices = [
            Choice(str(file.path), file.path.name, f"{relative_time(file.written, now)}, {file.path.parent}")
            for file in saved
        ]
        chosen: str | None = await self._app.push_screen_wait(ChoiceDialog("Open a report", choices))
        return None if chosen is None else Path(chosen)
