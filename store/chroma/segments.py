"""The files of a Chroma folder, read and mended where Chroma (1.5) itself cannot.

- ``chroma.sqlite3`` holds what the collections say of themselves. Chroma writes to a store when it opens it, so it
  opens none that may only be read; it takes half a second to load, and holds up all threads while it answers. A
  question asks for nothing else of it: papers and vectors are in the index.
- The same file holds Chroma's log: what it is given is written there first, then worked off into tables. A record that
  those tables cannot take stays in the log, and every call fails because of it. It is taken out by hand here.
- The vector index is written in place every 1000 records: header, vectors, lengths, links, labels. A process that dies
  in that moment leaves files that Chroma refuses, or that end any process that loads them. Papers are safe, they are in
  the SQLite file; vectors are not. So where a write broke off, nothing is loaded before ``fault`` found nothing.
"""

import ctypes
import json
import os
import shutil
import sqlite3
import struct
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import UUID
from weakref import finalize

from store.record import StoredText


class FileReader:
    """Reads one SQLite file, of several threads one after the other. Between reads it holds no lock and no page.

    Args:
        path: The file; it need not be there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._database: sqlite3.Connection | None = None
        self._file: tuple[int, int, int] | None = None

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Hand out a connection that shows the file as of one moment.

        Raises:
            sqlite3.Error: The file is missing or damaged, or cannot be read at present.
        """
        with self._lock:
            database = self._connect()
            try:
                database.execute("BEGIN")
                yield database
                database.rollback()
                database.execute("PRAGMA shrink_memory")  # What is read next comes from the disk, as damage would.
            except BaseException:
                self._let_go()
                raise

    def close(self) -> None:
        """Close the file; the next read opens it again."""
        with self._lock:
            self._let_go()

    def _let_go(self) -> None:
        if self._database is not None:
            self._close()
            self._database = None

    def _connect(self) -> sqlite3.Connection:
        """Return the connection, a new one where another file is there now, or this is another process."""
        file = self._identify()
        if self._database is None or file is None or file != self._file:
            self._let_go()
            address = f"{self._path.absolute().as_uri()}?mode=ro"
            self._database = sqlite3.connect(address, uri=True, check_same_thread=False)
            self._file = file
            self._close = finalize(self, self._database.close)
        return self._database

    def _identify(self) -> tuple[int, int, int] | None:
        try:
            about = self._path.stat()
        except OSError:
            return None
        return os.getpid(), about.st_dev, about.st_ino


FILE = "chroma.sqlite3"
_METADATA = """
SELECT c.name, m.key, coalesce(m.str_value, m.int_value)
FROM collections c LEFT JOIN collection_metadata m ON m.collection_id = c.id
"""

Metadata = dict[str, Any]


def _group_by_name(rows: Iterable[tuple[str, str | None, str | int]]) -> dict[str, Metadata]:
    metadata_by_name: dict[str, Metadata] = {}
    for name, key, value in rows:
        metadata = metadata_by_name.setdefault(name, {})
        if key is not None:
            metadata[key] = value
    return metadata_by_name


# The beginning of the header of an hnswlib index: version, offset, capacity, elements, bytes an element.
_HEADER = struct.Struct("<iQQQQ")
_HEADER_SIZE = 100
_KNOWN_VERSION = 1
# Read in a process of its own, which may die of it.
_READ_ALL = """
import sys
from store.chroma import Chroma
from store.errors import ConspectusError
try:
    Chroma(sys.argv[1]).load_vectors()
except ConspectusError as error:
    sys.exit(error.what)
"""
# It takes 2.2 kB a paper of 9.1 (benchmarks/README.md, "Scale"), and a sixth of what Chroma takes to write one.
_STRING_INDEX = "embedding_metadata_string_value"
_STRING_INDEX_OF = "ON embedding_metadata (key, string_value) WHERE string_value IS NOT NULL"
_SIGNS = ("hnsw", "pickle", "embedding", "finding id")


