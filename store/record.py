"""What is stored of a paper, and of a library.

``pack`` and ``unpack`` write a paper as JSON, without what can be derived from the rest; ``Record`` adds its hash and
its vector. ``LibraryState`` is the stamp of a library in the collection's metadata: version, embedder, generation,
decisions.
"""

import json
import uuid
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from pydantic import ConfigDict
from pydantic_core import from_json

from store.embedding import EmbedderStamp
from store.errors import EmbedderMismatch, InputError, LibraryDamaged, LibraryError
from store.paper import Frozen, Paper, Profile

if TYPE_CHECKING:
    from store.embedding import Vectors


# Chroma indexes every string, and SQLite gives a page of its own, 4 kB, to what is longer than about 1000 bytes.
PART = 900
# Bytes of text that one record may have: twice the 90 kB of a paper with 3000 authors; a long abstract has 5 kB.
MOST_TEXT = 200_000
# Parts that one paper may have. Chroma (1.5) writes the parts of a paper in one statement of six variables each, and
# SQLite takes 32,766 of them: with more than 5461 its log cannot be worked off any more. This is well below.
MOST_PARTS = 3000


# Begins the hash of a paper that is marked as damaged; behind it stands the one that its text should have.
DAMAGED = "damaged:"
DAMAGE = "its text is not what was stored: the files of the library were damaged; add the file it is from again"
UNREADABLE = "(unreadable)"


class Record(NamedTuple):
    """A paper as it is stored: its content hash and its vector, where they were asked for.

    The hash is the one that it was stored with, whatever became of its text since. A paper that is ``pending`` is not
    embedded yet (see ``store.filling``): zeros stand in the place of its vector. ``text`` is the paper as ``pack``
    writes it, where that is at hand.
    """

    paper: Paper
    hash: str
    vector: "Vectors | None" = None
    pending: bool = False
    text: str = ""

    @property
    def is_sound(self) -> bool:
        """Whether the text is the one that was stored."""
        return not self.paper.damage and self.paper.content_hash() == self.hash

    def mark_damaged(self) -> "Record":
        """Return the record marked as damaged, and so each record of its paper; a sound one as it is."""
        if self.is_sound:
            return self
        content = DAMAGED + self.hash.removeprefix(DAMAGED)
        if self.paper.damage and self.hash == content:  # Some of its records may have been read again since.
            return self
        records = tuple(record.model_copy(update={"damage": DAMAGE}) for record in self.paper.records)
        paper = self.paper.model_copy(update={"damage": DAMAGE, "records": records})
        return self._replace(paper=paper, hash=content)

    def matches_hash(self, content: str | None) -> bool:
        """Return whether an index that holds a paper of this hash holds this one, with or without the mark."""
        return content is not None and content.removeprefix(DAMAGED) == self.hash.removeprefix(DAMAGED)


class StoredText(NamedTuple):
    """What the collection has of a paper: its record as ``pack`` wrote it, and the hash beside it."""

    text: str
    hash: str


def pack(paper: Paper) -> str:
    """Write a paper as JSON; ``abstract_raw`` only where it differs from ``abstract``, which halves the size."""
    return json.dumps(_dump_fields(paper), ensure_ascii=False, separators=(",", ":"))


def unpack(text: str | bytes) -> Paper:
    """Read the paper that ``pack`` wrote.

    Raises:
        ValueError: The text is not what ``pack`` writes.
    """
    try:
        fields = from_json(text)  # three times as fast as Python's own, as exact with numbers
    except (TypeError, ValueError):
        fields = _load_json(text)
    if not isinstance(fields, dict):
        raise ValueError("a record is a JSON object")
    return Paper.model_validate(_restore_fields(fields))


def _load_json(text: str | bytes) -> Any:
    """Load what the fast reader refuses: lists in lists deeper than 200, as ``pack`` writes them, and half letters."""
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("a record is not so deep") from error


def _dump_fields(paper: Paper) -> dict[str, Any]:
    left_out = {"year", "date_precision", "abstract_raw", "records"}
    fields = paper.model_dump(mode="json", exclude=left_out, exclude_defaults=True)
    if paper.abstract_raw != paper.abstract:
        fields["abstract_raw"] = paper.abstract_raw
    if paper.records:
        fields["records"] = [_dump_fields(record) for record in paper.records]
    return fields


