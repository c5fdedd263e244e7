"""The collection of papers, and what becomes of Chroma's own errors."""

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.testing import HashEmbedder
from store.chroma import COLLECTION, NEXT, Chroma, _close_client, _open_folder
from store.errors import LibraryDamaged, LibraryError
from store.library import Library
from store.record import VERSION, LibraryState, Record
from tests.store.samples import ids, paper, papers, put
from tests.store.samples import library as opened


def records(count: int) -> list[Record]:
    many = papers(count)
    vectors = HashEmbedder(8).embed([one.title for one in many])
    return [Record(one, one.content_hash(), vector) for one, vector in zip(many, vectors, strict=True)]


@pytest.fixture
def chroma(tmp_path: Path) -> Chroma:
    """A new collection of 8 dimensions."""
    new = Chroma(str(tmp_path / "chroma"))
    new.create(LibraryState(embedder=HashEmbedder(8).stamp).next_generation())
    return new


def test_records_come_back(chroma: Chroma) -> None:
    given = records(3)
    chroma.upsert(given)
    found = chroma.get(["p2", "nobody", "p0", "p2"], vectors=True)
    assert {one.paper.id: (one.paper, one.hash) for one in found.values()} == {
        "p0": given[0][:2],
        "p2": given[2][:2],
    }
    assert found["p0"].vector == pytest.approx(given[0].vector, abs=1e-6)
    assert chroma.get(["p1"])["p1"].vector is None
    assert chroma.get([]) == {}


def test_a_shorter_record_leaves_nothing_of_the_longer_one(chroma: Chroma) -> None:
    (given,) = records(1)
    for abstract in ("Long. " * 1000, "Short.", "Long again. " * 500):
        changed = paper(0, abstract=abstract)
        chroma.upsert([given._replace(paper=changed)])
        assert chroma.get(["p0"])["p0"].paper == changed


def test_more_than_chroma_takes_at_once(chroma: Chroma) -> None:
    """It refuses 5462 records to write and 32767 ids to read."""
    given = records(5500)
    chroma.upsert(given)
    assert chroma.count() == 5500
    assert len(chroma.get([f"p{n}" for n in range(40_000)])) == 5500
    assert [len(page) for page in chroma.pages()] == [1000] * 5 + [500]
    assert len({one.paper.id for page in chroma.pages() for one in page}) == 5500
    chroma.delete([f"p{n}" for n in range(40_000)])
    assert chroma.count() == 0
    chroma.delete([])


def test_the_state_is_kept(chroma: Chroma) -> None:
    state = chroma.state().next_generation()
    chroma.set_state(state)
    chroma.close()
    assert chroma.state() == state


def test_making_it_twice_keeps_the_first(chroma: Chroma) -> None:
    first = chroma.state()
    chroma.create(LibraryState(embedder=HashEmbedder(16).stamp).next_generation())
    assert chroma.state() == first


def test_a_newer_version_is_not_touched(twenty: Library) -> None:
    collection = twenty.chroma._open().get_collection(COLLECTION)
    collection.modify(metadata={**twenty.chroma.state().to_metadata(), "version": VERSION + 1})
    other = opened(twenty.folder)
    for use in (other.view, lambda: put(other, papers(1)), other.reembed, other.rebuild_index):
        with pytest.raises(LibraryError, match=rf"newer Conspectus \(format {VERSION + 1}.*pip install --upgrade"):
            use()
    assert other.index.generation()
    other.close()


@pytest.mark.parametrize("metadata", [None, {"hnsw:space": "cosine"}, {"version": "new"}, {"version": 1, "state": "{"}])
def test_the_collection_of_another_program(tmp_path: Path, metadata: dict[str, str] | None) -> None:
    chroma = Chroma(str(tmp_path / "chroma"))
    chroma._open().create_collection(COLLECTION, embedding_function=None, metadata=metadata)
    library = opened(tmp_path)
    for use in (library.view, lambda: put(library, papers(1)), library.rebuild_index):
        with pytest.raises(LibraryDamaged, match=r"no readable stamp.*another program's"):
            use()
    library.close()
    chroma.close()


