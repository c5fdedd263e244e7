"""Give back to Zotero, when asked: a note under a collection, abstracts and DOIs that its items lack; and take it back.

Each write is planned first and carried out with ``write`` alone. What is written is kept in ``zotero/writes`` before it
is sent, so that it is sent once, whatever happens, and can be undone.
"""

import hashlib
import json
import secrets
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from store.dedup.keys import id_key
from store.errors import InputError, LibraryDamaged, NotFound
from store.files import write_atomic
from store.library import Library
from store.paper import Paper
from store.providers.fetch import split_chunks
from store.providers.transport import RateLimiter
from store.writer import write_lock
from store.zotero.access import USER_LIBRARY, ZoteroAccess, ZoteroConflict, ZoteroRefused, ZoteroUnavailable
from store.zotero.api import ZoteroApi, open_local, open_web
from store.zotero.mirror import Collections, Mirror
from store.zotero.reading import WEB_USER, ask_as_user
from store.zotero.records import build_id, name_source, strip_markup
from store.zotero.sync_results import ZoteroChange, ZoteroWrite
from store.zotero.synchronise import FOLDER

WRITES = "writes"
TAG = "Conspectus"
"""The tag of notes that are pushed."""

BATCH = 50
"""Items that Zotero takes in one request."""

_ALPHABET = "23456789ABCDEFGHIJKLMNPQRSTUVWXYZ"
# Of a write that broke off it is not known whether Zotero got it.
_MAYBE_THERE = ("written", "planned")
_FILLS = {"abstractNote": "abstract", "DOI": "doi"}


class WriteLog:
    """What was written to Zotero from a library: a file each, kept for ``undo``."""

    def __init__(self, library: Library) -> None:
        self._folder = library.folder / FOLDER / WRITES

    def list(self) -> list[ZoteroWrite]:
        """Return all of them, the oldest first."""
        files = sorted(self._folder.glob("*.json")) if self._folder.is_dir() else []
        return [self._read(file) for file in files]

    def get(self, write_id: str = "") -> ZoteroWrite:
        """Return one by its id, without one the last that was not undone.

        Raises:
            NotFound: There is none.
        """
        writes = self.list()
        if not write_id:
            writes = [write for write in writes if any(change.state in _MAYBE_THERE for change in write.changes)]
        chosen = [write for write in writes if write_id in ("", write.id)]
        if not chosen:
            raise NotFound(
                f"Nothing was written to Zotero{f' under {write_id[:80]!r}' if write_id else ' that could be undone'}.",
                "List what was: conspectus zotero writes",
            )
        return chosen[-1]

    def save(self, write: ZoteroWrite) -> None:
        """Keep a write, in place of its earlier state."""
        write_atomic(self._folder / f"{write.id}.json", write.model_dump_json(indent=1).encode(), private=True)

    @staticmethod
    def _read(file: Path) -> ZoteroWrite:
        try:
            return ZoteroWrite.model_validate_json(file.read_bytes())
        except (OSError, ValueError) as error:
            raise LibraryDamaged(
                f"{file} cannot be read.", "Move it away; what it tells of cannot be undone."
            ) from error


