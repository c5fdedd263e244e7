"""The arguments of each command, and what they may be. Imports nothing but argparse: the help has to be there at once.

``parse_…`` takes an argument as it was typed and raises ArgumentTypeError where it makes no sense.
"""

import argparse
import re
from argparse import ArgumentParser, ArgumentTypeError

from assistant.phrases import STRICT


def parse_text(value: str) -> str:
    """Take an argument as text, also where a terminal sent bytes that are none."""
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def parse_share(value: str) -> float:
    """Parse a number from 0 to 1."""
    if not re.fullmatch(r"0*(?:0?\.\d{1,9}|0\.?|1(?:\.0*)?)", value):
        raise ArgumentTypeError(f"{value!r} is not a number from 0 to 1")
    return float(value)


def parse_positive(value: str) -> int:
    """Parse a number from 1 up."""
    if not re.fullmatch(r"0*[1-9][0-9]{0,8}", value):
        raise ArgumentTypeError(f"{value!r} is no number from 1 up")
    return int(value)


def parse_dollars(value: str) -> float:
    """Parse an amount of US dollars."""
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", value):
        raise ArgumentTypeError(f"{value!r} is no amount such as 2.50")
    return float(value)


def parse_port(value: str) -> int:
    """Parse a port that anybody may listen on."""
    if not re.fullmatch(r"[0-9]{4,5}", value) or not 1024 <= int(value) <= 65535:
        raise ArgumentTypeError(f"{value!r} is no port from 1024 to 65535")
    return int(value)


def parse_year(value: str) -> int:
    """Parse a year in four digits."""
    if not re.fullmatch(r"[0-9]{4}", value):
        raise ArgumentTypeError(f"{value!r} is no year such as 2018")
    return int(value)


def parse_years(value: str) -> tuple[int, int]:
    """Parse the first and last year of ``2018`` or ``2018-2020``; both are included."""
    parts = re.fullmatch(r"([0-9]{4})(?:\s*[-–]\s*([0-9]{4}))?", value)
    if not parts:
        raise ArgumentTypeError(f"{value!r} is no year such as 2018 or 2018-2020")
    first, last = int(parts[1]), int(parts[2] or parts[1])
    if last < first:
        raise ArgumentTypeError(f"{value!r} ends before it begins")
    return first, last


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
    group.add_argument("--library", metavar="DIR", default=default, help="folder of the library ($CONSPECTUS_LIBRARY)")
    group.add_argument(
        "--store", metavar="URL", default=default, help="Chroma server with the papers ($CONSPECTUS_STORE)"
    )
    for name, metavar, help in _SERVER_OPTIONS:
        group.add_argument(f"--server-{name}", metavar=metavar, default=default, help=help)
    group.add_argument("--config", metavar="FILE", default=default, help="file of settings ($CONSPECTUS_CONFIG)")
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
        group.add_argument("--prompts", metavar="DIR", help="folder of prompts that replace those that are shipped")


def add_judge_options(parser: ArgumentParser) -> None:
    """Add the options of the commands whose sentences a second stage may look at."""
    group = parser.add_argument_group(
        "check", "the rules compare words; a model may look at the sense: docs/checking.md"
    )
    group.add_argument(
        "--judge", action=argparse.BooleanOptionalAction, help="have a model look at the sense of claims, or not (no)"
    )
    group.add_argument("--judge-model", metavar="NAME", help="which, where another than --model is to; says --judge")


def declare_add(parser: ArgumentParser) -> None:
    """Declare the arguments of ``add``."""
    parser.add_argument("files", metavar="FILE", nargs="+", help="file, folder or archive of papers; - for stdin")
    parser.add_argument("--format", metavar="NAME", help="its format, if content does not tell (docs/formats.md)")
    parser.add_argument("--dry-run", action="store_true", help="tell what would happen, and write nothing")
    parser.add_argument(
        "--embed-at-once",
        action=argparse.BooleanOptionalAction,
        help="have the vectors follow at the end, or not: then words alone find the papers (yes)",
    )
    group = parser.add_argument_group(
        "only papers", "chosen while the file is read, so millions of lines are no matter"
    )
    group.add_argument(
        "--limit", metavar="N", type=parse_positive, help="of each FILE the first N that the others leave"
    )
    group.add_argument(
        "--category", metavar="NAME", action="append", type=parse_text, help="of it; again for one of several"
    )
    group.add_argument("--since", metavar="YEAR", type=parse_year, help="from that year or later")


