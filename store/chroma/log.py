"""The log of a Chroma folder, where a record that is too large keeps Chroma from ever reading on.

Chroma (1.5) first writes what it is given to its log, then works the log off into tables. A record that those tables
cannot take stays in the log, and every call fails of it. It is taken out by hand here, in the SQLite file.
"""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from store.chroma.files import FILE

# Keys of one record that Chroma can write: one statement with six variables a key, of which SQLite takes 32,766.
MOST_KEYS = 32_766 // 6
# A record with more keys than that has at least so many characters of JSON: `"":0,` of each.
_SHORTEST = 5 * MOST_KEYS
_WAITING = """
SELECT q.seq_id, q.id, q.metadata FROM embeddings_queue q WHERE length(q.metadata) > ? AND q.seq_id > (
    SELECT coalesce(min(m.seq_id), -1) FROM collections c
    JOIN segments s ON s.collection = c.id AND s.scope = 'METADATA' LEFT JOIN max_seq_id m ON m.segment_id = s.id
    WHERE q.topic LIKE '%/' || c.id
)
"""


def blocking(place: str) -> list[str]:
    """The ids of the records in the log that Chroma cannot write, in order.

    Raises:
        sqlite3.Error: The file cannot be read.
    """
    with closing(_opened(place, "ro")) as database:
        return [paper_id for _, paper_id in _too_large(database)]


def take_out(place: str) -> None:
    """Delete these records from the log, all or none; nobody may have the folder open.

    Raises:
        sqlite3.Error: The file cannot be written.
    """
    with closing(_opened(place, "rw")) as database, database:
        rows = [(row,) for row, _ in _too_large(database)]
        database.executemany("DELETE FROM embeddings_queue WHERE seq_id = ?", rows)


def keep_aside(place: str) -> Path:
    """Copy the folder of a store to one beside it, which is there whole or not at all.

    Raises:
        OSError: There is no room for it.
    """
    folder = Path(place)
    names = (folder.with_name(f"{folder.name}-broken-{n}") for n in range(1, 10_000))
    target = next(name for name in names if not name.exists())
    part = target.with_name(f"{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)  # Of a copy that was broken off.
    shutil.copytree(folder, part)
    return part.rename(target)


def _too_large(database: sqlite3.Connection) -> Iterator[tuple[int, str]]:
    for row, paper_id, metadata in database.execute(_WAITING, (_SHORTEST,)).fetchall():
        if len(json.loads(metadata)) > MOST_KEYS:
            yield row, str(paper_id)


def _opened(place: str, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(f"{(Path(place).absolute() / FILE).as_uri()}?mode={mode}", uri=True)