def test_other_collections_of_the_store_are_left_alone(tmp_path: Path) -> None:
    chroma = Chroma(str(tmp_path / "chroma"))
    chroma._open().create_collection("theirs", embedding_function=None).add(ids=["a"], embeddings=[[1.0, 2.0]])
    library = opened(tmp_path)
    assert library.view() is None
    put(library, papers(2))
    library.reembed()
    assert chroma._open().get_collection("theirs", embedding_function=None).count() == 1
    library.close()
    chroma.close()


DAMAGES: dict[str, Callable[[Path], object]] = {
    "truncated": lambda file: os.truncate(file, 100_000),
    "beginning overwritten": lambda file: _overwrite(file, 0, 100),
    "middle overwritten": lambda file: _overwrite(file, 4096, file.stat().st_size - 4096),
    "another file": lambda file: file.write_text("This is no database."),
    "a folder": lambda file: _replaced(file),
}


def _replaced(file: Path) -> None:
    file.unlink()
    file.mkdir()


def _overwrite(file: Path, first: int, count: int) -> None:
    with file.open("r+b") as stream:
        stream.seek(first)
        stream.write(random.Random(1).randbytes(count))


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_database_is_one_clear_error(twenty: Library, damage: str) -> None:
    twenty.close()
    DAMAGES[damage](twenty.folder / "chroma" / "chroma.sqlite3")
    if damage != "a folder":
        assert sorted(ids(twenty.papers())) == sorted(ids(papers(20)))
        assert "20 papers are read from the index. Run: conspectus doctor --repair." in twenty.warning
    for use in (lambda: put(twenty, papers(21)), twenty.rebuild_index, twenty.reembed, twenty.exists):
        with pytest.raises(LibraryError, match="chroma") as caught:
            use()
        assert "bindings" not in caught.value.what
        assert caught.value.hint


@pytest.mark.parametrize("damage", ["emptied", "gone", "folder gone"])
def test_a_database_without_papers_is_not_an_empty_library(twenty: Library, damage: str) -> None:
    twenty.close()
    folder = twenty.folder / "chroma"
    if damage == "emptied":
        os.truncate(folder / "chroma.sqlite3", 0)
    elif damage == "gone":
        (folder / "chroma.sqlite3").unlink()
    else:
        shutil.rmtree(folder)
    again = opened(twenty.folder)
    with pytest.raises(LibraryDamaged, match="are gone"):
        put(again, papers(1))
    assert sorted(ids(again.papers())) == sorted(ids(papers(20)))
    assert "are gone" in again.warning


def test_a_store_that_is_mended_can_be_used_at_once(twenty: Library) -> None:
    """What failed to open does not stay behind in Chroma."""
    file = twenty.folder / "chroma" / "chroma.sqlite3"
    sound = file.read_bytes()
    twenty.close()
    file.write_bytes(b"no database")
    with pytest.raises(LibraryDamaged):
        twenty.chroma.state()
    file.write_bytes(sound)
    assert twenty.paper("p3") == paper(3)


def test_a_swap_that_was_broken_off(chroma: Chroma) -> None:
    chroma.upsert(records(5))
    chroma.create(chroma.state().model_copy(update={"complete": False}), NEXT)
    assert chroma.count() == 5
    chroma.settle()
    assert [one.name for one in chroma._open().list_collections()] == [COLLECTION]
    chroma._open().get_collection(COLLECTION).modify(name=NEXT)
    assert chroma.exists()
    assert chroma.count() == 5
    chroma.settle()
    assert [one.name for one in chroma._open().list_collections()] == [COLLECTION]
    chroma._open().delete_collection(COLLECTION)
    chroma.create(LibraryState(embedder=HashEmbedder(8).stamp, complete=False), NEXT)
    assert not chroma.exists()


def test_a_swap_leaves_nothing_behind_on_disk(large: Library) -> None:
    large.restore_vectors()
    assert len(list((large.folder / "chroma").glob("*-*-*-*-*"))) == 1


def test_chroma_reports_to_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANONYMIZED_TELEMETRY", "True")
    monkeypatch.setenv("CHROMA_OTEL_COLLECTION_ENDPOINT", "http://127.0.0.1:9")
    client = _open_folder(str(tmp_path / "chroma"))
    settings = client.get_settings()
    _close_client(client, is_server=False)
    assert (settings.anonymized_telemetry, settings.chroma_otel_collection_endpoint) == (False, "")
