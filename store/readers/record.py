"""A paper out of one JSON object."""

from typing import Any

from pydantic import ValidationError

from store.errors import SourceError
from store.paper import Paper, Source, stable_id
from store.readers import values as convert
from store.readers.fields import NOTHING, Fields
from store.readers.identifiers import find_urls, usable
from store.readers.retractions import retraction
from store.readers.textfile import NO_ABSTRACT, UNTITLED, printable, quoted
from store.text.text_clean import clean_text

_OURS = {"id", "title", "abstract_raw", "date_precision", "source", "warnings", "extra"}
_NEITHER = "neither title nor abstract, nor an identifier"
_AS_GIVEN = {"id", "abstract_raw", "extra"}


def paper_from(record: dict[str, Any], source: Source, doubt: str = "") -> Paper:
    """The paper that a JSON object describes; fields of other names, and of types that do not fit, go to ``extra``.

    An object that has the fields of ``Paper.model_dump_json()`` is taken word for word, whichever reader it came from.

    Args:
        record: The object.
        source: Where it stood.
        doubt: Something doubtful about its JSON, which joins the warnings.

    Raises:
        SourceError: It has neither title, abstract nor identifier, or an id that cannot be used.
    """
    paper = _restored(record) if record.keys() >= _OURS else _read(Fields(record))
    if not paper.title and not paper.abstract:  # of ours; what comes from elsewhere is untitled
        raise SourceError(_NEITHER)
    if not usable(paper.id):
        raise SourceError(f'"id" should be 1–512 characters that can be shown, not {quoted(paper.id)}')
    warnings = (*paper.warnings, doubt) if doubt and doubt not in paper.warnings else paper.warnings
    return paper.model_copy(update={"source": source, "warnings": warnings})


def _read(fields: Fields) -> Paper:
    take = fields.take
    given_id = fields.id()
    title, abstract = take("title", convert.string, ""), take("abstract", convert.raw, "")
    raw = take("abstract_raw", convert.raw, "") or abstract
    abstract = clean_text(abstract or raw)
    there = [key for key, value in fields.left.items() if value or key != "extra"]
    identifiers, links = fields.identifiers()
    named = title or abstract or " ".join(map(":".join, identifiers.items()))
    if not named:
        shown = ", ".join(printable(key[:40]) for key in there[:5])
        raise SourceError("; ".join(filter(None, (_NEITHER, *fields.doubts, shown and f"there is {shown}"))))
    authors, truncated = fields.authors()
    date = fields.date()
    paper = Paper(
        id=stable_id(given_id, identifiers, named, int(date[:4]) if date else None),
        title=title or UNTITLED,
        authors=authors,
        authors_truncated=truncated,
        date=date,
        year_inferred=take("year_inferred", convert.flag, False),
        venue=take("venue", convert.string, "") or None,
        categories=take("categories", convert.strings, NOTHING),
        identifiers=identifiers,
        urls=tuple(dict.fromkeys((*links, *take("urls", convert.urls, NOTHING), *find_urls(raw)))),
        keywords=take("keywords", convert.strings, NOTHING),
        has_code=take("has_code", convert.flag, False),
        abstract=abstract,
        abstract_raw=raw,
        warnings=take("warnings", convert.strings, NOTHING),
    )
    fields.left.pop("date_precision", None)  # it follows from the date
    taken_back, extra = retraction(title, abstract, identifiers.get("doi", ""), fields.extra())
    missing = ("" if title else "no title", "" if abstract else NO_ABSTRACT)
    warnings = dict.fromkeys(filter(None, (*paper.warnings, *fields.doubts, *missing)))
    return paper.model_copy(update={"extra": extra, "warnings": tuple(warnings), "retraction": taken_back})


def _restored(record: dict[str, Any]) -> Paper:
    """The paper of an object that we wrote; text is cleaned again only where it holds what no clean text does."""
    fields = {key: record[key] for key in Paper.model_fields.keys() & record.keys()}
    others = {key: record[key] for key in record.keys() - fields.keys() - Paper.model_computed_fields.keys()}
    shown = {key: value if key in _AS_GIVEN else _shown(value) for key, value in fields.items()}
    try:
        paper = Paper.model_validate(shown)
        for one in _with_records(paper):
            convert.urls(list(one.urls))  # an address that runs something must not come in this way either
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_context=False)[0]
        field = ".".join(map(str, first["loc"]))
        raise SourceError(f'"{field}" does not fit a paper: {first["msg"]}') from fault
    except ValueError as expected:
        raise SourceError(f'"urls" should be {expected}') from expected
    return paper.model_copy(update={"extra": {**others, **paper.extra}}) if others else paper


def _with_records(paper: Paper) -> list[Paper]:
    """A paper and the records that it was made of; raises SourceError where one has an id that cannot be used."""
    if not usable(paper.id):
        raise SourceError(f'"id" should be 1–512 characters that can be shown, not {quoted(paper.id)}')
    return [paper, *(one for record in paper.records for one in _with_records(record))]


def _shown(value: Any) -> Any:
    if isinstance(value, str):
        return value if value.isprintable() else clean_text(value)
    if isinstance(value, list):
        return [_shown(one) for one in value]
    return {_shown(key): _shown(one) for key, one in value.items()} if isinstance(value, dict) else value
