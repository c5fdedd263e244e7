"""A change of several papers that a crash breaks off at any of its writes is finished when the library is opened."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from store.chroma import Chroma
from store.doctor import examine, repair
from store.index.index import IndexWriter
from store.ingest.corrections import merge, split
from store.library import Library
from store.paper import Paper
from store.record import Record
from tests.store.samples import ids, library, paper, papers, put, unsound

FIRST = paper(0, id="a", title="Counting frogs by their calls at night", abstract="Frogs are counted. It works.")
SECOND = paper(3, id="b", title="Newts that cross a road in the rain", abstract="Newts cross. Some die.")
OTHERS = papers(4, first=20)
# Of one paper: the third shares an id with each of the others.
BY_DOI = paper(1, id="x", title="A pond", identifiers={"doi": "10.1000/x"}, source={"file": "x.bib"})
BY_PMID = paper(1, id="y", title="A pond", date="1990", identifiers={"pmid": "7"}, source={"file": "y.ris"})
LINK = paper(1, id="z", title="A pond", identifiers={"doi": "10.1000/x", "pmid": "7"}, source={"file": "z.nbib"})

Write = tuple[type, str]
# Every write of a change, in order; each one but the first has happened when the one before is passed.
WRITES: dict[str, Write] = {
    "the state before": (Chroma, "set_state"),
    "papers": (Chroma, "upsert"),
    "removed": (Chroma, "delete"),
    "the state after": (Chroma, "set_state"),
    "index": (IndexWriter, "put"),
    "index committed": (IndexWriter, "commit"),
}


class Killed(BaseException):
    """Ends a change as a kill would: nothing is tidied up."""


def break_off(monkeypatch: pytest.MonkeyPatch, write: str, change: Callable[[], object]) -> None:
    """Make a change that dies of a write, before it, or where there is none such it comes to its end."""
    owner, name = WRITES[write]
    skip = [1] if write == "the state after" else []
    real = getattr(owner, name)

    def die(self: object, *args: Any, **options: Any) -> Any:
        if skip:
            skip.pop()
            return real(self, *args, **options)
        raise Killed

    with monkeypatch.context() as broken:
        broken.setattr(owner, name, die)
        try:
            change()
        except Killed:
            return
    pytest.fail("it came to its end")


def content(of: Library) -> dict[str, Paper]:
    return {found.id: found for found in of.papers()}


@pytest.mark.parametrize("write", WRITES)
def test_a_merge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: str) -> None:
    broken = library(tmp_path / "library")
    put(broken, [FIRST, SECOND, *OTHERS])
    break_off(monkeypatch, write, lambda: merge(broken, ["a", "b"]))
    broken.close()
    opened = library(tmp_path / "library")
    found = content(opened)
    if write == "the state before":  # Nothing was decided yet.
        assert sorted(found) == sorted(["a", "b", *ids(OTHERS)])
    else:
        assert sorted(found) == sorted(["a", *ids(OTHERS)])
        assert found["a"].records == (FIRST, SECOND)
    assert unsound(opened) == []
    assert opened.chroma.state().unfinished == ()
    opened.close()


@pytest.mark.parametrize("write", [write for write in WRITES if write != "removed"])
def test_a_split(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: str) -> None:
    broken = library(tmp_path / "library")
    put(broken, [FIRST, SECOND, *OTHERS])
    merge(broken, ["a", "b"])
    break_off(monkeypatch, write, lambda: split(broken, ["a"]))
    broken.close()
    opened = library(tmp_path / "library")
    found = content(opened)
    if write == "the state before":
        assert found["a"].records == (FIRST, SECOND)
    else:
        assert (found["a"], found["b"]) == (FIRST, SECOND)
    assert unsound(opened) == []
    assert opened.chroma.state().unfinished == ()
    opened.close()


@pytest.mark.parametrize("write", WRITES)
def test_a_record_that_unites_two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: str) -> None:
    broken = library(tmp_path / "library")
    put(broken, [BY_DOI, BY_PMID, *OTHERS])
    assert len(list(broken.papers())) == 6
    break_off(monkeypatch, write, lambda: put(broken, [LINK]))
    broken.close()
    opened = library(tmp_path / "library")
    # It was not acknowledged: it is there with all it brings, or not at all.
    assert len(list(opened.papers())) == (6 if write in ("the state before", "papers") else 5)
    assert unsound(opened) == []
    put(opened, [LINK])
    assert sorted(ids(opened.paper("x").records)) == ["x", "y", "z"]
    assert len(list(opened.papers())) == 5
    opened.close()


def test_the_doctor_shows_what_is_unfinished_until_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = library(tmp_path / "library")
    put(broken, [FIRST, SECOND])
    break_off(monkeypatch, "papers", lambda: merge(broken, ["a", "b"]))
    (check,) = [check for check in examine(broken) if check.name == "unfinished"]
    assert not check.ok
    assert "merge of a, b" in check.detail
    assert "The next search finishes it" in check.hint
    assert [one.id for one in broken.papers()] == ["a"]
    assert unsound(broken) == []
    broken.close()


def test_what_an_older_version_left_is_found_and_repaired(tmp_path: Path) -> None:
    """Its kill between two writes left the united paper beside one that it is made of."""
    opened = library(tmp_path / "library")
    put(opened, [BY_DOI, LINK, *OTHERS])
    (vector,) = opened.embedder.embed(["A pond"])
    twin = LINK.model_copy(update={"id": "z"})
    opened.chroma.upsert([Record(twin, twin.content_hash(), vector)])
    opened.rebuild_index()
    assert len(list(opened.papers())) == 6
    (found,) = unsound(opened)
    assert found.startswith("unfinished: 1 papers stand beside one that holds all their records: z is in x")
    assert [check.name for check in repair(opened) if not check.ok] == []
    assert len(list(opened.papers())) == 5
    assert ids(opened.paper("x").records) == ["x", "z"]
    opened.close()
