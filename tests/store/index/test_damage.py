"""What becomes of the errors that broken files of an index raise."""

from collections.abc import Callable
from pathlib import Path

import pytest

from store.index.index import DamageGuard, IndexDamaged, detect_damage, translate_write_errors


class PanicException(BaseException):
    """Named as what a bug in Rust code becomes in Python."""


BROKEN = [ValueError("bad"), OSError("bad"), KeyError("bad"), IndexError("bad"), PanicException("bad")]
OTHERS = [KeyboardInterrupt(), TypeError("bad"), AttributeError("bad"), MemoryError()]


class Files:
    """An object that reads files, all of which are broken in one way."""

    rows = 3

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def read(self, offset: int, size: int = 1) -> None:
        raise self._error


@pytest.fixture
def stamp(tmp_path: Path) -> Path:
    """The stamp of an index."""
    file = tmp_path / "index" / "stamp.json"
    file.parent.mkdir()
    file.write_text("{}")
    return file


def fail(error: BaseException) -> Callable[[], None]:
    return lambda: Files(error).read(0)


def run_guarded(error: BaseException, stamp: Path) -> None:
    DamageGuard(Files(error), stamp).read(0)


def run_function(error: BaseException, stamp: Path) -> None:
    DamageGuard(None, stamp).run(fail(error))


def run_inside(error: BaseException, stamp: Path) -> None:
    with detect_damage(stamp):
        raise error


WAYS = [run_guarded, run_function, run_inside]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("error", BROKEN, ids=repr)
def test_broken_files_are_told_and_the_stamp_goes(
    way: Callable[[BaseException, Path], None], error: BaseException, stamp: Path
) -> None:
    with pytest.raises(IndexDamaged) as caught:
        way(error, stamp)
    assert caught.value.what == f"The index in {stamp.parent} is damaged: {error}."
    assert caught.value.hint
    assert caught.value.__cause__ is error
    assert not stamp.exists()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("error", OTHERS, ids=repr)
def test_errors_of_another_kind_pass_and_the_stamp_stays(
    way: Callable[[BaseException, Path], None], error: BaseException, stamp: Path
) -> None:
    with pytest.raises(type(error)) as caught:
        way(error, stamp)
    assert caught.value is error
    assert stamp.exists()


def test_a_stamp_that_is_gone_or_cannot_be_deleted_hides_nothing(tmp_path: Path) -> None:
    (tmp_path / "stamp.json").mkdir()
    for stamp in (tmp_path / "missing" / "stamp.json", tmp_path / "stamp.json"):
        with pytest.raises(IndexDamaged, match="bad"):
            run_inside(ValueError("bad"), stamp)


def test_what_is_whole_is_passed_on(stamp: Path) -> None:
    guard = DamageGuard("words", stamp)
    assert guard.upper() == "WORDS"
    assert guard.replace("word", "row", 1) == "rows"
    assert guard.run(int, "12", base=8) == 10
    assert DamageGuard(Files(ValueError()), stamp).rows == 3
    assert stamp.exists()


@pytest.mark.parametrize("error", [ValueError("no room"), PanicException("no room")], ids=repr)
def test_what_cannot_be_written_is_an_error_of_the_disk(error: BaseException) -> None:
    with pytest.raises(OSError, match="no room") as caught, translate_write_errors():
        raise error
    assert caught.value.__cause__ is error


@pytest.mark.parametrize("error", [OSError("no room"), KeyError("k"), KeyboardInterrupt()], ids=repr)
def test_other_errors_of_writing_pass(error: BaseException) -> None:
    with pytest.raises(type(error)) as caught, translate_write_errors():
        raise error
    assert caught.value is error
