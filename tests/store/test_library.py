"""What a library of papers does for its user."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from assistant.testing import HashEmbedder
from store.errors import EmbedderMismatch, LibraryDamaged, LibraryError, NotFound
from store.filters import Filters
from store.library import Library
from store.maintenance import Maintenance
from store.paper import Author, Profile
from tests.store.samples import DIMENSION, ids, made, paper, papers, put, unsound
from tests.store.samples import library as opened


def found(library: Library, **filters: Any) -> list[str]:
    return sorted(ids(library.papers(Filters(**filters))))


def test_a_library_that_nothing_was_added_to_is_empty(library: Library) -> None:
    assert library.view() is None
    assert list(library.papers()) == []
    assert library.search("anything") == []
    assert library.get(["p1"]) == []
    assert library.profiles() == ()
    assert library.reembed() == library.rebuild_index() == library.restore_vectors() == 0


def test_reading_makes_no_folder(library: Library) -> None:
    library.search("anything")
    assert not library.folder.exists()


def test_papers_come_back_as_they_went_in(library: Library) -> None:
    given = paper(
        1,
        abstract_raw="raw \\emph{text}",
        identifiers={"doi": "10.1/x"},
        urls=("https://example.org",),
        keywords=("a", "b"),
        venue="VLDB",
        has_code=True,
        warnings=("odd",),
        extra={"nested": {"list": [1, None, 2.5]}},
    )
    put(library, [given, paper(2)])
    assert library.paper("p1") == given
    assert library.get(["p2", "nobody", "p1"]) == [paper(2), given]


def test_listing_is_newest_first_and_undated_last(library: Library) -> None:
    dates = {"old": "2001-05-02", "year": "2001", "undated": None, "month": "2001-05", "new": "2020-01-01"}
    put(library, [paper(n, id=name, date=date) for n, (name, date) in enumerate(dates.items())])
    assert ids(library.papers()) == ["new", "old", "month", "year", "undated"]
    assert ids(library.papers(oldest_first=True)) == ["year", "month", "old", "new", "undated"]


def test_listing_more_than_one_page(large: Library) -> None:
    assert sorted(ids(large.papers())) == sorted(ids(papers(1100)))


AUTHORS = {
    "che": "Ethan Che",
    "nunez": "José M. Núñez",
    "wei": "Wang Wei",
    "lee": "A. B. Lee",
    "ovid": "Van der Berg, Jan",
}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Che", ["che"]),
        ("ethan che", ["che"]),
        ("Che, Ethan", ["che"]),
        ("E. Che", ["che"]),
        ("Nunez", ["nunez"]),
        ("núñez josé", ["nunez"]),
        ("José Núñez", ["nunez"]),
        ("Wei Wang", ["wei"]),
        ("Anna Lee", ["lee"]),
        ("jan van der berg", ["ovid"]),
        ("Ch", []),
        ("Ethan Lee", []),
        ("E.", []),
        ("", []),
        (("Che", "Lee"), []),
    ],
)
def test_filter_by_author(library: Library, name: str | tuple[str, ...], expected: list[str]) -> None:
    put(library, [paper(n, id=key, authors=(Author(name=who),)) for n, (key, who) in enumerate(AUTHORS.items())])
    assert found(library, author=name) == expected


def test_both_of_two_authors_have_to_be_there(library: Library) -> None:
    both, one = (Author(name="Ethan Che"), Author(name="Bo Li")), (Author(name="Ethan Che"),)
    put(library, [paper(1, authors=both), paper(2, authors=one)])
    assert found(library, author=("Che", "Li")) == ["p1"]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (2010, None, ["p2", "p3"]),
        (None, 2010, ["p1", "p2"]),
        (2010, 2010, ["p2"]),
        (2011, 2010, []),
        (None, 10**30, ["p1", "p2", "p3"]),
        (-(10**30), None, ["p1", "p2", "p3"]),
        (10**30, None, []),
    ],
)
def test_filter_by_year_leaves_undated_ones_out(
    library: Library, first: int | None, last: int | None, expected: list[str]
) -> None:
    dates = ["2000", "2010-12-31", "2020", None]
    put(library, [paper(n, date=date) for n, date in enumerate(dates, 1)])
    assert found(library, year_from=first, year_to=last) == expected


def test_the_other_filters(library: Library) -> None:
    listing = {"file": "a.txt", "format": "listing"}
    put(
        library,
        [
            paper(1, categories=("AI", "ML"), has_code=True, source=listing),
            paper(2, categories=("ML",), title="Sorting networks", abstract="Comparators in parallel."),
            paper(3, categories=(), abstract=""),
        ],
    )
    assert found(library, category="ML") == ["p1", "p2"]
    assert found(library, category=("AI", "nothing")) == ["p1"]
    assert found(library, source="a.txt") == found(library, source="listing") == ["p1"]
    assert found(library, text="sorting comparator") == ["p2"]
    assert found(library, text="sorting bandits") == []
    assert found(library, has_code=True) == ["p1"]
    assert found(library, has_code=False) == ["p2", "p3"]
    assert found(library, ids=("p3", "p1", "nobody")) == ["p1", "p3"]
    assert found(library, ids=()) == []
    assert found(library, category="ML", has_code=False, ids=("p1", "p2")) == ["p2"]


def test_filters_go_into_the_ranking(twenty: Library) -> None:
    """The only paper that a filter leaves is found, however far down it would be."""
    hits = twenty.search("bandits", 3, Filters(ids=("p13",)))
    assert [hit.paper.id for hit in hits] == ["p13"]
    assert twenty.search("bandits", 3, Filters(author=("Nobody",))) == []


def test_sentences_come_with_their_places(twenty: Library) -> None:
    hit = twenty.search("number3 method", 1)[0]
    assert hit.paper.id == "p3"
    assert hit.sentences[0].text == "We study parsers number3."
    assert all(hit.paper.abstract[one.start : one.end] == one.text for one in hit.sentences)


@pytest.mark.parametrize(
    "text", ["", "   ", "the of and", "?!", "\x00\x1b[31m", "(a OR b) AND title:x^2~", "word " * 5000]
)
def test_any_text_can_be_searched(twenty: Library, text: str) -> None:
    assert len(twenty.search(text, 5)) == 5


def test_no_more_hits_than_asked_for_or_there_are(twenty: Library) -> None:
    assert len(twenty.search("bandits", 0)) == 0
    assert len(twenty.search("bandits", -1)) == 0
    assert len(twenty.search("bandits", 1000)) == 20


def test_similar_papers(library: Library) -> None:
    twins = {"abstract": "We study glaciers on volcanoes. It is cold."}
    put(library, [paper(1, **twins), *papers(8, first=10), paper(2, **twins)])
    hits = library.find_similar("p1", 3)
    assert hits[0].paper.id == "p2"
    assert len(hits) == 3
    with pytest.raises(NotFound, match="'nobody'"):
        library.find_similar("nobody")


def test_remove(twenty: Library) -> None:
    twenty.remove(["p3", "p4", "p3"])
    assert set(ids(twenty.papers())) == set(ids(papers(20))) - {"p3", "p4"}
    assert all(hit.paper.id not in ("p3", "p4") for hit in twenty.search("number3 parsers", 20))
    assert unsound(twenty) == []
    with pytest.raises(NotFound):
        twenty.paper("p3")


def test_remove_all_or_nothing(twenty: Library) -> None:
    with pytest.raises(NotFound, match="'nobody'"):
        twenty.remove(["p1", "nobody"])
    assert twenty.paper("p1")
    twenty.remove([])
    assert len(list(twenty.papers())) == 20


def test_remove_everything_and_begin_anew(twenty: Library) -> None:
    twenty.remove(ids(papers(20)))
    assert list(twenty.papers()) == []
    assert twenty.search("bandits") == []
    assert put(twenty, papers(3)).added == 3
    assert unsound(twenty) == []


def test_an_unknown_paper(twenty: Library) -> None:
    for paper_id in ("nobody", "", "p1 ", "\x00"):
        with pytest.raises(NotFound):
            twenty.paper(paper_id)


def test_profiles_are_kept_and_replaced_by_name(library: Library) -> None:
    put(library, [Profile(name="A", h_index=1), paper(1), Profile(name="B")])
    put(library, [Profile(name="A", h_index=2)])
    assert {profile.name: profile.h_index for profile in library.profiles()} == {"A": 2, "B": None}


def test_it_can_be_used_after_it_was_closed(twenty: Library) -> None:
    assert twenty.search("bandits", 1)
    twenty.close()
    twenty.close()
    assert twenty.search("bandits", 1)


def test_two_of_one_folder_see_each_other(twenty: Library) -> None:
    other = opened(twenty.folder)
    put(other, [paper(100)])
    assert twenty.paper("p100")
    twenty.remove(["p100"])
    assert other.get(["p100"]) == []
    other.close()
    assert twenty.paper("p1")


def test_threads_may_share_it(twenty: Library) -> None:
    def work(n: int) -> list[str]:
        return [hit.paper.id for hit in twenty.search(f"number{n} glaciers", 5)]

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(work, [n % 20 for n in range(60)]))
    assert together == [work(n % 20) for n in range(60)]


def test_another_embedder_is_refused_and_re_embedding_named(twenty: Library) -> None:
    other = opened(twenty.folder, dimension=16)
    for use in (other.view, lambda: put(other, papers(1)), lambda: other.remove(["p1"]), other.rebuild_index):
        with pytest.raises(EmbedderMismatch, match=r"hash-64 .*conspectus doctor --re-embed"):
            use()
    assert len(list(twenty.papers())) == 20


def test_re_embedding(twenty: Library) -> None:
    other = opened(twenty.folder, dimension=16)
    assert other.reembed() == 20
    assert unsound(other) == []
    assert other.search("number3", 1)[0].paper == paper(3)
    assert put(other, papers(22)).added == 2
    other.close()
    with pytest.raises(EmbedderMismatch, match="hash-16"):
        twenty.view()


class TestEarlierEmbedder:
    """A library goes on with the embedder that made it, where that is known, until it is re-embedded."""

    @pytest.fixture
    def renewed(self, twenty: Library) -> Iterator[Library]:
        """The twenty papers, whose embedder of 64 dimensions is an earlier one of one with 16."""
        earlier = twenty.embedder
        twenty.close()
        made = Library(twenty.folder, HashEmbedder(16), find_earlier={earlier.stamp: earlier}.get)
        yield made
        made.close()

    def test_it_is_read_and_written(self, renewed: Library) -> None:
        assert renewed.search("number3", 1)[0].paper == paper(3)
        assert not renewed.is_current()
        assert put(renewed, papers(22)).added == 2
        assert renewed.rebuild_index() == 22
        assert unsound(renewed) == []
        assert renewed.chroma.state().embedder.dimension == 64

    def test_it_is_written_before_it_is_read(self, renewed: Library) -> None:
        assert put(renewed, papers(21)).added == 1
        assert unsound(renewed) == []

    def test_re_embedding_gives_it_the_vectors_of_today(self, renewed: Library) -> None:
        assert renewed.search("number3", 1)[0].paper == paper(3)
        assert renewed.reembed() == 20
        assert renewed.is_current()
        assert renewed.chroma.state().embedder.dimension == 16
        assert renewed.search("number3", 1)[0].paper == paper(3)
        assert unsound(renewed) == []

    def test_what_fails_leaves_it_as_it_was(self, renewed: Library, monkeypatch: pytest.MonkeyPatch) -> None:
        assert renewed.view() is not None
        monkeypatch.setattr(Maintenance, "reembed", Mock(side_effect=LibraryError("No.")))
        with pytest.raises(LibraryError, match="No"):
            renewed.reembed()
        assert renewed.search("number3", 1)[0].paper == paper(3)

    def test_another_process_that_re_embeds_is_followed(self, renewed: Library) -> None:
        assert renewed.search("number3", 1)[0].paper == paper(3)
        other = opened(renewed.folder, dimension=16)
        assert other.reembed() == 20
        other.close()
        assert renewed.search("number4", 1)[0].paper == paper(4)
        assert renewed.is_current()


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a library")
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(LibraryError, match="file"):
            made(folder, 1)
    with pytest.raises(LibraryError, match=r"is a file, not the folder .*--library"):
        opened(tmp_path / "file").view()


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a file system that nobody can write to")
def test_a_folder_that_cannot_be_written() -> None:
    with pytest.raises(LibraryError, match=r"cannot be written.*--library"):
        made(Path("/proc/self/library"), 1)


def test_papers_that_vanished_are_not_taken_for_an_empty_library(twenty: Library) -> None:
    (twenty.folder / "chroma" / "chroma.sqlite3").unlink()
    with pytest.raises(LibraryDamaged, match=r"are gone.*doctor --repair.*conspectus restore FILE"):
        put(twenty, papers(1))
    assert twenty.search("number7", 1)[0].paper == paper(7)
    assert "Its 20 papers are read from the index." in twenty.warning


def test_an_empty_chroma_folder_is_no_damage(library: Library) -> None:
    (library.folder / "chroma").mkdir(parents=True)
    assert library.view() is None
    assert put(library, papers(2)).added == 2


def test_the_embedder_says_what_it_was(twenty: Library) -> None:
    assert twenty.chroma.state().embedder == HashEmbedder(DIMENSION).stamp
