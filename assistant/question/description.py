"""Filters in words: as they stand behind "papers" in a sentence, and one by one, so that each can be taken back."""

from collections.abc import Callable, Iterator, Sequence

from store.filters import Filters
from store.text.language import NAMES

Describe = Callable[[object, object], str]
"""Says a span in words by its ends, None where it is open."""


def describe_filters(filters: Filters) -> str:
    """Describe filters as they are said behind "papers": "by Che from 2018 to 2020 with code"; "" for none."""
    return " ".join(words for words, _ in _list_parts(filters, describe_span))


def describe_conditions(filters: Filters) -> tuple[str, ...]:
    """Describe each condition by itself: "by Che", "2018–2020", "not in Nature"; empty for none."""
    return tuple(words for words, _ in _list_parts(filters, _describe_years))


def remove_conditions(filters: Filters, conditions: Sequence[str]) -> Filters:
    """Remove conditions by their descriptions (see ``describe_conditions``); others are passed over."""
    for words, without in _list_parts(filters, _describe_years):
        if words in conditions:
            return remove_conditions(filters.model_copy(update=without), conditions)
    return filters


_WORDS = (
    ("first_author", "first author"),
    ("last_author", "last author"),
    ("category", "in category"),
    ("venue", "in"),
    ("keyword", "with the keyword"),
    ("tag", "tagged"),
    ("collection", "in the collection"),
    ("kind", "of the kind"),
    ("source", "from the source"),
)
_SWITCHES = (
    ("single_author", "by one author", "by several authors"),
    ("has_code", "with code", "without code"),
    ("has_abstract", "with an abstract", "without an abstract"),
    ("retracted", "that were retracted", ""),
)


def _list_parts(filters: Filters, describe: Describe) -> Iterator[tuple[str, dict[str, object]]]:
    """List conditions in words, each with the fields that take it back."""
    if filters.author:
        yield f"by {' and '.join(filters.author)}", {"author": ()}
    for first, last in (("year_from", "year_to"), ("date_from", "date_to")):
        if span := describe(getattr(filters, first), getattr(filters, last)):
            yield span, {first: None, last: None}
    if filters.years:
        yield f"in {' or '.join(map(str, filters.years))}", {"years": ()}
    for field, words in _WORDS:
        if values := getattr(filters, field):
            yield f"{words} {' or '.join(values)}", {field: ()}
    if filters.language:
        yield f"in {' or '.join(NAMES.get(code, code) for code in filters.language)}", {"language": ()}
    for field, words in (("text", "with the words"), ("title", "with the title words")):
        if text := getattr(filters, field):
            yield f"{words} “{text}”", {field: ""}
    if filters.states:
        yield f"with {' and '.join(_STATEMENTS[name] for name in filters.states)}", {"states": ()}
    for field, yes, no in _SWITCHES:
        value = getattr(filters, field)
        if value is not None and (yes if value else no):
            yield yes if value else no, {field: None}
    if words := _describe_authors(filters.min_authors, filters.max_authors):
        yield words, {"min_authors": None, "max_authors": None}
    if filters.min_citations is not None:
        yield f"cited {filters.min_citations} times or more", {"min_citations": None}
    if filters.max_citations == 0:
        yield "never cited", {"max_citations": None}
    elif filters.max_citations is not None:
        yield f"cited {filters.max_citations} times or less", {"max_citations": None}
    if filters.ids is not None:
        yield "among those asked about", {"ids": None}
    for unwanted in filters.without:
        rest: dict[str, object] = {
            "without": tuple(exclusion for exclusion in filters.without if exclusion != unwanted)
        }
        if words := " and ".join(part for part, _ in _list_parts(unwanted, describe_span)):
            yield f"without {words.removeprefix('with ')}" if unwanted.states else f"not {words}", rest
    if filters.either:
        yield " or ".join(map(describe_filters, filters.either)), {"either": ()}


_STATEMENTS = {
    "doi": "a DOI", "pmid": "a PMID", "arxiv": "an arXiv id", "link": "a link", "authors": "authors named",
    "date": "a date", "venue": "a venue", "keywords": "keywords", "citations": "a number of citations",
}  # fmt: skip


def _describe_authors(least: int | None, most: int | None) -> str:
    if least is not None and least == most:
        return f"by {least} author{'s' * (least != 1)}"
    if least is not None and most is not None:
        return f"by {least} to {most} authors"
    if least is not None:
        return f"by {least} or more authors"
    return f"by {most} or fewer authors" if most is not None else ""


def describe_span(first: object, last: object) -> str:
    """Describe a span as it is said behind "papers": "from 2018 to 2020", "since 2018"; "" where both ends are open."""
    if first is not None and last is not None:
        return f"from {first}" if first == last else f"from {first} to {last}"
    if first is not None:
        return f"since {first}"
    return f"until {last}" if last is not None else ""


def _describe_years(first: object, last: object) -> str:
    if first is not None and last is not None:
        return str(first) if first == last else f"{first}–{last}"
    if first is not None:
        return f"{first} or later"
    return f"{last} or earlier" if last is not None else ""
