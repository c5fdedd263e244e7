"""The derived index: in step, thrown away and built again."""

import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy
import pytest

from store.embedding import EmbedderStamp
from store.filters import Filters
from store.index.index import STAMP, Index, IndexDamaged
from store.library import Library
from tests.store.samples import ids, library, paper, papers, put, unsound

FILES = ("stamp.json", "vectors.f32", "tantivy/meta.json", "tantivy/.managed.json")
ENDINGS = (".fast", ".fieldnorm", ".idx", ".pos", ".store", ".term")


def noise(file: Path) -> None:
    file.write_bytes(random.Random(3).randbytes(file.stat().st_size))


def replaced(file: Path) -> None:
    file.unlink()
    file.mkdir()


HARMS: dict[str, Callable[[Path], object]] = {
    "deleted": lambda file: file.unlink(),
    "emptied": lambda file: os.truncate(file, 0),
    "halved": lambda file: os.truncate(file, file.stat().st_size // 2),
    "noise": noise,
    "longer": lambda file: file.write_bytes(file.read_bytes() + b"garbage" * 100),
    "folder": lambda file: replaced(file),
}


def harmed(folder: Path, file: str, how: str) -> None:
    found = sorted(folder.glob(f"tantivy/*{file}")) if file.startswith(".") else [folder / file]
    for each in found:
        HARMS[how](each)


@pytest.mark.parametrize("how", HARMS)
@pytest.mark.parametrize("file", [*FILES, *ENDINGS])
def test_damage_is_mended_without_a_word(twenty: Library, file: str, how: str) -> None:
    """Overwritten vectors of the right length are the one thing that only the doctor sees."""
    twenty.close()
    harmed(twenty.folder / "index", file, how)
    assert sorted(ids(twenty.papers(Filters(author=("Li",), year_from=1990)))) == sorted(ids(papers(20)))
    if (file, how) != ("vectors.f32", "noise"):
        assert twenty.search("number7", 1)[0].paper == paper(7)
        assert put(twenty, papers(21)).unchanged == 20
        assert unsound(twenty) == []


@pytest.mark.parametrize("how", ["folder gone", "tantivy gone", "a file", "emptied"])
def test_a_missing_folder_is_built_again(twenty: Library, how: str) -> None:
    index = twenty.folder / "index"
    twenty.close()
    shutil.rmtree(index / "tantivy" if how == "tantivy gone" else index)
    if how == "a file":
        index.write_text("not an index")
    if how == "emptied":
        index.mkdir()
    assert twenty.search("number7", 1)[0].paper == paper(7)
    assert unsound(twenty) == []


def test_damage_that_only_a_query_meets(twenty: Library) -> None:
    """A view breaks where a file of the same size and time has rotted; it says so, and the next look is whole."""
    view = twenty.view()
    assert view
    twenty.close()
    for file in (twenty.folder / "index" / "tantivy").glob("*.store"):
        stat, content = file.stat(), bytearray(file.read_bytes())
        content[: len(content) // 2] = random.Random(5).randbytes(len(content) // 2)
        file.write_bytes(bytes(content))
        os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    broken = twenty.index.snapshot()
    with pytest.raises(IndexDamaged, match="Try again"):
        broken.papers(ids(papers(20)))
    assert twenty.index.generation() == ""
    assert twenty.get(["p3"]) == [paper(3)]


def test_the_stamp_tells_of_what_it_was_made(twenty: Library) -> None:
    stamp = twenty.embedder.stamp
    folder = twenty.folder / "index"
    assert twenty.index.generation() == twenty.chroma.state().generation
    for other in (
        Index(folder, stamp.model_copy(update={"weights": "others"})),
        Index(folder, EmbedderStamp(model="m", weights="w", dimension=3, max_tokens=1)),
        Index(folder, stamp, "http://elsewhere:8000"),
        Index(folder.with_name("nowhere"), stamp),
    ):
        assert other.generation() == ""
    content = json.loads((folder / STAMP).read_text())
    (folder / STAMP).write_text(json.dumps({**content, "version": content["version"] + 1}))
    assert twenty.index.generation() == ""


def test_an_index_of_an_older_format_is_built_again(twenty: Library) -> None:
    path = twenty.folder / "index" / STAMP
    path.write_text(json.dumps({**json.loads(path.read_text()), "version": 0}))
    assert twenty.search("number7", 1)[0].paper == paper(7)
    assert unsound(twenty) == []


def test_one_view_until_something_changes(twenty: Library) -> None:
    first = twenty.view()
    assert twenty.view() is first
    put(twenty, papers(21))
    second = twenty.view()
    assert second is not first
    assert first
    assert second
    assert (first.count, second.count) == (20, 21)


def test_what_was_not_committed_is_dropped(twenty: Library) -> None:
    records = list(twenty.chroma.get(["p3"], vectors=True).values())
    with twenty.index.writer() as writer:
        writer.put([records[0]._replace(paper=paper(99))])
    twenty.index.close()
    assert twenty.index.snapshot().all_ids() == ids(papers(20))
    assert unsound(twenty) == []


def test_an_index_of_papers_that_another_process_changed(twenty: Library) -> None:
    view = twenty.view()
    assert view
    other = library(twenty.folder)
    other.remove(["p3"])
    put(other, [paper(4, title="Renamed")])
    other.close()
    assert twenty.get(["p3", "p4"]) == [paper(4, title="Renamed")]


def test_an_index_of_another_version_is_built_anew(twenty: Library) -> None:
    stamp = twenty.folder / "index" / STAMP
    written = json.loads(stamp.read_text(encoding="utf-8"))
    stamp.write_text(json.dumps({**written, "version": written["version"] - 1}), encoding="utf-8")
    twenty.close()
    (twenty.folder / "index" / "tantivy" / "meta.json").write_text("of another schema", encoding="utf-8")
    assert sorted(ids(twenty.papers())) == sorted(ids(papers(20)))
    assert json.loads(stamp.read_text(encoding="utf-8"))["version"] == written["version"]
    assert unsound(twenty) == []


def make_older(index: Path) -> None:
    """Have the index be one of another version."""
    written = json.loads((index / STAMP).read_text(encoding="utf-8"))
    (index / STAMP).write_text(json.dumps({**written, "version": written["version"] - 1}), encoding="utf-8")


def test_an_index_of_another_version_hands_its_exact_vectors_on(twenty: Library) -> None:
    """The collection has them without their last bits."""
    view = twenty.view()
    assert view
    before = {paper_id: vector.tolist() for paper_id, vector in view.vectors_of(view.all_ids()).items()}
    exact = [numpy.nextafter(numpy.float32(before["p3"][0]), numpy.float32(2)).item(), *before["p3"][1:]]
    vectors = numpy.memmap(twenty.folder / "index" / "vectors.f32", dtype="<f4", mode="r+", shape=view.vectors.shape)
    vectors[view.row_of("p3")] = exact
    vectors[view.row_of("p4")] = -vectors[view.row_of("p4")]  # This is another vector, so the collection's is taken.
    vectors.flush()
    twenty.close()
    make_older(twenty.folder / "index")
    assert twenty.index.is_older()
    view = twenty.view()
    assert view
    assert not twenty.index.is_older()
    after = {paper_id: vector.tolist() for paper_id, vector in view.vectors_of(view.all_ids()).items()}
    assert after == before | {"p3": exact}


def test_the_doctor_finds_no_fault_in_an_index_of_another_version(twenty: Library) -> None:
    twenty.close()
    make_older(twenty.folder / "index")
    assert unsound(twenty) == []
    (twenty.folder / "index" / STAMP).unlink()
    assert unsound(twenty) == ["index: The index is missing or damaged."]
