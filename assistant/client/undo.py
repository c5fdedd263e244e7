"""Bringing back what was removed last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.bin import Bin, Removal
from store.errors import NotFound
from store.ingest.restoration import bring_back

if TYPE_CHECKING:
    from assistant.client.sessions import SavedSessions
    from store.library import Library


def undo_last(library: Library, sessions: SavedSessions) -> Removal:
    """Bring back the last removal of which anything is gone.

    Raises:
        NotFound: There is none.
        InputError: What was made of merged papers was changed since.
        LibraryError: The library cannot be written.
    """
    bin = Bin(library.folder)
    for file, removal in bin.list():
        if removal.kind == "session":
            is_back = sessions.restore(removal.session, removal.decode_session())
        else:
            is_back = bool(bring_back(library, removal))
        bin.drop(file)
        if is_back:
            return removal
    raise NotFound("Nothing was removed in the last thirty days.", "What is older is gone for good.")
