"""Answers without a model: the sentences of the abstracts that speak to a question, verbatim.

What gives orders to its reader is never quoted (see ``assistant.verify.injection``).
"""

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
from assistant.answer.retrieval import Retrieved
from assistant.answer.sufficiency import measure_share, score_form, score_gist
from assistant.concurrency import Emit, in_thread
from assistant.escaping import SIGNS, escape_markdown
from assistant.events import AskEvent, ClaimChecked, EvidenceFound, TextDelta
from assistant.question.query import Intent
from assistant.types import Answer
from assistant.verify.injection import find_injection_start
from store.index.index_schema import extract_terms
from store.index.snapshot import Snapshot
from store.paper import Paper
from store.results import Hit
from store.search import best_sentences, term_weights

# A fact: how many sentences in all, from how many papers, and how close to the best paper these have to be. These and
# the weights below were chosen by hand; not measured.
SENTENCES = 4
PAPERS = 3
CLOSE = 0.7
# What counts beside the words of a sentence: its form, and how well its paper fits.
FORM = 0.15
PAPER = 0.7
# How much it counts, beside the words of a topic, that a sentence says what its paper does.
GIST_OF_TOPIC = 0.3
# A word of the title says which paper is meant; the other words of a question say what is asked of it.
TITLE = 0.35


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


def quote_papers(retrieved: Retrieved) -> AnswerBody:
    """Put what was retrieved into the words of its papers, as the type of the question wants it."""
    if retrieved.abstention or retrieved.view is None:
        return retrieved.abstention or replies.abstain_empty_library()
    if retrieved.reply:
        return retrieved.reply
    view, query, papers = retrieved.view, retrieved.query, retrieved.papers
    if query.intent is Intent.RECORD:
        return answer_with_record(papers[0])
    if query.intent is Intent.FACT:
        quotes = select_sentences(view, query.question, query.topic or query.question, retrieved.hits)
        if quotes:
            return _answer_with_quotes(quotes)
        papers = papers[:1]  # The papers have no abstracts.
        return replies.answer_with_papers(query, [select_line(view, query.topic, papers[0])], total=1, counted=False)
    quotes = [select_line(view, query.topic or " ".join(query.exact), paper) for paper in papers * retrieved.quotes]
    return replies.answer_with_list(query, papers, retrieved.total, quotes)


def select_sentences(view: Snapshot, question: str, topic: str, hits: Sequence[Hit]) -> list[Quote]:
    """Select the sentences that answer best, best first, those of one paper together."""
    weights = term_weights(view, topic)
    best = hits[0].score or 1.0
    quotes = [
        quote
        for hit in hits[:PAPERS]
        if hit.score >= CLOSE * best
        for quote in _score_sentences(question, weights, hit, hit.score / best)
    ]
    chosen = sorted(quotes, key=lambda quote: -quote.score)[:SENTENCES]
    papers = list(dict.fromkeys(quote.paper.id for quote in chosen))
    return sorted(chosen, key=lambda quote: (papers.index(quote.paper.id), -quote.score))


def _score_sentences(question: str, weights: dict[str, float], hit: Hit, fit: float) -> list[Quote]:
    title = set(extract_terms(hit.paper.title))
    telling = {term: weight * (TITLE if term in title else 1.0) for term, weight in weights.items()}
    end = find_injection_start(hit.paper.abstract)
    return [
        Quote(
            hit.paper,
            sentence,
            measure_share(telling, sentence.text) + FORM * score_form(question, sentence.text) + PAPER * fit,
        )
        for sentence in hit.sentences
        if sentence.end <= end
    ]


def select_line(view: Snapshot, topic: str, paper: Paper) -> Quote:
    """Select the one sentence that says best what a paper has to do with a topic; "" asks for its gist."""
    end = find_injection_start(paper.abstract)
    ranked = best_sentences(term_weights(view, topic), paper.abstract)
    sentences = [sentence for sentence in ranked if sentence.end <= end]
    if not sentences:  # What there is of an abstract is none.
        return Quote(paper.model_copy(update={"abstract": ""}), None)
    gist = GIST_OF_TOPIC if topic else 1.0
    best = max(sentences, key=lambda sentence: sentence.score + gist * score_gist(sentence.text))
    return Quote(paper, best, best.score)


def _answer_with_quotes(chosen: Sequence[Quote]) -> AnswerBody:
    """Answer with sentences."""
    claims = make_quoted_claims(chosen)
    return AnswerBody(
        text=format_quotes(claims),
        claims=tuple(claims),
        references=number_references([quote.paper for quote in chosen]),
    )


def answer_with_record(paper: Paper) -> AnswerBody:
    """Answer with who wrote a paper, and when; that rests on the record, so no sentence is quoted for it."""
    claim = check_quote(describe_record(paper), [cite_quote(Quote(paper, None), 1)], {paper.id: paper})
    text = f"{escape_markdown(claim.text)} [1]{SIGNS[claim.support]}"
    return AnswerBody(text=text, claims=(claim,), references=number_references([paper]))
