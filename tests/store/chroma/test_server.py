"""A library whose papers are kept by a real Chroma server."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from store.chroma import REQUEST
from store.errors import EmbedderMismatch, InputError, LibraryDamaged, StoreUnreachable
from store.ingest import add_items
from store.library import BATCH, Library
from store.record import pack
from store.results import BatchStored
from tests.store.chroma_server import MAX_REQUEST, ChromaServer
from tests.store.samples import ids, library, paper, papers, put, unsound


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


def test_a_batch_of_more_than_a_server_takes_in_one_request(one: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.chroma.REQUEST", REQUEST * MAX_REQUEST // 40_000_000)
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
