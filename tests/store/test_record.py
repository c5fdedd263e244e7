"""How a paper is written down."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.chroma.entries import join_parts, split_parts
from store.paper import Author, Paper, Source
from store.record import PART, pack, unpack

text = st.text(st.characters(exclude_categories=["Cs"]))
texts = st.lists(text, max_size=3).map(tuple)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=8,
)
authors = st.lists(st.builds(Author, name=text, position=st.none() | st.integers(1, 99)), max_size=3).map(tuple)
papers = st.builds(
    Paper,
    id=text,
    title=text,
    authors=authors,
    authors_truncated=st.booleans(),
    date=st.sampled_from([None, "2018", "2018-05", "2018-05-31"]),
    year_inferred=st.booleans(),
    venue=st.none() | text,
    categories=texts,
    identifiers=st.dictionaries(text, text, max_size=3),
    urls=texts,
    keywords=texts,
    has_code=st.booleans(),
    abstract=text,
    abstract_raw=text,
    source=st.builds(Source, file=text, line=st.none() | st.integers(1, 10**9), format=text),
    warnings=texts,
    extra=st.dictionaries(text, values, max_size=3),
)


@given(papers)
def test_a_paper_comes_back_as_it_was(paper: Paper) -> None:
    again = unpack(pack(paper))
    assert again == paper
    assert again.content_hash() == paper.content_hash()


@given(papers)
def test_text_that_is_told_twice_is_written_once(paper: Paper) -> None:
    same = paper.model_copy(update={"abstract_raw": paper.abstract})
    assert "abstract_raw" not in json.loads(pack(same))
    assert unpack(pack(same)) == same


@given(text)
def test_parts_come_together_again(some: str) -> None:
    long = some * 3000
    parts = split_parts(long)
    assert all(len(part) <= PART for part in parts.values() if isinstance(part, str))
    assert join_parts(parts) == long
    assert join_parts({**split_parts(long), **split_parts(some)}) == some


@pytest.mark.parametrize("broken", ["", "{", "null", "[]", '"x"', "{}", '{"id": "a"}', '{"id": "a", "title": 7}'])
def test_what_was_not_written_here(broken: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        unpack(broken)


@pytest.mark.parametrize("depth", [198, 199, 240])
def test_lists_in_lists_are_read_as_deep_as_they_are_written(depth: int) -> None:
    nested: object = "x"
    for _ in range(depth):
        nested = [nested]
    paper = Paper(id="a", title="A", extra={"nested": nested})
    assert unpack(pack(paper)) == paper


def test_what_is_deeper_than_anything_is_no_record() -> None:
    with pytest.raises(ValueError, match="deep"):
        unpack("[" * 100_000)


def test_half_a_letter_is_read_as_it_was() -> None:
    assert unpack('{"id": "a", "title": "\\ud800"}').title == "\ud800"
