"""Words first, vectors behind: many papers are found by words at once, and get their vectors afterwards."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assistant.testing import HashEmbedder
from store.backup import restore_backup, write_backup
from store.chroma import Chroma
from store.doctor import examine
from store.errors import EmbedderError, LibraryLocked
from store.filling import AT_ONCE, fill_vectors, take_filling_lock
from store.ingest import add_items
from store.ingest.corrections import merge
from store.kept_vectors import FOLDER
from store.library import BATCH, Library
from store.paper import Paper
from store.pending_vectors import count_pending
from store.reembedding import reembed
from store.results import AddDone, BatchStored, VectorsStored
from store.search import find_similar
from store.writer import write_lock
from tests.store.fuse import Blown, fused
from tests.store.samples import DIMENSION, ids, library, made, paper, papers, put, unsound

if TYPE_CHECKING:
    from store.embedding import Vectors

COUNT = 2 * AT_ONCE + 10


class Counting(HashEmbedder):
    """Notes what it embeds, and fails from a number of texts on."""

    def __init__(self, dimension: int = DIMENSION, at_most: int = 10**9) -> None:
        super().__init__(dimension)
        self.texts: list[str] = []
        self.at_most = at_most

    def embed(self, texts: list[str]) -> "Vectors":
        if len(self.texts) + len(texts) > self.at_most:
            raise EmbedderError("The model is gone.", "Fetch it.")
        self.texts += texts
        return super().embed(texts)


@pytest.fixture
def counted(tmp_path: Path) -> Iterator[tuple[Library, Counting]]:
    """A library whose papers are pending, and its embedder."""
    embedder = Counting()
    new = Library(tmp_path / "library", embedder)
    new.embeds_at_once = False
    put(new, papers(COUNT))
    yield new, embedder
    new.close()


@pytest.fixture
def pending(counted: tuple[Library, Counting]) -> Library:
    """A library whose papers are pending."""
    return counted[0]


def left(of: Library) -> int:
    view = of.view()
    assert view is not None
    return count_pending(view)


def found(of: Library, question: str = "number8 bandits") -> list[tuple[str, float, float, float]]:
    return [(hit.paper.id, hit.score, hit.cosine, hit.bm25) for hit in of.search(question, 10)]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The same papers, with all their vectors."""
    return made(tmp_path_factory.mktemp("whole") / "library", COUNT)


class TestAdding:
    def test_the_words_of_all_papers_come_before_the_first_vector(self, library: Library) -> None:
        events = list(add_items(library, papers(COUNT), lambda: 1.0))
        kinds = [type(event) for event in events]
        assert kinds == [BatchStored, BatchStored, *[VectorsStored] * 3, AddDone]
        assert [(one.done, one.total) for one in events if isinstance(one, VectorsStored)] == [
            (128, COUNT),
            (256, COUNT),
            (COUNT, COUNT),
        ]
        assert isinstance(events[-1], AddDone)
        assert events[-1].report.pending == 0
        assert unsound(library) == []

    def test_few_papers_are_embedded_as_they_are_stored(self, library: Library) -> None:
        kinds = [type(event) for event in add_items(library, papers(BATCH - 1), lambda: 1.0)]
        assert kinds == [BatchStored, AddDone]
        assert left(library) == 0

    def test_words_find_them_before_anything_is_embedded(self, counted: tuple[Library, Counting]) -> None:
        pending, embedder = counted
        assert embedder.texts == []
        assert left(pending) == COUNT
        assert pending.search("number8 bandits", 1)[0].paper == paper(8)

    def test_it_says_how_many_are_pending(self, pending: Library) -> None:
        assert put(pending, papers(COUNT)).pending == COUNT
        assert [check.detail for check in examine(pending) if check.name == "embedded"] == [
            f"0 of {COUNT} are found by meaning; the others by words, as yet"
        ]
        assert unsound(pending) == []

    def test_an_embedder_that_fails_loses_no_paper(self, tmp_path: Path) -> None:
        broken = Library(tmp_path / "library", Counting(at_most=AT_ONCE))
        with pytest.raises(EmbedderError):
            put(broken, papers(COUNT))
        assert len(list(broken.papers())) == COUNT
        assert left(broken) == COUNT - AT_ONCE
        broken.close()


