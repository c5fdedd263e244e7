"""How a Chroma server is reached: its address, what is read there, and what it wants to see before it answers."""

import base64
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, urlsplit

from store.errors import InputError

COLLECTION = "conspectus"
TENANT = "default_tenant"
DATABASE = "default_database"
# Seconds: a server in the next room answers a page of 1000 papers in a tenth of one. Chosen by hand, so that two waits
# in a row and the start of a command on a busy machine end within 30.
TIMEOUT = 8.0
CLOUD = "trychroma.com"
"""Behind which hosts is Chroma Cloud: it wants its key in a header of its own, and knows tenant and database by it."""
_CLOUD_HEADER = "x-chroma-token"
_SIGN = "It looks like this: --store http://localhost:8000"
# What Chroma (1.5) takes for the name of a collection, with room for what is put behind it.
NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{1,400}[A-Za-z0-9]$"
HEADER_PATTERN = r"^[A-Za-z0-9!#$%&'*+.^_`|~-]*$"


@dataclass(frozen=True)
class ServerAccess:
    """Where a library on a Chroma server is, and how to get in.

    Args:
        url: The server's address, with a path where it is not at the root; no user, password or query.
        collection: What the library is called there; several of different names may be on one server.
        tenant: Whose it is; "" for the server's default one, or in Chroma Cloud the one that the key belongs to.
        database: In which of the tenant's databases; "" likewise.
        token: What the server wants to see, "" for nothing.
        token_name: Under which name the token is kept, for messages.
        header: The header that carries the token; "" for ``Authorization``, and for Chroma Cloud its own.
        user: Whose password the token is, where the server asks for both; "" where a token is all.
        ca: A file with the certificates that the server's is signed by, None for those of the system.
        timeout: Seconds to wait for an answer, and for each piece of one.
        search: Where the library is searched: in the server, in a copy of it here, or wherever fits its size.

    Raises:
        InputError: The address or a name is none. What may be a password is not repeated.
    """

    url: str
    collection: str = COLLECTION
    tenant: str = ""
    database: str = ""
    token: str = field(default="", repr=False)
    token_name: str = ""
    header: str = ""
    user: str = ""
    ca: Path | None = None
    timeout: float = TIMEOUT
    search: Literal["auto", "server", "local"] = "auto"

    def __post_init__(self) -> None:
        """Check the address and the names."""
        _check_url(self.url)
        for label, name in (("collection", self.collection), ("tenant", self.tenant), ("database", self.database)):
            if (name or label == "collection") and not re.match(NAME_PATTERN, name):
                raise InputError(
                    f"{name[:80]!r} is no name of a {label} in Chroma.",
                    "Allowed: 3 to 400 letters, digits, points, hyphens and underscores, no sign at its ends.",
                )
        if not re.match(HEADER_PATTERN, self.header):
            raise InputError("The header for the token has a name that no header can have.", "Such as X-Chroma-Token.")
        if not (self.token.isascii() and self.token.isprintable()):
            raise InputError(
                f"The token in {self.token_name or 'the settings'} has characters that no header can have."
            )

    @property
    def address(self) -> SplitResult:
        """The parts of the address."""
        return urlsplit(self.url)

    @property
    def is_cloud(self) -> bool:
        """Whether this is Chroma Cloud."""
        host = self.address.hostname or ""
        return host == CLOUD or host.endswith(f".{CLOUD}")

    @property
    def place(self) -> str:
        """The address as messages show it, with the collection where it is not the usual one."""
        base = self.url.rstrip("/") if self.address.path in ("", "/") else self.url
        return base if self.collection == COLLECTION else f"{base} ({self.collection})"

    @property
    def origin(self) -> str:
        """What an index is stamped with that was made from this library: no other has the same."""
        names = [name for name in (self.tenant, self.database) if name]
        return (
            self.url if self.collection == COLLECTION and not names else "|".join([self.url, *names, self.collection])
        )

    def with_token(self, name: str, token: str) -> "ServerAccess":
        """Return the same with a token, and the name under which it is kept."""
        return replace(self, token=token, token_name=name)

    def build_headers(self) -> dict[str, str]:
        """Build the headers that carry the token."""
        if not self.token:
            return {}
        if self.user:
            pair = base64.b64encode(f"{self.user}:{self.token}".encode()).decode()
            return {self.header or "Authorization": f"Basic {pair}"}
        header = self.header or (_CLOUD_HEADER if self.is_cloud else "Authorization")
        return {header: f"Bearer {self.token}" if header.lower() == "authorization" else self.token}

    def hide_token(self, text: str) -> str:
        """Replace the token in what a server says; it may repeat what it was sent."""
        values = {*self.build_headers().values(), self.token} - {""}
        parts = values | {value.rpartition(" ")[2] for value in values}
        for secret in sorted(parts, key=len, reverse=True):
            text = text.replace(secret, "(key hidden)")
        return text


def _check_url(url: str) -> None:
    """Check the URL of a Chroma server.

    Raises:
        InputError: It is no such URL, or holds what does not belong there: that part is not repeated.
    """
    try:
        parts = urlsplit(url)
        right = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and url.isprintable()
    except ValueError:
        parts, right = None, False
    if set(url) & set("@?#"):
        host = f" at {parts.hostname}" if parts and right else ""
        raise InputError(
            f"The address of the Chroma server{host} holds a user, a password or a query. They do not belong there.",
            "Keep the token in an environment variable or the keyring, and say which: --server-token-env NAME.",
        )
    if not right or " " in url:
        raise InputError(f"{url[:200]!r} is not the URL of a Chroma server.", _SIGN)
