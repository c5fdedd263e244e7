"""The papers of a library one after another, as many as are asked for, however many there are."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from store.filters import Filters
from store.index.index import IndexDamaged
from store.index.snapshot import Snapshot
from store.paper import Paper

if TYPE_CHECKING:
    import tantivy

# Papers that are read at once; a list of which only the beginning is shown should not read much more. Chosen by hand.
_FIRST_PAGE, _PAGE = 50, 500


class ListedLibrary(Protocol):
    """What has a view of its papers, and gives them by their ids."""

    def view(self) -> Snapshot | None:
        """Return the papers as they are now."""
        ...

    def get(self, ids: Sequence[str]) -> list[Paper]:
        """Return those that are there, in that order."""
        ...


def list_papers(library: ListedLibrary, filters: Filters, oldest_first: bool) -> Iterator[Paper]:
    """Yield the papers for which the filters hold, newest first; undated ones last.

    Which papers there are is settled at the beginning; each is as it is when it is read, and left out where it was
    removed meanwhile.
    """
    shown: set[str] = set()
    try:
        for page in _read_pages(library, filters, oldest_first):
            shown.update(paper.id for paper in page)
            yield from page
    except IndexDamaged:  # The next view is of an index that was built again; it may have them in another order.
        view = library.view()
        ids = view.list_ids(filters, oldest_first) if view else []
        left = [paper_id for paper_id in ids if paper_id not in shown]
        for first in range(0, len(left), _PAGE):
            yield from library.get(left[first : first + _PAGE])


def _read_pages(library: ListedLibrary, filters: Filters, oldest_first: bool) -> Iterator[list[Paper]]:
    view = library.view()
    if view is None:
        return
    if view.is_live:
        ids = view.iterate_ids(filters, oldest_first)
        while page := list(islice(ids, _PAGE)):
            yield library.get(page)
        return
    for addresses in _split(view.list_addresses(filters, oldest_first)):
        now = library.view()
        if now is view:
            yield view.read_papers(addresses)
        elif now:
            yield now.papers(view.read_ids(addresses))


def _split(addresses: "list[tantivy.DocAddress]") -> "Iterator[list[tantivy.DocAddress]]":
    yield addresses[:_FIRST_PAGE]
    for first in range(_FIRST_PAGE, len(addresses), _PAGE):
        yield addresses[first : first + _PAGE]
