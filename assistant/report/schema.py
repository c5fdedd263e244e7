"""What is asked of a report, and what it is made of. Every value is frozen and serialises to JSON."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from assistant.events import RequestRetried
from assistant.notebook import make_row_frame, write_block, write_claims, write_heading, write_line
from assistant.types import CLAIM_COLUMNS, EXTRACTIVE, Claim, Reference, Usage, list_claim_rows
from store.filters import ANSWERABLE, Filters
from store.paper import Frozen

# Letters up to which two slips would make any other word of a word.
_SHORT = 4
# Letters that are looked at: more are no word.
_LONG = 40


def find_meant(word: str, words: Iterable[str]) -> str:
    """Find the word that one with up to two slips is meant to be, "" where there is none.

    A slip is a letter too many, too few, another, or two in the wrong order; of a short word one is all that is taken.
    """
    distances = {meant: count_slips(word.lower()[:_LONG], meant) for meant in words}
    near = min(distances, key=lambda meant: distances[meant])
    return near if distances[near] <= (1 if len(near) <= _SHORT else 2) else ""


def count_slips(written: str, meant: str) -> int:
    """Count the slips between two words (Damerau 1964: the restricted edit distance)."""
    rows = [list(range(len(meant) + 1))]
    for i, letter in enumerate(written, 1):
        row = [i]
        for j, meant_letter in enumerate(meant, 1):
            cost = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (letter != meant_letter))
            if i > 1 and j > 1 and letter == meant[j - 2] and written[i - 2] == meant_letter:
                cost = min(cost, rows[-2][j - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]


FORM = 2
"""What reports look like today. A report of an earlier form is made again as it was: see ``first_form``."""


class ReportKind(StrEnum):
    """What a report tells."""

    THEMES = "themes"
    TIMELINE = "timeline"
    QUESTION = "question"
    COMPARE = "compare"
    AUTHOR = "author"
    CONTRADICTIONS = "contradictions"
    ANNOTATED = "annotated"
    TABLE = "table"

    @classmethod
    def find_near(cls, word: str) -> str:
        """Find the kind that a word with up to two slips is meant to be, "" where there is none."""
        return find_meant(word, cls)


TABLES = (ReportKind.TABLE, ReportKind.COMPARE)
"""Kinds of reports that are tables of papers and columns."""


class Paragraph(Frozen):
    """Claims that belong together; ``label`` says what they are about ("Methods"), "" for plain text."""

    claims: tuple[Claim, ...]
    label: str = ""


class Cell(Frozen):
    """A cell of a table: a fact of the catalogue as ``text``, or claims."""

    text: str = ""
    claims: tuple[Claim, ...] = ()


class Table(Frozen):
    """Rows of cells under a head; every row has as many cells as the head."""

    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


class Section(Frozen):
    """A heading and what stands under it.

    Attributes:
        heading: "" for what stands before the first heading.
        papers: Ids of the papers that it is about, the most central first.
        mode: Who wrote it: ``extractive`` (quoted sentences) or a model's name.
        note: What went otherwise than usual ("the model's text failed the check twice; excerpts are quoted instead").
        lead: Facts of the catalogue in words, which stand first: how many papers, of which years, the most cited.
    """

    heading: str
    paragraphs: tuple[Paragraph, ...] = ()
    table: Table | None = None
    papers: tuple[str, ...] = ()
    mode: str = EXTRACTIVE
    note: str = ""
    lead: str = ""

    @model_serializer(mode="wrap")
    def _leave_out_empty(self, serialize: SerializerFunctionWrapHandler) -> dict[str, object]:
        """Leave out what sections did not have once, where it is empty: so reports are written as they were."""
        content: dict[str, object] = serialize(self)
        return content if self.lead else {key: value for key, value in content.items() if key != "lead"}


class Bucket(StrEnum):
    """Where a paper of the scope went; each is in exactly one."""

    CITED = "cited"
    UNUSED = "evidence unused"
    BELOW = "below the cut"
    IRRELEVANT = "judged irrelevant"
    NOT_RETRIEVED = "not retrieved"
    NO_ABSTRACT = "no abstract"
    RETRACTED = "retracted"


class LedgerEntry(Frozen):
    """A line of the ledger: a paper, where it went, and why in words."""

    paper_id: str
    title: str
    bucket: Bucket
    reason: str


_LATER = ("relevance", "passes", "judged")  # What manifests did not have once.


class Manifest(Frozen):
    """What made a report: the same manifest gives the same report again, of a library that still has its papers.

    Attributes:
        version: Of this package.
        generation: Of the library.
        papers: Content hashes of the papers that it was written from, by their ids and in order.
        settings: What was asked for: kind, topic, filters and the like, as JSON values; and ``second_stage`` where one
            looked at what the model wrote, by name or hash.
        prompts: Hash of the prompts, "" without a model.
        model: Who wrote, ``extractive`` without a model.
        seed: Of everything that draws lots.
        left: Ids of the other papers of the scope, by the bucket that they are in and the reason.
        versions: Of the embedder and of the libraries that find the themes.
        identity: Hash of the model's endpoint and settings, "" without a model.
        context: Tokens that the model reads and writes in all, 0 without one.
        max_output: Tokens that it writes at the most, 0 without one.
        failed: What the model failed at where excerpts or labels stand in for it: in words, by the key of the request.
        cost: What the model took when it wrote what the report holds, whether that was for this report or earlier.
        digest: SHA-256 of the report without its manifest.
        relevance: How likely each of its papers is about the topic, 0 to 1; empty without a topic.
        passes: What each pass of a model took of that cost: relevance, facts, outline, sections, names; empty without
            passes.
        judged: Why a model judged papers near the cut to belong, in its words, by their ids.
    """

    version: str
    generation: str
    papers: dict[str, str]
    settings: dict[str, str | int | float | bool | list[str]]
    prompts: str = ""
    model: str = EXTRACTIVE
    seed: int = 0
    left: dict[Bucket, dict[str, tuple[str, ...]]] = Field(default_factory=dict)
    versions: dict[str, str] = Field(default_factory=dict)
    identity: str = ""
    context: int = 0
    max_output: int = 0
    failed: dict[str, str] = Field(default_factory=dict)
    cost: Usage = Usage()
    digest: str = ""
    relevance: dict[str, float] = Field(default_factory=dict)
    passes: dict[str, Usage] = Field(default_factory=dict)
    judged: dict[str, str] = Field(default_factory=dict)

    @model_serializer(mode="wrap")
    def _leave_out_empty(self, serialize: SerializerFunctionWrapHandler) -> dict[str, object]:
        """Leave out what manifests did not have once, where it is empty: so those are written as they were."""
        content: dict[str, object] = serialize(self)
        return {key: value for key, value in content.items() if value or key not in _LATER}


class Report(Frozen):
    """A finished report. ``[n]`` of its claims point into ``references``."""

    kind: ReportKind
    title: str
    sections: tuple[Section, ...]
    references: tuple[Reference, ...]
    ledger: tuple[LedgerEntry, ...]
    manifest: Manifest
    usage: Usage = Usage()

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Every claim, in order; one that stands twice is there twice."""
        return tuple(claim for section in self.sections for claim in list_claims(section))

    def to_pandas(self) -> Any:
        """Return the claims as a ``pandas.DataFrame``, a row a citation, with the heading that they stand under.

        Raises:
            InputError: pandas is not installed.
        """
        rows = [
            [section.heading, *row]
            for section in self.sections
            for claim in list_claims(section)
            for row in list_claim_rows(claim)
        ]
        return make_row_frame(("section", *CLAIM_COLUMNS), rows)

    def _repr_html_(self) -> str:
        parts = [write_heading(self.title)]
        for section in self.sections:
            parts += [write_heading(section.heading)] if section.heading else []
            parts += [write_line(text) for text in (section.lead, section.note) if text]
            parts.append(write_claims(claim.show() for claim in list_claims(section)))
        return write_block(*parts)


