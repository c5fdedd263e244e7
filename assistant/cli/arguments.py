"""The arguments of each command. Imports nothing but argparse: the help has to be there at once."""

import argparse
from argparse import ArgumentParser

from assistant.cli.values import positive, text, year, years


def common(parser: ArgumentParser, default: object = argparse.SUPPRESS) -> None:
    """Options that stand before or after the name of a command."""
    group = parser.add_argument_group("everywhere")
    group.add_argument("--library", metavar="DIR", default=default, help="folder of the library ($CONSPECTUS_LIBRARY)")
    group.add_argument(
        "--store", metavar="URL", default=default, help="Chroma server with the papers ($CONSPECTUS_STORE)"
    )
    group.add_argument("--json", action="store_true", default=default, help="print one JSON document")
    group.add_argument("--no-color", action="store_true", default=default, help="no colour ($NO_COLOR)")


def add(parser: ArgumentParser) -> None:
    """``add``."""
    parser.add_argument("files", metavar="FILE", nargs="+", help="file with papers")
    parser.add_argument("--format", metavar="NAME", help="its format, where the content does not tell (listing, jsonl)")


def ask(parser: ArgumentParser) -> None:
    """``ask``."""
    parser.add_argument("question", metavar="QUESTION", nargs="*", type=text, help="the question, quoted or not")
    parser.add_argument("--session", metavar="ID", type=text, help="conversation to go on with; new starts one")
    parser.add_argument("--strict", action="store_true", help="leave out what the check did not find supported")
    _filters(parser)


def search(parser: ArgumentParser) -> None:
    """``search``."""
    parser.add_argument("words", metavar="WORDS", nargs="+", type=text, help="what to look for")
    parser.add_argument("-k", metavar="N", type=positive, default=10, help="papers to find (10)")
    _filters(parser)


def papers(parser: ArgumentParser) -> None:
    """``papers``."""
    parser.add_argument("--oldest-first", action="store_true", help="the other way round")
    parser.add_argument("--limit", metavar="N", type=positive, help="list so many at most")
    _filters(parser)


def show(parser: ArgumentParser) -> None:
    """``show``."""
    parser.add_argument("id", metavar="ID", type=text, help="id of a paper, as lists show it")


def remove(parser: ArgumentParser) -> None:
    """``remove``."""
    parser.add_argument("ids", metavar="ID", nargs="+", type=text, help="id of a paper")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def sessions(parser: ArgumentParser) -> None:
    """``sessions`` and what can be done with them."""
    actions = parser.add_subparsers(title="actions", dest="action", metavar="ACTION")
    made = {
        name: actions.add_parser(name, help=help, description=f"{help}.", allow_abbrev=False)
        for name, help in (
            ("list", "List them, the last one used first (without ACTION too)"),
            ("show", "Show a conversation"),
            ("rename", "Give a conversation another title"),
            ("delete", "Delete a conversation for good"),
            ("new", "Start a conversation and print its id"),
        )
    }
    for name in ("show", "rename", "delete"):
        made[name].add_argument("id", metavar="ID", type=text, help="id of a conversation")
    made["rename"].add_argument("title", metavar="TITLE", nargs="+", type=text, help="its title")
    made["new"].add_argument("title", metavar="TITLE", nargs="*", type=text, help="its title")
    for action in made.values():
        common(action)


def doctor(parser: ArgumentParser) -> None:
    """``doctor``."""
    parser.add_argument("--repair", action="store_true", help="mend what can be mended")
    parser.add_argument("--re-embed", action="store_true", help="give every paper a new vector by this embedder")


def evaluate(parser: ArgumentParser) -> None:
    """``eval``."""
    parser.add_argument("file", metavar="QUESTIONS.jsonl", help="file of questions")


def demo(parser: ArgumentParser) -> None:
    """``demo`` takes none of its own."""


def _filters(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("only papers")
    for name, metavar, help in (
        ("author", "NAME", "by this author; again for another who has to be among them"),
        ("category", "NAME", "of this category; again for one of several"),
        ("source", "NAME", "from this file or format; again for one of several"),
        ("text", "WORDS", "with all these words in title or abstract"),
        ("id", "ID", "with this id; again for one of several"),
    ):
        group.add_argument(f"--{name}", metavar=metavar, action="append", type=text, dest=f"in_{name}", help=help)
    group.add_argument("--year", metavar="YEAR", type=years, default=(None, None), help="from 2018, or from 2018-2020")
    group.add_argument("--since", metavar="YEAR", type=year, help="from that year or later")
    group.add_argument("--until", metavar="YEAR", type=year, help="from that year or earlier")
    group.add_argument(
        "--code", action=argparse.BooleanOptionalAction, help="whose source says that there is code, or not"
    )
