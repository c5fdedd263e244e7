"""JSON Lines: what stands in a line stays in it, good or bad; and what we write is read back."""

import json
import re
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from store.errors import SourceError
from store.paper import Author, Paper, Source
from store.readers import read_papers, textfile
from store.text.clean import clean_text
from tests.store.readers.reading import Read, anything, doubts, line, lost, papers

GOOD = line(title="T", abstract="A.")


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (b'{"title": "T"', "not valid JSON"),
        (b'{"title": "\xff"}', "not valid UTF-8"),
        (b'"text"', "not an object with fields, but 'text'"),
        (b"[[3]]", "but 3"),
        (b"null", "but None"),
        (b'{"title": ""}', "neither title nor abstract"),
        (b'{"a":' * 10_000, "nested"),
        (b"\x01", "not valid JSON"),
        (b'{"title": "' + b"x" * 10_000_001 + b'"}', "longer than 10 million"),
        (b'{"title": "T", "id": "\\u001b"}', "can be shown"),
    ],
)
def test_a_bad_line_costs_itself_only(read: Read, bad: bytes, says: str) -> None:
    good = GOOD.encode()
    items = read(good + b"\n" + bad + b"\n" + good)
    assert [paper.source.line for paper in papers(items)] == [1, 4]
    assert [problem.line for problem in lost(items)] == [3]
    assert says in lost(items)[0].reason
    assert lost(items)[0].reason.isprintable()


