"""What a library says of itself: version, embedder, generation. It rides in the collection's metadata."""

import json
import uuid
from collections.abc import Iterable
from typing import Any

from store.embedding import EmbedderStamp
from store.errors import EmbedderMismatch, LibraryDamaged, LibraryError
from store.paper import Frozen, Profile

VERSION = 1
Pair = tuple[str, str]


class State(Frozen):
    """The stamp of a library.

    ``generation`` changes before and after every write, so that whoever derived something from an older one
    can tell. ``complete`` is False only in a collection that is still being filled to replace another.
    ``together`` and ``apart`` are what people decided: pairs of fingerprints (``store.dedup.keys``) of records that
    are of one paper, or are not, whatever the rule says.
    """

    version: int = VERSION
    embedder: EmbedderStamp
    generation: str = ""
    complete: bool = True
    profiles: tuple[Profile, ...] = ()
    together: tuple[Pair, ...] = ()
    apart: tuple[Pair, ...] = ()

    def next(self) -> "State":
        """The stamp of the next generation."""
        return self.model_copy(update={"generation": uuid.uuid4().hex})

    def with_profile(self, profile: Profile) -> "State":
        """Add the profile of an author, or replace the one with the same name."""
        others = tuple(known for known in self.profiles if known.name != profile.name)
        return self.model_copy(update={"profiles": (*others, profile)})

    def with_pairs(self, pairs: Iterable[Pair], together: bool) -> "State":
        """Add what a person decided of pairs, in place of what was decided of them before."""
        new = {_ordered(pair) for pair in pairs}
        kept = {"together": set(self.together) - new, "apart": set(self.apart) - new}
        kept["together" if together else "apart"] |= new
        return self.model_copy(update={name: tuple(sorted(found)) for name, found in kept.items()})

    def check_embedder(self, stamp: EmbedderStamp) -> None:
        """Raise EmbedderMismatch unless the library was made with this embedder."""
        if self.embedder != stamp:
            raise EmbedderMismatch(
                f"This library was made with the embedder {self.embedder.model} "
                f"({self.embedder.dimension} dimensions, {self.embedder.max_tokens} tokens), not with {stamp.model}.",
                "Run: conspectus doctor --re-embed (it reads the texts from the library; nothing is imported again).",
            )

    def to_metadata(self) -> dict[str, str | int]:
        """As Chroma takes it: no nesting."""
        return {"version": self.version, "state": self.model_dump_json(exclude={"version"})}

    @classmethod
    def from_metadata(cls, metadata: dict[str, Any] | None, place: str) -> "State":
        """Read it back.

        Raises:
            LibraryError: A newer version made it.
            LibraryDamaged: The stamp is missing or broken.
        """
        version = (metadata or {}).get("version", 0)
        if isinstance(version, int) and version > VERSION:
            raise LibraryError(
                f"The library in {place} was made by a newer Conspectus (format {version}, this one knows {VERSION}).",
                "Upgrade it: pip install --upgrade conspectus.",
            )
        try:
            return cls(version=version, **json.loads((metadata or {})["state"]))
        except (KeyError, TypeError, ValueError) as error:
            raise LibraryDamaged(
                f"The collection in {place} has no readable stamp of Conspectus.",
                "Is it another program's Chroma store? Give another place with --library or --store.",
            ) from error


def _ordered(pair: Pair) -> Pair:
    return min(pair), max(pair)
