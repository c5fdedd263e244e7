"""What the arguments of commands may be, and the options that commands share.

Loads nothing but argparse: the help has to be there at once. ``parse_…`` takes an argument as it was typed and raises
ArgumentTypeError where it makes no sense.
"""

import argparse
import os
import re
import textwrap
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterable, Mapping
from typing import Any

from assistant.phrases import STRICT


class CommandHelp(argparse.RawDescriptionHelpFormatter):
    """The help of a command: without the options of a Chroma server, which few have and ``conspectus --help`` tells."""

    def add_usage(self, usage: str | None, actions: Iterable[argparse.Action], *rest: Any, **more: Any) -> None:
        """Add the line of the usage."""
        super().add_usage(usage, _leave_server_out(actions), *rest, **more)

    def add_arguments(self, actions: Iterable[argparse.Action]) -> None:
        """Add a group of arguments."""
        super().add_arguments(_leave_server_out(actions))

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        """Wrap sentences; examples, which are indented, stay whole."""
        wrapper = textwrap.TextWrapper(width, indent, indent, break_on_hyphens=False)
        return "\n".join(line if line.startswith(" ") else wrapper.fill(line) for line in text.splitlines())


def _leave_server_out(actions: Iterable[argparse.Action]) -> list[argparse.Action]:
    return [action for action in actions if not any(name.startswith("--server-") for name in action.option_strings)]


def parse_text(value: str) -> str:
    """Take an argument as text, also where a terminal sent bytes that are none."""
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def parse_path(value: str) -> str:
    """Take a path; a shell leaves "~" as it is in quotes and behind "="."""
    return os.path.expanduser(value)


def parse_share(value: str) -> float:
    """Parse a number from 0 to 1."""
    return float(_match(r"0*(?:0?\.\d{1,9}|0\.?|1(?:\.0*)?)", value, "is not a number from 0 to 1")[0])


def parse_positive(value: str) -> int:
    """Parse a number from 1 up."""
    return int(_match(r"0*[1-9][0-9]{0,8}", value, "is no number from 1 up")[0])


def parse_count(value: str) -> int:
    """Parse a number from 0 up."""
    return int(_match(r"[0-9]{1,9}", value, "is no number from 0 up")[0])


def parse_dollars(value: str) -> float:
    """Parse an amount of US dollars."""
    return float(_match(r"[0-9]{1,6}(\.[0-9]{1,6})?", value, "is no amount such as 2.50")[0])


def parse_port(value: str) -> int:
    """Parse a port that anybody may listen on."""
    fault = "is no port from 1024 to 65535"
    port = int(_match(r"[0-9]{4,5}", value, fault)[0])
    if not 1024 <= port <= 65535:
        raise ArgumentTypeError(f"{value!r} {fault}")
    return port


def parse_year(value: str) -> int:
    """Parse a year in four digits."""
    return int(_match(r"[0-9]{4}", value, "is no year such as 2018")[0])


def parse_years(value: str) -> tuple[int, int]:
    """Parse the first and last year of ``2018`` or ``2018-2020``; both are included."""
    parts = _match(r"([0-9]{4})(?:\s*[-–]\s*([0-9]{4}))?", value, "is no year such as 2018 or 2018-2020")
    first, last = int(parts[1]), int(parts[2] or parts[1])
    if last < first:
        raise ArgumentTypeError(f"{value!r} ends before it begins")
    return first, last


def _match(pattern: str, value: str, fault: str) -> re.Match[str]:
    """Match a whole argument; raise ArgumentTypeError, which says its fault, where it does not."""
    match = re.fullmatch(pattern, value)
    if not match:
        raise ArgumentTypeError(f"{value!r} {fault}")
    return match


_SERVER_OPTIONS = (
    ("collection", "NAME", "name of the library on that server (conspectus): docs/server.md"),
    ("tenant", "NAME", "whose it is there"),
    ("database", "NAME", "in which database"),
    ("token-env", "NAME", "environment variable that holds the token for it; not the token"),
    ("token-header", "NAME", "header that carries the token (Authorization)"),
    ("user", "NAME", "whose password the token is, where it asks for both"),
    ("ca", "FILE", "authority of its certificate, in PEM"),
    ("timeout", "SECONDS", "how long to wait for it (8)"),
    ("search", "WHERE", "where it is searched: server, local (in a copy here), auto (by its size)"),
)


def add_common_options(parser: ArgumentParser, default: object = argparse.SUPPRESS) -> None:
    """Add the options that stand before or after the name of a command."""
    group = parser.add_argument_group("everywhere")
    more = "" if default is None else "; its options: conspectus --help"
    group.add_argument("--library", metavar="DIR", default=default, help="folder of the library ($CONSPECTUS_LIBRARY)")
    group.add_argument(
        "--store", metavar="URL", default=default, help=f"Chroma server with the papers ($CONSPECTUS_STORE){more}"
    )
    for name, metavar, help in _SERVER_OPTIONS:
        group.add_argument(f"--server-{name}", metavar=metavar, default=default, help=help)
    group.add_argument(
        "--config", metavar="FILE", type=parse_path, default=default, help="file of settings ($CONSPECTUS_CONFIG)"
    )
    group.add_argument("--json", action="store_true", default=default, help="print one JSON document")
    group.add_argument("--no-color", action="store_true", default=default, help="no colour ($NO_COLOR)")


