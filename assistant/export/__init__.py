"""Papers and conversations for use elsewhere: BibTeX, APA, Markdown, JSON.

Here are a conversation and the citation of one paper in the format asked for; ``library`` has all papers as one file.
"""

from collections.abc import Callable

from assistant.export.apa import format_apa
from assistant.export.bibtex_writer import format_bibtex
from assistant.export.conversation import format_conversation, list_cited_papers
from assistant.export.csl import APA, format_references
from assistant.types import Session
from store.citation_keys import keys_in
from store.errors import InputError
from store.library import Library
from store.paper import Paper

FORMATS = ("md", "json", "bib")
"""Formats of a conversation, by the ending of a file."""

_STYLES: dict[str, Callable[[Paper, str], str]] = {
    "apa": lambda paper, key: format_apa(paper),
    "bibtex": lambda paper, key: format_bibtex([paper], {paper.id: key}),
    "latex": lambda paper, key: f"\\cite{{{key}}}",
    "pandoc": lambda paper, key: f"[@{key}]",
}
STYLES = tuple(_STYLES)
"""Ways to cite a paper."""


def export_conversation(library: Library, session: Session, format: str = "md", style: str = APA) -> str:
    """Write a conversation as Markdown, as JSON, or the papers that it cites as BibTeX ("" where it cites none).

    Args:
        library: That it was held with.
        session: The conversation.
        format: One of ``FORMATS``.
        style: Of the references in Markdown (see ``assistant.export.csl``).

    Raises:
        InputError: There is no such format or style.
        LibraryError: The library cannot be read.
    """
    if format not in FORMATS:
        raise InputError(f"There is no export format {format!r}.", f"Choose one of {', '.join(FORMATS)}.")
    if format == "json":
        return session.model_dump_json(indent=2) + "\n"
    papers = list_cited_papers(library, session)
    keys = keys_in(library, papers)
    if format == "bib":
        return format_bibtex(papers, keys)
    return format_conversation(session, papers, keys, format_references(papers, style, numbered=False))


def format_citation(library: Library, paper_id: str, style: str = "apa") -> str:
    r"""Cite a paper: ``bibtex`` (an entry), ``latex`` (``\cite{key}``), ``pandoc`` (``[@key]``) or a style.

    Raises:
        InputError: There is no such style.
        NotFound: There is no such paper.
        LibraryError: The library cannot be read.
    """
    paper = library.paper(paper_id)
    if style not in _STYLES:
        return format_references([paper], style, numbered=False)[0]
    return _STYLES[style](paper, keys_in(library, [paper])[paper.id])


__all__ = [
    "FORMATS",
    "STYLES",
    "export_conversation",
    "format_apa",
    "format_bibtex",
    "format_citation",
    "format_conversation",
]
