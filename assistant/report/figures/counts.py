"""How many papers of each theme there are in each year."""

from collections import Counter
from collections.abc import Mapping, Sequence

from assistant.report.grouping import Theme
from assistant.report.schema import Table
from assistant.report.years import UNDATED, year_of

Counts = Mapping[str, Mapping[str, int]]
"""Papers by theme, then by year in words."""
MOST = 20
"""Columns that a reader can follow; of more years, several are one column."""
_STEPS = (2, 5, 10, 20, 50, 100)


def counted(themes: Sequence[Theme]) -> Counts:
    """Counts of themes."""
    return {theme.label: Counter(year_of(paper) for paper in theme.papers) for theme in themes}


def tabulated(table: Table) -> Counts:
    """Counts out of a table whose head is ``Year`` and the themes."""
    return {
        theme: {row[0].text: int(row[at].text) for row in table.rows if row[at].text.isdecimal()}
        for at, theme in enumerate(table.head[1:], 1)
    }


def spans(counts: Counts) -> tuple[list[str], dict[str, Counter[str]]]:
    """The columns of a timeline from the first to the last, also those without a paper, and the papers in each."""
    known = sorted({int(year) for years in counts.values() for year in years if year != UNDATED})
    every = list(range(known[0], known[-1] + 1)) if known else []
    step = 1 if len(every) <= MOST else next((step for step in _STEPS if len(every) <= MOST * step), _STEPS[-1])
    columns = list(dict.fromkeys(_span(year, step) for year in every))
    if any(UNDATED in years for years in counts.values()):
        columns.append(UNDATED)
    found = {theme: Counter[str]() for theme in counts}
    for theme, years in counts.items():
        for year, papers in years.items():
            found[theme][year if year == UNDATED else _span(int(year), step)] += papers
    return columns, found


def _span(year: int, step: int) -> str:
    first = year - year % step
    return str(year) if step == 1 else f"{first}–{first + step - 1}"
