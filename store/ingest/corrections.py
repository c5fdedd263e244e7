"""Corrections by hand: papers that are one, papers that are not, and pairs that wait for such a decision.

Decisions are kept in the library and go before the rule of ``store.dedup``.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from store.bin import Bin
from store.dedup.keys import list_fingerprints, list_paper_keys
from store.dedup.match import DIFFERENT, SAME, Decisions, compare_papers, pair_fingerprints
from store.dedup.merge import group_records, merge_records, records_of
from store.errors import InputError
from store.index.snapshot import Snapshot
from store.ingest.plan import ImportStaging, choose_id, merge_into, write_staging
from store.library import Library
from store.paper import Paper
from store.record import UnfinishedChange
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
    ids = _resolve_names(library, names)
    if len(ids) < 2:
        raise InputError("There is but one paper to merge.", "Name two: conspectus merge ID ID")
    with library.open_writer("merge") as writer:
        papers, staging = _stage_papers(library, ids)
        Bin(library.folder).keep_papers(papers, "merge")
        fingerprints = [list_fingerprints(paper) for paper in papers]
        merge_into(papers, [record for paper in papers for record in records_of(paper)], staging)
        pairs = [pair for first, second in combinations(fingerprints, 2) for pair in pair_fingerprints(first, second)]
        unfinished = UnfinishedChange(kind="merge", ids=tuple(paper.id for paper in papers))
        write_staging(writer, staging, lambda state: state.with_pairs(pairs, together=True), unfinished)
    return library.paper(ids[0])


def split(library: Library, names: Sequence[str]) -> list[Paper]:
    """Split a paper into its records, or keep several apart; they are never joined again.

    Of one, each record becomes a paper of its own, and the first to have the paper's id keeps it. Records that are
    the same in id, title, year and first author stay together: nothing would tell them apart when their files are
    added again.

    Raises:
        InputError: It was made of one record, or they cannot be told apart.
        NotFound: One of them is not there.
        LibraryError: The library cannot be written.
    """
    return _keep_apart(library, names) if len(names) > 1 else _split_records(library, library.paper(names[0]))


def _split_records(library: Library, paper: Paper) -> list[Paper]:
    groups = group_records(paper)
    if len(groups) < 2:
        raise InputError(
            f"The paper {paper.id} has no records that could be told apart.",
            f"See where it is from: conspectus show --sources {paper.id}",
        )
    with library.open_writer("split") as writer:
        (paper,), staging = _stage_papers(library, [paper.id])
        pairs = list(combinations(list_fingerprints(paper), 2))
        staging.remove(paper.id)
        first, *others = group_records(paper)
        staging.put(merge_records(first, paper.id))
        ids = [paper.id, *(_place_group(group, staging) for group in others)]
        unfinished = UnfinishedChange(kind="split", ids=tuple(ids))
        write_staging(writer, staging, lambda state: state.with_pairs(pairs, together=False), unfinished)
    return library.get(ids)


def _keep_apart(library: Library, names: Sequence[str]) -> list[Paper]:
    ids = _resolve_names(library, names)
    papers = library.get(ids)
    fingerprints = [list_fingerprints(paper) for paper in papers]
    decided = [pair for first, second in combinations(fingerprints, 2) for pair in pair_fingerprints(first, second)]
    if not decided:
        raise InputError(
            f"{' and '.join(names)} are one paper, or the same in id, title, year and author.",
            "A paper of several records is split by naming it alone: conspectus split ID",
        )
    with library.open_writer("split") as writer:
        writer.decide(decided, together=False)
    return papers


def _resolve_names(library: Library, names: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(library.paper(name).id for name in names))


def _stage_papers(library: Library, ids: list[str]) -> tuple[list[Paper], ImportStaging]:
    """Stage the papers as they are now that nobody else can write, with all that share a key of theirs."""
    papers, staging = library.get(ids), ImportStaging(library.view())
    staging.fetch(key for paper in papers for key in list_paper_keys(paper))
    return papers, staging


def _place_group(group: list[Paper], staging: ImportStaging) -> str:
    paper_id = choose_id(group[0], staging)
    staging.put(merge_records(group, paper_id))
    return paper_id


# Keys whose papers are read at once. Chosen by hand; not measured.
PAGE = 200
# Papers with one key that are compared with each other: more have a title that says nothing. Chosen by hand.
ALIKE = 30


def duplicates(library: Library) -> Iterator[Duplicate]:
    """Yield pairs of papers that share an id or a title, and may be one; not those that a person keeps apart.

    ``same`` marks those that would be joined: they were added before the rule was there, or a merge by hand was
    broken off after it was decided.

    Raises:
        LibraryError: The library cannot be read.
    """
    view = library.view()
    if view is None:
        return
    decisions = Decisions.from_state(library.chroma.state())
    for first, second in _pair_candidates(view):
        verdict = compare_papers(records_of(first), records_of(second), decisions)
        if verdict.decision is not DIFFERENT:
            yield Duplicate(first=first, second=second, reason=verdict.reason, same=verdict.decision is SAME)


def _pair_candidates(view: Snapshot) -> Iterator[tuple[Paper, Paper]]:
    """Yield every two papers that share a key, once, by id in order."""
    seen = set()
    shared = view.list_shared_keys()
    for keys in (shared[first : first + PAGE] for first in range(0, len(shared), PAGE)):
        for papers in _group_by_key(view.find_by_keys(keys), set(keys)):
            for first, second in combinations(papers[:ALIKE], 2):
                if (first.id, second.id) not in seen:
                    seen.add((first.id, second.id))
                    yield first, second


def _group_by_key(papers: list[Paper], keys: set[str]) -> list[list[Paper]]:
    papers_by_key: dict[str, list[Paper]] = defaultdict(list)
    for paper in papers:
        for key in keys.intersection(list_paper_keys(paper)):
            papers_by_key[key].append(paper)
    return [papers_by_key[key] for key in sorted(papers_by_key)]
