import hashlib
import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.testing import HashEmbedder
from store.citation_keys import citation_key, citation_keys, keys_in
from store.ingest import add_items
from store.ingest.corrections import merge
from store.library import Library
from store.paper import Author, Paper
from store.person_name import sort_authors

SOME = st.text(st.sampled_from("aAé 20字-ß"), max_size=6)
PAPERS = st.builds(
    Paper,
    id=st.text(max_size=3),
    title=SOME,
    authors=st.lists(st.builds(Author, name=SOME, position=st.none() | st.integers(1, 3)), max_size=2).map(tuple),
    date=st.sampled_from([None, "2018", "2020-02", "0000"]),
)


def by(name: str, title: str = "On the Origin of Species", date: str | None = "1859") -> Paper:
    return Paper(id=f"{name}|{title}|{date}", title=title, authors=(Author(name=name, position=1),), date=date)


@pytest.mark.parametrize(
    ("paper", "key"),
    [
        (by("Charles Darwin"), "darwin1859origin"),
        (by("Darwin, Charles", date="1859-11-24"), "darwin1859origin"),
        (by("Jan van der Berg"), "berg1859origin"),
        (by("bell hooks"), "hooks1859origin"),
        (by("José Núñez-Ørsted"), "nunezorsted1859origin"),
        (by("Gauß Weiß"), "weiss1859origin"),
        (by("李明"), "anon1859origin"),
        (by("The ATLAS Collaboration"), "theatlascollaboration1859origin"),
        (by("R2 D2"), "d1859origin"),
        (by("Ann Poe", "The A of On"), "poe1859"),
        (by("Ann Poe", "3D {Gaussian} splats", None), "poe3d"),
        (by("Ann Poe", "Über Größe"), "poe1859uber"),
        (Paper(id="x", title=""), "anon"),
    ],
)
def test_a_key_tells_who_when_and_what(paper: Paper, key: str) -> None:
    assert citation_key(paper) == key


def test_the_first_author_is_the_one_in_the_first_place() -> None:
    unplaced, second, first = Author(name="Ann Poe"), Author(name="B Roe", position=2), Author(name="C Doe", position=1)
    assert sort_authors(Paper(id="p", title="T", authors=(unplaced, second, first))) == (first, second)
    assert sort_authors(Paper(id="p", title="T", authors=(unplaced,))) == (unplaced,)


@given(st.lists(PAPERS, max_size=8))
def test_no_two_papers_have_the_same_key(papers: list[Paper]) -> None:
    keys = citation_keys(papers)
    assert keys.keys() == {paper.id for paper in papers}
    assert len(set(keys.values())) == len(keys)
    assert all(re.fullmatch("[a-z]+[a-z0-9]*(-[0-9a-f]{6,})?", key) for key in keys.values())
    assert keys == citation_keys(reversed({paper.id: paper for paper in papers}.values()))


def test_papers_whose_hashes_begin_alike_are_told_apart() -> None:
    seen: dict[str, str] = {}
    alike: list[str] = []
    for number in range(100_000):
        digest = hashlib.sha256(str(number).encode()).hexdigest()[:6]
        if digest in seen:
            alike = [seen[digest], str(number)]
            break
        seen[digest] = str(number)
    keys = citation_keys(Paper(id=id, title="T") for id in alike)
    assert len(set(keys.values())) == 2


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Library, list[Paper]]]:
    """A library in which keys meet, also across papers with a year and without one."""
    dates = ("2018", "2018-05", "2020", None)
    papers = [
        Paper(id=f"{name}{title}{date}", title=title, authors=(Author(name=name, position=1),), date=date)
        for name in ("Ann Poe", "Bob Poe", "李明")
        for title in ("On Trees", "Trees", "2018 trees", "The")
        for date in dates
    ]
    library = Library(tmp_path_factory.mktemp("mixed") / "library", HashEmbedder())
    list(add_items(library, papers, lambda: 1.0))
    yield library, papers
    library.close()


def test_a_few_papers_have_the_keys_that_they_have_among_all(mixed: tuple[Library, list[Paper]]) -> None:
    library, papers = mixed
    alone = {paper.id: keys_in(library, [paper])[paper.id] for paper in papers}
    assert len(set(alone.values())) == len(papers)
    for pair in list(combinations(papers, 2))[::37]:
        assert keys_in(library, pair) == {paper.id: alone[paper.id] for paper in pair}


def test_a_paper_that_is_not_in_the_library_has_a_key_too(mixed: tuple[Library, list[Paper]]) -> None:
    library, papers = mixed
    gone = papers[0].model_copy(update={"id": "gone"})
    assert keys_in(library, [gone])["gone"].startswith(f"{citation_key(gone)}-")
    assert keys_in(library, []) == {}


def test_a_library_tells_the_keys_that_all_its_papers_have_together(mixed: tuple[Library, list[Paper]]) -> None:
    library = mixed[0]
    papers = list(library.papers())
    keys, together = library.read_citation_keys(), citation_keys(papers)
    assert {paper.id: keys.find(paper) for paper in papers} == together
    assert all(map(keys.is_taken, together.values()))
    shared = {citation_key(paper) for paper in papers} - set(together.values())
    assert shared
    assert not any(map(keys.is_taken, (*shared, "nobody2018trees")))


def test_a_key_of_a_removed_paper_is_nobodys(tmp_path: Path) -> None:
    library = Library(tmp_path / "library", HashEmbedder())
    twins = [by("Charles Darwin"), by("Charles Darwin", "The Origin")]
    alone = by("Ann Poe", "Trees", "2018")
    list(add_items(library, [*twins, alone], lambda: 1.0))
    assert library.read_citation_keys().find(twins[0]).startswith("darwin1859origin-")
    library.remove([twins[1].id, alone.id])
    keys = library.read_citation_keys()
    assert keys.find(twins[0]) == "darwin1859origin"
    assert keys.is_taken("darwin1859origin")
    assert not keys.is_taken("poe2018trees")
    library.close()


def test_the_key_of_a_record_is_not_that_of_its_paper(tmp_path: Path) -> None:
    library = Library(tmp_path / "library", HashEmbedder())
    first, other = by("Ann Poe", "On Trees", "2018"), by("Bo Li", "Roses", "2020")
    list(add_items(library, [first, other], lambda: 1.0))
    joined = merge(library, [first.id, other.id])
    keys = library.read_citation_keys()
    assert keys.find(joined) == citation_key(joined)
    assert [keys.is_taken(citation_key(record)) for record in joined.records] == [True, False]
    library.close()


def test_a_library_that_nothing_was_added_to_has_no_keys(tmp_path: Path) -> None:
    assert not Library(tmp_path / "none", HashEmbedder()).read_citation_keys().is_taken("poe2018trees")
