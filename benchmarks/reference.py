"""The reference of the documentation, made from the code: commands from the parser, the API from its docstrings.

Two pages of docs/reference have a place for it; ``make docs`` fills them when the site is built, so that nothing is out
of date. To read one without the site::

    python -m benchmarks.reference docs/reference/commands.md
"""

import argparse
import inspect
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import assistant
from assistant import ConspectusError, events
from assistant.cli.arguments import add_common_options
from assistant.cli.main import CommandParser, build_parser
from assistant.cli.table import COMMANDS, CommandEntry

# Choices that a line has room for; chosen by hand.
_LISTED = 15
# What a user calls on an assistant, by the attribute's name.
RESOURCES = {
    "papers": "assistant.client.papers.Papers",
    "reports": "assistant.client.reports.Reports",
    "batches": "assistant.client.batches.Batches",
    "drafts": "assistant.client.drafts.Drafts",
    "sessions": "assistant.client.sessions.SavedSessions",
    "watches": "assistant.client.watches.Watches",
    "zotero": "assistant.client.zotero.Zotero",
}


def fill_page(text: str) -> str:
    """Fill the places of a page; one without is returned as it is."""
    for place, write in {"commands": write_commands, "api": write_api, "values": write_values}.items():
        if (mark := f"<!-- {place} -->") in text:
            text = text.replace(mark, write())
    return text


def write_commands() -> str:
    """Write a section on each command, with its options and examples, and one on the options of all."""
    parser = build_parser([command.name for command in COMMANDS])
    common = CommandParser(add_help=False)
    add_common_options(common)
    shared = {option for action in common._actions for option in action.option_strings} | {"-h", "--help"}
    parts = ["## Options of every command", _write_options(common._actions, set())]
    for command in sorted(COMMANDS, key=lambda command: command.name):
        parts += _write_command(command, parser.commands.choices[command.name], shared)
    return "\n\n".join(parts)


def _write_command(command: CommandEntry, parser: CommandParser, shared: set[str]) -> Iterator[str]:
    yield f"## {command.name}"
    yield f"{_escape(command.help)}. {_escape(command.about)}".rstrip()
    yield _fence("text", [_read_usage(parser)])
    if options := _write_options(parser._actions, shared):
        yield options
    for name, action in _list_actions(parser):
        yield f"### {command.name} {name}"
        yield _fence("text", [_read_usage(action)])
        if options := _write_options(action._actions, shared):
            yield options
    yield _fence("console", [f"$ {example}" for example in command.examples])


def _list_actions(parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.items()


def _read_usage(parser: argparse.ArgumentParser) -> str:
    return " ".join(parser.format_usage().removeprefix("usage: ").split())


def _write_options(actions: Iterable[argparse.Action], left_out: set[str]) -> str:
    rows = [
        f"| {_name_action(action)} | {_escape(_explain(action))} |"
        for action in actions
        if action.help not in (None, argparse.SUPPRESS) and left_out.isdisjoint(action.option_strings)
    ]
    return "\n".join(("| argument | what it does |", "|---|---|", *rows)) if rows else ""


def _name_action(action: argparse.Action) -> str:
    value = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    if not action.option_strings:
        return f"`{value}`"
    names = ", ".join(f"`{option}`" for option in action.option_strings)
    return names if action.nargs == 0 else f"{names} `{value}`"


def _explain(action: argparse.Action) -> str:
    text = action.help or ""
    text = " ".join((text % {"default": action.default} if "%(" in text else text).split())
    choices = [str(choice) for choice in action.choices or ()]
    return f"{text} ({', '.join(choices)})" if 0 < len(choices) < _LISTED else text


def _escape(text: str) -> str:
    """Leave nothing in a text of the help that Markdown would take for more than letters."""
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "\\<").replace("*", "\\*").replace("[", "\\[")


def _fence(language: str, lines: Iterable[str]) -> str:
    return "\n".join((f"```{language}", *lines, "```"))


def write_api() -> str:
    """Write a section on the assistant, and on each of its resources."""
    parts = ["## Assistant", _document("assistant.Assistant")]
    for attribute, path in RESOURCES.items():
        parts += [f"## Assistant.{attribute}", _document(path)]
    return "\n\n".join(parts)


def write_values() -> str:
    """Write a section on the values, the events and the errors."""
    exported = {name: getattr(assistant, name) for name in assistant.__all__}
    classes = {name: value for name, value in exported.items() if inspect.isclass(value) and name != "Assistant"}
    errors = [name for name, value in classes.items() if issubclass(value, ConspectusError)]
    values = [name for name in classes if name not in errors and name != "Reports"]
    parts = ["## Values", *(_document(f"assistant.{name}") for name in values)]
    parts += ["## Events of an answer", *(_document(f"assistant.events.{name}") for name in _list_events(exported))]
    parts += ["## Errors", *(_document(f"assistant.{name}") for name in errors)]
    return "\n\n".join(parts)


def _list_events(exported: dict[str, Any]) -> list[str]:
    own = [
        name for name, value in vars(events).items() if inspect.isclass(value) and value.__module__ == events.__name__
    ]
    return [name for name in own if name not in exported and not name.startswith("_")]


def _document(path: str) -> str:
    """Have a class documented: its docstring, its methods, and the fields that the docstring does not list."""
    found = inspect.cleandoc(resolve_name(path).__doc__ or "")
    fields = [] if "Attributes:" in found else ["   :undoc-members:"]
    return _fence("{eval-rst}", [f".. autoclass:: {path}", *fields])


if __name__ == "__main__":
    print(fill_page(Path(sys.argv[1]).read_text(encoding="utf-8")))
