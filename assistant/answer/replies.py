"""Answers as text with claims: quotes, lists of papers and records; and the ways to say that there is none.

From quotes to an answer: references are numbered, claims bound to spans, and every claim is checked against the span
that it cites.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from assistant.escaping import SIGNS, escape_markdown
from assistant.phrases import NEAREST
from assistant.question.description import describe_filters, describe_span
from assistant.question.query import Form, Intent, Order, Query
from assistant.types import Citation, Claim, Decision, Reference, Support
from assistant.verify.injection import describe_orders, find_injection_start, gives_orders, is_instruction
from assistant.verify.record import is_name_like
from assistant.verify.verdict import FindingKind
from store.index.snapshot import Snapshot
from store.paper import Frozen, Paper
from store.results import Hit, ScoredSentence


class Quote(NamedTuple):
    """A sentence of a paper and how well it answers, the higher the better; None for a paper without an abstract."""

    paper: Paper
    sentence: ScoredSentence | None
    score: float = 0.0


class AnswerBody(Frozen):
    """The part of an answer that does not depend on how it was asked."""

    text: str
    claims: tuple[Claim, ...] = ()
    references: tuple[Reference, ...] = ()
    abstained: bool = False
    reason: str = ""


# Papers of a list that are shown; the count of all of them is said. As many as a reader takes in; chosen by hand.
SHOWN = 20


def answer_with_list(
    query: Query, papers: Sequence[Paper], total: int, quotes: Sequence[Quote] = (), of: int = 0
) -> AnswerBody:
    """Answer with a line a paper: its title, its year, its first author; sentences only where they are asked for.

    Args:
        query: The question. Where it asks for a count, only that is said, with the numbers of the papers behind it.
        papers: Those that are shown, the first of all that fit.
        total: How many fit.
        quotes: A sentence for each of the papers, where the question asks for quotes.
        of: How many there are in all, where the question asks which share fits; else 0.
    """
    claims = make_quoted_claims(quotes or [Quote(_leave_out_orders(paper), None) for paper in papers])
    counted = query.intent is Intent.COUNT or query.form is Form.COUNT
    head = escape_markdown(_describe_total(query, total)) if counted or total > len(papers) else ""
    if counted:
        marks = " ".join(f"[{claim.citations[0].n}]{SIGNS[claim.support]}" for claim in claims)
        more = f" … {total - len(papers)} more" if total > len(papers) else ""
        share = f", {total / of:.0%} of {of:,}" if of else ""
        text = f"{head}{share}. {marks}{more}"
    else:
        lines = format_papers(claims, papers) if quotes else format_titles(claims, papers, query.order)
        more = f"\n\n… {total - len(papers)} more." if total > len(papers) else ""
        text = f"{f'{head}; the first {len(papers)}:' if more else ''}\n\n{lines}{more}".strip()
    return AnswerBody(text=text, claims=tuple(claims), references=number_references(papers))


def _leave_out_orders(paper: Paper) -> Paper:
    """Leave out an abstract that only gives orders to its reader: the title is listed as that of any other paper."""
    return paper if find_injection_start(paper.abstract) else paper.model_copy(update={"abstract": ""})


def abstain_empty_library() -> AnswerBody:
    """Abstain: there is nothing to answer from."""
    return abstain("The library is empty. Add papers with: conspectus add FILE")


def abstain_statement() -> AnswerBody:
    """Abstain: what was typed is a statement of a language for machines."""
    return abstain(
        "This is a statement of a query or programming language, not a question. Ask in words, for example: "
        "Which papers are from 2024?"
    )


def abstain_pleasantry() -> AnswerBody:
    """Abstain: what was typed greets or thanks, and asks nothing."""
    return abstain("That asks nothing, so nothing was looked up. Ask for example: Which papers are from 2024?")


def abstain_no_match(query: Query, view: Snapshot) -> AnswerBody:
    """Abstain: no paper passes the filters."""
    years = list(view.count_by_year())
    timed = query.filters.year_from is not None or query.filters.year_to is not None
    span = f" Its papers are {describe_span(years[0], years[-1])}." if timed and years else ""
    return abstain(f"This library holds no paper{_describe_papers(query)}.{span}")


def abstain_unmentioned(query: Query) -> AnswerBody:
    """Abstain: in no paper stand the words that were asked for."""
    return abstain(f"No paper{_describe_papers(query) or ' in this library'} mentions {_join_quoted(query.exact)}.")


def abstain_uncounted(total: int) -> AnswerBody:
    """Abstain: no source says how often any of the papers is cited."""
    which = "The paper that fits has" if total == 1 else f"None of the {total} papers that fit has"
    return abstain(
        f"{which} {'no ' if total == 1 else 'a '}citation count: no source states it. OpenAlex, Semantic Scholar and "
        "Crossref state counts; fetch the papers from them with: conspectus fetch"
    )


def abstain_unread(query: Query) -> AnswerBody:
    """Abstain: nothing that says which papers are meant was understood."""
    return abstain(
        f"Nothing that I understand says which papers are meant: I did not use {_join_quoted(query.unused)}."
    )


def abstain_too_little(query: Query, hits: Sequence[Hit], unheard: Sequence[str] = ()) -> AnswerBody:
    """Abstain: what was retrieved does not bear on the question.

    Args:
        query: The question.
        hits: The papers that come nearest, the nearest first.
        unheard: The words of the topic where none of them stands in any title or abstract.
    """
    near = f" The nearest paper is “{hits[0].paper.marked_title}”." if hits else ""
    if unheard:
        near = f" No paper has the {'word' if len(unheard) == 1 else 'words'} {_join_quoted(unheard, 'or')}."
    which = _describe_papers(query)
    return abstain(f"No {f'paper{which}' if which else 'abstract in this library'} answers this question.{near}")


def abstain_silent(what: str, papers: Sequence[Paper], nearest: Quote) -> AnswerBody:
    """Abstain: the abstracts of the papers that a question is about do not state what it asks for.

    Args:
        what: What is asked for ("the learning rate").
        papers: The papers.
        nearest: The sentence that comes nearest, which does not state it.
    """
    titles = " and ".join(f"“{paper.marked_title}”" for paper in papers)
    several = len(papers) > 1
    reason = f"The abstract{'s' * several} of {titles} {'do' if several else 'does'} not state {what}."
    return abstain_with_nearest(reason, nearest)


def abstain_with_nearest(reason: str, nearest: Quote) -> AnswerBody:
    """Abstain for a reason, and quote the sentence that comes nearest."""
    claims = tuple(make_quoted_claims([nearest]))
    text = f"{escape_markdown(reason)}\n\n{NEAREST}: “{escape_markdown(claims[0].text)}” [1]"
    return AnswerBody(
        text=text, claims=claims, references=number_references([nearest.paper]), abstained=True, reason=reason
    )


def _describe_total(query: Query, total: int) -> str:
    count = f"{total} {'paper' if total == 1 else 'papers'}{_describe_papers(query)}"
    if query.exact:
        return f"{count} {'mentions' if total == 1 else 'mention'} {_join_quoted(query.exact)}"
    if query.topic:
        return f"{count} {'is' if total == 1 else 'are'} about “{query.topic}”"
    return f"This library holds {count}"


def _join_quoted(words: Sequence[str], conjunction: str = "and") -> str:
    return f" {conjunction} ".join(f"“{word}”" for word in words)


def _describe_papers(query: Query) -> str:
    words = describe_filters(query.filters)
    return f" {words}" if words else ""


def abstain(reason: str) -> AnswerBody:
    """Abstain for a reason."""
    return AnswerBody(text=escape_markdown(reason), abstained=True, reason=reason)


def number_references(papers: Sequence[Paper]) -> tuple[Reference, ...]:
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


def make_quoted_claims(quotes: Sequence[Quote]) -> list[Claim]:
    """Make a claim of each quote: the sentence as it stands in its abstract."""
    numbers = {reference.paper_id: reference.n for reference in number_references([quote.paper for quote in quotes])}
    return [_quote_claim(quote, numbers[quote.paper.id]) for quote in quotes]


def _quote_claim(quote: Quote, n: int) -> Claim:
    citation = cite_quote(quote, n)
    text = quote.sentence.text if quote.sentence else quote.paper.title
    return check_quote(text, [citation], {quote.paper.id: quote.paper})


def cite_quote(quote: Quote, n: int) -> Citation:
    """Make the citation of a quote; the span is empty where the paper has no abstract."""
    sentence = quote.sentence
    return Citation(
        n=n,
        paper_id=quote.paper.id,
        title=quote.paper.marked_title,
        quote=sentence.text if sentence else "",
        start=sentence.start if sentence else 0,
        end=sentence.end if sentence else 0,
    )


def check_quote(text: str, citations: Sequence[Citation], papers: Mapping[str, Paper]) -> Claim:
    """Check a claim: it is ``quoted`` where a cited span, or the record itself, says just that, else ``absent``.

    A record carries its title, and the sentence that ``describe_record`` makes of it.
    """
    sound = bool(citations) and all(is_verbatim(citation, papers) for citation in citations)
    quoted = sound and any(_is_worded_so(citation, papers[citation.paper_id], text) for citation in citations)
    support, decision = (Support.QUOTED, Decision(stage="quote")) if quoted else (Support.ABSENT, Decision())
    marked = [papers[citation.paper_id] for citation in citations if citation.paper_id in papers]
    reasons = tuple(describe_orders(paper) for paper in marked if gives_orders(paper))
    if quoted and reasons:  # Whoever gives orders is not taken at his word.
        support, decision = Support.DOUBTFUL, Decision(by=FindingKind.SOURCE)
    return Claim(text=text, support=support, citations=tuple(citations), reasons=reasons, decision=decision)


def is_verbatim(citation: Citation, papers: Mapping[str, Paper]) -> bool:
    """Whether ``quote == abstract[start:end]`` holds for a paper of the library; empty at 0 for one on the record."""
    paper = papers.get(citation.paper_id)
    if paper is None or not 0 <= citation.start <= citation.end <= len(paper.abstract):
        return False
    quote = paper.abstract[citation.start : citation.end]
    return quote == citation.quote and (bool(quote) or citation.end == 0)


def describe_record(paper: Paper) -> str:
    """Say who wrote a paper, when, and where it appeared, in a sentence."""
    authors = [author for author in paper.authors if is_name_like(author.name)]
    names = [author.name for author in authors if author.position is not None]
    hidden = [author.name for author in authors if author.position is None]
    by = ", ".join(names) or "authors whom the source does not name"
    if paper.authors_truncated:
        by += " and others" + (f" (among them {', '.join(hidden)})" if hidden else "")
    when = (
        f"dated {paper.date}" + (" (the year is inferred)" if paper.year_inferred else "") if paper.date else "undated"
    )
    name = "This paper" if is_instruction(paper.title, heading=True) else f"“{paper.title}”"
    where = f" and appeared in {paper.venue}" if paper.venue and not is_instruction(paper.venue, heading=True) else ""
    return f"{name} is by {by}; it is {when}{where}."


def _is_worded_so(citation: Citation, paper: Paper, text: str) -> bool:
    # The sign belongs to what is shown: a quote, or where there is none the title or the record.
    wordings = (citation.quote,) if citation.quote else (paper.title, describe_record(paper))
    return " ".join(text.split()) in (" ".join(wording.split()) for wording in wordings)


def format_quotes(claims: Sequence[Claim]) -> str:
    """Format claims as Markdown: a paragraph a paper, each sentence with its ``[n]`` and its sign."""
    paragraphs: dict[int, list[str]] = {}
    for claim in claims:
        n = claim.citations[0].n
        paragraphs.setdefault(n, []).append(f"“{escape_markdown(claim.text)}” [{n}]{SIGNS[claim.support]}")
    return "\n\n".join(" ".join(sentences) for sentences in paragraphs.values())


def format_papers(claims: Sequence[Claim], papers: Sequence[Paper]) -> str:
    """Format papers as a Markdown list: title, year, the sentence quoted and its sign."""
    lines = []
    for claim, paper in zip(claims, papers, strict=True):
        n = claim.citations[0].n
        quote = f": “{escape_markdown(claim.text)}”" if paper.abstract else " (no abstract)"
        head = f"- **{escape_markdown(paper.marked_title)}** ({paper.year or 'undated'})"
        lines.append(f"{head}{quote} [{n}]{SIGNS[claim.support]}")
    return "\n".join(lines)


def format_titles(claims: Sequence[Claim], papers: Sequence[Paper], order: Order = Order.RELEVANCE) -> str:
    """Format papers as a Markdown list: title, year, first author, what they are ordered by, number and sign."""
    lines = []
    for claim, paper in zip(claims, papers, strict=True):
        author = _name_first_author(paper)
        head = f"- **{escape_markdown(paper.marked_title)}** ({paper.year or 'undated'})"
        remarks = f"{f', {escape_markdown(author)}' if author else ''}{'' if paper.abstract else ' (no abstract)'}"
        if order is Order.MOST_CITED and paper.citation_count is not None:
            remarks += f", cited {paper.citation_count:,} time{'s' * (paper.citation_count != 1)}"
        lines.append(f"{head}{remarks} [{claim.citations[0].n}]{SIGNS[claim.support]}")
    return "\n".join(lines)


def _name_first_author(paper: Paper) -> str:
    """Name the first author, with "et al." where there are others; "" where the first is not known."""
    first = next((author.name for author in paper.authors if author.position == 1 and is_name_like(author.name)), "")
    return f"{first} et al." if first and (len(paper.authors) > 1 or paper.authors_truncated) else first


def format_sentences(claims: Sequence[Claim]) -> str:
    """Format a model's claims as Markdown: its words, the numbers of their sources, and what the check made of them."""
    return " ".join(f"{escape_markdown(claim.text)}{_format_marks(claim)}{SIGNS[claim.support]}" for claim in claims)


def _format_marks(claim: Claim) -> str:
    return "".join(f" [{n}]" for n in dict.fromkeys(citation.n for citation in claim.citations))
