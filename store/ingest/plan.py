"""Plan what becomes of a record that is added: a paper of its own, part of one that is there, or nothing new.

``Planner`` decides record by record; ``ImportStaging`` holds the papers of the library as they will be.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from os.path import abspath
from typing import TYPE_CHECKING, Literal, NamedTuple

from store.dedup.keys import (
    compute_fingerprint,
    is_generic,
    list_identifier_keys,
    list_paper_keys,
    list_record_keys,
    titles_match,
)
from store.dedup.match import SAME, Decisions, compare_papers, same_abstract, same_first_author
from store.dedup.merge import merge_records, records_of, unite_records
from store.index.snapshot import Snapshot
from store.migration import is_older_reading
from store.paper import Paper
from store.record import DAMAGED, LibraryState, UnfinishedChange, check_size
from store.writer import Writer, build_embedding_text, is_unit

if TYPE_CHECKING:
    from store.embedding import Vectors


class ImportStaging:
    """Papers by their keys. Changes are kept here and written when a plan is complete (``write_staging``).

    Args:
        view: The library as it is; None for an empty one.

    Attributes:
        changed: Papers that are new or different, by their ids.
        gone: Ids of papers that are in the library and no longer in the staging.
    """

    def __init__(self, view: Snapshot | None) -> None:
        self._view = view
        self._stored: dict[str, Paper] = {}
        self._papers: dict[str, Paper] = {}
        self._by_key: dict[str, set[str]] = defaultdict(set)
        self.changed: dict[str, Paper] = {}
        self.gone: set[str] = set()

    def hashes(self, ids: list[str]) -> dict[str, str]:
        """Return the content hash of each of the papers that are in the library, and were left as they are."""
        hashes = self._view.hashes(ids) if self._view else {}
        return {
            paper_id: content
            for paper_id, content in hashes.items()
            if paper_id not in self.changed and paper_id not in self.gone
        }

    def fetch(self, keys: Iterable[str]) -> None:
        """Read the papers with any of these keys from the library, in one look; ``find`` finds no others."""
        for paper in self._view.find_by_keys(list(dict.fromkeys(keys))) if self._view else ():
            if paper.id not in self._stored:
                self._stored[paper.id] = paper
                self._index_paper(paper)

    def find(self, keys: Iterable[str]) -> list[Paper]:
        """Find the papers with any of the keys, by their ids in order."""
        paper_ids = {paper_id for key in keys for paper_id in self._by_key.get(key, ())}
        return [self._papers[paper_id] for paper_id in sorted(paper_ids)]

    def put(self, paper: Paper) -> None:
        """Add a paper, or replace the one with its id."""
        self._drop_paper(paper.id)
        self._index_paper(paper)
        self.changed[paper.id] = paper
        self.gone.discard(paper.id)

    def remove(self, paper_id: str) -> None:
        """Take a paper away."""
        self._drop_paper(paper_id)
        self.changed.pop(paper_id, None)
        if paper_id in self._stored:
            self.gone.add(paper_id)

    def reuse_vectors(self) -> "dict[str, Vectors]":
        """Return the vectors of changed papers whose text is the same as before, so that they need no new ones."""
        same = [
            paper_id
            for paper_id, paper in self.changed.items()
            if paper_id in self._stored and build_embedding_text(self._stored[paper_id]) == build_embedding_text(paper)
        ]
        vectors = self._view.vectors_of(same) if self._view and same else {}
        return {paper_id: vector for paper_id, vector in vectors.items() if is_unit(vector)}

    def _index_paper(self, paper: Paper) -> None:
        self._papers[paper.id] = paper
        for key in list_paper_keys(paper):
            self._by_key[key].add(paper.id)

    def _drop_paper(self, paper_id: str) -> None:
        paper = self._papers.pop(paper_id, None)
        for key in list_paper_keys(paper) if paper else ():
            self._by_key[key].discard(paper_id)


def write_staging(
    writer: Writer,
    staging: ImportStaging,
    decide: Callable[[LibraryState], LibraryState] | None = None,
    unfinished: UnfinishedChange | None = None,
    embed: bool = True,
) -> None:
    """Write what is different in a staging, as one change.

    Args:
        writer: Where to.
        staging: The papers.
        decide: What a person decided, kept with it.
        unfinished: What is to be done where a crash breaks it off; None where the staging says that.
        embed: Whether papers that have no vector get one now; else they are pending.
    """
    if staging.changed or staging.gone or decide:
        papers = list(staging.changed.values())
        writer.apply(papers, sorted(staging.gone), staging.reuse_vectors(), decide, unfinished, embed)


ChangeKind = Literal["added", "updated", "merged", "unchanged"]


class PlannedChange(NamedTuple):
    """What became of a record, in which paper, and why they were joined."""

    kind: ChangeKind
    paper_id: str
    reason: str = ""


class IncomingRecord(NamedTuple):
    """A record that is about to be added, its content hash, and whether the library holds just this under its id.

    ``lost`` is whether just this is what the library held under its id before that paper was damaged.
    """

    record: Paper
    content: str
    same: bool
    lost: bool = False


class Planner:
    """Takes the records of one import one by one; each sees what became of those before it.

    The plan depends on what is in the staging alone, so an import that is broken off and run again ends as one that was
    not.
    """

    def __init__(self, decisions: Decisions) -> None:
        self._decisions = decisions
        self._seen: set[str] = set()

    def renew_decisions(self, decisions: Decisions) -> None:
        """Take what was decided meanwhile."""
        self._decisions = decisions

    def prepare(self, records: Sequence[Paper], staging: ImportStaging) -> list[IncomingRecord]:
        """Fetch what the records of a batch can meet with in the staging."""
        hashes = staging.hashes([record.id for record in records])
        times = Counter(record.id for record in records)
        prepared = []
        for record in records:
            content = record.content_hash()
            same = hashes.get(record.id) == content and times[record.id] == 1
            prepared.append(IncomingRecord(record, content, same, hashes.get(record.id) == DAMAGED + content))
        fresh = [incoming.record for incoming in prepared if not incoming.same]
        staging.fetch(key for record in fresh for key in (*self._list_keys(record), f"id:{_build_other_id(record)}"))
        return prepared

    def place(self, incoming: IncomingRecord, staging: ImportStaging) -> PlannedChange:
        """Put a record into the staging that was prepared for it.

        Raises:
            InputError: The paper that it belongs to would get too large; the staging is as it was.
        """
        outcome = self._place_record(incoming, staging)
        self._seen.add(incoming.content[:_DIGITS])
        return outcome

    def _place_record(self, incoming: IncomingRecord, staging: ImportStaging) -> PlannedChange:
        record, content, same, lost = incoming
        if same and record.id not in staging.changed and record.id not in staging.gone:
            return PlannedChange("unchanged", record.id)
        near = staging.find(self._list_keys(record))
        for paper in near:
            if paper.damage and (healed := _heal_paper(paper, record, lost)):
                staging.put(healed)
                return PlannedChange("updated", paper.id)
        holder = next((paper for paper in near if _holds_record(paper, record, content)), None)
        if holder:
            _finish_merge(holder, near, staging)
            return PlannedChange("unchanged", holder.id)
        return self._join_record(record, near, staging) or _add_paper(record, staging)

    def _join_record(self, record: Paper, near: list[Paper], staging: ImportStaging) -> PlannedChange | None:
        """Replace an older self of the record, and join the papers that it is one with."""
        home, older = self._find_older(record, near)
        records = [record if member is older else member for member in records_of(home)] if home else [record]
        absorbed, reason = [home] if home else [], ""
        for paper in sorted(near, key=lambda paper: (not _shares_id(record, paper), paper.id)):
            if paper is home:
                continue
            verdict = compare_papers(records, records_of(paper), self._decisions)
            if verdict.decision is SAME:
                absorbed.append(paper)
                records = [*records_of(paper), *records] if len(absorbed) == 1 else [*records, *records_of(paper)]
                reason = reason or verdict.reason
        if not absorbed:
            return None
        merge_into(absorbed, records, staging)
        return PlannedChange("updated" if older else "merged", absorbed[0].id, reason)

    def _find_older(self, record: Paper, near: list[Paper]) -> tuple[Paper | None, Paper | None]:
        """Find the paper and the record in it that this record is a new state of: not one of this run."""
        pairs = [(paper, member) for paper in near for member in records_of(paper) if self._is_older(member, record)]
        own = compute_fingerprint(record)
        pairs.sort(key=lambda pair: (compute_fingerprint(pair[1]) != own, pair[1].source != record.source))
        return pairs[0] if pairs else (None, None)

    def _is_older(self, member: Paper, record: Paper) -> bool:
        return _is_update_of(record, member) and member.content_hash()[:_DIGITS] not in self._seen

    def _list_keys(self, record: Paper) -> list[str]:
        partners = sorted(self._decisions.list_partners(record))
        return [*list_record_keys(record), *(f"fp:{partner}" for partner in partners)]


# Of a content hash, as many digits as tell the records of one import apart.
_DIGITS = 24


def choose_id(record: Paper, staging: ImportStaging) -> str:
    """Choose an id for a paper of this record: its own, unless another paper or a record in it has it.

    The others follow from the record alone, so that adding its file again gives the same one.
    """
    others = (f"{record.id}~{record.content_hash()[:digits]}" for digits in (12, 64))
    candidates = (record.id, _build_other_id(record), *others)
    return next(paper_id for paper_id in candidates if not staging.find([f"id:{paper_id}"]))


def merge_into(papers: Sequence[Paper], records: Iterable[Paper], staging: ImportStaging) -> None:
    """Merge all the records into one paper, under the id of the first paper; the others go.

    Raises:
        InputError: It would be larger than a paper may be; the staging is as it was.
    """
    united = unite_records(records, papers[0].id)
    check_size(united)  # Before anything is changed in the staging.
    if united != papers[0]:
        staging.put(united)
    for paper in papers[1:]:
        staging.remove(paper.id)


def _add_paper(record: Paper, staging: ImportStaging) -> PlannedChange:
    paper_id = choose_id(record, staging)
    staging.put(merge_records([record], paper_id))
    return PlannedChange("added", paper_id)


def _finish_merge(holder: Paper, near: list[Paper], staging: ImportStaging) -> None:
    """Finish a union that was broken off before the papers that went into it were removed."""
    if len(near) == 1:
        return
    hashes = {record.content_hash() for record in records_of(holder)}
    unmerged = [paper for paper in near if hashes & {record.content_hash() for record in records_of(paper)}]
    if len(unmerged) > 1:
        first = max(unmerged, key=lambda paper: len(records_of(paper)))
        others = [paper for paper in unmerged if paper is not first]
        merge_into([first, *others], [record for paper in (first, *others) for record in records_of(paper)], staging)


def _heal_paper(paper: Paper, record: Paper, lost: bool) -> Paper | None:
    """Put a record into a damaged paper, in the place of its damaged self; None where it has no place there."""
    if lost and paper.id == record.id:
        return record
    records = records_of(paper)
    for place, older in enumerate(records):
        # Of a record that cannot be read any more nobody knows the file.
        if older.damage and older.id == record.id and (not older.source.file or _is_same_file(older, record)):
            healed = merge_records((*records[:place], record, *records[place + 1 :]), paper.id)
            check_size(healed)
            return healed
    return None


def _holds_record(paper: Paper, record: Paper, content: str) -> bool:
    return any(member.id == record.id and member.content_hash() == content for member in records_of(paper))


def _shares_id(record: Paper, paper: Paper) -> bool:
    keys = set(list_identifier_keys(record))
    return any(keys & set(list_identifier_keys(member)) for member in records_of(paper))


def _build_other_id(record: Paper) -> str:
    return f"{record.id}~{compute_fingerprint(record)[:8]}"


def _is_update_of(record: Paper, older: Paper) -> bool:
    """Return whether a record is the older one, edited; it takes its place then, so what is doubtful is none.

    The same id in the same file is not enough: two files called ``references.bib`` are the same file to those who
    add each from its own folder, and databases number the records of every export from 1.
    """
    if is_older_reading(older, record):
        return True
    if record.id != older.id or not _is_same_file(record, older):
        return False
    # Zotero's key names an item for good, whatever becomes of it.
    if "zotero" in record.identifiers and record.identifiers["zotero"] == older.identifiers.get("zotero"):
        return True
    if titles_match(record.title, older.title) and not (is_generic(record.title) and is_generic(older.title)):
        return True
    # A DOI may be that of a book's other chapter, by the same author; an id that somebody gave stays with its record.
    if record.id in record.identifiers.values():
        return titles_match(record.title, older.title)
    # Where the older one was but a title in that very line, it was filled in.
    filled = older.source == record.source and not (older.authors or older.abstract)
    return filled or same_abstract(record, older) or same_first_author(record, older) is True


def _is_same_file(first: Paper, second: Paper) -> bool:
    """Return whether two records stood in one file.

    ``./a.bib`` is ``a.bib``, and so is its whole path, seen from where it was added before.
    """
    return first.source.file == second.source.file or abspath(first.source.file) == abspath(second.source.file)
