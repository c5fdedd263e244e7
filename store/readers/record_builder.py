"""A paper out of the fields of one record; what does not fit, or has no place of its own, is never lost.

A reader gives ``build_paper`` fields under our names (see ``store.readers.jsonl``). The functions before it make such
fields of what many formats write in the same loose ways: dates, lists of names, links, pages. ``record_fields`` reads
their values in the types that a paper has.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from store.errors import SourceError
from store.paper import Paper, Source, stable_id
from store.readers.artefacts import is_placeholder, strip_frame
from store.readers.author_names import part_initials, split_run, strip_et_al
from store.readers.date_spans import parse_date_span
from store.readers.identifiers import ARXIV_DOI, find_urls, identify_text, is_preprint_server, is_usable_id
from store.readers.languages import read_language
from store.readers.people import Person, read_person
from store.readers.publication import settle_publication
from store.readers.reader import Item
from store.readers.record_fields import WEB_ADDRESS, RawFields, as_strings, parse_urls, show_key
from store.readers.retractions import find_retraction
from store.readers.textfile import NO_ABSTRACT, UNTITLED, TextFile, quote_value
from store.text.clean import clean_text
from store.work_types import read_type

# The fields that tell a paper which we wrote ourselves from one that somebody described with our names.
_OURS = {"id", "title", "abstract_raw", "date_precision", "source", "warnings", "extra"}
_VERBATIM = {"id", "abstract_raw", "extra"}
_NEITHER = "neither title nor abstract, nor an identifier"
_MOST_NAMED = 5  # fields that a message names, of those of a record that is no paper


def choose_date(*dates: str | None) -> str:
    """The most precise of several dates in free form, in ISO 8601-2; where none can be read, the first as it is.

    Of equals one with an end or a season goes first. Only those of the same year as the first that can be read count.
    """
    texts = [" ".join(date.split()) for date in dates if date and date.strip()]
    readable = [*filter(None, map(parse_date_span, texts))]
    same_year = [span for span in readable if span.start.startswith(readable[0].start[:4])]
    best = max(same_year, key=lambda span: (len(span.start), bool(span.end or span.season)), default=None)
    return str(best) if best else (texts[0] if texts else "")


def map_authors(names: Iterable[str | Person]) -> dict[str, Any]:
    """Our fields of a list of names, of which "Poe, Ann" has parts; "et al." may end it."""
    listed = [
        one
        for name in names
        if name
        for one in ([name] if isinstance(name, dict) else _part_run(" ".join(name.split())))
    ]
    truncated = False
    while listed and isinstance(listed[-1], str):
        rest, cut = strip_et_al(listed[-1])
        if not cut and rest.strip(".").lower() not in {"others", "et al"}:
            break
        listed.pop()
        listed += [rest] if cut and rest else []
        truncated = True
    authors: dict[str, Any] = {"authors": [name if isinstance(name, dict) else read_person(name) for name in listed]}
    return authors | ({"authors_truncated": True} if truncated else {})


def _part_run(text: str) -> list[str]:
    names = split_run(text)
    return names if len(names) == 1 else [part_initials(name) or name for name in names]


def join_subtitle(title: str, subtitle: str) -> str:
    """Return a title with the subtitle that stands in a field of its own, unless it ends in it already."""
    title, subtitle = " ".join(title.split()), " ".join(subtitle.split())
    if not title or not subtitle or title.casefold().endswith(subtitle.casefold()):
        return title or subtitle
    return f"{title}{' ' if title[-1] in ':?!.–—' else ': '}{subtitle}"


def map_links(texts: Iterable[str]) -> dict[str, Any]:
    """Return ``urls``, the web addresses in some texts, and ``links``, the texts that have none."""
    filled = [text.strip() for text in texts if text and text.strip()]
    urls = [url for text in filled for url in WEB_ADDRESS.findall(text)]
    others = [text for text in filled if not WEB_ADDRESS.search(text)]
    return {"urls": list(dict.fromkeys(url for url in urls if url.isprintable())), "links": others}


def identify_texts(*texts: str | None) -> dict[str, str]:
    """Return what DOIs and arXiv ids stand alone in some texts, URLs of them too; the first of each kind."""
    identifiers: dict[str, str] = {}
    for text in texts:
        identifiers = identify_text(text) | identifiers if text else identifiers
    return identifiers


def format_pages(first: str | None, last: str | None = None) -> str:
    """Return first and last page as a range; one that stands whole where the first page should as it is."""
    first, last = (first or "").strip(), (last or "").strip()
    is_whole = first == last or re.fullmatch(rf".+[-–—]\s*{re.escape(last)}", first)
    return f"{first}–{last}" if first and last and not is_whole else first or last


def build_paper(
    file: TextFile, line: int | None, format: str, fields: dict[str, Any], doubt: str = ""
) -> Iterator[Item]:
    """Yield the paper of a record and what is doubtful; or the problem that costs it.

    Args:
        file: Where it stands.
        line: Its first line.
        format: The name of the format.
        fields: Our own field names; under ``extra`` fields whose names the file chose, which may be any.
        doubt: Something doubtful about the record as a whole.
    """
    ours = {key: value for key, value in fields.items() if key != "extra" and value not in (None, "", [], {})}
    others = {(f"{key}_given" if key in ours else key): value for key, value in fields.get("extra", {}).items()}
    try:
        paper = parse_paper(ours | {"extra": others}, file.source(line, format), doubt)
    except SourceError as fault:
        yield file.problem(line, "; ".join(filter(None, (fault.what, doubt))))
        return
    yield paper
    yield from file.report_warnings(paper)


def parse_paper(record: dict[str, Any], source: Source, doubt: str = "") -> Paper:
    """The paper that a JSON object describes; fields of other names, and of types that do not fit, go to ``extra``.

    An object that has the fields of ``Paper.model_dump_json()`` is taken word for word, whichever reader it came from.

    Args:
        record: The object.
        source: Where it stood.
        doubt: Something doubtful about its JSON, which joins the warnings.

    Raises:
        SourceError: It has neither title, abstract nor identifier, or an id that cannot be used.
    """
    if not record.keys() >= _OURS:
        return _convert_fields(RawFields(record), source, doubt)
    paper = _restore_paper(record)
    if not paper.title and not paper.abstract:
        raise SourceError(_NEITHER)
    warnings = (*paper.warnings, doubt) if doubt and doubt not in paper.warnings else paper.warnings
    return paper.model_copy(update={"source": source, "warnings": warnings})


def _check_id(paper: Paper) -> None:
    if not is_usable_id(paper.id):
        raise SourceError(f'"id" should be 1–512 characters that can be shown, not {quote_value(paper.id)}')


def _convert_fields(fields: RawFields, source: Source, doubt: str) -> Paper:
    own_id = fields.take_id()
    title, abstract = fields.take_text("title"), fields.take_raw_text("abstract")
    title, stands_for_one = ("", title) if is_placeholder(title, "title") else (title, "")
    raw = fields.take_raw_text("abstract_raw") or abstract
    abstract = strip_frame(clean_text(abstract or raw), title)
    abstract, raw = ("", "") if is_placeholder(abstract, "abstract") else (abstract, raw)
    filled = [key for key, value in fields.left.items() if value or key != "extra"]
    identifiers, links = fields.take_identifiers()
    if stands_for_one and not abstract and not identifiers and fields.left.get("authors"):
        title = stands_for_one  # a record is never lost for it
        fields.doubts.append(f"the title says nothing: {quote_value(title)}")
    identity = title or abstract or " ".join(map(":".join, identifiers.items()))
    if not identity:
        names = ", ".join(show_key(key) for key in filled[:_MOST_NAMED])
        raise SourceError("; ".join(filter(None, (_NEITHER, *fields.doubts, names and f"there is {names}"))))
    authors, truncated = fields.take_authors()
    contributors = fields.take_contributors()
    date = fields.take_date()
    year_inferred = fields.take_flag("year_inferred")
    venue = _drop_placeholder(fields.take_text("venue"), "venue") or None
    categories = fields.take_texts("categories")
    urls = tuple(dict.fromkeys((*links, *fields.take_urls("urls"), *find_urls(raw))))
    keywords = tuple(w for w in fields.take_texts("keywords") if not is_placeholder(w, "keywords"))
    has_code = fields.take_flag("has_code")
    warnings, kind = fields.take_texts("warnings"), fields.take_kind()
    tags, collections = fields.take_texts("tags"), fields.take_texts("collections")
    citation_count = fields.take_citation_count()
    fields.left.pop("date_precision", None)  # it follows from the date
    retraction, extra = find_retraction(title, abstract, identifiers.get("doi", ""), fields.take_extra())
    missing = ("" if title else "no title", "" if abstract else NO_ABSTRACT)
    kind = kind or tell_kind(identifiers, venue, extra, source.format)
    paper = Paper(
        id=stable_id(own_id, identifiers, identity, int(date[:4]) if date else None),
        title=title or UNTITLED,
        authors=authors,
        authors_truncated=truncated,
        date=date,
        year_inferred=year_inferred,
        venue=venue,
        categories=categories,
        identifiers=identifiers,
        urls=urls,
        keywords=keywords,
        has_code=has_code,
        abstract=abstract,
        abstract_raw=raw,
        retraction=retraction,
        source=source,
        warnings=tuple(dict.fromkeys(filter(None, (*warnings, *fields.doubts, *missing, doubt)))),
        extra=settle_publication(extra, kind),
        kind=kind,
        language=next(filter(None, map(read_language, as_strings(extra.get("language")))), ""),
        tags=tags,
        collections=collections,
        citation_count=citation_count,
        contributors=contributors,
    )
    _check_id(paper)
    return paper


def _drop_placeholder(text: str, field: str) -> str:
    return "" if text and is_placeholder(text, field) else text


def tell_kind(identifiers: Mapping[str, str], venue: str | None, extra: dict[str, Any], format: str) -> str:
    """Return the type that the source names; that of a preprint where nothing but its server says what it is."""
    named = [*as_strings(extra.get("type")), *as_strings(extra.get("publication_type"))]
    if not named and "arxiv" not in identifiers:
        return ""
    kind = read_type(named, format)
    is_preprint = "arxiv" in identifiers and (not venue or is_preprint_server(venue))
    # An article with a DOI of its own was published, whatever the record leaves out.
    is_published = kind == "article-journal" and not identifiers.get("doi", ARXIV_DOI).startswith(ARXIV_DOI)
    return "article" if is_preprint and not is_published and kind in ("", "document", "article-journal") else kind


def _restore_paper(record: dict[str, Any]) -> Paper:
    """The paper of an object that we wrote; text is cleaned again only where it holds what no clean text does."""
    fields = {key: record[key] for key in Paper.model_fields.keys() & record.keys()}
    others = {key: record[key] for key in record.keys() - fields.keys() - Paper.model_computed_fields.keys()}
    clean = {key: value if key in _VERBATIM else _clean_strings(value) for key, value in fields.items()}
    try:
        paper = Paper.model_validate(clean)
        for part in _list_records(paper):
            parse_urls(list(part.urls))  # an address that runs something must not come in this way either
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_context=False)[0]
        field = ".".join(map(str, first["loc"]))
        raise SourceError(f'"{field}" does not fit a paper: {first["msg"]}') from fault
    except ValueError as expected:
        raise SourceError(f'"urls" should be {expected}') from expected
    return paper.model_copy(update={"extra": {**others, **paper.extra}}) if others else paper


def _list_records(paper: Paper) -> list[Paper]:
    """A paper and the records that it was made of; raises SourceError where one has an id that cannot be used."""
    _check_id(paper)
    return [paper, *(part for record in paper.records for part in _list_records(record))]


def _clean_strings(value: Any) -> Any:
    if isinstance(value, str):
        return value if value.isprintable() else clean_text(value)
    if isinstance(value, list):
        return [_clean_strings(item) for item in value]
    if isinstance(value, dict):
        return {_clean_strings(key): _clean_strings(item) for key, item in value.items()}
    return value
