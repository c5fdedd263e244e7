"""The fake Zotero answers as the documentation of Zotero's API says."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from assistant.testing import FakeZotero, ZoteroFault, fake_zotero


@pytest.fixture
def zotero() -> Iterator[FakeZotero]:
    with fake_zotero({"title": f"Paper {n}"} for n in range(130)) as zotero:
        yield zotero


@pytest.fixture
def client(zotero: FakeZotero) -> Iterator[httpx.Client]:
    base = f"{zotero.url}/users/{zotero.user}"
    with httpx.Client(base_url=base, headers={"Zotero-API-Key": zotero.key}, timeout=30) as client:
        yield client


def test_pages_name_the_next_and_the_last(client: httpx.Client) -> None:
    first = client.get("/items", params={"limit": 500})
    assert (len(first.json()), first.headers["total-results"]) == (100, "130")
    assert 'start=100>; rel="next"' in first.headers["link"]
    assert len(client.get("/items").json()) == 25
    last = client.get("/items", params={"limit": 100, "start": 100})
    assert (len(last.json()), "link" in last.headers) == (30, False)


def test_versions_and_what_was_deleted(zotero: FakeZotero, client: httpx.Client) -> None:
    keys = list(zotero.library.items)
    known = client.get("/items").headers["last-modified-version"]
    assert client.get("/items", headers={"If-Modified-Since-Version": known}).status_code == 304
    zotero.library.edit_item(keys[0], title="Edited")
    zotero.library.delete_items(keys[1])
    assert [item["key"] for item in client.get("/items", params={"since": known}).json()] == [keys[0]]
    assert client.get("/deleted", params={"since": known}).json()["items"] == [keys[1]]
    assert client.get("/items", params={"format": "versions", "since": known}).json() == {keys[0]: 2}


def test_the_trash_is_listed_where_it_is_asked_for(zotero: FakeZotero, client: httpx.Client) -> None:
    zotero.library.edit_item(next(iter(zotero.library.items)), deleted=1)
    assert client.get("/items").headers["total-results"] == "129"
    assert client.get("/items", params={"includeTrashed": 1}).headers["total-results"] == "130"
    assert client.get("/items/trash").headers["total-results"] == "1"


def test_who_may_what(zotero: FakeZotero, client: httpx.Client) -> None:
    assert client.get("/items", headers={"Zotero-API-Key": "wrong"}).status_code == 403
    assert httpx.get(f"{zotero.url}/users/1/items", headers={"Zotero-API-Key": zotero.key}).status_code == 403
    zotero.add_group(7, "Club")
    groups = client.get("/groups").json()
    assert [(group["id"], group["data"]["name"]) for group in groups] == [(7, "Club")]
    zotero.closed_groups.add(7)
    of_group = [f"{zotero.url}/groups/{number}/items" for number in (7, 8)]
    assert [client.get(url).status_code for url in of_group] == [403, 404]
    zotero.may_write = False
    assert client.post("/items", json=[{"itemType": "note"}]).status_code == 403


def write(client: httpx.Client, *items: dict[str, Any], **headers: str) -> httpx.Response:
    return client.post("/items", json=list(items), headers={k.replace("_", "-"): v for k, v in headers.items()})


def test_writes_go_by_version_and_token(zotero: FakeZotero, client: httpx.Client) -> None:
    done = write(client, {"itemType": "note", "note": "x"}, zotero_write_token="a" * 32)
    key = done.json()["success"]["0"]
    assert zotero.library.items[key]["note"] == "x"
    assert write(client, {"itemType": "note"}, zotero_write_token="a" * 32).status_code == 412
    assert write(client, {"itemType": "note"}, if_unmodified_since_version="1").status_code == 412
    stale = write(client, {"key": key, "version": 1, "note": "y"}).json()
    assert (stale["failed"]["0"]["code"], zotero.library.items[key]["note"]) == (412, "x")
    assert write(client, *[{"itemType": "note"}] * 51).status_code == 413
    version = str(zotero.library.items[key]["version"])
    assert client.patch(f"/items/{key}", json={"note": "z"}).status_code == 428
    asked = {"If-Unmodified-Since-Version": version}
    assert client.patch(f"/items/{key}", json={"note": "z"}, headers=asked).status_code == 204
    assert client.delete(f"/items/{key}", headers=asked).status_code == 412
    asked = {"If-Unmodified-Since-Version": str(zotero.library.version)}
    assert client.delete(f"/items/{key}", headers=asked).status_code == 204
    assert client.get(f"/items/{key}").status_code == 404


def test_the_local_api_of_each_age(zotero: FakeZotero) -> None:
    items = f"{zotero.local_url}/users/0/items"
    answer = httpx.get(items, params={"limit": 10})
    assert (len(answer.json()), "zotero-server-id" in answer.headers) == (10, True)
    assert httpx.post(items, json=[{"itemType": "note"}]).status_code == 428
    server = {"Zotero-Server-ID": zotero.server_id}
    assert httpx.post(items, json=[{"itemType": "note"}], headers=server).status_code == 401
    key = httpx.post(f"{zotero.local_url}/local/authorize", json={"appName": "x"}, headers=server).json()["key"]
    assert httpx.post(items, json=[{"itemType": "note"}], headers={**server, "Zotero-API-Key": key}).status_code == 200
    zotero.is_legacy = True
    answer = httpx.get(items, params={"limit": 10, "since": 0})
    assert (len(answer.json()), "last-modified-version" in answer.headers) == (131, False)
    assert httpx.post(items, json=[]).status_code == 400
    assert httpx.get(f"{zotero.local_url}/users/0/deleted").status_code == 404
    zotero.is_local_enabled = False
    assert httpx.get(items).status_code == 403


def test_faults_happen_once_where_they_are_meant(zotero: FakeZotero, client: httpx.Client) -> None:
    zotero.faults += [ZoteroFault(429, {"Retry-After": "3"}, where="/deleted"), ZoteroFault(cut=5, where="/items")]
    assert client.get("/collections").status_code == 200
    assert len(client.get("/items").content) == 5
    busy = client.get("/deleted")
    assert (busy.status_code, busy.headers["retry-after"]) == (429, "3")
    assert client.get("/deleted").status_code == 200
    assert zotero.count_requests() == 4


def test_no_key_is_recorded(zotero: FakeZotero, client: httpx.Client) -> None:
    client.get("/items")
    assert zotero.key not in repr(zotero.requests)
