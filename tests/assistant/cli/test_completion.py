import shutil
import subprocess

import pytest

from assistant.cli.table import COMMANDS
from tests.assistant.cli.running import Run

COMPLETE = """
COMP_WORDS=({words})
COMP_CWORD={at}
_conspectus
echo "${{COMPREPLY[@]}}"
"""


def complete(script: str, *words: str) -> list[str]:
    """What bash offers for the last of some words."""
    quoted = " ".join(f"'{word}'" for word in words)
    code = script + COMPLETE.format(words=quoted, at=len(words) - 1)
    done = subprocess.run(["bash", "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.split()


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash")
def test_bash_completes_commands_and_options(run: Run) -> None:
    done = run("--completion", "bash")
    assert (done.code, done.err) == (0, "")
    assert complete(done.out, "conspectus", "se") == ["search", "sessions"]
    assert complete(done.out, "conspectus", "") == [*(command.name for command in COMMANDS), "help"]
    assert complete(done.out, "conspectus", "export", "--sty") == ["--style"]
    assert complete(done.out, "conspectus", "export", "library") == []
    assert complete(done.out, "conspectus", "help", "sea") == ["search"]


def test_zsh_reads_the_same_script_and_fish_one_of_its_own(run: Run) -> None:
    bash, zsh, fish = (run("--completion", shell).out for shell in ("bash", "zsh", "fish"))
    assert zsh == "autoload -U +X bashcompinit && bashcompinit\n" + bash
    assert "complete -c conspectus -n __fish_use_subcommand -a remove -d 'Remove papers'\n" in fish
    assert "-n '__fish_seen_subcommand_from export' -s o -d 'file to write, in place of one that is there'\n" in fish


def test_another_shell_is_refused(run: Run) -> None:
    done = run("--completion", "cmd")
    assert (done.code, done.out) == (2, "")
    assert "invalid choice: 'cmd'" in done.err


def test_help_of_a_command_is_its_help(run: Run) -> None:
    assert run("help", "ask") == run("ask", "--help")
    assert run("help") == run("--help")
    assert run("--library", "help", "help", "ask") == run("--library", "help", "ask", "--help")
    assert run("--no-color", "help", "ask") == run("--no-color", "ask", "--help")
    assert "Did you mean: conspectus ask?" in run("help", "aks").err
