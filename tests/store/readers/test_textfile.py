"""Only some papers of a file: the first, those of a category, those of late years."""

import json
from pathlib import Path

import pytest

from store.errors import InputError
from store.paper import Paper
from store.readers import read_papers
from tests.store.readers.reading import line, lost, papers
from tests.store.readers.samples import SAMPLES, TITLE


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    path = tmp_path / "snapshot.jsonl"
    path.write_text("".join(_line(number) for number in range(100)))
    return path


def _line(number: int) -> str:
    record = {
        "id": f"2203.{number:05}",
        "submitter": "A",
        "title": f"Title {number}",
        "categories": "cs.LG stat.ML" if number % 2 else "math.CO",
        "versions": [{"created": f"Mon, 2 Apr {2000 + number % 25} 19:18:42 GMT"}] if number % 10 else [],
        "update_date": f"{2000 + number % 25}-01-01",
        "authors_parsed": [],
    }
    return json.dumps(record, separators=(",", ":") if number % 3 else None) + "\n"


@pytest.mark.parametrize("category", [(), "cs.LG", ["math.CO", "q-bio"], "cs", "none"])
@pytest.mark.parametrize("since", [None, 2000, 2020, 2030])
@pytest.mark.parametrize("limit", [None, 1, 7])
def test_what_is_ruled_out_early_is_what_does_not_fit(
    snapshot: Path, category: str | list[str], since: int | None, limit: int | None
) -> None:
    chosen = {category} if isinstance(category, str) else set(category)
    expected = [
        paper.id
        for paper in papers(read_papers(snapshot))
        if (not chosen or chosen & set(paper.categories)) and (since is None or (paper.year or 0) >= since)
    ]
    reading = read_papers(snapshot, limit=limit, category=category, since=since)
    found = papers(reading)
    assert [paper.id for paper in found] == expected[:limit]
    if limit is None:
        assert reading.left_out == 100 - len(found)


def test_the_limit_ends_the_reading(snapshot: Path) -> None:
    snapshot.write_text(snapshot.read_text() + "{broken\n")
    assert len(lost(read_papers(snapshot, limit=101))) == 1
    assert len(list(read_papers(snapshot, limit=3))) == 3


@pytest.mark.parametrize("format", SAMPLES)
def test_every_format_is_filtered(tmp_path: Path, format: str) -> None:
    """The second paper of the samples has no date."""
    path = tmp_path / "file"
    path.write_text(SAMPLES[format])
    reading = read_papers(path, since=2018)
    assert [paper.title for paper in papers(reading)] == [TITLE]
    assert reading.left_out == 1
    assert papers(read_papers(path, since=2019)) == []


def test_the_files_of_a_folder_share_the_limit_and_the_count(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / name).write_text(line(title=f"{name} 1", year=2020) + line(title=f"{name} 2", year=1990))
    reading = read_papers(tmp_path, since=2000, limit=2)
    assert [paper.title for paper in papers(reading)] == ["a 1", "b 1"]
    assert reading.left_out == 1


def test_a_record_that_cannot_be_taken_is_told_of_all_the_same(snapshot: Path) -> None:
    snapshot.write_text(_line(1) + "{broken\n" + _line(2))
    assert [problem.line for problem in lost(read_papers(snapshot, category="none"))] == [2]


def test_a_limit_of_none_makes_no_sense(snapshot: Path) -> None:
    with pytest.raises(InputError, match="limit is 0"):
        read_papers(snapshot, limit=0)


def test_plain_lines_are_read_as_all_others(tmp_path: Path) -> None:
    """Lines without blanks take a shorter way."""
    record = {"id": "1", "title": "Tïtle", "year": 2018, "note": [1.5, None, True]}
    found: list[Paper] = []
    for name, text in (("a", json.dumps(record, separators=(",", ":"), ensure_ascii=False)), ("b", json.dumps(record))):
        (tmp_path / name).write_text(text)
        found += papers(read_papers(tmp_path / name))
    assert found[0].content_hash() == found[1].content_hash()


def test_a_file_whose_papers_are_all_left_out_is_not_empty(snapshot: Path) -> None:
    reading = read_papers(snapshot, category="none")
    assert list(reading) == []
    assert reading.left_out == 100