def _restore_fields(fields: dict[str, Any]) -> dict[str, Any]:
    records = fields.get("records", ())
    if not all(isinstance(record, dict) for record in records):
        raise ValueError("the records of a paper are JSON objects")
    return {
        "abstract_raw": fields.get("abstract", ""),
        **fields,
        "records": [_restore_fields(record) for record in records],
    }


def text_size(record: Paper) -> int:
    """Count the bytes of text in a record, over all its fields together but for the records in it.

    Of the abstract and the same with its markup the longer one counts.
    """
    left_out = {"year", "date_precision", "records", "source", "abstract", "abstract_raw"}
    abstract = max(_bytes_in(record.abstract), _bytes_in(record.abstract_raw))
    return abstract + _bytes_in(record.model_dump(exclude=left_out))


def oversize(record: Paper) -> str:
    """Explain why a record is too large to be taken, and what to do; "" where it is not."""
    if _estimate_size(record) <= MOST_TEXT:  # which is quick to tell
        return ""
    size = text_size(record)
    if size <= MOST_TEXT:
        return ""
    return (
        f"the record has {size / 1000:,.0f} kB of text, more than the {MOST_TEXT // 1000} kB that one may have: "
        "is it a whole document? Keep its title, authors and abstract, and add it again"
    )


def _estimate_size(record: Paper) -> int:
    """Estimate ``text_size`` from above: no letter has more than four bytes, no name of a field more than twenty."""
    people = (*record.authors, *record.contributors)
    names = sum(
        len(person.name) + len(person.family) + len(person.given) + len(person.suffix)
        + len(person.particle) + len(person.dropping_particle)
        for person in people
    )  # fmt: skip
    rest = (
        record.id, record.venue, record.categories, record.identifiers, record.urls, record.keywords, record.retraction,
        record.damage, record.warnings, record.extra, record.kind, record.language, record.tags, record.collections,
        [person.role for person in record.contributors], [person.position for person in people], record.citation_count,
    )  # fmt: skip
    letters = len(record.title) + max(len(record.abstract), len(record.abstract_raw)) + names + len(repr(rest))
    return 4 * letters + 500 + 100 * len(people)


def check_size(paper: Paper, text: str = "") -> None:
    """Raise InputError where a paper, of many records say, is larger than Chroma can store; ``text`` as in a record."""
    size = len(text or pack(paper))
    if size > MOST_PARTS * PART:
        raise InputError(
            f"The paper {paper.id} has {size / 1e6:.1f} million characters in {len(paper.records) or 1} records, more "
            f"than the {MOST_PARTS * PART / 1e6:.1f} million that can be stored of one.",
            "Shorten its records, or keep them apart: conspectus split.",
        )


def _bytes_in(value: Any) -> int:
    if isinstance(value, str):
        return len(value) if value.isascii() else len(value.encode(errors="surrogatepass"))
    if isinstance(value, Mapping):
        return sum(_bytes_in(key) + _bytes_in(inner) for key, inner in value.items())
    if isinstance(value, list | tuple):
        return sum(map(_bytes_in, value))
    return len(str(value)) if value is not None and not isinstance(value, bool) else 0


# Of the library. It rises with the first field that an older version would lose, or call damaged: that version refuses
# the library then, in words. 2: what is unfinished, and records with kinds, tags and people in parts. 3: papers whose
# vectors are still to come; an older version would take what stands in their place for vectors.
# ``tests/store/test_format.py`` has the names of all fields, so that none is added without a look at this number.
VERSION = 3
# Of the shape of the records: 2 has types of CSL, people in parts and by role, and one name a field.
RECORD_VERSION = 2
# Of a library on a server whose papers all have the fields that it is searched by there: an older version would write
# papers without them. 4: their words are in a collection of their own.
SEARCHED_VERSION = 4
Pair = tuple[str, str]


class UnfinishedChange(Frozen):
    """A change of several papers that is being written; a crash leaves it in the state of the library.

    ``merge``: the papers become one, that of the first id. ``split``: the records of the first paper become papers of
    these ids, in the order of ``store.dedup.merge.group_records``. ``join``: the papers are removed where others hold
    all their records.
    """

    kind: Literal["merge", "split", "join"]
    ids: tuple[str, ...]


