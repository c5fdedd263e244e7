"""The projection of a large index: which rows it selects, how its file follows that of the vectors, and its damage."""

import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from store.embedding import EmbedderStamp
from store.filters import Filters
from store.index import projection
from store.index.projection import Projection, ProjectionFile, find_basis
from store.index.vector_file import VectorFile
from store.library import Library
from store.search import rank_nearest
from tests.store.samples import ids, library, paper, papers, put

EMBEDDER = EmbedderStamp(model="drawn", weights="none", dimension=192, max_tokens=1)
ALL = 6000


@pytest.fixture(scope="module")
def drawn() -> np.ndarray:
    """6,000 vectors of length 1 whose variance falls from direction to direction, as that of real ones does."""
    rng = np.random.default_rng(5)
    vectors = rng.normal(size=(ALL, 192)) * np.arange(1, 193) ** -0.5
    turned = vectors @ np.linalg.qr(rng.normal(size=(192, 192)))[0] + 0.2
    return np.asarray(turned / np.linalg.norm(turned, axis=1, keepdims=True), dtype=np.float32)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """120 rows are compared exactly, two in a hundred of all, and the file grows with each row."""
    monkeypatch.setattr(projection, "LEAST", 120)
    monkeypatch.setattr(projection, "FOR_EACH", 1)
    monkeypatch.setattr(projection, "STEP", 1)


def write(folder: Path, vectors: np.ndarray, pending: tuple[int, ...] = ()) -> tuple[ProjectionFile, VectorFile]:
    """The files of vectors and of their projection, which is made from a hundred rows on."""
    file, made = VectorFile(folder / "vectors.f32", vectors.shape[1]), ProjectionFile(folder, EMBEDDER, 100)
    file.append(vectors)
    made.update(file, pending)
    return made, file


def covered(file: ProjectionFile, vectors: VectorFile) -> int:
    """How many rows a reader sees covered; 0 where there is no projection."""
    read = file.read(vectors.read())
    return read.rows if read else 0


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("every", [1, 3])  # All rows are read, or those that a filter leaves are picked.
def test_the_ten_nearest_are_among_the_few_that_are_selected(tmp_path: Path, drawn: np.ndarray, every: int) -> None:
    made, file = write(tmp_path, drawn)
    read, rows = made.read(file.read()), np.arange(0, ALL, every)
    assert read
    kept = 0
    for question in drawn[5:1005:20] + drawn[6:1006:20]:
        question /= np.linalg.norm(question)
        chosen = read.select(rows, question, 10)
        assert len(chosen) == 120
        assert (np.diff(chosen) > 0).all()
        kept += len(set(rows[np.argsort(-(drawn[rows] @ question))[:10]].tolist()) & set(chosen.tolist()))
    assert kept >= 495  # Of 500.


@pytest.mark.usefixtures("few")
def test_rows_that_are_not_covered_are_all_compared_and_so_are_few(drawn: np.ndarray) -> None:
    basis = find_basis(drawn, 96)
    assert basis
    read = Projection(basis, basis.encode(drawn[:5000]))
    chosen = read.select(np.arange(ALL), drawn[0], 10)
    assert len(chosen) == 120 + 1000
    assert chosen[-1000:].tolist() == list(range(5000, ALL))
    assert read.select(np.arange(7, 127), drawn[0], 10).tolist() == list(range(7, 127))
    assert len(read.select(np.arange(5000), drawn[0], 400)) == 400  # Some for each that is wanted.
    assert len(read.select(np.arange(5000), drawn[0].astype(np.float64), 10)) == 120


def test_there_is_none_below_a_size_and_it_grows_by_steps(tmp_path: Path, drawn: np.ndarray) -> None:
    made, file = write(tmp_path, drawn[:99])
    assert covered(made, file) == 0
    assert list(tmp_path.iterdir()) == [tmp_path / "vectors.f32"]
    file.append(drawn[99:3000])
    made.update(file, ())
    file.append(drawn[3000:3999])
    made.update(file, ())
    assert covered(made, file) == 3000
    file.append(drawn[3999:4000])
    made.update(file, ())
    assert covered(made, file) == 4000


