"""What a report asks of its papers, and how a sentence shows that it tells it."""

import re
from typing import NamedTuple

from assistant.answer.wording import gist_bonus


class Role(NamedTuple):
    """One thing to tell of papers.

    Attributes:
        label: Heads the paragraph or the column.
        ask: What a model is asked for.
        cue: Finds the sentences that tell it, None where those that say what a paper does are meant.
    """

    label: str
    ask: str
    cue: re.Pattern[str] | None = None

    def fits(self, sentence: str) -> float:
        """How well a sentence tells it: 0 not at all, more with every cue."""
        return gist_bonus(sentence) if self.cue is None else float(len(self.cue.findall(sentence)))


def _cue(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(words), re.IGNORECASE)


GIST = Role("", "what each of these papers does and finds, one sentence a paper")
METHODS = Role(
    "Methods",
    "which methods these papers propose or use",
    _cue(
        r"\b(?:we|our|this (?:paper|work))\b[^.]{0,40}\b(?:propos|develop|introduc|design|deriv|formulat|adapt)\w*",
        r"\b(?:algorithm|estimator|procedure|framework|approach|method)s?\b",
        r"\b(?:by|via|using|through) \w+ing\b",
    ),
)
DATA = Role(
    "Data",
    "which data sets, benchmarks and settings these papers use",
    _cue(
        r"\bdata ?sets?\b",
        r"\bbenchmarks?\b",
        r"\bcorp(?:us|ora)\b",
        r"\b(?:real|synthetic|tabular|clinical|public|survey|census)[- ](?:world )?data\b",
        r"\b(?:trial|cohort|patient|participant|user)s\b",
        r"\b[A-Z][A-Za-z]*(?:Net|Bench|QA|-\d+k?)\b",
    ),
)
NUMBERS = Role(
    "Numbers",
    "the figures that these papers report, with what they measure",
    re.compile(r"(?<![\w.-])\d[\d,.]*\s?(?:%|×|x\b|percent|pp\b|points|times|fold|million|billion|[a-z]{4,})"),
)
OPEN = Role(
    "Open questions",
    "what these papers say remains open, hard or missing",
    _cue(
        r"\b(?:remains?|remaining|unclear|unknown|unresolved|open (?:question|problem)s?|challeng\w+|difficult\w*)\b",
        r"\b(?:lacks?|limitation|limited|fails?|however|despite|yet|little is known)\b",
        r"\bfuture (?:work|research|directions?)\b",
    ),
)
PROBLEM = Role("Problem", "which problem the paper addresses", OPEN.cue)
RESULT = Role(
    "Result",
    "what the paper finds",
    _cue(
        r"\b(?:we|our|results?|experiments?)\b[^.]{0,40}\b(?:show|demonstrat|find|found|achiev|prov|observ|establish)\w*",
        r"\b(?:outperform|improv|reduc|attain|achiev|exceed)\w*\b",
        r"(?<![\w.-])\d[\d,.]*\s?(?:%|×|percent|times|fold)",
    ),
)
THEME = (METHODS, DATA, NUMBERS, OPEN)
"""What a theme tells beside the gist."""
ATTRIBUTES = (PROBLEM, METHODS._replace(label="Method"), DATA, RESULT)
"""The columns of a comparison."""
