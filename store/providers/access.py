"""How the providers are reached: addresses, keys, patience; the caller's settings as plain values."""

from collections.abc import Mapping
from types import MappingProxyType

from pydantic import SecretStr

from store.paper import Frozen

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
        """The address of a provider, without a slash at its end."""
        return (self.urls.get(provider) or URLS[provider]).rstrip("/")

    def key(self, provider: str) -> str:
        """Its key, "" for none."""
        secret = self.keys.get(provider)
        return secret.get_secret_value() if secret else ""
