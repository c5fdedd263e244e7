import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.sessions import Sessions
from assistant.types import Answer, Session, Turn, Usage
from tests.assistant.cli.running import Done, Run

QUESTION = "What is Residual Horizon Optimization?"


def test_a_session_from_its_start_to_its_end(run: Run, sample: Path) -> None:
    session = run("sessions", "new", "My", "[red]title", library=sample).out.strip()
    assert run("ask", "What is the boiling point of tungsten?", "--session", session, library=sample).code == 3
    assert run("ask", QUESTION, "--session", session, library=sample).code == 0

    (listed,) = run("sessions", library=sample).out.splitlines()
    assert listed.split("\t")[0] == session
    assert listed.split("\t")[2:] == ["2 questions", "My [red]title"]

    shown = run("sessions", "show", session, library=sample).out
    assert f"> {QUESTION}" in " ".join(shown.split())
    assert "Adaptive Experimentation at Scale" in shown
    assert "No answer." in shown

    assert run("sessions", "rename", session, "Another", library=sample).out == f"{session}\n"
    assert [one["title"] for one in run("sessions", "list", "--json", library=sample).json] == ["Another"]

    assert run("sessions", "delete", session, library=sample).out == f"Deleted {session}.\n"
    assert run("sessions", "--json", library=sample).json == []


def test_json_of_new_show_rename_and_delete(run: Run, tmp_path: Path) -> None:
    session = run("sessions", "new", "--json", library=tmp_path).json["id"]
    assert run("sessions", "show", session, "--json", library=tmp_path).json["turns"] == []
    assert run("sessions", "rename", session, "Title", "--json", library=tmp_path).json["title"] == "Title"
    assert run("sessions", "delete", session, "--json", library=tmp_path).json == {"deleted": session}


def test_none_are_no_error(run: Run, tmp_path: Path) -> None:
    done = run("sessions", library=tmp_path)
    assert (done.code, done.out) == (0, "")
    assert "No saved conversation." in done.err


def test_an_unknown_one_is_an_error(run: Run, tmp_path: Path) -> None:
    for action, *rest in (["show"], ["rename", "Title"], ["delete"], ["fork", "1"], ["export"]):
        done = run("sessions", action, "../../etc/passwd", *rest, library=tmp_path)
        assert done.code == 1
        assert "no session" in done.err


def test_a_failed_question_is_shown_with_its_error(run: Run, sample: Path) -> None:
    session = run("sessions", "new", library=sample).out.strip()
    for file in (sample / "chroma").glob("*.sqlite3"):
        file.write_bytes(b"no database " * 1000)
    shutil.rmtree(sample / "index")
    assert run("ask", QUESTION, "--session", session, library=sample).code == 1
    assert "Failed: " in run("sessions", "show", session, library=sample).out


def test_the_draft_of_a_stopped_answer_is_shown_as_one(run: Run, tmp_path: Path) -> None:
    sessions = Sessions(tmp_path / "sessions")
    id = sessions.new().id
    begun = sessions.begin(id, QUESTION)
    sessions.record(id, Turn.now(QUESTION, error="cancelled"), begun)
    sessions.keep_draft(id, begun, "It plans \x1b[31mahead.\nIt is", Usage(input_tokens=900, output_tokens=100))
    sessions.record(id, Turn.now("Next?", error="cancelled"))
    lines = run("sessions", "show", id, library=tmp_path).out.splitlines()
    start = lines.index("Cancelled before there was an answer.")
    assert lines[start + 1 : start + 5] == [
        "A draft that was compared with no source, and is no answer:",
        "| It plans [31mahead.",
        "| It is",
        "The model had written about 1,000 tokens.",
    ]
    assert lines[-1] == "Cancelled before there was an answer."


@pytest.fixture
def kept(tmp_path: Path) -> Session:
    """A session of two turns, by a model that has its price, with what a terminal could take for commands."""
    sessions = Sessions(tmp_path / "sessions")
    id = sessions.new("Rare \x1b[31mevents").id
    start = datetime.now(UTC)
    for minute, question in enumerate(("Are [red]events rare?", "Why \u202eso?")):
        usage = Usage(input_tokens=1000, output_tokens=100, dollars=0.25)
        answer = Answer(question=question, text="Because of **zebras**.", mode="some-model", usage=usage)
        sessions.record(id, Turn(asked_at=start + timedelta(minutes=minute), question=question, answer=answer))
    return sessions.get(id)


def test_the_list_ends_with_what_all_of_them_took(run: Run, kept: Session, tmp_path: Path) -> None:
    assert run("sessions", "fork", kept.id, "2", library=tmp_path).code == 0
    done = run("sessions", library=tmp_path)
    assert len(done.out.splitlines()) == 2
    assert done.err == "All of them took 2,200 tokens, $0.5000.\n"


