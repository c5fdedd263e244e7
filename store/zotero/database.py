"""Zotero's own database, ``zotero.sqlite``, as a door: read from a copy, so that it never waits for a running Zotero.

Its tables are those since Zotero 5 (schema 90 and later); they are asked for by name, and what is missing is said.
"""

import shutil
import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from store.zotero.access import USER_LIBRARY, DeletedKeys, Group, ItemPage, ZoteroUnavailable

NEEDED = {
    "items": {"itemID", "itemTypeID", "libraryID", "key", "version", "dateAdded"},
    "itemData": {"itemID", "fieldID", "valueID"},
    "itemDataValues": {"valueID", "value"},
    "itemNotes": {"itemID", "parentItemID", "note"},
    "itemAttachments": {"itemID", "parentItemID", "linkMode", "contentType", "path"},
    "itemCreators": {"itemID", "creatorID", "creatorTypeID", "orderIndex"},
    "creators": {"creatorID", "firstName", "lastName", "fieldMode"},
    "itemTags": {"itemID", "tagID"},
    "tags": {"tagID", "name"},
    "collections": {"collectionID", "collectionName", "parentCollectionID", "libraryID", "key"},
    "collectionItems": {"collectionID", "itemID"},
    "deletedItems": {"itemID"},
    "libraries": {"libraryID", "type"},
    "groups": {"groupID", "libraryID", "name"},
}
"""What is asked for: the columns of each table."""

_BESIDE = ("", "-wal", "-journal")
_LINK_MODES = ("imported_file", "imported_url", "linked_file", "linked_url", "embedded_image")
_HINT = "Give a copy of Zotero's file zotero.sqlite with --from FILE."


