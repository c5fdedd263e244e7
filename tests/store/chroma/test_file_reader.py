"""The connection to Chroma's file stays open, and sees all that a new one would."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from store.chroma.segments import FileReader


def write(path: Path, text: str) -> None:
    """Make a file with one row, or write another row into it."""
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE IF NOT EXISTS papers (title)")
        database.execute("DELETE FROM papers")
        database.execute("INSERT INTO papers VALUES (?)", (text,))


def read(reader: FileReader) -> str:
    """Read the row."""
    with reader.read() as database:
        return str(database.execute("SELECT title FROM papers").fetchone()[0])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with a row."""
    path = tmp_path / "chroma.sqlite3"
    write(path, "frogs")
    return path


@pytest.fixture
def reader(path: Path) -> Iterator[FileReader]:
    """What reads it."""
    reader = FileReader(path)
    yield reader
    reader.close()


def test_the_connection_is_opened_once(reader: FileReader, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(reader) == "frogs"
    monkeypatch.setattr(sqlite3, "connect", None)
    assert read(reader) == "frogs"


def test_what_another_writes_is_seen_and_nobody_waits(reader: FileReader, path: Path) -> None:
    assert read(reader) == "frogs"
    write(path, "toads")
    assert read(reader) == "toads"


def test_nothing_changes_within_a_read(reader: FileReader, path: Path) -> None:
    with reader.read() as database:
        database.execute("SELECT title FROM papers").fetchone()
        with (
            closing(sqlite3.connect(path, timeout=0)) as other,
            pytest.raises(sqlite3.OperationalError, match="locked"),
        ):
            other.execute("UPDATE papers SET title = 'toads'").connection.commit()
        assert database.execute("SELECT title FROM papers").fetchone() == ("frogs",)


def test_a_file_in_the_place_of_another_is_the_one_that_is_read(reader: FileReader, path: Path) -> None:
    assert read(reader) == "frogs"
    write(path.with_name("new"), "newts")
    os.replace(path.with_name("new"), path)
    assert read(reader) == "newts"


def test_a_missing_file_is_told_until_it_is_there(reader: FileReader, path: Path) -> None:
    assert read(reader) == "frogs"
    path.unlink()
    for _ in range(2):
        with pytest.raises(sqlite3.OperationalError, match="unable to open"):
            read(reader)
    write(path, "frogs again")
    assert read(reader) == "frogs again"


def test_a_damage_of_what_was_read_before_is_seen(reader: FileReader, path: Path) -> None:
    assert read(reader) == "frogs"
    path.write_bytes(path.read_bytes().replace(b"frogs", b"frags"))
    assert read(reader) == "frags"


def test_after_an_error_it_reads_on(reader: FileReader) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"), reader.read() as database:
        database.execute("SELECT * FROM toads")
    assert read(reader) == "frogs"


def test_nothing_is_open_after_closing(reader: FileReader, monkeypatch: pytest.MonkeyPatch) -> None:
    with reader.read() as database:
        pass
    reader.close()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        database.execute("SELECT 1")
    assert read(reader) == "frogs"
