"""What a sync asks, stores and removes."""

from pathlib import Path

import pytest

from assistant.testing import FakeZotero
from store.errors import InputError, LibraryDamaged, LibraryLocked
from store.filters import Filters
from store.ingest import add_file
from store.results import AddDone
from store.writer import write_lock
from store.zotero.sync_results import SyncProgress, SyncStarted
from tests.store.zotero.conftest import Fill, Synced, item


def test_a_first_sync_asks_for_pages_of_a_hundred(synced: Synced, fill: Fill) -> None:
    fill(130)
    report = synced.run()
    assert (report.added, report.read, report.problems) == (130, 130, ())
    assert synced.asked == ["/keys/current", "/items", "/items", "/collections"]


def test_a_second_sync_asks_three_times_and_embeds_what_was_edited(synced: Synced, fill: Fill) -> None:
    keys = fill(20)
    synced.run()
    for key in keys[:7]:
        synced.zotero.library.edit_item(key, title=f"Edited {key}")
    synced.zotero.library.delete_items(*keys[-3:])
    synced.embedder.texts.clear()
    synced.zotero.requests.clear()
    report = synced.run()
    assert (report.updated, report.removed, report.unchanged, report.added) == (7, 3, 0, 0)
    assert synced.asked == ["/items", "/collections", "/deleted"]
    assert len(synced.embedder.texts) == 7
    assert len(synced.titles) == 17
    assert synced.paper(keys[0]).title == f"Edited {keys[0]}"


def test_where_nothing_has_changed_it_asks_once(synced: Synced, fill: Fill) -> None:
    fill(3)
    synced.run()
    synced.zotero.requests.clear()
    assert synced.run().read == 0
    (request,) = synced.zotero.requests
    assert (request.status, request.headers["if-modified-since-version"]) == (304, "1")


def test_an_item_stays_one_paper_whatever_is_edited(synced: Synced, fill: Fill) -> None:
    (key,) = fill(1)
    synced.run()
    synced.zotero.library.edit_item(key, title="Something else", abstractNote="Of nothing.", DOI="10.1000/other")
    report = synced.run()
    assert (report.added, report.updated) == (0, 1)
    assert synced.titles == ["Something else"]


def test_only_what_was_edited_is_embedded_where_tags_change(synced: Synced, fill: Fill) -> None:
    (key, _) = fill(2)
    synced.run()
    synced.embedder.texts.clear()
    synced.zotero.library.edit_item(key, tags=[{"tag": "read"}])
    assert synced.run().updated == 1
    assert synced.embedder.texts == []
    assert [paper.id for paper in synced.library.papers(Filters(tag=("read",)))] == [f"zotero:{key}"]


def test_collections_are_filters_with_those_in_them(synced: Synced) -> None:
    zotero = synced.zotero.library
    outer = zotero.add_collection("Thesis")
    inner = zotero.add_collection("Chapter 1", outer)
    key = zotero.add_item(**item(1, collections=[inner]))
    zotero.add_item(**item(2))
    synced.run()
    assert synced.paper(key).collections == ("Chapter 1", "Thesis")
    for name in ("Thesis", "chapter 1"):
        assert [paper.id for paper in synced.library.papers(Filters(collection=(name,)))] == [f"zotero:{key}"]
    zotero.edit_collection(outer, name="Dissertation")
    assert synced.run().updated == 1
    assert synced.paper(key).collections == ("Chapter 1", "Dissertation")
    zotero.delete_collection(inner)
    synced.run()
    assert synced.paper(key).collections == ()


def test_one_collection_and_what_comes_into_it_and_leaves_it(synced: Synced) -> None:
    zotero = synced.zotero.library
    outer = zotero.add_collection("Thesis")
    inner = zotero.add_collection("Chapter 1", outer)
    keys = zotero.add_items(item(n, collections=[inner] if n < 8 else []) for n in range(10))
    assert synced.run(collections=("thesis",)).added == 8
    zotero.edit_item(keys[9], collections=[outer])
    zotero.edit_item(keys[0], collections=[])
    report = synced.run()  # What is wanted is remembered.
    assert (report.added, report.removed) == (1, 1)
    assert synced.titles == sorted(f"On event {n}" for n in (1, 2, 3, 4, 5, 6, 7, 9))