class ChromaFolder:
    """The folder of a Chroma store, looked at without Chroma; it need not be there.

    Args:
        place: Where it is.
    """

    def __init__(self, place: str) -> None:
        self.path = Path(place)
        self._reader = FileReader(self.path / FILE)

    def close(self) -> None:
        """Let go of the file; the next read opens it again."""
        self._reader.close()

    def read_collections(self) -> dict[str, Metadata] | None:
        """Read the metadata, texts and whole numbers, of each collection by its name, as of one moment.

        None where Chroma itself has to be asked: the file is missing or damaged, of another version, in use, or left
        behind by a crash in a state that only a writer can mend.
        """
        try:
            with self._reader.read() as database:
                return _group_by_name(database.execute(_METADATA))
        except (sqlite3.Error, ValueError):
            return None

    def read_texts(self, name: str, ids: Sequence[str], generation: str) -> dict[str, StoredText] | None:
        """Read the records of papers, and the hashes beside them, from the file; those that are not there are left out.

        Args:
            name: Of the collection.
            ids: Of the papers.
            generation: That the library has to be of, as its stamp says it.

        Returns:
            None where the collection is of another generation, is not there, or is in use by somebody who writes.

        Raises:
            sqlite3.DatabaseError: The file is damaged.
        """
        try:
            with self._reader.read() as database:
                return _read_texts(database, name, ids, generation)
        except sqlite3.OperationalError as error:
            if _is_damage(error):
                raise
            return None

    def list_index_folders(self) -> list[Path]:
        """List the folders of vector indexes inside the folder of a Chroma store."""
        return [entry for entry in sorted(self.path.glob("*-*-*-*-*")) if entry.is_dir() and _is_uuid(entry.name)]

    def find_tear(self) -> str:
        """Find the file of a vector index that does not fit the others, "" for none; quick, and safe at any time."""
        return next(
            (f"{folder / file} is torn" for folder in self.list_index_folders() if (file := _find_torn_file(folder))),
            "",
        )

    def find_fault(self) -> str:
        """Find what is wrong with the vectors in the folder of a Chroma store, "" for nothing; reads all of them.

        Damage of other kinds is not told: it can be read about without danger.
        """
        if self.find_tear() or not any(_has_vectors(folder) for folder in self.list_index_folders()):
            return self.find_tear()
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        command = [sys.executable, "-P", "-c", _READ_ALL, str(self.path)]  # -P: nothing of the current folder.
        process = subprocess.run(
            command, env=environment, capture_output=True, text=True, errors="replace", check=False
        )
        if process.returncode < 0:
            return f"reading them ends the process (signal {-process.returncode})"
        message = process.stderr.strip()
        return message if process.returncode and any(sign in message.lower() for sign in _SIGNS) else ""

    def find_blocking(self) -> list[str]:
        """List the ids of the records in the log that Chroma cannot write, in order.

        Raises:
            sqlite3.Error: The file cannot be read.
        """
        with self._reader.read() as database:
            return [paper_id for _, paper_id in _find_too_large(database)]

    def delete_blocking(self) -> None:
        """Delete these records from the log, all or none; nobody may have the folder open.

        Raises:
            sqlite3.Error: The file cannot be written.
        """
        with self._write() as database:
            rows = [(row,) for row, _ in _find_too_large(database)]
            database.executemany("DELETE FROM embeddings_queue WHERE seq_id = ?", rows)

    def drop_string_index(self) -> None:
        """Drop Chroma's index over all strings, abstracts included: no question of a folder asks for one by a string.

        Chroma answers the same without it, only a search by a string reads all. Where it cannot be dropped it stays.
        """
        with suppress(sqlite3.Error), self._write() as database:
            database.execute(f"DROP INDEX IF EXISTS {_STRING_INDEX}")

    def restore_string_index(self, error: Exception) -> bool:
        """Make that index anew where Chroma failed for want of it, as another version may; return whether it did."""
        if _STRING_INDEX not in str(error):
            return False
        with self._write() as database:
            database.execute(f"CREATE INDEX IF NOT EXISTS {_STRING_INDEX} {_STRING_INDEX_OF}")
        return True

    def copy_aside(self) -> Path:
        """Copy the folder of a store to one beside it, which is there whole or not at all.

        Raises:
            OSError: There is no room for it.
        """
        target = self._name_aside()
        part = target.with_name(f"{target.name}.part")
        shutil.rmtree(part, ignore_errors=True)  # Of a copy that was broken off.
        shutil.copytree(self.path, part)
        return part.rename(target)

    def replace_by(self, folder: Path) -> Path | None:
        """Put another folder in the place of this one; return where this one is kept, None where there is none.

        Raises:
            OSError: It cannot be.
        """
        aside = self.path.rename(self._name_aside()) if self.path.exists() else None
        folder.rename(self.path)
        return aside

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        """Open the file for one transaction."""
        address = f"{(self.path.absolute() / FILE).as_uri()}?mode=rw"
        with closing(sqlite3.connect(address, uri=True)) as database, database:
            yield database

    def _name_aside(self) -> Path:
        names = (self.path.with_name(f"{self.path.name}-broken-{n}") for n in range(1, 10_000))
        return next(name for name in names if not name.exists())


