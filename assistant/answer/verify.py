"""Checking a claim against the sentences that it cites. Pure functions; nothing is trusted."""

from collections.abc import Mapping, Sequence

from assistant.types import Citation, Claim, Support
from store.paper import Paper


def check(text: str, citations: Sequence[Citation], papers: Mapping[str, Paper]) -> Claim:
    """A claim with its support: ``supported`` where a cited span, or the record itself, says just that.

    A record carries its title, and the sentence that ``record_sentence`` makes of it.
    """
    sound = bool(citations) and all(stands(citation, papers) for citation in citations)
    said = sound and any(_says(citation, papers[citation.paper_id], text) for citation in citations)
    return Claim(text=text, support=Support.SUPPORTED if said else Support.UNSUPPORTED, citations=tuple(citations))


def stands(citation: Citation, papers: Mapping[str, Paper]) -> bool:
    """Whether ``quote == abstract[start:end]`` holds for a paper of the library; empty only without an abstract."""
    paper = papers.get(citation.paper_id)
    if paper is None or not 0 <= citation.start <= citation.end <= len(paper.abstract):
        return False
    quote = paper.abstract[citation.start : citation.end]
    return quote == citation.quote and bool(quote or not paper.abstract)


def record_sentence(paper: Paper) -> str:
    """Who wrote a paper and when, in a sentence."""
    names = [author.name for author in paper.authors if author.position is not None]
    hidden = [author.name for author in paper.authors if author.position is None]
    by = ", ".join(names) or "authors whom the source does not name"
    if paper.authors_truncated:
        by += " and others" + (f" (among them {', '.join(hidden)})" if hidden else "")
    when = (
        f"dated {paper.date}" + (" (the year is inferred)" if paper.year_inferred else "") if paper.date else "undated"
    )
    return f"“{paper.title}” is by {by}; it is {when}."


def _says(citation: Citation, paper: Paper, text: str) -> bool:
    said = (citation.quote, paper.title, record_sentence(paper))
    return " ".join(text.split()) in (" ".join(one.split()) for one in said)