class ZoteroWriter:
    """Writes to one library of Zotero, or only plans to.

    Args:
        library: Ours, beside which it is kept.
        access: How Zotero is reached: zotero.org with a key that may write, else Zotero 10 on this machine.
        group: The number of a group, "" for the user's own library.
        pace: The clock; None for the real one.
    """

    def __init__(
        self, library: Library, access: ZoteroAccess, group: str = "", pace: RateLimiter | None = None
    ) -> None:
        if group and not (group.isascii() and group.isdigit()):
            raise InputError(f"{group[:80]!r} is no number of a group.", "It stands in the group's address.")
        self._library, self._access, self._pace = library, access, pace or RateLimiter()
        self._name = f"groups/{group}" if group else USER_LIBRARY
        self._log = WriteLog(library)

    def push_note(self, title: str, body: str, collection: str, write: bool = False) -> ZoteroWrite:
        """Put a note under a collection.

        Args:
            title: Its title, which is its first line.
            body: Its HTML.
            collection: The name or the key of the collection.
            write: Whether it is done, and not only planned.

        Raises:
            InputError: There is no such collection, or just this was pushed there before.
            SourceError: Zotero does not take it.
        """
        with self._open() as (door, mirror):
            listed = ask_as_user(door, mirror, lambda: door.read_collections(self._name, 0))
            key, name = _find_collection(listed, collection)
            what = _hash_parts(self._name, key, body)
            earlier = self._find_earlier(what)
            change = ZoteroChange(
                kind="note", key=_make_key(), title=title, fields={"note": body}, collection=f"{name} ({key})"
            )
            planned = earlier or self._plan(what, (change,))
            if not write:
                return planned.model_copy(update={"dry_run": True})
            self._log.save(planned)
            return self._write_note(door, planned, key)

    def push_missing(self, write: bool = False) -> ZoteroWrite:
        """Fill abstracts and DOIs that items lack and our papers have from elsewhere, from ``enrich`` say.

        Args:
            write: Whether it is done, and not only planned.

        Raises:
            SourceError: Zotero does not take it.
        """
        with self._open() as (door, mirror):
            missing = dict(self._find_missing(mirror))
            changes: list[ZoteroChange] = []
            versions: dict[str, int] = {}
            for some in split_chunks(sorted(missing), BATCH):
                there = ask_as_user(door, mirror, lambda some=some: door.read_some(self._name, some))  # type: ignore[misc]
                for key, data in there.items():
                    # A field that the type of the item does not have is not among its fields.
                    fields = {name: text for name, text in missing[key].items() if data.get(name) == ""}
                    if fields:
                        title, before = str(data.get("title") or key), dict.fromkeys(fields, "")
                        changes.append(ZoteroChange(kind="fill", key=key, title=title, fields=fields, before=before))
                        versions[key] = int(data.get("version") or 0)
            what = _hash_parts(self._name, *(change.model_dump_json() for change in changes))
            planned = self._plan(what, tuple(changes))
            if not write or not changes:
                return planned.model_copy(update={"dry_run": True})
            self._log.save(planned)
            return self._write_fields(door, planned, versions, {c.key: c.fields for c in changes}, "written")

    def undo(self, write_id: str = "", write: bool = False) -> ZoteroWrite:
        """Take back what was written, as far as nobody changed it in Zotero since.

        Args:
            write_id: Which; "" for the last one.
            write: Whether it is done, and not only planned.

        Raises:
            NotFound: There is nothing to undo.
            SourceError: Zotero does not take it.
        """
        entry = self._log.get(write_id)
        self._name = entry.library.removeprefix("zotero:")
        changes = [change for change in entry.changes if change.state in _MAYBE_THERE]
        if not write:
            kinds = {"note": "delete", "fill": "restore"}
            planned = [c.model_copy(update={"kind": kinds.get(c.kind, c.kind), "state": "planned"}) for c in changes]
            return entry.model_copy(update={"changes": tuple(planned), "dry_run": True})
        with self._open() as (door, mirror):
            for some in split_chunks(changes, BATCH):
                keys = [change.key for change in some]
                there = ask_as_user(door, mirror, lambda keys=keys: door.read_some(self._name, keys))  # type: ignore[misc]
                entry = self._undo_some(door, entry, some, there)
        return entry

    def _undo_some(
        self, door: ZoteroApi, entry: ZoteroWrite, changes: Sequence[ZoteroChange], there: dict[str, dict[str, Any]]
    ) -> ZoteroWrite:
        versions: dict[str, int] = {}
        restored: dict[str, dict[str, str]] = {}
        for change in changes:
            data = there.get(change.key)
            if data is None:
                entry = self._set_state(entry, {change.key: ""}, "undone")  # it is gone already
                continue
            if not _has_fields(data, change.fields):
                reason = "it was changed in Zotero since" if change.state == "written" else "it was not written"
                entry = self._set_state(entry, {change.key: reason}, "refused")
            elif change.kind == "note":
                self._delete_note(door, change.key, int(data.get("version") or 0))
                entry = self._set_state(entry, {change.key: ""}, "undone")
            else:
                versions[change.key], restored[change.key] = int(data.get("version") or 0), change.before
        return self._write_fields(door, entry, versions, restored, "undone") if restored else entry

    def _delete_note(self, door: ZoteroApi, key: str, version: int) -> None:
        try:
            door.delete_item(self._name, key, version)
        except ZoteroRefused:
            if door.read_some(self._name, [key]):  # else it is gone, and the answer to an earlier request was lost
                raise

    def _open(self) -> "_OpenDoor":
        return _OpenDoor(self._library, self._access, self._pace)

    def _plan(self, what: str, changes: tuple[ZoteroChange, ...]) -> ZoteroWrite:
        moment, token = datetime.fromtimestamp(self._pace.now(), UTC), secrets.token_hex(16)
        return ZoteroWrite(
            id=f"{moment:%Y%m%d-%H%M%S}-{token[:4]}",
            library=name_source(self._name),
            made=moment.isoformat(timespec="seconds"),
            what=what,
            token=token,
            changes=changes,
            dry_run=False,
        )

    def _find_earlier(self, what: str) -> ZoteroWrite | None:
        """Find the same write that was begun and not finished; one that was finished is not made again."""
        for write in self._log.list():
            states = {change.state for change in write.changes}
            if write.what == what and "written" in states:
                raise InputError(
                    f"Just this was pushed on {write.made[:10]} ({write.id}), as the note {write.changes[0].key}.",
                    f"Take it back first: conspectus zotero undo {write.id}",
                )
            if write.what == what and states == {"planned"}:
                return write
        return None

    def _write_note(self, door: ZoteroApi, planned: ZoteroWrite, collection: str) -> ZoteroWrite:
        change = planned.changes[0]
        note = {
            "key": change.key,
            "version": 0,
            "itemType": "note",
            "note": change.fields["note"],
            "collections": [collection],
            "tags": [{"tag": TAG}],
        }
        try:
            faults = door.write_items(self._name, [note], planned.token)
        except ZoteroConflict:
            faults = {change.key: "it was written before"}
        if faults and change.key not in door.read_some(self._name, [change.key]):
            return self._set_state(planned, faults, "refused")
        return self._set_state(planned, {change.key: ""}, "written")

    def _write_fields(
        self,
        door: ZoteroApi,
        entry: ZoteroWrite,
        versions: dict[str, int],
        fields: dict[str, dict[str, str]],
        state: str,
    ) -> ZoteroWrite:
        for some in split_chunks(sorted(fields), BATCH):
            items = [{"key": key, "version": versions[key], **fields[key]} for key in some]
            faults = door.write_items(self._name, items)
            if faults:  # of a request that was made twice, since its answer was lost, the second one is refused
                there = door.read_some(self._name, sorted(faults))
                faults = {key: why for key, why in faults.items() if not _has_fields(there.get(key, {}), fields[key])}
            entry = self._set_state(entry, {key: "" for key in some if key not in faults}, state)
            entry = self._set_state(entry, faults, "refused")
        return entry

    def _set_state(self, entry: ZoteroWrite, reasons: dict[str, str], state: str) -> ZoteroWrite:
        """Note what became of changes, by their keys, and keep it."""
        changes = tuple(
            change.model_copy(update={"state": state, "reason": reasons[change.key]})
            if change.key in reasons
            else change
            for change in entry.changes
        )
        entry = entry.model_copy(update={"changes": changes})
        self._log.save(entry)
        return entry

    def _find_missing(self, mirror: Mirror) -> Iterator[tuple[str, dict[str, str]]]:
        """Yield the keys of items that lack what their paper has, with what they lack."""
        view = self._library.view()
        if view is None:
            return
        lacking = {
            build_id(self._name, item.key): item
            for item in mirror.list_items(self._name)
            if item.is_stored and not item.is_gone and not all(item.data.get(name) for name in _FILLS)
        }
        for some in split_chunks(sorted(lacking), BATCH):
            for paper in view.find_by_keys([id_key(record_id) for record_id in some]):
                for record in paper.records:
                    if record.id in lacking:
                        item = lacking[record.id]
                        has = {name: _read_value(paper, ours) for name, ours in _FILLS.items()}
                        fields = {name: text for name, text in has.items() if text and not item.data.get(name)}
                        if fields:
                            yield item.key, fields


