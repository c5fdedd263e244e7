"""A paper as the evidence panel shows it: the abstract with the cited sentences highlighted, then what is known."""

from collections.abc import Iterable, Sequence

from textual.content import Content
from textual.css.styles import RulesMap

from assistant.types import Answer
from store.paper import Paper
from store.results import Hit
from tui.safe import in_place, one_line, safe

CITED = "bold underline $text-accent"
"""Underlined, so that it shows without colour."""


def cited_spans(answer: Answer, paper_id: str) -> list[tuple[int, int]]:
    """Where the abstract of a paper is cited: offsets, in order, none twice."""
    citations = [citation for claim in answer.claims for citation in claim.citations]
    return sorted({(one.start, one.end) for one in citations if one.paper_id == paper_id and one.end > one.start})


def paper_content(paper: Paper, spans: Iterable[tuple[int, int]], similar: Sequence[Hit]) -> Content:
    """Title, authors, facts, the abstract and the nearest papers."""
    parts = [
        Content.styled(safe(paper.marked_title), "bold"),
        Content(safe(_authors(paper))),
        *([Content.styled(safe(paper.damage), "bold $text-error")] if paper.damage else []),
        *([Content.styled(safe(paper.retraction), "bold $text-error")] if paper.retraction else []),
        Content.styled(safe(_facts(paper)), "dim"),
    ]
    parts += [Content(""), abstract_content(paper, spans), Content("")]
    parts += [Content.styled(safe(f"{name}: {value}"), "dim") for name, value in paper.identifiers.items()]
    parts += [Content.styled(safe(url), "dim") for url in paper.urls]
    if similar:
        parts += [Content(""), Content.styled("Most similar", "bold")]
        parts += [Content(f"  {one_line(hit.paper.marked_title)} ({hit.paper.year or 'undated'})") for hit in similar]
    return Content("\n").join(parts)


def height_above(paper: Paper, start: int, width: int) -> int:
    """Lines over the one in which a place of the abstract is shown, in so many cells."""
    begun = paper.model_copy(update={"abstract": paper.abstract[:start].rstrip(), "identifiers": {}, "urls": ()})
    return paper_content(begun, (), ()).get_height(RulesMap(), max(width, 1)) - 2


def abstract_content(paper: Paper, spans: Iterable[tuple[int, int]]) -> Content:
    """The abstract with the cited sentences highlighted."""
    if not paper.abstract:
        return Content.styled("No abstract.", "dim")
    content = Content(in_place(paper.abstract))
    for start, end in spans:
        content = content.stylize(CITED, start, end)
    return content


def _authors(paper: Paper) -> str:
    return ", ".join(author.name for author in paper.authors) + (" et al." if paper.authors_truncated else "")


def _facts(paper: Paper) -> str:
    facts = (str(paper.year or "undated"), paper.venue, " ".join(paper.categories), paper.id)
    return "  ".join(fact for fact in facts if fact)
