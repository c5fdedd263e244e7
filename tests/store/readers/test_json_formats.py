"""OpenAlex, Crossref, Semantic Scholar, CSL-JSON and arXiv's snapshot: envelopes, odd values, what is kept."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.readers import read_papers
from store.readers.arxiv_snapshot import ArxivSnapshotReader
from store.readers.crossref import CrossrefReader
from store.readers.csl_json import CslJsonReader
from store.readers.json_records import parse_date_parts
from store.readers.openalex import OpenAlexReader, unfold_abstract
from store.readers.semantic_scholar import SemanticScholarReader
from tests.store.readers.reading import Read, anything, lost, papers
from tests.store.readers.samples import SAMPLES

READERS = {
    reader.NAME: reader.map_fields
    for reader in (
        ArxivSnapshotReader(),
        CrossrefReader(),
        CslJsonReader(),
        OpenAlexReader(),
        SemanticScholarReader(),
    )
}


def records(format: str) -> list[dict[str, Any]]:
    if format == "arxiv-snapshot":
        return [json.loads(line) for line in SAMPLES[format].splitlines()]
    whole = json.loads(SAMPLES[format])
    whole = whole.get("message", whole) if isinstance(whole, dict) else whole
    found: list[dict[str, Any]] = (
        whole if isinstance(whole, list) else whole.get("results") or whole.get("data") or whole["items"]
    )
    return found


@pytest.mark.parametrize("format", READERS)
@pytest.mark.parametrize("shape", ["lines", "array", "indented", "single"])
def test_records_come_in_any_envelope(read: Read, format: str, shape: str) -> None:
    given = records(format)
    text = {
        "lines": "\n".join(map(json.dumps, given)),
        "array": json.dumps(given),
        "indented": json.dumps(given, indent=2),
        "single": json.dumps(given[0]),
    }[shape]
    found = papers(read(text))
    assert [paper.source.format for paper in found] == [format] * len(found)
    assert len(found) == (1 if shape == "single" else 2)


@pytest.mark.parametrize("format", READERS)
@given(data=st.data())
def test_values_of_any_kind_do_no_harm(format: str, data: st.DataObject) -> None:
    record = records(format)[0]
    for key in data.draw(st.lists(st.sampled_from(sorted(record)), max_size=4)):
        record[key] = data.draw(anything)
    assert isinstance(READERS[format](record), dict)


def test_what_openalex_knows(read: Read) -> None:
    first, second = papers(read(SAMPLES["openalex"]))
    assert first.identifiers["openalex"] == "W1"
    assert first.extra["retracted"] is True
    assert second.id == "10.1234/2" or second.identifiers == {"openalex": "W2"}


@given(st.lists(st.text("abc,.", min_size=1, max_size=5), max_size=20))
def test_an_inverted_index_is_turned_back(words: list[str]) -> None:
    index: dict[str, list[int]] = {}
    for at, word in enumerate(words):
        index.setdefault(word, []).append(at)
    assert unfold_abstract(index) == " ".join(words)


@pytest.mark.parametrize("index", [None, [], {"a": None}, {"a": ["0"]}, {"a": [-1, 10**12]}, {"a": 3}])
def test_an_inverted_index_that_is_none_is_empty(index: Any) -> None:
    assert unfold_abstract(index) == ""


def test_crossref_keeps_what_tells_of_retractions(read: Read) -> None:
    assert papers(read(SAMPLES["crossref"]))[0].extra["update-to"] == [{"type": "retraction"}]


def test_semantic_scholar_knows_citations_and_what_was_not_found(read: Read) -> None:
    items = read(json.dumps({"data": [{"citingPaper": {"paperId": "a", "title": "A"}}, None]}))
    assert [paper.title for paper in papers(items)] == ["A"]
    assert len(lost(items)) == 1
    assert papers(read(SAMPLES["semantic-scholar"]))[0].identifiers == {
        "doi": "10.1234/soup.5",
        "arxiv": "2203.05482",
        "pmid": "123",
        "s2": "7",
    }


@pytest.mark.parametrize(
    ("given", "date"),
    [
        ({"date-parts": [[2018, 5, 31]]}, "2018-05-31"),
        ({"date-parts": [["2018", "5"]]}, "2018-05"),
        ({"date-parts": [[None]]}, ""),
        ({"raw": "May 2018"}, "May 2018"),
        ({"literal": "2018"}, "2018"),
        (None, ""),
        ({"date-parts": [[{}]]}, ""),
    ],
)
def test_dates_in_parts(given: Any, date: str) -> None:
    assert parse_date_parts(given) == date


def test_csl_names_have_particles(read: Read) -> None:
    item = {
        "type": "book",
        "title": "A",
        "author": [
            {"family": "Berg", "non-dropping-particle": "van den", "given": "Ann", "suffix": "Jr."},
            {"literal": "Soup, Inc."},
        ],
        "custom": {"a": 1},
        "id": 5,
    }
    (paper,) = papers(read(json.dumps([item])))
    assert [author.name for author in paper.authors] == ["Ann van den Berg, Jr.", "Soup, Inc."]
    assert paper.extra == {"type": "book", "custom": {"a": 1}, "citation_key": "5"}


def test_a_line_of_the_snapshot_does_not_need_the_others(tmp_path: Any) -> None:
    path = tmp_path / "snapshot.json"
    line = SAMPLES["arxiv-snapshot"].splitlines()[0] + "\n"
    path.write_text(line * 500 + "{broken\n" + line)
    reading = read_papers(path)
    next(reading)
    assert 0 < reading.fraction() < 0.5
    rest = list(reading)
    assert len(papers(rest)) == 500
    assert [problem.line for problem in lost(rest)] == [501]


def test_a_field_of_the_file_that_has_the_name_of_ours_is_kept_beside_it(read: Read) -> None:
    item = {"type": "article-journal", "title": "A", "issued": {"date-parts": [[2018]]}, "date": "in May"}
    (paper,) = papers(read(json.dumps([item])))
    assert (paper.date, paper.extra["date_given"]) == ("2018", "in May")


@pytest.mark.parametrize("field", ["paperId", "is-referenced-by-count", "lens_id", "abstract_inverted_index"])
def test_our_own_lines_stay_ours_with_the_fields_of_a_service_in_them(read: Read, field: str) -> None:
    paper = papers(read(json.dumps({"title": "A", "abstract": "B."})))[0]
    value = "123-456-789-012-34X"
    ours = paper.model_copy(update={"extra": {field: value, "DOI": "10.1000/x"}})
    (again,) = papers(read(ours.model_dump_json()))
    assert (again.source.format, again.extra) == ("jsonl", {field: value, "DOI": "10.1000/x"})
