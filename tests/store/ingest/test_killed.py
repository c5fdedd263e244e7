"""A process that is killed while it merges."""

import random
from pathlib import Path

import pytest

from store.library import BATCH, Library
from store.paper import Paper
from tests.store.ingesting import DIMENSION, Ingesting
from tests.store.samples import library, pairs, pause, put, unsound

MANY = 400


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Paper]:
    """What an import that nobody killed made."""
    into = library(tmp_path_factory.mktemp("whole") / "library", dimension=DIMENSION)
    put(into, pairs(MANY))
    return content(into)


def content(of: Library) -> dict[str, Paper]:
    return {found.id: found for found in of.papers()}


@pytest.mark.parametrize("batch", [1, 3, 5])
def test_run_again_it_ends_as_if_nobody_had_killed_it(tmp_path: Path, whole: dict[str, Paper], batch: int) -> None:
    with Ingesting(tmp_path / "library", MANY, "pairs") as running:
        running.until(batch * BATCH)
        pause(random.Random(batch), 0.06)
        running.kill(0)
    survivor = library(tmp_path / "library", dimension=DIMENSION)
    put(survivor, pairs(MANY))
    assert content(survivor) == whole
    report = put(survivor, pairs(MANY))
    assert (report.added, report.updated, report.merged) == (0, 0, 0)
    assert unsound(survivor) == []
    survivor.close()
