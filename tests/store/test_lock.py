"""The write lock."""

import json
import os
import re
import threading
from pathlib import Path

import pytest

from store.errors import LibraryError, LibraryLocked
from store.writer import FILLING, HOLDER, write_lock


def test_one_at_a_time_and_then_the_next(tmp_path: Path) -> None:
    with (
        write_lock(tmp_path, "add"),
        pytest.raises(LibraryLocked, match=rf"process {os.getpid()} \(add, since 20.*Wait"),
        write_lock(tmp_path, "remove"),
    ):
        raise AssertionError("two writers")
    with write_lock(tmp_path, "remove"):
        pass


def test_threads_of_one_process_exclude_each_other(tmp_path: Path) -> None:
    caught: list[str] = []

    def second() -> None:
        try:
            with write_lock(tmp_path, "second"):
                caught.append("none")
        except LibraryLocked as error:
            caught.append(error.what)

    with write_lock(tmp_path, "first"):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    assert len(caught) == 1
    assert "(first" in caught[0]


def test_a_batch_of_vectors_that_another_writes_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refused, order = threading.Event(), []

    def read_holder(folder: Path) -> dict[str, str]:
        refused.set()
        return {"what": FILLING}

    def add() -> None:
        with write_lock(tmp_path, "add"):
            order.append("add")

    monkeypatch.setattr("store.writer._read_holder", read_holder)
    with write_lock(tmp_path, FILLING):
        thread = threading.Thread(target=add)
        thread.start()
        assert refused.wait(60)
        order.append("vectors")
    thread.join()
    assert order == ["vectors", "add"]


def test_a_batch_of_vectors_that_does_not_end_is_waited_for_no_longer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.writer._FILLED_WITHIN", 0.0)
    with (
        write_lock(tmp_path, FILLING),
        pytest.raises(LibraryLocked, match="filling in vectors"),
        write_lock(tmp_path, "add"),
    ):
        raise AssertionError("two writers")


def test_it_is_freed_by_an_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError), write_lock(tmp_path, "add"):
        raise KeyError
    with write_lock(tmp_path, "add"):
        pass


def test_the_note_names_who_holds_it_and_since_when(tmp_path: Path) -> None:
    with write_lock(tmp_path, "add"):
        note = json.loads((tmp_path / HOLDER).read_text())
    assert (note["pid"], note["what"]) == (os.getpid(), "add")
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d", note["since"])


def test_a_note_that_cannot_be_written_frees_the_lock(tmp_path: Path) -> None:
    (tmp_path / HOLDER).mkdir()
    with pytest.raises(LibraryError, match="cannot be written"), write_lock(tmp_path, "add"):
        raise AssertionError("a lock without a note")
    (tmp_path / HOLDER).rmdir()
    with write_lock(tmp_path, "add"):
        pass


@pytest.mark.parametrize("note", ["", "{", "[]", '{"pid": 1}'])
def test_a_holder_that_left_no_name(tmp_path: Path, note: str) -> None:
    with write_lock(tmp_path, "add"):
        (tmp_path / HOLDER).write_text(note)
        with pytest.raises(LibraryLocked, match="by another process"), write_lock(tmp_path, "add"):
            raise AssertionError("two writers")


def test_it_makes_the_folder(tmp_path: Path) -> None:
    with write_lock(tmp_path / "a" / "b", "add"):
        assert (tmp_path / "a" / "b").is_dir()


def test_where_no_lock_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(LibraryError, match=r"cannot be written.*--library"), write_lock(folder, "add"):
            raise AssertionError("a lock on nothing")