@pytest.mark.usefixtures("few")
def test_rows_that_are_appended_have_the_codes_of_the_same_basis(tmp_path: Path, drawn: np.ndarray) -> None:
    (tmp_path / "other").mkdir()
    made, file = write(tmp_path, drawn[:4000])
    before = (tmp_path / "projected.i8").read_bytes()
    view = made.read(file.read())
    file.append(drawn[4000:])
    made.update(file, ())
    after = (tmp_path / "projected.i8").read_bytes()
    assert after[: len(before)] == before
    assert len(after) - len(before) == 2000 * 96
    assert made.read(file.read()).is_of(drawn)  # type: ignore[union-attr]
    assert view
    assert view.rows == 4000  # What a reader has open stays as it was.


@pytest.mark.usefixtures("few")
def test_the_directions_are_found_anew_when_the_index_has_doubled(tmp_path: Path, drawn: np.ndarray) -> None:
    made, file = write(tmp_path, drawn[:1000])
    head = (tmp_path / "projected.i8").read_bytes()[:1000]
    view = made.read(file.read())
    file.append(drawn[1000:2000])
    made.update(file, ())
    assert (tmp_path / "projected.i8").read_bytes()[:1000] != head
    assert covered(made, file) == 2000
    assert view
    assert view.is_of(drawn[:1000])


@pytest.mark.usefixtures("few")
def test_what_is_pending_is_not_covered_until_it_has_a_vector(tmp_path: Path, drawn: np.ndarray) -> None:
    waiting = drawn[:600].copy()
    waiting[500:550] = 0
    made, file = write(tmp_path, waiting, tuple(range(500, 550)))
    assert covered(made, file) == 500
    file.fill({row: drawn[row] for row in range(500, 550)})
    made.update(file, ())
    assert covered(made, file) == 600
    assert made.read(drawn[:600])


def turn_bit(file: Path) -> None:
    """Turn one bit of the last byte."""
    content = bytearray(file.read_bytes())
    content[-1] ^= 64
    file.write_bytes(content)


DAMAGE: dict[str, Callable[[Path], object]] = {
    "no file": lambda folder: (folder / "projected.i8").unlink(),
    "no stamp": lambda folder: (folder / "projected.json").unlink(),
    "too short": lambda folder: os.truncate(folder / "projected.i8", 80_000),
    "empty": lambda folder: os.truncate(folder / "projected.i8", 0),
    "a bit": lambda folder: turn_bit(folder / "projected.i8"),
    "no JSON": lambda folder: (folder / "projected.json").write_text("{", encoding="utf-8"),
    "no object": lambda folder: (folder / "projected.json").write_text("[]", encoding="utf-8"),
    "rows below none": lambda folder: restamp(folder, rows=-5),
    "an older version": lambda folder: restamp(folder, version=0),
    "no checksum": lambda folder: restamp(folder, checksum=None),
    "another embedder": lambda folder: restamp(folder, embedder={}),
}


def restamp(folder: Path, **changed: object) -> None:
    """Change what the stamp says."""
    stamp = folder / "projected.json"
    stamp.write_text(json.dumps({**json.loads(stamp.read_text(encoding="utf-8")), **changed}), encoding="utf-8")


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_what_is_not_as_it_was_written_is_passed_over_and_made_anew(
    tmp_path: Path, drawn: np.ndarray, damage: Callable[[Path], object]
) -> None:
    made, file = write(tmp_path, drawn[:500])
    damage(tmp_path)
    assert covered(made, file) == 0
    made.update(file, ())
    assert covered(made, file) == 500


def test_what_is_of_other_vectors_is_passed_over(tmp_path: Path, drawn: np.ndarray) -> None:
    made, file = write(tmp_path, drawn[:500])
    assert made.read(drawn[:500])
    assert made.read(drawn[500:1000]) is None
    assert made.read(drawn[:499]) is None
    (tmp_path / "vectors.f32").unlink()
    file.append(drawn[500:1000])
    made.update(file, ())
    assert covered(made, file) == 500


