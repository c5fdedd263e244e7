"""Embed a library anew while its old vectors serve: the new ones are kept beside it until all of them are there.

Nothing but the last step needs the write lock: it puts a collection with the new vectors in the place of the old one.
Killed anywhere, the next run takes what is kept, by the texts that were embedded.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING

from store.embedding import Embedder
from store.errors import LibraryLocked
from store.files import make_folder, open_private, replace_file
from store.filling import AT_ONCE, take_filling_lock
from store.index.index import IndexDamaged
from store.index.vector_file import VectorFile
from store.results import VectorsStored
from store.writer import build_embedding_text, is_unit

if TYPE_CHECKING:
    from store.embedding import Vectors
    from store.library import Library

FOLDER = "embedded-anew"
_STAMP, _LIST, _VECTORS = "stamp.json", "texts.txt", "vectors.f32"


class KeptVectors:
    """An embedder that keeps the vectors it makes in a folder, and makes none twice.

    Args:
        folder: Where; what another embedder left there goes.
        embedder: What makes them.
    """

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        self.stamp = embedder.stamp
        self._folder = folder
        self._embedder = embedder
        self._file = VectorFile(folder / _VECTORS, self.stamp.dimension)

    def embed(self, texts: list[str]) -> "Vectors":
        """Embed ``n`` texts: float32 of shape (n, dimension), each row of length 1.

        Raises:
            EmbedderError: The model cannot be loaded or run.
            OSError: The folder cannot be written.
        """
        import numpy as np

        stored = self._file.read()
        digests = [_hash(text) for text in texts]
        vectors = np.zeros((len(texts), self.stamp.dimension), dtype=np.float32)
        missing = []
        for place, digest in enumerate(digests):
            row = self._rows.get(digest, len(stored))
            if row < len(stored) and is_unit(stored[row]):
                vectors[place] = stored[row]
            else:
                missing.append(place)
        if missing:
            vectors[missing] = self._embedder.embed([texts[place] for place in missing])
            self._keep([digests[place] for place in missing], vectors[missing])
        return vectors

    def delete(self) -> None:
        """Delete what is kept: it is in the library now."""
        rmtree(self._folder, ignore_errors=True)
        self.__dict__.pop("_rows", None)

    @cached_property
    def _rows(self) -> dict[str, int]:
        """The row of each text that is kept, by its hash."""
        stamp = self._folder / _STAMP
        content = json.dumps(self.stamp.model_dump()).encode()
        if not stamp.is_file() or stamp.read_bytes() != content:
            rmtree(self._folder, ignore_errors=True)
            make_folder(self._folder)
            replace_file(stamp, (content,), private=True)
        if not (self._folder / _LIST).is_file():
            return {}
        whole, _, torn = (self._folder / _LIST).read_bytes().rpartition(b"\n")
        if torn:  # By a crash: what follows is to be a line of its own.
            os.truncate(self._folder / _LIST, len(whole) + 1 if whole else 0)
        lines = (line.partition(b" ") for line in whole.splitlines())
        return {digest.decode(): int(row) for row, _, digest in lines}

    def _keep(self, digests: list[str], vectors: "Vectors") -> None:
        first = self._file.append(vectors)  # On disk before a line names them.
        rows = dict(zip(digests, range(first, first + len(digests)), strict=True))
        with open(self._folder / _LIST, "a", encoding="ascii", opener=open_private) as file:
            file.writelines(f"{row} {digest}\n" for digest, row in rows.items())
        self._rows.update(rows)


def reembed(library: "Library") -> Iterator[VectorsStored]:
    """Give every paper a new vector by the embedder that a library was opened with; old ones serve until all are there.

    An event comes with each batch that is embedded. Closing the iterator stops it, and the next run goes on from there.

    Raises:
        EmbedderError: The model cannot be loaded or run.
        LibraryLocked: Another process is at it, or writes.
        LibraryError: The library cannot be written.
    """
    if not library.exists():
        return
    with take_filling_lock(library.folder) as is_mine:
        if not is_mine:
            raise LibraryLocked(
                f"Another process is embedding the papers of {library.folder}.", "Wait until it has finished."
            )
        yield from _embed_beside(library)
        library.reembed()


def _embed_beside(library: "Library") -> Iterator[VectorsStored]:
    """Embed what the index has, without the write lock; what it has not is left for the last step."""
    index = library.index.of_embedder(library.chroma.state().embedder)
    try:
        view = index.snapshot() if index.generation() else None
        ids = view.all_ids() if view else []
        kept = library.keep_vectors()
        for first in range(0, len(ids), AT_ONCE):
            assert view is not None
            some = ids[first : first + AT_ONCE]
            kept.embed([build_embedding_text(paper) for paper in view.papers(some)])
            yield VectorsStored(done=first + len(some), total=len(ids))
    except IndexDamaged:
        return


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