def declare_fetch(parser: ArgumentParser) -> None:
    """Declare the arguments of ``fetch``."""
    parser.add_argument(
        "references", metavar="REFERENCE", nargs="+", type=parse_text, help="DOI, arXiv id, pmid:…, arxiv:query WORDS …"
    )
    parser.add_argument("--limit", metavar="N", type=parse_positive, help="papers of one query or author (1000)")
    parser.add_argument("--dry-run", action="store_true", help="show what would be asked for, and ask nothing")


def declare_enrich(parser: ArgumentParser) -> None:
    """Declare the arguments of ``enrich``."""
    parser.add_argument("--dry-run", action="store_true", help="show what would be asked for, and ask nothing")
    _add_filters(parser)
    _add_only_retracted(parser)


def declare_watch(parser: ArgumentParser) -> None:
    """Declare the arguments of ``watch``."""
    actions = parser.add_subparsers(title="actions", dest="action", metavar="ACTION", prog="conspectus watch")
    parsers = {
        name: actions.add_parser(name, help=help, description=f"{help}.", allow_abbrev=False)
        for name, help in (
            ("add", "Watch a query, an author, a folder or a file"),
            ("list", "List what is watched, and the reports that are followed (without ACTION too)"),
            ("remove", "Stop watching something, or following a report; nothing else is removed"),
        )
    }
    parsers["add"].add_argument(
        "source", metavar="SOURCE", nargs="+", type=parse_text, help='arxiv:query "…", pubmed:query "…", a folder …'
    )
    parsers["add"].add_argument(
        "--limit", metavar="N", type=parse_positive, help="papers that one update takes of it, the newest (200)"
    )
    parsers["remove"].add_argument("name", metavar="NAME", type=parse_text, help="its id or source, or a report's file")
    for action in parsers.values():
        add_common_options(action)


def declare_update(parser: ArgumentParser) -> None:
    """Declare the arguments of ``update``."""
    parser.add_argument(
        "reports", metavar="REPORT", nargs="*", help="report as JSON, or a manifest, to follow from now on"
    )
    parser.add_argument("--format", metavar="NAME", help="md, html or json (as FILE ends)")
    parser.add_argument("-o", "--output", metavar="FILE", help="file to write what is new to")
    parser.add_argument(
        "--retractions",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="ask which papers of the reports were retracted, or not (yes)",
    )


def declare_ask(parser: ArgumentParser) -> None:
    """Declare the arguments of ``ask``."""
    parser.add_argument("question", metavar="QUESTION", nargs="*", type=parse_text, help="the question, quoted or not")
    parser.add_argument("--session", metavar="ID", type=parse_text, help="conversation to go on with; new or last")
    parser.add_argument("--more", action="store_true", help="more sentences from the papers that the answer quotes")
    parser.add_argument(
        "--strict",
        action=argparse.BooleanOptionalAction,
        help=f"{STRICT}, or not (no)",
    )
    parser.add_argument(
        "--ignore",
        metavar="CONDITION",
        action="append",
        type=parse_text,
        default=[],
        help='do not count this condition of the question, as "Read as" says it; again for another',
    )
    parser.add_argument("--quotes", action="store_true", help="quote a sentence of each paper of a list")
    add_model_options(parser)
    add_judge_options(parser)
    _add_filters(parser)
    add_retracted_option(parser)


def declare_chat(parser: ArgumentParser) -> None:
    """Declare the arguments of ``chat``."""
    parser.add_argument(
        "--session", metavar="ID", type=parse_text, help="conversation to go on with; new (so without) or last"
    )
    parser.add_argument(
        "--strict",
        action=argparse.BooleanOptionalAction,
        help=f"{STRICT}, or not (no)",
    )
    add_retracted_option(parser)
    # None and not False: the flags that were given are handed on to the chat of each page.
    parser.add_argument("--web", action="store_true", default=None, help="in a browser on this machine (extra: web)")
    parser.add_argument("--port", metavar="N", type=parse_port, help="where --web listens (one that is free)")
    add_model_options(parser)
    add_judge_options(parser)


def declare_search(parser: ArgumentParser) -> None:
    """Declare the arguments of ``search``."""
    parser.add_argument("words", metavar="WORDS", nargs="+", type=parse_text, help="what to look for")
    parser.add_argument("-k", metavar="N", type=parse_positive, help="papers to find (10)")
    _add_filters(parser)
    _add_only_retracted(parser)


