"""Answers without a model: the sentences of the abstracts that speak to a question, verbatim.

What gives orders to its reader is never quoted (see ``assistant.verify.injection``).
"""

import re
from collections.abc import Sequence
from functools import partial

from assistant.answer import replies
from assistant.answer.replies import (
    AnswerBody,
    Quote,
    check_quote,
    cite_quote,
    describe_record,
    format_quotes,
    make_quoted_claims,
    number_references,
)
from assistant.answer.retrieved import Retrieved
from assistant.answer.selection import STATED, Selection, has_abstract, is_everywhere, points_back, select_sentences
from assistant.answer.sufficiency import is_sufficient, measure_coverage, score_gist
from assistant.concurrency import Emit, in_thread
from assistant.escaping import SIGNS, escape_markdown
from assistant.events import AskEvent, ClaimChecked, EvidenceFound, TextDelta
from assistant.question.query import Form, Intent, Query
from assistant.types import Answer
from assistant.verify.injection import find_injection_start
from store.index.snapshot import Snapshot
from store.paper import Paper
from store.results import Hit
from store.search import best_sentences, term_weights
from store.text.roles import Role

# How much it counts, beside the words of a topic, that a sentence says what its paper does.
GIST_OF_TOPIC = 0.3
# Points of an answer that is asked for as a list without their number. Chosen by hand.
POINTS = 3


class ExtractiveWriter:
    """Quotes abstracts and lists papers."""

    async def write(self, retrieved: Retrieved, emit: Emit[AskEvent]) -> Answer:
        """Answer from the papers that were retrieved."""
        reply = await in_thread(partial(quote_papers, retrieved))
        await emit(EvidenceFound(paper_ids=tuple(reference.paper_id for reference in reply.references)))
        for claim in reply.claims:
            await emit(ClaimChecked(claim=claim))
        await emit(TextDelta(text=reply.text))
        return Answer(question=retrieved.question, trace=retrieved.trace, **dict(reply))


_SHARE = re.compile(r"\b(?:share|percentage|fraction|proportion|percent)\s+of\b", re.I)
_STANDS_FOR = re.compile(r"\bstands?\s+for\b|\bshort\s+for\b|\b(?:abbreviat|acronym)", re.I)


def quote_papers(retrieved: Retrieved) -> AnswerBody:
    """Put what was retrieved into the words of its papers, as the type of the question wants it."""
    if retrieved.abstention or retrieved.view is None:
        return retrieved.abstention or replies.abstain_empty_library()
    if retrieved.reply:
        return retrieved.reply
    view, query, papers = retrieved.view, retrieved.query, retrieved.papers
    if query.intent is Intent.RECORD:
        return answer_with_records(papers if query.refers and query.filters.ids else papers[:1])
    if query.intent is Intent.FACT:
        hits = prefer_abstracts(view, query, retrieved.hits)
        points = (query.limit or POINTS) if query.form is Form.LIST else 0
        topic = query.topic or query.question
        if _STANDS_FOR.search(query.question):
            topic = " ".join((topic, *view.find_equivalents(topic)))  # The sentence that defines it has both forms.
        chosen = select_sentences(view, query.question, topic, hits, query.wanted, points, retrieved.find_stated)
        if chosen.opening:
            return _answer_with_quotes(chosen, listed=bool(points))
        if query.wanted == Role.LIMITATION and len(hits) > 1 and is_everywhere(view, topic):
            return replies.abstain(f"None of the {len(hits)} abstracts nearest to this question states a limitation.")
        if query.wanted in STATED and has_abstract(hits[0].paper):
            return _abstain_unstated(view, query, hits[0].paper)
        if not query.topic and has_abstract(
            hits[0].paper
        ):  # "Summarise it", where no sentence has a role that sums up.
            return _answer_with_quotes(Selection((select_line(view, "", hits[0].paper),), ()))
        named = query.model_copy(update={"form": Form.LIST})
        return replies.answer_with_list(named, [hits[0].paper], total=1)  # The papers have no abstracts.
    quotes = [select_line(view, query.topic or " ".join(query.exact), paper) for paper in papers * retrieved.quotes]
    of = view.count if view and _SHARE.search(query.question) else 0
    return replies.answer_with_list(query, papers, retrieved.total, quotes, of)


def prefer_abstracts(view: Snapshot, query: Query, hits: Sequence[Hit]) -> Sequence[Hit]:
    """Leave out the papers without an abstract, unless the others do not bear on the question."""
    if has_abstract(hits[0].paper):
        return [hit for hit in hits if has_abstract(hit.paper)]
    speaking = [hit for hit in hits if has_abstract(hit.paper)]
    coverage = measure_coverage(view, query.topic or query.question, speaking)
    return speaking if is_sufficient(coverage, query) else hits[:1]


def select_line(view: Snapshot, topic: str, paper: Paper) -> Quote:
    """Select the one sentence that says best what a paper has to do with a topic; "" asks for its gist."""
    end = find_injection_start(paper.abstract)
    ranked = best_sentences(term_weights(view, topic), paper.abstract)
    sentences = [sentence for sentence in ranked if sentence.end <= end]
    if not sentences:  # What there is of an abstract is none.
        return Quote(paper.model_copy(update={"abstract": ""}), None)
    gist = GIST_OF_TOPIC if topic else 1.0
    sentences = [sentence for sentence in sentences if not points_back(sentence.text)] or sentences
    best = max(sentences, key=lambda sentence: sentence.score + gist * score_gist(sentence.text))
    return Quote(paper, best, best.score)


def _abstain_unstated(view: Snapshot, query: Query, paper: Paper) -> AnswerBody:
    """Abstain: a paper states no limitation, or not where its code or data are."""
    what = "where it is available" if query.wanted == "availability" else f"any {query.wanted}"
    return replies.abstain_silent(what, [paper], select_line(view, query.topic, paper))


def _answer_with_quotes(chosen: Selection, listed: bool = False) -> AnswerBody:
    """Answer with the sentences that it opens with, point by point where asked for; a reader may unfold the others."""
    quotes = [*chosen.opening, *chosen.further]
    claims = make_quoted_claims(quotes)
    opening = claims[: len(chosen.opening)]
    further = [claim.model_copy(update={"further": True}) for claim in claims[len(chosen.opening) :]]
    return AnswerBody(
        text="\n".join(f"- {format_quotes([claim])}" for claim in opening) if listed else format_quotes(opening),
        claims=(*opening, *further),
        references=number_references([quote.paper for quote in quotes]),
    )


def answer_with_records(papers: Sequence[Paper]) -> AnswerBody:
    """Answer with who wrote each paper, and when; that rests on the records, so no sentence is quoted for it."""
    claims = tuple(
        check_quote(describe_record(paper), [cite_quote(Quote(paper, None), n)], {paper.id: paper})
        for n, paper in enumerate(papers, 1)
    )
    lines = [f"{escape_markdown(claim.text)} [{n}]{SIGNS[claim.support]}" for n, claim in enumerate(claims, 1)]
    text = lines[0] if len(lines) == 1 else "\n".join(f"- {line}" for line in lines)
    return AnswerBody(text=text, claims=claims, references=number_references(papers))
