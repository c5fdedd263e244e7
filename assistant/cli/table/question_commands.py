"""Commands that answer, search, compare and report."""

from argparse import ArgumentParser

from assistant.cli.arguments import (
    add_filters,
    add_judge_options,
    add_listing_filters,
    add_model_options,
    add_retracted_option,
    add_strict_option,
    parse_dollars,
    parse_path,
    parse_port,
    parse_positive,
    parse_share,
    parse_text,
)
from assistant.cli.table.command_entry import CommandEntry


def _declare_ask(parser: ArgumentParser) -> None:
    parser.add_argument("question", metavar="QUESTION", nargs="*", type=parse_text, help="the question, quoted or not")
    parser.add_argument("--session", metavar="ID", type=parse_text, help="conversation to go on with; new or last")
    parser.add_argument("--more", action="store_true", help="more sentences from the papers that the answer quotes")
    add_strict_option(parser)
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
    add_filters(parser)
    add_retracted_option(parser)


def _declare_chat(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--session", metavar="ID", type=parse_text, help="conversation to go on with; new (so without) or last"
    )
    add_strict_option(parser)
    add_retracted_option(parser)
    # None and not False: the flags that were given are handed on to the chat of each page.
    parser.add_argument("--web", action="store_true", default=None, help="in a browser on this machine (extra: web)")
    parser.add_argument("--port", metavar="N", type=parse_port, help="where --web listens (one that is free)")
    add_model_options(parser)
    add_judge_options(parser)


def _declare_mcp(parser: ArgumentParser) -> None:
    parser.add_argument("--http", metavar="PORT", type=parse_port, help="serve HTTP on this port of 127.0.0.1 instead")
    parser.add_argument("--write", action="store_true", help="let agents fetch papers and save reports, too")
    add_strict_option(parser)
    add_retracted_option(parser)
    add_model_options(parser)
    add_judge_options(parser)


