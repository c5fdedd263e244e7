"""``duplicates``, ``merge`` and ``split``, ``show --sources`` and ``add --dry-run``."""

import json
from pathlib import Path

import pytest

from tests.assistant.cli.running import Run, Terminal

pytestmark = pytest.mark.usefixtures("hashed")

TITLE = "Adaptive Experiments in Flexible Batches of Plants"
HERE = {"title": TITLE, "authors": ["Ada Lovelace"], "year": 2018, "abstract": "Plants are slow."}


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    """Two records of one title with different DOIs, and one more of the first."""
    first = _written(tmp_path / "first.jsonl", {**HERE, "doi": "10.1000/a"}, {**HERE, "doi": "10.1000/b"})
    second = _written(tmp_path / "second.jsonl", {**HERE, "id": "x", "doi": "10.1000/a", "venue": "J. Plants"})
    return first, second


@pytest.fixture
def library(run: Run, files: tuple[str, str], tmp_path: Path) -> Path:
    """A library with both files."""
    run("add", *files, library=tmp_path / "library")
    return tmp_path / "library"


def _written(path: Path, *records: object) -> str:
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records), encoding="utf-8")
    return str(path)


def test_adding_tells_what_was_merged(run: Run, files: tuple[str, str], tmp_path: Path) -> None:
    for words in ("2 added, 0 updated, 0 unchanged", "0 added, 0 updated, 1 merged, 0 unchanged"):
        file = files[words.startswith("0")]
        assert run("add", file, library=tmp_path / "l").out == f"{file}: {words}.\n"


def test_a_dry_run_tells_what_would_be_and_makes_nothing(run: Run, files: tuple[str, str], tmp_path: Path) -> None:
    done = run("add", "--dry-run", files[0], library=tmp_path / "l")
    assert done == (0, f"{files[0]}: would be 2 added, 0 updated, 0 unchanged.\n", "")
    assert not (tmp_path / "l").exists()
    run("add", files[0], library=tmp_path / "l")
    done = run("add", "--dry-run", files[1], library=tmp_path / "l")
    assert f"{files[1]}:1: “{TITLE}” would join 10.1000/a: the same DOI" in done.out
    shown = run("add", "--dry-run", "--json", files[1], library=tmp_path / "l").json
    assert (shown["dry_run"], shown["merged"], shown["records"], shown["with_abstract"]) == (True, 1, 1, 1)
    assert shown["matches"][0]["paper_id"] == "10.1000/a"


def test_pairs_are_listed_with_the_reason(run: Run, library: Path) -> None:
    done = run("duplicates", library=library)
    assert done.code == 0
    assert done.out.startswith("The same title, but another DOI\n- 10.1000/a\n")
    assert "10.1000/b" in done.out
    assert "conspectus merge ID ID" in done.err
    (pair,) = run("duplicates", "--json", library=library).json
    assert (pair["first"]["id"], pair["second"]["id"], pair["same"]) == ("10.1000/a", "10.1000/b", False)


def test_merged_and_split_by_hand(run: Run, library: Path, files: tuple[str, str]) -> None:
    done = run("merge", "10.1000/b", "x", library=library)
    assert done == (0, f"Merged into 10.1000/b: {TITLE} (3 records).\n", "")
    assert run("show", "10.1000/a", "--json", library=library).json["paper"]["id"] == "10.1000/b"
    assert run("duplicates", library=library).out == ""
    run("add", *files, library=library)
    assert len(run("papers", "--json", library=library).json) == 1
    done = run("split", "x", library=library)
    assert done.out.splitlines() == [
        "Split into 3 papers:",
        *(f"- {one}  {TITLE}" for one in ("10.1000/b", "10.1000/a", "x")),
    ]
    run("add", *files, library=library)
    assert len(run("papers", "--json", library=library).json) == 3
    assert len(run("merge", "x", "10.1000/a", "--json", library=library).json["records"]) == 2


def test_two_papers_are_kept_apart(run: Run, library: Path) -> None:
    done = run("split", "10.1000/a", "10.1000/b", library=library)
    assert done.out.startswith("Kept apart 2 papers:\n- 10.1000/a")
    assert run("duplicates", "--json", library=library).json == []
    assert "No two papers" in run("duplicates", library=library).err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["merge", "10.1000/a"], "Name two: conspectus merge ID ID"),
        (["merge", "10.1000/a", "nobody"], "no paper with the id 'nobody'"),
        (["split", "10.1000/b"], "conspectus show --sources 10.1000/b"),
    ],
)
def test_what_cannot_be_done(run: Run, library: Path, words: list[str], told: str) -> None:
    done = run(*words, library=library)
    assert done.code in (1, 2)
    assert not done.out
    assert told in done.err


def test_where_each_field_came_from(run: Run, library: Path, files: tuple[str, str]) -> None:
    done = run("show", "doi:10.1000/a", "--sources", library=library)
    assert done.code == 0
    assert f"venue             {files[1]}:1 (jsonl)" in done.out
    assert f"title             {files[0]}:1 (jsonl)" in done.out
    assert "Joined of 2 records" in done.out
    shown = run("show", "x", "--sources", "--json", library=library).json
    assert [place["file"] for place in shown["sources"]["venue"]] == [files[1]]
    assert [record["id"] for record in shown["paper"]["records"]] == ["10.1000/a", "x"]
    assert run("show", "x", "--json", library=library).json["sources"] == {}


def test_a_part_of_a_title_joins_nothing_unasked(run: Run, sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for verb in ("merge", "split"):
        done = run(verb, "model soups", "5bb03a6205f3e08b", "a broader view of thompson", library=sample)
        assert done.code == 2
        shown = " ".join(done.err.split())
        assert "“model soups” is 5bb03a6205f3e08b: Model soups: averaging weights" in shown
        assert f"conspectus {verb} 5bb03a6205f3e08b 5bb03a6205f3e08b" in shown
    terminal = Terminal()
    terminal.write("n\n")
    terminal.seek(0)
    monkeypatch.setattr("sys.stdin", terminal)
    done = run("merge", "model soups", "a broader view of thompson", library=sample)
    assert (done.code, "Merge these papers? [y/N]" in done.err, "Nothing was merged." in done.err) == (1, True, True)
    assert len(run("papers", "--json", library=sample).json) == 45
    again = Terminal()
    again.write("y\n")
    again.seek(0)
    monkeypatch.setattr("sys.stdin", again)
    assert run("merge", "model soups", "a broader view of thompson", library=sample).code == 0
    assert len(run("papers", "--json", library=sample).json) == 44