class _OpenDoor:
    """A door that may be written through, and the mirror, while a block lasts; it holds the lock of the folder."""

    def __init__(self, library: Library, access: ZoteroAccess, pace: RateLimiter) -> None:
        self._folder = library.folder / FOLDER
        self._access, self._pace = access, pace
        self._lock = write_lock(self._folder, "zotero push")

    def __enter__(self) -> tuple[ZoteroApi, Mirror]:
        self._lock.__enter__()
        try:
            self._mirror = Mirror(self._folder)
            self._door = self._choose_door()
        except BaseException as error:  # Ctrl-C, too, lets the lock go.
            self._lock.__exit__(type(error), error, error.__traceback__)
            raise
        return self._door, self._mirror

    def __exit__(self, *error: Any) -> None:
        with closing(self._mirror), closing(self._door):
            pass
        self._lock.__exit__(*error)

    def _choose_door(self) -> ZoteroApi:
        if self._access.key is not None and self._access.door != "local":
            return open_web(self._access, self._pace, self._mirror.get_fact(WEB_USER))
        if self._access.door in ("auto", "local"):
            return open_local(self._access, self._pace)
        raise ZoteroUnavailable(
            f"Writing needs a key of zotero.org that may write; {self._access.key_name} holds none.",
            "Make one at https://www.zotero.org/settings/keys, or start Zotero 10 and use --from local.",
        )


def _find_collection(listed: list[dict[str, Any]], name: str) -> tuple[str, str]:
    rows = []
    for entry in listed:
        data = entry.get("data") or entry
        rows.append((str(data.get("key")), str(data.get("name")), str(data.get("parentCollection") or "")))
    collections = Collections(rows)
    matches = collections.find(name)
    if not matches:
        raise InputError(f"There is no collection {name[:80]!r} in Zotero.", "Make it there first.")
    if len(matches) > 1:
        raise InputError(
            f"There are {len(matches)} collections called {name[:80]!r} in Zotero.",
            f"Name one by its key: {', '.join(sorted(matches)[:10])}.",
        )
    return matches[0], collections.name(matches[0])


def _read_value(paper: Paper, name: str) -> str:
    return paper.abstract if name == "abstract" else paper.identifiers.get(name, "")


def _has_fields(data: dict[str, Any], fields: dict[str, str]) -> bool:
    """Return whether an item has in these fields what we wrote."""
    return all(_is_same_text(data.get(name), text) for name, text in fields.items())


def _is_same_text(stored: object, written: str) -> bool:
    """Return whether a field has what we wrote; Zotero's editor may have set the markup of a note anew."""
    return isinstance(stored, str) and (stored == written or strip_markup(stored) == strip_markup(written))


def _make_key() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(8))


def _hash_parts(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]
