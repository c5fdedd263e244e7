"""Whatever the client can do it does, too, where the papers are searched in a Chroma server."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from assistant import Assistant
from assistant.settings import Settings
from assistant.settings.server import ServerSettings
from assistant.testing import HashEmbedder
from store.paper import Author, Paper
from store.remote.view import ServerView
from tests.store.chroma_server import ChromaServer

TOPICS = ("frogs", "newts", "toads", "eels")
PAPERS = [
    Paper(
        id=f"p{n}",
        title=f"Counting {TOPICS[n % 4]} in ponds, study {n}",
        authors=(Author(name=f"Ada Okonjo{n % 3}", position=1), Author(name="Bo Li", position=2)),
        date=f"{2000 + n}",
        abstract=f"We count {TOPICS[n % 4]} in {n + 2} ponds. Their number fell by {n} %. A lamp scares them.",
        keywords=("ponds", TOPICS[n % 4]),
        citation_count=n,
        identifiers={"doi": f"10.1000/{n}"},
    )
    for n in range(24)
]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Assistant, Assistant]]:
    """The same library searched in a server, and in a folder."""
    folder = tmp_path_factory.mktemp("searched")
    server = ChromaServer(folder / "data")
    server.start()
    settings = Settings(store=server.url, server=ServerSettings(search="server"))
    there = Assistant.open(folder / "there", embedder=HashEmbedder(), settings=settings)
    here = Assistant.open(folder / "here", embedder=HashEmbedder())
    for one in (there, here):
        path = folder / "papers.jsonl"
        path.write_text("\n".join(paper.model_dump_json() for paper in PAPERS), encoding="utf-8")
        one.add(path)
    yield there, here
    there.close()
    here.close()
    server.kill()


@pytest.mark.parametrize(
    "ask",
    [
        lambda a: a.ask("How many ponds were there in the study of eels 23?").text,
        lambda a: a.ask("Which papers are by Okonjo1 since 2015?").text,
        lambda a: a.ask("How many papers are about newts?").text,
        lambda a: a.ask("Who writes most?").text,
        lambda a: a.ask("papers by Okonjoo2").text,
        lambda a: a.ask("most cited papers").text,
        lambda a: a.papers.count(author="Bo Li", year_from=2010),
        lambda a: [paper.id for paper in a.papers.list(keyword="eels")],
        lambda a: a.papers.overview().model_dump(exclude={"themes"}),
        lambda a: a.papers.find("study 7").paper.id,
        lambda a: a.papers.get("doi:10.1000/7").title,
        lambda a: a.papers.where("We count eels in 25 ponds.").said[:1],
        lambda a: sorted("".join(a.papers.export("bibtex")).split("@")),
        lambda a: list(a.papers.duplicates()),
        lambda a: a.papers.roles("p3"),
        lambda a: str(a.verify("A lamp scares them.")),
        lambda a: [name for name, ok in ((check.name, check.ok) for check in a.doctor()) if not ok],
    ],
)
def test_it_answers_as_from_an_index(both: tuple[Assistant, Assistant], ask: Callable[[Assistant], Any]) -> None:
    there, here = both
    assert isinstance(there.library.view(), ServerView)
    assert ask(there) == ask(here)


def test_a_paper_that_is_removed_comes_back(both: tuple[Assistant, Assistant]) -> None:
    there, _ = both
    there.papers.remove("p5")
    assert there.papers.count() == len(PAPERS) - 1
    there.undo()
    assert there.papers.get("p5").title == PAPERS[5].title
