"""What the doctor sees, and what it mends."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from store.chroma.access import COLLECTION
from store.chroma.entries import split_parts
from store.chroma.segments import ChromaFolder
from store.doctor import Check, examine, repair, sweep_papers
from store.library import Library
from store.paper import Profile
from store.record import VERSION
from tests.store.samples import ids, library, paper, papers, put

ALL = [
    "folder",
    "lock",
    "model",
    "store",
    "format",
    "embedder",
    "stamp",
    "index",
    "files",
    "unfinished",
    "papers",
    "content",
    "names",
    "vectors",
    "embedded",
    "indexed",
    "copies",
]


def failed(checks: tuple[Check, ...]) -> list[str]:
    return [check.name for check in checks if not check.ok]


def test_a_sound_library(twenty: Library) -> None:
    checks = examine(twenty)
    assert [check.name for check in checks] == ALL
    assert failed(checks) == []
    assert all(check.detail and not check.hint for check in checks)


def test_one_of_a_thing_is_told_in_the_singular(tmp_path: Path) -> None:
    one = library(tmp_path)
    put(one, [paper(1), Profile(name="Ada", h_index=12)])
    details = {check.name: check.detail for check in examine(one)}
    assert details["stamp"] == "1 profile, 0 decisions on papers"
    assert details["index"] == "1 paper"


def test_it_changes_nothing(twenty: Library) -> None:
    os.truncate(twenty.folder / "index" / "stamp.json", 0)
    before = twenty.chroma.state()
    examine(twenty)
    assert twenty.chroma.state() == before
    assert (twenty.folder / "index" / "stamp.json").stat().st_size == 0


def test_nothing_is_said_of_an_index_that_is_not_there(twenty: Library) -> None:
    os.truncate(twenty.folder / "index" / "stamp.json", 0)
    assert [check.name for check in examine(twenty)] == ALL[:-2]


def test_no_library_yet(tmp_path: Path) -> None:
    (check,) = examine(library(tmp_path / "missing"))
    assert (check.name, check.ok) == ("folder", False)
    assert "--library" in check.hint
    assert not (tmp_path / "missing").exists()


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert failed(examine(library(tmp_path / "file"))) == ["folder"]
    assert failed(repair(library(tmp_path / "file"))) == ["repair", "folder"]


def test_an_empty_library(tmp_path: Path) -> None:
    checks = examine(library(tmp_path))
    assert failed(checks) == []
    assert "nothing was added" in checks[-1].detail
    assert failed(repair(library(tmp_path))) == []


def test_who_writes(twenty: Library) -> None:
    with twenty.open_writer("add"):
        lock = next(check for check in examine(twenty) if check.name == "lock")
    assert lock.ok
    assert f"process {os.getpid()} (add" in lock.detail


def test_no_server(tmp_path: Path) -> None:
    checks = examine(library(tmp_path / "library", "http://127.0.0.1:9"))
    assert failed(checks) == ["store"]
    assert failed(repair(library(tmp_path / "library", "http://127.0.0.1:9"))) == ["repair", "store"]


def test_another_embedder_is_reported_and_not_repaired(twenty: Library) -> None:
    other = library(twenty.folder, dimension=16)
    assert failed(examine(other)) == ["embedder"]
    assert failed(repair(other)) == ["repair", "embedder"]
    assert failed(examine(twenty)) == []


def test_a_newer_version(twenty: Library) -> None:
    newer = {**twenty.chroma.state().to_metadata(), "version": VERSION + 1}
    twenty.chroma._open().get_collection(COLLECTION).modify(metadata=newer)
    assert failed(examine(twenty)) == ["format"]
    assert failed(repair(twenty)) == ["repair", "format"]


def test_a_model_that_does_not_load(twenty: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twenty.embedder, "embed", lambda texts: np.full((len(texts), 64), np.nan, dtype=np.float32))
    assert failed(examine(twenty)) == ["model"]


def overwritten(file: Path) -> None:
    file.write_bytes(b"\x7f" * file.stat().st_size)


def vector_of(library: Library, paper_id: str, vector: list[float]) -> None:
    library.chroma._open().get_collection(COLLECTION).update(ids=[paper_id], embeddings=[vector])


def record_of(library: Library, paper_id: str, text: str) -> None:
    library.chroma._open().get_collection(COLLECTION).update(ids=[paper_id], metadatas=[split_parts(text)])


DAMAGES: dict[str, tuple[Callable[[Library], object], set[str]]] = {
    "index gone": (lambda of: shutil.rmtree(of.folder / "index"), {"index"}),
    "stamp broken": (lambda of: (of.folder / "index/stamp.json").write_text("[]"), {"index"}),
    "vectors gone": (lambda of: (of.folder / "index/vectors.f32").unlink(), {"index"}),
    "vectors short": (lambda of: os.truncate(of.folder / "index/vectors.f32", 999), {"index"}),
    "vectors other": (lambda of: overwritten(of.folder / "index/vectors.f32"), {"index"}),
    "meta gone": (lambda of: (of.folder / "index/tantivy/meta.json").unlink(), {"index"}),
    "behind": (lambda of: of.chroma.set_state(of.chroma.state().next_generation()), {"index"}),
    "a paper less": (lambda of: of.chroma.delete(["p3"]), {"indexed"}),
    "another paper": (lambda of: record_of(of, "p3", json.dumps({"id": "p3", "title": "Other"})), {"content"}),
    "zero vector": (lambda of: vector_of(of, "p3", [0.0] * 64), {"vectors", "copies"}),
    "another vector": (lambda of: vector_of(of, "p3", [1.0] + [0.0] * 63), {"copies"}),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_reported_and_mended(twenty: Library, damage: str) -> None:
    damaging, expected = DAMAGES[damage]
    damaging(twenty)
    twenty.close()
    checks = examine(twenty)
    assert set(failed(checks)) == expected
    assert all("doctor --repair" in check.hint or "again" in check.hint for check in checks if not check.ok)
    assert failed(repair(twenty)) == []
    left = 19 if damage == "a paper less" else 20
    assert len(list(twenty.papers())) == left
    assert twenty.search("number7", 1)[0].paper == paper(7)


@pytest.mark.parametrize("how", ["torn", "lost", "lost with the index"])
def test_vectors_that_chroma_lost(large: Library, how: str) -> None:
    large.close()
    (folder,) = ChromaFolder(large.chroma.place).list_index_folders()
    if how == "torn":
        os.truncate(folder / "data_level0.bin", 5000)
    else:
        shutil.rmtree(folder)
    if how == "lost with the index":
        shutil.rmtree(large.folder / "index")
    assert failed(examine(large))[-1] == ("store" if how == "torn" else "papers")
    assert failed(repair(large)) == []
    assert sorted(ids(large.papers())) == sorted(ids(papers(1100)))
    assert large.search("number700", 1)[0].paper.id == "p700"


def test_a_lost_database_is_reported_and_built_again_from_the_index(twenty: Library) -> None:
    twenty.close()
    os.truncate(twenty.folder / "chroma" / "chroma.sqlite3", 100_000)
    assert failed(examine(twenty)) == ["store"]
    first, *others = repair(twenty)
    assert (first.name, first.ok) == ("rebuilt", True)
    assert first.detail.startswith("the store was built again from 20 papers of the index; the old one is kept in")
    assert (twenty.folder / "chroma-broken-1" / "chroma.sqlite3").stat().st_size == 100_000
    assert failed(tuple(others)) == []
    assert sorted(ids(twenty.papers())) == sorted(ids(papers(20)))
    assert twenty.search("number7", 1)[0].paper == paper(7)


def test_what_neither_store_nor_index_has_cannot_be_mended(twenty: Library) -> None:
    twenty.close()
    os.truncate(twenty.folder / "chroma" / "chroma.sqlite3", 100_000)
    shutil.rmtree(twenty.folder / "index")
    checks = repair(twenty)
    assert failed(checks) == ["repair", "store"]
    assert checks[0].detail == "Neither the store nor the index of the library can be read."
    assert "conspectus restore FILE" in checks[0].hint


def test_a_sweep_names_the_papers(twenty: Library) -> None:
    view = twenty.view()
    assert view is not None
    record_of(twenty, "p3", json.dumps({"id": "p3", "title": "Other"}))
    vector_of(twenty, "p4", [2.0] + [0.0] * 63)
    twenty.chroma.delete(["p5"])
    found = sweep_papers(twenty.chroma, lambda: view)
    assert (found.papers, found.content, found.copies, found.indexed) == (19, ["p3"], ["p4"], ["p5"])
