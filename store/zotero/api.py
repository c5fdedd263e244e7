"""Zotero's Web API (www.zotero.org/support/dev/web_api/v3), and the local one of a running Zotero, much the same.

What differs: the local one has no key, no pages and, before Zotero 10, no versions that can be relied on: an item that
is changed on this machine keeps the version of its last synchronisation. From Zotero 10 on it counts versions of its
own, which belong to the database that ``Zotero-Server-ID`` names.
"""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from store.providers.transport import RateLimiter
from store.readers.json_records import as_object
from store.zotero.access import KEY_NAME, USER_LIBRARY, DeletedKeys, Group, ItemPage, ZoteroAccess, ZoteroRefused
from store.zotero.zotero_http import ZoteroAnswer, ZoteroHttp

PAGE = 100
"""Items of a page: the most that the Web API gives."""

_GROUP = re.compile(r"groups/[0-9]{1,18}")


class ZoteroApi:
    """One of the two APIs as a door.

    Args:
        http: The connection.
        user: The number of the user whose library it is, "" where Zotero is to be asked; 0 for the local API.
        is_local: Whether it is the local API.
    """

    def __init__(self, http: ZoteroHttp, user: str, is_local: bool) -> None:
        self.http = http
        self.is_local = is_local
        self._user = user
        self._server = ""
        self._local_key = ""
        self._has_keys = is_local
        self.label = http.label

    @property
    def name(self) -> str:
        """``web:123`` or ``local:SERVER``; before the first answer ``local:`` is all that is known."""
        return f"local:{self._server}" if self.is_local else f"web:{self._user}"

    @property
    def known_user(self) -> str:
        """The number of the user as far as it is known; nobody is asked."""
        return self._user

    def forget_user(self) -> None:
        """Forget whose key it is: it may be another's now."""
        self._user = ""

    @property
    def user(self) -> str:
        """The number of the user; asks Zotero whose key it is."""
        if not self._user:
            answer = self.http.get("/keys/current")
            number = answer.body.get("userID") if isinstance(answer.body, dict) else None
            if not isinstance(number, int):
                raise ZoteroRefused(f"{self.label} does not say whose key it is.", "Set user in [zotero].")
            self._user = str(number)
        return self._user

    def build_path(self, library: str) -> str:
        """Return the path of a library."""
        if library == USER_LIBRARY:
            return f"/users/{self.user}"
        if not _GROUP.fullmatch(library):
            raise ZoteroRefused(f"{library[:80]!r} is no library of Zotero.", "Groups are like groups/12345.")
        return f"/{library}"

    def read_items(self, library: str, since: int, start: int) -> ItemPage:
        """Return a page of the items that have changed; see ``Door``."""
        params = {"format": "json", "includeTrashed": "1", "since": str(since)}
        # In this order a page has the same items as long as the library has the same version.
        params |= {"limit": str(PAGE), "start": str(start), "sort": "dateAdded", "direction": "asc"}
        answer = self.http.get(f"{self.build_path(library)}/items", params, since=since or None)
        self._note_server(answer)
        version = None if self.is_local and not self._server else answer.version
        if answer.status == 304:
            return ItemPage([], version, unchanged=True)
        items = self._read_list(answer)
        return ItemPage(items, version, _find_next(answer), answer.get_number("total-results"))

    def read_collections(self, library: str, since: int) -> list[dict[str, Any]]:
        """Return the collections that have changed; see ``Door``."""
        path, start, listed = f"{self.build_path(library)}/collections", 0, list[dict[str, Any]]()
        while True:
            params = {"since": str(since), "limit": str(PAGE), "start": str(start), "sort": "title"}
            answer = self.http.get(path, params)
            listed += self._read_list(answer)
            following = _find_next(answer)
            if following is None or following <= start:
                break
            start = following
        total = answer.get_number("total-results")
        if total is not None and len(listed) < total:
            raise ZoteroRefused(
                f"{self.label} gave {len(listed):,} of {total:,} collections.", "Try again; nothing was removed."
            )
        return listed

    def read_deleted(self, library: str, since: int) -> DeletedKeys | None:
        """Return what was deleted; None where this Zotero does not say."""
        try:
            answer = self.http.get(f"{self.build_path(library)}/deleted", {"since": str(since)})
        except ZoteroRefused:
            if self.is_local:  # it came to the local API late
                return None
            raise
        body = answer.body
        if not isinstance(body, dict) or not isinstance(body.get("items"), list):
            raise ZoteroRefused(f"{self.label} does not list what was deleted.", "Try again; nothing was removed.")
        return DeletedKeys(*(frozenset(map(str, body.get(name) or ())) for name in ("items", "collections")))

    def read_keys(self, library: str) -> frozenset[str]:
        """Return the keys of all items."""
        params = {"format": "versions", "includeTrashed": "1"}
        answer = self.http.get(f"{self.build_path(library)}/items", params)
        if not isinstance(answer.body, dict):
            raise ZoteroRefused(f"{self.label} does not list its items.", "Try again; nothing was removed.")
        return frozenset(answer.body)

    def read_citation_keys(self, library: str, keys: list[str]) -> dict[str, str]:
        """Return Better BibTeX's keys, by its own interface beside the local API."""
        if not self._has_keys or not keys or library != USER_LIBRARY:
            return {}
        call = {"jsonrpc": "2.0", "id": 1, "method": "item.citationkey", "params": [keys]}
        try:
            answer = self.http.request("POST", "//better-bibtex/json-rpc", content=call)
        except ZoteroRefused:  # it is not there
            self._has_keys = False
            return {}
        citation_keys = answer.body.get("result") if isinstance(answer.body, dict) else None
        if not isinstance(citation_keys, dict):
            return {}
        return {str(key): value for key, value in citation_keys.items() if isinstance(value, str) and value}

    def find_groups(self) -> list[Group]:
        """Return the groups of the user."""
        groups = []
        for group in self._read_list(self.http.get(f"/users/{self.user}/groups", {"limit": str(PAGE)})):
            data = as_object(group.get("data"))
            number, name = group.get("id"), data.get("name")
            if isinstance(number, int) and isinstance(name, str):
                groups.append(Group(number, name))
        return groups

    def read_some(self, library: str, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Return the editable JSON of up to 50 items that are there, by their keys; each has its ``version``."""
        params = {"itemKey": ",".join(keys), "limit": str(PAGE), "includeTrashed": "1"}
        answer = self.http.get(f"{self.build_path(library)}/items", params)
        self._note_server(answer)
        items = [as_object(item.get("data")) for item in self._read_list(answer)]
        return {str(data["key"]): data for data in items if "key" in data and not data.get("deleted")}

    def write_items(self, library: str, items: list[dict[str, Any]], token: str = "") -> dict[str, str]:
        """Write up to 50 items, each with its key and the version that it is to have now, 0 for a new one.

        Returns:
            The keys of those that could not be written, with the reason.

        Raises:
            ZoteroForbidden: The key may not write.
            ZoteroConflict: A request with this token was made before.
            SourceError: It cannot be done.
        """
        headers = {**({"zotero-write-token": token} if token else {}), **self._authorize()}
        answer = self.http.request("POST", f"{self.build_path(library)}/items", content=items, headers=headers)
        failed = as_object(as_object(answer.body).get("failed"))
        reasons = {}
        for place, fault in failed.items():
            item = items[int(place)] if place.isdigit() and int(place) < len(items) else {}
            reasons[str(item.get("key", ""))] = str(as_object(fault).get("message") or "it was refused")[:200]
        return reasons

    def delete_item(self, library: str, key: str, version: int) -> None:
        """Delete an item that still has this version.

        Raises:
            ZoteroConflict: It was changed meanwhile.
            SourceError: It cannot be done.
        """
        headers = {"if-unmodified-since-version": str(version), **self._authorize()}
        self.http.request("DELETE", f"{self.build_path(library)}/items/{key}", headers=headers)

    def _authorize(self) -> dict[str, str]:
        """Return what a write at the local API needs beside; Zotero asks the person in front of it."""
        if not self.is_local:
            return {}
        if not self._server:
            self._note_server(self.http.get("/"))
        if not self._server:
            raise ZoteroRefused(
                f"{self.label} lets nobody write: that needs Zotero 10 or a key.",
                f"Set {KEY_NAME} to a key of https://www.zotero.org/settings/keys that may write.",
            )
        server = {"zotero-server-id": self._server}
        if not self._local_key:
            response = self.http.request(
                "POST", "/local/authorize", content={"appName": "Conspectus"}, headers=server, is_once=True
            )
            granted = as_object(response.body)
            key = str(granted.get("key") or "")
            if granted.get("remember") is not True:
                return {**server, "zotero-api-key": key}  # for one write alone
            self._local_key = key
        return {**server, "zotero-api-key": self._local_key}

    def close(self) -> None:
        """Let go of the connection."""
        self.http.close()

    def _note_server(self, answer: ZoteroAnswer) -> None:
        if self.is_local:
            self._server = re.sub(r"[^\w-]", "", answer.headers.get("zotero-server-id", ""))[:64]

    def _read_list(self, answer: ZoteroAnswer) -> list[dict[str, Any]]:
        if not isinstance(answer.body, list):
            raise ZoteroRefused(f"{self.label} answers with something else than a list.", "Is it Zotero's address?")
        return [entry for entry in answer.body if isinstance(entry, dict)]


def open_local(access: ZoteroAccess, pace: RateLimiter) -> ZoteroApi:
    """Open the door to the Zotero that runs on this machine."""
    closed = (
        "Start Zotero, and in its settings under Advanced allow other applications on this computer to communicate "
        "with it; or use another door: --from web, or --from FILE with a copy of zotero.sqlite."
    )
    http = ZoteroHttp(access.local_url, "Zotero on this machine", "", access.timeout, pace, closed, is_local=True)
    return ZoteroApi(http, "0", is_local=True)


def open_web(access: ZoteroAccess, pace: RateLimiter, user: str = "") -> ZoteroApi:
    """Open the door to zotero.org; ``user`` is whose library the key opens, where that was found before."""
    key = access.key.get_secret_value() if access.key else ""
    closed = (
        f"Is the key in {access.key_name} right, and may it read this library? "
        "Keys are made, and what they may do is set, at https://www.zotero.org/settings/keys."
    )
    return ZoteroApi(ZoteroHttp(access.web_url, "zotero.org", key, access.timeout, pace, closed), user, is_local=False)


def _find_next(answer: ZoteroAnswer) -> int | None:
    """Return where the next page begins, as ``Link`` says."""
    for address, relation in re.findall(r'<([^>]*)>\s*;\s*rel="?(\w+)"?', answer.headers.get("link", "")):
        if relation == "next":
            start = parse_qs(urlsplit(address).query).get("start", [""])[0]
            return int(start) if start.isascii() and start.isdigit() else None
    return None
