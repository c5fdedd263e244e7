"""A paper out of a JSON object: every field, types near enough, and types that are not."""

import json
from typing import Any

import pytest

from store.errors import SourceError
from store.paper import Author, Paper, Source
from store.readers.record_builder import parse_paper

HERE = Source(file="a.jsonl", line=7, format="jsonl")


def take(**fields: Any) -> Paper:
    return parse_paper({"title": "T", "abstract": "A.", **fields}, HERE)


def test_every_field() -> None:
    assert parse_paper(
        {
            "id": "p1",
            "title": "T",
            "abstract": "A &amp; B",
            "abstract_raw": "A & B (raw)",
            "authors": ["Ann Poe", {"name": "John Roe", "position": 5}, {"name": "Max Moe", "position": None}],
            "authors_truncated": True,
            "date": "2018-05-31",
            "year": 2018,
            "year_inferred": True,
            "venue": "ICML",
            "categories": ["LG", "ML"],
            "identifiers": {"DOI": "https://doi.org/10.1000/X", "isbn": 123},
            "arxiv": "arXiv:2203.05482v2",
            "pmid": 12345678,
            "urls": ["https://x.org/a"],
            "url": "https://x.org/b",
            "keywords": "sampling; bandits",
            "has_code": True,
            "extra": {"note": 1},
            "journal": "J",
        },
        HERE,
    ) == Paper(
        id="p1",
        title="T",
        authors=(Author(name="Ann Poe", position=1), Author(name="John Roe", position=5), Author(name="Max Moe")),
        authors_truncated=True,
        date="2018-05-31",
        year_inferred=True,
        venue="ICML",
        categories=("LG", "ML"),
        identifiers={"doi": "10.1000/x", "isbn": "123", "arxiv": "2203.05482", "pmid": "12345678"},
        urls=("https://x.org/b", "https://x.org/a"),
        keywords=("sampling", "bandits"),
        has_code=True,
        abstract="A & B",
        abstract_raw="A & B (raw)",
        source=HERE,
        extra={"note": 1, "journal": "J"},
    )


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"year": "2018"}, {"date": "2018", "year": 2018}),
        ({"year": 2018.0}, {"date": "2018"}),
        ({"date": 2018}, {"date": "2018"}),
        ({"date": "2018/5/3"}, {"date": "2018-05-03"}),
        ({"date": "2018-05-31T12:00:00Z"}, {"date": "2018-05-31"}),
        ({"date": "2018-05"}, {"date": "2018-05", "date_precision": "month"}),
        ({"id": 123}, {"id": "123"}),
        ({"id": " a "}, {"id": "a"}),
        ({"title": 1984}, {"title": "1984"}),
        ({"has_code": "yes"}, {"has_code": True}),
        ({"has_code": 0}, {"has_code": False}),
        ({"categories": "LG, ML,LG"}, {"categories": ("LG", "ML")}),
        ({"keywords": "a, b; c"}, {"keywords": ("a, b", "c")}),
        ({"urls": "https://x.org/a https://x.org/b"}, {"urls": ("https://x.org/a", "https://x.org/b")}),
        ({"abstract": "See https://x.org/a."}, {"urls": ("https://x.org/a",)}),
        ({"url": "https://arxiv.org/abs/2203.05482"}, {"identifiers": {"arxiv": "2203.05482"}}),
        ({"urls": ["https://arxiv.org/abs/2203.05482"]}, {"identifiers": {}}),
        ({"arxiv_id": "2203.05482v1"}, {"id": "2203.05482"}),
        ({"doi": "doi:10.1000/A", "arxiv": "2203.05482"}, {"id": "10.1000/a"}),
        ({"doi": "", "venue": None, "authors": None}, {"identifiers": {}, "venue": None, "authors": (), "extra": {}}),
        ({"warnings": ["w"], "date_precision": "day"}, {"warnings": ("w",), "extra": {}}),
        ({"source": "PubMed"}, {"extra": {"source": "PubMed"}}),
        ({"extra": "note"}, {"extra": {"extra": "note"}}),
    ],
)
def test_types_near_enough(fields: dict[str, Any], expected: dict[str, Any]) -> None:
    paper = take(**fields)
    assert {key: getattr(paper, key) for key in expected} == expected
    assert paper.warnings == tuple(fields.get("warnings", ()))