def declare_where(parser: ArgumentParser) -> None:
    """Declare the arguments of ``where``."""
    parser.add_argument(
        "text", metavar="TEXT", nargs="*", type=parse_text, help="a sentence, or a number; - for standard input"
    )
    parser.add_argument(
        "--limit", metavar="N", type=parse_positive, default=10, help="list so many papers of each kind at most (10)"
    )
    _add_filters(parser)
    add_retracted_option(parser)


def declare_check(parser: ArgumentParser) -> None:
    """Declare the arguments of ``check``."""
    parser.add_argument("draft", metavar="DRAFT", help="draft in Markdown or LaTeX, or a sentence; - for stdin")
    parser.add_argument("--bib", metavar="FILE", help="the .bib file that its keys come from")
    add_model_options(parser, writes=False)
    add_judge_options(parser)


def declare_report(parser: ArgumentParser) -> None:
    """Declare the arguments of ``report``."""
    parser.add_argument(
        "words", metavar="KIND TOPIC", nargs="*", type=parse_text, help="the kind, and what it is about"
    )
    parser.add_argument(
        "--format", metavar="NAME", help="md, html, json, csv, xlsx, bib, docx, pdf, tex (as FILE ends)"
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="file to write; - for standard output")
    parser.add_argument(
        "--min",
        metavar="X",
        dest="least",
        type=parse_share,
        help="relevance to the TOPIC, 0 to 1, from which papers count",
    )
    parser.add_argument(
        "--top", metavar="N", dest="most", type=parse_positive, help="papers on the TOPIC at the most, the surest first"
    )
    parser.add_argument("--estimate", action="store_true", help="say what a model is going to take, and ask nothing")
    parser.add_argument("--replay", metavar="MANIFEST", help="make the report of this manifest again, byte for byte")
    table = parser.add_argument_group("report table")
    table.add_argument(
        "--column",
        metavar="SPEC",
        action="append",
        default=[],
        type=parse_text,
        help='what each paper is asked: "sample size: number", "outcome: better | worse"; once a column',
    )
    table.add_argument("--columns", metavar="FILE", help="a TOML file with columns (docs/tables.md)")
    table.add_argument("--sort", metavar="COLUMN", default="", help="sort the rows by a column")
    table.add_argument("--descending", action="store_true", help="with --sort: the largest first")
    table.add_argument(
        "--where",
        metavar="CONDITION",
        action="append",
        default=[],
        type=parse_text,
        help='show rows that meet it only: "sample size >= 100"; again for more',
    )
    table.add_argument(
        "--correct",
        metavar=("PAPER", "COLUMN", "VALUE"),
        nargs=3,
        help="keep what a cell is to say from now on, as yours; the value '' takes it back",
    )
    table.add_argument("--corrections", action="store_true", help="list the cells that you corrected")
    parser.add_argument("--style", "--csl", metavar="STYLE", help="of its references: apa, ieee, nature, FILE.csl …")
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="of everything that draws lots (0)")
    parser.add_argument(
        "--strict",
        action=argparse.BooleanOptionalAction,
        help=f"{STRICT}, or not (no)",
    )
    add_model_options(parser)
    add_judge_options(parser)
    _add_filters(parser)
    add_retracted_option(parser)


def declare_batch(parser: ArgumentParser) -> None:
    """Declare the arguments of ``batch``."""
    parser.add_argument("spec", metavar="SPEC.toml", help="file that says what to make")
    parser.add_argument("--estimate", action="store_true", help="say what it is going to take, and ask nothing")
    parser.add_argument("--resume", action="store_true", help="go on where it stopped")
    parser.add_argument("--max-tokens", metavar="N", type=parse_positive, help="tokens that all its runs may take")
    parser.add_argument("--max-cost", metavar="USD", type=parse_dollars, help="US dollars that all its runs may take")
    parser.add_argument("--batch-api", action="store_true", help="by OpenAI's Batch API: send, end, --resume later")
    add_model_options(parser)
    add_judge_options(parser)


def declare_papers(parser: ArgumentParser) -> None:
    """Declare the arguments of ``papers``."""
    parser.add_argument("--oldest-first", action="store_true", help="the other way round")
    parser.add_argument("--limit", metavar="N", type=parse_positive, help="list so many at most")
    _add_filters(parser)
    _add_only_retracted(parser)


def declare_overview(parser: ArgumentParser) -> None:
    """Declare the arguments of ``overview``."""
    _add_filters(parser)
    _add_only_retracted(parser)


