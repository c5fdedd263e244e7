"""Chroma's index over all strings: dropped from new folders, kept in old ones, made anew where Chroma asks for it."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import chromadb
import pytest

from store.chroma import clients
from store.environment import build_chroma_settings
from store.library import Library
from tests.store.samples import library as opened
from tests.store.samples import papers, put, wrong

NAME = "embedding_metadata_string_value"


def run(folder: Path, statement: str) -> list[str]:
    with closing(sqlite3.connect(folder / "chroma.sqlite3")) as database, database:
        return [name for (name,) in database.execute(statement)]


def list_indexes(folder: Path) -> list[str]:
    return run(folder, "SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE 'embedding_metadata_%_value'")


def test_a_new_folder_has_no_index_over_strings_and_chroma_finds_the_same(tmp_path: Path) -> None:
    library = opened(tmp_path / "new")
    put(library, papers(3))
    assert wrong(library) == []
    library.close()
    folder = tmp_path / "new" / "chroma"
    assert sorted(list_indexes(folder)) == ["embedding_metadata_float_value", "embedding_metadata_int_value"]
    client: Any = chromadb.PersistentClient(str(folder), build_chroma_settings())
    (collection,) = client.list_collections()
    digest = collection.get(ids=["p1"])["metadatas"][0]["hash"]
    assert collection.get(where={"hash": digest})["ids"] == ["p1"]
    client.close()


def test_a_folder_of_before_keeps_its_index(library: Library) -> None:
    put(library, papers(2))
    library.close()
    folder = library.folder / "chroma"
    run(folder, f"CREATE INDEX {NAME} ON embedding_metadata (key, string_value) WHERE string_value IS NOT NULL")
    put(library, papers(3))
    library.close()
    assert NAME in list_indexes(folder)


def test_a_chroma_that_wants_the_index_gets_it_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client = clients.open_folder(str(tmp_path), "", 1)
    client.create_collection("papers", embedding_function=None)
    clients.leave_folder(str(tmp_path), 1)
    assert NAME not in list_indexes(tmp_path)
    start = chromadb.PersistentClient

    def ask_for_index(folder: str, settings: object) -> object:
        if NAME not in list_indexes(Path(folder)):
            raise RuntimeError(f"error in a migration: no such index: {NAME}")
        return start(folder, settings)  # type: ignore[arg-type]

    monkeypatch.setattr(chromadb, "PersistentClient", ask_for_index)
    client = clients.open_folder(str(tmp_path), "", 1)
    assert [collection.name for collection in client.list_collections()] == ["papers"]
    clients.leave_folder(str(tmp_path), 1)
    assert NAME in list_indexes(tmp_path)


def test_another_failure_brings_nothing_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clients.open_folder(str(tmp_path), "", 1)
    clients.leave_folder(str(tmp_path), 1)

    def fail(folder: str, settings: object) -> object:
        raise RuntimeError("no room")

    monkeypatch.setattr(chromadb, "PersistentClient", fail)
    with pytest.raises(RuntimeError, match="no room"):
        clients.open_folder(str(tmp_path), "", 1)
    assert NAME not in list_indexes(tmp_path)


def test_what_fails_after_that_is_not_left_to_the_next_caller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chroma keeps what failed to start, and lets go of it when that fails again."""
    clients.open_folder(str(tmp_path), "", 1)
    clients.leave_folder(str(tmp_path), 1)
    start = chromadb.PersistentClient
    kept: list[str] = []

    def ask_for_index(folder: str, settings: object) -> object:
        if kept:
            raise RuntimeError(kept.pop())
        if NAME not in list_indexes(Path(folder)):
            kept.append(f"no such index: {NAME}")
            raise RuntimeError(kept[0])
        if not full:
            return start(folder, settings)  # type: ignore[arg-type]
        kept.append("no room")
        raise RuntimeError(full.pop())

    full = ["no room"]
    monkeypatch.setattr(chromadb, "PersistentClient", ask_for_index)
    with pytest.raises(RuntimeError, match="no room"):
        clients.open_folder(str(tmp_path), "", 1)
    assert kept == []
    assert clients.open_folder(str(tmp_path), "", 1).list_collections() == []
    clients.leave_folder(str(tmp_path), 1)
