from pathlib import Path

import pytest

from assistant.cli.commands.demo_command import QUESTIONS
from tests.assistant.cli.running import Run


def test_the_sample_is_added_and_asked(run: Run, tmp_path: Path) -> None:
    library = tmp_path / "my library"
    first = run("demo", library=library)
    assert first.code == 0
    assert first.out.startswith("Added 45 papers.\nHongseok Namkoong (LG): h-index 42")
    assert all(question in first.out for question in QUESTIONS)
    assert "90.94%" in first.out
    assert "No answer." in first.out
    assert f"conspectus --library '{library}' ask" in first.out

    second = run("demo", library=library)
    assert second.out.startswith("All 45 papers were there already.")
    assert second.out.partition("\n")[2] == first.out.partition("\n")[2]


def test_without_a_library_it_goes_beside_the_users_own(run: Run, built: Path, hashed: None) -> None:
    demo = run("demo", "--json").json
    assert demo["library"].endswith("demo-library")
    assert Path(demo["library"]).is_dir()
    assert demo["report"]["added"] == 45
    assert [answer["question"] for answer in demo["answers"]] == list(QUESTIONS)


def test_the_sample_never_goes_into_the_library_that_is_set(
    run: Run, built: Path, hashed: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CONSPECTUS_LIBRARY", str(tmp_path / "mine"))
    assert run("demo", "--json").json["library"].endswith("demo-library")
    assert not (tmp_path / "mine").exists()
