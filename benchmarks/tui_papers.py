"""The screen of papers at 10,000: time to the first rows and to all, and processor time of a key in the filter.

python -m benchmarks.tui_papers
"""

import asyncio
import random
from collections.abc import Iterator
from statistics import median, quantiles
from time import perf_counter, thread_time
from typing import Any, cast

from textual.app import App
from textual.widgets import Input

from assistant.client import Assistant
from store.paper import Author, Paper, Source
from store.results import Hit
from tui.engine import EVERYTHING
from tui.papers.import_queue import Imports
from tui.papers.screen import PapersScreen
from tui.styles import SHEETS

PAPERS = 10_000
TYPED = ("adaptive", "author:lee", "year:2015-2018", "cat:LG since:2020 model", "zzz", "e t a o i n")
WORDS = """adaptive bound causal data estimate fair gradient human inference kernel learning model network optimal
policy queue robust sample theory uncertainty variance weight error graph language vision deep random forest""".split()


class Fake:
    """As much of an assistant as the screen uses; abstracts have about 1,200 characters."""

    def __init__(self, count: int) -> None:
        luck = random.Random(7)
        self._papers = [_paper(n, luck) for n in range(count)]
        self._stored = [paper.model_dump_json(exclude={"year", "date_precision"}) for paper in self._papers]

    def papers(self) -> Iterator[Paper]:
        """Newest first; read anew as a library does."""
        return (Paper.model_validate_json(one) for one in self._stored)

    def paper(self, paper_id: str) -> Paper:
        """One of them."""
        return self._papers[int(paper_id)]

    def sources(self, paper_id: str) -> dict[str, tuple[Source, ...]]:
        """All of one file."""
        return {"title": (self.paper(paper_id).source,)}

    def similar(self, paper_id: str, k: int = 5) -> list[Hit]:
        """The first ones."""
        return [Hit(paper=paper, score=1.0) for paper in self._papers[:k]]


def _paper(n: int, luck: random.Random) -> Paper:
    abstract = " ".join(luck.choices(WORDS, k=170))
    authors = tuple(Author(name=luck.choice(("Ann Lee", "Bo Núñez", "Cy Roe")), position=at) for at in (1, 2, 3))
    category = luck.choice(("cs.LG", "stat.ML", "math.ST"))
    title = " ".join(luck.choices(WORDS, k=9))
    date = str(2026 - n * 20 // PAPERS)
    return Paper(
        id=str(n), title=title, authors=authors, date=date, abstract=abstract, abstract_raw="", categories=(category,)
    )


class Host(App[None]):
    """The screen and nothing else."""

    CSS_PATH = SHEETS

    def __init__(self, fake: Fake) -> None:
        super().__init__()
        self.papers = PapersScreen(cast(Assistant, fake), EVERYTHING, Imports(self))


async def measure() -> dict[str, float]:
    """Milliseconds of each step."""
    app = Host(Fake(PAPERS))
    async with app.run_test(size=(120, 36)):
        began = perf_counter()
        app.push_screen(app.papers)
        selection: Any = app.papers.selection
        while not selection.shown_rows:
            await asyncio.sleep(0.001)
        times = {"first rows": perf_counter() - began}
        while app.papers.reading:
            await asyncio.sleep(0.001)
        times["all rows"] = perf_counter() - began
        keys = [_key(app, text[:end]) for text in TYPED for end in range(1, len(text) + 1)]
        times |= {"a key, median": median(keys), "a key, p95": quantiles(keys, n=20)[-1]}
    return {name: 1000 * seconds for name, seconds in times.items()}


def _key(app: Host, text: str) -> float:
    began = thread_time()
    with app.papers.prevent(Input.Changed):
        app.papers.query_one(Input).value = text
    app.papers.selection.filter(text)
    app.papers.refresh_list()
    return thread_time() - began


def main() -> None:
    """Print what was measured."""
    for name, milliseconds in asyncio.run(measure()).items():
        print(f"{name:15} {milliseconds:8.1f} ms")


if __name__ == "__main__":
    main()
