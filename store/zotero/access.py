"""How Zotero is reached, what each way to it can tell, and what goes wrong on the way."""

from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol

from pydantic import SecretStr

from store.errors import SourceError
from store.paper import Frozen

LOCAL_URL = "http://localhost:23119/api"
"""Where a running Zotero listens; a port that is fixed (its setting ``httpServer.port``)."""

WEB_URL = "https://api.zotero.org"
"""Zotero's Web API."""

KEY_NAME = "ZOTERO_API_KEY"
"""The variable whose key goes to zotero.org, where no other is named."""

USER_LIBRARY = "user"
"""The name of the user's own library, whichever door it comes through; groups are ``groups/123``."""

DoorName = Literal["auto", "local", "web", "database"]


class ZoteroUnavailable(SourceError):
    """A door is closed: nobody answers, or nobody is let in. Another may be open."""


class ZoteroRefused(SourceError):
    """Zotero does not take the request; asking again does not help."""


class ZoteroForbidden(ZoteroRefused):
    """The key is none, or may not do this."""


class ZoteroConflict(ZoteroRefused):
    """What is to be changed was changed in Zotero meanwhile, or a write was made before."""


class ZoteroAccess(Frozen):
    """Where Zotero is, and with what key.

    Attributes:
        door: The door that is to be used; ``auto`` takes the first that is open: local, web, database.
        local_url: Address of the local API.
        web_url: Address of the Web API.
        key: The key of the Web API, None for none.
        key_name: The variable that the key is looked for in, for messages.
        database: The file ``zotero.sqlite``; None for the one in Zotero's own folder.
        timeout: Seconds to wait for a connection, and for each piece of an answer.
    """

    door: DoorName = "auto"
    local_url: str = LOCAL_URL
    web_url: str = WEB_URL
    key: SecretStr | None = None
    key_name: str = KEY_NAME
    database: Path | None = None
    timeout: float = 30.0


class ItemPage(NamedTuple):
    """Some items of a library.

    Attributes:
        items: As Zotero's API has them, those in the trash among them (``data.deleted``).
        version: The library's at the time; None where the door counts none that can be relied on.
        following: Where the next page begins, None where this is the last.
        total: How many items the whole listing has, None where the door does not say.
        unchanged: Whether nothing has changed since the version that was asked for.
    """

    items: list[dict[str, Any]]
    version: int | None
    following: int | None = None
    total: int | None = None
    unchanged: bool = False


class DeletedKeys(NamedTuple):
    """Keys of what was deleted for good."""

    items: frozenset[str]
    collections: frozenset[str]


class Group(NamedTuple):
    """A group library: its number and its name."""

    number: int
    name: str

    @property
    def library(self) -> str:
        """The name of its library."""
        return f"groups/{self.number}"


class Door(Protocol):
    """A way to a library of Zotero. ``since`` is a version, 0 for everything there is."""

    @property
    def name(self) -> str:
        """Whose versions these are: those of one door say nothing at another."""

    @property
    def label(self) -> str:
        """What messages call it."""

    def read_items(self, library: str, since: int, start: int) -> ItemPage:
        """Return a page of what has changed since a version.

        Raises:
            ZoteroUnavailable: The door is closed.
            SourceError: It gives nothing that can be used.
        """

    def read_collections(self, library: str, since: int) -> list[dict[str, Any]]:
        """Return the collections that have changed since a version."""

    def read_deleted(self, library: str, since: int) -> DeletedKeys | None:
        """Return what was deleted since a version; None where the door cannot tell."""

    def read_keys(self, library: str) -> frozenset[str]:
        """Return the keys of all items, of those in the trash, too."""

    def read_citation_keys(self, library: str, keys: list[str]) -> dict[str, str]:
        """Return Better BibTeX's citation keys of items; none where it is not there."""

    def find_groups(self) -> list[Group]:
        """Return the groups that can be read."""

    def close(self) -> None:
        """Let go of connections and files."""
