"""Which papers the chat may answer from."""

from typing import Any

from pydantic import Field

from store.paper import Frozen


class Scope(Frozen):
    """A restriction of the chat, empty for the whole library.

    Attributes:
        filters: As the API takes them: ``{"ids": (…), "author": …, "year_from": …}``.
        label: What the status bar says of it ("3 marked papers"), "" for the whole library.
    """

    filters: dict[str, Any] = Field(default_factory=dict)
    label: str = ""

    def __bool__(self) -> bool:
        """Whether it leaves papers out."""
        return bool(self.filters)


EVERYTHING = Scope()
