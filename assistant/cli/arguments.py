"""The arguments of each command. Imports nothing but argparse: the help has to be there at once.

What an argument may be. Each takes it as typed and raises ArgumentTypeError where it makes no sense.
"""

import argparse
import re
from argparse import ArgumentParser, ArgumentTypeError

from assistant.phrases import STRICT


def text(given: str) -> str:
    """An argument as text, also where a terminal sent bytes that are none."""
    return given.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def positive(given: str) -> int:
    """A number from 1 up."""
    if not re.fullmatch(r"0*[1-9][0-9]{0,8}", given):
        raise ArgumentTypeError(f"{given!r} is no number from 1 up")
    return int(given)


def dollars(given: str) -> float:
    """An amount of US dollars."""
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", given):
        raise ArgumentTypeError(f"{given!r} is no amount such as 2.50")
    return float(given)


def port(given: str) -> int:
    """A port that anybody may listen on."""
    if not re.fullmatch(r"[0-9]{4,5}", given) or not 1024 <= int(given) <= 65535:
        raise ArgumentTypeError(f"{given!r} is no port from 1024 to 65535")
    return int(given)


def year(given: str) -> int:
    """A year in four digits."""
    if not re.fullmatch(r"[0-9]{4}", given):
        raise ArgumentTypeError(f"{given!r} is no year such as 2018")
    return int(given)


def years(given: str) -> tuple[int, int]:
    """The first and last year of ``2018`` or ``2018-2020``; both are included."""
    parts = re.fullmatch(r"([0-9]{4})(?:\s*[-–]\s*([0-9]{4}))?", given)
    if not parts:
        raise ArgumentTypeError(f"{given!r} is no year such as 2018 or 2018-2020")
    first, last = int(parts[1]), int(parts[2] or parts[1])
    if last < first:
        raise ArgumentTypeError(f"{given!r} ends before it begins")
    return first, last


def common(parser: ArgumentParser, default: object = argparse.SUPPRESS) -> None:
    """Options that stand before or after the name of a command."""
    group = parser.add_argument_group("everywhere")
    group.add_argument("--library", metavar="DIR", default=default, help="folder of the library ($CONSPECTUS_LIBRARY)")
    group.add_argument(
        "--store", metavar="URL", default=default, help="Chroma server with the papers ($CONSPECTUS_STORE)"
    )
    group.add_argument("--config", metavar="FILE", default=default, help="file of settings ($CONSPECTUS_CONFIG)")
    group.add_argument("--json", action="store_true", default=default, help="print one JSON document")
    group.add_argument("--no-color", action="store_true", default=default, help="no colour ($NO_COLOR)")


