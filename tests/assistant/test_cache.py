from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.cache import AnswerCache, cache_key
from assistant.types import Answer

ANSWER = Answer(question="q", text="Because.")
KEY = cache_key({"question": "q"})


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    cache = AnswerCache(tmp_path / "answers")
    assert cache.get(KEY) is None
    cache.put(KEY, ANSWER)
    assert cache.get(KEY) == ANSWER
    assert [path.name for path in (tmp_path / "answers").iterdir()] == [f"{KEY}.json"]


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff\xfe", b"[]", b'{"question": 1}'])
def test_what_cannot_be_read_counts_as_missing(damage: bytes, tmp_path: Path) -> None:
    cache = AnswerCache(tmp_path)
    (tmp_path / f"{KEY}.json").write_bytes(damage)
    assert cache.get(KEY) is None
    cache.put(KEY, ANSWER)
    assert cache.get(KEY) == ANSWER


def test_many_may_keep_the_same_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: AnswerCache(tmp_path).put(KEY, ANSWER), range(64)))
    assert AnswerCache(tmp_path).get(KEY) == ANSWER
    assert len(list(tmp_path.iterdir())) == 1


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / f"{KEY}.json").mkdir()
    with pytest.raises(OSError):  # noqa: PT011  # which one depends on the system
        AnswerCache(tmp_path).put(KEY, ANSWER)
    assert [path.name for path in tmp_path.iterdir()] == [f"{KEY}.json"]


@given(
    st.dictionaries(st.text(max_size=5), st.text(max_size=5)), st.dictionaries(st.text(max_size=5), st.text(max_size=5))
)
def test_a_key_changes_with_any_part(one: dict[str, str], other: dict[str, str]) -> None:
    assert (cache_key(one) == cache_key(other)) == (one == other)
    assert cache_key(one) == cache_key(dict(reversed(one.items())))


def test_what_is_not_what_was_written_counts_as_missing_and_is_named(tmp_path: Path) -> None:
    cache, file = AnswerCache(tmp_path), tmp_path / f"{KEY}.json"
    cache.put(KEY, ANSWER)
    assert cache.list_faults() == (1, [])
    file.write_bytes(file.read_bytes().replace(b"Because", b"Perhaps"))
    assert cache.get(KEY) is None
    assert cache.list_faults() == (1, [f"{KEY}.json"])
    cache.delete([f"{KEY}.json"])
    assert cache.list_keys() == []


def test_a_value_under_the_key_of_another_counts_as_missing(tmp_path: Path) -> None:
    cache, other = AnswerCache(tmp_path), cache_key({"question": "r"})
    cache.put(KEY, ANSWER)
    (tmp_path / f"{KEY}.json").rename(tmp_path / f"{other}.json")
    assert cache.get(other) is None


def test_a_value_of_before_there_were_checksums_is_read(tmp_path: Path) -> None:
    (tmp_path / f"{KEY}.json").write_text(ANSWER.model_dump_json())
    assert AnswerCache(tmp_path).get(KEY) == ANSWER
