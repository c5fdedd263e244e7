"""What a report is going to tell, before anything is written: the same plan for quotes and for a model.

A section is planned as paragraphs, each with a role: what it asks of its papers, and what of an abstract tells it: the
roles of its sentences, or cues that were written by hand and not measured.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from assistant.answer.sufficiency import score_gist
from assistant.report.schema import Table
from assistant.report.sentence_choice import Telling
from assistant.report.themes import Theme
from assistant.types import Claim
from store.paper import Paper


class RhetoricalRole(NamedTuple):
    """One thing to tell of papers.

    Attributes:
        label: Heads the paragraph or the column.
        ask: What a model is asked for.
        cue: Finds the sentences that tell it, None where those that say what a paper does are meant.
        telling: What of an abstract tells it, by the roles of its sentences; it goes before the cue.
    """

    label: str
    ask: str
    cue: re.Pattern[str] | None = None
    telling: Telling | None = None

    def score_sentence(self, sentence: str) -> float:
        """Score how well a sentence tells it: 0 not at all, more with every cue."""
        return score_gist(sentence) if self.cue is None else float(len(self.cue.findall(sentence)))


def _compile_cue(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(words), re.IGNORECASE)


GIST = RhetoricalRole("", "what each of these papers does and finds, one sentence a paper")
METHODS = RhetoricalRole(
    "Methods",
    "which methods these papers propose or use",
    _compile_cue(
        r"\b(?:we|our|this (?:paper|work))\b[^.]{0,40}\b(?:propos|develop|introduc|design|deriv|formulat|adapt)\w*",
        r"\b(?:algorithm|estimator|procedure|framework|approach|method)s?\b",
        r"\b(?:by|via|using|through) \w+ing\b",
    ),
)
DATA = RhetoricalRole(
    "Data",
    "which data sets, benchmarks and settings these papers use",
    _compile_cue(
        r"\bdata ?sets?\b",
        r"\bbenchmarks?\b",
        r"\bcorp(?:us|ora)\b",
        r"\b(?:real|synthetic|tabular|clinical|public|survey|census)[- ](?:world )?data\b",
        r"\b(?:trial|cohort|patient|participant|user)s\b",
        r"\b[A-Z][A-Za-z]*(?:Net|Bench|QA|-\d+k?)\b",
    ),
)
NUMBERS = RhetoricalRole(
    "Numbers",
    "the figures that these papers report, with what they measure",
    re.compile(r"(?<![\w.-])\d[\d,.]*\s?(?:%|×|x\b|percent|pp\b|points|times|fold|million|billion|[a-z]{4,})"),
)
OPEN = RhetoricalRole(
    "Open questions",
    "what these papers say remains open, hard or missing",
    _compile_cue(
        r"\b(?:remains?|remaining|unclear|unknown|unresolved|open (?:question|problem)s?|challeng\w+|difficult\w*)\b",
        r"\b(?:lacks?|limitation|limited|fails?|however|despite|yet|little is known)\b",
        r"\bfuture (?:work|research|directions?)\b",
    ),
)
PROBLEM = RhetoricalRole("Problem", "which problem the paper addresses", OPEN.cue)
RESULT = RhetoricalRole(
    "Result",
    "what the paper finds",
    _compile_cue(
        r"\b(?:we|our|results?|experiments?)\b[^.]{0,40}\b(?:show|demonstrat|find|found|achiev|prov|observ|establish)\w*",
        r"\b(?:outperform|improv|reduc|attain|achiev|exceed)\w*\b",
        r"(?<![\w.-])\d[\d,.]*\s?(?:%|×|percent|times|fold)",
    ),
)
FIRST_THEME = (METHODS, DATA, NUMBERS, OPEN)
"""What a theme told beside the gist in reports of the first form."""
THEME_GIST = GIST._replace(telling=Telling.GIST)
THEME = (
    RhetoricalRole("Results", "what these papers find, where they agree and where they differ", telling=Telling.RESULT),
    RhetoricalRole("Data", DATA.ask, telling=Telling.DATA),
    RhetoricalRole(
        "Limitations", "which limits of their own work these papers state themselves", telling=Telling.LIMITATION
    ),
    RhetoricalRole(
        "Open questions", "what these papers say in their own words is still to be found out", telling=Telling.OPEN
    ),
    RhetoricalRole("Availability", "where these papers say that their code or data are", telling=Telling.AVAILABILITY),
)
"""What a theme tells beside the gist."""
ATTRIBUTES = (PROBLEM, METHODS._replace(label="Method"), DATA, RESULT)
"""The columns of a comparison."""


class ParagraphPlan(NamedTuple):
    """A paragraph to write.

    Attributes:
        role: What to tell.
        papers: Of which papers.
        most: In how many sentences at the most.
        each: Every paper has to have its sentence.
    """

    role: RhetoricalRole
    papers: Sequence[Paper]
    most: int
    each: bool = False


class SectionPlan(NamedTuple):
    """A section to write; a note is ready, and so is a table, for it holds facts of the catalogue and quotes.

    ``stated`` are sentences over several papers that are ready, too. ``columns`` is what a model tells of each paper in
    place of the quotes: the last columns of the table, which has a row a paper. ``lead`` are facts of the catalogue in
    words, which stand first. Where there are ``sources``, a model writes the section from the facts of these papers,
    and ``parts`` are for quotes alone; ``related`` are the names of the themes that it relates.
    """

    heading: str
    papers: Sequence[Paper]
    parts: Sequence[ParagraphPlan] = ()
    table: Table | None = None
    note: str = ""
    columns: Sequence[ParagraphPlan] = ()
    lead: str = ""
    sources: Sequence[Paper] = ()
    related: Sequence[str] = ()
    stated: Sequence[Claim] = ()

    @property
    def requested_parts(self) -> tuple[ParagraphPlan, ...]:
        """What a model is asked for from abstracts: the paragraphs, then the columns; nothing where it has facts."""
        return () if self.sources else (*self.parts, *self.columns)


class Outline(NamedTuple):
    """A report to write.

    Attributes:
        title: Of the report.
        plans: Its sections, in order.
        framed: Whether an overview and a conclusion are made of what the sections tell.
        themes: Those that it tells of, for a model to name: in headings and heads of tables.
    """

    title: str
    plans: Sequence[SectionPlan]
    framed: bool = False
    themes: Sequence[Theme] = ()

    @property
    def sources(self) -> list[Paper]:
        """The papers whose facts sections are written from, each once."""
        return [*{paper.id: paper for plan in self.plans for paper in plan.sources}.values()]
