"""What is right for each shared case of the kinds ``question:*``; the questions are read when they are asked.

A year case names the condition that every paper has to fulfil, so that the sets follow the sample.
"""

import ast
import json
from collections.abc import Callable, Iterator
from typing import NamedTuple

from assistant.types import Answer
from benchmarks.corpora import SHARED
from benchmarks.expectations import Expectation, paper_key
from store.paper import Paper

CASES = SHARED / "cases" / "answers" / "cases.jsonl"
OTHER_LANGUAGE = ("abstracts are in English",)

_YEARS: dict[str, Callable[[Paper], bool]] = {
    "years_285": lambda paper: (paper.year or 0) >= 2024,
    "years_297": lambda paper: (paper.year or 0) >= 2024,
    "years_294": lambda paper: (paper.date or "").startswith("2025-03"),
    "years_289": lambda paper: paper.year != 2024,
    "years_293": lambda paper: paper.year in (2016, 2017),
    "years_292": lambda paper: (paper.year or 0) >= 2025,
    "years_287": lambda paper: 2010 <= (paper.year or 0) <= 2019,
    "years_291": lambda paper: (paper.year or 9999) <= 2017,
    "years_288": lambda paper: paper.year != 2024,
}
_NOT_2024 = "years_296"
_ZHANG = ("Graph kernels for molecules", "Attention for molecules", "Protein folding with less data")
_AUTHORS: dict[str, tuple[str, ...]] = {
    "authors_311": ("Bayesian trees", "Neural sparse models"),
    "authors_312": ("Bayesian trees", "Neural sparse models"),
    "authors_307": ("机器学习综述",),
    "authors_310": ("Protein folding with less data",),
    "authors_304": ("Defects in germanium", "Zur Theorie der Kristalle"),
    "authors_302": ("Defects in germanium", "Zur Theorie der Kristalle"),
    "authors_308": (),
    "authors_301": ("Graph kernels for molecules",),
}
_NOT_ZHANG = "authors_309"
_SOUP = "Model soups: averaging weights of multiple"
_SPEEDUP = "In-silico Risk Analysis of Personalized Ar"
_FORMS: dict[str, Expectation] = {
    "forms_331": Expectation(abstain=True),
    "forms_318": Expectation(first=(_SOUP,), must=(("90.94",),), or_says=OTHER_LANGUAGE),
    "forms_317": Expectation(first=(_SOUP,), must=(("90.94",),), or_says=OTHER_LANGUAGE),
    "forms_319": Expectation(first=(_SOUP,), must=(("90.94",),), or_says=OTHER_LANGUAGE),
    "forms_324": Expectation(first=(_SPEEDUP,)),
    "forms_323": Expectation(first=(_SPEEDUP,)),
    "forms_313": Expectation(first=(_SOUP,), must=(("90.94",),)),
    "forms_314": Expectation(first=(_SOUP,), must=(("accuracy",),)),
    "forms_315": Expectation(first=(_SOUP,), bullets=True),
    "forms_321": Expectation(abstain=True),
    "forms_328": Expectation(first=("A Planning Framework for Adaptive Labeling",)),
    "forms_329": Expectation(papers=(), or_abstain=True),
    "forms_330": Expectation(abstain=True),
}


class SharedCase(NamedTuple):
    """A shared case: its name, its library, its question and what is right."""

    name: str
    library: str
    question: str
    expected: Expectation


def read_cases(listing: list[Paper], authors: list[Paper]) -> Iterator[SharedCase]:
    """Yield the cases of the kinds ``question:*``; the papers are those of the two libraries they are asked of."""
    for record in map(json.loads, CASES.read_text(encoding="utf-8").splitlines()):
        if record["kind"].startswith("question:"):
            name = record["name"]
            library = "authors" if name in _AUTHORS or name == _NOT_ZHANG else "listing"
            question = str(ast.literal_eval(record["data"]["question"]))
            yield SharedCase(name, library, question, _expect(name, listing, authors))


def _expect(name: str, listing: list[Paper], authors: list[Paper]) -> Expectation:
    if name in _YEARS:
        return Expectation(papers=tuple(paper_key(paper) for paper in listing if _YEARS[name](paper)))
    if name == _NOT_2024:
        return Expectation(count=sum(paper.year != 2024 for paper in listing), max_claims=20)
    if name == _NOT_ZHANG:
        return Expectation(papers=tuple(paper.title for paper in authors if paper.title not in _ZHANG))
    if name in _AUTHORS:
        return Expectation(papers=_AUTHORS[name])
    return _FORMS[name]


def quotes_conclusion(answer: Answer, conclusion: str) -> tuple[bool, bool]:
    """Whether a conclusion is among the sentences that an answer quotes, and whether it is the first of them."""
    plain = " ".join(conclusion.split())
    quotes = [" ".join(citation.quote.split()) for claim in answer.claims for citation in claim.citations]
    holds = [bool(quote) and (quote in plain or plain in quote) for quote in quotes]
    return any(holds), bool(holds[:1] and holds[0])
