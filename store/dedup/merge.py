"""One paper out of its records, field by field. Pure; the rule is told in docs/merging.md."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from store.dedup.keys import PREPRINT_DOI, compute_fingerprint, is_preprint_doi, normalise_title
from store.dedup.match import is_preprint
from store.paper import Paper, Source
from store.readers.textfile import NO_ABSTRACT, UNTITLED

PROVIDERS = frozenset(
    "arxiv-atom arxiv-oai arxiv-snapshot crossref crossref-xml openalex pubmed-xml semantic-scholar".split()
)
"""Formats that databases give; the files of all others are a user's own, who may have corrected them."""

Chosen = tuple[Any, Sequence[Paper]]
Rule = Callable[[Sequence[Paper], str], Chosen]


def records_of(paper: Paper) -> tuple[Paper, ...]:
    """List the records that a paper was made of: itself, where it is one."""
    return paper.records or (paper,)


def group_records(paper: Paper) -> list[list[Paper]]:
    """Group the records of a paper by their fingerprints, those first that have the paper's own id."""
    groups: dict[str, list[Paper]] = defaultdict(list)
    for record in sorted(records_of(paper), key=lambda record: record.id != paper.id):
        groups[compute_fingerprint(record)].append(record)
    return list(groups.values())


def unite_records(records: Iterable[Paper], paper_id: str) -> Paper:
    """Make the paper of these records as ``merge_records`` does, each content once."""
    unique: dict[str, Paper] = {}
    for record in records:
        unique.setdefault(record.content_hash(), record)
    return merge_records(tuple(unique.values()), paper_id)


def merge_records(records: Sequence[Paper], paper_id: str) -> Paper:
    """Make the paper of these records, of which there is at least one, under an id.

    A paper of one record with that record's id is that record.
    """
    if len(records) == 1 and records[0].id == paper_id:
        return records[0]
    ranked = _rank_records(records)
    fields = {name: _choose_field(ranked, name)[0] for name in _FIELDS}
    return Paper(**fields, id=paper_id, source=ranked[0].source, records=tuple(records))


def provenance(paper: Paper) -> dict[str, tuple[Source, ...]]:
    """List where each field with a value came from: the sources of the records that gave it.

    Several gave lists, identifiers and ``extra``, of which each record may add its part.
    """
    ranked = _rank_records(records_of(paper))
    choices = {name: _choose_field(ranked, name) for name in _FIELDS}
    return {
        name: tuple(dict.fromkeys(record.source for record in givers))
        for name, (value, givers) in choices.items()
        if value and givers
    }


def _choose_field(ranked: Sequence[Paper], name: str) -> Chosen:
    if name in _SCORES:
        return _choose_best(ranked, name, _SCORES[name])
    return _RULES.get(name, _choose_first)(ranked, name)


def _rank_records(records: Sequence[Paper]) -> list[Paper]:
    """Sort records by whose word counts first: the user's own files, then those of databases."""
    return sorted(records, key=lambda record: record.source.format in PROVIDERS)


def _choose_first(ranked: Sequence[Paper], name: str) -> Chosen:
    for record in ranked:
        if value := getattr(record, name):
            return value, [record]
    return getattr(ranked[0], name), []


def _choose_best(ranked: Sequence[Paper], name: str, score: Callable[[Paper], Any]) -> Chosen:
    """Choose the value with the highest score, of the first record that has it."""
    candidates = [record for record in ranked if getattr(record, name)]
    best = max(candidates, key=score, default=None)
    return (getattr(best, name), [best]) if best else _choose_first(ranked, name)


def _rate_authors(record: Paper) -> tuple[bool, int, int]:
    names = [author.name for author in record.authors]
    return not record.authors_truncated, len(names), sum(map(len, names))


def _choose_truncated(ranked: Sequence[Paper], name: str) -> Chosen:
    _, givers = _choose_field(ranked, "authors")
    return any(record.authors_truncated for record in givers), givers


def _choose_date(ranked: Sequence[Paper], name: str) -> Chosen:
    """Choose the date of the first record that is sure of its year, published before preprint, most precise."""
    dated = [record for record in ranked if record.date]
    dated.sort(key=lambda record: (record.year_inferred, is_preprint(record)))
    same_year = [record for record in dated if record.year == dated[0].year] if dated else []
    return _choose_best(same_year or ranked, name, lambda record: len(record.date or ""))


