"""Papers by their ids: many in one request where a provider takes many, and from the next one where one has none."""

from collections.abc import Callable, Generator, Iterator, Sequence
from typing import NamedTuple, TypeVar

from store.errors import SourceError
from store.paper import Paper, Problem
from store.providers.base import Missing, Provider, Refused
from store.providers.client import Client
from store.providers.records import records
from store.readers import Item

T = TypeVar("T")


class Found(NamedTuple):
    """What stood in an answer, and the id that it answers to, "" where that is not to be told."""

    value: str
    item: Item


def look_up(
    client: Client, places: Sequence[Provider], scheme: str, values: Sequence[str], name: Callable[[str], str]
) -> Iterator[Item]:
    """Papers by ids of one scheme; an id that nobody has is a problem.

    Args:
        client: Who asks.
        places: Who is asked, each for what those before it do not have.
        scheme: Of the ids.
        values: The ids.
        name: What a problem is said to be from, by the id.

    Raises:
        SourceError: A provider fails, and no other has what it was asked for.
    """
    left, fault = list(values), None
    for provider in places:
        asking, left = left, []
        for some in chunks(asking, provider.BATCH):
            try:
                for found in (answered := Answered(client, provider, scheme, some)):
                    yield _named(found, name)
                left += answered.missing
            except SourceError as error:
                fault, left = fault or error, [*left, *some]
    if fault and left:
        raise fault
    for value in left:
        where = " and ".join(provider.LABEL for provider in places)
        yield Problem(file=name(value), reason=f"there is no such paper at {where}")


class Answered:
    """What a provider has under some ids; those that it has not are in ``missing`` afterwards."""

    def __init__(self, client: Client, provider: Provider, scheme: str, values: Sequence[str]) -> None:
        self._client, self._provider, self._scheme, self._values = client, provider, scheme, values
        self.missing: list[str] = []

    def __iter__(self) -> Iterator[Found]:
        """Ask, and read the answer; raises SourceError."""
        return self._ask(self._values)

    def _ask(self, values: Sequence[str]) -> Generator[Found, None, None]:
        try:
            got = self._client.get(self._provider, self._provider.lookup(self._scheme, values))
        except (Missing, Refused) as fault:
            if len(values) > 1:  # one of them spoils the request for all
                yield from self._ask(values[: len(values) // 2])
                yield from self._ask(values[len(values) // 2 :])
            elif isinstance(fault, Missing):
                self.missing.append(values[0])
            elif len(self._values) > 1:
                yield Found(values[0], Problem(file=self._provider.LABEL, reason=str(fault)))
            else:
                raise
            return
        yield from self._read(values, got.body)

    def _read(self, values: Sequence[str], body: bytes) -> Iterator[Found]:
        seen = set()
        for item in records(self._provider, body, self._provider.LABEL):
            value = self._answers_to(item, values)
            seen.add(value)
            yield Found(value, item)
        self.missing += [value for value in values if value not in seen]

    def _answers_to(self, item: Item, values: Sequence[str]) -> str:
        if len(values) == 1:
            return values[0] if isinstance(item, Paper) or (isinstance(item, Problem) and item.lost) else ""
        given = item.identifiers.get(self._scheme, "") if isinstance(item, Paper) else ""
        return given if given in values else ""


def chunks(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """The values, so many at a time."""
    for first in range(0, len(values), size):
        yield values[first : first + size]


def _named(found: Found, name: Callable[[str], str]) -> Item:
    """A problem said to be from what was asked for."""
    if found.value and isinstance(found.item, Problem):
        return found.item.model_copy(update={"file": name(found.value)})
    return found.item
