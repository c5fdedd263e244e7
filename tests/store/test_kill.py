"""A process that is killed while it adds papers."""

import random
from pathlib import Path

import pytest

from store.ingest import MANY
from store.library import BATCH
from tests.store.ingesting import DIMENSION, Ingesting
from tests.store.samples import ids, library, papers, pause, put, unsound, wrong

# Chroma writes its vector index, in place, after 1000 papers: in the batch behind so many.
COUNT, BEFORE = 1150, BATCH + 3 * MANY
FILES = ("header.bin", "data_level0.bin", "length.bin", "link_lists.bin", "index_metadata.pickle")


def check(folder: Path, acknowledged: int) -> None:
    """Nothing acknowledged is missing, all is sound, and adding again completes."""
    survivor = library(folder, dimension=DIMENSION)
    found = set(ids(survivor.papers()))
    assert set(ids(papers(acknowledged))) <= found <= set(ids(papers(COUNT)))
    assert wrong(survivor) == []
    report = put(survivor, papers(COUNT))
    assert (report.added, report.updated, report.unchanged) == (COUNT - len(found), 0, len(found))
    assert sorted(ids(survivor.papers())) == sorted(ids(papers(COUNT)))
    assert unsound(survivor) == []
    survivor.close()


@pytest.mark.parametrize("batch", [1, 2, 4, 7, 11, 15])
def test_killed_at_a_random_moment(tmp_path: Path, batch: int) -> None:
    rng = random.Random(batch)
    with Ingesting(tmp_path / "library", COUNT) as running:
        acknowledged = running.until(batch * BATCH)
        pause(rng, 0.08)
        acknowledged = running.kill(acknowledged)
    check(tmp_path / "library", acknowledged)


@pytest.mark.parametrize("file", [1, 4], ids=lambda n: FILES[n])
def test_killed_while_chroma_writes_its_vectors(tmp_path: Path, file: int) -> None:
    folder = tmp_path / "library"
    with Ingesting(folder, COUNT) as running:
        acknowledged = running.until(BEFORE)
        (segment,) = (path.parent for path in (folder / "chroma").glob("*/header.bin"))
        began = (segment / "header.bin").stat().st_mtime_ns
        while (segment / "header.bin").stat().st_mtime_ns == began or not (segment / FILES[file]).exists():
            pass
        acknowledged = running.kill(acknowledged)
    check(folder, acknowledged)
