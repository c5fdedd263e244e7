import io
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.types import Answer
from tests.assistant.cli.running import Done, Run

FACT = "What ImageNet top-1 accuracy does the ViT-G model soup reach?"
SILENT = "What is the boiling point of tungsten?"


def test_an_answer_has_its_sources(run: Run, built: Path) -> None:
    done = run("ask", FACT, library=built)
    assert (done.code, done.err) == (0, "")
    assert "90.94% top-1 accuracy" in done.out
    assert "[1]  Model soups" in done.out
    assert "Mitchell Wortsman, Gabriel Ilharco, Samir Yitzhak Gadre and others · 2022" in done.out
    assert done.out.endswith("Quoted excerpts, no model: matches wording, not meaning.\n")


def test_words_need_no_quotes(run: Run, built: Path) -> None:
    assert run("ask", *FACT.split(), library=built).out == run("ask", FACT, library=built).out


def test_json_is_the_answer_of_the_api(run: Run, built: Path) -> None:
    done = run("ask", FACT, "--json", library=built)
    answer = Answer.model_validate_json(done.out)
    assert answer.question == FACT
    assert "90.94" in answer.text
    assert done.json["session"] is None


def test_an_abstention_ends_with_3_and_says_why(run: Run, built: Path) -> None:
    done = run("ask", SILENT, library=built)
    assert done.code == 3
    assert done.out.startswith("No answer. ")
    assert run("ask", SILENT, "--json", library=built).json["abstained"]


def test_an_empty_library_is_an_abstention(run: Run, tmp_path: Path) -> None:
    done = run("ask", FACT, library=tmp_path)
    assert done.code == 3
    assert "The library is empty. Add papers with: conspectus add FILE" in done.out
    assert "Try other words" not in done.out


def test_filters_restrict_the_answer(run: Run, built: Path) -> None:
    done = run("ask", "Which papers study robustness?", "--year", "2018", "--json", library=built)
    assert {reference["year"] for reference in done.json["references"]} == {2018}


def test_a_session_is_started_and_gone_on_with(run: Run, sample: Path) -> None:
    first = run("ask", "--session", "new", "What does the dro Python library implement?", library=sample)
    session = first.err.split("--session ")[1].split()[0]
    assert f"Session {session}." in first.err
    second = run("ask", "How many backbone models does it have?", "--session", session, "--json", library=sample)
    assert second.json["session"] == session
    assert second.json["references"][0]["title"].startswith("DRO: A Python Library")
    assert [turn["question"] for turn in run("sessions", "show", session, "--json", library=sample).json["turns"]] == [
        "What does the dro Python library implement?",
        "How many backbone models does it have?",
    ]


def test_an_unknown_session_is_an_error(run: Run, built: Path) -> None:
    done = run("ask", FACT, "--session", "20200101-000000-abcd", library=built)
    assert done.code == 1
    assert "no session" in done.err


@pytest.mark.parametrize("words", [["-"], []])
def test_a_question_can_come_through_a_pipe(
    words: list[str], run: Run, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(f"{FACT}\n".encode())))
    assert "90.94" in run("ask", *words, library=built).out


@pytest.mark.parametrize(
    ("piped", "said"),
    [(b"", "empty"), (b" \n", "empty"), (b"\xff\xfe\x00", "no UTF-8"), (b"a" * 500_000, "characters long")],
)
def test_what_is_no_question_is_wrong_usage(
    piped: bytes, said: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(piped)))
    done = run("ask", "--session", "new", library=tmp_path / "l")
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert not (tmp_path / "l").exists()


def test_a_person_at_a_terminal_is_not_waited_for(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    done = run("ask")
    assert done.code == 2
    assert "There is no question." in done.err


@pytest.mark.parametrize("columns", [80, 200])
def test_a_terminal_gets_lines_that_fit(columns: int, on_terminal: Callable[..., Done], built: Path) -> None:
    done = on_terminal("ask", FACT, "--no-color", library=built, columns=columns)
    assert "\x1b" not in done.out
    assert max(map(len, done.out.splitlines())) <= min(columns, 100)
