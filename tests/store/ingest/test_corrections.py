"""Corrections by hand."""

from contextlib import AbstractContextManager

import pytest

from store.errors import InputError, NotFound
from store.filters import Filters
from store.ingest.corrections import duplicates, merge, split
from store.library import Library
from store.writer import Writer
from tests.store.dedup.records import ABSTRACT, record
from tests.store.samples import ids, paper, put, unsound

PLOS = record(doi="10.1000/plos", file="a.bib", abstract=ABSTRACT)
MEETING = record(doi="10.1000/meeting", file="b.ris", line=5, format="ris")


def listed(library: Library) -> list[tuple[str, str]]:
    return [(pair.first.id, pair.second.id) for pair in duplicates(library)]


def test_what_was_unsure_is_listed_until_it_is_decided(library: Library) -> None:
    put(library, [PLOS, MEETING, paper(1)])
    (pair,) = duplicates(library)
    assert (pair.first, pair.second, pair.same) == (MEETING, PLOS, False)
    assert pair.reason == "the same title, but another DOI"
    split(library, ["10.1000/plos", "10.1000/meeting"])
    assert listed(library) == []
    merge(library, ["10.1000/plos", "10.1000/meeting"])
    assert listed(library) == []


def test_merged_by_hand_stays_merged(library: Library) -> None:
    put(library, [PLOS, MEETING, paper(1)])
    merged = merge(library, ["10.1000/meeting", "10.1000/plos"])
    assert (merged.id, merged.records, merged.abstract) == ("10.1000/meeting", (MEETING, PLOS), ABSTRACT)
    assert library.paper("10.1000/plos") == merged
    report = put(library, [PLOS, MEETING, paper(1)])
    assert (report.added, report.updated, report.merged) == (0, 0, 0)
    newer = PLOS.model_copy(update={"venue": "Another"})
    put(library, [newer])
    assert library.paper("10.1000/plos").records == (MEETING, newer)
    assert unsound(library) == []


def test_a_merge_holds_for_records_that_come_back(library: Library) -> None:
    put(library, [PLOS, MEETING])
    merge(library, ["10.1000/plos", "10.1000/meeting"])
    library.remove(["10.1000/plos"])
    put(library, [MEETING, PLOS])
    assert ids(library.papers()) == ["10.1000/meeting"]


def test_split_by_hand_stays_split(library: Library) -> None:
    wrong = record("w", file="w.bib", abstract="Something else.")
    put(library, [PLOS, wrong, paper(1)])
    assert ids(library.papers()) != ids([PLOS, wrong])
    parts = split(library, ["10.1000/plos"])
    assert [part.id for part in parts] == ["10.1000/plos", "w"]
    assert parts == [PLOS, wrong]
    put(library, [PLOS, wrong.model_copy(update={"venue": "Another"})])
    assert library.paper("w").venue == "Another"
    again = record("w", file="elsewhere.bib")
    put(library, [again])
    assert len(ids(library.papers())) == 3
    assert again in library.paper("w").records
    assert listed(library) == []
    assert unsound(library) == []


def test_the_paper_keeps_the_id_that_was_cited(library: Library) -> None:
    put(library, [record("first", file="a.bib"), record(doi="10.1000/a", file="b.bib", date="2018-02")])
    merge_id = library.paper("10.1000/a").id
    assert merge_id == "first"
    assert [part.id for part in split(library, ["10.1000/a"])] == ["first", "10.1000/a"]


def test_an_id_that_is_lost_by_a_merge_still_leads_to_the_paper(library: Library) -> None:
    put(library, [PLOS, MEETING])
    kept = merge(library, [PLOS.id, MEETING.id])
    assert kept.id == PLOS.id
    assert library.get_by_ids([MEETING.id, "unknown", PLOS.id]) == {MEETING.id: kept, PLOS.id: kept}
    assert library.get([MEETING.id, PLOS.id]) == [kept]


def test_a_filter_by_id_takes_every_id_of_a_paper(library: Library) -> None:
    put(library, [PLOS, MEETING, paper(1)])
    kept = merge(library, [PLOS.id, MEETING.id])
    for name in (PLOS.id, MEETING.id, "doi:10.1000/MEETING", "https://doi.org/10.1000/plos"):
        chosen = Filters(ids=(name, "p1", "unknown"))
        assert set(ids(library.papers(chosen))) == {kept.id, "p1"}
        assert {hit.paper.id for hit in library.search("plants", 5, chosen)} == {kept.id, "p1"}
    assert ids(library.papers(Filters(ids=("unknown",)))) == ids(library.papers(Filters(ids=()))) == []


@pytest.mark.parametrize("names", [["10.1000/plos"], ["10.1000/plos", "doi:10.1000/plos"]])
def test_there_is_nothing_to_merge(library: Library, names: list[str]) -> None:
    put(library, [PLOS])
    with pytest.raises(InputError) as caught:
        merge(library, names)
    assert caught.value.what == "There is but one paper to merge."
    assert caught.value.hint == "Name two: conspectus merge ID ID"


def test_there_is_nothing_to_split(library: Library) -> None:
    same = PLOS.model_copy(update={"abstract": "Other."}).model_copy(update={"source": MEETING.source})
    put(library, [PLOS, same, MEETING])
    for name in ("10.1000/plos", "10.1000/meeting"):
        with pytest.raises(InputError) as caught:
            split(library, [name])
        assert caught.value.what == f"The paper {name} has no records that could be told apart."
        assert caught.value.hint == f"See where it is from: conspectus show --sources {name}"
    with pytest.raises(InputError) as caught:
        split(library, ["10.1000/plos", "doi:10.1000/plos"])
    assert caught.value.what == (
        "10.1000/plos and doi:10.1000/plos are one paper, or the same in id, title, year and author."
    )
    assert caught.value.hint == "A paper of several records is split by naming it alone: conspectus split ID"


@pytest.mark.parametrize("correct", [merge, split])
def test_papers_that_are_not_there(library: Library, correct: object) -> None:
    put(library, [PLOS])
    assert callable(correct)
    with pytest.raises(NotFound, match="conspectus papers"):
        correct(library, ["10.1000/plos", "unknown"])


def test_an_empty_library_has_no_duplicates(library: Library) -> None:
    assert listed(library) == []
    assert not library.folder.exists()


def test_the_lock_says_what_it_is_held_for(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    put(library, [PLOS, MEETING])
    purposes: list[str] = []
    open_writer = Library.open_writer

    def note(self: Library, purpose: str) -> AbstractContextManager[Writer]:
        purposes.append(purpose)
        return open_writer(self, purpose)

    monkeypatch.setattr(Library, "open_writer", note)
    merged = merge(library, [PLOS.id, MEETING.id])
    split(library, [merged.id])
    split(library, [PLOS.id, MEETING.id])
    assert purposes == ["merge", "split", "split"]
