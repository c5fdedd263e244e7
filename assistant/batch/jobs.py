"""From the items of a spec to single reports and answers, each with a name of its own."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator

from assistant.batch.spec import Each, Item, Spec
from assistant.export import FORMATS as ANSWERS
from assistant.question.filters import both
from assistant.report.request import Request
from store.errors import InputError
from store.filters import Filters
from store.library import Library
from store.paper import Frozen, Paper

_LONGEST = 60


class Job(Frozen):
    """One report or answer to make: its item with all that the batch says, and the name of its files."""

    name: str
    item: Item

    @property
    def request(self) -> Request | None:
        """The report, None for a question."""
        item = self.item
        if item.report is None:
            return None
        return Request(
            kind=item.report, topic=item.topic, filters=item.filters, seed=item.seed, strict=bool(item.strict)
        )

    @property
    def title(self) -> str:
        """What it is, in words."""
        return self.item.question or ": ".join(filter(None, (str(self.item.report), self.item.topic)))


def jobs_of(spec: Spec, library: Library) -> list[Job]:
    """What a spec makes of a library, in order; the same for the same library.

    Raises:
        InputError: There is no paper to take authors, years or categories from.
        LibraryError: The library cannot be read.
    """
    made: dict[str, Job] = {}
    for number, item in enumerate(spec.item, 1):
        whole = _whole(item, spec)
        found = list(_each(whole, library)) if item.each else [(_name(whole), whole)]
        for name, one in found:
            unique = _unique(name, made)
            made[unique] = Job(name=unique, item=one)
        if not found:
            raise InputError(f"Item {number} is for each {item.each}, and no paper has one.", "Widen its filters.")
    return list(made.values())


def _whole(item: Item, spec: Spec) -> Item:
    """An item with what the batch says for all; where the model is goes with its name."""
    formats = item.formats or tuple(one for one in spec.formats if item.report or one in ANSWERS) or ANSWERS[:1]
    update: dict[str, object] = {"formats": formats}
    update["strict"] = spec.strict if item.strict is None else item.strict
    if item.filters.retracted is None and not (spec.retracted if item.retracted is None else item.retracted):
        update["filters"] = item.filters.model_copy(update={"retracted": False})
    if item.model is None and item.base_url is None:
        update |= {"model": spec.model, "base_url": spec.base_url}
        update |= {"api_key_env": item.api_key_env or spec.api_key_env}
    return item.model_copy(update=update)


def _each(item: Item, library: Library) -> Iterator[tuple[str, Item]]:
    assert item.each
    telling = (paper for paper in library.papers(item.filters) if paper.abstract)
    found = Counter(value for paper in telling for value in set(_values(paper, item.each)))
    for value in sorted(value for value, papers in found.items() if papers >= item.at_least):
        filters = both(item.filters, _filter(item.each, value))
        if filters.ids != ():  # Another category than those that are asked for.
            yield f"{_name(item)}-{_slug(value)}", item.model_copy(update={"filters": filters})


def _values(paper: Paper, each: Each) -> list[str]:
    match each:
        case "author":
            return [author.name for author in paper.authors]
        case "year":
            return [str(paper.year)] if paper.year else []
        case "category":
            return list(paper.categories)


def _filter(each: Each, value: str) -> Filters:
    match each:
        case "author":
            return Filters(author=(value,))
        case "year":
            return Filters(year_from=int(value), year_to=int(value))
        case "category":
            return Filters(category=(value,))


def _name(item: Item) -> str:
    return item.name or _slug(f"{item.report or ''} {item.topic or item.question}")


def _slug(text: str) -> str:
    """A text as a part of the name of a file, on every system; letters that ASCII has not go."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST].strip("-") or "item"


def _unique(name: str, taken: Collection[str]) -> str:
    """The name, or the first of ``name-2``, ``name-3`` … that no other has, by a disk that minds no capitals either."""
    known = {one.casefold() for one in taken}
    names = (name, *(f"{name}-{n}" for n in range(2, len(known) + 3)))
    return next(one for one in names if one.casefold() not in known)