def add_model_options(parser: ArgumentParser, writes: bool = True) -> None:
    """Add the options of the commands that ask a model.

    Args:
        parser: The command's.
        writes: Whether the model writes answers, and not only shows that it is there.
    """
    group = parser.add_argument_group("model", "also set by environment and file: docs/settings.md")
    group.add_argument("--model", metavar="NAME", help="who answers: openai:gpt-4o-mini, or a name at --base-url")
    group.add_argument("--base-url", metavar="URL", help="an OpenAI-compatible server: http://localhost:11434/v1")
    group.add_argument("--api-key-env", metavar="NAME", help="environment variable that holds the key; not the key")
    if writes:
        for name, help in (
            ("--cache", "answer the same question from the cache, or not (yes)"),
            ("--fallback", "quote excerpts when the model fails, or not (no)"),
        ):
            group.add_argument(name, action=argparse.BooleanOptionalAction, help=help)
        group.add_argument(
            "--prompts", metavar="DIR", type=parse_path, help="folder of prompts that replace those that are shipped"
        )


def add_judge_options(parser: ArgumentParser) -> None:
    """Add the options of the commands whose sentences a second stage may look at."""
    group = parser.add_argument_group(
        "check", "the rules compare words; a model may look at the sense: docs/checking.md"
    )
    group.add_argument(
        "--judge", action=argparse.BooleanOptionalAction, help="have a model look at the sense of claims, or not (no)"
    )
    group.add_argument("--judge-model", metavar="NAME", help="which, where another than --model is to; says --judge")


def add_strict_option(parser: ArgumentParser) -> None:
    """Add the option that leaves out what does not hold."""
    parser.add_argument("--strict", action=argparse.BooleanOptionalAction, help=f"{STRICT}, or not (no)")


def add_actions(parser: ArgumentParser, actions: Mapping[str, str]) -> dict[str, ArgumentParser]:
    """Add actions to a command, which is called ``conspectus COMMAND ACTION``.

    Args:
        parser: The command's.
        actions: What each does, in a line, by its name.

    Returns:
        Their parsers by name; the options that stand everywhere come behind their own.
    """
    group = parser.add_subparsers(title="actions", dest="action", metavar="ACTION", prog=parser.prog)
    return {
        name: group.add_parser(name, help=help, description=f"{help}.", formatter_class=CommandHelp, allow_abbrev=False)
        for name, help in actions.items()
    }


_STATED = "a doi, pmid, arxiv id, link, authors, date, venue, keywords or citations"


def add_filters(parser: ArgumentParser) -> None:
    """Add the options that choose papers."""
    group = parser.add_argument_group("only papers")
    for name, metavar, help in (
        ("author", "NAME", "by this author; again for another who has to be among them"),
        ("not-author", "NAME", "not by this author; again for another"),
        ("first-author", "NAME", "with this first author; again for one of several"),
        ("last-author", "NAME", "with this last author; again for one of several"),
        ("venue", "NAME", "from this journal or conference: its name, abbreviation or words; again for one of several"),
        ("not-venue", "NAME", "not from this one; again for another"),
        ("keyword", "NAME", "with this keyword of its authors; again for one of several"),
        ("tag", "NAME", "with this tag of yours; again for one of several"),
        ("collection", "NAME", "from this folder of yours; again for one of several"),
        ("kind", "NAME", 'of this kind, such as "systematic review" or preprint; again for one of several'),
        ("not-kind", "NAME", "of another kind than this; again for another"),
        ("language", "NAME", "in this language (German or de); again for one of several"),
        ("category", "NAME", "of this category; again for one of several"),
        ("source", "NAME", "from this file or format; again for one of several"),
        ("text", "WORDS", "with all these words in title or abstract"),
        ("title", "WORDS", "with all these words in the title"),
        ("not-title", "WORDS", "without them all in the title; again for others"),
        ("states", "FIELD", f"whose record states {_STATED}; again for another too"),
        ("lacks", "FIELD", "whose record does not state it; again for another that it lacks"),
        ("id", "ID", "with this id, citation key, DOI or part of a title; again for one of several"),
    ):
        dest = f"in_{name.replace('-', '_')}"
        group.add_argument(f"--{name}", metavar=metavar, action="append", type=parse_text, dest=dest, help=help)
    group.add_argument(
        "--year", metavar="YEAR", type=parse_years, default=(None, None), help="from 2018, or from 2018-2020"
    )
    group.add_argument("--since", metavar="YEAR", type=parse_year, help="from that year or later")
    group.add_argument("--until", metavar="YEAR", type=parse_year, help="from that year or earlier")
    group.add_argument(
        "--code", action=argparse.BooleanOptionalAction, help="whose source says that there is code, or not"
    )
    group.add_argument("--abstract", action=argparse.BooleanOptionalAction, help="with an abstract, or without one")
    for name, help in (
        ("min-authors", "by so many authors or more"),
        ("max-authors", "by so many authors or fewer"),
        ("min-citations", "cited so often or more, as far as sources say it"),
        ("max-citations", "cited so often or less, as far as sources say it"),
    ):
        group.add_argument(f"--{name}", metavar="N", type=parse_count, help=help)


def add_retracted_option(parser: ArgumentParser) -> None:
    """Add the option of the commands that draw on papers: without it on none that was retracted."""
    parser.add_argument(
        "--retracted", action=argparse.BooleanOptionalAction, help="draw on retracted papers too, or not (no)"
    )


def add_listing_filters(parser: ArgumentParser) -> None:
    """Add the options that choose papers for commands that list them: retracted ones are there unless left out."""
    add_filters(parser)
    parser.add_argument(
        "--retracted", action=argparse.BooleanOptionalAction, dest="in_retracted", help="only retracted papers, or none"
    )