class LibraryState(Frozen):
    """The stamp of a library. What it has beside these fields is kept.

    ``generation`` changes before and after every write, so that what was derived from an older one can be told. It ends
    in its number, and records on a server have that of the generation in which they were written. ``complete`` is False
    only in a collection that is still being filled to replace another.
    ``record_version`` is that of the shape of all its records (see ``store.migration``), ``migrating`` the generation
    that they had while they are brought into it, "" else.
    ``fields`` is the version of the fields that all papers on a server have (``store.remote.fields``), 0 for none.
    ``together`` and ``apart`` are what people decided: pairs of fingerprints (``store.dedup.keys``) of records that
    are of one paper, or are not, whatever the rule says. ``unfinished`` is what is being written, or was when a
    process died of it.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    version: int = VERSION
    record_version: int = 1
    migrating: str = ""
    embedder: EmbedderStamp
    generation: str = ""
    complete: bool = True
    fields: int = 0
    profiles: tuple[Profile, ...] = ()
    together: tuple[Pair, ...] = ()
    apart: tuple[Pair, ...] = ()
    unfinished: tuple[UnfinishedChange, ...] = ()

    @property
    def is_older(self) -> bool:
        """Whether an older version wrote it, or is known to have left some of its records as they were."""
        return self.version < VERSION or self.record_version < RECORD_VERSION

    def next_generation(self) -> "LibraryState":
        """Return the stamp of the next generation."""
        return self.model_copy(update={"generation": f"{uuid.uuid4().hex}.{read_number(self.generation) + 1}"})

    def with_fields(self, fields: int) -> "LibraryState":
        """Return the stamp of a library of which all papers have these fields."""
        return self.model_copy(update={"fields": fields, "version": max(self.version, SEARCHED_VERSION)})

    def with_profile(self, profile: Profile) -> "LibraryState":
        """Add the profile of an author, or replace the one with the same name."""
        others = tuple(profile_before for profile_before in self.profiles if profile_before.name != profile.name)
        return self.model_copy(update={"profiles": (*others, profile)})

    def with_pairs(self, pairs: Iterable[Pair], together: bool) -> "LibraryState":
        """Add what a person decided of pairs, in place of what was decided of them before."""
        new = {_sort_pair(pair) for pair in pairs}
        decided = {"together": set(self.together) - new, "apart": set(self.apart) - new}
        decided["together" if together else "apart"] |= new
        return self.model_copy(update={name: tuple(sorted(values)) for name, values in decided.items()})

    @staticmethod
    def read_generation(metadata: Mapping[str, Any] | None) -> str:
        """Read the generation of what ``to_metadata`` wrote; "" where there is none that can be read."""
        return str(_read_field(metadata, "generation") or "")

    def check_embedder(self, stamp: EmbedderStamp) -> None:
        """Raise EmbedderMismatch unless the library was made with this embedder."""
        if self.embedder != stamp:
            raise EmbedderMismatch(
                f"This library was made with the embedder {self.embedder.model} "
                f"({self.embedder.dimension} dimensions, {self.embedder.max_tokens} tokens), not with {stamp.model}.",
                "Run: conspectus doctor --re-embed (it reads the texts from the library; nothing is imported again).",
            )

    def to_metadata(self) -> dict[str, str | int]:
        """Return the stamp as Chroma takes it: without nesting."""
        return {"version": self.version, "state": self.model_dump_json(exclude={"version"})}

    @classmethod
    def from_metadata(cls, metadata: dict[str, Any] | None, place: str) -> "LibraryState":
        """Read a stamp from Chroma's metadata.

        Raises:
            LibraryError: A newer version made it.
            LibraryDamaged: The stamp is missing or broken.
        """
        version = (metadata or {}).get("version", 0)
        newest = SEARCHED_VERSION if _read_field(metadata, "fields") else VERSION
        if isinstance(version, int) and version > newest:
            raise LibraryError(
                f"The library in {place} was made by a newer Conspectus (format {version}, this one knows {newest}).",
                "Upgrade it: pip install --upgrade conspectus.",
            )
        try:
            return cls(version=version, **json.loads((metadata or {})["state"]))
        except (KeyError, TypeError, ValueError) as error:
            raise LibraryDamaged(
                f"The collection in {place} has no readable stamp of Conspectus.",
                "Is it another program's Chroma store? Give another place with --library or --store.",
            ) from error


def _read_field(metadata: Mapping[str, Any] | None, name: str) -> Any:
    """Read a field of a stamp that may be of any version, or broken; None where it has none."""
    try:
        return json.loads((metadata or {})["state"]).get(name)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def read_number(generation: str) -> int:
    """Read the number of a generation; 0 where it has none, as those of earlier versions."""
    number = generation.rpartition(".")[2] if "." in generation else ""
    return int(number) if number.isdecimal() else 0


def _sort_pair(pair: Pair) -> Pair:
    return min(pair), max(pair)