def _declare_skill(parser: ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", nargs="?", default="", help="where the folder conspectus is made (.)")
    parser.add_argument("--replace", action="store_true", help="write over one that is there")


def _declare_search(parser: ArgumentParser) -> None:
    parser.add_argument("words", metavar="WORDS", nargs="+", type=parse_text, help="what to look for")
    parser.add_argument("-k", metavar="N", type=parse_positive, help="papers to find (10)")
    add_listing_filters(parser)


def _declare_where(parser: ArgumentParser) -> None:
    parser.add_argument(
        "text", metavar="TEXT", nargs="*", type=parse_text, help="a sentence, or a number; - for standard input"
    )
    parser.add_argument(
        "--limit", metavar="N", type=parse_positive, default=10, help="list so many papers of each kind at most (10)"
    )
    add_filters(parser)
    add_retracted_option(parser)


def _declare_check(parser: ArgumentParser) -> None:
    parser.add_argument(
        "draft",
        metavar="DRAFT",
        type=parse_path,
        help="draft in Markdown, LaTeX or Word, or a sentence; - for stdin",
    )
    parser.add_argument("--bib", metavar="FILE", type=parse_path, help="the .bib file that its keys come from")
    add_model_options(parser, writes=False)
    add_judge_options(parser)


def _declare_report(parser: ArgumentParser) -> None:
    parser.add_argument(
        "words", metavar="KIND TOPIC", nargs="*", type=parse_text, help="the kind, and what it is about"
    )
    parser.add_argument(
        "--format", metavar="NAME", help="md, html, json, csv, xlsx, bib, docx, pdf, tex (as FILE ends)"
    )
    parser.add_argument("-o", "--output", metavar="FILE", type=parse_path, help="file to write; - for standard output")
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
    parser.add_argument(
        "--replay", metavar="MANIFEST", type=parse_path, help="make the report of this manifest again, byte for byte"
    )
    table = parser.add_argument_group("report table")
    table.add_argument(
        "--column",
        metavar="SPEC",
        action="append",
        default=[],
        type=parse_text,
        help='what each paper is asked: "sample size: number", "outcome: better | worse"; once a column',
    )
    table.add_argument("--columns", metavar="FILE", type=parse_path, help="a TOML file with columns (docs/tables.md)")
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
    add_strict_option(parser)
    add_model_options(parser)
    add_judge_options(parser)
    add_filters(parser)
    add_retracted_option(parser)


def _declare_batch(parser: ArgumentParser) -> None:
    parser.add_argument("spec", metavar="SPEC.toml", type=parse_path, help="file that says what to make")
    parser.add_argument("--estimate", action="store_true", help="say what it is going to take, and ask nothing")
    parser.add_argument("--resume", action="store_true", help="go on where it stopped")
    parser.add_argument("--max-tokens", metavar="N", type=parse_positive, help="tokens that all its runs may take")
    parser.add_argument("--max-cost", metavar="USD", type=parse_dollars, help="US dollars that all its runs may take")
    parser.add_argument("--batch-api", action="store_true", help="by OpenAI's Batch API: send, end, --resume later")
    add_model_options(parser)
    add_judge_options(parser)


ENTRIES = (
    CommandEntry(
        "ask",
        "[QUESTION]",
        "Answer a question from the library, each sentence with its source",
        (
            'conspectus ask "What is Residual Horizon Optimization?"',
            'conspectus ask --session new --since 2020 "Which papers study fairness?"',
            'conspectus ask --model llama3.1:8b --base-url http://localhost:11434/v1 "What are model soups?"',
        ),
        _declare_ask,
        "question",
        "Ends with 3 if the library does not hold the answer. Without a QUESTION, or with -, it is read from standard "
        "input.",
    ),
    CommandEntry(
        "chat",
        "",
        "Talk with the library: answers beside their evidence, in the terminal or in a browser",
        ("conspectus chat", "conspectus chat --session last", "conspectus chat --web --port 8765"),
        _declare_chat,
        about="F1 shows its keys. With --web it prints an address of 127.0.0.1 that holds a secret and works until "
        "Ctrl-C; nothing else is served, and to nobody else.",
        module="tui.cli",
    ),
    CommandEntry(
        "mcp",
        "",
        "Serve the library to an agent: eight tools, among them one that compares its own sentences",
        ("conspectus mcp", "conspectus mcp --write --model openai:gpt-4o-mini", "conspectus mcp --http 8766"),
        _declare_mcp,
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
        _declare_skill,
        about="It makes the folder conspectus in DIR, with SKILL.md and what that refers to. A folder that is there is "
        "left alone without --replace.",
    ),
    CommandEntry(
        "search",
        "WORDS",
        "Find papers by meaning and by words, each with its best sentences",
        ("conspectus search rare-event simulation", 'conspectus search "offline evaluation" -k 5 --author Che'),
        _declare_search,
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
        _declare_where,
        "text",
        "Word for word it is found in every paper, in other words in those that stand out. Ends with 3 if no paper "
        "says it. Without a TEXT, or with -, it is read from standard input.",
    ),
    CommandEntry(
        "check",
        "DRAFT",
        "Compare a draft of your own, sentence by sentence, with the words of what it cites and of the library",
        (
            "conspectus check draft.md",
            "conspectus check paper.tex --bib references.bib",
            'conspectus check "A model soup attains 90.94% top-1 accuracy on ImageNet."',
        ),
        _declare_check,
        about="Citations are [@key], \\cite{key}, (Gold et al., 2005) or a number of a list of references; a key is "
        "that of the .bib file, an id, a citation key, a DOI or an arXiv id. Ends with 1 if what a sentence cites does "
        "not say it or says otherwise, or a key is unknown.",
    ),
    CommandEntry(
        "report",
        "[KIND] [TOPIC] | diff A B",
        "Write a report: themes, timeline, question, compare, author, contradictions, annotated or table",
        (
            "conspectus report",
            'conspectus report themes "distribution shift" --since 2020 -o shift.html',
            "conspectus report author --author Namkoong --format md -o namkoong.md",
            "conspectus report --replay shift.manifest.json -o again.html",
            "conspectus report diff before.json after.json",
        ),
        _declare_report,
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
        _declare_batch,
        about="Stopped in whatever way, it goes on with --resume and pays for nothing twice. Ends with 1 if one of "
        "them failed, with 4 if the budget is used up or OpenAI's Batch API is still at work.",
    ),
)
