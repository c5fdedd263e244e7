"""The bibliographic record, and what a reader of files says beside it."""

import hashlib
import re
import unicodedata
from operator import not_
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, computed_field

Precision = Literal["day", "month", "year"]
_PRECISIONS: dict[int, Precision] = {4: "year", 7: "month", 10: "day"}


class Frozen(BaseModel):
    """Base of the immutable values that the layers hand to each other."""

    model_config = ConfigDict(frozen=True)


def _part(default: Any) -> Any:
    """Build a field that is not written where it is empty: so what is older keeps the hash that it had."""
    return Field(default=default, exclude_if=not_)


class Author(Frozen):
    """A person or a body as the source names them.

    ``name`` is the name as it is shown: "Ann Poe", "John Roe, Jr.", "杨育伟"; ``position`` counts from 1, None where it
    is unknown. The parts are those that the source tells apart, in its own words: ``family`` without particles,
    ``given``, ``particle`` ("van der", which sorts and is cited with the family name), ``dropping_particle`` ("von",
    which is not) and ``suffix``. Where there is no ``family``, the source has the name as one text, and whatever needs
    parts guesses them (``store.person_name.parse_author``). ``literal`` says that the name has none: that of a body.
    """

    name: str
    position: int | None = None
    family: str = _part("")
    given: str = _part("")
    particle: str = _part("")
    dropping_particle: str = _part("")
    suffix: str = _part("")
    literal: bool = _part(False)

    @property
    def is_guess(self) -> bool:
        """Whether the parts of the name are not told by the source."""
        return not self.family and not self.literal


class Contributor(Author):
    """Somebody else who took part, by a role of CSL: ``editor``, ``translator``, ``collection-editor`` and others."""

    role: str


class Source(Frozen):
    """Where a record stood: file name as given, line (from 1) and format name."""

    file: str = ""
    line: int | None = None
    format: str = ""


