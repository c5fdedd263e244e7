"""CPU time of a question without a model, by its kind, at 10 k and 100 k papers: python -m benchmarks.asking [N ...].

The abstracts are those of the shared collections, each of several papers; titles are drawn word by word, vectors at
random (embedding 100 k papers would take hours and change nothing that is measured here). The questions are made of
words of papers, all different, and embedded by the real model within the measured time. The process is warm.
"""

import asyncio
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from assistant.answer.pipeline import AnswerRequest, stream_answer
from assistant.client.screening import OrdersScreening
from assistant.events import AnswerDone
from assistant.sessions import Sessions
from assistant.types import Answer
from benchmarks import corpora
from benchmarks.scale import Scattered
from store.library import Library
from store.paper import Author, Paper

ASKED, PAGE = 25, 2000
_WORD = re.compile(r"\b[a-z]{6,}\b")


def papers(count: int) -> Iterator[Paper]:
    """Papers with abstracts of the collections, titles of 8 words, 3 authors of 50,000, 40 venues, 1990 to 2025."""
    draw = random.Random(0)
    real = [paper for name in corpora.COLLECTIONS for paper in corpora.papers(name) if paper.abstract]
    words = [word for paper in real for word in paper.title.split()]
    for number in range(count):
        names = [f"Given{draw.randrange(500)} Family{draw.randrange(100)}" for _ in range(3)]
        yield Paper(
            id=f"synthetic-{number}",
            title=" ".join(draw.choices(words, k=8)),
            authors=tuple(Author(name=name, position=place) for place, name in enumerate(names, 1)),
            date=str(draw.randint(1990, 2025)),
            venue=f"Journal of Field {draw.randrange(40)}",
            citation_count=draw.randrange(1000),
            abstract=draw.choice(real).abstract,
        )


def open_library(count: int) -> Library:
    """Open the library of so many papers; the first call writes it, page by page, and looks for no duplicates."""
    embedder = Scattered()
    library = Library(corpora.CACHE / f"asking-{count}", embedder, screening=OrdersScreening())
    view = library.view()
    written = view.count if view else 0
    if written < count:
        embedder.building, rest = True, islice(papers(count), written, None)
        with library.open_writer("a benchmark") as writer:
            while page := list(islice(rest, PAGE)):
                writer.put(page)
        embedder.building = False
    return library


def make_questions(library: Library) -> dict[str, list[str]]:
    """Make questions of each kind, each of words of a paper of its own."""
    view, draw = library.view(), random.Random(1)
    assert view is not None
    rows = draw.sample(range(view.count), 40 * ASKED)
    chosen = (paper for paper in view.papers(view.ids(rows)) if len(set(_WORD.findall(paper.abstract))) > 2)

    def pick() -> tuple[Paper, str, str, str]:
        paper = next(chosen)
        first, second, third = draw.sample(sorted(set(_WORD.findall(paper.abstract))), 3)
        return paper, first, second, third

    forms: dict[str, Callable[[Paper, str, str, str], str]] = {
        "fact": lambda paper, a, b, c: f"What is the effect of {a} {b} on {c}?",
        "about": lambda paper, a, b, c: f"Which papers are about {a} {b}?",
        "about, years": lambda paper, a, b, c: f"Which papers since 2010 are about {a}?",
        "mention": lambda paper, a, b, c: f"Which papers mention {a}?",
        "count": lambda paper, a, b, c: f"How many papers are about {a} {b}?",
        "count, mention": lambda paper, a, b, c: f"How many papers mention {a}?",
        "author": lambda paper, a, b, c: f"Which papers are by {paper.authors[0].name}?",
        "author, topic": lambda paper, a, b, c: f"What does {paper.authors[0].name} say about {a}?",
        "newest": lambda paper, a, b, c: f"What are the five newest papers on {a}?",
        "list": lambda paper, a, b, c: f"List the papers of {paper.year} in {paper.venue}",
        "most cited": lambda paper, a, b, c: f"What are the most cited papers of {paper.year}?",
        "how many": lambda paper, a, b, c: f"How many papers by {paper.authors[0].name} are there since 2000?",
        "record": lambda paper, a, b, c: f"Who wrote “{paper.title}”?",
    }
    return {kind: [form(*pick()) for _ in range(ASKED)] for kind, form in forms.items()}


async def ask(library: Library, sessions: Sessions, question: str) -> Answer:
    """Ask one question."""
    async for event in stream_answer(library, None, sessions, AnswerRequest(question=question)):
        if isinstance(event, AnswerDone):
            return event.answer
    raise RuntimeError("no answer came")


async def measure(count: int) -> None:
    """Print the middle and the slow end of each kind, and of all together."""
    library, times = open_library(count), dict[str, list[float]]()
    questions = make_questions(library)
    with tempfile.TemporaryDirectory() as folder:
        sessions = Sessions(Path(folder))
        for warm in ("What is heat?", "Which papers are about cancer?", "Which papers mention wings?"):
            await ask(library, sessions, warm)
        print(f"{count:,} papers")
        for kind, asked in questions.items():
            times[kind] = []
            cited = 0
            for question in asked:
                began = time.process_time()
                answer = await ask(library, sessions, question)
                times[kind].append((time.process_time() - began) * 1e3)
                cited += len(answer.references)
            _print_row(kind, times[kind], f"  {cited / len(asked):4.1f} papers cited")
    _print_row("all", [one for some in times.values() for one in some])


def _print_row(kind: str, times: list[float], more: str = "") -> None:
    last = statistics.quantiles(times, n=20)[-1]
    print(f"  {kind:16s} p50 {statistics.median(times):6.1f} ms  p95 {last:6.1f} ms{more}", flush=True)


if __name__ == "__main__":
    for number in map(int, islice(sys.argv, 1, None)) if len(sys.argv) > 1 else (10_000, 100_000):
        asyncio.run(measure(number))
