"""Corrections by hand: papers that are one, and papers that are not. They are kept, and go before the rule.

Papers of a library that may be one: what the rule was unsure about, and nobody decided yet.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from store.dedup.keys import fingerprint, fingerprints, keys_of
from store.dedup.match import DIFFERENT, SAME, Decisions, between, pairs
from store.dedup.merge import joined, records_of
from store.errors import InputError
from store.index.snapshot import Snapshot
from store.ingest.plan import Shelf, free_id, unite, write
from store.library import Library
from store.paper import Paper
from store.results import Duplicate


def merge(library: Library, names: Sequence[str]) -> Paper:
    """Join papers to one, which has the id of the first.

    Args:
        library: Where they are.
        names: Two or more: ids of papers or of records in them, DOIs, arXiv ids.

    Raises:
        InputError: They are one paper already, or would be larger than a paper may be.
        NotFound: One of them is not there.
        LibraryError: The library cannot be written.
    """
    ids = _ids(library, names)
    if len(ids) < 2:
        raise InputError("There is but one paper to merge.", "Name two: conspectus merge ID ID")
    with library.writing("merge") as writer:
        papers, shelf = _fetched(library, ids)
        known = [fingerprints(paper) for paper in papers]
        unite(papers, [record for paper in papers for record in records_of(paper)], shelf)
        writer.decide([pair for one, other in combinations(known, 2) for pair in pairs(one, other)], together=True)
        write(writer, shelf)
    return library.paper(ids[0])


def split(library: Library, names: Sequence[str]) -> list[Paper]:
    """Part the records of one paper, or say of several that they are not one; they are never joined again.

    Of one, each record becomes a paper of its own, and the first to have the paper's id keeps it. Records that are
    the same in id, title, year and first author stay together: nothing would tell them apart when their files are
    added again.

    Raises:
        InputError: It was made of one record, or they cannot be told apart.
        NotFound: One of them is not there.
        LibraryError: The library cannot be written.
    """
    return _keep_apart(library, names) if len(names) > 1 else _part(library, library.paper(names[0]))


def _part(library: Library, paper: Paper) -> list[Paper]:
    groups = _groups(paper)
    if len(groups) < 2:
        raise InputError(
            f"The paper {paper.id} has no records that could be told apart.",
            f"See where it is from: conspectus show --sources {paper.id}",
        )
    with library.writing("split") as writer:
        (paper,), shelf = _fetched(library, [paper.id])
        writer.decide(combinations(fingerprints(paper), 2), together=False)
        shelf.remove(paper.id)
        first, *others = _groups(paper)
        shelf.put(joined(first, paper.id))
        ids = [paper.id, *(_placed(group, shelf) for group in others)]
        write(writer, shelf)
    return library.get(ids)


def _keep_apart(library: Library, names: Sequence[str]) -> list[Paper]:
    ids = _ids(library, names)
    papers = library.get(ids)
    known = [fingerprints(paper) for paper in papers]
    decided = [pair for one, other in combinations(known, 2) for pair in pairs(one, other)]
    if not decided:
        raise InputError(
            f"{' and '.join(names)} are one paper, or the same in id, title, year and author.",
            "A paper of several records is split by naming it alone: conspectus split ID",
        )
    with library.writing("split") as writer:
        writer.decide(decided, together=False)
    return papers


def _ids(library: Library, names: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(library.paper(name).id for name in names))


def _fetched(library: Library, ids: list[str]) -> tuple[list[Paper], Shelf]:
    """The papers as they are now that nobody else can write, and a shelf with what has a key of theirs."""
    papers, shelf = library.get(ids), Shelf(library.view())
    shelf.expect(key for paper in papers for key in keys_of(paper))
    return papers, shelf


def _groups(paper: Paper) -> list[list[Paper]]:
    """The records by their fingerprints, those first that have the paper's own id."""
    groups: dict[str, list[Paper]] = defaultdict(list)
    for record in sorted(records_of(paper), key=lambda record: record.id != paper.id):
        groups[fingerprint(record)].append(record)
    return list(groups.values())


def _placed(group: list[Paper], shelf: Shelf) -> str:
    paper_id = free_id(group[0], shelf)
    shelf.put(joined(group, paper_id))
    return paper_id


# Keys whose papers are read at once.
PAGE = 200
# Papers with one key that are compared with each other: more have a title that says nothing.
ALIKE = 30


def duplicates(library: Library) -> Iterator[Duplicate]:
    """Pairs of papers that share an id or a title, and may be one; pairs that a person keeps apart are left out.

    ``same`` marks those that would be joined: they were added before the rule was there, or a merge by hand was
    broken off after it was decided.

    Raises:
        LibraryError: The library cannot be read.
    """
    view = library.view()
    if view is None:
        return
    decisions = Decisions.of(library.chroma.state())
    for one, other in _pairs(view):
        said = between(records_of(one), records_of(other), decisions)
        if said.decision is not DIFFERENT:
            yield Duplicate(first=one, second=other, reason=said.reason, same=said.decision is SAME)


def _pairs(view: Snapshot) -> Iterator[tuple[Paper, Paper]]:
    """Every two papers that share a key, once, by id in order."""
    seen = set()
    shared = view.shared_keys()
    for keys in (shared[first : first + PAGE] for first in range(0, len(shared), PAGE)):
        for papers in _by_key(view.keyed(keys), set(keys)):
            for one, other in combinations(papers[:ALIKE], 2):
                if (one.id, other.id) not in seen:
                    seen.add((one.id, other.id))
                    yield one, other


def _by_key(papers: list[Paper], keys: set[str]) -> list[list[Paper]]:
    found: dict[str, list[Paper]] = defaultdict(list)
    for paper in papers:
        for key in keys.intersection(keys_of(paper)):
            found[key].append(paper)
    return [found[key] for key in sorted(found)]
