"""What the collections of a Chroma folder say of themselves, read without Chroma."""

from pathlib import Path

import pytest

from store.chroma import NEXT, Chroma
from store.chroma.access import COLLECTION
from store.chroma.segments import FILE, ChromaFolder
from store.library import Library
from tests.store.samples import made


@pytest.mark.parametrize("name", ["library", "a folder? 100%25 #1 ü"])
def test_it_is_what_chroma_says(tmp_path: Path, name: str) -> None:
    of = made(tmp_path / name, 3)
    assert ChromaFolder(of.chroma.place).read_collections() == {COLLECTION: of.chroma._get_collection().metadata}
    of.chroma.create(of.chroma.state().model_copy(update={"complete": False}), NEXT)
    both = ChromaFolder(of.chroma.place).read_collections() or {}
    assert both.keys() == {COLLECTION, NEXT}
    assert of.chroma._open().get_collection(NEXT).metadata == both[NEXT]
    of.close()


def test_a_change_is_seen_at_once(twenty: Library) -> None:
    before = twenty.chroma.state()
    twenty.chroma.set_state(before.next_generation())
    assert twenty.chroma.state().generation != before.generation


@pytest.mark.parametrize("content", [None, b"", b"no database"])
def test_what_cannot_be_read_is_left_to_chroma(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / FILE).write_bytes(content)
    assert ChromaFolder(str(tmp_path)).read_collections() is None


def test_reading_does_not_open_chroma(twenty: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    twenty.close()

    def fail(chroma: Chroma) -> None:
        raise AssertionError("Chroma was opened")

    monkeypatch.setattr(Chroma, "_open", fail)
    assert len(twenty.search("number3", 5)) == 5
    assert twenty.paper("p3").id == "p3"
    assert twenty.profiles() == ()
