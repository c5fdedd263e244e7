"""Chroma's vector files, torn in every way in which a crash can tear them."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from store.chroma.segments import ChromaFolder
from store.library import Library
from tests.store.samples import ids, papers, put, wrong


def place(library: Library) -> str:
    return str(library.folder / "chroma")


def segment(library: Library) -> Path:
    (folder,) = ChromaFolder(place(library)).list_index_folders()
    return folder


def halve(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


TEARS: dict[str, Callable[[Path], None]] = {
    "header short": lambda folder: halve(folder / "header.bin"),
    "header gone": lambda folder: (folder / "header.bin").unlink(),
    "vectors short": lambda folder: halve(folder / "data_level0.bin"),
    "vectors gone": lambda folder: (folder / "data_level0.bin").unlink(),
    "lengths short": lambda folder: halve(folder / "length.bin"),
    "links short": lambda folder: halve(folder / "link_lists.bin"),
    "links empty": lambda folder: os.truncate(folder / "link_lists.bin", 0),
    "labels short": lambda folder: halve(folder / "index_metadata.pickle"),
    "labels empty": lambda folder: os.truncate(folder / "index_metadata.pickle", 0),
    "labels gone": lambda folder: (folder / "index_metadata.pickle").unlink(),
}


def test_nothing_is_torn_where_nobody_died(large: Library, twenty: Library, library: Library) -> None:
    for sound in (large, twenty, library):
        assert ChromaFolder(place(sound)).find_tear() == ""
    assert ChromaFolder(place(large)).find_fault() == ""
    assert ChromaFolder(place(library)).find_fault() == ""


@pytest.mark.parametrize("tear", TEARS)
def test_a_torn_file_is_seen(large: Library, tear: str) -> None:
    TEARS[tear](segment(large))
    assert ChromaFolder(place(large)).find_tear().endswith(" is torn")
    assert ChromaFolder(place(large)).find_fault() == ChromaFolder(place(large)).find_tear()


@pytest.mark.parametrize("tear", ["vectors short", "labels empty", "header gone"])
def test_it_is_mended_by_whoever_writes_next(large: Library, tear: str) -> None:
    large.close()
    TEARS[tear](segment(large))
    assert put(large, papers(1101)).added == 1
    assert wrong(large) == []
    assert sorted(ids(large.papers())) == sorted(ids(papers(1101)))


def test_it_does_not_keep_anybody_from_reading(large: Library) -> None:
    large.close()
    TEARS["vectors short"](segment(large))
    assert large.search("number700", 1)[0].paper.id == "p700"
    assert len(list(large.papers())) == 1100


def test_a_reader_after_a_crash_mends_it(large: Library) -> None:
    """A write broke off, which the generation tells, and tore the vectors."""
    large.chroma.set_state(large.chroma.state().next_generation())
    large.close()
    TEARS["vectors short"](segment(large))
    assert large.search("number700", 1)[0].paper.id == "p700"
    assert wrong(large) == []


def test_vectors_that_are_nowhere_are_made_again(large: Library) -> None:
    large.close()
    TEARS["labels empty"](segment(large))
    large.index.clear()
    assert large.search("number700", 1)[0].paper.id == "p700"
    assert wrong(large) == []


def test_what_ends_the_process_that_reads_it_is_seen(large: Library) -> None:
    """Files that fit each other and still are garbage end this process only in luckier moments."""
    data = segment(large) / "data_level0.bin"
    data.write_bytes(b"\xff" * data.stat().st_size)
    assert ChromaFolder(place(large)).find_tear() == ""
    assert ChromaFolder(place(large)).find_fault() != ""


def test_an_index_that_was_never_filled_needs_no_trying_out(twenty: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.chroma.segments.subprocess.run", None)
    assert ChromaFolder(place(twenty)).find_fault() == ""


def test_a_format_that_is_not_known_is_left_to_chroma(large: Library) -> None:
    header = segment(large) / "header.bin"
    header.write_bytes((2).to_bytes(4, "little") + header.read_bytes()[4:])
    halve(segment(large) / "data_level0.bin")
    assert ChromaFolder(place(large)).find_tear() == ""


def test_other_folders_are_left_alone(tmp_path: Path) -> None:
    for name in ("a-b-c-d-e", "notes", "6ED7E2E3-0AF4-4F0E-8A2C-5D4E6B7A8C9D"):
        (tmp_path / name).mkdir()
    (tmp_path / "6ed7e2e3-0af4-4f0e-8a2c-5d4e6b7a8c9d").write_text("a file")
    assert ChromaFolder(str(tmp_path)).list_index_folders() == []
    assert ChromaFolder(str(tmp_path / "nowhere")).list_index_folders() == []
