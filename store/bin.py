"""The bin of a library: what was removed from it, kept for thirty days so that it can be brought back.

Each removal is a file of its own, ``bin/20261129-221500123456-3f2a.json``, which is on the disk before anything is
removed. A crash in between leaves a removal of what is still there, which brings nothing back.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Literal

from pydantic import ValidationError

from store.errors import LibraryError
from store.files import sync_folder, write_atomic
from store.paper import Frozen, Paper
from store.record import pack

KEPT = timedelta(days=30)
"""How long a removal can be undone; older ones go when the next one comes. Chosen by hand, as mail programs have it."""
_STAMP = "%Y%m%d-%H%M%S%f"


class Removal(Frozen):
    """What one command took away.

    Attributes:
        kind: ``papers``, ``merge`` (the papers as they were before) or ``session``.
        at: When.
        titles: What is shown of it.
        papers: The papers, as ``store.record.pack`` writes them.
        session: The id of a conversation.
        text: The file of that.
        format: Of the file; a higher one was written by a newer version.
    """

    kind: Literal["papers", "merge", "session"]
    at: datetime
    titles: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    session: str = ""
    text: str = ""
    format: int = 1

    @property
    def summary(self) -> str:
        """What was removed, in words: ``“Model soups” and 3 more papers``."""
        first, others = self.titles[0] if self.titles else "", len(self.titles) - 1
        if self.kind == "session":
            return f"the conversation “{first}”"
        more = f" and {others:,} more paper{'s' * (others != 1)}" if others > 0 else ""
        return f"“{first}”{more}{', which were merged' if self.kind == 'merge' else ''}"

    def decode_session(self) -> bytes:
        """Return the file of the conversation as it was."""
        return self.text.encode("ascii").decode("unicode_escape").encode("utf-8", "surrogateescape")


class Bin:
    """The removals of a library.

    Args:
        folder: The library's.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "bin"

    def keep_papers(self, papers: Sequence[Paper], kind: Literal["papers", "merge"] = "papers") -> None:
        """Keep papers that are about to be removed, or joined to one.

        Raises:
            LibraryError: The disk refuses; then nothing may be removed.
        """
        titles = tuple(paper.title or paper.id for paper in papers)
        self._write(Removal(kind=kind, at=_now(), titles=titles, papers=tuple(pack(paper) for paper in papers)))

    def keep_session(self, session: str, title: str, content: bytes) -> None:
        """Keep the file of a conversation that is about to be deleted; raises as ``keep_papers``."""
        text = content.decode("utf-8", "surrogateescape").encode("unicode_escape").decode("ascii")
        self._write(Removal(kind="session", at=_now(), titles=(title,), session=session, text=text))

    def list(self) -> list[tuple[Path, Removal]]:
        """List what can be brought back with the files that it is in, the last removal first.

        Raises:
            LibraryError: The folder cannot be read.
        """
        try:
            files = sorted(self._folder.glob("*.json"), reverse=True)
        except OSError as error:
            raise LibraryError(f"The bin {self._folder} cannot be read: {error.strerror}.", "Check it.") from error
        removals = [(file, removal) for file in files if (removal := _read_removal(file))]
        return [(file, removal) for file, removal in removals if _now() - removal.at <= KEPT]

    def drop(self, file: Path) -> None:
        """Take a removal out that was undone."""
        try:
            file.unlink(missing_ok=True)
        except OSError as error:
            raise LibraryError(f"{file} cannot be removed: {error.strerror}.", "Remove it by hand.") from error

    def _write(self, removal: Removal) -> None:
        name = f"{removal.at:{_STAMP}}-{token_hex(2)}.json"
        write_atomic(self._folder / name, removal.model_dump_json().encode(), private=True)
        sync_folder(self._folder)
        for file in self._folder.glob("*.json"):
            if file.name < f"{removal.at - KEPT:{_STAMP}}":
                file.unlink(missing_ok=True)


def _read_removal(file: Path) -> Removal | None:
    """Read a removal; None for a file that holds none that this version knows."""
    try:
        removal = Removal.model_validate_json(file.read_bytes())
    except (OSError, ValidationError):
        return None
    return removal if removal.format == 1 else None


def _now() -> datetime:
    return datetime.now(UTC)