def test_what_was_copied_is_read_whole_until_the_next_write(
    tmp_path: Path, drawn: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, file = write(tmp_path, drawn[:500])
    os.utime(tmp_path / "projected.i8", ns=(1, 1))
    assert covered(made, file) == 500
    made.update(file, ())
    monkeypatch.setattr(ProjectionFile, "_sum", lambda *_: pytest.fail("all of it was read"))
    assert covered(made, file) == 500


def test_what_a_crash_left_behind_the_stamped_rows_does_no_harm(tmp_path: Path, drawn: np.ndarray) -> None:
    made, file = write(tmp_path, drawn[:500])
    with (tmp_path / "projected.i8").open("ab") as stream:
        stream.write(b"torn" * 30)
    assert covered(made, file) == 500
    file.append(drawn[500:800])
    made.update(file, ())  # Less than a step: nothing is written.
    assert covered(made, file) == 500


def test_a_bit_that_time_and_size_do_not_tell_is_found_where_everything_is_read(
    tmp_path: Path, drawn: np.ndarray
) -> None:
    made, file = write(tmp_path, drawn[:500])
    made.check()
    assert covered(made, file) == 500
    codes = tmp_path / "projected.i8"
    stat = codes.stat()
    turn_bit(codes)
    os.utime(codes, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    made.check()
    assert not codes.exists()


def test_a_disk_without_room_is_no_error(tmp_path: Path, drawn: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(projection, "replace_file", refuse)
    made, file = write(tmp_path, drawn[:500])
    assert covered(made, file) == 0


def test_the_last_room_is_left_for_what_has_to_be_written(
    tmp_path: Path, drawn: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = 192 * 97 * 4 + 96 * 4 + 500 * 96
    free = {"bytes": 20_000_000 + size - 1}
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=free["bytes"]))
    made, file = write(tmp_path, drawn[:500])
    assert list(tmp_path.iterdir()) == [tmp_path / "vectors.f32"]
    free["bytes"] += 1
    made.update(file, ())
    assert covered(made, file) == 500
    assert (tmp_path / "projected.i8").stat().st_size == size
    free["bytes"] -= 1
    file.append(drawn[500:510])
    made.update(file, ())
    assert covered(made, file) == 0


def test_vectors_that_are_none_have_no_projection(tmp_path: Path, drawn: np.ndarray) -> None:
    broken = drawn[:500].copy()
    broken[3, 3] = np.nan
    made, file = write(tmp_path, broken)
    assert covered(made, file) == 0


def nearest(of: Library, number: int) -> list[str]:
    """The ids of the three papers nearest to one."""
    view = of.view()
    assert view
    vector = view.vectors_of([paper(number).id])[paper(number).id]
    return view.ids([candidate.row for candidate in rank_nearest(view, vector, Filters(), 3)])


@pytest.mark.usefixtures("few")
def test_a_library_has_one_that_follows_what_is_added_and_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.index.index.ProjectionFile", partial(ProjectionFile, minimum=20))
    monkeypatch.setattr(projection, "LEAST", 5)
    made = library(tmp_path / "library")
    put(made, papers(40))
    view = made.view()
    assert view
    assert view.projection
    assert view.projection.rows == 40
    assert nearest(made, 7)[0] == paper(7).id
    with made.open_writer("a test") as writer:
        writer.delete([paper(7).id])
    put(made, [paper(50)])
    assert paper(7).id not in nearest(made, 8)
    assert nearest(made, 50)[0] == paper(50).id
    (made.folder / "index" / "projected.i8").write_bytes(b"nothing")
    made.close()
    view = made.view()
    assert view
    assert view.projection is None
    assert nearest(made, 50)[0] == paper(50).id
    assert made.rebuild_index() == 40
    view = made.view()
    assert view
    assert view.projection
    assert sorted(ids(made.papers())) == sorted([*(paper(n).id for n in range(40) if n != 7), paper(50).id])
