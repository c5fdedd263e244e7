"""Records of older versions in the shape of today."""

from pathlib import Path

from store.ingest import add_items
from store.migration import derive_fields, needs_import, upgrade_paper
from store.paper import Author, Paper, Source
from store.record import RECORD_VERSION
from tests.store.samples import library

OLD = Paper(
    id="a",
    title="A title of a paper",
    authors=(Author(name="Toukhsati, SR", position=1), Author(name="[Anonymous]", position=2)),
    identifiers={"doi": "10.1007/978-3-319-24574-4{\\_}28"},
    extra={
        "type": "THES",
        "language": "eng",
        "cited_by_count": 3,
        "publisher": "University",
        "type_of_work": "PhD thesis",
        "editors": ["Roe, Max", "Moe, Eva"],
        "issn": "978-3-86490-311-3",
    },
    source=Source(file="a.ris", format="ris"),
)


def test_what_filters_need_is_told_by_what_is_stored() -> None:
    paper = derive_fields(OLD)
    assert (paper.kind, paper.language, paper.citation_count) == ("thesis", "en", 3)
    assert paper.content_hash() == OLD.content_hash()
    assert derive_fields(paper) is paper


def test_records_in_a_paper_are_told_too() -> None:
    paper = derive_fields(Paper(id="b", title="B", records=(OLD,)))
    assert paper.records[0].kind == "thesis"
    assert paper.content_hash() == Paper(id="b", title="B", records=(OLD,)).content_hash()


def test_files_are_written_in_the_shape_of_today() -> None:
    paper = upgrade_paper(OLD)
    assert [(one.name, one.family, one.given) for one in paper.authors] == [("SR Toukhsati", "Toukhsati", "SR")]
    assert [(one.role, one.family) for one in paper.contributors] == [("editor", "Roe"), ("editor", "Moe")]
    assert paper.identifiers["doi"] == "10.1007/978-3-319-24574-4_28"
    assert (paper.extra["genre"], paper.extra["isbn"]) == ("PhD thesis", "978-3-86490-311-3")
    assert "issn" not in paper.extra
    assert upgrade_paper(paper) is paper


def test_only_names_whose_file_would_tell_more_need_an_import() -> None:
    compound = (Author(name="Gabriel García Márquez", position=1),)
    assert needs_import(Paper(id="a", title="A", authors=compound, source=Source(format="ris")))
    assert not needs_import(Paper(id="a", title="A", authors=compound, source=Source(format="arxiv-atom")))
    known = (Author(name="Gabriel García Márquez", family="García Márquez", given="Gabriel"),)
    assert not needs_import(Paper(id="a", title="A", authors=known, source=Source(format="ris")))


def make_old(folder: Path) -> str:
    """A library as an older version left it, and its generation."""
    old = library(folder)
    for _ in add_items(old, [OLD], lambda: 0.0):
        pass
    state = old.chroma.state().model_copy(update={"record_version": 1})
    old.chroma.set_state(state)
    old.close()
    return state.generation


def test_a_library_is_migrated_when_it_is_opened_and_is_the_same_to_others(tmp_path: Path) -> None:
    generation = make_old(tmp_path)
    opened = library(tmp_path)
    (paper,) = opened.papers()
    assert (paper.kind, paper.language, paper.citation_count) == ("thesis", "en", 3)
    state = opened.chroma.state()
    assert (state.record_version, state.generation, state.migrating) == (RECORD_VERSION, generation, "")
    assert opened.index.generation() == generation
    opened.close()


def test_a_migration_that_broke_off_goes_on(tmp_path: Path) -> None:
    generation = make_old(tmp_path)
    broken = library(tmp_path)
    state = broken.chroma.state().model_copy(update={"migrating": generation}).next_generation()
    broken.chroma.set_state(state)
    broken.close()
    opened = library(tmp_path)
    assert [paper.kind for paper in opened.papers()] == ["thesis"]
    assert opened.chroma.state().generation == generation
    opened.close()


def test_the_same_record_read_by_a_newer_version_takes_its_place(tmp_path: Path) -> None:
    known = OLD.model_copy(
        update={"authors": (Author(name="SR Toukhsati", position=1, family="Toukhsati", given="SR"),)}
    )
    before = OLD.model_copy(update={"authors": (Author(name="SR Toukhsati", position=1),)})
    opened = library(tmp_path)
    reports = []
    for paper in (before, known.model_copy(update={"source": Source(file="elsewhere/a.ris", format="ris")})):
        *_, done = add_items(opened, [paper], lambda: 0.0)
        reports.append(done)
    assert (reports[1].report.updated, reports[1].report.merged, reports[1].report.added) == (1, 0, 0)  # type: ignore[union-attr]
    (paper,) = opened.papers()
    assert (paper.records, paper.authors[0].family) == ((), "Toukhsati")
    opened.close()