@pytest.mark.parametrize(
    ("given", "names", "truncated"),
    [
        ("Ann Poe; John Roe", ["Ann Poe", "John Roe"], False),
        ("Poe, Ann and Roe, John et al.", ["Poe, Ann", "Roe, John"], True),
        (["Ann Poe", "et al."], ["Ann Poe"], True),
        (["Ann Poe", "John Roe and others"], ["Ann Poe", "John Roe"], True),
        (["", "Ann\x1b[1m Poe", "   "], ["Ann Poe"], False),
        (
            ["null van den Hoven", "Ann Null", "Null, Max", "Na Li"],
            ["van den Hoven", "Ann Null", "Null, Max", "Na Li"],
            False,
        ),
        ("null van den Hoven; Ann Null", ["van den Hoven", "Ann Null"], False),
    ],
)
def test_authors_as_people_write_them(given: object, names: list[str], truncated: bool) -> None:
    paper = take(authors=given)
    assert [(author.name, author.position) for author in paper.authors] == [
        (name, at) for at, name in enumerate(names, start=1)
    ]
    assert paper.authors_truncated == truncated


def test_a_name_in_parts_loses_what_a_program_wrote_for_its_given_name() -> None:
    (author,) = take(authors=[{"name": "None Poe", "family": "Poe", "given": "None"}]).authors
    assert (author.name, author.family, author.given) == ("Poe", "Poe", "")


def test_what_else_is_said_of_authors_is_kept() -> None:
    authors = [{"name": "Ann Poe", "orcid": "0000-0001"}]
    assert take(authors=authors).extra == {"authors": authors}


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("year", "soon", "a year from 1000 to 2999, not 'soon'"),
        ("year", True, "text, not True"),
        ("date", "last May", "a date like 2018-05-31, 2018-05 or 2018, not 'last May'"),
        ("date", "0000-01-01", "a date like"),
        ("venue", {"name": "ICML"}, "text, not an object"),
        ("categories", [["LG"]], "text or a list of texts, not a list"),
        ("has_code", "perhaps", "true or false, not 'perhaps'"),
        ("urls", ["javascript:alert(1)"], "http"),
        ("doi", "n/a", "an identifier of the kind doi, not 'n/a'"),
        ("identifiers", ["10.1000/x"], "an object, not a list"),
        ("identifiers", {"\x1b[1m": "x"}, "under the name of its kind"),
        ("authors", [["Ann"]], "names, or objects"),
        ("authors", [{"family": "Poe"}], "names, or objects"),
        ("authors", [{"name": "Ann", "position": 0}], "a position from 1"),
    ],
)
def test_a_value_that_does_not_fit_is_kept_aside_with_a_warning(field: str, value: Any, says: str) -> None:
    paper = take(**{field: value})
    assert paper.extra == {field: value}
    assert [warning for warning in paper.warnings if says in warning and warning.isprintable()]


def test_contradictions_are_warned_of_and_nothing_is_lost() -> None:
    paper = take(
        date="2018-05", year=2019, doi="10.1000/a", identifiers={"doi": "10.1000/b"}, note=1, extra={"note": 2}
    )
    assert (paper.date, paper.identifiers["doi"]) == ("2018-05", "10.1000/b")
    assert paper.extra == {"year": 2019, "doi": "10.1000/a", "note": 2}
    assert len(paper.warnings) == 3


def test_an_impossible_date_is_cut() -> None:
    paper = take(date="2018-02-31")
    assert (paper.date, len(paper.warnings)) == ("2018-02", 1)