class ZoteroDatabase:
    """A copy of the file, in a folder of its own that goes with ``close``.

    Args:
        path: The file. What SQLite has beside it (``-wal``, ``-journal``) is copied, too.

    Raises:
        ZoteroUnavailable: It is not there, cannot be read, is no database of Zotero, or that of an older one.
    """

    name = "database"

    @staticmethod
    def find_default() -> Path:
        """Name the file that Zotero has where nothing else was chosen in its settings."""
        return Path("~/Zotero/zotero.sqlite").expanduser()

    def __init__(self, path: Path) -> None:
        self.label = f"Zotero's database {path}"
        self._path = path
        self._folder = tempfile.TemporaryDirectory(prefix="conspectus-zotero-")
        try:
            self._base = self._open_copy(path)
            self._check_schema()
        except BaseException:  # Ctrl-C, too, leaves no copy behind.
            self._folder.cleanup()
            raise

    def close(self) -> None:
        """Delete the copy."""
        self._base.close()
        self._folder.cleanup()

    def read_items(self, library: str, since: int, start: int) -> ItemPage:
        """Return all items: the database says of no change when it was made."""
        number = self._find_library(library)
        try:
            items = list(self._list_items(number))
        except sqlite3.DatabaseError as error:
            raise self._build_damaged_error(error) from error
        return ItemPage(items, None, total=len(items))

    def read_collections(self, library: str, since: int) -> list[dict[str, Any]]:
        """Return all collections."""
        # Collections go to the trash, too, since Zotero 7.
        trash = "WHERE collectionID NOT IN (SELECT collectionID FROM deletedCollections)"
        rows = self._base.execute(
            "SELECT c.key, c.collectionName, p.key FROM collections c LEFT JOIN collections p "
            "ON p.collectionID = c.parentCollectionID WHERE c.libraryID = ? AND c.collectionID IN "
            f"(SELECT collectionID FROM collections {trash if self._has_table('deletedCollections') else ''})",
            (self._find_library(library),),
        )
        return [{"key": key, "name": name, "parentCollection": parent or False} for key, name, parent in rows]

    def read_deleted(self, library: str, since: int) -> DeletedKeys | None:
        """Return None: what is not listed is gone."""
        return None

    def read_keys(self, library: str) -> frozenset[str]:
        """Return the keys of all items."""
        rows = self._base.execute("SELECT key FROM items WHERE libraryID = ?", (self._find_library(library),))
        return frozenset(key for (key,) in rows)

    def read_citation_keys(self, library: str, keys: list[str]) -> dict[str, str]:
        """Return the keys that Better BibTeX has in its own database, where that lies beside."""
        beside = self._path.with_name("better-bibtex.sqlite")
        if library != USER_LIBRARY or not beside.is_file():
            return {}
        try:
            base = _connect_copy(beside, Path(self._folder.name))
            try:
                rows = base.execute(
                    "SELECT itemKey, citationKey FROM citationkey WHERE libraryID = ?", (self._find_library(library),)
                )
                item_keys = set(keys)
                return {key: str(own) for key, own in rows if key in item_keys and own}
            finally:
                base.close()
        except (sqlite3.DatabaseError, OSError):  # of another version: its keys are an addition
            return {}

    def find_groups(self) -> list[Group]:
        """Return the groups that this Zotero has."""
        return [Group(number, name) for number, name in self._base.execute("SELECT groupID, name FROM groups")]

    def _open_copy(self, path: Path) -> sqlite3.Connection:
        try:
            return _connect_copy(path, Path(self._folder.name))
        except FileNotFoundError as error:
            raise ZoteroUnavailable(f"There is no file {path}.", _HINT) from error
        except OSError as error:
            raise ZoteroUnavailable(
                f"{path} cannot be read: {error.strerror or error}.",
                "Where Zotero holds it, close Zotero; or leave Zotero running and use --from local.",
            ) from error

    def _check_schema(self) -> None:
        try:
            schema = self._read_schema()
            for table, columns in NEEDED.items():
                present = {row[1] for row in self._base.execute(f"PRAGMA table_info({table})")}
                if not present and not schema:
                    raise ZoteroUnavailable(f"{self._path} is no database of Zotero.", _HINT)
                if columns - present:
                    lacking = ", ".join(sorted(columns - present))
                    raise ZoteroUnavailable(
                        f"{self._path} was written by an older or much newer Zotero (schema {schema or 'unknown'}): "
                        f"its table {table} has no {lacking}.",
                        "Open it with Zotero 7 or later once, which brings it up to date; or use --from local.",
                    )
            _ = self._types, self._fields, self._roles
        except sqlite3.DatabaseError as error:
            raise self._build_damaged_error(error) from error

    def _build_damaged_error(self, error: sqlite3.DatabaseError) -> ZoteroUnavailable:
        return ZoteroUnavailable(
            f"{self._path} cannot be read as a database: {error}.",
            "It may have been copied while Zotero wrote it: close Zotero, and copy it again.",
        )

    def _read_schema(self) -> int:
        if not self._has_table("version"):
            return 0
        row = self._base.execute("SELECT version FROM version WHERE schema = 'userdata'").fetchone()
        return int(row[0]) if row else 0

    def _has_table(self, name: str) -> bool:
        rows = self._base.execute("SELECT 1 FROM sqlite_master WHERE type IN ('table', 'view') AND name = ?", (name,))
        return rows.fetchone() is not None

    def _read_names(self, tables: tuple[str, ...], number: str, name: str) -> dict[int, str]:
        table = next((table for table in tables if self._has_table(table)), tables[-1])
        return dict(self._base.execute(f"SELECT {number}, {name} FROM {table}"))

    @cached_property
    def _types(self) -> dict[int, str]:
        return self._read_names(("itemTypesCombined", "itemTypes"), "itemTypeID", "typeName")

    @cached_property
    def _fields(self) -> dict[int, str]:
        return self._read_names(("fieldsCombined", "fields"), "fieldID", "fieldName")

    @cached_property
    def _roles(self) -> dict[int, str]:
        return self._read_names(("creatorTypes",), "creatorTypeID", "creatorType")

    def _find_library(self, library: str) -> int:
        if library == USER_LIBRARY:
            row = self._base.execute("SELECT libraryID FROM libraries WHERE type = 'user'").fetchone()
        else:
            number = library.removeprefix("groups/")
            row = self._base.execute("SELECT libraryID FROM groups WHERE groupID = ?", (number,)).fetchone()
        if row is None:
            raise ZoteroUnavailable(f"{self.label} has no library {library}.", "Name a group that is in it.")
        return int(row[0])

    def _list_items(self, library: int) -> Iterator[dict[str, Any]]:
        fields, creators, tags, collections = (
            self._group(query, library) for query in (_FIELDS, _CREATORS, _TAGS, _MEMBERS)
        )
        notes = {item: (parent, note) for item, parent, note in self._base.execute(_NOTES, (library,))}
        files = {item: rest for item, *rest in self._base.execute(_FILES, (library,))}
        keys = dict(self._base.execute("SELECT itemID, key FROM items WHERE libraryID = ?", (library,)))
        trash = {item for (item,) in self._base.execute("SELECT itemID FROM deletedItems")}
        retracted = self._read_retractions()
        rows = self._base.execute(
            "SELECT itemID, key, version, itemTypeID, dateAdded FROM items WHERE libraryID = ? ORDER BY itemID",
            (library,),
        )
        for item, key, version, type_number, added in rows:
            kind = self._types.get(type_number, "document")
            data: dict[str, Any] = {"key": key, "version": version or 0, "itemType": kind, "dateAdded": added}
            data |= {self._fields.get(field, f"field{field}"): _read_value(value) for field, value in fields[item]}
            if item in trash:
                data["deleted"] = 1
            if item in notes and kind == "note":
                data |= {"note": notes[item][1] or "", "parentItem": keys.get(notes[item][0], "")}
            elif item in files:
                parent, mode, content, path = files[item]
                data |= {"parentItem": keys.get(parent, ""), "contentType": content or "", "path": path or ""}
                data["linkMode"] = _LINK_MODES[mode] if mode in range(len(_LINK_MODES)) else ""
                data["filename"] = (path or "").removeprefix("storage:") if (path or "").startswith("storage:") else ""
            else:
                data["creators"] = [self._read_creator(*creator) for creator in creators[item]]
                data["tags"] = [{"tag": name} for (name,) in tags[item]]
                data["collections"] = [name for (name,) in collections[item]]
                if item in retracted:
                    data["extra"] = "\n".join(filter(None, (data.get("extra", ""), retracted[item])))
            yield data

    def _group(self, query: str, library: int) -> dict[int, list[tuple[Any, ...]]]:
        grouped: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
        for item, *rest in self._base.execute(query, (library,)):
            grouped[item].append(tuple(rest))
        return grouped

    def _read_creator(self, role: int, first: str, last: str, mode: int) -> dict[str, str]:
        kind = self._roles.get(role, "author")
        if mode == 1:
            return {"creatorType": kind, "name": last or ""}
        return {"creatorType": kind, "firstName": first or "", "lastName": last or ""}

    def _read_retractions(self) -> dict[int, str]:
        """Return lines of the field Extra for items that Zotero shows as retracted."""
        if not self._has_table("retractedItems"):
            return {}
        rows = self._base.execute("SELECT itemID FROM retractedItems WHERE flag IS NULL OR flag <> 1")
        return {item: "Status: retracted" for (item,) in rows}


