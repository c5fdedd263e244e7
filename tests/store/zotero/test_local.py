"""The local API: that of Zotero 10, that of Zotero 7, and Better BibTeX beside it."""

import pytest

from store.zotero.access import ZoteroUnavailable
from tests.store.zotero.conftest import CLOSED, Fill, Synced


@pytest.fixture(autouse=True)
def _local(synced: Synced) -> None:
    synced.use(door="local", key=None)


def test_zotero_10_counts_versions_of_its_own(synced: Synced, fill: Fill) -> None:
    keys = fill(8)
    synced.run()
    synced.zotero.library.edit_item(keys[0], title="Edited")
    synced.zotero.library.delete_items(keys[1])
    synced.zotero.requests.clear()
    report = synced.run()
    assert (report.updated, report.removed) == (1, 1)
    assert [request.path for request in synced.zotero.requests] == [
        "/api/users/0/items", "/api/users/0/collections", "/api/users/0/deleted"
    ]  # fmt: skip


def test_another_database_is_read_as_a_whole(synced: Synced, fill: Fill) -> None:
    keys = fill(8)
    synced.run()
    synced.zotero.server_id = "another"
    synced.zotero.library.items.pop(keys[0])  # It never was in this one, so it is not listed as deleted.
    synced.zotero.library.edit_item(keys[1], title="Edited")
    report = synced.run()
    assert (report.updated, report.removed, len(synced.titles)) == (1, 1, 7)


def test_zotero_7_counts_none_and_gives_everything_at_once(synced: Synced, fill: Fill) -> None:
    synced.zotero.is_legacy = True
    keys = fill(230)
    assert synced.run().added == 230
    synced.zotero.library.items[keys[0]]["title"] = "Edited without a version"
    synced.zotero.library.delete_items(keys[1])
    synced.embedder.texts.clear()
    report = synced.run()
    assert (report.updated, report.removed, len(synced.embedder.texts)) == (1, 1, 1)


def test_keys_of_better_bibtex(synced: Synced, fill: Fill) -> None:
    first, second = fill(2)
    synced.zotero.citation_keys = {first: "poe2020"}
    synced.zotero.library.edit_item(second, extra="Citation Key: own2020\nMore")
    synced.run()
    assert [synced.paper(key).extra["citation_key"] for key in (first, second)] == ["poe2020", "own2020"]
    synced.zotero.citation_keys = {}
    synced.zotero.library.edit_item(first, title="Edited")
    synced.run()
    assert synced.paper(first).extra["citation_key"] == "poe2020"  # It was asked for once.


def test_where_better_bibtex_is_not_there_it_is_asked_for_once(synced: Synced, fill: Fill) -> None:
    fill(1)
    synced.run()
    fill(1)
    synced.run()
    paths = [request.path for request in synced.zotero.requests]
    assert paths.count("/better-bibtex/json-rpc") == 1


def test_other_programs_are_not_let_in(synced: Synced) -> None:
    synced.zotero.is_local_enabled = False
    with pytest.raises(ZoteroUnavailable, match="Advanced allow other applications"):
        synced.run()
    synced.use(local_url=CLOSED)
    with pytest.raises(ZoteroUnavailable, match="cannot be reached"):
        synced.run()
