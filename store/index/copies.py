"""Whether a paper in the index is the one that was stored: the index is a copy, and no copy is believed unseen.

A copy counts where its text has the hash of its record and is the text that the collection has. Where they differ, the
one that fits the hash counts; where neither does, or each fits a hash of its own, nobody can tell which is right: such
a paper is marked as damaged, and no answer rests on it.
"""

from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import NamedTuple

from store.paper import Paper
from store.record import DAMAGE, DAMAGED, StoredText, pack, unpack

DISAGREES = (
    "the index and the store have two texts of it, and nothing tells which is right: "
    "run conspectus doctor, and add the file it is from again"
)
# Copies that are remembered as right, by a digest each: about 100 bytes. Chosen by hand; not measured.
_REMEMBERED = 100_000
_SIZE = 16


class Copy(NamedTuple):
    """What the index has of a paper: its id, the hash beside it, and its record as ``store.record.pack`` wrote it."""

    id: str
    hash: str
    text: bytes


# Reads what the collection has of papers, by ids and the generation that is meant; None where that cannot be told.
StoredTexts = Callable[[Sequence[str], str], "dict[str, StoredText] | None"]


class CopyCheck:
    """Compares copies of papers with their hashes, and with the collection where that can be read.

    Args:
        generation: Of the library that the copies are of.
        stored: What reads the collection; None for copies of what cannot be read beside them.
    """

    def __init__(self, generation: str, stored: StoredTexts | None) -> None:
        self._generation = generation
        self._stored = stored
        self._right: set[bytes] = set()

    def read(self, copies: Sequence[Copy]) -> list[Paper]:
        """Return the papers of copies, in their order: what was stored, or a paper marked as damaged.

        Raises:
            ValueError: A copy cannot be read, and the collection has none that can.
        """
        digests = [_make_digest(copy) for copy in copies]
        unseen = [copy.id for copy, digest in zip(copies, digests, strict=True) if digest not in self._right]
        stored = self._stored(unseen, self._generation) if self._stored and unseen else None
        return [self._read_one(copy, digest, stored) for copy, digest in zip(copies, digests, strict=True)]

    def read_texts(self, copies: Sequence[Copy]) -> list[bytes]:
        """Return the records of copies, in their order, as ``store.record.pack`` wrote them.

        Those that nothing tells to be right are left out.

        Raises:
            ValueError: As ``read``.
        """
        unseen = [copy for copy in copies if _make_digest(copy) not in self._right]
        papers = {copy.id: paper for copy, paper in zip(unseen, self.read(unseen), strict=True)}
        texts = []
        for copy in copies:
            paper = papers.get(copy.id)
            if paper is None or _make_digest(copy) in self._right:
                texts.append(copy.text)
            elif not paper.damage or paper.damage == _read_damage(copy.text):
                texts.append(pack(paper).encode())
        return texts

    def _read_one(self, copy: Copy, digest: bytes, stored: dict[str, StoredText] | None) -> Paper:
        if digest in self._right:
            return unpack(copy.text)
        paper, is_right = settle_copy(copy, None if stored is None else stored.get(copy.id, _NOTHING))
        if is_right:
            if len(self._right) >= _REMEMBERED:
                self._right.clear()
            self._right.add(digest)
        return paper


# What the collection has of a paper that it has not.
_NOTHING = StoredText("", "")


def settle_copy(copy: Copy, stored: StoredText | None) -> tuple[Paper, bool]:
    """Return the paper that a copy is of, and whether it is what the copy says.

    Args:
        copy: From the index.
        stored: From the collection; None where that cannot be told.

    Raises:
        ValueError: Neither can be read.
    """
    copied = _parse(copy.id, copy.text)
    if copied is not None and copied.damage:  # Marked when it was copied, and shown so.
        return copied, False
    copy_fits = copied is not None and _fits(copied, copy.hash)
    if (
        stored
        and copy_fits
        and copied is not None
        and copy == (copy.id, stored.hash, stored.text.encode(errors="replace"))
    ):
        return copied, True  # Nearly always: nothing is read or hashed a second time.
    original = _parse(copy.id, stored.text) if stored else None
    if stored is None:
        if copied is None:
            raise ValueError(f"the record of {copy.id} cannot be read")
        return (copied, True) if copy_fits else (_mark(copied, DAMAGE), False)
    if copied is not None and copied == original and copy_fits and _fits(copied, stored.hash):
        return copied, True
    if copied is not None and _fits(copied, stored.hash) and (original is None or not _fits(original, stored.hash)):
        return copied, copy_fits  # The hash of the record says that it is the text of the collection that is damaged.
    if original is not None and not original.damage and _fits(original, stored.hash) and not copy_fits:
        return original, False
    if copied is not None and copy_fits and original is not None and _fits(original, copy.hash):
        return _join(copied, original), False
    if copied is None and original is None:
        raise ValueError(f"the record of {copy.id} cannot be read")
    return _mark(copied or original, DISAGREES if copy_fits else DAMAGE), False  # type: ignore[arg-type]


def _join(copied: Paper, original: Paper) -> Paper:
    """Return the paper of two texts that the hash does not tell apart: they differ in what it leaves out."""
    return copied if copied == original else _mark(copied, DISAGREES)


def _parse(paper_id: str, text: str | bytes) -> Paper | None:
    try:
        paper = unpack(text)
    except (ValueError, KeyError, TypeError):
        return None
    return paper if paper.id == paper_id else None


def _read_damage(text: bytes) -> str:
    try:
        return unpack(text).damage
    except ValueError:
        return ""


def _fits(paper: Paper, content_hash: str) -> bool:
    return not paper.damage and paper.content_hash() == content_hash.removeprefix(DAMAGED)


def _mark(paper: Paper, damage: str) -> Paper:
    records = tuple(record.model_copy(update={"damage": damage}) for record in paper.records)
    return paper.model_copy(update={"damage": damage, "records": records})


def _make_digest(copy: Copy) -> bytes:
    digest = blake2b(copy.text, digest_size=_SIZE)
    digest.update(f"\0{copy.hash}\0{copy.id}".encode(errors="surrogatepass"))
    return digest.digest()
