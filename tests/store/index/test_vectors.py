"""The file of vectors."""

from pathlib import Path

import numpy as np
import pytest

from store.index.vector_file import VectorFile, iterate_rows, leave_out, list_ranges


def some(first: int, count: int) -> np.ndarray:
    return np.arange(first * 3, (first + count) * 3, dtype=np.float32).reshape(count, 3)


def test_rows_are_appended(tmp_path: Path) -> None:
    file = VectorFile(tmp_path / "v", 3)
    assert file.rows == 0
    assert file.read().shape == (0, 3)
    assert [file.append(some(0, 2)), file.append(some(2, 5))] == [0, 2]
    assert (file.read() == some(0, 7)).all()
    assert (VectorFile(tmp_path / "v", 3).read() == some(0, 7)).all()


def test_a_view_stays_as_it_was(tmp_path: Path) -> None:
    file = VectorFile(tmp_path / "v", 3)
    file.append(some(0, 2))
    view = file.read()
    file.append(some(2, 2))
    assert (view == some(0, 2)).all()
    with pytest.raises(ValueError, match="read-only"):
        view[0, 0] = 1


@pytest.mark.parametrize("extra", [1, 4, 11])
def test_a_row_torn_by_a_crash_goes(tmp_path: Path, extra: int) -> None:
    file = VectorFile(tmp_path / "v", 3)
    file.append(some(0, 2))
    with (tmp_path / "v").open("ab") as raw:
        raw.write(b"x" * extra)
    assert file.rows == 2
    assert (file.read() == some(0, 2)).all()
    assert file.append(some(2, 1)) == 2
    assert (file.read() == some(0, 3)).all()


def test_the_file_is_little_endian_float32(tmp_path: Path) -> None:
    VectorFile(tmp_path / "v", 2).append(np.array([[1.0, -2.5]], dtype=np.float64))
    assert (tmp_path / "v").read_bytes() == np.array([1.0, -2.5], dtype="<f4").tobytes()


def test_vectors_are_written_into_rows_that_were_kept_for_them(tmp_path: Path) -> None:
    file = VectorFile(tmp_path / "v", 3)
    file.append(some(0, 4))
    file.fill({1: np.array([7.0, 8.0, 9.0]), 3: np.array([1.0, 1.0, 1.0])})
    assert file.read().tolist() == [[0, 1, 2], [7, 8, 9], [6, 7, 8], [1, 1, 1]]
    VectorFile(tmp_path / "none", 3).fill({})  # Nothing to write makes no file.
    assert not (tmp_path / "none").exists()


def test_a_checksum_is_added_to_in_any_order_and_tells_rows_apart(tmp_path: Path) -> None:
    file = VectorFile(tmp_path / "v", 2)
    file.append(np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]))
    assert file.sum([0, 1, 2]) == 7474905324
    assert file.sum([2, 0]) + file.sum([1]) == 7474905324
    file.fill({0: np.array([3.0, 4.0]), 1: np.array([1.0, 2.0])})  # The same rows in another order.
    assert file.sum([0, 1, 2]) != 7474905324
    assert file.sum([]) == 0
    with pytest.raises(OSError, match="v is too short"):
        file.sum([1, 3])


def test_rows_are_written_down_as_ranges() -> None:
    assert list_ranges([7, 3, 4, 5, 9, 10]) == [[3, 6], [7, 8], [9, 11]]
    assert list_ranges([]) == []
    assert list(iterate_rows([[3, 6], [9, 10]])) == [3, 4, 5, 9]
    assert list(leave_out(5, {1, 3})) == [0, 2, 4]
