"""The file of vectors."""

from pathlib import Path

import numpy as np
import pytest

from store.index.index import VectorFile


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
