"""The real author's page against its hand-checked reference."""

import json
from pathlib import Path
from typing import Any

import pytest

import assistant
from store.paper import Paper, Profile, Source
from store.readers import Item, read_papers
from store.text.clean import clean_text
from tests.store.readers.reading import only, papers

SAMPLE = Path(assistant.__file__).with_name("data") / "namkoong_listing.txt"


@pytest.fixture(scope="module")
def items() -> list[Item]:
    return list(read_papers(SAMPLE))


@pytest.fixture(scope="module")
def pairs(items: list[Item], shared: Path) -> list[tuple[Paper, dict[str, Any]]]:
    reference = json.loads((shared / "eval" / "listing_records.json").read_text(encoding="utf-8"))
    return list(zip(papers(items), reference["records"], strict=True))


def test_the_sample_is_the_shared_file(shared: Path) -> None:
    assert SAMPLE.read_bytes() == (shared / "formats" / "author_listing_txt" / "author_listing.txt").read_bytes()


def test_there_is_a_profile_and_forty_five_papers_and_nothing_else(items: list[Item]) -> None:
    assert only(Profile, items) == [
        Profile(
            name="Hongseok Namkoong",
            category="LG",
            h_index=42,
            papers=45,
            citations=6981,
            novelty_percent=54,
            ai_score=61,
            source=Source(file=str(SAMPLE), line=1, format="listing"),
        )
    ]
    assert len(items) == 46


def test_every_record_agrees_with_the_reference_in_every_field(pairs: list[tuple[Paper, dict[str, Any]]]) -> None:
    for paper, record in pairs:
        hidden = [] if record["author_in_given_list"] else ["Hongseok Namkoong"]
        assert paper.title == record["title"]
        assert [(author.name, author.position) for author in paper.authors] == [
            *((name, at) for at, name in enumerate(record["authors"], start=1)),
            *((name, None) for name in hidden),
        ]
        assert paper.authors_truncated == record["authors_truncated"]
        assert (paper.date, paper.year_inferred) == (record["date_iso"], record["year_inferred"])
        assert paper.categories == (record["primary_category"],)
        assert paper.has_code == record["has_code"]
        assert paper.abstract_raw == record["abstract"]
        assert paper.abstract == clean_text(record["abstract"])
        assert list(paper.urls) == record["urls"]
        assert (paper.source.line, paper.warnings) == (record["line"], ())


def test_the_traps_of_the_reference_are_all_in_the_text(pairs: list[tuple[Paper, dict[str, Any]]]) -> None:
    """A bare % must not eat the rest of its abstract, nor a macro the dash that it stands for."""
    for paper, record in pairs:
        words = {word for word in record["abstract"].split() if word.isalpha()}
        assert words <= set(paper.abstract.split())
    assert sum(bool(record["traps"]) for _, record in pairs) >= 8
    assert "90.94% top-1 accuracy" in pairs[0][0].abstract


def test_the_page_author_is_in_every_paper(items: list[Item]) -> None:
    authors = [[author for author in paper.authors if author.name == "Hongseok Namkoong"] for paper in papers(items)]
    assert [len(found) for found in authors] == [1] * 45
    assert sum(found[0].position is None for found in authors) == 21


def test_ids_are_unique(items: list[Item]) -> None:
    assert len({paper.id for paper in papers(items)}) == 45
