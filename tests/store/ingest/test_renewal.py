"""When a record is a new state of one that was read before."""

from pathlib import Path
from typing import Any

import pytest

from store.ingest.plan import _is_update_of
from store.paper import Paper
from tests.store.dedup.records import ABSTRACT, record

OLD = record("1", file="a.jsonl")
SOIL: dict[str, Any] = {"title": "Soil of the north", "authors": "Di Roe"}


@pytest.mark.parametrize(
    "edited",
    [
        record("1", file="a.jsonl", venue="Gardens Today", line=7),
        record("1", file="./a.jsonl", title="Soil of the north"),
        record("1", file="a.jsonl", title=OLD.title + " and Trees", authors="Adah Lovelase"),
    ],
)
def test_an_edited_record_is_the_one_that_it_was(edited: Paper) -> None:
    assert _is_update_of(edited, OLD)


def test_a_file_is_the_same_by_its_whole_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert _is_update_of(record("1", file=str(tmp_path / "a.jsonl")), OLD)
    assert not _is_update_of(record("1", file=str(tmp_path / "b" / "a.jsonl")), OLD)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (OLD, record("2", file="a.jsonl")),
        (OLD, record("1", file="b.jsonl")),
        (OLD, record("1", file="a.jsonl", **SOIL)),
        (record(doi="10.1000/book", title="Soil of the north"), record(doi="10.1000/book", title="Bees in winter")),
        (record("e", title="Editorial", abstract=ABSTRACT), record("e", title="Editorial", authors="Di Roe")),
    ],
)
def test_another_paper_with_its_id_is_none(one: Paper, other: Paper) -> None:
    assert not _is_update_of(other, one)


def test_a_title_alone_is_filled_in_where_it_stood() -> None:
    draft = Paper(id="1", title="Notes", source=OLD.source)
    assert _is_update_of(OLD, draft)
    elsewhere = OLD.source.model_copy(update={"line": 99})
    assert not _is_update_of(OLD, draft.model_copy(update={"source": elsewhere}))


def test_what_has_no_title_yet_gets_one() -> None:
    assert _is_update_of(record("1", **SOIL), record("1", title="(untitled)", authors=""))
    assert _is_update_of(record("1", title="Editorial", venue="Gardens"), record("1", title="Editorial"))
    assert _is_update_of(record("1", **SOIL), record("1", title="(untitled)", line=9))
    assert _is_update_of(record("1", title="(untitled)", line=9), record("1", **SOIL))
