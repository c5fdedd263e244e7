"""What a good answer to a labelled question holds, and the verdict on an answer, without a person or a model.

Papers are named by keys: the PubMed id where the paper came from PubMed, else the first 42 characters of its title.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from assistant.evaluate.scores import contains_phrase
from assistant.types import Answer
from store.paper import Frozen, Paper

RIGHT, HALF, WRONG = "right", "half", "wrong"
WRONGLY_ABSTAINED, WRONGLY_ANSWERED = "wrongly abstained", "wrongly answered"
OUTCOMES = (RIGHT, HALF, WRONG, WRONGLY_ABSTAINED, WRONGLY_ANSWERED)

# What an answer says of a phrase that it did not obey; such an answer is half right at the best.
_ADMITS = re.compile(r"\b(?:did|could|was|were|do|is|are)(?:n['’]t| not) (?:use|used|understand|understood|obey)", re.I)
# A list may be cut after so many papers, where it says how many there are (the issue's own rule).
SHOWN_AT_MOST = 20
# The share of the papers that belong, and of those shown that do, from which a list "about" a topic is right: which
# papers are about a topic is a matter of judgement, so one in four may differ.
NEAR = 0.75
_PUBMED = ("nbib", "jsonl")
_NUMBERS = "no one two three four five six seven eight nine ten eleven twelve".split()


class Expectation(Frozen):
    """What is expected of the answer to one question; what is not set is not looked at.

    Attributes:
        papers: Exactly these are shown; where more than 20, twenty of them and their number.
        maybe: Papers that may be shown beside them, or not.
        about: Whether ``papers`` are a matter of judgement, so that three in four are enough.
        first: The first paper is one of these.
        ordered: The first papers are these, in this order.
        cites: At least one of these is shown; all of them with ``all_cited``.
        within: Nothing is shown but papers of the answer before.
        count: The number that the answer says.
        counts: Likewise, where several numbers are right.
        must: Of each of these the answer or a quote holds one.
        opens: The first quote or sentence holds one of these.
        or_says: Saying one of these instead is right, too.
        abstain: Nothing answers it, and the answer says so.
        or_abstain: Abstaining is right as well.
        bullets: The text is a list.
        max_claims: More quotes than this are too many.
        typo: A name is misspelt: proposing the right one (in ``must``) is enough.
    """

    papers: tuple[str, ...] | None = None
    maybe: tuple[str, ...] = ()
    about: bool = False
    first: tuple[str, ...] = ()
    ordered: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    all_cited: bool = False
    within: bool = False
    count: int | None = None
    counts: tuple[int, ...] = ()
    must: tuple[tuple[str, ...], ...] = ()
    opens: tuple[str, ...] = ()
    or_says: tuple[str, ...] = ()
    abstain: bool = False
    or_abstain: bool = False
    bullets: bool = False
    max_claims: int | None = None
    typo: bool = False


class Verdict(NamedTuple):
    """One of ``OUTCOMES``, and what is missing, in words."""

    outcome: str
    missing: str = ""


def paper_key(paper: Paper) -> str:
    """Name a paper as the label files do: by the PubMed id only where PubMed's own record gives it."""
    is_of_pubmed = paper.source is not None and paper.source.format in _PUBMED
    return (paper.identifiers.get("pmid") if is_of_pubmed else None) or paper.title[:42]


def list_shown(answer: Answer, keys: Mapping[str, str]) -> list[str]:
    """List the keys of the papers that an answer shows, in order; ``keys`` has them by the ids of the library."""
    return list(dict.fromkeys(keys.get(reference.paper_id, reference.paper_id) for reference in answer.references))


def judge_answer(expected: Expectation, answer: Answer, shown: Sequence[str], before: Sequence[str] = ()) -> Verdict:
    """Judge an answer.

    Args:
        expected: What it should hold.
        answer: What came.
        shown: The papers that it shows, see ``list_shown``.
        before: Those of the answer before, for ``within``.
    """
    whole = " ".join([answer.text, answer.reason, *_list_quotes(answer)])
    if expected.or_says and any(contains_phrase(whole, phrase) for phrase in expected.or_says):
        return Verdict(RIGHT)
    if expected.or_abstain and answer.abstained:
        return Verdict(RIGHT)
    silent = answer.abstained or not (answer.claims or shown)
    if expected.abstain:
        lacking = _find_lacking(expected.must, whole)
        if not answer.abstained and not (silent and expected.must and not lacking):
            return Verdict(WRONGLY_ANSWERED, f"shows {', '.join(shown) or answer.text[:80]}")
        return Verdict(HALF, f"does not say {lacking}") if lacking else Verdict(RIGHT)
    if expected.typo:
        stray = set(shown) - {*expected.maybe}
        lacking = _find_lacking(expected.must, whole)
        if lacking or stray:
            outcome = WRONGLY_ABSTAINED if answer.abstained else WRONG
            return Verdict(outcome, f"lacks {lacking}, shows {sorted(stray)}")
        return Verdict(RIGHT)
    if expected.papers is not None:
        verdict = _judge_papers(expected, answer, shown, whole)
    elif expected.count is not None or expected.counts:
        verdict = _judge_count(expected, answer)
    else:
        verdict = _judge_checks([*_check_answer(expected, answer, shown, before, whole)], answer)
    if verdict.outcome == RIGHT and expected.max_claims is not None and len(answer.claims) > expected.max_claims:
        return Verdict(HALF, f"{len(answer.claims)} quotes")
    return verdict


