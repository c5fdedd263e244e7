"""The eight tools: one table that feeds the list that is sent, and the reading of arguments.

An agent reads the whole list before its first word, so it is short: at most 1,700 tokens (o200k), which
``benchmarks/mcp.py`` counts. The schemas of results name what an agent reads; a reply may hold more.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from assistant.phrases import SCALE

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_NUMBER: Schema = {"type": "integer"}
_FILTERS: Schema = {"type": "object", "description": "as of search"}
# Sentences of one call, and papers of one search; chosen by hand: what an agent reads at once.
SENTENCES, HITS = 50, 50
KINDS = ("themes", "timeline", "question", "compare", "author", "contradictions", "annotated", "table")


def _list_of(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties}


_PLACED = _object(paper_id=_TEXT, quote=_TEXT, start=_NUMBER, end=_NUMBER)
_CLAIM = _object(text=_TEXT, support=_TEXT, citations=_list_of(_PLACED), reasons=_list_of(_TEXT))
_OWN = {"holds": {"type": "boolean"}, **_CLAIM["properties"], "support": {"enum": list(SCALE)}}
_PLACES = _list_of(_object(key=_TEXT, quote=_TEXT, start=_NUMBER, end=_NUMBER, support=_TEXT))


class ToolEntry(NamedTuple):
    """A tool as an agent knows it.

    Attributes:
        name: What it is called by.
        description: What it does, and when to use it.
        arguments: Its arguments by name, as JSON schemas.
        result: The schema of ``result`` in its reply.
        required: The arguments that have to be there.
        writing: Arguments that there are only where writing is allowed.
    """

    name: str
    description: str
    arguments: Mapping[str, Schema]
    result: Schema
    required: tuple[str, ...] = ()
    writing: Mapping[str, Schema] = {}

    def list_arguments(self, write: bool) -> dict[str, Schema]:
        """List the arguments that it takes."""
        return {**self.arguments, **(self.writing if write else {})}

    def describe(self, write: bool) -> dict[str, Any]:
        """Describe it as the protocol has it."""
        arguments: Schema = {"type": "object", "properties": self.list_arguments(write)}
        if self.required:
            arguments["required"] = list(self.required)
        return {
            "name": self.name,
            "description": self.description,
            "inputSchema": arguments,
            "outputSchema": {**_object(notice=_TEXT, result=self.result), "required": ["result"]},
            "annotations": {"readOnlyHint": not (write and self.writing)},
        }


TOOLS = (
    ToolEntry(
        "search",
        "Find papers by meaning and words, best first, with the sentences that fit.",
        {
            "query": _TEXT,
            "k": {"type": "integer", "minimum": 1, "maximum": HITS},
            "filters": {
                "type": "object",
                "description": "author, first_author, year_from, year_to, venue, kind, keyword, tag, text, ids; "
                "not_author, not_venue …",
            },
        },
        _list_of(
            _object(
                paper_id=_TEXT,
                title=_TEXT,
                relevance={"type": "number"},
                sentences=_list_of(_object(quote=_TEXT, start=_NUMBER, end=_NUMBER)),
            )
        ),
        ("query",),
    ),
    ToolEntry(
        "ask",
        "Answer a question from the library: each sentence with its quotes and a sign. abstained: the library does not "
        "hold the answer.",
        {"question": _TEXT, "quotes": {"type": "boolean", "description": "quote a sentence of each listed paper"}}
        | {"filters": _FILTERS},
        _object(text=_TEXT, abstained={"type": "boolean"}, reason=_TEXT, claims=_list_of(_CLAIM)),
        ("question",),
    ),
    ToolEntry(
        "verify",
        "Compare your own sentences with the papers before you state them. holds: it may stand; reasons: what is "
        "wrong; citations: the nearest quotes, abstract[start:end].",
        {
            "sentences": {**_list_of(_TEXT), "minItems": 1, "maxItems": SENTENCES},
            "papers": {**_list_of(_TEXT), "description": "ids to compare with; else the nearest"},
        },
        _list_of(_object(**_OWN)),
        ("sentences",),
    ),
    ToolEntry(
        "check_draft",
        "Compare each sentence of a draft (Markdown, LaTeX) with what it cites ([@key], \\cite{key}, (Poe, 2005); a "
        "key is an id, DOI, citation key) and with the library.",
        {"draft": _TEXT, "bib": {"type": "string", "description": "BibTeX that its keys come from"}},
        _list_of(
            _object(
                line=_NUMBER,
                text=_TEXT,
                outcome=_TEXT,
                fine={"type": "boolean"},
                papers=_list_of(_object(key=_TEXT, quote=_TEXT, reasons=_list_of(_TEXT))),
            )
        ),
        ("draft",),
    ),
    ToolEntry(
        "where",
        "Find the papers that say a sentence or have a number, and those that say otherwise.",
        {"text": _TEXT, "limit": {"type": "integer", "minimum": 1, "maximum": HITS}, "filters": _FILTERS},
        _object(summary=_TEXT, said=_PLACES, denied=_PLACES),
        ("text",),
    ),
    ToolEntry(
        "paper",
        "A paper: record, abstract, citation, BibTeX, similar papers.",
        {"id": {"type": "string", "description": "id, citation key, DOI, arXiv id, PMID or part of the title"}},
        _object(paper_id=_TEXT, title=_TEXT, abstract=_TEXT, citation=_TEXT, bibtex=_TEXT),
        ("id",),
        {"fetch": {"type": "boolean", "description": "add it by DOI, arXiv id … if missing"}},
    ),
    ToolEntry(
        "overview",
        "What the library is about: themes, years, authors, venues, questions.",
        {"filters": _FILTERS},
        _object(papers=_NUMBER, themes=_list_of(_object(name=_TEXT, papers=_NUMBER)), questions=_list_of(_TEXT)),
    ),
    ToolEntry(
        "report",
        "Write a report on the library, each sentence with its quotes.",
        {
            "kind": {"enum": list(KINDS)},
            "topic": _TEXT,
            "most": {"type": "integer", "minimum": 1, "description": "papers on the topic at the most"},
            "columns": {**_list_of(_TEXT), "description": 'of a table: "sample size: number"'},
            "filters": _FILTERS,
        },
        _object(
            title=_TEXT,
            sections=_list_of(_object(heading=_TEXT, claims=_list_of({"type": "object", "description": "as of ask"}))),
            references=_list_of(_object(n=_NUMBER, paper_id=_TEXT)),
        ),
        writing={"save": {"type": "string", "description": "file name: x.md, x.html, x.json, x.docx …"}},
    ),
)
