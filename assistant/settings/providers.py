"""How the providers of papers are asked: addresses, keys, whom they may write to."""

import os
from collections.abc import Mapping
from types import MappingProxyType

from pydantic import Field

from assistant.secrets import find_key
from assistant.settings.base_model import ADDRESS, KEY_ENV, KEY_ENV_PATTERN, Address, SettingsModel
from store.providers.provider import URLS, Access

# The variables that the providers' own documentation names.
_KEY_NAMES: Mapping[str, str] = MappingProxyType(
    {"openalex": "OPENALEX_API_KEY", "s2": "S2_API_KEY", "pubmed": "NCBI_API_KEY"}
)


class ProviderSettings(SettingsModel):
    """Of all providers. The descriptions of the fields say what is allowed; error messages quote them."""

    email: str = Field(
        default="",
        pattern=r"^([A-Za-z0-9_.+-]+@[A-Za-z0-9.-]+)?$",
        description="an e-mail address that they may write to",
    )
    arxiv_url: Address = Field(default=URLS["arxiv"], description=ADDRESS)
    openalex_url: Address = Field(default=URLS["openalex"], description=ADDRESS)
    crossref_url: Address = Field(default=URLS["crossref"], description=ADDRESS)
    s2_url: Address = Field(default=URLS["s2"], description=ADDRESS)
    pubmed_url: Address = Field(default=URLS["pubmed"], description=ADDRESS)
    openalex_key_env: str = Field(default="", pattern=KEY_ENV_PATTERN, description=KEY_ENV)
    s2_key_env: str = Field(default="", pattern=KEY_ENV_PATTERN, description=KEY_ENV)
    pubmed_key_env: str = Field(default="", pattern=KEY_ENV_PATTERN, description=KEY_ENV)
    timeout: float = Field(
        default=30.0, gt=0, le=3600, description="seconds to wait for each piece of an answer, up to 3600"
    )
    cache_days: float = Field(default=7.0, ge=0, le=3650, description="days that an answer is kept, from 0 to 3650")

    def key_name(self, provider: str) -> str:
        """Name the variable that holds a provider's key, "" for none: an unnamed one goes to the provider alone."""
        name: str = getattr(self, f"{provider}_key_env")
        is_itself = getattr(self, f"{provider}_url") == URLS[provider]
        return name or (_KEY_NAMES[provider] if is_itself else "")

    def build_access(self, env: Mapping[str, str] = os.environ) -> Access:
        """Tell how to ask, with the keys from the environment or the keyring.

        Raises:
            InputError: What is set is no key, or the keyring cannot be read.
        """
        names = {provider: self.key_name(provider) for provider in _KEY_NAMES}
        values = {provider: find_key(name, env) for provider, name in names.items() if name}
        return Access(
            urls={provider: getattr(self, f"{provider}_url") for provider in URLS},
            keys={provider: key for provider, key in values.items() if key},
            email=self.email,
            timeout=self.timeout,
            cache_days=self.cache_days,
        )