class TestFilling:
    def test_stopped_it_goes_on_and_embeds_nothing_twice(self, counted: tuple[Library, Counting]) -> None:
        pending, embedder = counted
        filling = fill_vectors(pending)
        assert next(filling) == VectorsStored(done=AT_ONCE, total=COUNT)
        filling.close()  # type: ignore[attr-defined]
        assert left(pending) == COUNT - AT_ONCE
        pending.embeds_at_once = True
        assert put(pending, papers(COUNT)).pending == 0  # The next import goes on.
        assert len(embedder.texts) == len(set(embedder.texts)) == COUNT
        assert list(fill_vectors(pending)) == []
        assert unsound(pending) == []

    def test_it_stops_where_it_is_asked_to(self, pending: Library) -> None:
        asked = iter([False, True])
        assert len(list(fill_vectors(pending, lambda: next(asked)))) == 1

    def test_what_is_found_is_the_same_before_midway_and_after(self, pending: Library, whole: Library) -> None:
        filling = fill_vectors(pending)
        for _ in range(4):
            assert found(pending) == found(whole)
            assert [round(hit.cosine, 5) for hit in pending.find_similar("p8", 3)] == [
                round(hit.cosine, 5) for hit in whole.find_similar("p8", 3)
            ]
            next(filling, None)
        assert left(pending) == 0

    def test_a_question_without_a_word_of_theirs_finds_them_once_they_are_few_or_embedded(
        self, pending: Library
    ) -> None:
        assert pending.search("zeppelins") == []
        filling = fill_vectors(pending)
        next(filling)
        assert len(pending.search("zeppelins")) == 10
        next(filling)
        assert left(pending) == 10
        assert len(pending.search("zeppelins", COUNT)) >= 110  # The ten that are left are compared, too.

    def test_a_question_embeds_what_words_find_once(self, counted: tuple[Library, Counting]) -> None:
        pending, embedder = counted
        first = found(pending)
        made = len(embedder.texts)
        assert 1 < made <= 51  # The question, and the best by words.
        assert found(pending) == first
        assert len(embedder.texts) == made
        list(fill_vectors(pending))
        assert len(embedder.texts) == COUNT + 1

    def test_while_another_process_fills_nothing_happens(self, pending: Library) -> None:
        with take_filling_lock(pending.folder) as is_mine:
            assert is_mine
            assert list(fill_vectors(pending)) == []
        assert left(pending) == COUNT

    def test_while_another_process_writes_it_waits_and_gives_up(self, pending: Library) -> None:
        with write_lock(pending.folder, "add"), pytest.raises(LibraryLocked):
            list(fill_vectors(pending, patience=0))
        assert left(pending) == COUNT
        assert len(list(fill_vectors(pending, patience=0))) == 3

    def test_two_that_fill_in_turns_end_with_one_vector_each(self, pending: Library, whole: Library) -> None:
        """As clients of a server do, of whom each has a lock of its own."""
        other = library(pending.folder)
        before = other.view()
        assert before is not None
        list(fill_vectors(pending))
        hashes = before.hashes(["p1", "p2"])
        with other.open_writer("fill") as writer:
            assert writer.fill(other.pending.embed(before, ["p1", "p2"]), hashes) == 0
        assert found(other) == found(pending) == found(whole)
        assert unsound(other) == []
        other.close()

    def test_a_vector_of_another_text_is_not_taken(self, pending: Library) -> None:
        view = pending.view()
        assert view is not None
        vectors, hashes = pending.pending.embed(view, ["p1", "p2"]), view.hashes(["p1", "p2"])
        put(pending, [*papers(BATCH, first=500), paper(1, abstract="Volcanoes now.")])
        with pending.open_writer("fill") as writer:
            assert writer.fill(vectors, hashes) == 1
        later = pending.view()
        assert later is not None
        assert {*later.vectors_of(["p1", "p2"])} == {"p2"}


