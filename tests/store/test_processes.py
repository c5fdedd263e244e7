"""Several processes at one library."""

import subprocess
import sys
from pathlib import Path

import pytest

from store.errors import LibraryLocked
from store.library import BATCH, Library
from tests.store.ingesting import DIMENSION, ROOT, Ingesting
from tests.store.samples import library, paper, papers, put, unsound

SEARCH = """
import sys
from pathlib import Path
from tests.store.samples import library
from tests.store.ingesting import DIMENSION
for _ in range(int(sys.argv[3])):
    reader = library(Path(sys.argv[1]), dimension=DIMENSION)
    hits = reader.search(sys.argv[2], 1)
    reader.close()
sys.stdout.write(hits[0].paper.id)
"""


def search(folder: Path, text: str, times: int = 1) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", SEARCH, str(folder), text, str(times)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def answered(searching: "subprocess.Popen[str]") -> str:
    out, err = searching.communicate()
    assert searching.returncode == 0, err
    return out


def test_a_second_writer_is_told_who_writes(tmp_path: Path) -> None:
    mine = library(tmp_path / "library", dimension=DIMENSION)
    with Ingesting(mine.folder, 3 * BATCH, "wait") as running:
        running.until(BATCH)
        for write in (lambda: put(mine, papers(1)), lambda: mine.remove(["p1"]), mine.reembed, mine.rebuild_index):
            with pytest.raises(LibraryLocked, match=rf"process {running.pid} \(add, since .*Wait"):
                write()
        running.kill(0)
    assert put(mine, papers(1)).unchanged == 1
    assert unsound(mine) == []
    mine.close()


def test_a_reader_sees_what_a_writer_adds_without_opening_anew(tmp_path: Path) -> None:
    reader = library(tmp_path / "library", dimension=DIMENSION)
    assert reader.view() is None
    with Ingesting(reader.folder, 4 * BATCH, "wait") as running:
        stored = running.until(BATCH)
        while stored < 4 * BATCH:
            assert len(list(reader.papers())) == stored
            newest = paper(stored - 1)
            assert reader.search(f"number{stored - 1}", 1)[0].paper == newest
            assert reader.paper(newest.id) == newest
            stored = running.next()
    reader.close()


def test_readers_of_other_processes_beside_a_writer(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    with Ingesting(folder, 12 * BATCH) as running:
        running.until(BATCH)
        readers = [search(folder, "number3", 10), search(folder, "number7", 10)]
        assert [answered(one) for one in readers] == ["p3", "p7"]
        running.until(12 * BATCH)
    assert len(list(library(folder, dimension=DIMENSION).papers())) == 12 * BATCH


def test_a_reader_may_read_on_what_it_has_while_another_process_rebuilds(twenty: Library) -> None:
    view = twenty.view()
    assert view
    other = library(twenty.folder)
    other.rebuild_index()
    other.remove(["p3"])
    other.close()
    assert len(view.all_ids()) == 20
    assert view.papers(["p3"]) == [paper(3)]
    assert twenty.get(["p3"]) == []


def test_the_lock_goes_with_its_process(twenty: Library) -> None:
    command = "import os, sys; from pathlib import Path; from store.writer import write_lock\n"
    command += "with write_lock(Path(sys.argv[1]), 'add'): os._exit(9)"
    done = subprocess.run([sys.executable, "-c", command, str(twenty.folder)], cwd=ROOT, check=False)
    assert done.returncode == 9
    assert put(twenty, papers(21)).added == 1
