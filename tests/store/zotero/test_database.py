"""The database of Zotero as a door: what is read from it, and what it is where it cannot be."""

import sqlite3
from pathlib import Path

import pytest

from store.zotero.access import ZoteroUnavailable
from store.zotero.database import ZoteroDatabase
from tests.store.zotero.conftest import CLOSED, Synced
from tests.store.zotero.database_file import change_database, make_database


@pytest.fixture
def file(tmp_path: Path, synced: Synced) -> Path:
    path = make_database(tmp_path / "zotero.sqlite")
    synced.use(door="database", database=path)
    return path


def test_an_item_with_all_that_belongs_to_it(synced: Synced, file: Path) -> None:
    report = synced.run()
    assert (report.added, report.doors) == (2, (f"Zotero's database {file}",))
    paper = synced.paper("AAAA2222")
    assert (paper.title, paper.abstract, paper.date) == ("On Rare Events", "We study them.", "2018-05")
    assert [author.name for author in paper.authors] == ["Ann Poe", "Soup Group"]
    assert [(person.name, person.role) for person in paper.contributors] == [("Bo Li", "editor")]
    assert (paper.tags, paper.collections) == (("read", "soup"), ("Chapter 1", "Thesis"))
    assert paper.identifiers["doi"] == "10.1000/rare"
    assert paper.extra["zotero notes"] == ["Read twice"]
    assert paper.extra["zotero attachments"] == ["rare.pdf: zotero://open-pdf/library/items/FFFF2222"]
    assert paper.extra["accessed"].startswith("2024-02-03")
    assert synced.paper("BBBB2222").retraction == "retracted"


def test_what_is_not_listed_any_more_is_gone(synced: Synced, file: Path) -> None:
    change_database(
        file,
        *(f"INSERT INTO items VALUES ({n}, 22, '2024', 1, 'XXXX22{n}', 0, 0)" for n in range(10, 20)),
        *(f"INSERT INTO itemData VALUES ({n}, 1, 5)" for n in range(10, 20)),
    )
    synced.run()
    change_database(file, "DELETE FROM items WHERE itemID = 4", "INSERT INTO deletedItems VALUES (1, '2025')")
    change_database(file, "UPDATE itemDataValues SET value = 'On All Others' WHERE valueID = 5")
    report = synced.run()
    assert (report.removed, report.updated) == (2, 10)
    assert set(synced.titles) == {"On All Others"}


def test_a_collection_in_the_trash_is_none(synced: Synced, file: Path) -> None:
    change_database(file, "INSERT INTO deletedCollections VALUES (1, '2025')")
    synced.run()
    assert synced.paper("AAAA2222").collections == ("Chapter 1",)


def test_a_group(synced: Synced, file: Path) -> None:
    assert synced.run(group="Reading Club").added == 1
    assert synced.titles == ["Of the group"]
    with pytest.raises(ZoteroUnavailable, match="has no library groups/78"):
        synced.run(group="78")


def test_keys_of_better_bibtex_beside_it(synced: Synced, file: Path) -> None:
    beside = sqlite3.connect(file.with_name("better-bibtex.sqlite"))
    with beside:
        beside.execute("CREATE TABLE citationkey (itemID INT, itemKey TEXT, libraryID INT, citationKey TEXT)")
        beside.execute("INSERT INTO citationkey VALUES (1, 'AAAA2222', 1, 'poe2018')")
    beside.close()
    synced.run()
    assert synced.paper("AAAA2222").extra["citation_key"] == "poe2018"


def test_it_is_read_while_zotero_holds_it(synced: Synced, file: Path) -> None:
    holding = sqlite3.connect(file)
    holding.execute("PRAGMA locking_mode = EXCLUSIVE")
    holding.execute("BEGIN EXCLUSIVE")
    assert synced.run().added == 2
    holding.rollback()
    holding.close()


def test_what_stands_in_the_log_beside_it_is_read(synced: Synced, file: Path) -> None:
    writing = sqlite3.connect(file)
    writing.execute("PRAGMA journal_mode = WAL")
    with writing:
        writing.execute("UPDATE itemDataValues SET value = 'From the log' WHERE valueID = 1")
    assert file.with_name("zotero.sqlite-wal").stat().st_size
    synced.run()
    assert "From the log" in synced.titles
    writing.close()


def test_the_file_is_left_as_it_is(synced: Synced, file: Path) -> None:
    before = file.read_bytes()
    synced.run()
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.glob("zotero.sqlite*")] == ["zotero.sqlite"]


def test_an_older_zotero_wrote_it(tmp_path: Path) -> None:
    path = make_database(
        tmp_path / "old.sqlite", "ALTER TABLE items DROP COLUMN version; UPDATE version SET version = 77"
    )
    with pytest.raises(
        ZoteroUnavailable, match=r"older or much newer Zotero \(schema 77\): its table items has no version"
    ):
        ZoteroDatabase(path)


def test_it_is_not_zoteros(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "empty.sqlite").close()
    with pytest.raises(ZoteroUnavailable, match="is no database of Zotero"):
        ZoteroDatabase(tmp_path / "empty.sqlite")
    (tmp_path / "text.sqlite").write_text("no database at all" * 100)
    with pytest.raises(ZoteroUnavailable, match="cannot be read as a database"):
        ZoteroDatabase(tmp_path / "text.sqlite")
    with pytest.raises(ZoteroUnavailable, match="There is no file"):
        ZoteroDatabase(tmp_path / "none.sqlite")


def test_a_copy_that_was_cut_off_removes_nothing(synced: Synced, file: Path) -> None:
    synced.run()
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ZoteroUnavailable, match="copy it again"):
        synced.run(remove=True)
    assert len(synced.titles) == 2


def test_it_is_the_last_door(synced: Synced, file: Path) -> None:
    synced.use(door="auto", local_url=CLOSED, web_url=CLOSED)
    assert synced.run().doors == (f"Zotero's database {file}",)


def test_from_another_door_to_it_and_back(synced: Synced, file: Path) -> None:
    synced.zotero.library.add_items(
        {"key": key, "title": title} for key, title in (("AAAA2222", "On Rare Events"), ("BBBB2222", "On Others"))
    )
    synced.use(door="web")
    assert synced.run().added == 2
    synced.use(door="database")
    assert (synced.run().added, len(synced.titles)) == (0, 2)
    synced.use(door="web")
    assert (synced.run().added, len(synced.titles)) == (0, 2)
