"""A random record of the model, written in a format and read again: the same but for what the table says is lost."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.export.library_export import FORMATS, format_papers
from store.field_names import FIELDS, RECORD_FIELDS, RecordField
from store.paper import Author, Contributor, Paper, Source
from store.person_name import compose_name, parse_author
from store.readers import read_bytes
from store.readers.artefacts import is_placeholder
from store.readers.languages import read_language
from store.text.clean import clean_text
from store.work_types import TYPES

# What says where a record stood, or follows from the rest.
ASIDE = {"id", "source", "warnings", "abstract_raw", "year_inferred", "has_code", "records", "extra"}
COLUMNS = {"csl-json": "csl"}
VALUES = {
    "issn": "1234-5678", "isbn": "978-3-86490-311-3", "accessed": "2020-01-02", "pages": "12–34", "season": "2",
    "language": "english", "event_date": "2019-03-01/2019-03-04", "original_date": "1999",
    "volume": "3", "issue": "4", "edition": "2", "series_number": "7", "volumes": "3",
}  # fmt: skip

LETTERS = "abc déß漢 &%$#_{}~^<>|\"'`:()[]@=+*/!"
words = st.from_regex(r"[A-Z][a-zé]{1,7}(?:-[A-Z][a-z]{1,5})?", fullmatch=True).filter(
    lambda word: not is_placeholder(word, "title")
)
lines = (
    st.builds("{} {} {}.".format, words, st.text(st.sampled_from(LETTERS), max_size=12), words)
    .map(lambda text: " ".join(text.split()))
    .filter(lambda text: clean_text(text) == text)
)
bodies = st.sampled_from(["The ATLAS Collaboration", "Institute for Soup, Bread and Cheese", "Big Data Europe"])


def write_person(kind: type[Author], **parts: Any) -> Author:
    particles = filter(None, (parts.get("dropping_particle"), parts.get("particle"), parts["family"]))
    return kind(name=compose_name(" ".join(particles), parts.get("given", ""), parts.get("suffix", "")), **parts)


def list_people(kind: type[Author], particle: str, **more: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    parts = st.fixed_dictionaries(
        {"family": st.lists(words, min_size=1, max_size=2).map(" ".join), "given": words, **more},
        optional={particle: st.sampled_from(["van der", "de"]), "suffix": st.sampled_from(["Jr.", "III"])},
    )
    literal = st.builds(lambda name, **more: kind(name=name, literal=True, **more), bodies, **more)
    return parts.map(lambda parts: write_person(kind, **parts)) | literal


def place_people(people: list[Any]) -> tuple[Any, ...]:
    return tuple(one.model_copy(update={"position": place}) for place, one in enumerate(people, 1))


NUMBERED = "report patent standard legislation bill regulation legal_case dataset software manuscript".split()
ROLES = ["editor", "translator", "collection-editor", "container-author", "director", "interviewer"]
years = st.integers(1500, 2100).map(str)
days = st.builds("{}-{:02}-{:02}".format, years, st.integers(1, 12), st.integers(1, 28))
extras = st.fixed_dictionaries(
    {},
    optional={
        row.ours: st.just(VALUES[row.ours]) if row.ours in VALUES else words
        for row in FIELDS
        if row.ours not in ("date_end", "season", "issue_name", "number", "article_number", "genre")
    },
)
ranges = st.sampled_from([{}, {}, {"date_end": "2101-05"}, {"season": "2"}])
numbers = st.sampled_from(
    [{}, {"issue_name": "Special", "issue": "4"}, {"number": "TR-7"}, {"article_number": "e12"}, {"genre": "Talk"}]
)


@st.composite
def build_papers(draw: st.DrawFn) -> Paper:
    particle = draw(st.sampled_from(["particle", "dropping_particle"]))  # an entry of BibTeX has one kind of them
    identifiers = {
        "doi": st.from_regex(r"10\.1[0-9]{3}/[a-z0-9]{1,12}", fullmatch=True),
        "arxiv": st.from_regex(r"2[0-3]0[1-9]\.[0-9]{5}", fullmatch=True),
        "pmid": st.integers(1, 10**8 - 1).map(str),
        "pmcid": st.integers(1, 10**7).map("PMC{}".format),
    }
    extra = draw(extras) | draw(numbers)
    date = draw(st.none() | years | days.map(lambda day: day[:7]) | days)
    end = draw(ranges) if date and "number" not in extra else {}
    abstract = draw(st.just("") | lines)
    contributors = [
        one
        for role in draw(st.lists(st.sampled_from(ROLES), unique=True, max_size=2))
        for one in place_people(
            draw(
                st.lists(
                    list_people(Contributor, particle, role=st.just(role)),
                    min_size=1,
                    max_size=2,
                    unique_by=lambda one: one.name,
                )
            )
        )
    ]
    venue = draw(lines if "journal_abbreviation" in extra else st.none() | lines)  # which stands for it in RIS
    named = draw(st.fixed_dictionaries({}, optional=identifiers))
    kind = draw(st.sampled_from(sorted(TYPES) if "number" not in extra else ["report", "patent", "standard"]))
    if "arxiv" in named and not venue and (kind == "document" or (kind == "article-journal" and "doi" not in named)):
        kind = "article"
    if kind in NUMBERED:  # one field for both in BibTeX and RIS, and readers take it for the number
        extra = {name: value for name, value in extra.items() if name not in ("issue", "issue_name", "volume")}
    return Paper(
        id="a",
        source=Source(format="jsonl"),
        language="en" if "language" in extra else "",
        title=draw(lines),
        authors=place_people(draw(st.lists(list_people(Author, particle), max_size=3))),
        authors_truncated=draw(st.booleans()),
        date=date if not end.get("season") or date is None else date[:4],
        venue=venue,
        categories=draw(st.lists(st.sampled_from(["cs.LG", "stat.ML"]), unique=True, max_size=2).map(tuple)),
        identifiers=named,
        urls=draw(st.lists(st.sampled_from(["https://a.org/x_y?q=1", "http://b.org/~me"]), unique=True).map(tuple)),
        keywords=draw(st.lists(words, max_size=3, unique=True).map(tuple)),
        abstract=abstract,
        abstract_raw=abstract,
        retraction=draw(st.sampled_from(["", "", "retracted 2021-03-04 (10.1000/n)"])),
        kind=kind,
        tags=draw(st.lists(words, max_size=2, unique=True).map(tuple)),
        collections=draw(st.lists(words, max_size=2, unique=True).map(tuple)),
        citation_count=draw(st.none() | st.integers(0, 9999)),
        contributors=tuple(contributors),
        extra=extra | end,
    )


def read_again(paper: Paper, format: str) -> Paper:
    text = "".join(format_papers(lambda: iter([paper]), format, {"a": "key"}))
    (again,) = (item for item in read_bytes(text.encode(), "a", format) if isinstance(item, Paper))
    return again


def spell(people: tuple[Author, ...]) -> list[tuple[Any, ...]]:
    """Family name with its particles, given names, suffix and role of each person, role by role."""
    return sorted([(*parse_author(one), getattr(one, "role", "")) for one in people], key=lambda name: name[3])


def list_losses(paper: Paper, again: Paper, column: str) -> dict[str, Any]:
    """List what is no more what it was, but for what the table says is lost in the format."""
    lost: dict[str, Any] = {}
    rows = {row.ours: getattr(row, column, row.ours) for row in FIELDS}
    for name, value in paper.extra.items():
        found = again.extra.get(name)
        if name == "language" and found:  # CSL has a tag for it
            value, found = read_language(value), read_language(found)
        if rows[name] and found != value:
            lost[name] = (value, found)
    for row in RECORD_FIELDS:
        before, after = getattr(paper, row.ours), getattr(again, row.ours)
        kept = row.keep(column, before)
        if row.ours in ("authors", "contributors"):
            before, after = spell(kept), spell(after)
        elif row.ours in ("identifiers", "urls"):
            before = kept
            after = {k: after.get(k) for k in before} if row.ours == "identifiers" else after[: len(before)]
        else:
            before = kept
        is_lost = row.ours == "kind" and not kept  # then it is one that the format has
        if before != after and not is_lost:
            lost[row.ours] = (before, after)
    return lost


def test_each_field_of_a_record_has_a_row() -> None:
    assert {row.ours for row in RECORD_FIELDS} | ASIDE == Paper.model_fields.keys() - {"damage"}
    assert all(isinstance(row, RecordField) for row in RECORD_FIELDS)


@pytest.mark.parametrize("format", FORMATS)
@settings(max_examples=40)
@given(paper=build_papers())
def test_a_record_comes_back_but_for_what_the_table_says(format: str, paper: Paper) -> None:
    assert list_losses(paper, read_again(paper, format), COLUMNS.get(format, format)) == {}
