"""Joining conditions on papers."""

from store.filters import Filters


def both(one: Filters, other: Filters) -> Filters:
    """The papers for which both hold."""
    first = [year for year in (one.year_from, other.year_from) if year is not None]
    last = [year for year in (one.year_to, other.year_to) if year is not None]
    ids = [set(some) for some in (one.ids, other.ids) if some is not None]
    return Filters(
        author=one.author + other.author,
        year_from=max(first, default=None),
        year_to=min(last, default=None),
        category=_common(one.category, other.category),
        source=_common(one.source, other.source),
        text=f"{one.text} {other.text}".strip(),
        has_code=other.has_code if one.has_code is None else one.has_code,
        ids=tuple(sorted(set.intersection(*ids))) if ids else None,
    )


def _common(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """Values that both allow; the first ones where both ask for different things, which then finds nothing more."""
    if not one or not other:
        return one or other
    return tuple(value for value in one if value in other) or one
