"""A write that breaks off at any step leaves a library that is whole, with the state before or after it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from store.chroma import NEXT, Chroma
from store.errors import EmbedderMismatch, LibraryError
from store.library import Library
from store.maintenance import reembed_batches
from store.paper import Paper, Profile
from store.writer import synchronise_index
from tests.store import samples
from tests.store.fuse import Blown, fused
from tests.store.samples import ids, library, paper, papers, put, unsound

CHANGED = [paper(n, abstract=f"Volcanoes number{n} now.") for n in (3, 4)]
BEFORE, AFTER = papers(20), [*(one for one in papers(20) if one.id not in ("p3", "p4")), *CHANGED]


@pytest.fixture(autouse=True)
def _no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few papers have no vector files that could be torn: no need to try them out each time."""
    monkeypatch.setattr(Chroma, "find_fault", lambda chroma: "")


def contents(of: Library) -> set[tuple[str, str]]:
    return {(one.id, one.abstract) for one in of.papers()}


def expected(some: list[Paper]) -> set[tuple[str, str]]:
    return {(one.id, one.abstract) for one in some}


WRITES: dict[str, tuple[Callable[[Library], object], list[Paper]]] = {
    "update": (lambda of: put(of, CHANGED), AFTER),
    "add": (lambda of: put(of, papers(2, first=20)), papers(22)),
    "remove": (lambda of: of.remove(["p0", "p1"]), papers(20)[2:]),
    "profile": (lambda of: put(of, [Profile(name="A")]), BEFORE),
    "rebuild": (lambda of: of.rebuild_index(), BEFORE),
    "restore": (lambda of: of.restore_vectors(), BEFORE),
}


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("write", WRITES)
def test_a_crash_at_any_step(twenty: Library, tmp_path: Path, write: str, after: bool) -> None:
    change, result = WRITES[write]
    twenty.close()
    with fused() as whole:
        change(samples.library(Path(shutil.copytree(twenty.folder, tmp_path / "whole"))))
    assert len(whole.calls) > 2
    for step, call in enumerate(whole.calls):
        folder = Path(shutil.copytree(twenty.folder, tmp_path / f"{step}"))
        with fused(step, after), pytest.raises(Blown):
            change(library(folder))
        survivor = library(folder)
        assert contents(survivor) in (expected(BEFORE), expected(result)), (step, call)
        assert unsound(survivor) == [], (step, call)
        if write != "remove" or contents(survivor) == expected(BEFORE):
            change(survivor)
        assert contents(survivor) == expected(result), (step, call)
        assert unsound(survivor) == [], (step, call)
        survivor.close()


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_re_embedding_leaves_the_old_or_the_new(twenty: Library, tmp_path: Path, after: bool) -> None:
    twenty.close()
    with fused() as whole:
        library(Path(shutil.copytree(twenty.folder, tmp_path / "whole")), dimension=16).reembed()
    for step, call in enumerate(whole.calls):
        folder = Path(shutil.copytree(twenty.folder, tmp_path / f"{step}"))
        with fused(step, after), pytest.raises(Blown):
            library(folder, dimension=16).reembed()
        dimension = library(folder).chroma.state().embedder.dimension
        survivor, other = library(folder, dimension=dimension), library(folder, dimension=16 if dimension == 64 else 64)
        assert contents(survivor) == expected(BEFORE), (step, call)
        assert unsound(survivor) == [], (step, call)
        with pytest.raises(EmbedderMismatch):
            other.view()
        assert put(survivor, papers(22)).added == 2, (step, call)
        assert other.reembed() == 22, (step, call)
        assert unsound(other) == [], (step, call)
        assert NEXT not in {one.name for one in other.chroma._open().list_collections()}
        survivor.close()
        other.close()


def test_only_what_differs_is_written_again(twenty: Library) -> None:
    assert twenty.view() is not None
    twenty.chroma.set_state(twenty.chroma.state().next_generation())
    with fused() as counted:
        assert synchronise_index(twenty.chroma, twenty.index) == 0
    assert "append" not in counted.calls
    twenty.chroma.delete(["p7"])
    twenty.chroma.upsert([next(iter(twenty.chroma.get(["p8"], vectors=True).values()))._replace(hash="other")])
    assert synchronise_index(twenty.chroma, twenty.index) == 2


def test_vectors_are_taken_from_the_index_where_the_content_is_the_same(
    twenty: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded: list[str] = []
    real = twenty.embedder.embed

    def counted(texts: list[str]) -> object:
        embedded.extend(texts)
        return real(texts)

    monkeypatch.setattr(twenty.embedder, "embed", counted)
    assert sum(map(len, reembed_batches(twenty.chroma, twenty.embedder, 7, twenty.view()))) == 20
    assert embedded == []
    assert sum(map(len, reembed_batches(twenty.chroma, twenty.embedder, 7))) == 20
    assert len(embedded) == 20


def test_a_swap_does_not_lose_what_was_written_meanwhile(twenty: Library) -> None:
    """Only another client of a server could: here the same one, behind the lock's back."""

    def pages(of: Library) -> object:
        yield from reembed_batches(of.chroma, of.embedder, 64)
        of.chroma.set_state(of.chroma.state().next_generation())

    with pytest.raises(LibraryError, match="meanwhile"):
        twenty.chroma.replace_all(twenty.chroma.state().next_generation(), lambda: pages(twenty))  # type: ignore[arg-type,return-value]
    assert sorted(ids(twenty.papers())) == sorted(ids(BEFORE))
    assert twenty.reembed() == 20