def declare_show(parser: ArgumentParser) -> None:
    """Declare the arguments of ``show``."""
    parser.add_argument(
        "id",
        metavar="ID",
        type=parse_text,
        help="id, citation key, DOI, arXiv id, PMID of a paper, or part of its title",
    )
    parser.add_argument("--sources", action="store_true", help="where each field came from, and the records joined")
    parser.add_argument("--roles", action="store_true", help="what each sentence is for: aim, method, result, …")


def declare_duplicates(parser: ArgumentParser) -> None:
    """Declare the arguments of ``duplicates``."""
    parser.add_argument("--limit", metavar="N", type=parse_positive, help="list so many pairs at most")


def declare_merge(parser: ArgumentParser) -> None:
    """Declare the arguments of ``merge``."""
    parser.add_argument(
        "ids",
        metavar="ID",
        nargs="+",
        type=parse_text,
        help="id, key, DOI … of a paper; the first's id stays",
    )


def declare_split(parser: ArgumentParser) -> None:
    """Declare the arguments of ``split``."""
    parser.add_argument(
        "ids", metavar="ID", nargs="+", type=parse_text, help="one merged paper, or two that are not one"
    )


def declare_export(parser: ArgumentParser) -> None:
    """Declare the arguments of ``export``."""
    parser.add_argument("--format", metavar="NAME", help="bibtex, ris, csl-json, csv, jsonl (as FILE ends; bibtex)")
    parser.add_argument("--style", metavar="STYLE", help="a list of references instead: apa, ieee, nature, FILE.csl …")
    parser.add_argument("-o", "--output", metavar="FILE", help="file to write, in place of one that is there")
    _add_filters(parser)
    _add_only_retracted(parser)


def declare_remove(parser: ArgumentParser) -> None:
    """Declare the arguments of ``remove``."""
    parser.add_argument("ids", metavar="ID", nargs="+", type=parse_text, help="id, citation key, DOI … of a paper")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def declare_undo(parser: ArgumentParser) -> None:
    """Declare the arguments of ``undo``."""
    parser.add_argument("--list", action="store_true", help="bring nothing back, and list what can be")


def declare_sessions(parser: ArgumentParser) -> None:
    """Declare the arguments of ``sessions``."""
    actions = parser.add_subparsers(title="actions", dest="action", metavar="ACTION", prog="conspectus sessions")
    parsers = {
        name: actions.add_parser(name, help=help, description=f"{help}.", allow_abbrev=False)
        for name, help in (
            ("list", "List them, the last one used first (without ACTION too)"),
            ("search", "Find those in which all the words, or their beginnings, stand"),
            ("show", "Show a conversation"),
            ("export", "Write a conversation as Markdown, as JSON, or its papers as BibTeX"),
            ("fork", "Start a conversation with the questions of another up to one of them, and print its id"),
            ("rename", "Give a conversation another title"),
            ("delete", "Delete a conversation; `conspectus undo` brings it back for thirty days"),
            ("new", "Start a conversation and print its id"),
        )
    }
    for name in ("show", "export", "fork", "rename", "delete"):
        parsers[name].add_argument("id", metavar="ID", type=parse_text, help="id of a conversation, or last")
    parsers["search"].add_argument(
        "words", metavar="WORDS", nargs="+", type=parse_text, help="words of questions or answers"
    )
    parsers["export"].add_argument("--format", choices=("md", "json", "bib"), default="md", help="its format (md)")
    parsers["export"].add_argument("--style", metavar="STYLE", default="apa", help="of its references (apa)")
    parsers["export"].add_argument(
        "-o", "--output", metavar="FILE", help="file to write, in place of one that is there"
    )
    parsers["fork"].add_argument(
        "turn", metavar="TURN", type=parse_positive, help="number of the last question to take, from 1"
    )
    parsers["rename"].add_argument("title", metavar="TITLE", nargs="+", type=parse_text, help="its title")
    parsers["new"].add_argument("title", metavar="TITLE", nargs="*", type=parse_text, help="its title")
    for action in parsers.values():
        add_common_options(action)


