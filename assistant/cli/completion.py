"""What a shell needs to complete command lines: a script for it, made of the parser itself.

``conspectus --completion bash`` prints it; the shell reads it when it starts, and starts nothing to complete a word.
"""

import argparse
from collections.abc import Mapping
from typing import Any, NamedTuple


class CommandWords(NamedTuple):
    """A command or an action, what it does, and its options with what each does."""

    help: str
    options: Mapping[str, str]


def write_completion(shell: str, commands: "argparse._SubParsersAction[Any]", help: Mapping[str, str]) -> str:
    """Write the script of a shell.

    Args:
        shell: ``bash``, ``zsh`` or ``fish``.
        commands: The commands of the parser, with their arguments.
        help: What each command does, in a line.
    """
    choices = {name: CommandWords(help[name], _list_options(parser)) for name, parser in commands.choices.items()}
    if shell == "fish":
        return _write_fish(choices)
    begin = "autoload -U +X bashcompinit && bashcompinit\n" if shell == "zsh" else ""
    return begin + _write_bash(choices)


def _list_options(parser: argparse.ArgumentParser) -> dict[str, str]:
    options: dict[str, str] = {}
    for action in parser._actions:
        if action.help != argparse.SUPPRESS:
            options |= {option: " ".join((action.help or "").split()) for option in action.option_strings}
    return options


def _write_bash(choices: Mapping[str, CommandWords]) -> str:
    cases = "".join(f'    {name}) words="{" ".join(choice.options)}" ;;\n' for name, choice in choices.items())
    return f"""_conspectus() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} words="{" ".join(choices)} help"
  if [ "$COMP_CWORD" -gt 1 ]; then
    case ${{COMP_WORDS[1]}} in
{cases}    help) ;;
    *) words="" ;;
    esac
    case $word in -*) ;; *) [ "${{COMP_WORDS[1]}}" = help ] || words="" ;; esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}}
complete -o default -F _conspectus conspectus
"""


def _write_fish(choices: Mapping[str, CommandWords]) -> str:
    lines = []
    for name, choice in choices.items():
        lines.append(f"complete -c conspectus -n __fish_use_subcommand -a {name} -d {_quote(choice.help)}")
        for option, help in choice.options.items():
            kind = "-l" if option.startswith("--") else "-s"
            seen = f"'__fish_seen_subcommand_from {name}'"
            lines.append(f"complete -c conspectus -n {seen} {kind} {option.lstrip('-')} -d {_quote(help)}")
    return "\n".join(lines) + "\n"


def _quote(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
