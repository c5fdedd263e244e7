"""A short random walk of keys; ``benchmarks/monkey.py`` takes a long one."""

from pathlib import Path

import pytest

from benchmarks.monkey import compare, contents, keys, walk


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_random_walk_removes_nothing_and_fails_nowhere(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.chdir(tmp_path)
    before = contents(library)
    assert await walk(library, 120, seed) == []
    assert compare(before, contents(library)) == []


def test_a_walk_is_the_same_again_and_holds_no_key_that_removes() -> None:
    walked = list(keys(2000, 7))
    assert walked == list(keys(2000, 7))
    assert not {"delete", "ctrl+d", "ctrl+u", "ctrl+x", "ctrl+q"} & set(walked)


def test_what_is_gone_or_changed_is_noted() -> None:
    before = ({"a": "1", "b": "2"}, {"s": b"one\n", "t": b"two\n"})
    after = ({"a": "1", "b": "3"}, {"s": b"one\nmore\n"})
    assert compare(before, after) == ["paper b is gone or changed", "conversation t is gone or cut"]
