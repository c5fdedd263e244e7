"""What a provider is, what it is asked, and what its answer says beside the papers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol
from urllib.parse import quote

from store.errors import SourceError


@dataclass(frozen=True)
class Ask:
    """A request: the path below the provider's address, and its parameters, without keys and contact."""

    path: str
    params: tuple[tuple[str, str], ...] = ()
    page: int = 0
    """Which page of a listing it is: some providers give all of them the same cursor."""

    total: int = 0
    """How many papers the listing has, where only its first answer tells."""

    def param(self, name: str) -> str:
        """A parameter, "" where it has none of that name."""
        return dict(self.params).get(name, "")

    def turned(self, **params: object) -> "Ask":
        """The next page."""
        merged = dict(self.params) | {name: str(value) for name, value in params.items()}
        return replace(self, params=tuple(merged.items()), page=self.page + 1)


@dataclass(frozen=True)
class Answer:
    """What a body says: how many papers there are in all, the next page, whether papers stand in it."""

    total: int | None = None
    next: Ask | None = None
    has_papers: bool = True


class Garbled(Exception):
    """A body is not what was asked for; the reason completes "it answers with …"."""


class Refused(SourceError):
    """A provider does not take the request; asking again does not help."""


class Closed(SourceError):
    """A provider cannot be asked any more in this run."""


class Missing(SourceError):
    """A provider has no such paper."""


class Provider(Protocol):
    """One provider; a module of this package with these names is one."""

    NAME: str
    """As references and settings have it."""

    LABEL: str
    """What messages call it."""

    FORMAT: str
    """The format of its answers, a name of ``store.readers.FORMATS``."""

    KEY_HEADER: str
    """The header that carries its key, "" for none."""

    KEY_PARAM: str
    """The parameter that carries its key, "" for none."""

    CONTACT: tuple[tuple[str, str], ...]
    """Parameters that tell who asks; ``{email}`` stands for the address, and without one they are left out."""

    BATCH: int
    """How many papers one request may ask for by id."""

    def interval(self, keyed: bool) -> float:
        """Seconds from one request to the next."""

    def lookup(self, scheme: str, values: Sequence[str]) -> Ask:
        """Ask for papers by their ids of one scheme (up to ``BATCH``)."""

    def search(self, query: str, rows: int, keyed: bool) -> Ask:
        """Ask for the first page of what a query finds; ``rows`` papers are wanted in all."""

    def answer(self, ask: Ask, body: bytes) -> Answer:
        """What the body says beside its papers.

        Raises:
            Garbled: It is no answer to this; asking again may help.
            Refused: It is an error that the provider tells of.
        """


def in_path(value: str) -> str:
    """A value as a part of a path; its slashes stay, as the providers document it, unless they lead elsewhere."""
    return quote(value, safe="" if "/." in f"/{value}" else "/:")