def declare_zotero(parser: ArgumentParser) -> None:
    """Declare the arguments of ``zotero``."""
    actions = parser.add_subparsers(title="actions", dest="action", metavar="ACTION", prog="conspectus zotero")
    parsers = {
        name: actions.add_parser(name, help=help, description=f"{help}.", allow_abbrev=False)
        for name, help in (
            ("sync", "Bring the library in step with Zotero (without ACTION too)"),
            ("push", "Show what would be written into Zotero; with --yes, write it"),
            ("undo", "Show what would be taken back from Zotero; with --yes, take it back"),
            ("writes", "List what was written into Zotero"),
        )
    }
    sync = parsers["sync"]
    for name, metavar, help in (
        ("collection", "NAME", "only what is in this collection, or in one in it; again for another"),
        ("tag", "NAME", "only what has this tag; again for one of several"),
    ):
        sync.add_argument(f"--{name}", metavar=metavar, action="append", type=parse_text, default=[], help=help)
    sync.add_argument("--group", metavar="NAME", type=parse_text, default="", help="name or number of a group")
    sync.add_argument("--only", action="store_true", help="this is all that is wanted from now on")
    sync.add_argument("--full", action="store_true", help="read and store everything again")
    sync.add_argument("--dry-run", action="store_true", help="tell what would happen, and store nothing")
    sync.add_argument("--yes", action="store_true", help="remove what is gone in Zotero without asking")
    push = parsers["push"]
    push.add_argument("file", metavar="FILE", nargs="?", help="a report (.manifest.json, .json) or a text in Markdown")
    push.add_argument("--session", metavar="ID", type=parse_text, help="an answer of this conversation; or last")
    push.add_argument("--turn", metavar="N", type=parse_positive, help="the answer to its Nth question (the last)")
    push.add_argument("--missing", action="store_true", help="the abstracts and DOIs that Zotero's items lack")
    push.add_argument("--collection", metavar="NAME", type=parse_text, help="where the note goes; its name or key")
    push.add_argument("--title", metavar="TITLE", type=parse_text, default="", help="what the note is called")
    push.add_argument("--group", metavar="NUMBER", type=parse_text, default="", help="the group whose library it is")
    parsers["undo"].add_argument("id", metavar="ID", nargs="?", default="", type=parse_text, help="what (the last)")
    for name in ("push", "undo"):
        parsers[name].add_argument("--yes", action="store_true", help="do it, and not only show it")
    for name in ("sync", "push", "undo"):
        parsers[name].add_argument(
            "--from", metavar="DOOR", dest="door", type=parse_text, help="local, web, database or FILE (zotero.sqlite)"
        )
    for action in parsers.values():
        add_common_options(action)


def declare_doctor(parser: ArgumentParser) -> None:
    """Declare the arguments of ``doctor``."""
    parser.add_argument(
        "files", metavar="FILE", nargs="*", help="reports as JSON, manifests, folders of batches to look at, too"
    )
    parser.add_argument("--repair", action="store_true", help="mend what can be mended")
    parser.add_argument("--re-embed", action="store_true", help="give every paper a new vector by this embedder")
    parser.add_argument("--models", action="store_true", help="ask the models that are set, and not the library")
    parser.add_argument(
        "--forget", action="store_true", help="with --models: work out anew what their servers take of a request"
    )
    add_model_options(parser, writes=False)


def declare_embed(parser: ArgumentParser) -> None:
    """Declare the arguments of ``embed``, of which there are none."""


def declare_backup(parser: ArgumentParser) -> None:
    """Declare the arguments of ``backup``."""
    parser.add_argument("file", metavar="FILE", help="file to write; none that is there is overwritten")


def declare_restore(parser: ArgumentParser) -> None:
    """Declare the arguments of ``restore``."""
    parser.add_argument("file", metavar="FILE", help="file that conspectus backup wrote")
    parser.add_argument(
        "--replace", action="store_true", help="a library that is there gives way, and is kept beside it"
    )


def declare_eval(parser: ArgumentParser) -> None:
    """Declare the arguments of ``eval``."""
    parser.add_argument("file", metavar="QUESTIONS.jsonl", help="file of questions")
    add_model_options(parser)
    add_judge_options(parser)


def declare_demo(parser: ArgumentParser) -> None:
    """Declare the arguments of ``demo``."""
    add_model_options(parser)


def _add_filters(parser: ArgumentParser) -> None:
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
    group.add_argument(
        "--min-citations", metavar="N", type=parse_positive, help="cited so often or more, as far as sources say it"
    )


def add_retracted_option(parser: ArgumentParser) -> None:
    """Add the option of what draws on papers."""
    parser.add_argument(
        "--retracted", action=argparse.BooleanOptionalAction, help="draw on retracted papers too, or not (no)"
    )


def _add_only_retracted(parser: ArgumentParser) -> None:
    """Add the option of what lists papers."""
    parser.add_argument(
        "--retracted", action=argparse.BooleanOptionalAction, dest="in_retracted", help="only retracted papers, or none"
    )
