"""What is written into Zotero: shown first, once, by version, and taken back."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from assistant.testing import ZoteroFault
from store.errors import InputError, LibraryDamaged, NotFound, SourceError
from store.ingest import add_file
from store.zotero.access import ZoteroForbidden, ZoteroUnavailable
from store.zotero.write import WriteLog, ZoteroWriter
from tests.store.zotero.conftest import Synced, item

BODY = "<h1>Soups</h1>\n<p>They are hot.</p>\n"


@pytest.fixture
def writer(synced: Synced) -> ZoteroWriter:
    synced.zotero.library.add_collection("Reports")
    return ZoteroWriter(synced.library, synced.access, pace=synced.clock.pace)


def notes(synced: Synced) -> list[dict[str, object]]:
    return [data for data in synced.zotero.library.items.values() if data["itemType"] == "note"]


def writes(synced: Synced) -> list[str]:
    return [request.method for request in synced.zotero.requests if request.method != "GET"]


def test_a_note_is_shown_before_it_is_written(synced: Synced, writer: ZoteroWriter) -> None:
    shown = writer.push_note("Soups", BODY, "reports")
    (change,) = shown.changes
    assert (shown.dry_run, change.kind, change.state) == (True, "note", "planned")
    assert (change.fields, change.title) == ({"note": BODY}, "Soups")
    assert (writes(synced), notes(synced), WriteLog(synced.library).list()) == ([], [], [])


def test_a_note_is_written_once_and_taken_back(synced: Synced, writer: ZoteroWriter) -> None:
    done = writer.push_note("Soups", BODY, "reports", write=True)
    (note,) = notes(synced)
    (key,) = synced.zotero.library.collections
    assert (note["note"], note["collections"], note["tags"]) == (BODY, [key], [{"tag": "Conspectus"}])
    assert (done.dry_run, done.changes[0].state, done.changes[0].key) == (False, "written", note["key"])
    with pytest.raises(InputError, match=rf"Just this was pushed on .* as the note {note['key']}"):
        writer.push_note("Soups", BODY, "reports", write=True)
    assert writer.undo().changes[0].kind == "delete"
    assert len(notes(synced)) == 1
    assert writer.undo(write=True).changes[0].state == "undone"
    assert notes(synced) == []
    with pytest.raises(NotFound):
        writer.undo()
    assert writer.push_note("Soups", BODY, "reports", write=True).changes[0].state == "written"


def test_a_note_whose_answer_was_lost_is_there_once(synced: Synced, writer: ZoteroWriter) -> None:
    synced.zotero.faults.append(ZoteroFault(cut=10, where="475425/items"))
    assert writer.push_note("Soups", BODY, "Reports", write=True).changes[0].state == "written"
    assert len(notes(synced)) == 1
    assert writes(synced) == ["POST", "POST"]


def test_broken_off_it_is_finished_by_the_same_command(synced: Synced, writer: ZoteroWriter) -> None:
    synced.zotero.faults += [ZoteroFault(cut=10, where="475425/items")] + [ZoteroFault(500, where="475425/items")] * 3
    with pytest.raises(SourceError):
        writer.push_note("Soups", BODY, "Reports", write=True)
    (kept,) = WriteLog(synced.library).list()
    assert kept.changes[0].state == "planned"
    done = writer.push_note("Soups", BODY, "Reports", write=True)
    assert (done.id, done.changes[0].state, len(notes(synced))) == (kept.id, "written", 1)


def test_a_note_that_was_edited_in_zotero_stays(synced: Synced, writer: ZoteroWriter) -> None:
    done = writer.push_note("Soups", BODY, "Reports", write=True)
    synced.zotero.library.edit_item(done.changes[0].key, note="<p>Mine now</p>")
    (change,) = writer.undo(write=True).changes
    assert (change.state, change.reason, len(notes(synced))) == ("refused", "it was changed in Zotero since", 1)


def test_a_note_that_zoteros_editor_set_anew_is_taken_back(synced: Synced, writer: ZoteroWriter) -> None:
    done = writer.push_note("Soups", BODY, "Reports", write=True)
    again = '<div data-schema-version="9"><h1>Soups</h1><p>They are hot.</p></div>'
    synced.zotero.library.edit_item(done.changes[0].key, note=again)
    assert writer.undo(write=True).changes[0].state == "undone"


def test_a_collection_that_is_not_there_or_there_twice(synced: Synced, writer: ZoteroWriter) -> None:
    with pytest.raises(InputError, match="no collection 'Nope'"):
        writer.push_note("Soups", BODY, "Nope", write=True)
    key = synced.zotero.library.add_collection("reports")
    with pytest.raises(InputError, match="2 collections called 'Reports'"):
        writer.push_note("Soups", BODY, "Reports", write=True)
    assert writer.push_note("Soups", BODY, key).changes[0].collection == f"reports ({key})"


def test_a_key_that_may_not_write(synced: Synced, writer: ZoteroWriter) -> None:
    synced.zotero.may_write = False
    with pytest.raises(ZoteroForbidden, match="Write access denied"):
        writer.push_note("Soups", BODY, "Reports", write=True)
    assert notes(synced) == []


def test_no_key(synced: Synced, writer: ZoteroWriter) -> None:
    synced.use(key=None)
    with pytest.raises(ZoteroUnavailable, match=r"a key of zotero\.org that may write"):
        ZoteroWriter(synced.library, synced.access).push_note("Soups", BODY, "Reports")


def test_a_number_of_a_group(synced: Synced) -> None:
    group = synced.zotero.add_group(77, "Club")
    group.add_collection("Reports")
    ZoteroWriter(synced.library, synced.access, "77").push_note("Soups", BODY, "Reports", write=True)
    assert [data["itemType"] for data in group.items.values()] == ["note"]
    with pytest.raises(InputError, match="no number of a group"):
        ZoteroWriter(synced.library, synced.access, "Club")


@pytest.mark.parametrize("legacy", [False, True])
def test_zotero_10_on_this_machine_asks_the_person(synced: Synced, writer: ZoteroWriter, legacy: bool) -> None:
    synced.use(door="local", key=None)
    writer = ZoteroWriter(synced.library, synced.access, pace=synced.clock.pace)
    if legacy:
        synced.zotero.is_legacy = True
        with pytest.raises(SourceError, match="needs Zotero 10 or a key"):
            writer.push_note("Soups", BODY, "Reports", write=True)
        return
    synced.zotero.allows_writes = False
    with pytest.raises(ZoteroUnavailable, match="Denied by the user"):
        writer.push_note("Soups", BODY, "Reports", write=True)
    synced.zotero.allows_writes = True
    assert writer.push_note("Soups", BODY, "Reports", write=True).changes[0].state == "written"
    assert writer.undo(write=True).changes[0].state == "undone"
    assert notes(synced) == []


def fill_gaps(synced: Synced, tmp_path: Path) -> list[str]:
    """Items with gaps, and a file that has what they lack."""
    keys = synced.zotero.library.add_items(
        [
            item(1, abstractNote=""),
            item(2, DOI="", creators=[{"creatorType": "author", "lastName": "Poe", "firstName": "Ann"}]),
            item(3),
            {"itemType": "book", "title": "On event 4", "abstractNote": "", "creators": [], "date": "2020"},
        ]
    )
    synced.run()
    file = tmp_path / "more.csv"
    file.write_text(
        "title,doi,abstract,author,year\nOn event 1,10.1000/1,Found.,,2020\n"
        "On event 2,10.1000/2,We study event 2.,Ann Poe,2020\nOn event 3,10.1000/3,Another.,,2020\n"
    )
    list(add_file(synced.library, file))
    synced.library.paper(f"zotero:{keys[0]}")
    return keys


def test_abstracts_and_dois_that_items_lack(synced: Synced, writer: ZoteroWriter, tmp_path: Path) -> None:
    first, second, third, book = fill_gaps(synced, tmp_path)
    shown = writer.push_missing()
    assert {c.key: c.fields for c in shown.changes} == {first: {"abstractNote": "Found."}, second: {"DOI": "10.1000/2"}}
    assert writes(synced) == []
    done = writer.push_missing(write=True)
    items = synced.zotero.library.items
    assert [items[key].get("abstractNote") for key in (first, third, book)] == ["Found.", "We study event 3.", ""]
    assert items[second]["DOI"] == "10.1000/2"
    assert {change.state for change in done.changes} == {"written"}
    assert writes(synced) == ["POST"]
    assert writer.push_missing(write=True).changes == ()
    assert writer.undo(done.id, write=True).id == done.id
    assert (items[first]["abstractNote"], items[second]["DOI"]) == ("", "")


def test_what_was_filled_in_zotero_meanwhile_is_not_touched(
    synced: Synced, writer: ZoteroWriter, tmp_path: Path
) -> None:
    first, second, *_ = fill_gaps(synced, tmp_path)
    synced.zotero.library.edit_item(first, abstractNote="By hand.")
    done = writer.push_missing(write=True)
    assert [change.key for change in done.changes] == [second]
    synced.zotero.library.edit_item(second, DOI="10.1000/by-hand")
    assert [change.state for change in writer.undo(write=True).changes] == ["refused"]
    assert synced.zotero.library.items[second]["DOI"] == "10.1000/by-hand"


def test_answers_that_were_lost_are_no_refusals(synced: Synced, writer: ZoteroWriter, tmp_path: Path) -> None:
    fill_gaps(synced, tmp_path)
    synced.zotero.faults += [ZoteroFault(), ZoteroFault(cut=3, where="475425/items")]
    assert {change.state for change in writer.push_missing(write=True).changes} == {"written"}
    assert writes(synced) == ["POST", "POST"]
    done = writer.push_note("Soups", BODY, "Reports", write=True)
    synced.zotero.faults += [ZoteroFault(500, where=f"items/{done.changes[0].key}")]
    assert writer.undo(write=True).changes[0].state == "undone"


def test_a_fill_that_broke_off_can_be_undone(synced: Synced, writer: ZoteroWriter, tmp_path: Path) -> None:
    first, second, *_ = fill_gaps(synced, tmp_path)
    synced.zotero.faults += [ZoteroFault(), ZoteroFault(400, where="475425/items")]
    with pytest.raises(SourceError):
        writer.push_missing(write=True)
    synced.zotero.library.edit_item(first, abstractNote="Found.")  # as if that part had come through
    done = writer.undo(write=True)
    assert {change.key: (change.state, change.reason) for change in done.changes} == {
        first: ("undone", ""), second: ("refused", "it was not written")
    }  # fmt: skip
    assert synced.zotero.library.items[first]["abstractNote"] == ""


def test_a_record_that_cannot_be_read(synced: Synced, writer: ZoteroWriter) -> None:
    writer.push_note("Soups", BODY, "Reports", write=True)
    (file,) = (synced.library.folder / "zotero" / "writes").iterdir()
    assert synced.zotero.key not in file.read_text()
    file.write_text("{")
    with pytest.raises(LibraryDamaged, match="cannot be read"):
        writer.undo()


def test_the_key_is_not_in_the_plan(synced: Synced, writer: ZoteroWriter) -> None:
    assert isinstance(synced.access.key, SecretStr)
    assert synced.zotero.key not in writer.push_note("Soups", BODY, "Reports").model_dump_json()
