"""How often each author, venue, keyword, year and month stands in some papers."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal

from assistant.verify.record import is_name_like
from store.kinds import list_kinds
from store.paper import Frozen, Paper
from store.person_name import name_key
from store.text.language import NAMES

TallyField = Literal[
    "authors", "venues", "keywords", "years", "months", "languages", "kinds", "categories", "collections"
]


class Tally(Frozen):
    """A name, of an author say, how many papers have it, and the id of the newest of them."""

    name: str
    papers: int
    newest: str = ""


def count_names(records: Iterable[Mapping[str, Any]], field: TallyField) -> tuple[Tally, ...]:
    """Count the papers of each name in a field, the most frequent first; years and months in their order.

    Args:
        records: The fields of papers, as ``Snapshot.read_fields`` gives them.
        field: What is counted. Names that differ in case, accents or initials' dots alone are one.
    """
    counts: Counter[str] = Counter()
    spellings: dict[str, Counter[str]] = {}
    newest: dict[str, tuple[str, str]] = {}
    for record in records:
        for key, name in {_make_key(field, name): name for name in _list_names(record, field)}.items():
            counts[key] += 1
            spellings.setdefault(key, Counter())[name] += 1
            newest[key] = max(newest.get(key, ("", "")), (record.get("date") or "", record["id"]))
    tallies = [
        Tally(name=_choose(spellings[key]), papers=count, newest=newest[key][1]) for key, count in counts.items()
    ]
    if field in ("years", "months"):
        return tuple(sorted(tallies, key=lambda tally: tally.name))
    return tuple(sorted(tallies, key=lambda tally: (-tally.papers, tally.name)))


def _list_names(record: Mapping[str, Any], field: TallyField) -> Sequence[str]:
    match field:
        case "authors":
            return [name for author in record.get("authors", ()) if is_name_like(name := author["name"])]
        case "venues":
            return [venue] if (venue := record.get("venue")) else []
        case "keywords":
            return [*record.get("keywords", ()), *record.get("tags", ())]
        case "years":
            return [date[:4]] if (date := record.get("date")) else []
        case "languages":
            return [NAMES.get(code, code)] if (code := record.get("language")) else []
        case "kinds":
            return list_kinds(Paper.model_validate(record))
        case "categories" | "collections":
            return [*record.get(field, ())]
        case "months":
            return [date[:7]] if len(date := record.get("date") or "") >= len("2018-05") else []


@lru_cache(maxsize=1 << 16)
def _make_key(field: TallyField, name: str) -> str:
    return (name_key(name) if field == "authors" else " ".join(name.casefold().split())) or name


def _choose(spellings: Counter[str]) -> str:
    """Choose the commonest spelling, of several the longest: "Hongseok Namkoong" before "hongseok namkoong"."""
    return min(spellings, key=lambda name: (-spellings[name], -len(name), name))
