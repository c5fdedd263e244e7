"""Real exports of many programs, in one library."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import merging
from store.library import Library
from store.paper import Paper
from store.readers import read_papers
from store.results import AddReport
from tests.store import samples
from tests.store.samples import put

Records = dict[tuple[str, int], Paper]


@pytest.fixture(scope="module")
def records(shared: Path) -> Records:
    """Every record of every file."""
    assert shared.is_dir()
    return merging.records()


@pytest.fixture(scope="module")
def everything(records: Records, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library of them all."""
    into = samples.library(tmp_path_factory.mktemp("everything") / "library")
    put(into, records.values())
    yield into
    into.close()


def test_adding_them_again_changes_nothing(everything: Library, records: Records) -> None:
    before = everything.chroma.state().generation
    report = put(everything, records.values())
    assert report == AddReport(
        records=len(records), unchanged=len(records), with_abstract=sum(bool(one.abstract) for one in records.values())
    )
    assert everything.chroma.state().generation == before


def test_pairs_that_were_labelled_by_reading(everything: Library, records: Records) -> None:
    pairs = list(merging.labelled(records))
    precision, recall = merging.figures(pairs, merging.homes(everything, records))
    assert len(pairs) >= 300
    assert sum(not pair.same for pair in pairs) >= 100
    assert precision >= 0.99
    assert recall >= 0.95


def test_one_library_in_several_formats_is_one_library(shared: Path, tmp_path: Path) -> None:
    into = samples.library(tmp_path / "library")
    files = sorted((shared / "formats").glob("*/reflib__blue-light.*"))
    assert len(files) == 3
    for file in files:
        put(into, read_papers(file))
    assert into.index.snapshot().count == 102
    into.close()