_FIELDS = """SELECT d.itemID, d.fieldID, v.value FROM itemData d JOIN items i USING (itemID)
    JOIN itemDataValues v USING (valueID) WHERE i.libraryID = ? ORDER BY d.fieldID"""
_CREATORS = """SELECT c.itemID, c.creatorTypeID, n.firstName, n.lastName, n.fieldMode FROM itemCreators c
    JOIN items i USING (itemID) JOIN creators n USING (creatorID) WHERE i.libraryID = ? ORDER BY c.orderIndex"""
_TAGS = """SELECT t.itemID, n.name FROM itemTags t JOIN items i USING (itemID) JOIN tags n USING (tagID)
    WHERE i.libraryID = ? ORDER BY n.name"""
_MEMBERS = """SELECT m.itemID, c.key FROM collectionItems m JOIN collections c USING (collectionID)
    WHERE c.libraryID = ? ORDER BY c.key"""
_NOTES = (
    """SELECT n.itemID, n.parentItemID, n.note FROM itemNotes n JOIN items i USING (itemID) WHERE i.libraryID = ?"""
)
_FILES = """SELECT a.itemID, a.parentItemID, a.linkMode, a.contentType, a.path FROM itemAttachments a
    JOIN items i USING (itemID) WHERE i.libraryID = ?"""


def _read_value(value: Any) -> str:
    """Return a value as the API gives it; a date stands there twice, as "2018-05-00 May 2018"."""
    text = str(value)
    head, _, rest = text.partition(" ")
    is_date = len(head) == 10 and head[4] == head[7] == "-" and head.replace("-", "").isdigit()
    return rest if is_date and rest and ":" not in rest else text


def _connect_copy(path: Path, folder: Path) -> sqlite3.Connection:
    for ending in _BESIDE:
        beside = path.with_name(f"{path.name}{ending}")
        if not ending or beside.is_file():
            shutil.copyfile(beside, folder / beside.name)
    return sqlite3.connect(folder / path.name, check_same_thread=False)
