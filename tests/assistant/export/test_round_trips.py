"""What was read from a format and is written in it again loses nothing that the format can hold."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.export.library_export import ENDINGS, FORMATS, format_papers
from store.citation_keys import citation_keys
from store.paper import Author, Paper, Source
from store.readers import read_papers
from store.text.clean import clean_characters

# What a file says of where it lies, and what follows from the rest.
ASIDE = {"source", "warnings", "abstract_raw"}
OTHERS = [format for format in FORMATS if format != "jsonl"]

# Without backslashes: what looks like half of a macro is read in ways of its own.
SIGNS = "aBcé ß漢 {}$%&#_~^<>|\"'`-–;,:()[]@=+*/.!?\n\t0123456789"
texts = st.text(st.sampled_from(SIGNS), max_size=40) | st.text(
    st.characters(codec="utf-8", exclude_characters="\\"), max_size=20
)
words = st.from_regex(r"[A-Z][a-zé]{0,7}(?:-[A-Z][a-z]{1,5})?", fullmatch=True)
people = st.lists(words, min_size=1, max_size=4).map(" ".join) | st.builds("{} {}, Jr.".format, words, words)
years = st.integers(1500, 2100).map(str)
dates = st.none() | years | st.builds("{}-{:02}".format, years, st.integers(1, 12))
days = st.builds("{}-{:02}-{:02}".format, years, st.integers(1, 12), st.integers(1, 28))
extras = st.fixed_dictionaries(
    {},
    optional={
        "volume": st.integers(1, 999).map(str),
        "issue": texts,
        "pages": st.builds("{}–{}".format, st.integers(1, 500), st.integers(501, 999)),
        "publisher": texts,
        "language": words,
        "issn": st.just("1234-5678"),
        "note": texts,
        "place": texts,
        "type": st.sampled_from(["journal-article", "book", "conference paper", "JOUR", "Thesis"]),
        "citation_key": words,
        "howpublished": texts,
        "series": texts,
    },
)
identified = st.fixed_dictionaries(
    {},
    optional={
        "doi": st.from_regex(r"10\.1[0-9]{3}/[a-z0-9(_;]{1,12}[a-z0-9]", fullmatch=True),
        "arxiv": st.from_regex(r"2[0-3]0[1-9]\.[0-9]{5}", fullmatch=True),
        "pmid": st.integers(1, 10**8 - 1).map(str),
        "pmcid": st.integers(1, 10**7).map("PMC{}".format),
    },
)
taken_back = st.sampled_from(["", "", "retracted", "withdrawn 2019-02", "retracted 2021-03-04 (10.1000/n(1)2)"])
papers = st.builds(
    Paper,
    id=st.uuids().map(str),
    title=texts.filter(lambda text: re.search(r"\w", text) is not None),
    authors=st.lists(people.map(lambda name: Author(name=name, position=1)), max_size=3).map(
        lambda found: tuple(one.model_copy(update={"position": at}) for at, one in enumerate(found, 1))
    ),
    authors_truncated=st.booleans(),
    date=dates | days,
    venue=st.none() | words | texts.filter(lambda text: re.search(r"\w", text) is not None),  # signs alone are none
    categories=st.lists(st.sampled_from(["cs.LG", "stat.ML"]), unique=True, max_size=2).map(tuple),
    identifiers=identified,
    urls=st.lists(st.sampled_from(["https://a.org/x_y?q=1&b=%20#c", "http://b.org/~me"]), unique=True).map(tuple),
    keywords=st.lists(words | texts, max_size=3).map(tuple),
    abstract=texts,
    retraction=taken_back,
    extra=extras,
)


# What files of others hold that is not said twice, or not in one way: several keys or types of one entry, a key that
# stands twice in a file, what is empty, lists and lines that become one line.
FOLDED = {
    "bibtex": {"citation_key", "pages", "file", "key", "organization"},
    "ris": {"DA", "type", "citation_key"},
    "csl-json": set[str](),
    "csv": set[str](),
}
FOLDERS = {"bibtex": "bibtex", "ris": "ris", "csl-json": "csl_json", "csv": "csv"}


def written(found: Sequence[Paper], format: str) -> str:
    return "".join(format_papers(lambda: found, format, citation_keys(found)))


def read(text: str, format: str) -> list[Paper]:
    with TemporaryDirectory() as folder:
        ending = next(ending for ending, name in ENDINGS.items() if name == format)
        file = Path(folder) / f"papers.{ending}"
        file.write_bytes(text.encode())
        found = [one for one in read_papers(file, format) if isinstance(one, Paper)]
    return [one.model_copy(update={"source": Source(format=format)}) for one in found]


def held(paper: Paper) -> dict[str, Any]:
    return paper.model_dump(exclude=ASIDE)


@pytest.mark.parametrize("format", OTHERS)
@settings(max_examples=40)
@given(first=papers)
def test_what_was_imported_is_exported_whole(format: str, first: Paper) -> None:
    once = read(written([first], format), format)
    assert len(once) == 1
    assert once[0].retraction == first.retraction
    assert once[0].authors_truncated == first.authors_truncated
    assert once[0].identifiers == first.identifiers
    text = written(once, format)
    twice = read(text, format)
    assert [held(one) for one in twice] == [held(one) for one in once]
    assert written(twice, format) == text


@given(first=papers)
@settings(max_examples=40)
def test_our_own_lines_hold_everything(first: Paper) -> None:
    paper = first.model_copy(update={"records": (first, first.model_copy(update={"id": "other"}))})
    (again,) = [Paper.model_validate_json(line) for line in written([paper], "jsonl").strip("\n").split("\n")]
    assert again == paper


@given(first=papers)
@settings(max_examples=40)
def test_our_own_lines_are_read_as_they_were(first: Paper) -> None:
    (paper,) = read(written([first], "jsonl"), "jsonl")
    (again,) = read(written([paper], "jsonl"), "jsonl")
    assert again == paper


@pytest.mark.parametrize("format", FOLDERS)
def test_real_files_lose_nothing(format: str, shared: Path) -> None:
    files = [file for file in (shared / "formats" / FOLDERS[format]).iterdir() if file.stat().st_size < 300_000]
    lost = [lost for file in files for lost in _lost(file, format)]
    assert lost == []


def _lost(file: Path, format: str) -> Iterator[str]:
    found = [one for one in read_papers(file) if isinstance(one, Paper) and one.source.format == format]
    papers = list({paper.id: paper for paper in found}.values())
    again = read(written(papers, format), format) if papers else []
    assert len(again) == len(papers)
    for paper, other in zip(papers, again, strict=True):
        before, after = held(paper), held(other)
        extra, others = before.pop("extra"), after.pop("extra")
        yield from (f"{file.name}: {name}" for name in before.keys() - {"id"} if before[name] != after[name])
        for name in extra.keys() - FOLDED[format]:
            if _flat(extra[name]) != _flat(others.get(name)):
                yield f"{file.name}: {name}: {extra[name]!r} is {others.get(name)!r}"


def _flat(value: Any) -> Any:
    """Lists and lines as one line."""
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        value = "; ".join(value)
    return clean_characters(value) if isinstance(value, str) else value
