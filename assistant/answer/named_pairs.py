"""What is asked of two papers that a question names, side by side, or of one that stands in front of it.

Each paper is asked by itself, as by a question that points at it. A figure that is asked for comes before what else
speaks to the question.
"""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import NamedTuple

from assistant.answer.details import Detail
from assistant.answer.extractive import quote_papers
from assistant.answer.named_details import find_asked_detail
from assistant.answer.paper_mentions import NamedPair, find_lead
from assistant.answer.replies import AnswerBody, Quote, abstain, make_quoted_claims, number_references
from assistant.answer.retrieved import Retrieved
from assistant.answer.side_by_side import CHANGED, Side, compare_sides, cut_out, format_claim, name_sides
from assistant.answer.sufficiency import measure_share
from assistant.escaping import escape_markdown
from assistant.question.parse import parse_question
from assistant.question.query import Intent, PreviousTurn, Query
from assistant.types import Claim
from assistant.verify.injection import find_injection_start
from assistant.verify.numbers import parse_quantities
from assistant.verify.tokens import fold_text
from store.filters import Filters
from store.index.index_schema import extract_terms
from store.index.snapshot import Snapshot
from store.paper import Paper
from store.results import ScoredSentence
from store.search import term_weights
from store.text.roles import Role

RetrieveOfOne = Callable[[Query, PreviousTurn], Retrieved]
"""Finds what a question is answered from that points at one paper."""
_OF_ONE = (Intent.FACT, Intent.RECORD, Intent.SHOW)


def read_pair(question: str, pair: NamedPair, view: Snapshot, filters: Filters, today: date | None) -> Query | None:
    """Read a question as asked of the two papers that it names.

    Args:
        question: The question.
        pair: The papers, and what is asked of them.
        view: The library.
        filters: Papers that the answer is restricted to.
        today: What "the last five years" counts back from.

    Returns:
        The query; None where nothing is asked of them, or where it states conditions that they do not fit, so that none
        is lost.
    """
    within = filters.intersect(Filters(ids=pair.ids))
    if not pair.asked or view.count_fitting(within) != len(pair.ids):
        return None
    if not all(_fit(text, pair.ids, view, today) for text in (pair.rest, *pair.asked)):
        return None
    if not all(_fit(named.label(question), (named.paper.id,), view, today) for named in (pair.one, pair.two)):
        return None
    sides = (pair.one.label(question), pair.two.label(question))
    asked = "; ".join(pair.asked)
    return Query(question=question, intent=Intent.COMPARE, sides=sides, wanted=asked, filters=filters)


def read_lead(question: str, view: Snapshot, filters: Filters, today: date | None) -> tuple[Query, PreviousTurn] | None:
    """Read a question in front of which its paper stands as one that points at it; None where none stands there."""
    lead = find_lead(question, view)
    if lead is None or not _fit(lead.asked, (lead.named.paper.id,), view, today):
        return None
    query, earlier = _ask_of(lead.named.paper, lead.asked, view, filters, today)
    if not view.count_fitting(query.filters):
        return None
    refers = f"{lead.named.label(question)} → “{lead.named.paper.title}”"
    return query.model_copy(update={"refers": refers}), earlier


def _fit(text: str, ids: Sequence[str], view: Snapshot, today: date | None) -> bool:
    """Tell whether papers fit all conditions that a text can be read to state; not where one is not understood."""
    if not extract_terms(text):
        return True
    for query in (parse_question(text, view, today), parse_question(f"papers {text}", view, today)):
        fitting = view.count_fitting(query.filters.intersect(Filters(ids=tuple(ids))))
        if query.unused or query.unknown or fitting != len(ids):
            return False
    return True


def _ask_of(
    paper: Paper, asked: str, view: Snapshot, filters: Filters, today: date | None = None
) -> tuple[Query, PreviousTurn]:
    """Ask something of one paper, as a question does that points at it."""
    query = parse_question(asked, view, today)
    update = {
        "intent": query.intent if query.intent in _OF_ONE else Intent.FACT,
        "filters": filters.intersect(Filters(ids=(paper.id,))),
        "sides": (),
        "limit": None,
    }
    return query.model_copy(update=update), PreviousTurn(paper_ids=(paper.id,), pointed=True, only=True)


class _SideAnswer(NamedTuple):
    """What a paper answers to one of the questions asked of both: its sentences, else why there are none."""

    claims: tuple[Claim, ...]
    reason: str = ""


def answer_pair(view: Snapshot, query: Query, pair: NamedPair, retrieve: RetrieveOfOne) -> AnswerBody:
    """Set side by side what two papers answer to the same questions.

    What one of them leaves open is followed by problem, method, data and result of both; beside anything but details
    these are there to unfold.
    """
    papers = [pair.one.paper, pair.two.paper]
    sides = [Side(name, paper, True) for name, paper in zip(query.sides, papers, strict=True)]
    asking = [parse_question(asked, view) for asked in pair.asked]
    if all(not each.topic and each.wanted for each in asking):  # "What does each conclude?"
        return compare_sides(view, sides)
    details = [find_asked_detail(each.model_copy(update={"intent": Intent.FACT})) for each in asking]
    answer = partial(_answer_of_one, view, query.filters, retrieve)
    answers = [[answer(paper, *each) for each in zip(pair.asked, details, strict=True)] for paper in papers]
    missing = [each.reason for of_side in answers for each in of_side if not each.claims]
    if len(missing) == len(pair.asked) * len(papers):
        if all(details):
            return abstain(" ".join(dict.fromkeys(missing)))
        table = compare_sides(view, sides)
        return table.model_copy(update={"text": f"{_say_unanswered(query.wanted)}\n\n{table.text}"})
    return _write_answers(view, sides, pair.asked, answers, is_detail=all(each and each.is_sure for each in details))