class Paper(Frozen):
    """One paper. Text fields hold clean Unicode; only ``abstract_raw`` is as the source gave it.

    ``date`` is ISO 8601 cut to what is known: ``2018``, ``2018-05`` or ``2018-05-31``.
    ``identifiers`` maps a lower-case scheme (``doi``, ``arxiv``, ``pmid``) to a bare value.
    ``extra`` holds the fields of the source that have no place of their own. ``retraction`` says in words what the
    source does of a paper that was taken back ("retracted 2021-03-04 (10.1000/notice)", "withdrawn"), "" of others.
    ``damage`` says of a paper whose stored text is no more what was stored, that it is so; "" of all others.
    ``records`` are the records of files that were joined to this paper, each as it was read, with an id and source of
    its own; empty where the paper is the one record that it was read from.
    ``kind`` is the type of the work in the words of CSL (``article-journal``, ``paper-conference``, ``thesis``), ""
    where the source does not say; ``language`` an ISO 639-1 code, "" likewise. ``tags`` are what its readers put on it
    and ``collections`` the folders that they put it into, as ``keywords`` are its authors'. ``citation_count`` is how
    often the source says that it is cited, None where it does not. ``contributors`` are all who are no authors.
    """

    id: str
    title: str
    authors: tuple[Author, ...] = ()
    authors_truncated: bool = False
    date: str | None = Field(default=None, pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")
    year_inferred: bool = False
    venue: str | None = None
    categories: tuple[str, ...] = ()
    identifiers: dict[str, str] = Field(default_factory=dict)
    urls: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    has_code: bool = False
    abstract: str = ""
    abstract_raw: str = ""
    retraction: str = ""
    damage: str = ""
    source: Source = Source()
    warnings: tuple[str, ...] = ()
    extra: dict[str, Any] = Field(default_factory=dict)
    records: "tuple[Paper, ...]" = ()
    kind: str = ""
    language: str = ""
    tags: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    citation_count: int | None = None
    contributors: tuple[Contributor, ...] = ()

    @computed_field  # type: ignore[prop-decorator]
    @property
    def year(self) -> int | None:
        """The year of ``date``."""
        return int(self.date[:4]) if self.date else None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def date_precision(self) -> Precision | None:
        """How much of ``date`` is known."""
        return _PRECISIONS[len(self.date)] if self.date else None

    @property
    def marked_title(self) -> str:
        """The title as citations show it.

        Behind ``[damaged]`` where its text is not what it was, and ``[retracted]`` or ``[withdrawn]`` where it was
        taken back.
        """
        taken_back = f"[{self.retraction.split()[0]}] " if self.retraction.strip() else ""
        return f"{'[damaged] ' if self.damage else ''}{taken_back}{self.title}"

    def content_hash(self) -> str:
        """Hash everything but ``source`` and ``damage``, 64 hex digits: moving a file changes no paper."""
        if self.records:
            parts = [record.content_hash() for record in self.records]
            return hashlib.sha256("".join([self._own_hash(), *parts]).encode()).hexdigest()
        return self._own_hash()

    def _own_hash(self) -> str:
        content = self.model_dump_json(
            exclude={"source", "damage", "year", "date_precision", *_list_unset_fields(self)}
        )
        return hashlib.sha256(content.encode()).hexdigest()


def _list_unset_fields(paper: Paper) -> set[str]:
    """List fields younger than the first libraries: where they are empty, a paper keeps the hash that it had."""
    values = paper.__dict__
    unset = {name for name, default in _YOUNGER if values[name] == default}
    return unset | _list_derived_fields(paper) | {"records"}


# The younger fields, and what each is where the source does not say it.
_YOUNGER = tuple(
    (name, Paper.model_fields[name].default)
    for name in (
        "records",
        "retraction",
        "kind",
        "language",
        "tags",
        "collections",
        "citation_count",
        "contributors",
    )
)
# Under these names ``extra`` has what three of the younger fields are made of; a paper that got them later, when its
# library was opened by a newer version, keeps the hash that reports and batches know.
_MADE_OF = {
    "kind": ("type", "publication_type"),
    "language": ("language",),
    "citation_count": ("cited_by_count", "times_cited", "is-referenced-by-count"),
}


def _list_derived_fields(paper: Paper) -> set[str]:
    """List fields that say in one form what ``extra`` has in the source's: the hash is of that."""
    extra = paper.extra
    derived = {name for name, sources in _MADE_OF.items() if not extra.keys().isdisjoint(sources)} if extra else set()
    return derived | ({"kind"} if "arxiv" in paper.identifiers else set())


class Profile(Frozen):
    """What an author listing says of its author; None where the page is silent.

    ``novelty_percent`` is 0–100, ``ai_score`` is the page's own figure.
    """

    name: str
    category: str | None = None
    h_index: int | None = None
    papers: int | None = None
    citations: int | None = None
    novelty_percent: int | None = None
    ai_score: int | None = None
    source: Source = Source()


class Problem(Frozen):
    """Something in a file that could not be taken, or was taken with a doubt.

    ``lost`` is True where a record did not go in.
    """

    file: str
    line: int | None = None
    reason: str
    lost: bool = True


def stable_id(own_id: str | None, identifiers: dict[str, str], title: str, year: int | None) -> str:
    """Choose the id of a record: its own, else DOI, else arXiv id, else a hash of title and year.

    The hash is over letters and digits of the case-folded title, so punctuation, spacing
    and accents' composition do not change it.
    """
    for identifier in (own_id, identifiers.get("doi"), identifiers.get("arxiv")):
        if identifier:
            return identifier
    folded = unicodedata.normalize("NFKC", title).casefold()
    letters = re.sub(r"[\W_]+", " ", folded).strip()
    key = f"{letters}|{year or ''}"
    return hashlib.sha256(key.encode()).hexdigest()[:16]
