"""How the Chroma server that ``store`` names is asked: which library there, and with which token."""

import os
from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from assistant.secrets import find_key
from assistant.settings.base_model import KEY_ENV, KEY_ENV_PATTERN, SettingsModel, UserPath
from store.chroma.access import COLLECTION, HEADER_PATTERN, NAME_PATTERN, TIMEOUT, ServerAccess

# The variable that Chroma's own documentation names for the key of its Cloud.
_CLOUD_KEY = "CHROMA_API_KEY"
_NAME = "3 to 400 letters, digits, points, hyphens and underscores"
_NAME_OR_NONE = rf"{NAME_PATTERN}|^$"


class ServerSettings(SettingsModel):
    """Of the server. The descriptions of the fields say what is allowed; error messages quote them."""

    collection: str = Field(default=COLLECTION, pattern=NAME_PATTERN, description=f"the library's name there: {_NAME}")
    tenant: str = Field(default="", pattern=_NAME_OR_NONE, description=f"whose it is there: {_NAME}")
    database: str = Field(default="", pattern=_NAME_OR_NONE, description=f"the tenant's database: {_NAME}")
    token_env: str = Field(default="", pattern=KEY_ENV_PATTERN, description=KEY_ENV)
    token_header: str = Field(
        default="",
        pattern=HEADER_PATTERN,
        description="the name of the header with the token; without one, Authorization: Bearer",
    )
    user: str = Field(
        default="", pattern=r"^[^:\s]*$", description="a name without colon, where the token is this user's password"
    )
    ca: UserPath = Field(default=None, description="a file (PEM) with the authority of the server's certificate")
    timeout: float = Field(default=TIMEOUT, gt=0, le=3600, description="seconds to wait for an answer, up to 3600")
    search: Literal["auto", "server", "local"] = Field(
        default="auto", description="where it is searched: server, local (in a copy here), or auto: by its size"
    )

    def build_access(self, url: str, env: Mapping[str, str] = os.environ) -> ServerAccess:
        """Tell how a server is reached, with the token from the environment or the keyring.

        Raises:
            InputError: The address is none, what is set is no key, or the keyring cannot be read.
        """
        access = ServerAccess(
            url=url,
            collection=self.collection,
            tenant=self.tenant,
            database=self.database,
            header=self.token_header,
            user=self.user,
            ca=self.ca,
            timeout=self.timeout,
            search=self.search,
        )
        name = self.token_env or (_CLOUD_KEY if access.is_cloud else "")
        token = find_key(name, env) if name else None
        return access.with_token(name, token.get_secret_value() if token else "")
