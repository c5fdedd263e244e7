"""Records of one paper, added to a library."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.chroma import Chroma
from store.dedup.match import Decisions
from store.errors import NotFound
from store.filters import Filters
from store.ingest import add_items
from store.ingest.plan import ImportStaging, IncomingRecord, PlannedChange, Planner
from store.library import BATCH, Library
from store.paper import Paper, Problem
from store.readers import Item
from store.record import MOST_TEXT
from store.results import AddReport
from tests.store import samples
from tests.store.dedup.records import ABSTRACT, record
from tests.store.samples import ids, paper, papers, put, unsound

BIB = record(doi="10.1000/a", file="a.bib", abstract="Short.")
NBIB = record("n1", pmid="77", file="b.nbib", format="nbib", abstract=ABSTRACT)
LINK = record("l1", doi="10.1000/a", pmid="77", title="Adaptive Experiments", authors="", file="c.ris", format="ris")


def counts(report: AddReport) -> tuple[int, int, int, int]:
    return report.added, report.updated, report.merged, report.unchanged


def dry(into: Library, items: list[Item]) -> AddReport:
    last = list(add_items(into, items, lambda: 1.0, dry_run=True))[-1]
    assert last.event == "add_done"
    return last.report


def test_two_records_become_one_paper_that_both_ids_find(library: Library) -> None:
    assert counts(put(library, [BIB])) == (1, 0, 0, 0)
    assert counts(put(library, [NBIB])) == (0, 0, 1, 0)
    (merged,) = library.papers()
    assert (merged.id, merged.abstract) == ("10.1000/a", ABSTRACT)
    assert merged.records == (BIB, NBIB)
    assert all(library.paper(name) == merged for name in ("n1", "pmid:77", "https://doi.org/10.1000/A", "10.1000/a"))
    assert library.search("greenhouses", 1)[0].paper == merged
    assert (
        ids(library.papers(Filters(source=("nbib",))))
        == ids(library.papers(Filters(source=("a.bib",))))
        == ["10.1000/a"]
    )
    assert unsound(library) == []


@pytest.mark.parametrize("apart", [0, BATCH])
def test_within_one_import_too(library: Library, apart: int) -> None:
    report = put(library, [BIB, *papers(apart), NBIB])
    assert counts(report) == (1 + apart, 0, 1, 0)
    assert library.paper("n1").id == "10.1000/a"


def test_adding_twice_changes_nothing(library: Library) -> None:
    everything = [BIB, NBIB, LINK, *papers(3)]
    put(library, everything)
    generation = library.chroma.state().generation
    assert counts(put(library, everything)) == (0, 0, 0, len(everything))
    assert library.chroma.state().generation == generation


def test_a_record_unites_two_papers(library: Library) -> None:
    bib = BIB.model_copy(update={"title": "Experiments, Flexible and Adaptive, of Plants in Batches"})
    put(library, [bib, NBIB, paper(1)])
    assert len(ids(library.papers())) == 3
    assert counts(put(library, [LINK])) == (0, 0, 1, 0)
    assert sorted(ids(library.papers())) == ["10.1000/a", "p1"]
    assert sorted(ids(library.paper("n1").records)) == ["10.1000/a", "l1", "n1"]
    assert unsound(library) == []


def test_a_broken_off_union_is_finished(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    bib = BIB.model_copy(update={"title": "Experiments, Flexible and Adaptive, of Plants in Batches"})
    put(library, [bib, NBIB])
    with monkeypatch.context() as broken:
        broken.setattr(Chroma, "delete", _stop)
        with pytest.raises(KeyboardInterrupt):
            put(library, [LINK])
    (whole,) = library.papers()  # Finished by looking at it.
    assert counts(put(library, [LINK])) == (0, 0, 0, 1)
    assert sorted(ids(whole.records)) == ["10.1000/a", "l1", "n1"]
    assert unsound(library) == []


def _stop(self: Chroma, ids: list[str]) -> None:
    raise KeyboardInterrupt


def test_a_new_state_of_a_record_takes_its_place(library: Library) -> None:
    put(library, [BIB, NBIB])
    newer = BIB.model_copy(update={"venue": "Gardens Today"})
    assert counts(put(library, [newer])) == (0, 1, 0, 0)
    assert library.paper("10.1000/a").records == (newer, NBIB)
    assert library.paper("10.1000/a").venue == "Gardens Today"


def test_text_that_was_embedded_is_not_embedded_again(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    put(library, [BIB])
    with monkeypatch.context() as without:
        without.setattr(library.embedder, "embed", _refuse)
        put(library, [BIB.model_copy(update={"venue": "Gardens Today"})])
        put(library, [record(doi="10.1000/a", file="b.ris", format="ris", keywords=("plants",))])
    assert len(library.paper("10.1000/a").records) == 2
    assert unsound(library) == []
    put(library, [NBIB])
    assert library.search(ABSTRACT, 1)[0].cosine > 0.9


def _refuse(texts: list[str]) -> None:
    raise AssertionError(f"embedded again: {texts}")


def test_another_file_of_the_same_name_replaces_nothing(library: Library) -> None:
    """As from ``cd first; add refs.jsonl; cd ../second; add refs.jsonl``."""
    first = record("1", title="Roses in the tropics", authors="Ann Poe", file="refs.jsonl")
    second = record("1", title="Soil of the north", authors="Di Roe", file="refs.jsonl")
    put(library, [first])
    assert counts(put(library, [second])) == (1, 0, 0, 0)
    assert {found.title for found in library.papers()} == {first.title, second.title}
    newer = second.model_copy(update={"venue": "Gardens Today"})
    assert counts(put(library, [newer])) == (0, 1, 0, 0)
    assert counts(put(library, [first])) == counts(put(library, [newer])) == (0, 0, 0, 1)
    assert unsound(library) == []


def test_a_new_state_can_unite(library: Library) -> None:
    alone = record("b1", title="Experiments", authors="", date=None, file="x.jsonl")
    put(library, [alone, NBIB])
    assert counts(put(library, [alone.model_copy(update={"identifiers": {"pmid": "77"}, "title": NBIB.title})])) == (
        0,
        1,
        0,
        0,
    )
    assert len(ids(library.papers())) == 1


def test_chapters_with_the_doi_of_their_book_are_kept_apart(library: Library) -> None:
    chapters = [
        record(doi="10.1000/book", title="Roses in the tropics", authors="Ann Poe", line=1),
        record(doi="10.1000/book", title="Bees in winter", authors="Carl Moss", line=9),
        record(doi="10.1000/book", title="Soil of the north", authors="Di Roe", line=17),
    ]
    for _ in range(2):
        put(library, chapters)
        assert sorted(found.title for found in library.papers()) == sorted(one.title for one in chapters)
    first, *others = ids(library.papers(oldest_first=True))
    assert "10.1000/book" in (first, *others)
    assert library.paper("10.1000/book").title == "Roses in the tropics"
    changed = chapters[1].model_copy(update={"abstract": ABSTRACT})
    assert counts(put(library, [chapters[0], changed, chapters[2]])) == (0, 1, 0, 2)
    assert len(ids(library.papers())) == 3
    assert unsound(library) == []


def test_the_id_of_a_joined_record_is_not_given_to_another_paper(library: Library) -> None:
    put(library, [BIB, NBIB])
    put(library, [record("n1", title="Soil of the north", authors="Di Roe", file="z.jsonl")])
    assert {one.title for one in library.papers()} == {BIB.title, "Soil of the north"}
    assert "n1" not in ids(library.papers())


def test_one_wrong_record_does_not_draw_two_papers_together(library: Library) -> None:
    other = record(doi="10.1000/b", title="Soil of the north", authors="Di Roe", file="b.bib")
    wrong = record("w", doi="10.1000/a", authors="", file="w.bib").model_copy(
        update={"identifiers": {"doi": "10.1000/a", "arxiv": "1601.00001"}}
    )
    preprint = record("s", arxiv="1601.00001", title="Soil of the north", authors="Di Roe", file="s.bib")
    put(library, [BIB, other, wrong, preprint])
    assert len(ids(library.papers())) == 2


def test_removing_by_the_id_of_a_record(library: Library) -> None:
    put(library, [BIB, NBIB, paper(1)])
    library.remove(["n1"])
    assert ids(library.papers()) == ["p1"]
    with pytest.raises(NotFound):
        library.paper("n1")


def test_a_paper_that_was_exported_with_its_records_comes_back(library: Library, tmp_path: Path) -> None:
    put(library, [BIB, NBIB])
    whole = library.paper("n1")
    again = samples.library(tmp_path / "again")
    assert counts(put(again, [whole])) == (1, 0, 1, 0)
    assert again.paper("n1").records == whole.records
    assert counts(put(library, [whole])) == (0, 0, 0, 2)
    again.close()


def test_a_dry_run_tells_the_same_and_writes_nothing(library: Library) -> None:
    everything: list[Item] = [BIB, *papers(BATCH), NBIB, LINK, Problem(file="f", reason="bad")]
    told = dry(library, everything)
    assert not library.folder.exists()
    assert {match.title for match in told.matches} == {NBIB.title, LINK.title}
    assert all(match.paper_id == "10.1000/a" and match.reason for match in told.matches)
    done = put(library, everything)
    assert told.model_copy(update={"matches": ()}) == done
    with library.open_writer("another"):
        assert counts(dry(library, everything)) == (0, 0, 0, BATCH + 3)
    assert library.index.snapshot().count == BATCH + 1


def test_a_dry_run_lists_the_matches_of_every_batch(library: Library) -> None:
    """Of a paper that is stored, and of one that only this import would add; later batches forget none of them."""
    put(library, [BIB])
    fresh = record(doi="10.1000/f", title="Soil of the north and its plants", file="f.bib", line=7)
    again = record("f2", doi="10.1000/f", title="Soil of the north and its plants", file="g.ris", line=3, format="ris")
    report = dry(library, [NBIB, fresh, *papers(BATCH), again, *papers(BATCH, first=500)])
    assert [(match.title, match.paper_id, match.source.file, match.source.line) for match in report.matches] == [
        (BIB.title, "10.1000/a", "b.nbib", 1),
        ("Soil of the north and its plants", "10.1000/f", "g.ris", 3),
    ]
    assert [match.reason for match in report.matches] == ["the same title, first author and year", "the same DOI"]
    assert counts(report) == (2 * BATCH + 1, 0, 2, 0)
    assert ids(library.papers()) == ["10.1000/a"]


def test_an_import_lists_no_matches(library: Library) -> None:
    assert put(library, [BIB, NBIB]).matches == ()


SOME = st.lists(
    st.builds(
        lambda n, file, doi, title, abstract: record(
            f"r{n}", file=file, title=title, abstract=abstract, identifiers={"doi": doi} if doi else {}
        ),
        st.integers(1, 3),
        st.sampled_from("ab"),
        st.sampled_from(["", "10.1000/a", "10.1000/b"]),
        st.sampled_from([record().title, "Editorial", "Soil of the north and its plants"]),
        st.sampled_from(["", ABSTRACT]),
    ),
    max_size=6,
)


@settings(max_examples=12)
@given(SOME, SOME)
def test_every_record_is_counted_and_none_is_lost(
    tmp_path_factory: pytest.TempPathFactory, first: list[Paper], second: list[Paper]
) -> None:
    into = samples.library(tmp_path_factory.mktemp("any") / "library")
    for some in (first, second):
        told, report = dry(into, list(some)), put(into, [*some, Problem(file="f", reason="bad")])
        assert told.model_copy(update={"matches": ()}) == report.model_copy(
            update={"records": len(some), "problems": ()}
        )
        assert report.records == sum(counts(report)) + 1
        assert report.with_abstract == sum(bool(one.abstract) for one in some)
        held = {one.content_hash() for found in into.papers() for one in found.records or (found,)}
        assert {one.content_hash() for one in some} <= held
        assert counts(put(into, some)) == (0, 0, 0, len(some))
    assert unsound(into) == []
    into.close()


@pytest.mark.parametrize(
    ("file", "lost", "change"),
    [
        ("a.bib", False, PlannedChange("updated", "10.1000/a")),
        ("moved.bib", True, PlannedChange("updated", "10.1000/a")),
    ],
)
def test_a_damaged_paper_is_healed_by_its_own_record(file: str, lost: bool, change: PlannedChange) -> None:
    """By the record of its file, or by what the library held before the damage, wherever that comes from."""
    staging = ImportStaging(None)
    staging.put(BIB.model_copy(update={"damage": "its text cannot be read", "abstract": "Sh"}))
    sound = BIB.model_copy(update={"source": BIB.source.model_copy(update={"file": file})})
    incoming = IncomingRecord(sound, sound.content_hash(), same=False, lost=lost)
    assert Planner(Decisions()).place(incoming, staging) == change
    assert (staging.changed, staging.gone) == ({"10.1000/a": sound}, set())


def test_a_plan_says_of_each_record_what_became_of_it() -> None:
    staging, planner = ImportStaging(None), Planner(Decisions())

    def place(made: Paper) -> PlannedChange:
        (incoming,) = planner.prepare([made], staging)
        assert (incoming.record, incoming.content, incoming.same, incoming.lost) == (
            made,
            made.content_hash(),
            False,
            False,
        )
        return planner.place(incoming, staging)

    assert place(BIB) == PlannedChange("added", "10.1000/a")
    assert place(BIB) == PlannedChange("unchanged", "10.1000/a")
    merged = place(NBIB)
    assert (merged.kind, merged.paper_id) == ("merged", "10.1000/a")
    assert merged.reason
    assert place(NBIB) == PlannedChange("unchanged", "10.1000/a")
    assert list(staging.changed) == ["10.1000/a"]


def test_a_staging_finds_what_was_put_and_not_what_was_removed() -> None:
    staging = ImportStaging(None)
    staging.put(BIB)
    staging.put(NBIB)
    assert ids(staging.find(["id:10.1000/a", "id:n1", "id:l1"])) == ["10.1000/a", "n1"]
    staging.remove("n1")
    assert staging.find(["id:n1"]) == []
    assert (list(staging.changed), staging.gone) == (["10.1000/a"], set())


def test_a_record_that_is_too_large_is_named_with_its_place(library: Library) -> None:
    large = record("huge", title="Huge", file="h.jsonl", abstract="word " * MOST_TEXT)
    report = put(library, [large, BIB])
    (problem,) = report.problems
    assert (problem.file, problem.line) == ("h.jsonl", large.source.line)
    assert problem.reason.startswith("huge: the record has ")
    assert (report.records, report.added, report.with_abstract) == (2, 1, 1)
