"""What Zotero said, kept beside the library: items, collections, how far each library was read, and what is left to do.

One SQLite file, ``zotero/mirror.sqlite``. Each page of an answer is one transaction, and marks what it changes; a mark
goes when the papers are stored. So a crash at any point costs a page at most, and nothing is stored twice.
"""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from store.errors import LibraryDamaged, LibraryError
from store.files import make_folder, open_private
from store.readers.json_records import as_object

NAME = "mirror.sqlite"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS libraries (
    name TEXT PRIMARY KEY, door TEXT NOT NULL DEFAULT '', version INTEGER NOT NULL DEFAULT 0,
    scopes TEXT NOT NULL DEFAULT '[]', label TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS listings (
    library TEXT PRIMARY KEY, door TEXT NOT NULL, since INTEGER NOT NULL, version INTEGER, start INTEGER NOT NULL,
    mark INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS items (
    library TEXT NOT NULL, key TEXT NOT NULL, version INTEGER NOT NULL, parent TEXT NOT NULL, kind TEXT NOT NULL,
    data TEXT NOT NULL, mark INTEGER NOT NULL, is_gone INTEGER NOT NULL DEFAULT 0,
    is_changed INTEGER NOT NULL DEFAULT 1, is_stored INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (library, key));
CREATE INDEX IF NOT EXISTS items_by_parent ON items (library, parent);
CREATE TABLE IF NOT EXISTS collections (
    library TEXT NOT NULL, key TEXT NOT NULL, name TEXT NOT NULL, parent TEXT NOT NULL, PRIMARY KEY (library, key));
CREATE TABLE IF NOT EXISTS citation_keys (
    library TEXT NOT NULL, key TEXT NOT NULL, citation_key TEXT NOT NULL, PRIMARY KEY (library, key));
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
CHILDREN = ("note", "attachment", "annotation")
"""Types of items that are no records of papers."""


class SyncScope(NamedTuple):
    """Of what papers are wanted: those in a collection (by key, with those in it) and with a tag; "" for no limit."""

    collection: str = ""
    tag: str = ""


class MirroredLibrary(NamedTuple):
    """How far a library was read: through which door, up to which version; and what of it is wanted."""

    name: str
    door: str = ""
    version: int = 0
    scopes: tuple[SyncScope, ...] = ()
    label: str = ""


class Listing(NamedTuple):
    """A listing that is under way: since which version, which version it is of, and where its next page begins."""

    door: str
    since: int
    version: int | None
    start: int
    mark: int


class MirroredItem(NamedTuple):
    """An item: its key, its ``data`` as Zotero has it, whether it is gone there, and whether its paper is stored."""

    key: str
    version: int
    data: dict[str, Any]
    is_gone: bool = False
    is_changed: bool = False
    is_stored: bool = False


class Collections:
    """The collections of a library, which are in each other."""

    def __init__(self, rows: Iterable[tuple[str, str, str]]) -> None:
        self._names: dict[str, str] = {}
        self._parents: dict[str, str] = {}
        for key, name, parent in rows:
            self._names[key], self._parents[key] = name, parent

    def find(self, name: str) -> list[str]:
        """Return the keys of the collections with a name, or with this key; letters' case is no matter."""
        folded_name = name.casefold().strip()
        return [key for key, own in self._names.items() if own.casefold().strip() == folded_name or key == name]

    def name(self, key: str) -> str:
        """Return the name of a collection, its key where it is not known."""
        return self._names.get(key, key)

    def list_chain(self, key: str) -> list[str]:
        """Return a collection's key and those of all that it is in, from the inside."""
        chain: list[str] = []
        while key in self._names and key not in chain:
            chain.append(key)
            key = self._parents.get(key, "")
        return chain

    def list_names(self, keys: Iterable[str]) -> list[str]:
        """Return the names of collections and of all that they are in, each once, the inner ones first."""
        chains = [self.list_chain(key) for key in keys]
        depth = max(map(len, chains), default=0)
        ranked = [chain[level] for level in range(depth) for chain in chains if level < len(chain)]
        return list(dict.fromkeys(self._names[key] for key in ranked if self._names[key]))


class Mirror:
    """The file. The caller holds the lock of its folder.

    Args:
        folder: Where it is; made where there is none.

    Raises:
        LibraryError: It cannot be opened.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        with self._translate_errors():
            make_folder(folder.parent)
            make_folder(folder)
            os.close(
                open_private(str(self._path), os.O_RDWR | os.O_CREAT)
            )  # For its owner alone, before it is written.
            self._base = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
            self._base.execute("PRAGMA synchronous = FULL")
            self._base.executescript(_SCHEMA)

    def close(self) -> None:
        """Let go of the file."""
        self._base.close()

    @contextmanager
    def change(self) -> Iterator[None]:
        """Do everything in this block or nothing of it."""
        with self._translate_errors():
            self._base.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:  # Ctrl-C, too, writes nothing of it.
                self._base.execute("ROLLBACK")
                raise
            self._base.execute("COMMIT")

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.DatabaseError, OSError) as error:
            kind = LibraryDamaged if "malformed" in str(error) or "not a database" in str(error) else LibraryError
            raise kind(
                f"{self._path} cannot be used: {error}.",
                "Free some room there; or delete it, and everything is read from Zotero again.",
            ) from error

    # Facts and libraries

    def get_fact(self, name: str) -> str:
        """Return what was kept under a name, "" for nothing."""
        row = self._base.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def set_fact(self, name: str, value: str) -> None:
        """Keep something under a name."""
        with self._translate_errors():
            self._base.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    def list_libraries(self) -> list[MirroredLibrary]:
        """Return the libraries that were synced."""
        rows = self._base.execute("SELECT name, door, version, scopes, label FROM libraries ORDER BY name DESC")
        return [
            MirroredLibrary(name, door, version, tuple(SyncScope(*scope) for scope in json.loads(scopes)), label)
            for name, door, version, scopes, label in rows
        ]

    def get_library(self, name: str) -> MirroredLibrary:
        """Return one; of one that was never synced nothing is known."""
        return next((library for library in self.list_libraries() if library.name == name), MirroredLibrary(name))

    def set_library(self, library: MirroredLibrary) -> None:
        """Keep how far a library was read, and what is wanted of it."""
        scopes = json.dumps([list(scope) for scope in library.scopes])
        with self._translate_errors():
            self._base.execute(
                "INSERT OR REPLACE INTO libraries (name, door, version, scopes, label) VALUES (?, ?, ?, ?, ?)",
                (library.name, library.door, library.version, scopes, library.label),
            )

    # Listings

    def find_listing(self, library: str) -> Listing | None:
        """Return the listing of a library that broke off."""
        row = self._base.execute(
            "SELECT door, since, version, start, mark FROM listings WHERE library = ?", (library,)
        ).fetchone()
        return Listing(*row) if row else None

    def begin_listing(self, library: str, door: str, since: int, version: int | None) -> Listing:
        """Begin a listing; its mark tells what it holds from what it does not."""
        row = self._base.execute(
            "SELECT MAX(mark) FROM (SELECT mark FROM items WHERE library = ? UNION ALL SELECT mark FROM listings)",
            (library,),
        ).fetchone()
        listing = Listing(door, since, version, 0, (row[0] or 0) + 1)
        self.save_listing(library, listing)
        return listing

    def save_listing(self, library: str, listing: Listing) -> None:
        """Keep how far a listing is."""
        self._base.execute("INSERT OR REPLACE INTO listings VALUES (?, ?, ?, ?, ?, ?)", (library, *listing))

    def end_listing(self, library: str) -> None:
        """Forget a listing that is complete, or of no use any more."""
        with self._translate_errors():
            self._base.execute("DELETE FROM listings WHERE library = ?", (library,))

    # Items

    def take_items(self, library: str, items: Iterable[dict[str, Any]], mark: int) -> int:
        """Take items as the API has them, and mark those that changed; return how many came.

        A note or an attachment that changed changes the item that it belongs to.
        """
        count = 0
        for item in items:
            data = as_object(item.get("data")) or item
            key, kind = str(data.get("key") or item.get("key") or ""), str(data.get("itemType") or "")
            if not key or not kind:
                continue
            count += 1
            self._take_item(library, key, kind, _trim_item(data, kind), mark)
        return count

    def _take_item(self, library: str, key: str, kind: str, data: dict[str, Any], mark: int) -> None:
        version = data.pop("version", 0)
        version = version if isinstance(version, int) else 0
        parent = data.get("parentItem") if isinstance(data.get("parentItem"), str) else ""
        is_gone = int(bool(data.get("deleted")))
        text = json.dumps(data, ensure_ascii=False, sort_keys=True).encode(errors="replace").decode()
        before = self._base.execute(
            "SELECT data, is_gone, parent FROM items WHERE library = ? AND key = ?", (library, key)
        ).fetchone()
        if before and before[:2] == (text, is_gone):
            self._base.execute(
                "UPDATE items SET mark = ?, version = ? WHERE library = ? AND key = ?", (mark, version, library, key)
            )
            return
        self._base.execute(
            """INSERT INTO items (library, key, version, parent, kind, data, mark, is_gone)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (library, key) DO UPDATE SET version = excluded.version, parent = excluded.parent,
            kind = excluded.kind, data = excluded.data, mark = excluded.mark, is_gone = excluded.is_gone,
            is_changed = 1""",
            (library, key, version, parent, kind, text, mark, is_gone),
        )
        self._mark_parents(library, {parent or "", before[2] if before else ""})

    def _mark_parents(self, library: str, keys: Iterable[str]) -> None:
        for key in keys:
            if key:
                self._base.execute("UPDATE items SET is_changed = 1 WHERE library = ? AND key = ?", (library, key))

    def drop_items(self, library: str, keys: Iterable[str], mark: int) -> None:
        """Mark items as gone that Zotero deleted; not those that came in the listing with this mark."""
        for key in keys:
            row = self._base.execute(
                "SELECT parent FROM items WHERE library = ? AND key = ? AND mark <> ? AND NOT is_gone",
                (library, key, mark),
            ).fetchone()
            if row:
                self._base.execute(
                    "UPDATE items SET is_gone = 1, is_changed = 1 WHERE library = ? AND key = ?", (library, key)
                )
                self._mark_parents(library, row)

    def list_unlisted(self, library: str, mark: int) -> list[str]:
        """Return the keys of items that were not in a listing of everything."""
        rows = self._base.execute(
            "SELECT key FROM items WHERE library = ? AND mark <> ? AND NOT is_gone", (library, mark)
        )
        return [key for (key,) in rows]

    def list_keys(self, library: str) -> list[str]:
        """Return the keys of all items that are not gone."""
        return [k for (k,) in self._base.execute("SELECT key FROM items WHERE library = ? AND NOT is_gone", (library,))]

    def change_everything(self, library: str) -> None:
        """Mark every item as changed."""
        with self._translate_errors():
            self._base.execute("UPDATE items SET is_changed = 1 WHERE library = ?", (library,))

    def list_items(self, library: str) -> Iterator[MirroredItem]:
        """Yield the items that are records, those that are gone among them, in the order of their keys."""
        rows = self._base.execute(
            "SELECT key, version, data, is_gone, is_changed, is_stored FROM items "
            "WHERE library = ? AND parent = '' AND kind NOT IN ('note', 'attachment', 'annotation') ORDER BY key",
            (library,),
        )
        for key, version, data, is_gone, is_changed, is_stored in rows:
            yield MirroredItem(key, version, json.loads(data), bool(is_gone), bool(is_changed), bool(is_stored))

    def find_item(self, library: str, key: str) -> MirroredItem | None:
        """Return an item by its key."""
        row = self._base.execute(
            "SELECT key, version, data, is_gone, is_changed, is_stored FROM items WHERE library = ? AND key = ?",
            (library, key),
        ).fetchone()
        return MirroredItem(row[0], row[1], json.loads(row[2]), *map(bool, row[3:])) if row else None

    def list_children(self, library: str, key: str) -> list[dict[str, Any]]:
        """Return the notes and attachments of an item that are there, in the order of their keys."""
        rows = self._base.execute(
            "SELECT data FROM items WHERE library = ? AND parent = ? AND NOT is_gone ORDER BY key", (library, key)
        )
        return [json.loads(data) for (data,) in rows]

    def settle(self, library: str, stored: Sequence[str] = (), removed: Sequence[str] = ()) -> None:
        """Take the marks from items whose papers are stored now, and forget those whose papers are gone."""
        with self.change():
            self._base.executemany(
                "UPDATE items SET is_changed = 0, is_stored = 1 WHERE library = ? AND key = ?",
                [(library, key) for key in stored],
            )
            for key in removed:
                self._base.execute(
                    "UPDATE items SET is_changed = 0, is_stored = 0 WHERE library = ? AND key = ?", (library, key)
                )
                self._base.execute("DELETE FROM items WHERE library = ? AND key = ? AND is_gone", (library, key))

    def get_citation_keys(self, library: str) -> dict[str, str]:
        """Return the citation keys that Better BibTeX gave items, by the items' keys."""
        return dict(self._base.execute("SELECT key, citation_key FROM citation_keys WHERE library = ?", (library,)))

    def set_citation_keys(self, library: str, keys: Mapping[str, str]) -> None:
        """Keep citation keys of items."""
        with self.change():
            self._base.executemany(
                "INSERT OR REPLACE INTO citation_keys VALUES (?, ?, ?)", [(library, *pair) for pair in keys.items()]
            )

    def adopt_items(self, library: str, titles: Mapping[str, str]) -> None:
        """Take items as stored whose papers are there, by their keys; those of which nothing is known are gone."""
        with self.change():
            for key, title in titles.items():
                self._base.execute(
                    """INSERT INTO items (library, key, version, parent, kind, data, mark, is_gone, is_stored)
                    VALUES (?, ?, 0, '', 'document', ?, 0, 1, 1)
                    ON CONFLICT (library, key) DO UPDATE SET is_stored = 1""",
                    (library, key, json.dumps({"title": title})),
                )

    def forget_children(self, library: str) -> None:
        """Forget notes and attachments that are gone, once their items were stored without them."""
        with self._translate_errors():
            self._base.execute(
                "DELETE FROM items WHERE library = ? AND is_gone AND kind IN ('note', 'attachment', 'annotation')",
                (library,),
            )

    def count_stored(self, library: str) -> int:
        """Count the items whose papers are stored."""
        row = self._base.execute("SELECT COUNT(*) FROM items WHERE library = ? AND is_stored", (library,)).fetchone()
        return int(row[0])

    # Collections

    def get_collections(self, library: str) -> Collections:
        """Return the collections of a library."""
        return Collections(
            self._base.execute("SELECT key, name, parent FROM collections WHERE library = ?", (library,))
        )

    def take_collections(self, library: str, listed: Iterable[dict[str, Any]], is_complete: bool) -> None:
        """Take collections; where these are all, the others go. Items in what changed are marked."""
        before = {
            key: (name, parent)
            for key, name, parent in self._base.execute(
                "SELECT key, name, parent FROM collections WHERE library = ?", (library,)
            )
        }
        now: dict[str, tuple[str, str]] = {}
        gone: list[str] = []
        for entry in listed:
            data = as_object(entry.get("data")) or entry
            key, parent = str(data.get("key") or entry.get("key") or ""), data.get("parentCollection")
            if key and data.get("deleted"):
                gone.append(key)
            elif key:
                now[key] = (str(data.get("name") or ""), parent if isinstance(parent, str) else "")
        gone += [key for key in before if key not in now] if is_complete else []
        self.drop_collections(library, gone)
        changed = {key: value for key, value in now.items() if before.get(key) != value}
        self._base.executemany(
            "INSERT OR REPLACE INTO collections VALUES (?, ?, ?, ?)",
            [(library, key, name, parent) for key, (name, parent) in changed.items()],
        )
        self._mark_members(library, changed.keys() & before.keys())

    def drop_collections(self, library: str, keys: Iterable[str]) -> None:
        """Forget collections; items in them are marked."""
        keys = list(keys)
        self._mark_members(library, keys)
        self._base.executemany(
            "DELETE FROM collections WHERE library = ? AND key = ?", [(library, key) for key in keys]
        )

    def _mark_members(self, library: str, keys: Iterable[str]) -> None:
        """Mark the items in collections, and in those that are in them."""
        collection_keys = set(keys)
        if not collection_keys:
            return
        collections = self.get_collections(library)
        for item in list(self.list_items(library)):
            chains = (collections.list_chain(str(key)) for key in list_collection_keys(item.data))
            if any(collection_keys.intersection(chain) for chain in chains):
                self._mark_parents(library, [item.key])


def list_collection_keys(data: dict[str, Any]) -> list[str]:
    """Return the keys of the collections that an item stands in."""
    keys = data.get("collections")
    return [key for key in keys if isinstance(key, str)] if isinstance(keys, list) else []


def list_tags(data: dict[str, Any]) -> list[str]:
    """Return the tags of an item."""
    tags = data.get("tags")
    named = [tag.get("tag") if isinstance(tag, dict) else tag for tag in tags] if isinstance(tags, list) else []
    return [tag for tag in named if isinstance(tag, str) and tag]


NOTE_CHARACTERS = 5_000
"""Characters of a note that are kept: a record holds 200 kB in all, and a note may hold pictures. Chosen by hand."""

_NOT_KEPT = ("dateModified", "relations", "inPublications")
_OF_CHILDREN = ("key", "version", "itemType", "parentItem", "title", "url", "linkMode", "contentType", "filename",
                "path", "deleted")  # fmt: skip


def _trim_item(data: dict[str, Any], kind: str) -> dict[str, Any]:
    """Leave out what is not needed of an item: dates of changes, who made them, long notes, and of children most."""
    if kind not in CHILDREN:
        return {
            name: value for name, value in data.items() if name not in _NOT_KEPT and value not in ("", [], {}, None)
        }
    trimmed = {name: data[name] for name in _OF_CHILDREN if data.get(name) not in (None, "")}
    note = data.get("note")
    return trimmed | ({"note": note[: 4 * NOTE_CHARACTERS]} if kind == "note" and isinstance(note, str) else {})
