"""The command in a real terminal, from its start to a terminal that is as it was; and killed in the middle."""

import json
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.client import Assistant
from assistant.sessions.format import UNFINISHED
from assistant.testing import FakeOpenAIServer, Gate, fake_openai_server
from assistant.types import CANCELLED
from tests.tui.terminal import PATIENCE, Terminal
from tui.hang_up import LIMIT

ROOT = Path(__file__).resolve().parents[2]
LISTING = ROOT / "assistant" / "data" / "namkoong_listing.txt"
QUESTION = "How is the crash probability of vehicles estimated?"


@pytest.fixture
def server() -> Iterator[FakeOpenAIServer]:
    """A model that says what a test queues."""
    with fake_openai_server(lambda messages: "…", models=["m"]) as running:
        yield running


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """An environment with nothing of the user's."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE") if name in os.environ}
    folders = {f"XDG_{name}_HOME": str(tmp_path / name.lower()) for name in ("CONFIG", "CACHE", "DATA")}
    home = {"HOME": str(tmp_path), "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
    return kept | folders | home | {"KEY": "secret"}


def chat(library: Path, *arguments: str) -> list[str]:
    """The command."""
    return [sys.executable, "-m", "assistant", "chat", f"--library={library}", *arguments]


def of(server: FakeOpenAIServer) -> list[str]:
    """Arguments that name the fake model."""
    return ["--model=m", f"--base-url={server.base_url}", "--api-key-env=KEY", "--no-cache"]


def only_session(library: Path) -> list[tuple[str, str]]:
    """Questions and how they ended, of the one session that there is; the library is in order."""
    with Assistant.open(library) as opened:
        assert not [check for check in opened.doctor() if not check.ok]
        (info,) = opened.sessions.list()
        return [(turn.question, turn.error) for turn in opened.sessions.get(info.id).turns]


def test_from_the_first_start_to_the_end(tmp_path: Path, env: dict[str, str], server: FakeOpenAIServer) -> None:
    library, gate = tmp_path / "library", Gate(limit=None)
    said = json.dumps({"claims": [{"text": "Crash probabilities are estimated by simulation.", "sources": [1]}]})
    alone = "How fast is the crash probability of vehicles estimated?"
    server.reply(said, alone, [said[:40], gate, said[40:]])
    with Terminal(chat(library, *of(server)), env, (80, 24)) as terminal:
        terminal.shows("This library is empty.")
        terminal.type("f8")
        terminal.shows("Add a file, a folder or an archive")
        terminal.type(str(LISTING), "enter")
        terminal.shows("45 papers")
        terminal.type("escape")
        terminal.until(lambda screen: "Ask 45 papers" in screen and "Add a file, a folder" not in screen, "the chat")
        terminal.type(QUESTION, "enter")
        terminal.shows("1 cited")
        terminal.click("[1]")
        terminal.shows("Matthew O'Kelly")
        terminal.type("escape")
        terminal.until(lambda screen: "Matthew O'Kelly" not in screen, "the drawer is closed")
        terminal.type("f6")
        terminal.until(lambda screen: screen.count(QUESTION) == 2, "the question is in the composer")
        terminal.type(" In short.", "enter")
        terminal.until(lambda _: gate.reached.is_set(), "the model is asked")
        terminal.type("escape")
        terminal.shows("Cancelled.")
        terminal.type("f3")
        terminal.shows("2 questions")
        terminal.type("crash probability")
        terminal.until(lambda screen: "2 questions" in screen and "crash probability" in screen, "the session is found")
        terminal.type("ctrl+q")
        assert terminal.ends() == 0
        assert terminal.is_restored()
    assert only_session(library) == [(QUESTION, ""), (f"{QUESTION} In short.", CANCELLED)]


def test_the_terminal_is_restored_after_a_crash(built: Path, tmp_path: Path, env: dict[str, str]) -> None:
    library = Path(shutil.copytree(built, tmp_path / "library"))
    command = [sys.executable, str(ROOT / "tests" / "tui" / "crashing.py"), str(library)]
    with Terminal(command, env | {"PYTHONPATH": str(ROOT)}) as terminal:
        terminal.shows("45 papers")
        terminal.type("/strict", "enter")
        assert terminal.ends() != 0
        assert terminal.is_restored()
        terminal.shows("a fault in the chat")


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGHUP])
def test_being_told_to_end_saves_what_runs_and_restores_the_terminal(
    built: Path, tmp_path: Path, env: dict[str, str], server: FakeOpenAIServer, sign: signal.Signals
) -> None:
    library, gate = Path(shutil.copytree(built, tmp_path / "library")), Gate(limit=None)
    server.reply([gate, "never"])
    with Terminal(chat(library, *of(server)), env) as terminal:
        terminal.shows("45 papers")
        terminal.type(QUESTION, "enter")
        assert gate.reached.wait(PATIENCE)
        terminal.kill(sign)
        terminal.ends()
        assert terminal.is_restored()
    assert only_session(library) == [(QUESTION, CANCELLED)]


@pytest.mark.parametrize("controlling", [True, False])
def test_a_terminal_that_is_closed_while_an_answer_streams_leaves_no_process_and_a_saved_question(
    built: Path, tmp_path: Path, env: dict[str, str], server: FakeOpenAIServer, controlling: bool
) -> None:
    library, gate = Path(shutil.copytree(built, tmp_path / "library")), Gate(limit=None)
    server.reply([gate, "never"])
    with Terminal(chat(library, *of(server)), env, controlling=controlling) as terminal:
        terminal.shows("45 papers")
        terminal.type(QUESTION, "enter")
        assert gate.reached.wait(PATIENCE)
        terminal.hang_up()
        terminal.process.wait(LIMIT + 0.5)
    assert only_session(library) == [(QUESTION, CANCELLED)]


def test_a_terminal_that_is_closed_while_nothing_is_asked_leaves_no_process(
    built: Path, tmp_path: Path, env: dict[str, str]
) -> None:
    with Terminal(chat(Path(shutil.copytree(built, tmp_path / "library"))), env) as terminal:
        terminal.shows("45 papers")
        terminal.hang_up()
        terminal.process.wait(LIMIT + 0.5)


def test_nothing_is_lost_by_a_kill_in_the_middle_of_an_answer(
    built: Path, tmp_path: Path, env: dict[str, str], server: FakeOpenAIServer
) -> None:
    library, gate = Path(shutil.copytree(built, tmp_path / "library")), Gate(limit=None)
    server.reply([gate, "never"])
    with Terminal(chat(library, *of(server)), env) as terminal:
        terminal.shows("45 papers")
        terminal.type("How many papers are from 2020?", "enter")
        terminal.shows("cited")
        terminal.type(f"{QUESTION} In short.", "enter")
        assert gate.reached.wait(PATIENCE)
        terminal.kill(signal.SIGKILL)
        terminal.process.wait()
    kept = [("How many papers are from 2020?", ""), (f"{QUESTION} In short.", UNFINISHED)]
    assert only_session(library) == kept
    with Terminal(chat(library, "--session=last"), env) as terminal:
        terminal.shows("4 papers from 2020")
        terminal.shows("no answer was saved")
        terminal.shows("45 papers")
        terminal.type("How many papers are from 2021?", "enter")
        terminal.shows("paper from 2021")
        terminal.type("ctrl+q")
        assert terminal.ends() == 0
    assert only_session(library) == [*kept, ("How many papers are from 2021?", "")]


def test_nothing_is_lost_by_a_kill_in_the_middle_of_an_import(built: Path, tmp_path: Path, env: dict[str, str]) -> None:
    library, file = Path(shutil.copytree(built, tmp_path / "library")), tmp_path / "many.jsonl"
    papers = [{"title": f"Paper {n} on queues", "abstract": f"We study queue number {n}. " * 8} for n in range(600)]
    file.write_text("\n".join(map(json.dumps, papers)))
    with Terminal(chat(library), env) as terminal:
        terminal.shows("45 papers")
        terminal.type(f"/add {file}", "enter")
        terminal.until(lambda screen: "adding" in screen.casefold(), "it is adding")
        terminal.kill(signal.SIGKILL)
        terminal.process.wait()
    with Terminal(chat(library), env) as terminal:
        terminal.shows(" papers ·")
        terminal.type(f"/add {file}", "enter")
        terminal.shows("645 papers")
        terminal.type("escape")
        terminal.until(lambda screen: "Add a file, a folder" not in screen, "the chat")
        terminal.type("ctrl+q")
        assert terminal.ends() == 0
    with Assistant.open(library) as opened:
        assert opened.papers.count() == 645
        assert not [check for check in opened.doctor() if not check.ok]
