"""Saved conversations, as the Python API has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.sessions import Sessions
from store.errors import LibraryError

if TYPE_CHECKING:
    from assistant.types import Session, Turn
    from store.library import Library
    from store.paper import Paper


class SavedSessions(Sessions):
    """The conversations that were held with a library; ``Assistant.sessions``."""

    def __init__(self, library: Library) -> None:
        super().__init__(library.folder / "sessions")
        self._library = library

    def get(self, id: str) -> Session:
        """Read the session with all its turns, each answer compared with its papers as they are in the library now.

        A sentence whose quote does not stand there is told to be so, and its quote is left out.

        Raises:
            NotFound: No such session; names the ids that are near.
            LibraryDamaged: Its file is broken; names file and line.
            LibraryError: Its file, or the library, cannot be read, or a newer version wrote it.
        """
        session = super().get(id)
        answers = [turn.answer for turn in session.turns if turn.answer]
        ids = {citation.paper_id for answer in answers for claim in answer.claims for citation in claim.citations}
        if not ids:
            return session
        papers = self._library.get_by_ids(sorted(ids))
        turns = tuple(_bind_turn(turn, papers) for turn in session.turns)
        return session if turns == session.turns else session.model_copy(update={"turns": turns})

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
            return super().get(id).title or id
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


def _bind_turn(turn: Turn, papers: dict[str, Paper]) -> Turn:
    from assistant.answer.binding import bind_answer

    if turn.answer is None:
        return turn
    answer = bind_answer(turn.answer, papers)
    return turn if answer is turn.answer else turn.model_copy(update={"answer": answer})