def model(parser: ArgumentParser, writes: bool = True) -> None:
    """Options of the commands that ask a model.

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
        group.add_argument("--prompts", metavar="DIR", help="folder of prompts that replace those that are shipped")


def add(parser: ArgumentParser) -> None:
    """``add``."""
    parser.add_argument("files", metavar="FILE", nargs="+", help="file, folder or archive of papers; - for stdin")
    parser.add_argument("--format", metavar="NAME", help="its format, if content does not tell (docs/formats.md)")
    parser.add_argument("--dry-run", action="store_true", help="tell what would happen, and write nothing")
    group = parser.add_argument_group(
        "only papers", "chosen while the file is read, so millions of lines are no matter"
    )
    group.add_argument("--limit", metavar="N", type=positive, help="of each FILE the first N that the others leave")
    group.add_argument("--category", metavar="NAME", action="append", type=text, help="of it; again for one of several")
    group.add_argument("--since", metavar="YEAR", type=year, help="from that year or later")


def fetch(parser: ArgumentParser) -> None:
    """``fetch``."""
    parser.add_argument(
        "references", metavar="REFERENCE", nargs="+", type=text, help="DOI, arXiv id, pmid:…, arxiv:query WORDS …"
    )
    parser.add_argument("--limit", metavar="N", type=positive, help="papers of one query or author (1000)")
    parser.add_argument("--dry-run", action="store_true", help="show what would be asked for, and ask nothing")


def enrich(parser: ArgumentParser) -> None:
    """``enrich``."""
    parser.add_argument("--dry-run", action="store_true", help="show what would be asked for, and ask nothing")
    _filters(parser)
    _only_retracted(parser)


def ask(parser: ArgumentParser) -> None:
    """``ask``."""
    parser.add_argument("question", metavar="QUESTION", nargs="*", type=text, help="the question, quoted or not")
    parser.add_argument("--session", metavar="ID", type=text, help="conversation to go on with; new or last")
    parser.add_argument(
        "--strict",
        action=argparse.BooleanOptionalAction,
        help=f"{STRICT}, or not (no)",
    )
    model(parser)
    _filters(parser)
    _retracted(parser)


def chat(parser: ArgumentParser) -> None:
    """``chat``."""
    parser.add_argument(
        "--session", metavar="ID", type=text, help="conversation to go on with; new (so without) or last"
    )
    parser.add_argument(
        "--strict",
        action=argparse.BooleanOptionalAction,
        help=f"{STRICT}, or not (no)",
    )
    _retracted(parser)
    # None and not False: the flags that were given are handed on to the chat of each page.
    parser.add_argument("--web", action="store_true", default=None, help="in a browser on this machine (extra: web)")
    parser.add_argument("--port", metavar="N", type=port, help="where --web listens (one that is free)")
    model(parser)


def search(parser: ArgumentParser) -> None:
    """``search``."""
    parser.add_argument("words", metavar="WORDS", nargs="+", type=text, help="what to look for")
    parser.add_argument("-k", metavar="N", type=positive, help="papers to find (10)")
    _filters(parser)
    _only_retracted(parser)


def check(parser: ArgumentParser) -> None:
    """``check``."""
    parser.add_argument("draft", metavar="DRAFT", help="draft in Markdown or LaTeX; - for standard input")
    parser.add_argument("--bib", metavar="FILE", help="the .bib file that its keys come from")
    parser.add_argument("--judge", action="store_true", help="show the model's opinion too; it changes nothing else")
    model(parser, writes=False)


def report(parser: ArgumentParser) -> None:
    """``report``."""
    parser.add_argument("words", metavar="KIND TOPIC", nargs="*", type=text, help="the kind, and what it is about")
    parser.add_argument("--format", metavar="NAME", help="md, html, json, csv, bib, docx, pdf, tex (as FILE ends; md)")
    parser.add_argument("-o", "--output", metavar="FILE", help="file to write, in place of one that is there")
    parser.add_argument("--replay", metavar="MANIFEST", help="make the report of this manifest again, byte for byte")
    parser.add_argument("--style", "--csl", metavar="STYLE", help="of its references: apa, ieee, nature, FILE.csl …")
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="of everything that draws lots (0)")
    parser.add_argument(
        "--strict",
        action=argparse.BooleanOptionalAction,
        help=f"{STRICT}, or not (no)",
    )
    model(parser)
    _filters(parser)
    _retracted(parser)


def batch(parser: ArgumentParser) -> None:
    """``batch``."""
    parser.add_argument("spec", metavar="SPEC.toml", help="file that says what to make")
    parser.add_argument("--estimate", action="store_true", help="say what it is going to take, and ask nothing")
    parser.add_argument("--resume", action="store_true", help="go on where it stopped")
    parser.add_argument("--max-tokens", metavar="N", type=positive, help="tokens that all its runs may take")
    parser.add_argument("--max-cost", metavar="USD", type=dollars, help="US dollars that all its runs may take")
    parser.add_argument("--batch-api", action="store_true", help="by OpenAI's Batch API: send, end, --resume later")
    model(parser)


def papers(parser: ArgumentParser) -> None:
    """``papers``."""
    parser.add_argument("--oldest-first", action="store_true", help="the other way round")
    parser.add_argument("--limit", metavar="N", type=positive, help="list so many at most")
    _filters(parser)
    _only_retracted(parser)


def show(parser: ArgumentParser) -> None:
    """``show``."""
    parser.add_argument("id", metavar="ID", type=text, help="id of a paper, as lists show it, or its DOI or arXiv id")
    parser.add_argument("--sources", action="store_true", help="where each field came from, and the records joined")


def duplicates(parser: ArgumentParser) -> None:
    """``duplicates``."""
    parser.add_argument("--limit", metavar="N", type=positive, help="list so many pairs at most")


def merge(parser: ArgumentParser) -> None:
    """``merge``."""
    parser.add_argument("ids", metavar="ID", nargs="+", type=text, help="id of a paper; the first one's stays")


def split(parser: ArgumentParser) -> None:
    """``split``."""
    parser.add_argument("ids", metavar="ID", nargs="+", type=text, help="one merged paper, or two that are not one")


def export(parser: ArgumentParser) -> None:
    """``export``."""
    parser.add_argument("--format", metavar="NAME", help="bibtex, ris, csl-json, csv, jsonl (as FILE ends; bibtex)")
    parser.add_argument("--style", metavar="STYLE", help="a list of references instead: apa, ieee, nature, FILE.csl …")
    parser.add_argument("-o", "--output", metavar="FILE", help="file to write, in place of one that is there")
    _filters(parser)
    _only_retracted(parser)


def remove(parser: ArgumentParser) -> None:
    """``remove``."""
    parser.add_argument("ids", metavar="ID", nargs="+", type=text, help="id of a paper")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def sessions(parser: ArgumentParser) -> None:
    """``sessions`` and what can be done with them."""
    actions = parser.add_subparsers(title="actions", dest="action", metavar="ACTION", prog="conspectus sessions")
    made = {
        name: actions.add_parser(name, help=help, description=f"{help}.", allow_abbrev=False)
        for name, help in (
            ("list", "List them, the last one used first (without ACTION too)"),
            ("search", "Find those in which all the words, or their beginnings, stand"),
            ("show", "Show a conversation"),
            ("export", "Write a conversation as Markdown, as JSON, or its papers as BibTeX"),
            ("fork", "Start a conversation with the questions of another up to one of them, and print its id"),
            ("rename", "Give a conversation another title"),
            ("delete", "Delete a conversation for good"),
            ("new", "Start a conversation and print its id"),
        )
    }
    for name in ("show", "export", "fork", "rename", "delete"):
        made[name].add_argument("id", metavar="ID", type=text, help="id of a conversation, or last")
    made["search"].add_argument("words", metavar="WORDS", nargs="+", type=text, help="words of questions or answers")
    made["export"].add_argument("--format", choices=("md", "json", "bib"), default="md", help="its format (md)")
    made["export"].add_argument("--style", metavar="STYLE", default="apa", help="of its references (apa)")
    made["export"].add_argument("-o", "--output", metavar="FILE", help="file to write, in place of one that is there")
    made["fork"].add_argument("turn", metavar="TURN", type=positive, help="number of the last question to take, from 1")
    made["rename"].add_argument("title", metavar="TITLE", nargs="+", type=text, help="its title")
    made["new"].add_argument("title", metavar="TITLE", nargs="*", type=text, help="its title")
    for action in made.values():
        common(action)


def doctor(parser: ArgumentParser) -> None:
    """``doctor``."""
    parser.add_argument("--repair", action="store_true", help="mend what can be mended")
    parser.add_argument("--re-embed", action="store_true", help="give every paper a new vector by this embedder")
    parser.add_argument("--models", action="store_true", help="ask the models that are set, and not the library")
    model(parser, writes=False)


def evaluate(parser: ArgumentParser) -> None:
    """``eval``."""
    parser.add_argument("file", metavar="QUESTIONS.jsonl", help="file of questions")
    model(parser)


def demo(parser: ArgumentParser) -> None:
    """``demo``."""
    model(parser)


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


def _retracted(parser: ArgumentParser) -> None:
    """For what draws on papers."""
    parser.add_argument(
        "--retracted", action=argparse.BooleanOptionalAction, help="draw on retracted papers too, or not (no)"
    )


def _only_retracted(parser: ArgumentParser) -> None:
    """For what lists papers."""
    parser.add_argument(
        "--retracted", action=argparse.BooleanOptionalAction, dest="in_retracted", help="only retracted papers, or none"
    )
