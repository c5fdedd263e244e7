"""The papers of a library as they will be: what is stored, and over it what a plan would change."""

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from store.dedup.keys import keys_of
from store.index.snapshot import Snapshot
from store.paper import Paper
from store.writer import Writer, embedded_text, is_unit

if TYPE_CHECKING:
    from store.embedding import Vectors


class Shelf:
    """Papers by their keys. Changes are kept here and written by whoever made the plan.

    Args:
        view: The library as it is; None for an empty one.

    Attributes:
        changed: Papers that are new or different, by their ids.
        gone: Ids of papers that are in the library and no more on the shelf.
    """

    def __init__(self, view: Snapshot | None) -> None:
        self._view = view
        self._stored: dict[str, Paper] = {}
        self._papers: dict[str, Paper] = {}
        self._by_key: dict[str, set[str]] = defaultdict(set)
        self.changed: dict[str, Paper] = {}
        self.gone: set[str] = set()

    def hashes(self, ids: list[str]) -> dict[str, str]:
        """The content hash of each of the papers that are in the library, and were left as they are."""
        found = self._view.hashes(ids) if self._view else {}
        return {one: content for one, content in found.items() if one not in self.changed and one not in self.gone}

    def expect(self, keys: Iterable[str]) -> None:
        """Fetch the papers with any of these keys, in one look; ``find`` finds no others."""
        for paper in self._view.keyed(list(dict.fromkeys(keys))) if self._view else ():
            if paper.id not in self._stored:
                self._stored[paper.id] = paper
                self._place(paper)

    def find(self, keys: Iterable[str]) -> list[Paper]:
        """The papers with any of the keys, by their ids in order."""
        found = {paper_id for key in keys for paper_id in self._by_key.get(key, ())}
        return [self._papers[paper_id] for paper_id in sorted(found)]

    def put(self, paper: Paper) -> None:
        """Add a paper, or replace the one with its id."""
        self._take(paper.id)
        self._place(paper)
        self.changed[paper.id] = paper
        self.gone.discard(paper.id)

    def remove(self, paper_id: str) -> None:
        """Take a paper away."""
        self._take(paper_id)
        self.changed.pop(paper_id, None)
        if paper_id in self._stored:
            self.gone.add(paper_id)

    def vectors(self) -> "dict[str, Vectors]":
        """The vectors of changed papers whose text is the same as before, so that they need no new ones."""
        same = [
            paper_id
            for paper_id, paper in self.changed.items()
            if paper_id in self._stored and embedded_text(self._stored[paper_id]) == embedded_text(paper)
        ]
        found = self._view.vectors_of(same) if self._view and same else {}
        return {paper_id: vector for paper_id, vector in found.items() if is_unit(vector)}

    def _place(self, paper: Paper) -> None:
        self._papers[paper.id] = paper
        for key in keys_of(paper):
            self._by_key[key].add(paper.id)

    def _take(self, paper_id: str) -> None:
        paper = self._papers.pop(paper_id, None)
        for key in keys_of(paper) if paper else ():
            self._by_key[key].discard(paper_id)


def write(writer: Writer, shelf: Shelf) -> None:
    """Write what is different on a shelf. First what is there, then what is not: a crash between loses nothing."""
    if shelf.changed:
        writer.put(list(shelf.changed.values()), shelf.vectors())
    if shelf.gone:
        writer.delete(sorted(shelf.gone))
