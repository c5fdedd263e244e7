"""From quotes to an answer: references numbered, claims bound to spans, every claim checked."""

from collections.abc import Sequence
from typing import TypeVar

from assistant.answer.extractive import Quote
from assistant.answer.verify import check
from assistant.escaping import SIGNS, escape
from assistant.types import Citation, Claim, Reference
from store.paper import Paper

Numbered = TypeVar("Numbered", Citation, Reference)


def references(papers: Sequence[Paper]) -> tuple[Reference, ...]:
    """Number papers from 1 in the order given; each appears once."""
    return tuple(
        Reference(
            n=n,
            paper_id=paper.id,
            title=paper.marked_title,
            authors=tuple(author.name for author in paper.authors if author.position is not None),
            authors_truncated=paper.authors_truncated,
            year=paper.year,
            venue=paper.venue,
            urls=paper.urls,
        )
        for n, paper in enumerate({paper.id: paper for paper in papers}.values(), 1)
    )


def quoted_claims(quotes: Sequence[Quote]) -> list[Claim]:
    """A claim for each quote: the sentence as it stands in its abstract."""
    numbers = {reference.paper_id: reference.n for reference in references([quote.paper for quote in quotes])}
    return [_claim(quote, numbers[quote.paper.id]) for quote in quotes]


def _claim(quote: Quote, n: int) -> Claim:
    citation = cite(quote, n)
    text = quote.sentence.text if quote.sentence else quote.paper.title
    return check(text, [citation], {quote.paper.id: quote.paper})


def _numbered(one: Numbered, n: int) -> Numbered:
    return one.model_copy(update={"n": n})


def cite(quote: Quote, n: int) -> Citation:
    """The citation of a quote; an empty span where the paper has no abstract."""
    sentence = quote.sentence
    return Citation(
        n=n,
        paper_id=quote.paper.id,
        title=quote.paper.marked_title,
        quote=sentence.text if sentence else "",
        start=sentence.start if sentence else 0,
        end=sentence.end if sentence else 0,
    )


def renumbered(claims: Sequence[Claim], papers: Sequence[Reference]) -> tuple[tuple[Claim, ...], tuple[Reference, ...]]:
    """Claims and the references that they cite, numbered anew from 1 in order of first use."""
    cited = dict.fromkeys(citation.n for claim in claims for citation in claim.citations)
    number = {old: new for new, old in enumerate(cited, 1)}
    by_number = {reference.n: reference for reference in papers}
    return tuple(
        claim.model_copy(update={"citations": tuple(_numbered(one, number[one.n]) for one in claim.citations)})
        for claim in claims
    ), tuple(_numbered(by_number[old], new) for old, new in number.items())


def prose(claims: Sequence[Claim]) -> str:
    """Claims as Markdown: a paragraph a paper, each sentence with its ``[n]``."""
    paragraphs: dict[int, list[str]] = {}
    for claim in claims:
        n = claim.citations[0].n
        paragraphs.setdefault(n, []).append(f"“{escape(claim.text)}” [{n}]")
    return "\n\n".join(" ".join(sentences) for sentences in paragraphs.values())


def listing(claims: Sequence[Claim], papers: Sequence[Paper]) -> str:
    """Papers as a Markdown list: title, year and the sentence quoted."""
    lines = []
    for claim, paper in zip(claims, papers, strict=True):
        n = claim.citations[0].n
        said = f": “{escape(claim.text)}”" if paper.abstract else " (no abstract)"
        lines.append(f"- **{escape(paper.marked_title)}** ({paper.year or 'undated'}){said} [{n}]")
    return "\n".join(lines)


def sentences(claims: Sequence[Claim]) -> str:
    """A model's claims as Markdown: its words, the numbers of their sources, and what the check made of them."""
    return " ".join(f"{escape(claim.text)}{_marks(claim)}{SIGNS[claim.support]}" for claim in claims)


def _marks(claim: Claim) -> str:
    return "".join(f" [{n}]" for n in dict.fromkeys(citation.n for citation in claim.citations))