def test_search_shows_where_the_words_stand(
    run: Run, on_terminal: Callable[..., Done], kept: Session, tmp_path: Path
) -> None:
    (line,) = run("sessions", "search", "zebra", "because", library=tmp_path).out.splitlines()
    cells = line.split("\t")
    assert (cells[0], *cells[2:]) == (kept.id, "answer 1", "Rare [31mevents", "Because of zebras.")
    shown = on_terminal("sessions", "search", "zebra", library=tmp_path).out
    assert "\x1b[1mzebra\x1b[0ms." in shown
    (hit,) = run("sessions", "search", "rare", "--json", library=tmp_path).json
    assert (hit["session"]["id"], hit["place"], hit["turn"]) == (kept.id, "question", 1)


def test_search_without_a_hit_or_a_word(run: Run, kept: Session, tmp_path: Path) -> None:
    none = run("sessions", "search", "giraffe", library=tmp_path)
    assert (none.code, none.out) == (0, "")
    assert "No saved conversation holds" in none.err
    assert run("sessions", "search", "giraffe", "--json", library=tmp_path).json == []
    assert run("sessions", "search", '""', library=tmp_path).code == 2


def test_a_fork_prints_its_id(run: Run, kept: Session, tmp_path: Path) -> None:
    id = run("sessions", "fork", "last", "1", library=tmp_path).out.strip()
    assert len(run("sessions", "show", id, "--json", library=tmp_path).json["turns"]) == 1
    assert run("sessions", "fork", kept.id, "1", "--json", library=tmp_path).json["forked_from"] == kept.id
    beyond = run("sessions", "fork", kept.id, "3", library=tmp_path)
    assert beyond.code == 2
    assert "turns 1 to 2, not 3" in beyond.err
    assert run("sessions", "fork", kept.id, "0", library=tmp_path).code == 2


def test_export_goes_to_standard_output_without_commands_for_it(run: Run, kept: Session, tmp_path: Path) -> None:
    done = run("sessions", "export", kept.id, library=tmp_path)
    assert done.code == 0
    assert done.out.startswith("# Rare events\n\n")
    assert "## 1. Are \\[red\\]events rare?\n" in done.out
    assert not {"\x1b", "\u202e"} & set(done.out)
    whole = run("sessions", "export", "last", "--format", "json", library=tmp_path)
    assert not {"\x1b", "\u202e"} & set(whole.out)
    assert Session.model_validate(whole.json) == kept
    said = run("sessions", "export", kept.id, "--json", library=tmp_path).json
    assert (said["session"], said["format"]) == (kept.id, "md")
    assert said["text"].startswith("# Rare events\n")


def test_export_goes_to_a_file(run: Run, kept: Session, tmp_path: Path) -> None:
    file = tmp_path / "export.json"
    done = run("sessions", "export", kept.id, "--format", "json", "-o", str(file), library=tmp_path)
    assert (done.code, done.out) == (0, "")
    assert Session.model_validate_json(file.read_bytes()) == kept
    told = run("sessions", "export", kept.id, "--json", "-o", str(file), library=tmp_path).json
    assert told == {"session": kept.id, "format": "md", "file": str(file)}
    assert file.read_text(encoding="utf-8").startswith("# Rare events\n")
    for bad in (tmp_path, tmp_path / "none" / "file"):
        refused = run("sessions", "export", kept.id, "-o", str(bad), library=tmp_path)
        assert refused.code == 2
        assert f"{bad} cannot be written" in refused.err


def test_bibtex_of_a_conversation_and_of_none(run: Run, kept: Session, sample: Path, tmp_path: Path) -> None:
    empty = run("sessions", "export", kept.id, "--format", "bib", library=tmp_path)
    assert (empty.code, empty.out) == (0, "")
    assert "cites no paper" in empty.err
    assert run("ask", QUESTION, "--session", "new", library=sample).code == 0
    assert run("sessions", "export", "last", "--format", "bib", library=sample).out.startswith("@misc{che2023adaptive")
    assert "--format" in run("sessions", "export", "last", "--format", "docx", library=sample).err


def test_the_last_session_is_resumed(run: Run, sample: Path) -> None:
    none = run("ask", QUESTION, "--session", "last", library=sample)
    assert none.code == 1
    assert "no session yet" in none.err
    run("ask", QUESTION, "--session", "new", library=sample)
    assert run("ask", "Who wrote it?", "--session", "last", library=sample).code == 0
    assert [one["turns"] for one in run("sessions", "--json", library=sample).json] == [2]
