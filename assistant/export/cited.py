"""The papers that a conversation cites."""

import re

from assistant.types import Reference, Session
from store.library import Library
from store.paper import Author, Paper
from store.readers.identifiers import identify
from store.record import DAMAGE

# How ``Paper.marked_title`` begins.
_MARK = re.compile(r"(\[damaged\] )?(?:\[(retracted|withdrawn)\] )?")


def cited(library: Library, session: Session) -> list[Paper]:
    """The papers that the answers of a session refer to, in order of first use.

    One that has been removed since is made from what the answer says of it.
    """
    turns = [turn.answer for turn in session.turns if turn.answer]
    references = {reference.paper_id: reference for answer in reversed(turns) for reference in answer.references}
    order = dict.fromkeys(reference.paper_id for answer in turns for reference in answer.references)
    there = library.named(list(order))
    return [there.get(paper_id) or remembered(references[paper_id]) for paper_id in order]


def remembered(reference: Reference) -> Paper:
    """A paper as far as a reference tells of it."""
    mark = _MARK.match(reference.title)
    return Paper(
        id=reference.paper_id,
        title=reference.title[mark.end() :] if mark else reference.title,
        damage=DAMAGE if mark and mark[1] else "",
        retraction=(mark[2] or "") if mark else "",
        authors=tuple(Author(name=name, position=n) for n, name in enumerate(reference.authors, 1)),
        authors_truncated=reference.authors_truncated,
        date=f"{reference.year:04}" if reference.year else None,
        venue=reference.venue,
        identifiers=identify(reference.paper_id),
        urls=reference.urls,
    )
