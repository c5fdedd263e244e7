"""What a provider is, what it is asked, what its answer says beside the papers, and how providers are reached."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Protocol
from urllib.parse import quote

from pydantic import SecretStr

from store.errors import SourceError
from store.paper import Frozen


@dataclass(frozen=True)
class ProviderRequest:
    """A request: the path below the provider's address, and its parameters, without keys and contact."""

    path: str
    params: tuple[tuple[str, str], ...] = ()
    page: int = 0
    """Which page of a listing it is: some providers give all of them the same cursor."""

    total: int = 0
    """How many papers the listing has, where only its first answer tells."""

    def get_param(self, name: str) -> str:
        """Return a parameter, "" where it has none of that name."""
        return dict(self.params).get(name, "")

    def next_page(self, **params: object) -> "ProviderRequest":
        """Return the request for the next page."""
        merged = dict(self.params) | {name: str(value) for name, value in params.items()}
        return replace(self, params=tuple(merged.items()), page=self.page + 1)


@dataclass(frozen=True)
class PageInfo:
    """What a body says: how many papers there are in all, the next page, whether papers stand in it."""

    total: int | None = None
    next: ProviderRequest | None = None
    has_papers: bool = True


class BadResponse(Exception):
    """A body is not what was asked for; the reason completes "it answers with …"."""


class RequestRefused(SourceError):
    """A provider does not take the request; asking again does not help."""


class ProviderUnavailable(SourceError):
    """A provider cannot be asked any more in this run."""


class NoSuchPaper(SourceError):
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

    BY_CHANGE: bool
    """Whether ``build_newest`` has first what came or changed last: behind a page that is known nothing is new."""

    def get_interval(self, keyed: bool) -> float:
        """Return the seconds from one request to the next."""

    def build_lookup(self, scheme: str, values: Sequence[str]) -> ProviderRequest:
        """Ask for papers by their ids of one scheme (up to ``BATCH``)."""

    def build_search(self, query: str, rows: int, keyed: bool) -> ProviderRequest:
        """Ask for the first page of what a query finds; ``rows`` papers are wanted in all."""

    def build_newest(self, query: str, rows: int, keyed: bool) -> ProviderRequest:
        """Ask for the same as ``build_search`` with the newest first."""

    def parse_page(self, ask: ProviderRequest, body: bytes) -> PageInfo:
        """Read what the body says beside its papers.

        Raises:
            Garbled: It is no answer to this; asking again may help.
            Refused: It is an error that the provider tells of.
        """


def quote_path(value: str) -> str:
    """Quote a value as a part of a path; slashes stay, as the providers document it, unless they lead elsewhere."""
    return quote(value, safe="" if "/." in f"/{value}" else "/:")


URLS: Mapping[str, str] = MappingProxyType(
    {
        "arxiv": "https://export.arxiv.org/api",
        "openalex": "https://api.openalex.org",
        "crossref": "https://api.crossref.org",
        "s2": "https://api.semanticscholar.org/graph/v1",
        "pubmed": "https://eutils.ncbi.nlm.nih.gov/entrez/eutils",
    }
)
"""Where the providers themselves are."""


class Access(Frozen):
    """How to ask.

    Attributes:
        urls: Addresses by provider; what is missing has its own in ``URLS``.
        keys: API keys by provider (``openalex``, ``s2``, ``pubmed``).
        email: Whom a provider may write to; "" tells it nobody.
        timeout: Seconds to wait for a connection and for each piece of an answer, above 0.
        cache_days: For how long an answer is kept and used again, 0 for not at all.
    """

    urls: Mapping[str, str] = URLS
    keys: Mapping[str, SecretStr] = MappingProxyType({})
    email: str = ""
    timeout: float = 30.0
    cache_days: float = 7.0

    def url(self, provider: str) -> str:
        """Return the address of a provider, without a slash at its end."""
        return (self.urls.get(provider) or URLS[provider]).rstrip("/")

    def key(self, provider: str) -> str:
        """Return its key, "" for none."""
        secret = self.keys.get(provider)
        return secret.get_secret_value() if secret else ""
