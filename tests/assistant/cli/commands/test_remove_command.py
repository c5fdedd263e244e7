import io
from pathlib import Path

import pytest

from tests.assistant.cli.running import Run, Terminal


def ids(run: Run, library: Path) -> list[str]:
    return [paper["id"] for paper in run("papers", "--json", library=library).json]


def test_papers_are_removed(run: Run, sample: Path) -> None:
    first, second, *others = ids(run, sample)
    done = run("remove", first, second, first, "--yes", library=sample)
    assert done == (0, "Removed 2 papers.\n", "")
    assert ids(run, sample) == others
    assert run("remove", others[0], "--yes", "--json", library=sample).json == {"removed": [others[0]]}


def test_an_unknown_id_removes_none(run: Run, sample: Path) -> None:
    before = ids(run, sample)
    done = run("remove", before[0], "unknown", "--yes", library=sample)
    assert done.code == 1
    assert "'unknown'" in done.err
    assert ids(run, sample) == before


def test_a_part_of_a_title_is_shown_with_what_it_means(run: Run, sample: Path) -> None:
    done = run("remove", "model soups", "--yes", library=sample)
    assert done.code == 0
    assert "“model soups” is 5bb03a6205f3e08b: Model soups: averaging weights" in done.err
    assert len(ids(run, sample)) == 44


def test_what_may_mean_several_removes_none(run: Run, sample: Path) -> None:
    done = run("remove", "thompson sampling", "--yes", library=sample)
    assert done.code == 2
    assert "qu2025broader “A Broader View of Thompson Sampling” (2025)" in " ".join(done.err.split())
    assert len(ids(run, sample)) == 45


def test_in_a_pipe_nothing_is_removed_without_yes(run: Run, sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    before = ids(run, sample)
    done = run("remove", before[0], library=sample)
    assert done.code == 2
    assert "--yes" in done.err
    assert ids(run, sample) == before


@pytest.mark.parametrize(("said", "code", "left"), [("y\n", 0, 44), ("n\n", 1, 45), ("", 1, 45)])
def test_a_person_is_asked(
    said: str, code: int, left: int, run: Run, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Terminal()
    terminal.write(said)
    terminal.seek(0)
    monkeypatch.setattr("sys.stdin", terminal)
    paper = ids(run, sample)[0]
    done = run("remove", paper, library=sample)
    assert done.code == code
    assert "Remove 1 paper? [y/N]" in done.err
    assert len(ids(run, sample)) == left
