"""Every place that takes an id takes whatever a paper is called by."""

import asyncio
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.batch.spec import Spec
from assistant.client import Assistant
from store.errors import InputError, NotFound
from tests.assistant import small

TITLE = "Queues with Differentiable Simulators"
NAMES = (
    "queue",
    "che2024queues",
    "10.1000/queue",
    "https://doi.org/10.1000/QUEUE",
    "differentiable simulator",
    "Quues with",
)


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    papers = [
        paper.model_copy(update={"identifiers": {"doi": f"10.1000/{paper.id}"}}) if paper.id == "queue" else paper
        for paper in small.FIELD
    ]
    return small.assistant(tmp_path_factory.mktemp("named"), papers)


def _spec_ids(held: Assistant, name: str) -> list[str]:
    text = f'item = [{{ question = "What is controlled?", filters = {{ ids = ["{name}"] }} }}]'
    [job] = Spec.model_validate(tomllib.loads(text)).expand_jobs(held.library)
    return list(job.item.filters.ids or ())


def _verified(held: Assistant, name: str) -> list[str]:
    claim = held.verify("We control queueing networks by policy gradients.", papers=[name])
    return [citation.paper_id for citation in claim.citations][:1]


DOORS: dict[str, Callable[[Assistant, str], list[str]]] = {
    "get": lambda held, name: [held.papers.get(name).id],
    "find": lambda held, name: [held.papers.find(name).paper.id],
    "list": lambda held, name: [paper.id for paper in held.papers.list(ids=[name])],
    "count": lambda held, name: ["queue"] * held.papers.count(ids=[name]),
    "search": lambda held, name: [hit.paper.id for hit in held.search("simulator of events", ids=[name])],
    "ask": lambda held, name: [
        reference.paper_id for reference in held.ask("Which papers are there?", ids=[name]).references
    ],
    "similar": lambda held, name: ["queue"] * all(hit.paper.id != "queue" for hit in held.papers.similar(name)),
    "cite": lambda held, name: ["queue"] * (TITLE in held.papers.cite(name, "bibtex")),
    "export": lambda held, name: ["queue"] * ("".join(held.papers.export("jsonl", ids=[name])).count(TITLE) > 0),
    "references": lambda held, name: ["queue"] * len(held.papers.references(ids=[name])),
    "where": lambda held, name: [
        place.paper_id
        for place in held.papers.where("We control queueing networks by policy gradients.", ids=[name]).said
    ],
    "report": lambda held, name: [
        reference.paper_id for reference in held.reports.create("annotated", ids=[name]).references
    ],
    "verify": _verified,
    "batch": _spec_ids,
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("door", DOORS)
def test_every_door_takes_every_name(held: Assistant, door: str, name: str) -> None:
    assert DOORS[door](held, name) == ["queue"]


@pytest.mark.parametrize("door", DOORS)
def test_every_door_lists_what_may_be_meant_and_what_comes_near(held: Assistant, door: str) -> None:
    with pytest.raises(
        InputError, match=r"nunez2020auditing.*hashimoto2018fairness|hashimoto2018fairness.*nunez2020auditing"
    ):
        DOORS[door](held, "fairness")
    with pytest.raises(NotFound, match="Did you mean che2024queues"):
        DOORS[door](held, "queues with differential simulations")


def test_papers_are_only_changed_by_what_names_one(held: Assistant) -> None:
    for change in (held.papers.remove, held.papers.merge, held.papers.split):
        with pytest.raises(InputError, match="Name it by its id: queue"):
            change("differentiable simulator", "rare")
    assert held.papers.count() == 8


def test_a_paper_is_removed_by_its_key(tmp_path: Path) -> None:
    held = small.assistant(tmp_path, small.FIELD)
    held.papers.remove("che2024queues")
    assert [paper.id for paper in held.papers.list(author="Che")] == ["batches"]


def test_the_event_loop_is_given_them_too(held: Assistant) -> None:
    answer = asyncio.run(held.aask("Which papers are there?", ids=["che2024queues"]))
    assert [reference.paper_id for reference in answer.references] == ["queue"]
