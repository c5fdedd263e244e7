"""What becomes of a record that is added: a paper of its own, part of one that is there, or nothing new.

The papers of a library as they will be: what is stored, and over it what a plan would change.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from store.dedup.keys import fingerprint, identifier_keys, keys, keys_of
from store.dedup.match import SAME, Decisions, between, of_same_file, renews
from store.dedup.merge import joined, records_of
from store.index.snapshot import Snapshot
from store.paper import Paper
from store.record import DAMAGED, check_size
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


Kind = Literal["added", "updated", "merged", "unchanged"]


class Outcome(NamedTuple):
    """What became of a record, in which paper, and why they were joined."""

    kind: Kind
    paper_id: str
    reason: str = ""


class Coming(NamedTuple):
    """A record that is about to be added, its content hash, and whether the library holds just this under its id.

    ``lost`` is whether just this is what the library held under its id before that paper was damaged.
    """

    record: Paper
    content: str
    same: bool
    lost: bool = False


class Planner:
    """Takes the records of one import one by one; each sees what became of those before it.

    The plan depends on what is on the shelf alone, so an import that is broken off and run again ends as one that was
    not.
    """

    def __init__(self, decisions: Decisions) -> None:
        self._decisions = decisions
        self._seen: set[str] = set()

    def prepare(self, records: Sequence[Paper], shelf: Shelf) -> list[Coming]:
        """Fetch what the records of a batch can meet with on the shelf."""
        known = shelf.hashes([record.id for record in records])
        times = Counter(record.id for record in records)
        coming = []
        for record in records:
            content = record.content_hash()
            same = known.get(record.id) == content and times[record.id] == 1
            coming.append(Coming(record, content, same, known.get(record.id) == DAMAGED + content))
        fresh = [one.record for one in coming if not one.same]
        shelf.expect(key for record in fresh for key in (*self._keys(record), f"id:{_other_id(record)}"))
        return coming

    def take(self, coming: Coming, shelf: Shelf) -> Outcome:
        """Put a record on the shelf that was prepared for it.

        Raises:
            InputError: The paper that it belongs to would get too large; the shelf is as it was.
        """
        outcome = self._placed(coming, shelf)
        self._seen.add(coming.content[:_DIGITS])
        return outcome

    def _placed(self, coming: Coming, shelf: Shelf) -> Outcome:
        record, content, same, lost = coming
        if same and record.id not in shelf.changed and record.id not in shelf.gone:
            return Outcome("unchanged", record.id)
        near = shelf.find(self._keys(record))
        for paper in near:
            if paper.damage and (healed := _healed(paper, record, lost)):
                shelf.put(healed)
                return Outcome("updated", paper.id)
        holder = next((paper for paper in near if _holds(paper, record, content)), None)
        if holder:
            _heal(holder, near, shelf)
            return Outcome("unchanged", holder.id)
        return self._joined(record, near, shelf) or _alone(record, shelf)

    def _joined(self, record: Paper, near: list[Paper], shelf: Shelf) -> Outcome | None:
        """Replace an older self of the record, and join the papers that it is one with."""
        home, older = self._older(record, near)
        records = [record if one is older else one for one in records_of(home)] if home else [record]
        absorbed, reason = [home] if home else [], ""
        for paper in sorted(near, key=lambda paper: (not _share_id(record, paper), paper.id)):
            if paper is home:
                continue
            said = between(records, records_of(paper), self._decisions)
            if said.decision is SAME:
                absorbed.append(paper)
                records = [*records_of(paper), *records] if len(absorbed) == 1 else [*records, *records_of(paper)]
                reason = reason or said.reason
        if not absorbed:
            return None
        unite(absorbed, records, shelf)
        return Outcome("updated" if older else "merged", absorbed[0].id, reason)

    def _older(self, record: Paper, near: list[Paper]) -> tuple[Paper | None, Paper | None]:
        """The paper and the record in it that this record is a new state of: not in this run."""
        found = [(paper, one) for paper in near for one in records_of(paper) if self._is_older(one, record)]
        found.sort(key=lambda pair: (fingerprint(pair[1]) != fingerprint(record), pair[1].source != record.source))
        return found[0] if found else (None, None)

    def _is_older(self, one: Paper, record: Paper) -> bool:
        return renews(record, one) and one.content_hash()[:_DIGITS] not in self._seen

    def _keys(self, record: Paper) -> list[str]:
        return [*keys(record), *(f"fp:{other}" for other in sorted(self._decisions.partners(record)))]


# Of a content hash, as many digits as tell the records of one import apart.
_DIGITS = 24


def free_id(record: Paper, shelf: Shelf) -> str:
    """An id for a paper of this record: its own, unless another paper has it, be it of a record that was joined.

    The others follow from the record alone, so that adding its file again gives the same one.
    """
    others = (f"{record.id}~{record.content_hash()[:digits]}" for digits in (12, 64))
    return next(one for one in (record.id, _other_id(record), *others) if not shelf.find([f"id:{one}"]))


def unite(papers: Sequence[Paper], records: Iterable[Paper], shelf: Shelf) -> None:
    """One paper of all the records, under the id of the first paper; the others go.

    Raises:
        InputError: It would be larger than a paper may be; the shelf is as it was.
    """
    unique: dict[str, Paper] = {}
    for record in records:
        unique.setdefault(record.content_hash(), record)
    united = joined(tuple(unique.values()), papers[0].id)
    check_size(united)  # Before anything is changed on the shelf.
    if united != papers[0]:
        shelf.put(united)
    for paper in papers[1:]:
        shelf.remove(paper.id)


def _alone(record: Paper, shelf: Shelf) -> Outcome:
    paper_id = free_id(record, shelf)
    shelf.put(joined([record], paper_id))
    return Outcome("added", paper_id)


def _heal(holder: Paper, near: list[Paper], shelf: Shelf) -> None:
    """Finish a union that was broken off before the papers that went into it were removed."""
    if len(near) == 1:
        return
    held = {record.content_hash() for record in records_of(holder)}
    left = [paper for paper in near if held & {record.content_hash() for record in records_of(paper)}]
    if len(left) > 1:
        first = max(left, key=lambda paper: len(records_of(paper)))
        others = [paper for paper in left if paper is not first]
        unite([first, *others], [record for paper in (first, *others) for record in records_of(paper)], shelf)


def _healed(paper: Paper, record: Paper, lost: bool) -> Paper | None:
    """A damaged paper with the record in the place of its damaged self; None where it is none of the paper's."""
    if lost and paper.id == record.id:
        return record
    records = records_of(paper)
    for place, older in enumerate(records):
        # Of a record that cannot be read any more nobody knows the file.
        if older.damage and older.id == record.id and (not older.source.file or of_same_file(older, record)):
            healed = joined((*records[:place], record, *records[place + 1 :]), paper.id)
            check_size(healed)
            return healed
    return None


def _holds(paper: Paper, record: Paper, content: str) -> bool:
    return any(one.id == record.id and one.content_hash() == content for one in records_of(paper))


def _share_id(record: Paper, paper: Paper) -> bool:
    found = set(identifier_keys(record))
    return any(found & set(identifier_keys(one)) for one in records_of(paper))


def _other_id(record: Paper) -> str:
    return f"{record.id}~{fingerprint(record)[:8]}"
