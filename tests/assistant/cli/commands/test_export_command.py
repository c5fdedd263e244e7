"""``conspectus export``."""

import json
from pathlib import Path

import pytest

from store.paper import Paper
from store.readers import read_papers
from tests.assistant.cli.running import Run

PAPERS = 45


@pytest.mark.parametrize("name", ["all.bib", "all.ris", "all.json", "all.csv", "all.jsonl"])
def test_the_ending_tells_the_format(name: str, run: Run, built: Path, tmp_path: Path) -> None:
    done = run("export", "-o", str(tmp_path / name), library=built)
    assert (done.code, done.out) == (0, "")
    assert f"{PAPERS} papers" in done.err
    assert sum(isinstance(one, Paper) for one in read_papers(tmp_path / name)) == PAPERS


def test_it_writes_to_standard_output_what_it_writes_to_a_file(run: Run, built: Path, tmp_path: Path) -> None:
    run("export", "-o", str(tmp_path / "all.ris"), library=built)
    assert run("export", "--format", "ris", library=built).out.encode() == (tmp_path / "all.ris").read_bytes()


def test_a_filter_chooses(run: Run, built: Path) -> None:
    found = json.loads(run("export", "--format", "csl-json", "--since", "2023", "--author", "Che", library=built).out)
    assert found
    assert all(one["issued"]["date-parts"][0][0] >= 2023 for one in found)


def test_references_in_a_style(run: Run, built: Path, tmp_path: Path) -> None:
    lines = run("export", "--style", "vancouver", library=built).out.splitlines()
    assert len(lines) == PAPERS
    assert lines[0].startswith("1. ")
    done = run("export", "--style", "vancouver", "-o", str(tmp_path / "references.txt"), library=built)
    assert done.code == 0
    assert (tmp_path / "references.txt").read_text(encoding="utf-8").splitlines() == lines


def test_json_is_one_document(run: Run, built: Path, tmp_path: Path) -> None:
    assert json.loads(run("export", "--json", library=built).out)["format"] == "bibtex"
    file = str(tmp_path / "all.csv")
    told = json.loads(run("export", "--json", "-o", file, library=built).out)
    assert told == {"file": file, "format": "csv", "papers": PAPERS}
    assert len(json.loads(run("export", "--json", "--style", "apa", library=built).out)["references"]) == PAPERS


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["-o", "library.docx"], "does not tell its format"),
        (["--format", "docx"], "no export format 'docx'"),
        (["--style", "no-such-style"], "no citation style"),
        (["--style", "apa", "--format", "ris"], "has a style and no format"),
        (["-o", "/no/such/folder/\0/a.bib"], "cannot be written"),
    ],
)
def test_what_cannot_be_is_said(args: list[str], said: str, run: Run, built: Path) -> None:
    done = run("export", *args, library=built)
    assert done.code == 2
    assert said in done.err


def test_an_empty_library_is_an_empty_file(run: Run, tmp_path: Path) -> None:
    done = run("export", "--format", "csl-json", library=tmp_path / "empty")
    assert (done.code, done.out) == (0, "[]\n")
    assert "is empty" in done.err
