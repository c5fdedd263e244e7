"""Bring the records of older versions into the shape of today, as far as what is stored of them allows.

``derive_fields`` fills what filters need and is stored when a library is opened: it changes no hash, so reports and
batches that know a paper still do. ``upgrade_paper`` goes on to names, contributors and numbers; writers of files do
that to each paper, and nothing of it is stored. Both are pure and change nothing a second time. What only the file
tells, such as which words of a name are the family name, needs a new import; ``needs_import`` says of which records.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from store.field_names import rename_fields
from store.paper import Author, Contributor, Paper
from store.person_name import spell_straight
from store.readers.artefacts import is_placeholder
from store.readers.identifiers import NORMALISERS, strip_tex
from store.readers.languages import read_language
from store.readers.people import ROLES, is_nobody, read_person, strip_asides
from store.readers.publication import settle_publication
from store.readers.record_builder import tell_kind
from store.readers.record_fields import as_strings

# Formats whose files tell the parts of names.
_IN_PARTS = frozenset(
    """bibtex crossref crossref-xml csl-json endnote-xml lens nbib pubmed-xml refer ris wos arxiv-snapshot
    arxiv-oai""".split()
)
_RENAMED = {"type_of_work": "genre"}
_COUNTS = ("cited_by_count", "times_cited", "is-referenced-by-count")


def derive_fields(paper: Paper) -> Paper:
    """Return a paper, and each record in it, with type, language and citation count as ``extra`` tells them."""
    records = tuple(map(derive_fields, paper.records))
    derived = {
        "kind": "" if paper.kind else tell_kind(paper.identifiers, paper.venue, paper.extra, paper.source.format),
        "language": "" if paper.language or not paper.extra else _find_language(paper.extra),
        "citation_count": None if paper.citation_count is not None else _find_count(paper.extra),
    }
    changes: dict[str, Any] = {name: value for name, value in derived.items() if value not in ("", None)}
    if any(new is not old for new, old in zip(records, paper.records, strict=True)):
        changes["records"] = records
    return paper.model_copy(update=changes) if changes else paper


def _find_language(extra: dict[str, Any]) -> str:
    return next(filter(None, map(read_language, as_strings(extra.get("language")))), "")


def _find_count(extra: dict[str, Any]) -> int | None:
    counts = (extra.get(name) for name in _COUNTS)
    return next((count for count in counts if isinstance(count, int) and not isinstance(count, bool)), None)


def upgrade_paper(paper: Paper) -> Paper:
    """Return a paper, and each record in it, in the shape of today; the same object where there is nothing to do."""
    records = tuple(map(upgrade_paper, paper.records))
    upgraded = _upgrade_record(derive_fields(paper))
    if any(new is not old for new, old in zip(records, paper.records, strict=True)):
        upgraded = upgraded.model_copy(update={"records": records})
    return upgraded


def needs_import(paper: Paper) -> bool:
    """Return whether a record has names as one text that its file tells in parts."""
    records = paper.records or (paper,)
    return any(
        record.source.format in _IN_PARTS
        and any(author.is_guess and len(author.name.split()) > 2 for author in record.authors)
        for record in records
    )


def _upgrade_record(paper: Paper) -> Paper:
    extra, contributors = _take_contributors(_rename(paper)) if paper.extra else ({}, [])
    changes: dict[str, Any] = {
        "extra": settle_publication(extra, paper.kind),
        "contributors": (*paper.contributors, *contributors),
        "authors": tuple([author for one in paper.authors if (author := _upgrade_author(one))]),
        "identifiers": {scheme: _normalise(scheme, value) for scheme, value in paper.identifiers.items()},
    }
    if is_placeholder(paper.abstract, "abstract"):
        changes |= {"abstract": "", "abstract_raw": ""}
    different = {name: value for name, value in changes.items() if value != getattr(paper, name)}
    return paper.model_copy(update=different) if different else paper


def _rename(paper: Paper) -> dict[str, Any]:
    """Return the fields of the source under the names of today."""
    extra = dict(paper.extra)
    for old, new in _RENAMED.items():
        if old in extra and new not in extra:
            extra[new] = extra.pop(old)
    return rename_fields(extra, "csl") if paper.source.format == "csl-json" else extra


def _take_contributors(extra: dict[str, Any]) -> tuple[dict[str, Any], list[Contributor]]:
    contributors: list[Contributor] = []
    for key, role in ((key, role) for key, role in ROLES.items() if key in extra):
        names = as_strings(extra.get(key))
        if names and len(names) == len(extra[key] if isinstance(extra[key], list) else [extra[key]]):
            people = (_read_author(name) for name in names if not is_nobody(name))
            contributors += [Contributor(**{**one.model_dump(), "role": role}) for one in people]
            extra = {name: value for name, value in extra.items() if name != key}
    return extra, contributors


def _read_author(name: str, position: int | None = None) -> Author:
    person = read_person(name)
    fields: dict[str, Any] = person if isinstance(person, dict) else {"name": person}
    return Author(**fields, position=position)


def _upgrade_author(author: Author) -> Author | None:
    """Read a name again that was not turned round before, and leave out what is none."""
    if author.family or author.literal:
        return author
    name = _strip_name(author.name)
    if name is None:
        return None
    return author if name == author.name and "," not in name else _read_author(name, author.position)


@lru_cache(maxsize=1 << 14)  # People write several papers.
def _strip_name(name: str) -> str | None:
    """Strip what stands beside a name; None for one that says that there is none."""
    return None if is_nobody(name) else strip_asides(name)


def _normalise(scheme: str, value: str) -> str:
    """Return an identifier without TeX; one that is none then stays as it was."""
    bare = strip_tex(value) if "{" in value or "\\" in value else value
    return (NORMALISERS[scheme](bare) if scheme in NORMALISERS else None) or value


def is_older_reading(member: Paper, record: Paper) -> bool:
    """Return whether a record is what an older version read of the very record that this one reads now.

    It says the same of title, date, people and abstract, and has names as one text where they have parts now. Its file
    may lie elsewhere now; so it is replaced and not joined.
    """
    if member.source.format != record.source.format or member.abstract_raw != record.abstract_raw:
        return False
    if (member.title.removesuffix("."), member.date) != (record.title, record.date) or not member.authors:
        return False
    gained = all(one.is_guess for one in member.authors) and any(not one.is_guess for one in record.authors)
    return gained and [*map(spell_straight, member.authors)] == [*map(spell_straight, record.authors)]


def list_upgrades(papers: Iterable[Paper]) -> Sequence[Paper]:
    """List the papers that are in an older shape, as they are today; damaged ones are left as they are."""
    pairs = ((paper, derive_fields(paper)) for paper in papers if not paper.damage)
    return [new for old, new in pairs if new is not old]