def list_claims(section: Section) -> tuple[Claim, ...]:
    """List the claims of a section, those of its table too."""
    cells = [cell for row in section.table.rows for cell in row] if section.table else []
    parts: list[Paragraph | Cell] = [*section.paragraphs, *cells]
    return tuple(claim for part in parts for claim in part.claims)


class ReportSpec(Frozen):
    """A report to make.

    Attributes:
        kind: What it tells.
        topic: What it is about, in words; a question for ``question``; "" for all papers that the filters let through.
        filters: Papers that it may draw on.
        seed: Of everything that draws lots.
        strict: Leave out claims that do not hold.
        least: With a topic, the relevance that a paper has at the least, 0 to 1; None for the cut that ``ask`` has.
        most: With a topic, how many papers are taken at the most, the surest first; None for all above the cut.
        form: How it is laid out; one that is made again is laid out as it was.
    """

    kind: ReportKind = ReportKind.THEMES
    topic: str = ""
    filters: Filters = ANSWERABLE
    seed: int = 0
    strict: bool = False
    least: float | None = None
    most: int | None = None
    form: int = FORM

    def format_title(self, what: str) -> str:
        """Make a title: what it tells, and of what."""
        return f"{what}: {self.topic}" if self.topic else what


class ReportStarted(Frozen):
    """The report is planned: its title, how many papers it is written from, the headings of its sections in order.

    Those of themes are labels made of words of their papers, until a model has named them.
    """

    event: Literal["report_started"] = "report_started"
    title: str
    papers: int
    headings: tuple[str, ...]


class SectionStarted(Frozen):
    """A section is being written; ``n`` counts from 1. Several may be at once."""

    event: Literal["section_started"] = "section_started"
    n: int
    heading: str


class SectionDone(Frozen):
    """A section is written and checked; its citations are not numbered yet. ``done`` counts those that are."""

    event: Literal["section_done"] = "section_done"
    n: int
    section: Section
    done: int


class RowsDone(Frozen):
    """Rows of a table are filled: so many of all."""

    event: Literal["rows_done"] = "rows_done"
    done: int
    total: int


class FactsDone(Frozen):
    """The facts of papers are known, from which sections are written: of so many of all."""

    event: Literal["facts_done"] = "facts_done"
    done: int
    total: int


class ReportDone(Frozen):
    """The last event: the whole report, what a model took for it just now, and how often it was not asked again."""

    event: Literal["report_done"] = "report_done"
    report: Report
    paid: Usage = Usage()
    cached: int = 0


ReportEvent = ReportStarted | SectionStarted | RowsDone | FactsDone | SectionDone | RequestRetried | ReportDone