def test_doubts_are_reported_with_their_line_but_a_missing_abstract_is_not(read: Read) -> None:
    items = read(GOOD + line(title="T", year="soon") + '{"title": "T", "title": "U"}\n')
    assert [paper.warnings for paper in papers(items)][1][-1] == "no abstract"
    assert doubts(items) == [
        "\"year\" should be a year from 1000 to 2999, not 'soon'",
        "a field stands twice in one object; the last one was taken",
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", ",\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_marks(read: Read, mark: str, end: str) -> None:
    items = read(mark + GOOD.replace("\n", end) * 2 + "\n\n" + mark + GOOD)
    assert len(papers(items)) == len(items) == 3


@pytest.mark.parametrize("indent", [None, 0, 2, "\t"])
def test_an_array_is_read_with_its_lines(read: Read, indent: int | str | None) -> None:
    text = json.dumps([{"title": "T", "authors": ["A", "B"]}, {"abstract": "A."}], indent=indent)
    items = read(text)
    assert [paper.title for paper in papers(items)] == ["T", "(untitled)"]
    second = 1 if indent is None else text[: text.index('"abstract"')].count("\n")
    assert [paper.source.line for paper in papers(items)] == [1 if indent is None else 2, second]
    assert lost(items) == []


def test_objects_may_go_over_several_lines(read: Read) -> None:
    items = read('{\n "title": "T",\n "year": 2018\n}\n{\n "title": "U"\n}\n')
    assert [(paper.title, paper.source.line) for paper in papers(items)] == [("T", 1), ("U", 5)]


def test_an_array_that_breaks_off_says_where(read: Read) -> None:
    items = read('[\n {\n  "title": "T"\n },\n {\n  "title": "U')
    assert [paper.title for paper in papers(items)] == ["T"]
    assert [problem.line for problem in lost(items)] == [5]
    assert "nothing after it was read" in lost(items)[0].reason


def test_an_indented_text_over_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(textfile, "MAX_WHOLE", 10)
    path = tmp_path / "a.json"
    path.write_text('[\n {\n  "title": "T"\n }\n]')
    with pytest.raises(SourceError, match="one object a line"):
        list(read_papers(path))


@pytest.mark.parametrize("content", ["[]", "[\n]\n", "{", '{"a": 1'])
def test_a_file_without_papers_says_so(read: Read, content: str) -> None:
    items = read(content)
    assert papers(items) == []
    assert len(items) == 1


def test_utf_16_and_as_much_text_as_a_record_may_have(read: Read) -> None:
    abstract = "Ein längerer Satz über nichts. " * 6_000
    (paper,) = papers(read(line(title="T", abstract=abstract).encode("utf-16")))
    assert (paper.abstract_raw, len(paper.abstract)) == (abstract, len(abstract) - 1)


def test_a_line_of_fifty_megabytes_is_not_held_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with path.open("wb") as stream:
        stream.write(GOOD.encode() + b'{"title": "')
        stream.writelines([b"x" * 1_000_000] * 50)
        stream.write(b'"}\n' + GOOD.encode())
    tracemalloc.start()
    items = list(read_papers(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [paper.source.line for paper in papers(items)] == [1, 3]
    assert [problem.line for problem in lost(items)] == [2]
    assert peak < 45_000_000  # the limit is 10 MB a line; joining its pieces takes it twice


safe_line = st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=40)
record_of_any = st.dictionaries(st.sampled_from([*Paper.model_fields, "doi", "arxiv", "url", "year", "x"]), anything)
any_line = st.one_of(safe_line, anything.map(json.dumps), record_of_any.map(json.dumps))


@given(st.lists(st.none() | any_line, max_size=5))
def test_good_lines_among_any_others_are_read_and_the_others_told_of(read: Read, lines: list[str | None]) -> None:
    items = read(GOOD + "".join(GOOD if one is None else f"{one}\n" for one in lines), format="jsonl")
    numbered = list(enumerate(lines, start=2))
    good = {paper.source.line for paper in papers(items)}
    assert good >= {1, *(at for at, one in numbered if one is None)}
    told = good | {problem.line for problem in lost(items)}
    assert told == {1, *(at for at, one in numbered if one is None or not re.fullmatch(r"[\s,\[\]\ufeff]*", one))}
    assert all(paper.content_hash() for paper in papers(items))


clean = st.text(max_size=20).map(clean_text)
url = st.from_regex(r"https?://[a-z.]{1,9}/[a-zA-Z0-9/_-]{0,9}", fullmatch=True)
paper = st.builds(
    Paper,
    id=st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20),
    title=clean.map(lambda text: text or "T"),
    authors=st.lists(st.builds(Author, name=clean, position=st.none() | st.integers(1, 9)), max_size=3).map(tuple),
    authors_truncated=st.booleans(),
    date=st.none() | st.dates().map(str) | st.sampled_from(["2018", "2018-05"]),
    year_inferred=st.booleans(),
    venue=st.none() | clean,
    categories=st.lists(clean, max_size=3).map(tuple),
    identifiers=st.dictionaries(st.sampled_from(["doi", "arxiv", "isbn"]), clean),
    urls=st.lists(url, max_size=2).map(tuple),
    keywords=st.lists(clean, max_size=3).map(tuple),
    has_code=st.booleans(),
    abstract=clean,
    abstract_raw=st.text(),
    source=st.builds(Source, file=clean, line=st.none() | st.integers(1), format=clean),
    warnings=st.lists(clean, max_size=2).map(tuple),
    extra=st.dictionaries(st.text(), anything, max_size=3),
)


@given(paper)
@example(Paper(id="1", title="T", extra={"abstract": None, "id": 1}))
def test_what_we_write_is_read_back(read: Read, written: Paper) -> None:
    (again,) = papers(read(f"{written.model_dump_json()}\n", name="written.jsonl"))
    assert without_source(again) == without_source(written)
    assert again.content_hash() == written.content_hash()
    assert again.source.model_dump(include={"line", "format"}) == {"line": 1, "format": "jsonl"}


@given(record_of_any)
def test_what_was_read_is_read_again_alike(read: Read, record: dict[str, Any]) -> None:
    first = papers(read(json.dumps({"title": "T", **record}), format="jsonl"))
    again = papers(read("".join(one.model_dump_json() + "\n" for one in first) or GOOD, format="jsonl"))
    assert first == [] or [without_source(one) for one in again] == [without_source(one) for one in first]


def without_source(one: Paper) -> dict[str, Any]:
    return one.model_dump(exclude={"source"})