_STATE = """
SELECT c.id, s.id, m.str_value FROM collections c
JOIN segments s ON s.collection = c.id AND s.scope = 'METADATA'
JOIN collection_metadata m ON m.collection_id = c.id AND m.key = 'state' WHERE c.name = ?
"""
_TEXTS = """
SELECT e.embedding_id, m.key, coalesce(m.string_value, m.int_value) FROM embeddings e
JOIN embedding_metadata m ON m.id = e.id WHERE e.segment_id = ? AND e.embedding_id IN ({})
"""
# What is in the log and not worked off yet.
_LOGGED = """
SELECT q.id, q.operation, q.metadata FROM embeddings_queue q
WHERE q.seq_id > (SELECT coalesce(max(m.seq_id), -1) FROM max_seq_id m WHERE m.segment_id = ?)
AND q.topic LIKE '%/' || ? AND q.id IN ({}) ORDER BY q.seq_id
"""
# The number by which the log calls a deletion.
_DELETED = 3
# Ids that are looked up at once: SQLite takes no more than 32,766 variables in a statement. Chosen by hand.
_AT_ONCE = 500
_MALFORMED = ("malformed", "disk i/o error", "not a database", "no such table", "no such column")


def _is_damage(error: sqlite3.OperationalError) -> bool:
    return any(sign in str(error).lower() for sign in _MALFORMED)


def _read_texts(
    database: sqlite3.Connection, name: str, ids: Sequence[str], generation: str
) -> dict[str, StoredText] | None:
    row = database.execute(_STATE, (name,)).fetchone()
    if row is None or _read_generation(row[2]) != generation:
        return None
    collection, segment = row[:2]
    fields: dict[str, dict[str, Any]] = {}
    for first in range(0, len(ids), _AT_ONCE):
        some = [paper_id for paper_id in ids[first : first + _AT_ONCE] if _is_text(paper_id)]
        marks = ",".join("?" * len(some))
        for paper_id, key, value in database.execute(_TEXTS.format(marks), (segment, *some)):
            fields.setdefault(paper_id, {})[key] = value
        for paper_id, operation, metadata in database.execute(_LOGGED.format(marks), (segment, collection, *some)):
            if operation == _DELETED:
                fields.pop(paper_id, None)
            else:
                fields.setdefault(paper_id, {}).update(json.loads(metadata or "{}"))
    return {paper_id: _join_text(values) for paper_id, values in fields.items()}


def _read_generation(state: str) -> str:
    try:
        return str(json.loads(state)["generation"])
    except (ValueError, KeyError, TypeError):
        return ""


