"""Closed doors, answers that are not whole, libraries that were replaced: nothing is lost, and what to do is said."""

import pytest
from pydantic import SecretStr

from assistant.testing import ZoteroFault
from store.errors import SourceError
from store.zotero.access import ZoteroForbidden, ZoteroUnavailable
from tests.store.zotero.conftest import CLOSED, Fill, Synced, item


def test_json_that_breaks_off_is_asked_for_again(synced: Synced, fill: Fill) -> None:
    fill(5)
    synced.zotero.faults.append(ZoteroFault(cut=700, where="/items"))
    assert synced.run().added == 5
    assert synced.asked == ["/keys/current", "/items", "/items", "/collections"]


@pytest.mark.parametrize("where", ["/items", "/deleted", "/collections"])
def test_an_answer_that_is_never_whole_removes_nothing(synced: Synced, fill: Fill, where: str) -> None:
    keys = fill(8)
    synced.run()
    synced.zotero.library.delete_items(keys[0])
    synced.zotero.library.edit_item(keys[1], title="Edited")
    synced.zotero.faults += [ZoteroFault(cut=1, where=where)] * 4
    with pytest.raises(ZoteroUnavailable, match=r"JSON that is not whole, 4 times in a row\. Try again later"):
        synced.run()
    assert len(synced.titles) == 8
    report = synced.run()
    assert (report.removed, report.updated) == (1, 1)


def test_fewer_items_than_were_announced_remove_nothing(synced: Synced, fill: Fill) -> None:
    fill(130)
    synced.run()
    synced.zotero.faults += [ZoteroFault(headers={"Link": "", "Total-Results": "200"}, where="/items")] * 3
    with pytest.raises(SourceError, match=r"gave 130 of 200 items and no more\. .*nothing was removed"):
        synced.run(full=True)
    assert len(synced.titles) == 130


def test_a_page_that_names_no_next_one_is_not_taken_for_the_last(synced: Synced, fill: Fill) -> None:
    fill(130)
    synced.zotero.faults.append(ZoteroFault(headers={"Link": ""}, where="/items"))
    assert synced.run().added == 130


def test_it_waits_as_long_as_it_is_asked_to(synced: Synced, fill: Fill) -> None:
    fill(130)
    synced.zotero.faults += [
        ZoteroFault(429, {"Retry-After": "70"}, where="/items"),
        ZoteroFault(headers={"Backoff": "11"}, where="/items"),
    ]
    synced.run()
    assert synced.clock.waited[0] >= 70
    assert 11.0 in [round(seconds, 3) for seconds in synced.clock.waited]


def test_who_asks_for_too_long_is_left_alone(synced: Synced) -> None:
    synced.zotero.faults.append(ZoteroFault(503, {"Retry-After": "7200"}))
    with pytest.raises(ZoteroUnavailable, match=r"left alone for 7,200 s\. Run it again after that"):
        synced.run()


def test_a_key_that_is_none(synced: Synced) -> None:
    synced.use(key=SecretStr("wrongwrongwrong123456789"))
    with pytest.raises(ZoteroForbidden, match=r"error 403 \(Invalid key\).*ZOTERO_API_KEY") as caught:
        synced.run()
    assert "wrongwrong" not in str(caught.value)


def test_no_key(synced: Synced) -> None:
    synced.use(key=None)
    with pytest.raises(ZoteroUnavailable, match="export ZOTERO_API_KEY=…, or keyring set conspectus ZOTERO_API_KEY"):
        synced.run()


def test_a_group_that_the_key_does_not_open(synced: Synced) -> None:
    synced.zotero.add_group(77, "Closed")
    synced.zotero.closed_groups.add(77)
    with pytest.raises(ZoteroForbidden, match="may it read this library"):
        synced.run(group="77")
    with pytest.raises(SourceError, match="has no such thing"):
        synced.run(group="78")


def test_a_key_of_another_user_is_asked_for_anew_and_removes_nothing_unasked(synced: Synced, fill: Fill) -> None:
    fill(30)
    synced.run()
    synced.zotero.user = 99
    synced.zotero.libraries["user"].delete_items(*list(synced.zotero.library.items))
    synced.zotero.library.add_item(**item(100))
    report = synced.run()
    assert (report.added, len(report.held), len(synced.titles)) == (1, 30, 31)


@pytest.mark.parametrize("version", [0, 1])
def test_versions_that_go_back_are_a_library_that_was_replaced(synced: Synced, fill: Fill, version: int) -> None:
    fill(8)
    synced.zotero.library.version = 40
    synced.zotero.library.edit_item(next(iter(synced.zotero.library.items)), title="Edited")
    synced.run()
    library = synced.zotero.library
    library.items.clear()
    library.version = version
    library.add_items(item(n) for n in range(50, 53))
    report = synced.run()
    assert (report.added, len(report.held)) == (3, 8)
    assert synced.run(remove=True).removed == 8
    assert synced.titles == ["On event 50", "On event 51", "On event 52"]


def test_a_library_that_changes_between_two_pages_is_read_again(synced: Synced, fill: Fill) -> None:
    keys = fill(130)
    events = synced.events()
    for event in events:
        if event.event == "sync_progress" and event.done == 100:
            synced.zotero.library.delete_items(keys[0])
            break
    list(events)
    assert synced.titles == sorted(f"On event {n}" for n in range(1, 130))


def test_an_item_without_a_title_is_taken_and_said(synced: Synced) -> None:
    key = synced.zotero.library.add_item(title="", abstractNote="", DOI="")
    report = synced.run()
    assert (report.added, [problem.reason for problem in report.problems]) == (1, ["no title"])
    assert report.problems[0].file == f"zotero:user/{key}"


def test_what_is_no_item_is_passed_over(synced: Synced) -> None:
    synced.zotero.library.add_items(
        [
            {"itemType": "note", "note": "alone"},
            {"title": None, "creators": "nobody", "tags": 3, "collections": 7},
            item(1),
        ]
    )
    assert synced.run().added == 2


def test_auto_takes_the_first_door_that_is_open(synced: Synced, fill: Fill) -> None:
    fill(2)
    synced.use(door="auto")
    assert synced.run().doors == ("Zotero on this machine",)
    synced.use(local_url=CLOSED)
    assert synced.run().doors == ("zotero.org",)
    synced.zotero.is_local_enabled = False
    synced.use(local_url=synced.zotero.local_url)
    assert synced.run().doors == ("zotero.org",)


def test_no_door_is_open(synced: Synced, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(synced.library.folder))
    synced.use(door="auto", local_url=CLOSED, web_url=CLOSED)
    with pytest.raises(ZoteroUnavailable, match=r"No way to Zotero is open\. .*Start Zotero and let other programs"):
        synced.run()
    synced.use(key=None)
    with pytest.raises(ZoteroUnavailable, match="Zotero on this machine cannot be reached: nothing listens at 127"):
        synced.run()


def test_the_key_stands_in_no_file_and_no_log(synced: Synced, fill: Fill, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    fill(2)
    synced.run()
    synced.zotero.faults.append(ZoteroFault(500))
    synced.run()
    assert synced.zotero.key not in caplog.text
    files = [file for file in (synced.library.folder / "zotero").rglob("*") if file.is_file()]
    assert files
    assert not any(synced.zotero.key.encode() in file.read_bytes() for file in files)


def test_it_is_not_sent_on_to_another_host(synced: Synced) -> None:
    synced.zotero.faults.append(ZoteroFault(302, {"Location": "http://127.0.0.2:1/"}))
    with pytest.raises(SourceError, match=r"error 302.*set the address in \[zotero\]"):
        synced.run()
