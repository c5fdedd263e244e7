"""The commands: one table that feeds the parser, the help and the documentation."""

from argparse import ArgumentParser
from collections.abc import Callable
from typing import NamedTuple

from assistant.cli import arguments


class Command(NamedTuple):
    """A command as its user knows it.

    Attributes:
        name: What is typed; also the module of ``assistant.cli.commands`` that runs it.
        operands: What follows it beside options.
        help: What it does, in one line.
        examples: Complete command lines.
        arguments: Declares its arguments.
        several: The argument that takes any number of words, which may stand apart; "" for none.
        about: What there is to say beyond ``help``.
    """

    name: str
    operands: str
    help: str
    examples: tuple[str, ...]
    arguments: Callable[[ArgumentParser], None]
    several: str = ""
    about: str = ""


COMMANDS = (
    Command(
        "add",
        "FILE…",
        "Add the papers of files; what is there already is passed over",
        ("conspectus add papers.jsonl", "conspectus add page.txt --format listing"),
        arguments.add,
        "files",
        "Stopped or crashed, it goes on where it was when it is run again. Ends with 1 if a file gave nothing at all.",
    ),
    Command(
        "ask",
        "[QUESTION]",
        "Answer a question from the library, each sentence with its source",
        (
            'conspectus ask "What is Residual Horizon Optimization?"',
            'conspectus ask --session new --since 2020 "Who …?"',
        ),
        arguments.ask,
        "question",
        "Ends with 3 if the library does not hold the answer. Without a QUESTION, or with -, it is read from standard "
        "input.",
    ),
    Command(
        "search",
        "WORDS",
        "Find papers by meaning and by words, each with its best sentences",
        ("conspectus search rare-event simulation", 'conspectus search "offline evaluation" -k 5 --author Che'),
        arguments.search,
        "words",
    ),
    Command(
        "papers",
        "",
        "List the papers, newest first",
        ("conspectus papers --year 2018-2020 --author Duchi", "conspectus papers --text fairness --json"),
        arguments.papers,
        about="One line a paper; in a pipe the columns id, year, authors, title and remarks, with tabs between them.",
    ),
    Command(
        "show",
        "ID",
        "Show all that is known of a paper, and the papers most like it",
        ("conspectus show 10.1000/example",),
        arguments.show,
    ),
    Command(
        "remove",
        "ID…",
        "Remove papers",
        ("conspectus remove 10.1000/example", "conspectus remove --yes ID ID"),
        arguments.remove,
        "ids",
        "Asks first. In a pipe it removes nothing without --yes.",
    ),
    Command(
        "sessions",
        "[list | show ID | rename ID TITLE | delete ID | new [TITLE]]",
        "List, read, name and delete saved conversations",
        ("conspectus sessions", "conspectus sessions show 20261123-081500-3f2a"),
        arguments.sessions,
    ),
    Command(
        "doctor",
        "",
        "Check the library, and mend it",
        ("conspectus doctor", "conspectus doctor --repair"),
        arguments.doctor,
        about="Ends with 1 if a check fails.",
    ),
    Command(
        "eval",
        "QUESTIONS.jsonl",
        "Score the answers to a file of questions",
        ("conspectus eval questions.jsonl",),
        arguments.evaluate,
        about="One JSON object a line: id, type, question, and what a good answer holds (papers, answer_any, "
        "answer_all, need_all_papers, abstain, history). Nothing is saved as a session.",
    ),
    Command(
        "demo",
        "",
        "Build a library of 45 papers and ask it three questions",
        ("conspectus demo",),
        arguments.demo,
    ),
)