def _is_text(value: str) -> bool:
    """Return whether SQLite takes it: half a character is none."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _join_text(fields: dict[str, Any]) -> StoredText:
    """Join the parts of a record; "" where one is missing."""
    parts = fields.get("parts")
    texts = [fields.get(f"record{number}") for number in range(parts)] if isinstance(parts, int) else []
    text = "".join(map(str, texts)) if texts and all(isinstance(part, str) for part in texts) else ""
    return StoredText(text, str(fields.get("hash", "")))


def delete_folders(paths: Iterable[Path]) -> None:
    """Delete such folders; Chroma makes empty ones when it is opened again."""
    for folder in paths:
        shutil.rmtree(folder, ignore_errors=True)


def _find_torn_file(folder: Path) -> str:
    """Find the first file that does not fit; "" also where the format is not the one that is known here."""
    header = _read_bytes(folder / "header.bin")
    if len(header) < _HEADER_SIZE:
        return "header.bin"
    version, _, capacity, elements, width = _HEADER.unpack_from(header)
    if version != _KNOWN_VERSION:
        return ""
    written = elements or capacity  # An index that was never filled has room for all it can hold.
    for file, size in (("data_level0.bin", written * width), ("length.bin", written * 4)):
        if _file_size(folder / file) != size:
            return file
    if not elements:
        return ""
    if not _links_fit(_read_bytes(folder / "link_lists.bin"), elements):
        return "link_lists.bin"
    return "" if _read_bytes(folder / "index_metadata.pickle").endswith(b".") else "index_metadata.pickle"


def _has_vectors(folder: Path) -> bool:
    """Return whether anything was written: the first 1000 records are not, Chroma has them in its log."""
    return int(_HEADER.unpack_from(_read_bytes(folder / "header.bin"))[3]) > 0


def _links_fit(links: bytes, elements: int) -> bool:
    """Return whether there are as many lists as elements, each as long as it says."""
    place = 0
    for _ in range(elements):
        if place + 4 > len(links):
            return False
        place += 4 + int.from_bytes(links[place : place + 4], "little")
    return place == len(links)


def _read_bytes(file: Path) -> bytes:
    return file.read_bytes() if file.is_file() else b""


def _file_size(file: Path) -> int:
    return file.stat().st_size if file.is_file() else -1


def _is_uuid(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False


# Keys of one record that Chroma can write: one statement with six variables a key, of which SQLite takes 32,766.
MOST_KEYS = 32_766 // 6
# A record with more keys than that has at least so many characters of JSON: `"":0,` of each.
_SHORTEST_JSON = 5 * MOST_KEYS
_WAITING = """
SELECT q.seq_id, q.id, q.metadata FROM embeddings_queue q WHERE length(q.metadata) > ? AND q.seq_id > (
    SELECT coalesce(min(m.seq_id), -1) FROM collections c
    JOIN segments s ON s.collection = c.id AND s.scope = 'METADATA' LEFT JOIN max_seq_id m ON m.segment_id = s.id
    WHERE q.topic LIKE '%/' || c.id
)
"""


def _find_too_large(database: sqlite3.Connection) -> Iterator[tuple[int, str]]:
    for row, paper_id, metadata in database.execute(_WAITING, (_SHORTEST_JSON,)).fetchall():
        if len(json.loads(metadata)) > MOST_KEYS:
            yield row, str(paper_id)


# What glibc calls the option; blocks are filled with the complement of its value, freed ones with the value.
_PERTURB, _ZEROES, _OFF = -6, 0xFF, 0
_CHANGING = Lock()
_users = 0


@contextmanager
def zero_memory() -> Iterator[None]:
    """Have glibc zero the memory that it gives out meanwhile; nothing happens where the C library is another one.

    Chroma (1.5) writes blocks of its vector index to disk before it fills them. What stood in them before, an API key
    say, would stand in the file.
    """
    _count_users(1)
    try:
        yield
    finally:
        _count_users(-1)


def _count_users(change: int) -> None:
    global _users
    with _CHANGING:
        before, _users = _users, _users + change
        if not before or not _users:
            _load_mallopt()(_PERTURB, _ZEROES if _users else _OFF)


@cache
def _load_mallopt() -> Callable[[int, int], int]:
    function = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    return function or (lambda option, value: 0)
