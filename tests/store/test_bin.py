"""What was removed and merged comes back from the bin, whatever broke off."""

from datetime import timedelta
from pathlib import Path

import pytest

from assistant.client import Assistant
from assistant.testing import HashEmbedder
from assistant.types import Turn
from store import bin as bins
from store.bin import KEPT, Bin
from store.errors import InputError, LibraryError, NotFound
from store.library import Library
from tests.assistant import small


@pytest.fixture
def opened(tmp_path: Path) -> Assistant:
    """The papers of ``small.FIELD`` in a library."""
    with small.assistant(tmp_path / "library", small.FIELD):
        return Assistant.open(tmp_path / "library", embedder=HashEmbedder())


def dumped(assistant: Assistant) -> dict[str, str]:
    """All papers by id."""
    return {paper.id: paper.model_dump_json() for paper in assistant.papers.list()}


def test_removed_papers_come_back_as_they_were(opened: Assistant) -> None:
    before = dumped(opened)
    opened.papers.remove("rare", "queue")
    assert len(dumped(opened)) == len(before) - 2
    assert [removal.titles for removal in opened.list_removed()] == [
        tuple(paper.title for name in ("rare", "queue") for paper in small.FIELD if paper.id == name)
    ]
    assert opened.undo().kind == "papers"
    assert dumped(opened) == before
    assert not opened.list_removed()
    with pytest.raises(NotFound, match="thirty days"):
        opened.undo()


def test_the_last_removal_comes_back_first(opened: Assistant) -> None:
    before = dumped(opened)
    opened.papers.remove("rare")
    opened.papers.remove("queue")
    opened.undo()
    assert "queue" in dumped(opened)
    assert "rare" not in dumped(opened)
    opened.undo()
    assert dumped(opened) == before


def test_merged_papers_are_two_again_and_are_not_joined_when_they_are_added_again(opened: Assistant) -> None:
    before = dumped(opened)
    opened.papers.merge("rare", "queue")
    assert len(dumped(opened)) == len(before) - 1
    removal = opened.undo()
    assert (removal.kind, len(removal.papers)) == ("merge", 2)
    assert dumped(opened) == before
    assert opened.search("crashes are rare", 1)[0].paper.id == "rare"


def test_a_merge_that_was_changed_since_is_not_undone(opened: Assistant) -> None:
    opened.papers.merge("rare", "queue")
    opened.papers.merge("rare", "batches")
    last = Bin(opened.library.folder).list()[0][0]
    Bin(opened.library.folder).drop(last)
    after = dumped(opened)
    with pytest.raises(InputError, match="changed since it was merged"):
        opened.undo()
    assert dumped(opened) == after


def test_a_deleted_conversation_comes_back_a_damaged_one_too(opened: Assistant) -> None:
    session = opened.sessions.new("Soups")
    opened.sessions.record(session.id, Turn.now("What is a soup?", error="none"))
    kept = opened.sessions.get(session.id)
    opened.sessions.delete(session.id)
    assert not opened.sessions.list()
    assert opened.undo().summary == "the conversation “Soups”"
    assert opened.sessions.get(session.id) == kept
    file = opened.library.folder / "sessions" / f"{session.id}.jsonl"
    file.write_bytes(b"\xff no \\ JSON \xc3\xa4")
    opened.sessions.delete(session.id)
    opened.undo()
    assert file.read_bytes() == b"\xff no \\ JSON \xc3\xa4"


def test_what_cannot_be_put_into_the_bin_is_not_removed(opened: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **named: object) -> None:
        raise LibraryError("The disk is full.", "Free some room.")

    monkeypatch.setattr(bins, "write_atomic", refuse)
    before = dumped(opened)
    for remove in (lambda: opened.papers.remove("rare"), lambda: opened.papers.merge("rare", "queue")):
        with pytest.raises(LibraryError, match="The disk is full"):
            remove()
    assert dumped(opened) == before


def test_a_removal_that_broke_off_brings_nothing_back(opened: Assistant) -> None:
    library: Library = opened.library
    opened.papers.remove("queue")
    Bin(library.folder).keep_papers(library.get(["rare"]))
    Bin(library.folder).keep_papers(library.get(["rare", "batches"]), "merge")
    assert opened.undo().titles == tuple(paper.title for paper in small.FIELD if paper.id == "queue")
    assert not opened.list_removed()


def test_what_is_older_than_thirty_days_goes(opened: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    opened.papers.remove("rare")
    later = bins._now() + KEPT + timedelta(seconds=1)
    monkeypatch.setattr(bins, "_now", lambda: later)
    assert not opened.list_removed()
    opened.papers.remove("queue")
    assert len(list((opened.library.folder / "bin").iterdir())) == 1


def test_a_file_in_the_bin_that_is_no_removal_is_passed_over(opened: Assistant) -> None:
    opened.papers.remove("rare")
    (opened.library.folder / "bin" / "99999999-0.json").write_text("no")
    assert len(opened.list_removed()) == 1