def _choose_inferred(ranked: Sequence[Paper], name: str) -> Chosen:
    _, givers = _choose_date(ranked, "date")
    return any(record.year_inferred for record in givers), givers


def _choose_raw_abstract(ranked: Sequence[Paper], name: str) -> Chosen:
    _, givers = _choose_field(ranked, "abstract")
    return (givers[0].abstract_raw, givers) if givers else _choose_first(ranked, name)


def _unite_values(ranked: Sequence[Paper], name: str) -> Chosen:
    """Collect what any record says, each once, whatever its case."""
    values: dict[str, str] = {}
    givers = []
    for record in ranked:
        fresh = [value for value in getattr(record, name) if value.casefold() not in values]
        for value in fresh:
            values.setdefault(value.casefold(), value)
        givers += [record] if fresh else []
    return tuple(values.values()), givers


def _unite_mappings(ranked: Sequence[Paper], name: str) -> Chosen:
    """Collect under each name what the first record says that knows it."""
    values: dict[str, Any] = {}
    givers = []
    for record in ranked:
        fresh = {key: value for key, value in getattr(record, name).items() if key not in values}
        values |= fresh
        givers += [record] if fresh else []
    return values, givers


def _unite_identifiers(ranked: Sequence[Paper], name: str) -> Chosen:
    """Collect as ``_unite_mappings``, a published paper's DOI first and its preprint's beside it."""
    values, givers = _unite_mappings(ranked, name)
    dois = [record.identifiers["doi"] for record in ranked if "doi" in record.identifiers]
    published = [doi for doi in dois if not is_preprint_doi(doi)]
    preprints = [doi for doi in dois if is_preprint_doi(doi)]
    if published and preprints:
        values = {PREPRINT_DOI: preprints[0], **values, "doi": published[0]}
        givers = [record for record in ranked if record in givers or record.identifiers.get("doi") == published[0]]
    return values, givers


def _unite_warnings(ranked: Sequence[Paper], name: str) -> Chosen:
    """Collect what is still true of the whole: it has an abstract where one record has."""
    values, givers = _unite_values(ranked, name)
    resolved = {NO_ABSTRACT} if any(record.abstract for record in ranked) else set()
    resolved |= {"no title"} if any(normalise_title(record.title) for record in ranked) else set()
    return tuple(value for value in values if value not in resolved), givers


def _choose_retraction(ranked: Sequence[Paper], name: str) -> Chosen:
    """Choose a published record's retraction; a withdrawn preprint says nothing of what was published instead."""
    return _choose_first([record for record in ranked if not is_preprint(record)] or ranked, name)


def _choose_any(ranked: Sequence[Paper], name: str) -> Chosen:
    givers = [record for record in ranked if getattr(record, name)]
    return bool(givers), givers


def _choose_most_cited(ranked: Sequence[Paper], name: str) -> Chosen:
    """Choose the highest count: citations are only ever added, so it is the newest."""
    counted = [record for record in ranked if record.citation_count is not None]
    best = max(counted, key=lambda record: record.citation_count or 0, default=None)
    return (best.citation_count, [best]) if best else (None, [])


_FIELDS = tuple(name for name in Paper.model_fields if name not in ("id", "source", "records"))
_SCORES: dict[str, Callable[[Paper], Any]] = {
    "title": lambda record: (record.title != UNTITLED, not record.title.isupper()),
    "authors": _rate_authors,
    "venue": lambda record: not is_preprint(record),
    "abstract": lambda record: len(record.abstract),
}
_RULES: dict[str, Rule] = {
    "authors_truncated": _choose_truncated,
    "date": _choose_date,
    "year_inferred": _choose_inferred,
    "categories": _unite_values,
    "identifiers": _unite_identifiers,
    "urls": _unite_values,
    "keywords": _unite_values,
    "tags": _unite_values,
    "collections": _unite_values,
    "citation_count": _choose_most_cited,
    "has_code": _choose_any,
    "retraction": _choose_retraction,
    "abstract_raw": _choose_raw_abstract,
    "warnings": _unite_warnings,
    "extra": _unite_mappings,
}