def _say_unanswered(asked: str) -> str:
    return escape_markdown(f"No sentence of the two abstracts answers “{asked}”.")


def _write_answers(
    view: Snapshot,
    sides: Sequence[Side],
    asked: Sequence[str],
    answers: Sequence[Sequence[_SideAnswer]],
    *,
    is_detail: bool,
) -> AnswerBody:
    """Write the titles of papers and, question by question, what each answers."""
    papers = [side.paper for side in sides if side.paper]
    names = [escape_markdown(name) for name in name_sides(sides)]
    titles = make_quoted_claims([Quote(paper, None) for paper in papers])
    lines = [f"- **{name}**: {format_claim(claim)}" for name, claim in zip(names, titles, strict=True)]
    claims = {claim.text: claim for claim in titles}
    for question, of_sides in zip(asked, zip(*answers, strict=True), strict=True):
        lines += ["", f"**{escape_markdown(question.rstrip(' ?'))}**"]
        for n, (name, answer) in enumerate(zip(names, of_sides, strict=True), 1):
            shown = [_renumber(claim, n) for claim in answer.claims]
            said = " ".join(f"“{format_claim(claim, '”')}" for claim in shown)
            lines.append(f"- {name}: {said or escape_markdown(answer.reason)}")
            claims |= {claim.text: claim for claim in shown}
    missing = not all(answer.claims for of_side in answers for answer in of_side)
    if missing or not is_detail:
        table = compare_sides(view, sides)
        lines += table.text.splitlines()[len(papers) :] if missing else []
        for claim in table.claims:
            claims.setdefault(claim.text, claim.model_copy(update={"further": not missing}))
    return AnswerBody(text="\n".join(lines), claims=tuple(claims.values()), references=number_references(papers))


def _renumber(claim: Claim, n: int) -> Claim:
    """Number the one paper that a claim cites as the papers of both sides are."""
    citations = tuple(citation.model_copy(update={"n": n}) for citation in claim.citations)
    return claim.model_copy(update={"citations": citations})


# Forms of details that are figures.
_FIGURES = ("count", "measure", "extent", "degree")


def _answer_of_one(
    view: Snapshot, filters: Filters, retrieve: RetrieveOfOne, paper: Paper, asked: str, detail: Detail | None
) -> _SideAnswer:
    """Answer from one of two papers, a figure that is asked for before what else speaks to it."""
    body = quote_papers(retrieve(*_ask_of(paper, asked, view, filters)))
    shown = () if body.abstained else tuple(claim for claim in body.claims if not claim.further)
    figure = find_figure(view, paper, detail, asked) if detail and detail.form in _FIGURES else None
    if figure:
        stated = make_quoted_claims([Quote(paper, figure)])
        shown = (*stated, *(claim for claim in shown[:1] if claim.text != figure.text))
    silent = body.reason if body.claims else f"No sentence of “{paper.marked_title}” answers “{asked}”."
    return _SideAnswer(shown, silent)


# How many words may stand between a number and what it counts: "13 different wearable devices". Chosen by hand.
_BETWEEN = 4
# What it counts, beside the share of the words of a question, that a sentence with a figure tells a change. By hand.
_OF_CHANGE = 0.3


def find_figure(view: Snapshot, paper: Paper, detail: Detail, asked: str) -> ScoredSentence | None:
    """Find the sentence of a paper that has the figure that is asked for: a number before the things that are counted.

    Where a change is asked for, it is the result that has most words of the question, a number, and tells a change; for
    another measure its name has to stand there.
    """
    end = find_injection_start(paper.abstract)
    sentences = [sentence for sentence in view.roles([paper.id]).get(paper.id, ()) if sentence.end <= end]
    weights = term_weights(view, asked)
    head = set(extract_terms(detail.head.text))
    of_change = detail.form in ("extent", "degree") or CHANGED.search(detail.head.text) is not None

    def rate(text: str, role: Role) -> float:
        numbers, share = parse_quantities(text), measure_share(weights, text)
        if detail.form == "count":
            behind = (text[number.end :].split()[:_BETWEEN] for number in numbers if number.kind == "count")
            return (1 + share) * any(head & set(extract_terms(" ".join(words))) for words in behind)
        if role not in (Role.RESULT, Role.CONCLUSION) or all(number.kind == "count" for number in numbers):
            return 0.0
        changed = CHANGED.search(text) is not None
        tells = changed if of_change else bool(head & set(extract_terms(text)))
        return (share + _OF_CHANGE * changed) * (share > 0 and tells)

    rated = [(rate(fold_text(paper.abstract[each.start : each.end]), each.role), each) for each in sentences]
    score, best = max(rated, key=lambda each: each[0], default=(0.0, None))
    return cut_out(paper, best) if best and score else None
