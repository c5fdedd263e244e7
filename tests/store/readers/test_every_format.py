"""What holds for the readers of all formats: the same two papers come out of each, and no input breaks one."""

import gzip
from contextlib import suppress
from pathlib import Path
from unicodedata import category

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.errors import SourceError
from store.paper import Paper, Problem
from store.readers import FORMATS, read_papers
from tests.counting import LINEAR, growth
from tests.store.readers.reading import Read, lost, papers
from tests.store.readers.samples import ABSTRACT, DOI, PARTIAL, SAMPLES, SECOND, TITLE


def test_there_is_a_sample_of_every_format() -> None:
    assert set(SAMPLES) | set(PARTIAL) | {"listing", "jsonl"} == set(FORMATS)


@pytest.mark.parametrize("format", SAMPLES)
def test_the_same_papers_come_out_of_every_format(read: Read, format: str) -> None:
    items = read(SAMPLES[format])
    first, second = papers(items)
    assert {paper.source.format for paper in (first, second)} == {format}
    assert (first.title, first.abstract, first.date) == (TITLE, ABSTRACT, "2018-05-31")
    assert [author.name for author in first.authors] == ["Ann Poe", "John Roe"]
    assert first.identifiers["doi"] == DOI
    assert (first.venue or "").startswith("Journal of Soups")
    assert (second.title, second.abstract, second.warnings) == (SECOND, "", ("no abstract",))
    assert len(items) == 2


@pytest.mark.parametrize(
    ("format", "date", "names", "ids"),
    [
        ("pubmed-summary", "2018-05-31", ["A Poe"], {"doi": DOI, "pmid": "12"}),
        ("orcid", "2018-05", [], {"doi": DOI}),
        ("openreview", "2018-05-31", ["Ann Poe", "John Roe"], {"openreview": "abc"}),
        ("dblp-json", "2018", ["Ann Poe", "John Roe"], {"doi": DOI}),
        ("hugging-face", "2018-05-31", ["Ann Poe", "John Roe"], {"arxiv": "2203.05482"}),
    ],
)
def test_what_a_format_has_not_is_left_out(
    read: Read, format: str, date: str, names: list[str], ids: dict[str, str]
) -> None:
    (paper,) = papers(read(PARTIAL[format]))
    assert (paper.source.format, paper.title, paper.date, paper.identifiers) == (format, TITLE, date, ids)
    assert [author.name for author in paper.authors] == names


@pytest.mark.parametrize("format", SAMPLES)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_change_nothing(read: Read, format: str, encoding: str, end: str) -> None:
    if encoding != "utf-8-sig" and "encoding=" in SAMPLES[format]:
        pytest.skip("the XML would declare another encoding than it has")
    items = read(SAMPLES[format].replace("\n", end).encode(encoding))
    assert [(paper.title, paper.abstract) for paper in papers(items)] == [(TITLE, ABSTRACT), (SECOND, "")]
    assert not lost(items)


@pytest.mark.parametrize("format", SAMPLES)
def test_packed_or_named_it_is_the_same(read: Read, format: str) -> None:
    plain = papers(read(SAMPLES[format]))
    packed = papers(read(gzip.compress(SAMPLES[format].encode())))
    named = papers(read(SAMPLES[format], format=format))
    assert [one.content_hash() for one in packed] == [one.content_hash() for one in plain]
    assert [one.content_hash() for one in named] == [one.content_hash() for one in plain]


@pytest.mark.parametrize("format", SAMPLES)
def test_records_say_where_they_stand(read: Read, format: str) -> None:
    lines = [paper.source.line or 0 for paper in papers(read(SAMPLES[format]))]
    assert lines == sorted(lines)
    assert 1 <= lines[0] <= lines[1] <= SAMPLES[format].count("\n") + 1
    many_lines = "\n" in SAMPLES[format].strip()
    assert (lines[0] < lines[1]) == many_lines


@pytest.mark.parametrize("format", FORMATS)
@settings(max_examples=max(20, settings.default.max_examples // 5) if settings.default else 20)
@given(data=st.data())
def test_any_bytes_are_read_or_refused(read: Read, format: str, data: st.DataObject) -> None:
    """A sample with pieces cut out, put in or repeated; and bytes of any kind."""
    sample = SAMPLES.get(format, "Ann Poe\n\nLGMar 10, 2022\nA title\n\nAnn Poe\n\nAn abstract.\n").encode()
    start = data.draw(st.integers(0, len(sample)))
    stop = data.draw(st.integers(start, len(sample)))
    marks = st.sampled_from(
        [b"{", b"}", b'"', b"@article{", b"<", b"&x;", b"\0", b"\xff", b"\n\n", b"ER  - ", b"\x1b[31m"]
    )
    put = data.draw(st.one_of(st.binary(max_size=20), marks, st.just(sample[start:stop])))
    named = data.draw(st.sampled_from([None, format]))
    with suppress(SourceError):
        items = read(sample[:start] + put + sample[stop:], format=named)
        assert items
        for item in items:
            assert item.model_dump_json()
            if isinstance(item, Paper):
                assert not any(category(char) == "Cc" for char in item.title)
                assert item.content_hash()
            elif isinstance(item, Problem):
                assert item.file.endswith("papers.txt")
                assert item.reason


@pytest.mark.parametrize("format", FORMATS)
@settings(max_examples=max(20, settings.default.max_examples // 5) if settings.default else 20)
@given(content=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200))
def test_any_text_is_read_or_refused(read: Read, format: str, content: str) -> None:
    with suppress(SourceError):
        assert all(item.model_dump_json() for item in read(content, format=format))


@pytest.mark.parametrize("format", SAMPLES)
@pytest.mark.parametrize("piece", ["\n", " ", "@", "{", '"', "<", ","])
def test_no_reader_loses_its_way_in_repetitions(read: Read, format: str, piece: str) -> None:
    """A reader that goes back over what it has seen does more than twice as much for twice as many."""
    middle = len(SAMPLES[format]) // 3

    def work(size: int) -> None:
        with suppress(SourceError):
            read(SAMPLES[format][:middle] + piece * size + SAMPLES[format][middle:])

    assert growth(work, 4000) <= LINEAR


@pytest.mark.parametrize("format", SAMPLES)
def test_a_reading_names_its_format(tmp_path: Path, format: str) -> None:
    path = tmp_path / "file"
    path.write_text(SAMPLES[format])
    assert read_papers(path).format == format