def test_a_tag_beside_and_then_alone(synced: Synced) -> None:
    synced.zotero.library.add_items(item(n, tags=[{"tag": f"t{n % 2}"}]) for n in range(4))
    assert synced.run(tags=("T0",)).added == 2
    assert synced.run(tags=("t1",)).added == 2
    report = synced.run(tags=("t1",), only=True, remove=True)
    assert (report.removed, synced.titles) == (2, ["On event 1", "On event 3"])


def test_a_collection_that_is_not_there(synced: Synced, fill: Fill) -> None:
    fill(1)
    with pytest.raises(InputError, match="no collection 'Nope' in Zotero"):
        synced.run(collections=("Nope",))


def test_the_trash_is_gone_and_comes_back(synced: Synced, fill: Fill) -> None:
    keys = fill(8)
    synced.run()
    synced.zotero.library.edit_item(keys[0], deleted=1)
    assert synced.run().removed == 1
    synced.zotero.library.edit_item(keys[0], deleted=0)
    assert synced.run().added == 1
    assert len(synced.titles) == 8


def test_a_paper_from_elsewhere_stays_without_its_record_of_zotero(synced: Synced, fill: Fill, tmp_path: Path) -> None:
    keys = fill(8)
    synced.run()
    file = tmp_path / "mine.csv"
    file.write_text("title,doi,abstract\nOn event 0,10.1000/0,Mine.\n")
    assert isinstance([*add_file(synced.library, file)][-1], AddDone)
    assert len(synced.library.paper("10.1000/0").records) == 2
    synced.zotero.library.delete_items(keys[0], keys[1])
    report = synced.run()
    assert (report.removed, report.kept) == (1, 1)
    paper = synced.library.paper("10.1000/0")
    assert [record.source.format for record in paper.records] == ["csv"]
    assert (paper.abstract, len(synced.titles)) == ("Mine.", 7)


@pytest.mark.parametrize(("gone", "held"), [(2, 0), (3, 3)])
def test_more_than_a_quarter_is_held(synced: Synced, fill: Fill, gone: int, held: int) -> None:
    keys = fill(8)
    synced.run()
    synced.zotero.library.delete_items(*keys[:gone])
    report = synced.run()
    assert (len(report.held), report.removed, len(synced.titles)) == (held, gone - held, 8 - gone + held)
    assert not held or report.held[0] == "On event 0"


def test_more_than_25_are_held_until_somebody_says_so(synced: Synced, fill: Fill) -> None:
    keys = fill(120)
    synced.run()
    synced.zotero.library.delete_items(*keys[:25])
    assert (synced.run().removed, len(synced.titles)) == (25, 95)
    # Of 95 a quarter is 23; so many more that 26 are fewer than that.
    synced.zotero.library.add_items(item(n) for n in range(200, 230))
    synced.run()
    synced.zotero.library.delete_items(*keys[25:51])
    assert (len(synced.run().held), len(synced.titles)) == (26, 125)
    assert len(synced.run().held) == 26  # They are not forgotten where nothing else changes.
    report = synced.run(remove=True)
    assert (report.held, report.removed, len(synced.titles)) == ((), 26, 99)


def test_what_is_elsewhere_too_is_not_counted_as_removed(synced: Synced, fill: Fill, tmp_path: Path) -> None:
    keys = fill(8)
    synced.run()
    file = tmp_path / "mine.csv"
    file.write_text("title,doi\n" + "".join(f"On event {n},10.1000/{n}\n" for n in range(8)))
    list(add_file(synced.library, file))
    synced.zotero.library.delete_items(*keys)
    report = synced.run()
    assert (report.held, report.kept, len(synced.titles)) == ((), 8, 8)


def test_a_dry_run_stores_nothing(synced: Synced, fill: Fill) -> None:
    keys = fill(8)
    assert (synced.run(dry_run=True).added, synced.library.exists()) == (8, False)
    synced.run()
    synced.zotero.library.delete_items(keys[0])
    synced.zotero.library.edit_item(keys[1], title="Edited")
    report = synced.run(dry_run=True)
    assert (report.removed, report.updated, len(synced.titles)) == (1, 1, 8)
    assert synced.run().removed == 1