def _judge_papers(expected: Expectation, answer: Answer, shown: Sequence[str], whole: str) -> Verdict:
    """Judge which papers are shown."""
    assert expected.papers is not None
    wanted = set(expected.papers) - set(expected.maybe)
    allowed = set(expected.papers) | set(expected.maybe)
    lacking, stray = wanted - set(shown), set(shown) - allowed
    if not allowed:
        if shown:
            return Verdict(WRONGLY_ANSWERED, f"shows {len(shown)} papers, none fits")
        unsaid = _find_lacking(expected.must, whole)
        return Verdict(HALF, f"does not say {unsaid}") if unsaid else Verdict(RIGHT)
    if not shown and wanted:
        return Verdict(WRONGLY_ABSTAINED if answer.abstained else WRONG, "shows none")
    hits = len(wanted & set(shown))
    recall = hits / len(wanted) if wanted else 1.0
    precision = 1 - len(stray) / len(shown) if shown else 1.0
    numbers = range(len(wanted), len(allowed) + 1)
    cut = len(wanted) > SHOWN_AT_MOST and hits >= SHOWN_AT_MOST and any(_says_number(answer.text, n) for n in numbers)
    complete = not lacking or cut or (expected.about and recall >= NEAR)
    pure = not stray or (expected.about and precision >= NEAR)
    what = f"lacks {sorted(lacking)[:3]} ({len(lacking)}), shows {sorted(stray)[:3]} ({len(stray)}) beside them"
    unsaid = _find_lacking(expected.must, whole)
    if complete and pure:
        return Verdict(HALF, f"does not say {unsaid}") if unsaid else Verdict(RIGHT)
    if expected.about:
        return Verdict(HALF if recall >= 0.5 and precision >= 0.5 else WRONG, what)
    if _ADMITS.search(whole) and complete:
        return Verdict(HALF, f"says what it did not use; {what}")
    return Verdict(HALF if not stray and recall >= NEAR else WRONG, what)


def _judge_count(expected: Expectation, answer: Answer) -> Verdict:
    """Judge the number that is said."""
    right = [number for number in (expected.count, *expected.counts) if number is not None]
    if any(_says_number(answer.text[:300], number) for number in right):
        return Verdict(RIGHT)
    if _ADMITS.search(answer.text):
        return Verdict(HALF, "says what it did not use")
    return Verdict(WRONGLY_ABSTAINED if answer.abstained else WRONG, f"says no {right[0]}: {answer.text[:80]}")


def _says_number(text: str, number: int) -> bool:
    """Whether a text has a number, in digits or as a word."""
    word = rf"|\b{_NUMBERS[number]}\b" if number < len(_NUMBERS) else ""
    return re.search(rf"(?<![\d.,\[]){number}(?![\d\]]|[.,]\d){word}", text, re.I) is not None


def _check_answer(
    expected: Expectation, answer: Answer, shown: Sequence[str], before: Sequence[str], whole: str
) -> Iterator[tuple[bool, str]]:
    """Yield for each thing that is expected whether it is there, and its name."""
    if expected.first:
        yield bool(set(shown[:1]) & set(expected.first)), f"first {expected.first[0]}"
    if expected.ordered:
        yield tuple(shown[: len(expected.ordered)]) == expected.ordered, f"{expected.ordered} first"
        yield set(shown[: len(expected.ordered)]) == set(expected.ordered), f"{expected.ordered} first in any order"
    if expected.cites:
        meant = set(expected.cites) & set(shown)
        yield len(meant) == len(expected.cites) if expected.all_cited else bool(meant), f"cites {expected.cites[:2]}"
    if expected.within:
        yield bool(shown) and set(shown) <= set(before), "shows papers of the answer before alone"
    for phrases in expected.must:
        yield any(contains_phrase(whole, phrase) for phrase in phrases), f"says {phrases}"
    if expected.opens:
        opening = " ".join([*_list_quotes(answer)][:1]) or answer.text
        if answer.claims:
            opening = f"{answer.claims[0].text} {opening}"
        yield any(contains_phrase(opening, phrase) for phrase in expected.opens), f"opens with {expected.opens}"
    if expected.bullets:
        yield len(re.findall(r"^\s*[-*•]\s", answer.text, re.M)) >= 2, "is a list"


def _judge_checks(checks: Sequence[tuple[bool, str]], answer: Answer) -> Verdict:
    """Judge by checks: all of them are right, half of them half."""
    missing = "; ".join(name for holds, name in checks if not holds)
    held = sum(holds for holds, _ in checks)
    if held == len(checks):
        return Verdict(RIGHT) if checks or not answer.abstained else Verdict(WRONGLY_ABSTAINED)
    if answer.abstained:
        return Verdict(WRONGLY_ABSTAINED, missing)
    return Verdict(HALF if 2 * held >= len(checks) else WRONG, missing)


def _find_lacking(must: Iterable[Sequence[str]], whole: str) -> str:
    """Find the first group of phrases of which a text holds none, as words; "" where it holds one of each."""
    return next((" / ".join(p) for p in must if not any(contains_phrase(whole, phrase) for phrase in p)), "")


def _list_quotes(answer: Answer) -> Iterator[str]:
    """Yield the quotes of an answer and the titles that it shows."""
    for claim in answer.claims:
        for citation in claim.citations:
            yield citation.quote


def fold_name(name: str) -> str:
    """Fold case and accents of a name."""
    letters = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()
