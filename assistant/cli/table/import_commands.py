"""Commands that bring papers into the library."""

import argparse
from argparse import ArgumentParser

from assistant.cli.arguments import (
    add_actions,
    add_common_options,
    add_listing_filters,
    parse_path,
    parse_positive,
    parse_text,
    parse_year,
)
from assistant.cli.table.command_entry import CommandEntry


def _declare_add(parser: ArgumentParser) -> None:
    parser.add_argument(
        "files", metavar="FILE", nargs="+", type=parse_path, help="file, folder or archive of papers; - for stdin"
    )
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


def _declare_fetch(parser: ArgumentParser) -> None:
    parser.add_argument(
        "references", metavar="REFERENCE", nargs="+", type=parse_text, help="DOI, arXiv id, pmid:…, arxiv:query WORDS …"
    )
    parser.add_argument("--limit", metavar="N", type=parse_positive, help="papers of one query or author (1000)")
    parser.add_argument("--dry-run", action="store_true", help="show what would be asked for, and ask nothing")


def _declare_enrich(parser: ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="show what would be asked for, and ask nothing")
    add_listing_filters(parser)


def _declare_zotero(parser: ArgumentParser) -> None:
    parsers = add_actions(
        parser,
        {
            "sync": "Bring the library in step with Zotero (without ACTION too)",
            "push": "Show what would be written into Zotero; with --yes, write it",
            "undo": "Show what would be taken back from Zotero; with --yes, take it back",
            "writes": "List what was written into Zotero",
        },
    )
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
    push.add_argument(
        "file",
        metavar="FILE",
        nargs="?",
        type=parse_path,
        help="a report (.manifest.json, .json) or a text in Markdown",
    )
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


def _declare_watch(parser: ArgumentParser) -> None:
    parsers = add_actions(
        parser,
        {
            "add": "Watch a query, an author, a folder or a file",
            "list": "List what is watched, and the reports that are followed (without ACTION too)",
            "remove": "Stop watching something, or following a report; nothing else is removed",
        },
    )
    parsers["add"].add_argument(
        "source", metavar="SOURCE", nargs="+", type=parse_text, help='arxiv:query "…", pubmed:query "…", a folder …'
    )
    parsers["add"].add_argument(
        "--limit", metavar="N", type=parse_positive, help="papers that one update takes of it, the newest (200)"
    )
    parsers["remove"].add_argument("name", metavar="NAME", type=parse_text, help="its id or source, or a report's file")
    for action in parsers.values():
        add_common_options(action)


def _declare_update(parser: ArgumentParser) -> None:
    parser.add_argument(
        "reports",
        metavar="REPORT",
        nargs="*",
        type=parse_path,
        help="report as JSON, or a manifest, to follow from now on",
    )
    parser.add_argument("--format", metavar="NAME", help="md, html or json (as FILE ends)")
    parser.add_argument("-o", "--output", metavar="FILE", type=parse_path, help="file to write what is new to")
    parser.add_argument(
        "--retractions",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="ask which papers of the reports were retracted, or not (yes)",
    )


ENTRIES = (
    CommandEntry(
        "add",
        "FILE…",
        "Add the papers of files; what is there already is passed over, and records of one paper are joined",
        ("conspectus add library.bib exports/", "conspectus add page.txt --format listing"),
        _declare_add,
        "files",
        "Stopped or crashed, it goes on where it was when it is run again. Ends with 1 if a file gave nothing at all.",
    ),
    CommandEntry(
        "embed",
        "",
        "Give the papers that words alone find their vectors, so that meaning finds them, too",
        ("conspectus embed",),
        lambda parser: None,
        about="`add` does so at its end, unless it was stopped or told not to. Stopped, this goes on from there.",
    ),
    CommandEntry(
        "fetch",
        "REFERENCE…",
        "Fetch papers from arXiv, OpenAlex, Crossref, Semantic Scholar and PubMed, and add them",
        (
            "conspectus fetch arxiv:2203.05482 10.1145/3292500 pmid:31671389",
            'conspectus fetch arxiv:query "au:Namkoong_H" --limit 50',
            "conspectus fetch openalex:author/A5023888391 --dry-run",
        ),
        _declare_fetch,
        "references",
        "Stopped or failed, it asks only for the rest when it is run again. Forms, keys and limits: docs/providers.md. "
        "Ends with 1 if nothing came at all.",
    ),
    CommandEntry(
        "enrich",
        "",
        "Ask providers for the abstracts and ids that papers of the library lack",
        ("conspectus enrich --dry-run", "conspectus enrich --source library.bib"),
        _declare_enrich,
        about="What comes fills gaps; what your own files say is never overwritten.",
    ),
    CommandEntry(
        "zotero",
        "[sync | push FILE | undo [ID] | writes]",
        "Sync with Zotero; push reports, answers, abstracts and DOIs to it, and take them back",
        (
            "conspectus zotero sync",
            'conspectus zotero sync --collection "Weight averaging" --tag read',
            "conspectus zotero push report.md --collection Reports --yes",
            "conspectus zotero undo --yes",
        ),
        _declare_zotero,
        about="It reads a Zotero that runs on this machine, else zotero.org (key in ZOTERO_API_KEY), else a copy of "
        "zotero.sqlite. Nothing is written into Zotero without --yes. More: docs/zotero.md; `conspectus zotero ACTION "
        "--help` tells of each.",
    ),
    CommandEntry(
        "watch",
        "ACTION",
        "Watch queries of providers and folders, and list or remove what is watched",
        (
            'conspectus watch add arxiv:query "cat:stat.ML AND abs:fairness"',
            "conspectus watch add exports/",
            "conspectus watch list",
            "conspectus watch remove exports/",
        ),
        _declare_watch,
        about="Nothing is asked or added before `conspectus update`. More, with lines for cron and systemd: "
        "docs/living.md.",
    ),
    CommandEntry(
        "update",
        "[REPORT…]",
        "Add what is new of all that is watched, and tell it: each paper once, and what it changes in saved reports",
        (
            "conspectus update",
            "conspectus update -o news.html",
            "conspectus update shift.json --json",
        ),
        _declare_update,
        "reports",
        "Ends with 1 if something that is watched could not be read to its end; what came is told all the same. "
        "Killed, it goes on where it was.",
    ),
)
