"""Filters in words: as they stand behind "papers" in a sentence, and one by one."""

from collections.abc import Callable

from store.filters import Filters
from store.text.language import NAMES

Describe = Callable[[object, object], str]
"""Says a span in words by its ends, None where it is open."""


def describe_filters(filters: Filters) -> str:
    """Describe filters as they are said behind "papers": "by Che from 2018 to 2020 with code"; "" for none."""
    return " ".join(_describe_each(filters, describe_span))


def describe_conditions(filters: Filters) -> tuple[str, ...]:
    """Describe each condition by itself: "by Che", "2018–2020", "not in Nature"; empty for none."""
    return tuple(_describe_each(filters, _describe_years))


def _describe_each(filters: Filters, describe_years: Describe) -> list[str]:
    parts = [f"by {' and '.join(filters.author)}"] if filters.author else []
    parts += [f"first author {' or '.join(filters.first_author)}"] if filters.first_author else []
    parts += [f"last author {' or '.join(filters.last_author)}"] if filters.last_author else []
    parts += [f"by {'one author' if filters.single_author else 'several authors'}"] * (
        filters.single_author is not None
    )
    parts += [describe_years(filters.year_from, filters.year_to)]
    parts += [f"in {' or '.join(map(str, filters.years))}"] if filters.years else []
    parts += [describe_years(filters.date_from, filters.date_to)]
    parts += [f"in category {' or '.join(filters.category)}"] if filters.category else []
    parts += [f"in {' or '.join(filters.venue)}"] if filters.venue else []
    parts += [f"with the keyword {' or '.join(filters.keyword)}"] if filters.keyword else []
    parts += [f"tagged {' or '.join(filters.tag)}"] if filters.tag else []
    parts += [f"in the collection {' or '.join(filters.collection)}"] if filters.collection else []
    parts += [f"of the kind {' or '.join(filters.kind)}"] if filters.kind else []
    parts += [f"in {' or '.join(NAMES.get(code, code) for code in filters.language)}"] if filters.language else []
    parts += [f"from the source {' or '.join(filters.source)}"] if filters.source else []
    parts += [f"with the words “{filters.text}”"] if filters.text else []
    parts += ["with code" if filters.has_code else "without code"] if filters.has_code is not None else []
    parts += (
        ["with an abstract" if filters.has_abstract else "without an abstract"]
        if filters.has_abstract is not None
        else []
    )
    parts += [f"cited {filters.min_citations} times or more"] if filters.min_citations is not None else []
    parts += [f"cited {filters.max_citations} times or less"] if filters.max_citations is not None else []
    parts += ["that were retracted"] if filters.retracted else []
    parts += ["among those asked about"] if filters.ids is not None else []
    for unwanted in filters.without:
        words = " and ".join(filter(None, _describe_each(unwanted, describe_span)))
        parts += [f"not {words}"] if words else []
    if filters.either:
        parts.append(" or ".join(" ".join(_describe_each(one, describe_span)) for one in filters.either))
    return [part for part in parts if part]


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
