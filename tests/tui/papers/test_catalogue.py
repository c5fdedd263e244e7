"""Rows in order."""

from tests.assistant.small import FIELD, paper
from tests.tui.papers_host import HOSTILE
from tui.papers.selection import Catalogue, Row, Sort


def ids(catalogue: Catalogue) -> list[str]:
    everything = {one.id for one in (*FIELD, *HOSTILE)} | {"none"}
    return [row.id for row in catalogue.with_ids(everything)]


def test_sorted_by_family_name_and_by_title_with_nothing_last() -> None:
    catalogue = Catalogue([Row.from_paper(paper("none", "", "")), *map(Row.from_paper, FIELD)])
    assert ids(catalogue)[0] == "none"
    catalogue.sort_by(Sort.AUTHOR)
    assert ids(catalogue) == ["batches", "queue", "silent", "fair", "audit", "rare", "thompson", "undated", "none"]
    catalogue.sort_by(Sort.TITLE)
    assert ids(catalogue)[0] == "thompson"
    assert ids(catalogue)[-1] == "none"
    assert [Sort.YEAR.next_sort, Sort.TITLE.next_sort] == [Sort.AUTHOR, Sort.YEAR]


def test_a_retracted_paper_is_marked_and_sorted_by_its_own_title() -> None:
    gone = Row.from_paper(paper("gone", "Cold Fusion", retraction="retracted 2025-03-04"))
    assert gone.title == "[retracted] Cold Fusion"
    catalogue = Catalogue([gone, Row.from_paper(paper("b", "Bees")), Row.from_paper(paper("d", "Dogs"))], Sort.TITLE)
    assert [row.id for row in catalogue.with_ids({"b", "gone", "d"})] == ["b", "gone", "d"]


def test_what_is_added_later_is_sorted_in_and_what_is_dropped_is_gone() -> None:
    catalogue = Catalogue(map(Row.from_paper, FIELD[:4]), Sort.AUTHOR)
    catalogue.extend(map(Row.from_paper, FIELD[4:]))
    assert ids(catalogue)[-1] == "undated"
    catalogue.drop({"undated", "batches"})
    assert len(catalogue) == 6
    assert ids(catalogue)[0] == "queue"


def test_hostile_text_is_harmless_in_a_row() -> None:
    for row in map(Row.from_paper, HOSTILE):
        shown = row.title + row.author + row.category
        assert not set(shown) & set("\x1b\x07\u202e\u202c\n")
        assert len(row.title) <= 300
