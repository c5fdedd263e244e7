"""Sentences of a model that tell nothing: they pass the check, for what says nothing is contradicted by nobody."""

import re
from collections.abc import Collection

from store.index.schema import terms

# What no abstract can carry: that others do not say something.
_ABSENCE = re.compile(
    r"\b(?:papers?|abstracts?|stud(?:y|ies)|authors?|texts?|sources?|it|they|none|neither)\b[^.]{0,40}?"
    r"\b(?:(?:do|does|did)(?: not|n't)|never|no longer)\s+(?:explicitly\s+|directly\s+)?"
    r"(?:state|mention|report|specify|provide|say|tell|address|discuss|describe|indicate|give|name|list)\b"
    r"|\bnot (?:explicitly |directly )?(?:stated|mentioned|specified|reported|provided)\b",
    re.IGNORECASE,
)
# Nor that something is missing; and "the second paper" is one in an order that no reader sees.
_NOT_FOUND = re.compile(r"\b(?:is|are|was|were) (?:missing|absent|lacking)\W*$", re.IGNORECASE)
_BY_ORDER = re.compile(
    r"\bthe (?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|final|\d+(?:st|nd|rd|th)) "
    r"(?:paper|abstract|study|article|source)\b",
    re.IGNORECASE,
)
# The same said of the sources alone: how a model says that it has no answer.
_NO_ANSWER = re.compile(
    r"\b(?:abstracts?|papers?|sources?|evidence|documents?)\b[^.]{0,40}?\b(?:do|does|did)(?: not|n't)\s+"
    r"(?:explicitly\s+|directly\s+)?(?:state|mention|specify|say|tell|discuss|describe|contain|provide|address|indicate)\b"
    r"|\bnot (?:explicitly |directly )?(?:stated|mentioned|specified|provided) in\b",
    re.IGNORECASE,
)
_EMPTY = frozenset(
    term for term in terms("papers paper abstract study authors various several different many use used uses work")
)


def states(text: str) -> bool:
    """Whether a sentence states something; that the sources do not say it is no statement, but no answer."""
    return bool(set(terms(text)) - _EMPTY) and not _NO_ANSWER.search(text)


def says_something(text: str, question: str, titles: Collection[str]) -> bool:
    """Whether a sentence says more than what was asked for, a title, or that something is not said or not there.

    Args:
        text: The sentence.
        question: What the model was to tell.
        titles: Of the papers that it was given.
    """
    said = terms(text)
    if any(form.search(text) for form in (_ABSENCE, _NOT_FOUND, _BY_ORDER)):
        return False
    if not set(said) - set(terms(question)) - _EMPTY:
        return False
    return all(said != terms(title) for title in titles)
