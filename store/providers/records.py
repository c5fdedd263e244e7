"""The papers in an answer, as the readers of ``store.readers`` find them."""

from collections.abc import Iterator

from store.paper import Paper, Problem, Source
from store.providers.base import Provider
from store.readers import Item, read_bytes
from store.readers.textfile import NO_PAPER


def records(provider: Provider, body: bytes, name: str) -> Iterator[Item]:
    """What stands in an answer. Whatever was asked, a paper's source is the provider: the next time it is known again.

    Args:
        provider: Whose answer it is.
        body: The answer.
        name: What problems are said to be from.
    """
    source = Source(file=provider.LABEL, format=provider.FORMAT)
    for item in read_bytes(body, name, provider.FORMAT):
        if isinstance(item, Paper):
            yield item.model_copy(update={"source": source})
        elif not isinstance(item, Problem):
            yield item
        elif item.reason != NO_PAPER:
            yield item.model_copy(update={"line": None})
