"""Bringing back papers that were removed or merged, from the bin."""

from itertools import combinations

from store.bin import Removal
from store.dedup.keys import list_fingerprints
from store.dedup.match import pair_fingerprints
from store.errors import InputError
from store.library import Library
from store.paper import Paper
from store.record import unpack


def bring_back(library: Library, removal: Removal) -> list[Paper]:
    """Put papers back that were removed or merged, where they are gone; those that were merged are kept apart.

    Returns:
        The papers that are back; none where nothing of it was gone.

    Raises:
        InputError: What was made of merged papers was changed since.
        LibraryError: The library cannot be written.
    """
    papers = [unpack(text) for text in removal.papers]
    with library.open_writer("undo"):
        pass  # What a crash left half done is mended before anybody looks at what is there.
    if removal.kind == "merge":
        return _part_again(library, papers)
    there = set(library.find_ids([paper.id for paper in papers]))
    gone = [paper for paper in papers if paper.id not in there]
    if gone:
        with library.open_writer("undo") as writer:
            writer.put(gone)
    return gone


def _part_again(library: Library, papers: list[Paper]) -> list[Paper]:
    fingerprints = [list_fingerprints(paper) for paper in papers]
    whole = next(iter(library.get([papers[0].id])), None)
    there = set(library.find_ids([paper.id for paper in papers[1:]]))
    if whole is not None and there == {paper.id for paper in papers[1:]}:
        return []
    if whole is None or set(list_fingerprints(whole)) != {one for each in fingerprints for one in each}:
        raise InputError(
            f"The paper {papers[0].id} was changed since it was merged.",
            f"Split it instead: conspectus split {papers[0].id}",
        )
    apart = [pair for first, second in combinations(fingerprints, 2) for pair in pair_fingerprints(first, second)]
    with library.open_writer("undo") as writer:
        writer.decide(apart, together=False)
        writer.put(papers)
    return papers
