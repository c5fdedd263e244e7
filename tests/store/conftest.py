"""Libraries for the tests of the store."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.library import Library
from tests.store import samples

LARGE = 1100


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """An empty library."""
    new = samples.library(tmp_path / "library")
    yield new
    new.close()


@pytest.fixture(scope="session")
def _built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built") / "library"
    samples.made(folder).close()
    return folder


@pytest.fixture
def twenty(_built: Path, tmp_path: Path) -> Iterator[Library]:
    """A library of 20 papers."""
    copy = samples.library(Path(shutil.copytree(_built, tmp_path / "twenty")))
    yield copy
    copy.close()


@pytest.fixture(scope="session")
def _large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("large") / "library"
    samples.made(folder, LARGE).close()
    return folder


@pytest.fixture
def large(_large: Path, tmp_path: Path) -> Iterator[Library]:
    """A library of 1100 papers: more than Chroma keeps before it writes its vector index."""
    copy = samples.library(Path(shutil.copytree(_large, tmp_path / "large")))
    yield copy
    copy.close()
