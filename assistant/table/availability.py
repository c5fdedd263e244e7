"""Whether code, data or models of a paper are to be had, as its abstract says it."""

import re
from collections.abc import Iterator, Sequence

from assistant.abstracts.passages import Passage, PassageValue, choose_best
from assistant.table.columns import Column

_OBJECTS = {
    "code": r"code|source code|implementations?|software|librar(?:y|ies)|toolbox|toolkit|packages?|scripts?|repository",
    "data": r"data|datasets?|data ?sets?|corpus|corpora|benchmarks?|personas|annotations|questions|test ?bed",
    "models": r"models?|weights|checkpoints?",
}
_ASKS = {
    "code": re.compile(r"\b(?:code|software|implementation|source|library|package|tool)\b", re.I),
    "data": re.compile(r"\b(?:data|datasets?|data ?sets?|corpus|corpora|benchmarks?)\b", re.I),
    "models": re.compile(r"\b(?:models?|weights|checkpoints?)\b", re.I),
}
_AVAILABLE = re.compile(r"\b(?:availab\w*|open|released?|shared|public\w*|accessible|reproducib\w*)\b", re.I)
_SAYS = re.compile(
    r"\b(?:(?:freely |publicly |openly |made )?available|releas\w+|open-?\s?sourc\w+|open[- ]access|"
    r"can be (?:found|downloaded|accessed)|publish\w* (?:our|the|all)|is at https?|at https?:)|https?://",
    re.I,
)
_DENIES = re.compile(
    r"\b(?:not|un|never|no)\s?(?:be\s|made\s|yet\s|publicly\s|openly\s)*(?:available|released|open)|\bproprietary\b"
    r"|\bunavailable\b|\bclosed[- ]source\b",
    re.I,
)
_REQUEST = re.compile(r"\b(?:up)?on\s(?:reasonable\s)?request\b", re.I)
# What makes a thing the authors' own: others' code may be available too.
_OWN = re.compile(
    r"\b(?:our|we|this (?:paper|work)|the (?:code|software|data|dataset|source)|its|all)\b|^[Cc]ode\b", re.I
)


def find_object(column: Column) -> str:
    """Find what a column asks the availability of ("code"); "" where it asks something else."""
    if not _AVAILABLE.search(column.name):
        return ""
    return next((name for name, pattern in _ASKS.items() if pattern.search(column.name)), "")


def find_availability(column: Column, passages: Sequence[Passage]) -> PassageValue | None:
    """Find the sentence that says whether a thing is to be had; None where none does, or the column asks otherwise."""
    name = find_object(column)
    return choose_best(list(_list_statements(name, passages))) if name else None


def _list_statements(name: str, passages: Sequence[Passage]) -> Iterator[PassageValue]:
    thing = re.compile(rf"\b(?:{_OBJECTS[name]})\b", re.I)
    for passage in passages:
        text = passage.text
        if not (says := _SAYS.search(text)) and not _DENIES.search(text):
            continue
        things = list(thing.finditer(text))
        if not things:
            continue
        denies = _DENIES.search(text)
        mark = denies or says
        assert mark
        near = min(abs(match.start() - mark.start()) for match in things)
        if near > _NEAR or not _OWN.search(text):
            continue
        parts = [*(match for match in things if abs(match.start() - mark.start()) <= _NEAR), mark]
        low, high = min(part.start() for part in parts), max(part.end() for part in parts)
        value = "no" if denies or _REQUEST.search(text) else "yes"
        yield PassageValue(passage, ((low, high),), 1.0 - near / 1000, value)


# Characters between a thing and what is said of it; chosen by hand on part dev of benchmarks/table_cells.jsonl.
_NEAR = 60