def test_full_stores_again_what_was_removed_here(synced: Synced, fill: Fill) -> None:
    (key, _) = fill(2)
    synced.run()
    synced.library.remove([f"zotero:{key}"])
    assert synced.run().added == 0
    report = synced.run(full=True)
    assert (report.added, report.unchanged) == (1, 1)


def test_a_group_by_name_or_number_beside_the_library(synced: Synced, fill: Fill) -> None:
    fill(1)
    group = synced.zotero.add_group(77, "Reading club")
    key = group.add_item(**item(5))
    synced.run()
    assert synced.run(group="reading CLUB").libraries == ("zotero:groups/77",)
    assert synced.library.paper(f"zotero:77/{key}").source.file == "zotero:groups/77"
    group.edit_item(key, title="Edited in the group")
    assert synced.run().libraries == ("zotero:user", "zotero:groups/77")  # Both were synced before.
    assert "Edited in the group" in synced.titles
    assert synced.run(group="77").read == 0
    with pytest.raises(InputError, match=r"There are: Reading club \(77\)"):
        synced.run(group="Nobody's")


def test_events_tell_how_far_it_is(synced: Synced, fill: Fill) -> None:
    fill(130)
    events = list(synced.events())
    assert isinstance(events[0], SyncStarted)
    progress = [event for event in events if isinstance(event, SyncProgress)]
    assert [(p.phase, p.done, p.total) for p in progress] == [
        ("reading", 100, 130), ("reading", 130, 130), ("storing", 63, 130), ("storing", 130, 130)
    ]  # fmt: skip


def test_closed_early_it_goes_on(synced: Synced, fill: Fill) -> None:
    fill(250)
    events = synced.events()
    for event in events:
        if isinstance(event, SyncProgress) and event.done == 200:
            break
    getattr(events, "close")()  # noqa: B009 - an Iterator of the type has none
    synced.zotero.requests.clear()
    assert synced.run().added == 250
    assert [request.query.get("start") for request in synced.zotero.requests] == ["200", "0"]


def test_closed_early_it_begins_again_where_the_library_changed(synced: Synced, fill: Fill) -> None:
    keys = fill(130)
    events = synced.events()
    next(event for event in events if isinstance(event, SyncProgress))
    getattr(events, "close")()  # noqa: B009 - an Iterator of the type has none
    synced.zotero.library.delete_items(keys[0])
    synced.run()
    assert synced.titles == sorted(f"On event {n}" for n in range(1, 130))


def test_a_mirror_that_was_lost_is_made_again(synced: Synced, fill: Fill) -> None:
    keys = fill(8)
    synced.run()
    file = synced.library.folder / "zotero" / "mirror.sqlite"
    file.write_bytes(b"no database" * 1000)
    with pytest.raises(LibraryDamaged, match="delete it, and everything is read from Zotero again"):
        synced.run()
    file.unlink()
    synced.zotero.library.delete_items(keys[0])
    report = synced.run()
    assert (report.added, report.unchanged, report.removed, len(synced.titles)) == (0, 7, 1, 7)


def test_a_collection_of_many_that_is_removed_is_asked_for(synced: Synced) -> None:
    key = synced.zotero.library.add_collection("Thesis")
    synced.zotero.library.add_items(item(n, collections=[key]) for n in range(30))
    assert synced.run(collections=("Thesis",)).added == 30
    synced.zotero.library.delete_collection(key)
    report = synced.run()
    assert (len(report.held), report.removed, len(synced.titles)) == (30, 0, 30)
    assert synced.run(remove=True).removed == 30


def test_two_at_a_time_are_refused(synced: Synced, fill: Fill) -> None:
    fill(1)
    with write_lock(synced.library.folder / "zotero", "zotero sync"), pytest.raises(LibraryLocked, match="zotero sync"):
        synced.run()


def test_a_library_that_was_empty(synced: Synced, zotero: FakeZotero) -> None:
    assert synced.run().read == 0
    zotero.library.add_item(**item(1))
    assert synced.run().added == 1
