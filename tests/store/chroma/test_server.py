"""A library whose papers are kept by a real Chroma server."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from store.chroma import Chroma
from store.chroma.access import ServerAccess
from store.chroma.entries import REQUEST
from store.dedup.merge import records_of
from store.errors import EmbedderMismatch, InputError, LibraryDamaged, LibraryLocked, StoreUnreachable
from store.ingest import add_items
from store.library import BATCH, Library
from store.pending_vectors import count_pending
from store.record import Record, pack
from store.results import BatchStored
from tests.store.chroma_server import MAX_REQUEST, ChromaServer
from tests.store.long_lived import LongLived
from tests.store.samples import ids, library, pairs, paper, papers, put, unsound


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    """One server for all tests here."""
    running = ChromaServer(tmp_path_factory.mktemp("chroma") / "data")
    running.start()
    yield running
    running.kill()


@pytest.fixture
def one(server: ChromaServer, tmp_path: Path) -> Iterator[Library]:
    """A client of the server, which is empty at first and afterwards."""
    client = library(tmp_path / "one", server.url)
    yield client
    client.chroma._open().delete_collection("conspectus")
    client.close()


@pytest.fixture
def two(server: ChromaServer, tmp_path: Path) -> Iterator[Library]:
    """Another client with a folder of its own, as on another machine."""
    client = library(tmp_path / "two", server.url)
    yield client
    client.close()


def test_add_search_list_and_remove(one: Library) -> None:
    assert one.view() is None
    assert put(one, papers(100)).added == 100
    assert put(one, papers(101)).unchanged == 100
    assert one.search("number3", 1)[0].paper == paper(3)
    one.remove(["p3"])
    assert sorted(ids(one.papers())) == sorted(set(ids(papers(101))) - {"p3"})
    assert unsound(one) == []
    assert not (one.folder / "chroma").exists()


def test_another_client_sees_every_change(one: Library, two: Library) -> None:
    put(one, papers(10))
    assert two.search("number3", 1)[0].paper == paper(3)
    put(one, [paper(3, abstract="Volcanoes now.")])
    assert two.search("volcanoes", 1)[0].paper.id == "p3"
    two.remove(["p3"])
    assert one.get(["p3"]) == []
    assert unsound(one) == unsound(two) == []


def test_two_clients_that_write_by_turns_lose_nothing(one: Library, two: Library) -> None:
    """No lock keeps a client on another machine out; whoever missed something catches up."""
    put(one, papers(1))
    streams = [
        add_items(one, papers(2 * BATCH, first=1000), lambda: 0.0),
        add_items(two, papers(2 * BATCH, first=2000), lambda: 0.0),
    ]
    while streams:
        streams = [stream for stream in streams if next(stream, None) is not None]
    expected = sorted(ids([*papers(1), *papers(2 * BATCH, first=1000), *papers(2 * BATCH, first=2000)]))
    for client in (one, two):
        assert sorted(ids(client.papers())) == expected
        assert unsound(client) == []


def test_papers_are_embedded_as_they_are_stored_for_others_search_them_there(one: Library, two: Library) -> None:
    one.embeds_at_once = False
    assert put(one, papers(140)).pending == 0
    view = two.view()
    assert view is not None
    assert (view.count, count_pending(view)) == (140, 0)


def test_a_batch_of_more_than_a_server_takes_in_one_request(one: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.chroma.entries.REQUEST", REQUEST * MAX_REQUEST // 40_000_000)
    large = [paper(n, abstract='"\x01' * 15_000) for n in range(50)]
    assert sum(len(pack(each)) for each in large) > MAX_REQUEST
    assert put(one, large).added == 50
    assert one.paper("p7") == large[7]


def test_a_server_that_dies_midway(one: Library, server: ChromaServer) -> None:
    running = add_items(one, papers(300), lambda: 0.0)
    stored = next(running)
    assert isinstance(stored, BatchStored)
    server.kill()
    with pytest.raises(StoreUnreachable, match=rf"127\.0\.0\.1:{server.port} .*chroma run.*Nothing was lost"):
        list(running)
    for use in (lambda: one.search("number3"), lambda: put(one, papers(3)), lambda: one.remove(["p1"]), one.reembed):
        with pytest.raises(StoreUnreachable):
            use()
    server.start()
    assert len(list(one.papers())) >= stored.added
    assert put(one, papers(300)).added <= 300 - stored.added
    assert sorted(ids(one.papers())) == sorted(ids(papers(300)))
    assert unsound(one) == []


def test_no_server(tmp_path: Path) -> None:
    nobody = library(tmp_path / "library", "http://127.0.0.1:9")
    for use in (nobody.view, lambda: put(nobody, papers(1))):
        with pytest.raises(StoreUnreachable, match=r"127\.0\.0\.1:9 .*--store"):
            use()


def test_something_else_answers(server: ChromaServer, tmp_path: Path) -> None:
    port = urlsplit(server.url).port
    with pytest.raises(StoreUnreachable):
        library(tmp_path / "library", f"https://127.0.0.1:{port}").view()


@pytest.mark.parametrize(
    "url",
    ["localhost:8000", "", "ftp://127.0.0.1:8000", "http://", "http://host:port", "http://h:99999", "http://h h"],
)
def test_what_is_no_url(tmp_path: Path, url: str) -> None:
    with pytest.raises(InputError, match="--store http://localhost:8000"):
        library(tmp_path, url)


def test_another_embedder(one: Library, tmp_path: Path) -> None:
    put(one, papers(5))
    other = library(tmp_path / "other", one.chroma.place, dimension=16)
    with pytest.raises(EmbedderMismatch):
        other.view()
    assert other.reembed() == 5
    assert unsound(other) == []
    with pytest.raises(EmbedderMismatch):
        put(one, papers(6))
    other.close()


def test_papers_that_vanished(one: Library) -> None:
    put(one, papers(3))
    one.chroma._open().delete_collection("conspectus")
    with pytest.raises(LibraryDamaged, match="gone"):
        one.view()
    again = library(one.folder, one.chroma.place)
    with pytest.raises(LibraryDamaged, match=r"gone.*delete .*index"):
        again.view()
    again.index.clear()
    assert put(again, papers(2)).added == 2
    again.close()


def test_one_folder_may_turn_from_a_server_to_its_own_store(one: Library) -> None:
    put(one, papers(3))
    local = library(one.folder)
    assert local.view() is None
    put(local, papers(5, first=50))
    assert sorted(ids(local.papers())) == ids(papers(5, first=50))
    assert sorted(ids(one.papers())) == ids(papers(3))
    local.close()


def test_two_clients_at_once_leave_no_paper_twice(server: ChromaServer, one: Library, tmp_path: Path) -> None:
    """Both add all records, of which two or three are one paper each, in other orders and under other ids."""
    put(one, papers(1))
    together = [LongLived(tmp_path / name, server.url) for name in ("left", "right")]
    with together[0], together[1]:
        for client, order in zip(together, (1, 2), strict=True):
            client.ask("pairs", 300, order)
        assert [client.answer() for client in together] == ["300", "300"]
    expected = library(tmp_path / "alone")
    put(expected, [*papers(1), *pairs(300)])
    assert {frozenset(ids(records_of(found))) for found in one.papers()} == {
        frozenset(ids(records_of(found))) for found in expected.papers()
    }
    assert unsound(one) == []
    assert server.collections() == ["conspectus", "conspectus-names", "conspectus-words"]
    expected.close()


def test_a_client_that_died_in_its_turn_holds_nobody_up(
    one: Library, two: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(one, papers(1))
    monkeypatch.setattr("store.chroma.turns.LEASE", 0.2)
    one.chroma._open().create_collection("conspectus-turn", metadata={"token": "of the dead", "what": "add", "sign": 3})
    assert put(two, papers(3)).added == 2
    assert sorted(ids(one.papers())) == ["p0", "p1", "p2"]


def test_a_client_that_goes_on_for_too_long_is_named(one: Library, two: Library) -> None:
    put(one, papers(1))
    with (
        one.chroma.take_turn("embedding again"),
        pytest.raises(LibraryLocked, match=r"is writing \(embedding again\)"),
        two.open_writer("add", patience=0.1),
    ):
        raise AssertionError("two writers")
    assert put(two, papers(2)).added == 1


def test_who_lost_its_turn_writes_nothing_more(one: Library) -> None:
    put(one, papers(1))
    with one.chroma.take_turn("add"):
        turn = one.chroma._turn
        assert turn is not None
        turn._lost = True
        with pytest.raises(LibraryLocked, match="took over"):
            one.chroma.set_state(one.chroma.state().next_generation())
    one.chroma._open().delete_collection("conspectus-turn")


def test_two_libraries_on_one_server(server: ChromaServer, one: Library, tmp_path: Path) -> None:
    put(one, papers(3))
    frogs = library(tmp_path / "frogs", ServerAccess(server.url, collection="frogs"))
    assert frogs.view() is None
    put(frogs, papers(5, first=50))
    frogs.reembed()
    assert sorted(ids(frogs.papers())) == ids(papers(5, first=50))
    assert sorted(ids(one.papers())) == ids(papers(3))
    assert frogs.chroma.place == f"{server.url} (frogs)"
    frogs.chroma._open().delete_collection("frogs")
    frogs.close()


def test_a_database_that_is_not_there(server: ChromaServer, tmp_path: Path) -> None:
    nowhere = library(tmp_path / "nowhere", ServerAccess(server.url, database="nowhere"))
    with pytest.raises(StoreUnreachable, match=r"has no database nowhere.*--server-database"):
        put(nowhere, papers(1))
    nowhere.close()


def test_a_first_question_asks_the_server_a_few_times(one: Library, server: ChromaServer, tmp_path: Path) -> None:
    put(one, papers(20))
    fresh = library(tmp_path / "fresh", server.url)
    assert fresh.search("number3", 1)[0].paper == paper(3)
    session = fresh.chroma._open().session
    assert session.requests == 7
    fresh.search("number4", 1)
    assert session.requests == 8
    again = library(fresh.folder, server.url)
    again.search("number3", 1)
    assert again.chroma._open().session.requests == 2
    again.close()
    fresh.close()


def test_a_copy_takes_only_what_others_changed(one: Library, two: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    put(one, papers(100))
    assert len(list(two.papers())) == 100
    read: list[str] = []
    find = Chroma.find

    def note(self: Chroma, *arguments: Any, **options: Any) -> list[Record]:
        found = find(self, *arguments, **options)
        read.extend(record.paper.id for record in found)
        return found

    monkeypatch.setattr(Chroma, "find", note)
    monkeypatch.setattr(Chroma, "pages", lambda *_, **__: pytest.fail("all papers are read"))
    put(one, [paper(3, abstract="Volcanoes now."), paper(200)])
    one.remove(["p7"])
    assert two.search("volcanoes", 1)[0].paper.id == "p3"
    assert sorted(read) == ["p200", "p3"]
    assert sorted(ids(two.papers())) == sorted(set(ids(papers(100))) - {"p7"} | {"p200"})
    monkeypatch.undo()
    assert unsound(two) == []
