from pathlib import Path

from tests.assistant.cli.running import Run

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
    for action in (["show"], ["rename"], ["delete"]):
        rest = ["Title"] if action == ["rename"] else []
        done = run("sessions", *action, "../../etc/passwd", *rest, library=tmp_path)
        assert done.code == 1
        assert "no session" in done.err


def test_a_failed_question_is_shown_with_its_error(run: Run, sample: Path) -> None:
    session = run("sessions", "new", library=sample).out.strip()
    for file in (sample / "chroma").glob("*.sqlite3"):
        file.write_bytes(b"no database " * 1000)
    assert run("ask", QUESTION, "--session", session, library=sample).code == 1
    assert "Failed: " in run("sessions", "show", session, library=sample).out
