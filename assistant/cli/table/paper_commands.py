"""Commands that list, show, correct, export and remove papers."""

from argparse import ArgumentParser

from assistant.cli.arguments import add_listing_filters, parse_path, parse_positive, parse_text
from assistant.cli.table.command_entry import CommandEntry


def _declare_papers(parser: ArgumentParser) -> None:
    parser.add_argument("--oldest-first", action="store_true", help="the other way round")
    parser.add_argument("--limit", metavar="N", type=parse_positive, help="list so many at most")
    add_listing_filters(parser)


def _declare_overview(parser: ArgumentParser) -> None:
    add_listing_filters(parser)


def _declare_show(parser: ArgumentParser) -> None:
    parser.add_argument(
        "id",
        metavar="ID",
        type=parse_text,
        help="id, citation key, DOI, arXiv id, PMID of a paper, or part of its title",
    )
    parser.add_argument("--sources", action="store_true", help="where each field came from, and the records joined")
    parser.add_argument("--roles", action="store_true", help="what each sentence is for: aim, method, result, …")


def _declare_duplicates(parser: ArgumentParser) -> None:
    parser.add_argument("--limit", metavar="N", type=parse_positive, help="list so many pairs at most")


def _declare_merge(parser: ArgumentParser) -> None:
    parser.add_argument(
        "ids",
        metavar="ID",
        nargs="+",
        type=parse_text,
        help="id, key, DOI … of a paper; the first's id stays",
    )


def _declare_split(parser: ArgumentParser) -> None:
    parser.add_argument(
        "ids", metavar="ID", nargs="+", type=parse_text, help="one merged paper, or two that are not one"
    )


def _declare_export(parser: ArgumentParser) -> None:
    parser.add_argument("--format", metavar="NAME", help="bibtex, ris, csl-json, csv, jsonl (as FILE ends; bibtex)")
    parser.add_argument("--style", metavar="STYLE", help="a list of references instead: apa, ieee, nature, FILE.csl …")
    parser.add_argument(
        "-o", "--output", metavar="FILE", type=parse_path, help="file to write, in place of one that is there"
    )
    add_listing_filters(parser)


def _declare_remove(parser: ArgumentParser) -> None:
    parser.add_argument("ids", metavar="ID", nargs="+", type=parse_text, help="id, citation key, DOI … of a paper")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def _declare_undo(parser: ArgumentParser) -> None:
    parser.add_argument("--list", action="store_true", help="bring nothing back, and list what can be")


ENTRIES = (
    CommandEntry(
        "papers",
        "",
        "List the papers, newest first",
        ("conspectus papers --year 2018-2020 --author Duchi", "conspectus papers --text fairness --json"),
        _declare_papers,
        about="One line a paper; in a pipe the columns id, year, authors, title and remarks, with tabs between them.",
    ),
    CommandEntry(
        "overview",
        "",
        "Tell what the library is about: its themes, years, authors and venues, and questions to begin with",
        ("conspectus overview", "conspectus overview --since 2020 --json"),
        _declare_overview,
        about="A theme is a phrase that papers share, with the number of papers in which its words stand.",
    ),
    CommandEntry(
        "show",
        "ID",
        "Show all that is known of a paper, and the papers most like it",
        ("conspectus show 10.1000/example", "conspectus show --sources doi:10.1000/example"),
        _declare_show,
    ),
    CommandEntry(
        "duplicates",
        "",
        "List pairs of papers that may be one",
        ("conspectus duplicates", "conspectus duplicates --json"),
        _declare_duplicates,
        about="Pairs that no rule may decide: merge them, or split them for good. The rule is told in docs/merging.md.",
    ),
    CommandEntry(
        "merge",
        "ID ID…",
        "Join papers to one, which has the id of the first",
        ("conspectus merge 10.1000/example 2203.05482",),
        _declare_merge,
        "ids",
        "Every id goes on finding it. Adding their files again does not part them; `conspectus split` does.",
    ),
    CommandEntry(
        "split",
        "ID [ID]",
        "Make each record of a joined paper a paper of its own, or say that two papers are not one",
        ("conspectus split 10.1000/example", "conspectus split 10.1000/example 10.1000/other"),
        _declare_split,
        "ids",
        "Adding their files again does not join them; `conspectus merge` does.",
    ),
    CommandEntry(
        "export",
        "",
        "Write the papers for other programs, or as a list of references",
        (
            "conspectus export -o library.bib",
            "conspectus export --since 2020 --author Che --format ris",
            "conspectus export --style vancouver -o references.txt",
        ),
        _declare_export,
        about="Without -o to standard output. Only jsonl holds all that is known of a paper; docs/formats.md tells "
        "what the others hold. Styles other than apa come with the extra `styles`.",
    ),
    CommandEntry(
        "remove",
        "ID…",
        "Remove papers",
        ("conspectus remove 10.1000/example", "conspectus remove --yes ID ID"),
        _declare_remove,
        "ids",
        "Asks first. In a pipe it removes nothing without --yes. `conspectus undo` brings them back for thirty days.",
    ),
    CommandEntry(
        "undo",
        "",
        "Bring back what was removed last: papers, a conversation, papers that were merged",
        ("conspectus undo", "conspectus undo --list"),
        _declare_undo,
        about="What was removed is kept for thirty days. Run again, it undoes the removal before.",
    ),
)
