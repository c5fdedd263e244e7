"""The commands: one table that feeds the parser, the help and the documentation."""

import importlib
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, cast

from assistant.cli import agent_arguments, arguments

if TYPE_CHECKING:
    from assistant.cli.console import Output


class CommandEntry(NamedTuple):
    """A command as its user knows it.

    Attributes:
        name: What is typed.
        operands: What follows it beside options.
        help: What it does, in one line.
        examples: Complete command lines.
        arguments: Declares its arguments.
        several: The argument that takes any number of words, which may stand apart; "" for none.
        about: What there is to say beyond ``help``.
        module: The module whose ``run(args, out)`` runs it; "" for ``assistant.cli.commands.<name>_command``.
    """

    name: str
    operands: str
    help: str
    examples: tuple[str, ...]
    arguments: Callable[[ArgumentParser], None]
    several: str = ""
    about: str = ""
    module: str = ""

    def load(self) -> "Callable[[Namespace, Output], int]":
        """Import what runs it, which is not imported before."""
        module = importlib.import_module(self.module or f"assistant.cli.commands.{self.name}_command")
        return cast("Callable[[Namespace, Output], int]", module.run)


COMMANDS = (
    CommandEntry(
        "add",
        "FILE…",
        "Add the papers of files; what is there already is passed over, and records of one paper are joined",
        ("conspectus add library.bib exports/", "conspectus add page.txt --format listing"),
        arguments.declare_add,
        "files",
        "Stopped or crashed, it goes on where it was when it is run again. Ends with 1 if a file gave nothing at all.",
    ),
    CommandEntry(
        "embed",
        "",
        "Give the papers that words alone find their vectors, so that meaning finds them, too",
        ("conspectus embed",),
        arguments.declare_embed,
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
        arguments.declare_fetch,
        "references",
        "Stopped or failed, it asks only for the rest when it is run again. Forms, keys and limits: docs/providers.md. "
        "Ends with 1 if nothing came at all.",
    ),
    CommandEntry(
        "enrich",
        "",
        "Ask providers for the abstracts and ids that papers of the library lack",
        ("conspectus enrich --dry-run", "conspectus enrich --source library.bib"),
        arguments.declare_enrich,
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
        arguments.declare_zotero,
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
        arguments.declare_watch,
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
        arguments.declare_update,
        "reports",
        "Ends with 1 if something that is watched could not be read to its end; what came is told all the same. "
        "Killed, it goes on where it was.",
    ),
    CommandEntry(
        "ask",
        "[QUESTION]",
        "Answer a question from the library, each sentence with its source",
        (
            'conspectus ask "What is Residual Horizon Optimization?"',
            'conspectus ask --session new --since 2020 "Who …?"',
            'conspectus ask --model llama3.1:8b --base-url http://localhost:11434/v1 "Why …?"',
        ),
        arguments.declare_ask,
        "question",
        "Ends with 3 if the library does not hold the answer. Without a QUESTION, or with -, it is read from standard "
        "input.",
    ),
    CommandEntry(
        "chat",
        "",
        "Talk with the library: answers beside their evidence, in the terminal or in a browser",
        ("conspectus chat", "conspectus chat --session last", "conspectus chat --web --port 8765"),
        arguments.declare_chat,
        about="F1 shows its keys. With --web it prints an address of 127.0.0.1 that holds a secret and works until "
        "Ctrl-C; nothing else is served, and to nobody else.",
        module="tui.cli",
    ),
    CommandEntry(
        "mcp",
        "",
        "Serve the library to an agent: eight tools, among them one that compares its own sentences",
        ("conspectus mcp", "conspectus mcp --write --model gpt-4o-mini", "conspectus mcp --http 8766"),
        agent_arguments.declare_mcp,
        about="It speaks the Model Context Protocol over standard input and output; with --http over HTTP on this "
        "machine, to whoever has the token that it prints. It only reads unless --write is said. How agents are told "
        "of it: docs/agents.md.",
        module="assistant.mcp.cli",
    ),
    CommandEntry(
        "skill",
        "[DIR]",
        "Write a skill: a folder that tells an agent how to use this command line",
        ("conspectus skill", "conspectus skill ~/.claude/skills", "conspectus skill --replace"),
        agent_arguments.declare_skill,
        about="It makes the folder conspectus in DIR, with SKILL.md and what that refers to. A folder that is there is "
        "left alone without --replace.",
    ),
    CommandEntry(
        "search",
        "WORDS",
        "Find papers by meaning and by words, each with its best sentences",
        ("conspectus search rare-event simulation", 'conspectus search "offline evaluation" -k 5 --author Che'),
        arguments.declare_search,
        "words",
        "Behind each stands its relevance: how probable it is that the paper is about the words, which can be compared "
        "between searches. Ends with 3 if nothing fits.",
    ),
    CommandEntry(
        "where",
        "[TEXT]",
        "Find the papers that say a sentence or have a number, and those that say otherwise",
        (
            'conspectus where "Averaging the weights of fine-tuned models improves accuracy."',
            'conspectus where "1.6 points"',
            "conspectus where - --json",
        ),
        arguments.declare_where,
        "text",
        "Word for word it is found in every paper, in other words in those that stand out. Ends with 3 if no paper "
        "says it. Without a TEXT, or with -, it is read from standard input.",
    ),
    CommandEntry(
        "check",
        "DRAFT",
        "Compare a draft of your own, sentence by sentence, with the words of what it cites and of the library",
        ("conspectus check draft.md", "conspectus check paper.tex --bib references.bib"),
        arguments.declare_check,
        about="Citations are [@key], \\cite{key}, (Gold et al., 2005) or a number of a list of references; a key is "
        "that of the .bib file, an id, a citation key, a DOI or an arXiv id. Ends with 1 if what a sentence cites does "
        "not say it or says otherwise, or a key is unknown.",
    ),
    CommandEntry(
        "report",
        "[KIND] [TOPIC] | diff A B",
        "Write a report on the library: themes, timeline, question, compare, author, contradictions or annotated",
        (
            "conspectus report",
            'conspectus report themes "distribution shift" --since 2020 -o shift.html',
            "conspectus report author --author Namkoong --format md -o namkoong.md",
            "conspectus report --replay shift.manifest.json -o again.html",
            "conspectus report diff before.json after.json",
        ),
        arguments.declare_report,
        "words",
        "Without KIND it tells the themes. With -o the manifest, from which --replay makes the same report again, is "
        "written beside the report. Without a model every sentence is one of an abstract.",
    ),
    CommandEntry(
        "batch",
        "SPEC.toml",
        "Make many reports and answers from a file, at a price that is known before",
        (
            "conspectus batch batch.toml --estimate",
            "conspectus batch batch.toml --max-cost 2.50",
            "conspectus batch batch.toml --batch-api --resume",
        ),
        arguments.declare_batch,
        about="Stopped in whatever way, it goes on with --resume and pays for nothing twice. Ends with 1 if one of "
        "them failed, with 4 if the budget is used up or OpenAI's Batch API is still at work.",
    ),
    CommandEntry(
        "papers",
        "",
        "List the papers, newest first",
        ("conspectus papers --year 2018-2020 --author Duchi", "conspectus papers --text fairness --json"),
        arguments.declare_papers,
        about="One line a paper; in a pipe the columns id, year, authors, title and remarks, with tabs between them.",
    ),
    CommandEntry(
        "overview",
        "",
        "Tell what the library is about: its themes, years, authors and venues, and questions to begin with",
        ("conspectus overview", "conspectus overview --since 2020 --json"),
        arguments.declare_overview,
        about="A theme is a phrase that papers share, with the number of papers in which its words stand.",
    ),
    CommandEntry(
        "show",
        "ID",
        "Show all that is known of a paper, and the papers most like it",
        ("conspectus show 10.1000/example", "conspectus show --sources doi:10.1000/example"),
        arguments.declare_show,
    ),
    CommandEntry(
        "duplicates",
        "",
        "List pairs of papers that may be one",
        ("conspectus duplicates", "conspectus duplicates --json"),
        arguments.declare_duplicates,
        about="Pairs that no rule may decide: merge them, or split them for good. The rule is told in docs/merging.md.",
    ),
    CommandEntry(
        "merge",
        "ID ID…",
        "Join papers to one, which has the id of the first",
        ("conspectus merge 10.1000/example 2203.05482",),
        arguments.declare_merge,
        "ids",
        "Every id goes on finding it. Adding their files again does not part them; `conspectus split` does.",
    ),
    CommandEntry(
        "split",
        "ID [ID]",
        "Make each record of a joined paper a paper of its own, or say that two papers are not one",
        ("conspectus split 10.1000/example", "conspectus split 10.1000/example 10.1000/other"),
        arguments.declare_split,
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
        arguments.declare_export,
        about="Without -o to standard output. Only jsonl holds all that is known of a paper; docs/formats.md tells "
        "what the others hold. Styles other than apa come with the extra `styles`.",
    ),
    CommandEntry(
        "remove",
        "ID…",
        "Remove papers",
        ("conspectus remove 10.1000/example", "conspectus remove --yes ID ID"),
        arguments.declare_remove,
        "ids",
        "Asks first. In a pipe it removes nothing without --yes. `conspectus undo` brings them back for thirty days.",
    ),
    CommandEntry(
        "undo",
        "",
        "Bring back what was removed last: papers, a conversation, papers that were merged",
        ("conspectus undo", "conspectus undo --list"),
        arguments.declare_undo,
        about="What was removed is kept for thirty days. Run again, it undoes the removal before.",
    ),
    CommandEntry(
        "sessions",
        "[list | search WORDS | show ID | export ID | fork ID TURN | rename ID TITLE | delete ID | new [TITLE]]",
        "List, search, read, export, branch, name and delete saved conversations",
        (
            "conspectus sessions",
            "conspectus sessions search fairness",
            "conspectus sessions export 20261123-081500-3f2a --format bib -o references.bib",
        ),
        arguments.declare_sessions,
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
        arguments.declare_doctor,
        "files",
        about="Ends with 1 if a check fails.",
    ),
    CommandEntry(
        "backup",
        "FILE",
        "Write the library into one file, while others may go on writing",
        ("conspectus backup library-2026-11.zip",),
        arguments.declare_backup,
        about="Papers, vectors, decisions, conversations and what models wrote. It is read once more before it counts, "
        "and overwrites nothing.",
    ),
    CommandEntry(
        "restore",
        "FILE",
        "Make a library of such a file",
        ("conspectus restore library-2026-11.zip --library restored", "conspectus restore FILE --replace"),
        arguments.declare_restore,
        about="All of it is compared with its checksums first. Where a library is there it does nothing without "
        "--replace, which keeps the old one beside the new one.",
    ),
    CommandEntry(
        "eval",
        "QUESTIONS.jsonl",
        "Score the answers to a file of questions",
        ("conspectus eval questions.jsonl",),
        arguments.declare_eval,
        about="One JSON object a line: id, type, question, and what a good answer holds (papers, answer_any, "
        "answer_all, need_all_papers, abstain, history). Nothing is saved as a session.",
    ),
    CommandEntry(
        "demo",
        "",
        "Build a library of 45 papers and ask it three questions",
        ("conspectus demo",),
        arguments.declare_demo,
    ),
)
