"""Saved conversations, as the Python API has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.sessions import Sessions
from store.errors import LibraryError

if TYPE_CHECKING:
    from store.library import Library


class SavedSessions(Sessions):
    """The conversations that were held with a library; ``Assistant.sessions``."""

    def __init__(self, library: Library) -> None:
        super().__init__(library.folder / "sessions")
        self._library = library

    def delete(self, id: str) -> None:
        """Remove a conversation, a damaged one too; it is in the bin for a while, where ``Assistant.undo`` finds it.

        Raises:
            NotFound, LibraryLocked, LibraryError: As ``Sessions.delete``; nothing was removed then.
        """
        from store.bin import Bin

        content = self._folder.read_bytes(id)
        if content:
            Bin(self._library.folder).keep_session(id, self._find_title(id), content)
        super().delete(id)

    def _find_title(self, id: str) -> str:
        try:
            return self.get(id).title or id
        except LibraryError:
            return id

    def export(self, id: str, format: str = "md", style: str = "apa") -> str:
        """Return a saved conversation as Markdown, ``json`` or ``bib`` (BibTeX of the papers that it cites).

        Args:
            id: The session.
            format: ``md``, ``json`` or ``bib``.
            style: Of the references in Markdown (see ``Papers.references``).

        Raises:
            InputError: There is no such format or style.
            NotFound: There is no such session.
            LibraryError: The library or the session cannot be read.
        """
        from assistant.export.conversation import export_conversation

        return export_conversation(self._library, self.get(id), format, style)
