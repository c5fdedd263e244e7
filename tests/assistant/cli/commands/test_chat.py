import os
import socket
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.cli.main import parse_arguments
from assistant.client import Assistant
from tests.assistant.cli.running import Done, Run, Terminal
from tui.cli import command_line

OnTerminal = Callable[..., Done]


class App:
    """In place of the chat: keeps how it was made, and leaves at once."""

    made: Namespace
    return_code = 0

    def __init__(self, open_assistant: Any, read_settings: Any, preferences: Any, session: str | None) -> None:
        settings, problem = read_settings()
        App.made = Namespace(
            open=open_assistant, settings=settings, preferences=preferences, session=session, problem=problem
        )

    def run(self) -> None:
        pass


@pytest.fixture(autouse=True)
def _app(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """The stand-in, a terminal to read from, folders of its own; what the command sets is taken back."""
    monkeypatch.setattr("tui.app.ConspectusApp", App)
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    for name in ("NO_COLOR", "CONSPECTUS_CONFIG", "TEXTUAL_DRIVER"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    yield
    App.made = Namespace()


def test_it_opens_the_library_with_what_is_set(on_terminal: OnTerminal, sample: Path, tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("k = 3\n", encoding="utf-8")
    done = on_terminal("chat", "--strict", "--model", "openai:small", "--config", str(file), library=sample)
    assert (done.code, done.out, done.err) == (0, "", "")
    settings = App.made.settings
    assert (settings.k, settings.strict, settings.chat.model, settings.library) == (3, True, "openai:small", sample)
    assert (App.made.session, App.made.problem) == (None, None)
    with App.made.open(settings.model_copy(update={"chat": type(settings.chat)()})) as assistant:
        assert assistant.library.folder == sample


def test_broken_settings_are_handed_on_and_no_reason_to_stop(
    on_terminal: OnTerminal, sample: Path, tmp_path: Path
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('k = "many"\n', encoding="utf-8")
    done = on_terminal("chat", "--config", str(file), library=sample)
    assert (done.code, done.out) == (0, "")
    assert App.made.settings.library == sample
    assert "k" in App.made.problem.what


@pytest.mark.parametrize("given", ["new", "20261123-081500-3f2a"])
def test_the_session_is_handed_on(given: str, on_terminal: OnTerminal, sample: Path) -> None:
    assert on_terminal("chat", "--session", given, library=sample).code == 0
    assert App.made.session == (None if given == "new" else given)


def test_the_last_session_is_found(on_terminal: OnTerminal, sample: Path) -> None:
    done = on_terminal("chat", "--session", "last", library=sample)
    assert done.code == 1
    assert "There is no session yet." in " ".join(done.err.split())
    with Assistant.open(sample) as assistant:
        latest = assistant.sessions.new().id
    assert on_terminal("chat", "--session", "last", library=sample).code == 0
    assert App.made.session == latest


def test_broken_preferences_are_said_and_no_reason_to_stop(on_terminal: OnTerminal, tmp_path: Path) -> None:
    file = tmp_path / "config" / "conspectus" / "chat.toml"
    file.parent.mkdir(parents=True)
    file.write_text("theme =", encoding="utf-8")
    done = on_terminal("chat")
    assert done.code == 0
    assert "were broken" in done.err
    assert App.made.preferences.theme == "textual-dark"


def test_no_color_reaches_textual(on_terminal: OnTerminal) -> None:
    assert on_terminal("chat", "--no-color").code == 0
    assert os.environ["NO_COLOR"]


def test_how_the_chat_ended_is_how_the_command_ends(on_terminal: OnTerminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(App, "return_code", 1)
    assert on_terminal("chat").code == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("chat", "needs a terminal to read from and to write to. Without one: conspectus ask"),
        ("chat --json", "The chat prints no JSON."),
        ("chat --port 8000", "--port is for --web."),
        ("chat --web --port 80", "'80' is no port from 1024 to 65535"),
        ("chat --web --port 65536", "'65536' is no port from 1024 to 65535"),
        ("chat --web --config /dev/null/none", "cannot be read"),
        ("chat --web --store nonsense", "is no address"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(line: str, said: str, run: Run) -> None:
    done = run(*line.split())
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_a_terminal_that_can_do_nothing_is_refused(on_terminal: OnTerminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    assert "needs a terminal" in on_terminal("chat").err


def test_without_the_extra_the_way_to_install_it_is_said(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    done = run("chat", "--web")
    assert (done.code, done.out) == (2, "")
    assert "pip install 'conspectus[web]'" in done.err


def test_a_port_in_use_is_said(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run("chat", "--web", "--port", str(taken.getsockname()[1]))
    assert done.code == 2
    assert "cannot be listened on: Address already in use." in done.err


@pytest.mark.parametrize(
    "line",
    [
        ("chat", "--web"),
        ("--library", "my papers; rm -rf $HOME", "chat", "--web", "--port", "8000", "--session", "last"),
        ("chat", "--web", "--model=--help", "--no-cache", "--fallback", "--no-strict", "--prompts", "a'b\"c"),
        ("--no-color", "chat", "--store", "http://localhost:8000", "--config", "", "--base-url", "http://x/v1?a=b"),
    ],
)
def test_the_chat_of_a_page_gets_the_same_arguments(line: tuple[str, ...]) -> None:
    args = parse_arguments(line)
    program, *options, module, name = command_line(args)[:5]
    assert (program, options, module, name) == (sys.executable, ["-P", "-m"], "assistant", "chat")
    again = parse_arguments(command_line(args)[4:])
    assert vars(again) == vars(args) | {"web": None, "port": None}
