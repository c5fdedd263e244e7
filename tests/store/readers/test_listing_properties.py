"""Author listings that hypothesis makes up: written and read back, and text of any kind."""

import re
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from store.errors import SourceError
from store.paper import Paper, Profile
from tests.store.readers.reading import Read, lost, only, papers

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FIRST_LINE = re.compile(rf"([A-Z]{{2}})({'|'.join(MONTHS)}) ([0-9]{{1,2}})(?:, ([0-9]{{4}}))?(Code)?")
HEAD = ("{category}", "h-index{h}", "{n}papers", "{c:,}citations", "Novelty{p}%", "AI Score{h}")

word = st.text("abcdefgéßøλж", min_size=1, max_size=8)
name = st.lists(word.map(str.capitalize), min_size=2, max_size=3).map(" ".join)
sentence = st.lists(word, min_size=3, max_size=12).map(lambda words: " ".join(words).capitalize() + ".")
paragraph = st.lists(sentence, min_size=3, max_size=5).map(" ".join)
record = st.fixed_dictionaries(
    {
        "category": st.sampled_from(["LG", "ML", "AI", "MA"]),
        "month": st.integers(1, 12),
        "day": st.integers(1, 28),
        "year": st.none() | st.integers(1990, 2100),
        "code": st.booleans(),
        "title": sentence,
        "authors": st.lists(name, min_size=1, max_size=3, unique=True),
        "truncated": st.booleans(),
        "abstract": st.lists(paragraph, max_size=2),
    }
)
layout = st.fixed_dictionaries(
    {
        "end": st.sampled_from(["\n", "\r\n", "\r"]),
        "between": st.sampled_from(["\n", "\n\n", "\n\n\n", "\n \n"]),
        "last": st.sampled_from(["", "\n", "\n\n"]),
        "head": st.permutations(HEAD),
    }
)


def first_line(one: dict[str, Any]) -> str:
    year = f", {one['year']}" if one["year"] else ""
    return f"{one['category']}{MONTHS[one['month'] - 1]} {one['day']}{year}{'Code' if one['code'] else ''}"


def page(owner: str, citations: int, records: list[dict[str, Any]], layout: dict[str, Any]) -> str:
    numbers = {"category": "LG", "h": 3, "n": len(records), "c": citations, "p": 54}
    parts = [owner, "\n".join(layout["head"]).format(**numbers), f"{len(records)} Papers"]
    for one in records:
        authors = ", ".join(one["authors"]) + (" et al." if one["truncated"] else "")
        parts += [f"{first_line(one)}\n{one['title']}", authors, *one["abstract"]]
    text: str = layout["between"].join(parts) + layout["last"]
    return text.replace("\n", layout["end"])


@given(owner=name, citations=st.integers(0, 10**7), records=st.lists(record, min_size=1, max_size=3), layout=layout)
def test_a_page_that_is_written_is_read_back(
    read: Read, owner: str, citations: int, records: list[dict[str, Any]], layout: dict[str, Any]
) -> None:
    items = read(page(owner, citations, records, layout))
    profile = only(Profile, items)[0]
    assert (profile.name, profile.citations, profile.papers) == (owner, citations, len(records))
    assert (profile.h_index, profile.novelty_percent, profile.ai_score, profile.category) == (3, 54, 3, "LG")
    assert lost(items) == []
    newest = max((one["year"] for one in records if one["year"]), default=None)
    for paper, one in zip(papers(items), records, strict=True):
        check(paper, one, newest)


def check(paper: Paper, one: dict[str, Any], newest: int | None) -> None:
    year = one["year"] or (newest + 1 if newest else None)
    date = f"{year}-{one['month']:02}-{one['day']:02}" if year else None
    assert (paper.title, paper.abstract) == (one["title"], " ".join(one["abstract"]))
    assert [author.name for author in paper.authors if author.position] == one["authors"]
    assert (paper.authors_truncated, paper.has_code) == (one["truncated"], one["code"])
    assert (paper.date, paper.year_inferred) == (date, bool(date) and not one["year"])


lines = st.one_of(
    record.map(first_line),
    st.sampled_from(["", " ", "45 Papers", "45papers", "h-index3", "Ann Poe", "Ann Poe, John Roe et al.", "May 4"]),
    st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=40),
)


@given(st.lists(lines, max_size=12), st.sampled_from(["\n", "\r\n", "\r"]))
@example(["LGMar 10, 2022", "LGMar 10, 2022"], "\n")
@example(["LGMar 10, 2022", "May 4", "", "May 4", "LGMar 10"], "\n")
def test_no_first_line_is_lost_in_silence(read: Read, lines: list[str], end: str) -> None:
    try:
        items = read(end.join(lines), format="listing")
    except SourceError:
        assert not any(map(FIRST_LINE.fullmatch, lines))
        return
    told = [paper.source.line for paper in papers(items)] + [problem.line for problem in lost(items)]
    there = [at for at, line in enumerate(lines, start=1) if FIRST_LINE.fullmatch(line)]
    assert set(there) <= set(told)
    assert len(told) == len(set(told))
