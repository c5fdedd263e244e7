"""What one view of the index can be asked."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.filters import Filters
from store.index.snapshot import Snapshot
from store.library import Library
from store.paper import Author, Paper
from store.text.roles import Role, RoledSentence
from tests.store.samples import ids, library, paper, put


def people(*names: str) -> tuple[Author, ...]:
    return tuple(Author(name=name) for name in names)


PAPERS: list[Paper] = [
    paper(0, title="On bandits", abstract="Bandits learn.", authors=people("Ethan Che", "J. Li"), date="2018-05-01"),
    paper(1, title="Learning", abstract="Bandits.", authors=people("Jun Li"), date="2018", categories=("ML",)),
    paper(
        2, title="Glaciers", abstract="", authors=people("José Núñez", "ETHAN CHE"), date="2020-02", categories=("GEO",)
    ),
    paper(3, title="Undated", abstract="The bandit.", authors=(), date=None, categories=()),
]


@pytest.fixture(scope="module")
def four(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library of four papers; nobody changes it."""
    made = library(tmp_path_factory.mktemp("four"))
    put(made, PAPERS)
    yield made
    made.close()


@pytest.fixture
def view(four: Library) -> Snapshot:
    """Its index."""
    found = four.view()
    assert found
    return found


def test_counts(view: Snapshot) -> None:
    assert view.count == 4
    assert view.count_by_year() == {2018: 2, 2020: 1}
    assert view.count_by_category() == {"AI": 1, "GEO": 1, "ML": 2}
    assert view.has_category("GEO")
    assert not view.has_category("geo")
    assert view.count_term("bandit") == 3
    assert view.count_term("nothing") == 0


def test_the_most_frequent_category_is_first(view: Snapshot) -> None:
    assert list(view.count_by_category()) == ["ML", "AI", "GEO"]


def test_removed_papers_are_not_counted(tmp_path: Path) -> None:
    some = library(tmp_path)
    put(some, PAPERS)
    some.remove(["p2", "p3"])
    view = some.view()
    assert view
    assert (view.count, view.count_by_year(), view.count_by_category()) == (2, {2018: 2}, {"AI": 1, "ML": 2})
    assert (view.has_category("GEO"), view.count_by_author("nunez"), view.count_by_author("che")) == (False, 0, 1)
    assert (view.count_term("bandit"), view.count_term("glacier")) == (2, 0)
    assert view.find_authors("Núñez") == {}
    some.close()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Che", {"ethan che"}),
        ("nunez", {"jose nunez"}),
        ("Li", {"j li", "jun li"}),
        ("J. Li", {"j li", "jun li"}),
        ("Jun Li", {"j li", "jun li"}),
        ("Jan Li", {"j li"}),
        ("Nobody", set()),
        ("J.", set()),
        ("", set()),
    ],
)
def test_authors_whom_a_name_fits(view: Snapshot, name: str, expected: set[str]) -> None:
    assert set(view.find_authors(name)) == expected


def test_rows_ids_papers_hashes_and_vectors_belong_together(view: Snapshot) -> None:
    rows = view.rows(Filters()).tolist()
    assert view.ids(reversed(rows)) == list(reversed(view.ids(rows)))
    for row, paper_id in zip(rows, view.ids(rows), strict=True):
        assert view.row_of(paper_id) == row
        (found,) = view.papers([paper_id])
        assert view.hashes([paper_id]) == {paper_id: found.content_hash()}
        assert (view.vectors_of([paper_id])[paper_id] == view.vectors[row]).all()
    assert sorted(view.all_ids()) == ids(PAPERS)


def test_what_is_not_there(view: Snapshot) -> None:
    assert view.row_of("nobody") is None
    assert view.hashes(["nobody"]) == view.vectors_of(["nobody"]) == {}
    assert view.papers(["nobody"]) == view.papers([]) == []
    assert view.ids([]) == []


def test_the_catalogue(view: Snapshot) -> None:
    assert view.list_ids(Filters()) == ["p2", "p0", "p1", "p3"]
    assert view.list_ids(Filters(), oldest_first=True) == ["p1", "p0", "p2", "p3"]
    assert view.list_ids(Filters(text="bandits")) == ["p0", "p1", "p3"]
    assert view.list_ids(Filters(author=("Che",), year_from=2020)) == ["p2"]


def test_words_are_stemmed_and_titles_count_twice(view: Snapshot) -> None:
    found = view.rank_by_words("bandits", Filters(), 10)
    assert view.ids(found.rows.tolist())[0] == "p0"
    assert sorted(view.ids(found.rows.tolist())) == ["p0", "p1", "p3"]
    assert found.scores.tolist() == sorted(found.scores.tolist(), reverse=True)


def test_scores_of_chosen_rows_are_those_of_all(view: Snapshot) -> None:
    every = dict(zip(*(part.tolist() for part in view.rank_by_words("bandits learning", Filters(), 10)), strict=True))
    chosen = view.rows(Filters(year_to=2018))
    some = view.score_words("bandits learning", chosen)
    assert dict(zip(*(part.tolist() for part in some), strict=True)) == pytest.approx(
        {row: every[row] for row in chosen.tolist()}
    )


def test_papers_by_their_keys(tmp_path: Path) -> None:
    made = library(tmp_path / "library")
    put(made, [paper(1, identifiers={"doi": "10.1000/a"}), paper(2, identifiers={"doi": "10.1000/b"}), paper(3)])
    view = made.view()
    assert view
    assert ids(view.find_by_keys(["doi:10.1000/b", "id:p1", "doi:none"])) == ["p1", "p2"]
    assert view.find_by_keys([]) == []
    assert view.list_shared_keys() == []
    put(made, [paper(4, identifiers={"doi": "10.1000/a"}, title="Quite another thing", authors=())])
    view = made.view()
    assert view
    assert view.list_shared_keys() == ["doi:10.1000/a"]
    made.close()


STRUCTURED = "AIM: To count bandits. RESULTS: There are three."


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Library]:
    """A library of one paper with labels."""
    made = library(tmp_path)
    put(made, [paper(0, abstract=STRUCTURED), paper(1, abstract="")])
    yield made
    made.close()


def test_roles_are_stored_with_the_paper(made: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.index.documents.assign_roles", pytest.fail)
    found = made.get_roles(["p0", "p1", "p2"])
    assert [(one.start, one.role, one.labelled) for one in found["p0"]] == [(5, "aim", True), (32, "result", True)]
    assert found["p1"] == ()
    assert set(found) == {"p0", "p1"}


def test_roles_that_are_not_stored_are_assigned_when_they_are_read(made: Library) -> None:
    before = made.get(["p0"])[0].content_hash()
    made.rebuild_index()
    assert [one.role for one in made.get_roles(["p0"])["p0"]] == ["aim", "result"]
    assert made.get(["p0"])[0].content_hash() == before


def test_roles_of_another_version_are_assigned_again(made: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.text.roles.role.VERSION", 99)
    now = (RoledSentence(start=0, end=len(STRUCTURED), role=Role.METHOD),)
    monkeypatch.setattr("store.index.documents.assign_roles", lambda abstract: now if abstract == STRUCTURED else ())
    assert made.get_roles(["p0"])["p0"] == now


def test_terms_are_listed_by_how_they_begin_and_spelt_as_a_paper_spells_them(view: Snapshot) -> None:
    assert view.list_terms("ba") == ["bandit"]
    assert view.list_terms("l") == ["learn"]
    assert view.list_terms("x") == []
    assert view.spell_term("glacier") == "glaciers"
    assert view.spell_term("bandit") in ("bandit", "bandits")
    assert view.spell_term("nothing") == "nothing"
