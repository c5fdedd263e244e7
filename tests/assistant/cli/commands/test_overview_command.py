from pathlib import Path

from assistant import Overview
from tests.assistant.cli.running import Run


def test_it_tells_what_the_library_is_about(run: Run, built: Path) -> None:
    done = run("overview", library=built)
    lines = done.out.splitlines()
    assert (done.code, lines[0]) == (0, "45 papers, 2016–2026, 68 authors")
    assert "distribution shift" in done.out
    assert "Hongseok Namkoong (45)" in done.out
    assert lines[-1].startswith("  conspectus ask '")


def test_json_is_an_overview_of_what_the_filters_let_through(run: Run, built: Path) -> None:
    overview = Overview.model_validate(run("overview", "--year", "2025", "--json", library=built).json)
    assert overview.papers == 15
    assert [tally.name for tally in overview.years] == ["2025"]


def test_an_empty_library_is_said_to_be_so(run: Run, tmp_path: Path) -> None:
    done = run("overview", library=tmp_path / "none")
    assert (done.code, done.out) == (0, "")
    assert "is empty" in done.err