@pytest.mark.parametrize(
    ("record", "title", "abstract", "warnings"),
    [
        ({"title": "T"}, "T", "", ("no abstract",)),
        ({"title": "T", "abstract": None}, "T", "", ("no abstract",)),
        ({"title": "T", "abstract": "\x1b[1m\x00"}, "T", "", ("no abstract",)),
        ({"abstract": "A."}, "(untitled)", "A.", ("no title",)),
        ({"title": "T", "abstract_raw": "A &amp; B"}, "T", "A & B", ()),
        ({"title": ["T"], "abstract": "A."}, "(untitled)", "A.", ('"title" should be text, not a list', "no title")),
    ],
)
def test_title_or_abstract_missing(
    record: dict[str, Any], title: str, abstract: str, warnings: tuple[str, ...]
) -> None:
    paper = parse_paper(record, HERE)
    assert (paper.title, paper.abstract, paper.warnings) == (title, abstract, warnings)


@pytest.mark.parametrize(
    ("record", "says"),
    [
        ({}, "neither title nor abstract"),
        (
            {"status": "ok", "message\x1b": {}},
            "neither title nor abstract, nor an identifier; there is status, message�",
        ),
        ({"id": "1", "title": " ", "abstract": "\u202e"}, "neither title nor abstract"),
        ({"title": {}, "abstract": None}, '"title" should be text, not an object'),
        ({"title": "T", "id": ["1"]}, '"id" should be text, not a list'),
        ({"title": "T", "id": "x" * 513}, "1–512 characters"),
        ({"title": "T", "id": "a\nb"}, r"not 'a\nb'"),
        ({"title": "T", "id": "\x1b[1m"}, "can be shown"),
    ],
)
def test_what_cannot_be_a_paper(record: dict[str, Any], says: str) -> None:
    with pytest.raises(SourceError) as refused:
        parse_paper(record, HERE)
    assert says in refused.value.what


def test_text_is_cleaned_and_the_raw_abstract_is_not() -> None:
    raw = "<p>The \x1b[31mrate is $\\alpha$ &amp; 5% of \u202eit\u0000.</p>"
    paper = take(title="\x1b]0;x\x07<b>T</b>", abstract=raw, venue="\u202eICML", keywords=["a\x00b"])
    assert (paper.title, paper.venue, paper.keywords) == ("T", "ICML", ("ab",))
    assert paper.abstract == "The rate is α & 5% of it."
    assert paper.abstract_raw == raw


def test_an_object_of_ours_is_not_trusted_with_controls_or_links() -> None:
    record = json.loads(Paper(id="1", title="T\x1b[1m", authors=(Author(name="A\u202e"),)).model_dump_json())
    paper = parse_paper(record, HERE)
    assert (paper.title, paper.authors[0].name) == ("T", "A")
    for field, value in (("urls", ["javascript:alert(1)"]), ("date", "soon"), ("id", "\x1b"), ("title", "")):
        with pytest.raises(SourceError, match=f'"{field}"|neither'):
            parse_paper({**record, field: value}, HERE)


def test_the_records_of_a_joined_paper_are_not_trusted_either() -> None:
    joined = Paper(id="1", title="T", records=(Paper(id="2", title="U\x1b[1m"), Paper(id="3", title="V")))
    record = json.loads(joined.model_dump_json())
    assert [one.title for one in parse_paper(record, HERE).records] == ["U", "V"]
    for field, value in (("urls", ["javascript:alert(1)"]), ("id", "\x1b")):
        record["records"][1] = {"id": "3", "title": "V", field: value}
        with pytest.raises(SourceError, match=f'"{field}"'):
            parse_paper(record, HERE)


def test_new_fields_of_an_object_of_ours_are_kept() -> None:
    record = json.loads(Paper(id="1", title="T", extra={"a": 1}).model_dump_json())
    assert parse_paper({**record, "provenance": "x"}, HERE).extra == {"a": 1, "provenance": "x"}


def test_the_last_of_a_list_is_no_name_however_plain_it_is_spelt() -> None:
    paper = parse_paper({"title": "A", "authors": ["Ann Poe", "Al Gore", "Mahmoud et al.", "\u212aay  Roe"]}, Source())
    assert [author.name for author in paper.authors] == ["Ann Poe", "Al Gore", "Mahmoud", "Kay Roe"]
