"""Small libraries that need no model, for tests where meaning does not matter."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.answer.pipeline import AnswerRequest, stream_answer
from assistant.client import Assistant
from assistant.concurrency import Loop
from assistant.events import AskEvent
from assistant.sessions import Sessions
from assistant.testing import HashEmbedder
from assistant.types import Answer, Turn
from store.filters import Filters
from store.ingest import add_items
from store.library import Library
from store.paper import Author, Paper, Source


def paper(id: str, title: str, abstract: str = "", authors: str = "", year: int | None = None, **fields: Any) -> Paper:
    """A paper; authors with commas between them."""
    names = [name.strip() for name in authors.split(",") if name.strip()]
    return Paper(
        id=id,
        title=title,
        abstract=abstract,
        abstract_raw=abstract,
        authors=tuple(Author(name=name, position=n) for n, name in enumerate(names, 1)),
        date=str(year) if year else None,
        **{"source": Source(file="small.jsonl", line=1, format="jsonl"), **fields},
    )


def assistant(folder: Path, papers: Sequence[Paper] = ()) -> Assistant:
    """An assistant of a library with these papers, just as they are given."""
    library = Library(folder, HashEmbedder())
    if papers:
        assert len(papers) == sum(
            event.event == "add_done" and event.report.added for event in add_items(library, papers, lambda: 1.0)
        )
    return Assistant(library)


_LOOP = Loop()


def quoted(
    library: Library, question: str, history: Sequence[Turn] = (), filters: Filters | None = None
) -> list[AskEvent]:
    """The events of an answer without a model; nothing is saved."""
    request = AnswerRequest(question=question, history=tuple(history), filters=filters or Filters(retracted=False))
    return list(_LOOP.iterate(stream_answer(library, None, Sessions(library.folder / "sessions"), request)))


def talk(of: Assistant, *questions: str, within: Filters | None = None) -> list[Answer]:
    """The answers to questions asked one after the other; nothing is saved."""
    turns: list[Turn] = []
    for question in questions:
        for event in quoted(of.library, question, turns, within):
            if event.event == "answer_done":
                turns.append(Turn.now(question, event.answer))
    return [turn.answer for turn in turns if turn.answer]


FIELD = (
    paper(
        "batches",
        "Adaptive Experiments in Flexible Batches",
        "Experiments rarely reallocate effort after each observation. We propose a planner for adaptive experiments in"
        " batches. On the ASOS data it needs 40 percent fewer samples than Thompson sampling.",
        "Ethan Che, Hongseok Namkoong",
        2023,
        categories=("LG",),
        has_code=True,
    ),
    paper(
        "rare",
        "Rare Events in Simulated Traffic",
        "Crashes are rare events. We estimate crash probabilities of vehicles by adaptive sampling. The estimate takes"
        " 20 times less time than naive Monte Carlo.",
        "Matthew O'Kelly, Aman Sinha, John Duchi",
        2018,
        categories=("ML",),
    ),
    paper(
        "thompson",
        "A Broader View of Thompson Sampling",
        "Thompson sampling balances exploration and exploitation. We show why Thompson sampling works by way of a"
        " regularizer that measures residual uncertainty.",
        "Yanlin Qu, Hongseok Namkoong",
        2025,
        categories=("LG",),
    ),
    paper(
        "fair",
        "Fairness without Group Labels",
        "Losses repeat and minority groups leave. We bound the risk of the worst group without labels of groups.",
        "Tatsunori Hashimoto, Karen Thompson, José Núñez",
        2018,
        categories=("ML",),
    ),
    paper(
        "audit",
        "Auditing Fairness Interventions",
        "We compare 400 variants of fairness interventions on ten data sets from 2012. Interventions on the"
        " labels work best.",
        "José Núñez, Min Li",
        2020,
        categories=("CY",),
        has_code=True,
    ),
    paper(
        "queue",
        "Queues with Differentiable Simulators",
        "We control queueing networks by policy gradients through a differentiable simulator of events.",
        "Ethan Che, Jing Dong, Hongseok Namkoong",
        2024,
        categories=("ML",),
    ),
    paper("silent", "Notes on Causal Forests", "", "Jing Dong", 2021, categories=("ST",)),
    paper(
        "undated",
        "Memories of Sequential Tests",
        "Sequential tests stop early. We recall how they began.",
        "Abraham Wald",
    ),
)
"""Eight papers: 2018 to 2025 and one undated, one without an abstract."""
