"""Themes that are kept: the same report, grouped once for the same papers, and anew as soon as anything differs."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant.cache import Cache
from assistant.report import kept_themes
from assistant.report.kept_themes import FOLDER, MOST, KeptThemes, recall_themes
from assistant.report.pipeline import build_report
from assistant.report.schema import ReportSpec
from assistant.report.themes import Theme, find_themes
from assistant.testing import HashEmbedder
from store.library import Library
from store.paper import Paper
from tests.assistant import small

SUBJECTS = ("the songs of frogs", "queues of jobs", "averaging of weights")
PAPERS = [
    small.paper(f"{subject[-5:]}{n}", f"On {subject} in case {n}", f"We study {subject}. Case {n} shows growth of {n}.")
    for subject in SUBJECTS
    for n in range(1, 6)
]


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """A library of fifteen papers on three subjects, whose themes are kept."""
    monkeypatch.setattr(kept_themes, "LEAST", 15)
    library = Library(tmp_path / "library", HashEmbedder())
    with library.open_writer("a test") as writer:
        writer.put(PAPERS)
    return library


@pytest.fixture
def searched(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Of how many papers themes were looked for, each time."""
    counts: list[int] = []

    def find(library: Library, papers: Sequence[Paper], seed: int = 0) -> list[Theme]:
        counts.append(len(papers))
        return find_themes(library, papers, seed)

    monkeypatch.setattr(kept_themes, "find_themes", find)
    return counts


def list_kept(library: Library) -> list[Path]:
    return sorted((library.folder / FOLDER).glob("*.json"))


def test_a_report_from_kept_themes_is_the_fresh_one_bit_for_bit(library: Library, searched: list[int]) -> None:
    fresh = build_report(library, ReportSpec()).model_dump_json()
    library.close()
    again = Library(library.folder, HashEmbedder())
    assert build_report(again, ReportSpec()).model_dump_json() == fresh
    assert searched == [15]


def test_kept_themes_are_those_that_are_found_whatever_the_order_of_the_papers(
    library: Library, searched: list[int]
) -> None:
    found = recall_themes(library, PAPERS)
    assert recall_themes(library, PAPERS[::-1]) == found == find_themes(library, PAPERS)
    assert {type(paper) for theme in found for paper in theme.papers} == {Paper}
    assert searched == [15]


def test_other_texts_vectors_and_seeds_are_looked_at_anew(
    library: Library, searched: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    recall_themes(library, PAPERS)
    first, *rest = PAPERS
    for changed in ({"title": "On bells"}, {"abstract": f"{first.abstract} It rings."}):
        recall_themes(library, [first.model_copy(update=changed), *rest])
    recall_themes(library, PAPERS, seed=1)
    vectors = library.get_vectors([paper.id for paper in PAPERS])
    turned = {**vectors, first.id: vectors[PAPERS[-1].id]}
    monkeypatch.setattr(library, "get_vectors", lambda ids: {paper_id: turned[paper_id] for paper_id in ids})
    recall_themes(library, PAPERS)
    assert searched == [15] * 5
    recall_themes(library, [first.model_copy(update={"citation_count": 3}), *rest])
    assert searched == [15] * 5


def test_other_code_looks_anew(library: Library, searched: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    recall_themes(library, PAPERS)
    monkeypatch.setattr(kept_themes, "_stamp_code", lambda: b"another way of grouping")
    recall_themes(library, PAPERS)
    assert searched == [15, 15]


@pytest.mark.parametrize("change", ["gone", "twice", "foreign"])
def test_a_kept_grouping_of_other_papers_is_passed_over_and_replaced(
    library: Library, searched: list[int], change: str
) -> None:
    found = recall_themes(library, PAPERS)
    (file,) = list_kept(library)
    kept = Cache(library.folder / FOLDER, KeptThemes)
    themes = kept.get(file.stem)
    assert themes is not None
    first, *rest = themes.themes
    ids = {
        "gone": first.papers[1:],
        "twice": (*first.papers, first.papers[0]),
        "foreign": (*first.papers[1:], "elsewhere"),
    }
    kept.put(file.stem, KeptThemes(themes=(first.model_copy(update={"papers": ids[change]}), *rest)))
    assert recall_themes(library, PAPERS) == found
    assert kept.get(file.stem) == themes
    assert searched == [15, 15]


def test_a_damaged_file_is_passed_over(library: Library, searched: list[int]) -> None:
    found = recall_themes(library, PAPERS)
    (file,) = list_kept(library)
    file.write_bytes(file.read_bytes().replace(b"frogs", b"bells"))
    assert recall_themes(library, PAPERS) == found
    assert searched == [15, 15]


def test_a_folder_that_cannot_be_written_costs_time_alone(library: Library, searched: list[int]) -> None:
    (library.folder / FOLDER).write_text("a file")
    assert recall_themes(library, PAPERS) == recall_themes(library, PAPERS) == find_themes(library, PAPERS)
    assert searched == [15, 15]


def test_of_few_papers_nothing_is_kept(library: Library, searched: list[int]) -> None:
    recall_themes(library, PAPERS[:14])
    recall_themes(library, PAPERS[:14])
    assert searched == [14, 14]
    assert not list_kept(library)


def test_the_newest_groupings_are_kept(library: Library) -> None:
    for seed in range(MOST):
        recall_themes(library, PAPERS, seed)
    oldest, *others = list_kept(library)
    for number, file in enumerate((oldest, *others)):
        os.utime(file, (number, number))
    recall_themes(library, PAPERS, MOST)
    left = list_kept(library)
    assert len(left) == MOST
    assert oldest not in left
    assert {*others} < {*left}