class TestPendingPapers:
    """What can be done to papers that are pending."""

    def test_one_is_removed(self, pending: Library) -> None:
        pending.remove(["p3"])
        assert left(pending) == COUNT - 1
        assert sum(1 for _ in fill_vectors(pending)) == 3
        assert pending.get(["p3"]) == []
        assert left(pending) == 0
        assert unsound(pending) == []

    def test_two_are_merged(self, pending: Library) -> None:
        merge(pending, ["p3", "p4"])
        assert left(pending) == COUNT - 2  # What a person changes is embedded at once.
        list(fill_vectors(pending))
        assert unsound(pending) == []
        assert pending.paper("p4").id == "p3"

    def test_one_changes(self, pending: Library, tmp_path: Path) -> None:
        others = papers(BATCH, first=500)
        put(pending, [*others, paper(3, abstract="Volcanoes now.")])
        list(fill_vectors(pending))
        fresh = Library(tmp_path / "fresh", HashEmbedder(DIMENSION))
        put(fresh, [*(one for one in papers(COUNT) if one.id != "p3"), *others, paper(3, abstract="Volcanoes now.")])
        assert found(pending, "volcanoes")[:3] == found(fresh, "volcanoes")[:3]
        assert unsound(pending) == []
        fresh.close()

    def test_one_that_is_embedded_and_changes_by_an_import_is_pending_again(self, pending: Library) -> None:
        list(fill_vectors(pending))
        put(pending, [*papers(BATCH, first=500), paper(3, abstract="Volcanoes now.")])
        assert left(pending) == BATCH + 1
        assert pending.search("volcanoes", 1)[0].paper.id == "p3"
        list(fill_vectors(pending))
        assert unsound(pending) == []

    def test_an_index_of_the_store_alone_has_them_as_pending(self, pending: Library) -> None:
        next(iter(fill_vectors(pending)))
        before = found(pending)
        shutil.rmtree(pending.folder / "index")
        pending.index.close()
        assert found(pending) == before
        assert left(pending) == COUNT - AT_ONCE
        assert unsound(pending) == []

    def test_a_store_of_the_index_alone_has_them_as_pending(self, pending: Library) -> None:
        next(iter(fill_vectors(pending)))
        pending.rebuild_store()
        assert left(pending) == COUNT - AT_ONCE
        assert unsound(pending) == []

    def test_restoring_vectors_leaves_them_pending(self, counted: tuple[Library, Counting]) -> None:
        pending, embedder = counted
        next(iter(fill_vectors(pending)))
        embedded = len(embedder.texts)
        assert pending.restore_vectors() == COUNT
        assert (left(pending), len(embedder.texts)) == (COUNT - AT_ONCE, embedded)
        assert unsound(pending) == []

    def test_a_backup_has_them_as_pending(self, pending: Library, tmp_path: Path) -> None:
        next(iter(fill_vectors(pending)))
        write_backup(pending, tmp_path / "library.zip")
        restore_backup(tmp_path / "library.zip", tmp_path / "restored")
        restored = library(tmp_path / "restored")
        assert left(restored) == COUNT - AT_ONCE
        assert [score for _, score, *_ in found(restored)] == [score for _, score, *_ in found(pending)]
        assert unsound(restored) == []
        restored.close()

    def test_a_report_has_the_vectors_of_all(self, pending: Library, whole: Library) -> None:
        next(iter(fill_vectors(pending)))
        some = ["p1", f"p{COUNT - 1}"]
        expected = whole.get_vectors(some)
        assert {name: vector.tolist() for name, vector in pending.get_vectors(some).items()} == {
            name: vector.tolist() for name, vector in expected.items()
        }

    def test_without_an_embedder_one_has_no_papers_like_it(self, pending: Library) -> None:
        view = pending.view()
        assert view is not None
        assert find_similar(view, "p1", 3) == []


