"""An application around the screen of themes, libraries for it, and reports that wait or fail."""

from collections.abc import AsyncGenerator, Callable
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Static

from assistant.client import Assistant
from assistant.report.schema import ReportEvent, ReportStarted, Section, SectionDone, SectionStarted
from assistant.testing import Gate
from store.paper import Paper
from tests.assistant.small import paper
from tests.tui.picture import rows
from tests.tui.waiting import wait_until
from tui.engine import EVERYTHING, Scope
from tui.messages import ReportEnded, ScopeChosen
from tui.papers.import_queue import Imports
from tui.styles import SHEETS
from tui.text import UNICODE, Glyphs
from tui.themes import report_tasks as reports
from tui.themes.claim_list import CITE, ClaimList
from tui.themes.report_tasks import ReportProgress, ReportRequest, ReportTasks
from tui.themes.screen import ThemesScreen

OPEN: Any = object()
SMALL, MIDDLE, WIDE = (80, 24), (120, 36), (200, 60)
Events = Callable[[Assistant, ReportRequest], AsyncGenerator[ReportEvent, None]]


def _two_fields() -> tuple[Paper, ...]:
    """Papers of two fields that share no word, so that there are two themes."""
    queues = "We control queues of patients in hospitals by routing nurses to beds. Waiting times of patients fall by"
    robots = "We train walking robots with neural policies in simulated terrain. Torque limits of legged robots rise by"
    return (
        *(paper(f"q{n}", f"Queues of Patients {n}", f"{queues} {n}0 percent.", "Ann Lee", 2015 + n) for n in range(7)),
        *(paper(f"r{n}", f"Walking Robots {n}", f"{robots} {n}5 percent.", "Bo Núñez", 2018 + n) for n in range(6)),
    )


TWO_FIELDS = _two_fields()


class Host(App[None]):
    """Shows the screen; ``result`` is ``OPEN`` until it is dismissed."""

    CSS_PATH = SHEETS

    def __init__(self, assistant: Assistant, scope: Scope = EVERYTHING, glyphs: Glyphs = UNICODE) -> None:
        super().__init__()
        self.assistant = assistant
        self.glyphs = glyphs
        self.reports = ReportTasks(self)
        self.imports = Imports(self)
        self.scope = scope
        self.result: Any = OPEN
        self.told: list[str] = []
        self.scopes: list[Scope] = []
        self.opened: list[str] = []

    def on_mount(self) -> None:
        self.open()

    def open(self) -> None:
        """Open the screen anew."""
        self.result = OPEN
        self.themes = ThemesScreen(self.assistant, self.scope, self.reports, self.imports)
        self.push_screen(self.themes, self._dismissed)

    def _dismissed(self, result: Scope | None) -> None:
        self.result = result

    def on_report_ended(self, event: ReportEnded) -> None:
        self.told.append(event.text)

    def on_scope_chosen(self, event: ScopeChosen) -> None:
        self.scopes.append(event.scope)

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        self.opened.append(url)

    @property
    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(rows(self))

    @property
    def said(self) -> str:
        """What is told above the counts."""
        return str(self.themes.query_one("#themes-said", Static).render())

    @property
    def paper(self) -> str:
        """What the evidence shows."""
        return str(self.themes.query_one("#paper Static", Static).render())

    @property
    def is_making(self) -> bool:
        """Whether the line of what is being made shows."""
        return self.themes.query_one(ReportProgress).display

    async def ready(self, pilot: Pilot[None]) -> None:
        """Wait until the themes are there, and what follows from that has happened."""
        await wait_until(pilot, lambda: self.themes.is_mounted and self.themes.sections.pages, "the themes")
        await wait_until(pilot, lambda: not self.reports.is_busy and not self.is_making, "rest")
        await pilot.pause()

    async def says(self, pilot: Pilot[None], text: str) -> None:
        """Wait until something is told."""
        await wait_until(pilot, lambda: text in self.said, f"{text!r}")

    async def inside(self, pilot: Pilot[None], entry: int = 1) -> None:
        """Go into a section."""
        await self.ready(pilot)
        self.themes.sections.theme_list.highlighted = entry
        await pilot.pause()
        await pilot.press("enter")
        await wait_until(pilot, lambda: self.themes.sections.content_widget.has_focus, "the section")


def place_of_citation(listed: ClaimList, number: int) -> tuple[int, int]:
    """Where ``[number]`` stands in what is shown of a list of claims."""
    for y in range(listed.size.height):
        x = 0
        for segment in listed.render_line(y):
            if f"[{number}]" in segment.text and segment.style and CITE in segment.style.meta:
                return x + listed.gutter.left, y + listed.gutter.top
            x += segment.cell_length
    raise AssertionError(f"[{number}] is not shown")


def waiting(monkeypatch: pytest.MonkeyPatch) -> Gate:
    """Let every report wait in its second section until the gate is open."""
    gate, real = Gate(), reports._stream_events

    async def events(assistant: Assistant, request: ReportRequest) -> AsyncGenerator[ReportEvent, None]:
        yield ReportStarted(title="T", papers=13, headings=("First one", "Second one"))
        yield SectionStarted(n=1, heading="First one")
        yield SectionDone(n=1, section=Section(heading="First one"), done=1)
        yield SectionStarted(n=2, heading="Second one")
        await gate.wait_async()
        async for event in real(assistant, request):
            yield event

    monkeypatch.setattr(reports, "_stream_events", events)
    return gate


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Let every report fail."""

    async def events(assistant: Assistant, request: ReportRequest) -> AsyncGenerator[ReportEvent, None]:
        yield ReportStarted(title="T", papers=13, headings=("One",))
        raise error

    monkeypatch.setattr(reports, "_stream_events", events)


def counting(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The kinds of the reports that are made from now on."""
    made, real = list[str](), reports._stream_events

    def events(assistant: Assistant, request: ReportRequest) -> AsyncGenerator[ReportEvent, None]:
        made.append(request.kind)
        return real(assistant, request)

    monkeypatch.setattr(reports, "_stream_events", events)
    return made
