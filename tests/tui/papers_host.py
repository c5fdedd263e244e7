"""An application around the screen of papers, and libraries for it."""

import builtins
import random
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input, Static

from assistant.client import Assistant
from store.dedup.merge import provenance
from store.errors import NotFound
from store.paper import Paper, Source
from store.results import Hit
from tests.assistant.small import paper
from tests.tui.waiting import wait_until
from tui.engine import EVERYTHING, Scope
from tui.messages import LibraryChanged
from tui.papers.import_queue import ImportProgress, Imports
from tui.papers.list import PaperList
from tui.papers.screen import PapersScreen
from tui.styles import SHEETS
from tui.text import UNICODE, Glyphs
from tui.widgets.first_run import FirstRun

OPEN: Any = object()
SIZES = [(80, 24), (120, 36)]
sizes = pytest.mark.parametrize("size", SIZES)
WORDS = "adaptive bound causal data estimate fair gradient human kernel learning model network queue robust".split()

HOSTILE = (
    paper(
        "re",
        "[Re] A replication [/] [red]of it[/red]",
        "An [b]abstract[/] with [link=x]markup[/link].",
        "A [/] B",
        2020,
    ),
    paper("escape", "Red \x1b[31mtitle\x1b[0m \x1b]0;owned\x07", "Abstract\x1b[2J gone", "Eve \x1b[31mE", 2019),
    paper("bidi", "abc \u202etxt.exe\u202c def", "\u202eabstract", "Bidi \u202eMan", 2018),
    paper("rtl", "שלום עולם על רשתות", "תקציר", "דוד כהן", 2017),
    paper("cjk", "强化学习的随机模拟方法研究" * 6, "摘要。", "王小明", 2016),
    paper("long", "Very " * 1000 + "long", "x" * 5000, "Long " * 40 + "Name", 2015),
    paper("marks", "!!! ???", "No words in the title.", "", None),
)


class Host(App[None]):
    """Shows the screen; ``result`` is ``OPEN`` until it is dismissed."""

    CSS_PATH = SHEETS

    def __init__(self, assistant: Assistant, scope: Scope = EVERYTHING, glyphs: Glyphs = UNICODE) -> None:
        super().__init__()
        self.glyphs = glyphs
        self.imports = Imports(self)
        self.papers = PapersScreen(assistant, scope, self.imports)
        self.result: Any = OPEN
        self.told: list[str] = []
        self.opened: list[str] = []

    def on_mount(self) -> None:
        self.push_screen(self.papers, self._dismissed)

    def _dismissed(self, result: Scope | None) -> None:
        self.result = result

    def on_library_changed(self, event: LibraryChanged) -> None:
        self.told.append("changed")

    def on_import_progress_progress(self, event: ImportProgress.Progress) -> None:
        self.told.append("progress")

    def on_import_progress_done(self, event: ImportProgress.Done) -> None:
        self.told.append("stopped" if event.stopped else "done")

    def on_import_progress_failed(self, event: ImportProgress.Failed) -> None:
        self.told.append(f"failed: {event.what}")

    def on_first_run_chosen(self, event: FirstRun.Chosen) -> None:
        self.told.append("asked twice")

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        self.opened.append(url)

    @property
    def listed(self) -> PaperList:
        return self.papers.query_one(PaperList)

    @property
    def current(self) -> str:
        """The id of the paper under the cursor."""
        return self.listed.row.id if self.listed.row else ""

    def shown(self, selector: str) -> str:
        """What a text shows."""
        return str(self.screen.query_one(selector, Static).render())

    def lines(self) -> list[str]:
        """The list as it is drawn."""
        return [self.listed.render_line(y).text for y in range(self.listed.scrollable_content_region.height)]

    async def type(self, pilot: Pilot[None], text: str) -> None:
        """Write into the filter and go back to the list."""
        await pilot.press("slash")
        self.papers.query_one("#papers-filter", Input).value = text
        await pilot.pause()
        await pilot.press("enter")

    async def ready(self, pilot: Pilot[None]) -> None:
        """Wait until all papers are read."""
        await wait_until(pilot, lambda: not self.papers.reading and self.papers.is_current, "reading")
        await pilot.pause()


class FakePapers:
    """As much of an assistant's papers as the screen uses."""

    def __init__(self, papers: list[Paper]) -> None:
        self._papers = papers

    def list(self) -> Iterator[Paper]:
        return iter(self._papers)

    def get(self, paper_id: str) -> Paper:
        found = [one for one in self._papers if one.id == paper_id]
        if not found:
            raise NotFound(f"There is no paper {paper_id}.", "List them.")
        return found[0]

    def sources(self, paper_id: str) -> dict[str, tuple[Source, ...]]:
        return provenance(self.get(paper_id))

    def similar(self, paper_id: str, k: int = 5) -> builtins.list[Hit]:
        return [Hit(paper=one, score=0.5) for one in self._papers if one.id != paper_id][:k]


def fake(*papers: Paper) -> Assistant:
    """An assistant of these papers that can add and remove nothing."""
    return cast(Assistant, SimpleNamespace(papers=FakePapers(list(papers))))


def many(count: int) -> Assistant:
    """An assistant of so many papers, newest first."""
    luck = random.Random(7)
    text = [" ".join(luck.choices(WORDS, k=100)) for _ in range(50)]
    return fake(
        *(
            paper(
                f"p{n}",
                f"Paper {n} on {luck.choice(WORDS)}",
                text[n % 50],
                luck.choice(("Ann Lee", "Bo Núñez")),
                2026 - n // 500,
            )
            for n in range(count)
        )
    )


def shows(host: Host, text: str) -> bool:
    """Whether a text stands in the pane of the paper."""
    return text in host.shown("#paper-content")


async def dismissed(host: Host, pilot: Pilot[None]) -> Any:
    """What the screen was dismissed with."""
    await wait_until(pilot, lambda: host.result is not OPEN, "dismissing")
    return host.result
