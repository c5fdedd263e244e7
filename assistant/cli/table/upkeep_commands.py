"""Commands for conversations and for the library as a whole."""

from argparse import ArgumentParser

from assistant.cli.arguments import (
    add_actions,
    add_common_options,
    add_judge_options,
    add_model_options,
    parse_path,
    parse_positive,
    parse_text,
)
from assistant.cli.table.command_entry import CommandEntry


def _declare_sessions(parser: ArgumentParser) -> None:
    parsers = add_actions(
        parser,
        {
            "list": "List them, the last one used first (without ACTION too)",
            "search": "Find those in which all the words, or their beginnings, stand",
            "show": "Show a conversation",
            "export": "Write a conversation as Markdown, as JSON, or its papers as BibTeX",
            "fork": "Start a conversation with the questions of another up to one of them, and print its id",
            "rename": "Give a conversation another title",
            "delete": "Delete a conversation; `conspectus undo` brings it back for thirty days",
            "new": "Start a conversation and print its id",
        },
    )
    for name in ("show", "export", "fork", "rename", "delete"):
        parsers[name].add_argument("id", metavar="ID", type=parse_text, help="id of a conversation, or last")
    parsers["search"].add_argument(
        "words", metavar="WORDS", nargs="+", type=parse_text, help="words of questions or answers"
    )
    parsers["export"].add_argument("--format", choices=("md", "json", "bib"), default="md", help="its format (md)")
    parsers["export"].add_argument("--style", metavar="STYLE", default="apa", help="of its references (apa)")
    parsers["export"].add_argument(
        "-o", "--output", metavar="FILE", type=parse_path, help="file to write, in place of one that is there"
    )
    parsers["fork"].add_argument(
        "turn", metavar="TURN", type=parse_positive, help="number of the last question to take, from 1"
    )
    parsers["rename"].add_argument("title", metavar="TITLE", nargs="+", type=parse_text, help="its title")
    parsers["new"].add_argument("title", metavar="TITLE", nargs="*", type=parse_text, help="its title")
    for action in parsers.values():
        add_common_options(action)


def _declare_doctor(parser: ArgumentParser) -> None:
    parser.add_argument(
        "files",
        metavar="FILE",
        nargs="*",
        type=parse_path,
        help="reports as JSON, manifests, folders of batches to look at, too",
    )
    parser.add_argument("--repair", action="store_true", help="mend what can be mended")
    parser.add_argument("--re-embed", action="store_true", help="give every paper a new vector by this embedder")
    parser.add_argument("--models", action="store_true", help="ask the models that are set, and not the library")
    parser.add_argument(
        "--forget", action="store_true", help="with --models: work out anew what their servers take of a request"
    )
    add_model_options(parser, writes=False)


def _declare_backup(parser: ArgumentParser) -> None:
    parser.add_argument(
        "file", metavar="FILE", type=parse_path, help="file to write; none that is there is overwritten"
    )


def _declare_restore(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=parse_path, help="file that conspectus backup wrote")
    parser.add_argument(
        "--replace", action="store_true", help="a library that is there gives way, and is kept beside it"
    )


def _declare_eval(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="QUESTIONS.jsonl", type=parse_path, help="file of questions")
    add_model_options(parser)
    add_judge_options(parser)


def _declare_demo(parser: ArgumentParser) -> None:
    add_model_options(parser)


ENTRIES = (
    CommandEntry(
        "sessions",
        "[list | search WORDS | show ID | export ID | fork ID TURN | rename ID TITLE | delete ID | new [TITLE]]",
        "List, search, read, export, branch, name and delete saved conversations",
        (
            "conspectus sessions",
            "conspectus sessions search fairness",
            "conspectus sessions export 20261123-081500-3f2a --format bib -o references.bib",
        ),
        _declare_sessions,
        about="ID may be last: the conversation used last. `conspectus sessions ACTION --help` tells of each.",
    ),
    CommandEntry(
        "doctor",
        "[FILE…]",
        "Check the library, and mend it; or try the models",
        (
            "conspectus doctor",
            "conspectus doctor --repair",
            "conspectus doctor shift.json",
            "conspectus doctor --models",
        ),
        _declare_doctor,
        "files",
        about="Ends with 1 if a check fails.",
    ),
    CommandEntry(
        "backup",
        "FILE",
        "Write the library into one file, while others may go on writing",
        ("conspectus backup library-2026-11.zip",),
        _declare_backup,
        about="Papers, vectors, decisions, conversations and what models wrote. It is read once more before it counts, "
        "and overwrites nothing.",
    ),
    CommandEntry(
        "restore",
        "FILE",
        "Make a library of such a file",
        ("conspectus restore library-2026-11.zip --library restored", "conspectus restore FILE --replace"),
        _declare_restore,
        about="All of it is compared with its checksums first. Where a library is there it does nothing without "
        "--replace, which keeps the old one beside the new one.",
    ),
    CommandEntry(
        "eval",
        "QUESTIONS.jsonl",
        "Score the answers to a file of questions",
        ("conspectus eval questions.jsonl",),
        _declare_eval,
        about="One JSON object a line: id, type, question, and what a good answer holds (papers, answer_any, "
        "answer_all, need_all_papers, abstain, history). Nothing is saved as a session.",
    ),
    CommandEntry(
        "demo",
        "",
        "Build a library of 45 papers and ask it three questions",
        ("conspectus demo",),
        _declare_demo,
    ),
)
