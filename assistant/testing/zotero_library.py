"""One library of the fake Zotero: items and collections with versions, what was deleted, and writes."""

import itertools
from collections.abc import Iterable
from typing import Any, NamedTuple

ALPHABET = "23456789ABCDEFGHIJKLMNPQRSTUVWXYZ"
MOST_WRITTEN = 50
"""Objects that one request may write, as Zotero's documentation has it."""
_CHILDREN = ("note", "attachment", "annotation")


class ZoteroRequestError(Exception):
    """A request that is answered with an error."""

    def __init__(self, status: int, message: str, **headers: str) -> None:
        super().__init__(message)
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class FoundObjects(NamedTuple):
    """What was asked for: a list, an object of keys, or a single object."""

    value: Any
    is_single: bool = False


def make_key(number: int) -> str:
    """Make the key of the object with a number: eight letters and digits, as Zotero's."""
    letters = []
    for _ in range(8):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(reversed(letters))


class FakeZoteroLibrary:
    """A library; each change gives it, and what is changed, the next version.

    Attributes:
        about: Its type, number and name.
        version: The one of the last change.
        items: Editable JSON of items by key, those in the trash with ``deleted``.
        collections: Likewise.
    """

    def __init__(self, about: dict[str, Any]) -> None:
        self.about = about
        self.version = 0
        self.items: dict[str, dict[str, Any]] = {}
        self.collections: dict[str, dict[str, Any]] = {}
        self._deleted: dict[str, dict[str, int]] = {"items": {}, "collections": {}}
        self._tokens: set[str] = set()
        self._numbers = itertools.count(1)

    # What a person does in Zotero

    def add_items(self, items: Iterable[dict[str, Any]]) -> list[str]:
        """Add items in one change, and return their keys; of what an item lacks it is a journal article."""
        items = list(items)
        if items:
            self.version += 1
        return [self._put_item(item) for item in items]

    def add_item(self, **fields: Any) -> str:
        """Add an item, and return its key."""
        return self.add_items([fields])[0]

    def edit_item(self, key: str, **fields: Any) -> None:
        """Change fields of an item; ``deleted=1`` puts it into the trash."""
        self.version += 1
        self.items[key] |= {**fields, "version": self.version}

    def delete_items(self, *keys: str) -> None:
        """Delete items for good, with their notes and attachments."""
        self.version += 1
        for key in keys:
            for child in [child for child, data in self.items.items() if data.get("parentItem") == key]:
                self._drop("items", self.items, child)
            self._drop("items", self.items, key)

    def add_collection(self, name: str, parent: str = "") -> str:
        """Add a collection, and return its key."""
        self.version += 1
        key = make_key(next(self._numbers))
        self.collections[key] = {
            "key": key, "version": self.version, "name": name, "parentCollection": parent or False, "relations": {},
        }  # fmt: skip
        return key

    def edit_collection(self, key: str, **fields: Any) -> None:
        """Change fields of a collection."""
        self.version += 1
        self.collections[key] |= {**fields, "version": self.version}

    def delete_collection(self, key: str) -> None:
        """Delete a collection; its items stay, in one collection less."""
        self.version += 1
        for data in self.items.values():
            if key in data.get("collections", ()):
                data |= {"collections": [other for other in data["collections"] if other != key]}
                data["version"] = self.version
        self._drop("collections", self.collections, key)

    def _put_item(self, fields: dict[str, Any]) -> str:
        key = fields.get("key") or make_key(next(self._numbers))
        base: dict[str, Any] = {"key": key, "itemType": "journalArticle", "dateAdded": "2024-01-01T00:00:00Z"}
        base |= {} if fields.get("itemType") in _CHILDREN else {"creators": [], "collections": []}
        self.items[key] = {**base, "tags": [], "relations": {}, **fields, "key": key, "version": self.version}
        self._deleted["items"].pop(key, None)
        return str(key)

    def _drop(self, kind: str, objects: dict[str, dict[str, Any]], key: str) -> None:
        if objects.pop(key, None) is not None:
            self._deleted[kind][key] = self.version

    # What the API is asked

    def read(self, path: str, query: dict[str, str]) -> FoundObjects:
        """Answer what is asked for below the library's path."""
        since = int(query.get("since", 0))
        match path.strip("/").split("/"):
            case ["deleted"]:
                return FoundObjects(
                    {
                        kind: [key for key, version in self._deleted.get(kind, {}).items() if version > since]
                        for kind in ("collections", "searches", "items", "tags", "settings")
                    }
                )
            case ["collections"] | ["collections", "top"]:
                return self._list(self.collections.values(), since, query)
            case ["collections", key]:
                return FoundObjects(self._wrap(self._get(self.collections, key)), is_single=True)
            case ["collections", key, "items", *_]:
                self._get(self.collections, key)
                return self._list((d for d in self.items.values() if key in d.get("collections", ())), since, query)
            case ["items"]:
                return self._list(self.items.values(), since, query)
            case ["items", "top"]:
                return self._list((d for d in self.items.values() if not d.get("parentItem")), since, query)
            case ["items", "trash"]:
                return self._list((d for d in self.items.values() if d.get("deleted")), since, query, trash=True)
            case ["items", key, "children"]:
                return self._list((d for d in self.items.values() if d.get("parentItem") == key), since, query)
            case ["items", key]:
                return FoundObjects(self._wrap(self._get(self.items, key)), is_single=True)
        raise ZoteroRequestError(404, "Not found")

    def _list(
        self, listed: Iterable[dict[str, Any]], since: int, query: dict[str, str], trash: bool = False
    ) -> FoundObjects:
        chosen = [data for data in listed if data["version"] > since]
        if not trash and query.get("includeTrashed") != "1":
            chosen = [data for data in chosen if not data.get("deleted")]
        if keys := query.get("itemKey"):
            chosen = [data for data in chosen if data["key"] in keys.split(",")]
        if tag := query.get("tag"):
            chosen = [data for data in chosen if tag in [own["tag"] for own in data.get("tags", ())]]
        if kind := query.get("itemType"):
            chosen = [data for data in chosen if data.get("itemType") == kind]
        if query.get("format") == "versions":
            return FoundObjects({data["key"]: data["version"] for data in chosen})
        if query.get("format") == "keys":
            return FoundObjects("\n".join(data["key"] for data in chosen) + "\n")
        chosen.sort(key=lambda data: (str(data.get(query.get("sort", "dateAdded"), "")), data["key"]))
        if query.get("direction") == "desc":
            chosen.reverse()
        return FoundObjects([self._wrap(data) for data in chosen])

    def _wrap(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"key": data["key"], "version": data["version"], "library": self.about, "data": data, "meta": {}}

    def _get(self, objects: dict[str, dict[str, Any]], key: str) -> dict[str, Any]:
        if key not in objects:
            raise ZoteroRequestError(404, "Not found")
        return objects[key]

    def write(self, method: str, path: str, headers: dict[str, str], body: Any) -> tuple[int, Any]:
        """Carry out a write below the library's path."""
        match method, path.strip("/").split("/"):
            case "POST", ["items"]:
                return 200, self._write_items(headers, body)
            case (("PATCH" | "PUT"), ["items", key]):
                self._check_version(self._get(self.items, key), headers, body)
                self.version += 1
                changes = {name: value for name, value in body.items() if name not in ("key", "version")}
                kept = self.items[key] if method == "PATCH" else {"key": key}
                self.items[key] = {**kept, **changes, "version": self.version}
                return 204, None
            case "DELETE", ["items", key]:
                self._check_version(self._get(self.items, key), headers, None)
                self.delete_items(key)
                return 204, None
        raise ZoteroRequestError(405, "Method not allowed")

    def _write_items(self, headers: dict[str, str], body: Any) -> dict[str, Any]:
        if not isinstance(body, list) or not body:
            raise ZoteroRequestError(400, "Uploaded data must be a JSON array")
        if len(body) > MOST_WRITTEN:
            raise ZoteroRequestError(413, f"Cannot add more than {MOST_WRITTEN} items at a time")
        token, known = headers.get("zotero-write-token"), headers.get("if-unmodified-since-version")
        if token and token in self._tokens:
            raise ZoteroRequestError(412, "Write token already used")
        if known is not None and int(known) < self.version:
            raise ZoteroRequestError(412, "Library has been modified since specified version")
        result: dict[str, Any] = {"successful": {}, "success": {}, "unchanged": {}, "failed": {}}
        self.version += 1
        for place, item in enumerate(body):
            before = self.items.get(item.get("key", ""))
            if "itemType" not in item and not before:
                result["failed"][str(place)] = {"code": 400, "message": "'itemType' property not provided"}
            elif "version" in item and item["version"] != (before["version"] if before else 0):
                result["failed"][str(place)] = {
                    "key": item.get("key"),
                    "code": 412,
                    "message": "Item has been modified",
                }
            else:
                key = self._put_item({**(before or {}), **{k: v for k, v in item.items() if k != "version"}})
                result["success"][str(place)] = key
                result["successful"][str(place)] = self._wrap(self.items[key])
        if token and not result["failed"]:
            self._tokens.add(token)
        return result

    @staticmethod
    def _check_version(data: dict[str, Any], headers: dict[str, str], body: Any) -> None:
        known = headers.get("if-unmodified-since-version")
        if known is None and isinstance(body, dict) and "version" in body:
            known = str(body["version"])
        if known is None:
            raise ZoteroRequestError(428, "If-Unmodified-Since-Version not provided")
        if int(known) < data["version"]:
            raise ZoteroRequestError(412, "Item has been modified since specified version")