WORK: dict[str, Callable[[Library], object]] = {
    "add": lambda of: put(of, papers(BATCH + 6, first=20)),
    "fill": lambda of: list(fill_vectors(of)),
}


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("work", WORK)
def test_killed_at_any_step_it_goes_on(
    twenty: Library, tmp_path: Path, work: str, after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Chroma, "find_fault", lambda chroma: "")
    everything = papers(20 + BATCH + 6)
    if work == "fill":
        twenty.embeds_at_once = False
        put(twenty, everything)
    twenty.close()
    change = WORK[work]
    with fused() as counted:
        change(library(Path(shutil.copytree(twenty.folder, tmp_path / "whole"))))
    assert "fill" in counted.calls
    for step, call in enumerate(counted.calls):
        folder = Path(shutil.copytree(twenty.folder, tmp_path / f"{step}"))
        with fused(step, after), pytest.raises(Blown):
            change(library(folder))
        survivor = library(folder)
        there = {*ids(survivor.papers())}
        assert there >= {*ids(everything if work == "fill" else papers(20))}, (step, call)
        assert unsound(survivor) == [], (step, call)
        assert put(survivor, everything).pending == 0, (step, call)
        assert {*ids(survivor.papers())} == {*ids(everything)}
        assert unsound(survivor) == [], (step, call)
        survivor.close()


class TestEmbeddingAnew:
    def test_old_vectors_serve_until_all_new_ones_are_there(self, twenty: Library) -> None:
        before = found(twenty)
        other = Library(twenty.folder, HashEmbedder(16))
        running = reembed(other)
        assert next(running) == VectorsStored(done=20, total=20)
        assert found(twenty) == before
        put(twenty, [paper(30)])  # Nobody is held up.
        assert list(running) == []
        assert other.chroma.state().embedder.dimension == 16
        assert other.get(["p30"]) == [paper(30)]
        assert not (twenty.folder / FOLDER).exists()
        assert unsound(other) == []
        other.close()

    def test_broken_off_it_goes_on_from_there(self, pending: Library) -> None:
        failing, whole = Counting(16, at_most=AT_ONCE), Counting(16)
        with pytest.raises(EmbedderError):
            list(reembed(Library(pending.folder, failing)))
        assert left(pending) == COUNT  # The library is as it was.
        with (pending.folder / FOLDER / "texts.txt").open("a") as file:
            file.write("7 torn by a cra")
        last = Library(pending.folder, whole)
        assert len(list(reembed(last))) == 3
        assert len(whole.texts) == COUNT - AT_ONCE
        assert left(last) == 0
        assert unsound(last) == []
        last.close()

    def test_what_another_embedder_kept_is_of_no_use(self, twenty: Library) -> None:
        with suppress(EmbedderError):
            running = reembed(Library(twenty.folder, Counting(8)))
            next(running)
            running.close()  # type: ignore[attr-defined]
        other = Counting(16)
        list(reembed(Library(twenty.folder, other)))
        assert len(other.texts) == 20

    def test_killed_in_the_last_step_nothing_is_embedded_again(self, twenty: Library) -> None:
        with pytest.raises(Blown), fused(2):
            list(reembed(Library(twenty.folder, Counting(16))))
        again = Counting(16)
        last = Library(twenty.folder, again)
        list(reembed(last))
        assert again.texts == []
        assert unsound(last) == []
        last.close()

    def test_while_another_process_embeds_it_is_refused(self, twenty: Library) -> None:
        with take_filling_lock(twenty.folder), pytest.raises(LibraryLocked, match="is embedding"):
            list(reembed(Library(twenty.folder, HashEmbedder(16))))

    def test_a_library_that_is_not_there_has_none(self, tmp_path: Path) -> None:
        assert list(reembed(library(tmp_path / "none"))) == []


def test_many_records_of_one_paper_are_pending_once(library: Library) -> None:
    library.embeds_at_once = False
    same: list[Paper] = [paper(n, identifiers={"doi": f"10.1000/{n}"}, source={"file": "a.bib"}) for n in range(BATCH)]
    again = [paper(n, id=f"b{n}", identifiers={"doi": f"10.1000/{n}"}, source={"file": "b.ris"}) for n in range(BATCH)]
    report = put(library, [*same, *again])
    assert (report.added, report.merged, report.pending) == (BATCH, BATCH, BATCH)
    list(fill_vectors(library))
    assert left(library) == 0
    assert unsound(library) == []
