"""A sync that is killed: nothing is lost, and nothing is there twice. benchmarks/zotero.py does it at 20 points."""

import random
from pathlib import Path

import pytest

from assistant.testing import fake_zotero
from benchmarks.zotero import compare, kill_at, make_item, open_library, reach, run_sync


@pytest.mark.parametrize("point", [2, 4])
def test_killed_while_it_reads_and_while_it_stores(tmp_path: Path, point: int) -> None:
    with fake_zotero(make_item(number) for number in range(150)) as zotero:
        folder = tmp_path / "library"
        assert kill_at(zotero, folder, point, random.Random(point))
        library = open_library(folder)
        run_sync(library, reach(zotero.url, zotero.key))
        assert compare(zotero, library) == (0, 0)
        library.close()
