import re
import resource
import shlex
import subprocess
import sys

import pytest

from assistant.cli.main import main, parse_arguments
from assistant.cli.table import COMMANDS, CommandEntry
from tests.assistant.cli.running import ROOT, Run, environment

each_command = pytest.mark.parametrize("command", COMMANDS, ids=[command.name for command in COMMANDS])


@each_command
def test_each_command_has_help_with_an_example(command: CommandEntry, run: Run) -> None:
    done = run(command.name, "--help")
    assert done.code == 0
    assert command.help in " ".join(done.out.split())  # Sentences are wrapped, examples are not.
    for example in command.examples:
        assert example in done.out
        assert example.startswith(f"conspectus {command.name}")
    assert command.examples
    assert all(option in done.out for option in ("--library", "--store", "--json", "--no-color"))
    assert "--server-" not in done.out  # Few have a server of Chroma: the help of all commands tells of it.
    assert all(len(line) <= 80 for line in done.out.splitlines() if not line.startswith(("usage:", "  conspectus ")))


@each_command
def test_each_example_can_be_typed(command: CommandEntry) -> None:
    for example in command.examples:
        assert parse_arguments(shlex.split(example)[1:]).command == command.name


@each_command
def test_each_command_can_run(command: CommandEntry) -> None:
    assert callable(command.load())


PAGES = (ROOT / "README.md", *(ROOT / "docs").rglob("*.md"))


@each_command
def test_a_page_shows_each_command(command: CommandEntry) -> None:
    call = re.compile(rf"\bconspectus (?:--\S+ \S+ )*{command.name}\b")
    assert any(call.search(page.read_text(encoding="utf-8")) for page in PAGES), f"no page shows `{command.name}`"


def test_the_help_lists_every_command_with_what_it_does(run: Run) -> None:
    done = run("--help")
    assert done.code == 0
    assert not done.err
    assert "--server-timeout" in done.out
    for command in COMMANDS:
        assert re.search(rf"^  {command.name} +{re.escape(command.help)}$", done.out, re.MULTILINE)


def test_without_a_command_the_help_goes_to_standard_error(run: Run) -> None:
    done = run()
    assert (done.code, done.out) == (2, "")
    assert done.err == run("--help").out


def test_the_version_is_printed(run: Run) -> None:
    done = run("--version")
    assert done.code == 0
    assert done.out.startswith("conspectus ")


@pytest.mark.parametrize("line", ["ask --help", "--json papers --help", "sessions show --help", "--help"])
def test_help_wins_over_everything_else(line: str, run: Run) -> None:
    done = run(*line.split())
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("usage: conspectus")


@pytest.mark.parametrize(
    "line", ["--library there --json papers", "papers --library there --json", "--json papers --library there"]
)
def test_common_options_stand_anywhere(line: str) -> None:
    args = parse_arguments(line.split())
    assert (args.library, args.json, args.command) == ("there", True, "papers")


def test_the_help_costs_little() -> None:
    def cpu(*args: str) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *args], check=True, stdout=subprocess.DEVNULL, env=environment(), cwd=ROOT)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    # In turns, for a machine that is busy with other work is slower at one time than at another.
    pairs = [(cpu("-c", "pass"), cpu("-m", "assistant", "--help")) for _ in range(5)]
    assert min(with_help / bare for bare, with_help in pairs) <= 5


def test_main_takes_the_arguments_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["conspectus", "--version"])
    assert main() == 0
