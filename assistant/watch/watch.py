"""What is watched: the query of a provider, the works of an author, a folder or a file of papers."""

import hashlib
import os
from enum import StrEnum
from pathlib import Path
from typing import Self

from store.errors import InputError
from store.paper import Frozen
from store.providers.references import parse_reference

LIMIT = 200
"""Papers that one update takes of a query, where nobody says how many: the newest. Chosen by hand: two pages."""


class WatchKind(StrEnum):
    """What is watched.

    Attributes:
        PROVIDER: A query of a provider, or an author of OpenAlex.
        FOLDER: A folder of files of papers, or one such file.
        ZOTERO: A collection of Zotero. ``assistant.watch.sources.OPENERS`` says whether it can be read.
    """

    PROVIDER = "provider"
    FOLDER = "folder"
    ZOTERO = "zotero"


class Watch(Frozen):
    """Something that is watched.

    Attributes:
        id: What it is called by to be removed.
        kind: What it is.
        source: The query in the form of ``fetch``, the whole path of a folder, or what names a collection.
        limit: How many papers one update takes of it at the most.
    """

    id: str
    kind: WatchKind
    source: str
    limit: int = LIMIT

    @classmethod
    def parse(cls, text: str, limit: int | None = None) -> Self:
        """Parse what is to be watched.

        Args:
            text: A query or an author as ``fetch`` takes them, the path of a folder or a file, ``zotero:`` and a
                collection.
            limit: How many papers one update takes at the most; None for ``LIMIT``.

        Raises:
            InputError: It names nothing that can be watched, or the limit is below 1.
        """
        if limit is not None and limit < 1:
            raise InputError(f"The limit is {limit} papers.", "Give 1 or more.")
        kind, source = _read_source(text.strip())
        return cls(id=_make_id(kind, source), kind=kind, source=source, limit=limit or LIMIT)


def _read_source(text: str) -> tuple[WatchKind, str]:
    if text.lower().startswith("zotero:"):
        return WatchKind.ZOTERO, text
    path = Path(text).expanduser() if text and "\0" not in text else None
    if path is not None and _exists(path):
        return WatchKind.FOLDER, os.path.abspath(path)
    try:
        reference = parse_reference(text)
    except InputError as error:
        if ":query" in text.lower():
            raise
        printable = "".join(letter if letter.isprintable() else "�" for letter in text[:80])
        raise InputError(
            f"{printable!r} is no folder or file that is there, and no query.",
            'Give a folder, or a query such as arxiv:query "au:Namkoong_H" or pubmed:query "asthma[mh]".',
        ) from error
    if reference.scheme not in ("query", "author"):
        raise InputError(
            f"{reference} is one paper, of which nothing new comes.", f"Add it with: conspectus fetch {reference}"
        )
    return WatchKind.PROVIDER, str(reference)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # A name that is too long is none of a file.
        return False


def _make_id(kind: WatchKind, source: str) -> str:
    return hashlib.sha256(f"{kind}\0{source}".encode(errors="surrogateescape")).hexdigest()[:6]
