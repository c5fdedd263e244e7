"""One paper out of its records, field by field. Pure; the rule is told in docs/merging.md."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from store.dedup.keys import PREPRINT_DOI, is_preprint_doi, normal
from store.dedup.match import is_preprint
from store.paper import Paper, Source
from store.readers.textfile import NO_ABSTRACT, UNTITLED

PROVIDERS = frozenset(
    "arxiv-atom arxiv-oai arxiv-snapshot crossref crossref-xml openalex pubmed-xml semantic-scholar".split()
)
"""Formats that databases give; the files of all others somebody made for himself, and may have mended."""

Chosen = tuple[Any, Sequence[Paper]]
Rule = Callable[[Sequence[Paper], str], Chosen]


def records_of(paper: Paper) -> tuple[Paper, ...]:
    """The records that a paper was made of: itself, where it is one."""
    return paper.records or (paper,)


def joined(records: Sequence[Paper], paper_id: str) -> Paper:
    """The paper of these records, of which there is at least one, under an id.

    A paper of one record with that record's id is that record.
    """
    if len(records) == 1 and records[0].id == paper_id:
        return records[0]
    ranked = _ranked(records)
    fields = {name: _chosen(ranked, name)[0] for name in _FIELDS}
    return Paper(**fields, id=paper_id, source=ranked[0].source, records=tuple(records))


def provenance(paper: Paper) -> dict[str, tuple[Source, ...]]:
    """Where each field that says something came from: the sources of the records that gave it.

    Several gave lists, identifiers and ``extra``, of which each record may add its part.
    """
    ranked = _ranked(records_of(paper))
    found = {name: _chosen(ranked, name) for name in _FIELDS}
    return {
        name: tuple(dict.fromkeys(record.source for record in givers))
        for name, (value, givers) in found.items()
        if value and givers
    }


def _chosen(ranked: Sequence[Paper], name: str) -> Chosen:
    return _RULES.get(name, _first)(ranked, name)


def _ranked(records: Sequence[Paper]) -> list[Paper]:
    """The records in the order in which they are heard: the user's own files first, then those of databases."""
    return sorted(records, key=lambda record: record.source.format in PROVIDERS)


def _first(ranked: Sequence[Paper], name: str) -> Chosen:
    for record in ranked:
        if value := getattr(record, name):
            return value, [record]
    return getattr(ranked[0], name), []


def _best(ranked: Sequence[Paper], name: str, score: Callable[[Paper], Any]) -> Chosen:
    """Of the records that have the field, the first of those with the highest score."""
    given = [record for record in ranked if getattr(record, name)]
    best = max(given, key=score, default=None)
    return (getattr(best, name), [best]) if best else _first(ranked, name)


def _title(ranked: Sequence[Paper], name: str) -> Chosen:
    return _best(ranked, name, lambda record: (record.title != UNTITLED, not record.title.isupper()))


def _authors(ranked: Sequence[Paper], name: str) -> Chosen:
    return _best(ranked, name, _authors_told)


def _authors_told(record: Paper) -> tuple[bool, int, int]:
    names = [author.name for author in record.authors]
    return not record.authors_truncated, len(names), sum(map(len, names))


def _truncated(ranked: Sequence[Paper], name: str) -> Chosen:
    _, givers = _authors(ranked, "authors")
    return any(record.authors_truncated for record in givers), givers


def _date(ranked: Sequence[Paper], name: str) -> Chosen:
    """Of the first record that is sure of its year, published before preprint; as precise as any has that year."""
    dated = [record for record in ranked if record.date]
    dated.sort(key=lambda record: (record.year_inferred, is_preprint(record)))
    same_year = [record for record in dated if record.year == dated[0].year] if dated else []
    return _best(same_year or ranked, name, lambda record: len(record.date or ""))


def _inferred(ranked: Sequence[Paper], name: str) -> Chosen:
    _, givers = _date(ranked, "date")
    return any(record.year_inferred for record in givers), givers


def _venue(ranked: Sequence[Paper], name: str) -> Chosen:
    return _best(ranked, name, lambda record: not is_preprint(record))


def _abstract(ranked: Sequence[Paper], name: str) -> Chosen:
    return _best(ranked, name, lambda record: len(record.abstract))


def _raw(ranked: Sequence[Paper], name: str) -> Chosen:
    _, givers = _abstract(ranked, "abstract")
    return (givers[0].abstract_raw, givers) if givers else _first(ranked, name)


def _united(ranked: Sequence[Paper], name: str) -> Chosen:
    """What any says, each once, whatever its case."""
    values: dict[str, str] = {}
    givers = []
    for record in ranked:
        fresh = [value for value in getattr(record, name) if value.casefold() not in values]
        for value in fresh:
            values.setdefault(value.casefold(), value)
        givers += [record] if fresh else []
    return tuple(values.values()), givers


def _keyed(ranked: Sequence[Paper], name: str) -> Chosen:
    """Under each name what the first says that knows it."""
    values: dict[str, Any] = {}
    givers = []
    for record in ranked:
        fresh = {key: value for key, value in getattr(record, name).items() if key not in values}
        values |= fresh
        givers += [record] if fresh else []
    return values, givers


def _identifiers(ranked: Sequence[Paper], name: str) -> Chosen:
    """As ``_keyed``; a published paper's DOI stands before its preprint's, which is kept beside it."""
    values, givers = _keyed(ranked, name)
    dois = [record.identifiers["doi"] for record in ranked if "doi" in record.identifiers]
    published = [doi for doi in dois if not is_preprint_doi(doi)]
    preprints = [doi for doi in dois if is_preprint_doi(doi)]
    if published and preprints:
        values = {PREPRINT_DOI: preprints[0], **values, "doi": published[0]}
        givers = [record for record in ranked if record in givers or record.identifiers.get("doi") == published[0]]
    return values, givers


def _warnings(ranked: Sequence[Paper], name: str) -> Chosen:
    """What is still true of the whole: it has an abstract where one record has."""
    values, givers = _united(ranked, name)
    mended = {NO_ABSTRACT} if any(record.abstract for record in ranked) else set()
    mended |= {"no title"} if any(normal(record.title) for record in ranked) else set()
    return tuple(value for value in values if value not in mended), givers


def _retraction(ranked: Sequence[Paper], name: str) -> Chosen:
    """That of a published record; a preprint that was withdrawn says nothing of what was published instead."""
    return _first([record for record in ranked if not is_preprint(record)] or ranked, name)


def _any(ranked: Sequence[Paper], name: str) -> Chosen:
    givers = [record for record in ranked if getattr(record, name)]
    return bool(givers), givers


_FIELDS = tuple(name for name in Paper.model_fields if name not in ("id", "source", "records"))
_RULES: dict[str, Rule] = {
    "title": _title,
    "authors": _authors,
    "authors_truncated": _truncated,
    "date": _date,
    "year_inferred": _inferred,
    "venue": _venue,
    "categories": _united,
    "identifiers": _identifiers,
    "urls": _united,
    "keywords": _united,
    "has_code": _any,
    "retraction": _retraction,
    "abstract": _abstract,
    "abstract_raw": _raw,
    "warnings": _warnings,
    "extra": _keyed,
}


def sources_of(papers: Iterable[Paper]) -> tuple[Source, ...]:
    """Where the records of papers stood, each place once."""
    return tuple(dict.fromkeys(record.source for paper in papers for record in records_of(paper)))
