"""What the collections of a Chroma folder say of themselves, read from its SQLite file.

Chroma (1.5) writes to a store when it opens it, so it opens none that may only be read; it takes half a second to load,
and holds up all threads while it answers. A question asks for nothing else of it: papers and vectors are in the index.
"""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

FILE = "chroma.sqlite3"
_METADATA = """
SELECT c.name, m.key, coalesce(m.str_value, m.int_value)
FROM collections c LEFT JOIN collection_metadata m ON m.collection_id = c.id
"""

Metadata = dict[str, Any]


def collections(place: str) -> dict[str, Metadata] | None:
    """The metadata, texts and whole numbers, of each collection by its name, as of one moment.

    None where Chroma itself has to be asked: the file is missing or damaged, of another version, in use, or left behind
    by a crash in a state that only a writer can mend.
    """
    file = Path(place).absolute() / FILE
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as database:
            return _by_name(database.execute(_METADATA))
    except (sqlite3.Error, ValueError):
        return None


def _by_name(rows: Iterable[tuple[str, str | None, str | int]]) -> dict[str, Metadata]:
    found: dict[str, Metadata] = {}
    for name, key, value in rows:
        metadata = found.setdefault(name, {})
        if key is not None:
            metadata[key] = value
    return found
