"""Finish what a crash broke off between two writes, and find what older versions left so.

A change of several papers stands in the state of the library while it is written (``Writer.apply``). Where it is found
there with the write lock held, the process that wrote it is gone: the change is done again, which changes nothing where
it had come to its end. Nothing is removed but papers whose every record stands in another paper.
"""

from collections import defaultdict
from collections.abc import Iterable

from store.dedup.keys import list_paper_keys
from store.dedup.merge import group_records, merge_records, records_of, unite_records
from store.errors import LibraryDamaged
from store.index.snapshot import Snapshot
from store.paper import Paper
from store.record import LibraryState, UnfinishedChange
from store.writer import Writer

# Keys whose papers are read at once. Chosen by hand; not measured.
_PAGE = 200
_HINT = "The next search finishes it, or: conspectus doctor --repair"


def finish_changes(writer: Writer, state: LibraryState, view: Snapshot | None) -> None:
    """Finish what a state calls unfinished.

    Args:
        writer: Writes to the library.
        state: The library's.
        view: The index, in step with the papers.
    """
    for change in state.unfinished if view else ():
        assert view is not None
        if change.kind == "merge":
            _finish_merge(writer, view, change)
        elif change.kind == "split":
            _finish_split(writer, view, change)
        else:
            writer.delete([paper.id for paper in _get_exact(view, change.ids) if _is_twin(paper, view)])
    writer.forget_changes()


def remove_twins(writer: Writer, view: Snapshot) -> list[str]:
    """Remove the papers that a union left behind when a version without ``unfinished`` broke off; return their ids."""
    ids = [twin.id for _, twin in list_twins(view)]
    if ids:
        writer.delete(ids)
    return ids


def list_twins(view: Snapshot) -> list[tuple[Paper, Paper]]:
    """List papers with another one that they hold all records of, by their ids in order; no paper is gone twice."""
    papers_by_key: dict[str, list[Paper]] = defaultdict(list)
    shared = view.list_shared_keys()
    for keys in (shared[first : first + _PAGE] for first in range(0, len(shared), _PAGE)):
        for paper in view.find_by_keys(keys):
            for key in set(keys).intersection(list_paper_keys(paper)):
                papers_by_key[key].append(paper)
    twins: dict[str, tuple[Paper, Paper]] = {}
    for papers in papers_by_key.values():
        for twin in papers:
            left = [paper for paper in papers if paper.id not in twins]
            if twin.id not in twins and (holder := _find_holder(twin, left)):
                twins[twin.id] = holder, twin
    return [twins[paper_id] for paper_id in sorted(twins)]


def check_unfinished(state: LibraryState, view: Snapshot | None) -> str:
    """Say that nothing is unfinished.

    Raises:
        LibraryDamaged: Something is; the message names the papers.
    """
    if state.unfinished:
        told = "; ".join(f"{change.kind} of {', '.join(change.ids[:3])}" for change in state.unfinished[:3])
        raise LibraryDamaged(f"A change was broken off, or is being written: {told}.", _HINT)
    twins = list_twins(view) if view else []
    if twins:
        told = "; ".join(f"{twin.id} is in {holder.id}" for holder, twin in twins[:3])
        raise LibraryDamaged(
            f"{len(twins)} papers stand beside one that holds all their records: {told}.",
            "Run: conspectus doctor --repair. It removes them; no record is lost.",
        )
    return "every change of several papers is finished"


def _finish_merge(writer: Writer, view: Snapshot, change: UnfinishedChange) -> None:
    papers = _get_exact(view, change.ids)
    if len(papers) < 2:
        return
    united = unite_records([record for paper in papers for record in records_of(paper)], papers[0].id)
    writer.apply([united], [paper.id for paper in papers[1:]])


def _finish_split(writer: Writer, view: Snapshot, change: UnfinishedChange) -> None:
    there = {paper.id: paper for paper in _get_exact(view, change.ids)}
    joint_paper = there.get(change.ids[0])
    groups = group_records(joint_paper) if joint_paper else []
    if len(groups) != len(change.ids) or len(groups) < 2:
        return
    parts = [merge_records(group, paper_id) for group, paper_id in zip(groups, change.ids, strict=True)]
    writer.put([part for part in parts if part != there.get(part.id)])


def _get_exact(view: Snapshot, ids: Iterable[str]) -> list[Paper]:
    """Return the papers with these very ids: not those that have taken one over."""
    paper_ids = list(ids)
    papers = {paper.id: paper for paper in view.papers(paper_ids)}
    return [papers[paper_id] for paper_id in paper_ids if paper_id in papers]


def _is_twin(paper: Paper, view: Snapshot) -> bool:
    return _find_holder(paper, view.find_by_keys(list_paper_keys(paper))) is not None


def _find_holder(paper: Paper, others: Iterable[Paper]) -> Paper | None:
    """Find another paper that holds all records of this one; of two that hold the same, the first id has them."""
    records = {record.content_hash() for record in records_of(paper)}
    for candidate in others:
        theirs = {record.content_hash() for record in records_of(candidate)}
        if candidate.id != paper.id and records <= theirs and (records < theirs or candidate.id < paper.id):
            return candidate
    return None
