"""The derived index of a library: opened, written and compared with the generation it was made from.

Its vectors are rows of one file, each written once, so that a reader's view stays whole (``store.index.vector_file``).
A row whose paper was removed or updated stays behind unused until the index is rebuilt. Files that turn out to be
broken raise ``IndexDamaged``, and delete the stamp: the next look builds the index again from Chroma.

The stamp says of which state of the library the index is, how many papers it has, which of them are pending, and how
its files were when it was written (see ``store.index.index_files``): files that changed since are compared with their
checksums before they are read.
"""

import json
import os
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from store.embedding import EmbedderStamp
from store.errors import LibraryDamaged
from store.files import make_folder, replace_file
from store.index.copies import StoredTexts
from store.index.index_files import check_files, count_removed, list_files
from store.index.index_schema import ANALYZER, VERSION, build_analyzer, build_document, get_schema
from store.index.projection import ProjectionFile
from store.index.screening import Screening
from store.index.snapshot import Snapshot
from store.index.vector_file import VectorFile, iterate_rows, leave_out, list_ranges
from store.paper import Paper
from store.record import Record, unpack
from store.text.roles import assign_roles, pack_roles

if TYPE_CHECKING:
    import tantivy

    from store.embedding import Vectors


STAMP = "stamp.json"
# What the stamp says of the moment in which it was written.
_STATED = {"generation", "count", "files", "vectors", "pending"}
# Papers that are written again where others were removed from beside them: as many as take about a second, or for each
# that was removed as many as one that is removed after another costs in the long run. Chosen by hand.
_WRITTEN_AGAIN, _FOR_EACH_REMOVED = 1000, 20
# tantivy's smallest is 15 MB a thread; a batch of ours fills far less.
HEAP = 32_000_000


class Index:
    """The folder that holds the tantivy files, the vectors and the stamp of both.

    It may be deleted at any time: ``generation`` is then "" and the library builds it again from Chroma.

    Args:
        folder: Where it lives; made by the first write.
        embedder: What the vectors were made with.
        origin: Where the papers are, "" for the library's own folder: an index of other papers is foreign.
        screening: Who looks at the texts of papers before they are read; None for nobody.

    Attributes:
        copies: Whether papers are copied that have to be kept in step.
        stored: Where the texts are that the index is a copy of; None where they cannot be read beside it.
    """

    copies = True

    def __init__(
        self, folder: Path, embedder: EmbedderStamp, origin: str = "", screening: Screening | None = None
    ) -> None:
        self._folder = folder
        self._screening = screening
        self._stamp = {"version": VERSION, "embedder": embedder.model_dump(), "origin": origin}
        self._vectors = VectorFile(folder / "vectors.f32", embedder.dimension)
        self._projection = ProjectionFile(folder, embedder)
        self._snapshot: Snapshot | None = None
        # Which file the stamp was read from last, by its inode, size and time, and what it said.
        self._last_stamp: tuple[tuple[int, int, int], dict[str, Any]] = (0, 0, 0), {}
        self.stored: StoredTexts | None = None

    def of_embedder(self, embedder: EmbedderStamp) -> "Index":
        """Return the index in the same folder, where it was made with another embedder."""
        return Index(self._folder, embedder, str(self._stamp["origin"]), self._screening)

    def generation(self) -> str:
        """Read the generation of the library that the index was made from; "" if it is missing, foreign or damaged."""
        return str(self._read_stamp().get("generation", ""))

    def _read_stamp(self) -> dict[str, Any]:
        """Read the stamp, unless it is the file that was read last; an empty one if missing, foreign or damaged."""
        try:
            stat = (self._folder / STAMP).stat()
            file = stat.st_ino, stat.st_size, stat.st_mtime_ns
            if self._last_stamp[0] != file:
                stamp = json.loads((self._folder / STAMP).read_text(encoding="utf-8"))
                same = {key: stamp[key] for key in self._stamp} == self._stamp and stamp.keys() >= _STATED
                self._last_stamp = file, stamp if same else {}
            return self._last_stamp[1]
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}

    def is_older(self) -> bool:
        """Return whether another version of Conspectus made the index of the same papers: no damage, but of no use."""
        try:
            stamp = json.loads((self._folder / STAMP).read_text(encoding="utf-8"))
            return bool(stamp["version"] != VERSION and stamp["origin"] == self._stamp["origin"])
        except (OSError, ValueError, KeyError, TypeError):
            return False

    def read_older_vectors(self) -> "dict[str, Vectors]":
        """Return the vectors in an index of another version, by the ids of papers; none where it cannot be read.

        They are those that the embedder made. The collection has them without their last bits, and a report that is
        made again from its manifest draws its map to the last digit.
        """
        import tantivy

        if not self.is_older():
            return {}
        try:
            vectors = self._vectors.read()
            with self._open_readable() as folder:
                # By its own fields, of which these two were always there.
                searcher = tantivy.Index.open(str(folder)).searcher()
            hits = searcher.search(tantivy.Query.all_query(), limit=max(1, searcher.num_docs), count=False).hits
            addresses = [address for _, address in hits]
            rows = [int(value or 0) for value in searcher.fast_field_values("row", addresses)]
            ids = [str(searcher.doc(address).get_first("id")) for address in addresses]
            # Copied, for the file is about to go.
            return {paper_id: vectors[row].copy() for paper_id, row in zip(ids, rows, strict=True)}
        except BaseException as error:
            if not _is_damage(error):
                raise
            return {}

    def snapshot(self) -> Snapshot:
        """Open a view of the index as it is on disk; the same object until the index changes.

        Raises:
            IndexDamaged: Its files are missing or damaged; the library builds it again.
        """
        written = self._read_stamp()
        generation = str(written.get("generation", ""))
        if self._snapshot is None or self._snapshot.generation != generation:
            stamp = self._folder / STAMP
            with detect_damage(stamp):
                if not (self._folder / "tantivy" / "meta.json").is_file():
                    raise FileNotFoundError("meta.json is missing")  # tantivy would begin an empty index.
                self._check_written(written)
                # The words first: vectors are on disk before the words that point at them.
                with self._open_readable() as folder:
                    searcher = DamageGuard(_open_index(folder).searcher(), stamp)
                vectors, pending = self._vectors.read(), written.get("pending", ())
                projection = self._projection.read(vectors)
                snapshot = Snapshot(
                    searcher, vectors, generation, self._screening, self.stored, pending, projection=projection
                )
                snapshot.check()
            self._snapshot = snapshot
        return self._snapshot

    def open_unstamped(self) -> Snapshot | None:
        """Open a view of whatever can be read, whether or not it has a stamp; None where nothing can.

        Nothing in it is to be believed that does not have the hash of its record.
        """
        words = self._folder / "tantivy"
        if not (words / "meta.json").is_file():
            return None
        try:
            with self._open_readable() as folder:
                searcher = DamageGuard(_open_index(folder).searcher(), self._folder / STAMP)
            vectors = self._vectors.read()
            empty = [row for row, vector in enumerate(vectors) if not any(vector.tobytes())]
            snapshot = Snapshot(searcher, vectors, "", self._screening, pending=list_ranges(empty))
            snapshot.check()
        except BaseException as error:
            if not _is_damage(error) and not isinstance(error, IndexDamaged):
                raise
            return None
        return snapshot

    def stated_count(self) -> int:
        """Read how many papers the index had when it was stamped; -1 where there is no stamp."""
        count = self._read_stamp().get("count", -1)
        return count if isinstance(count, int) else -1

    def check_everything(self) -> int:
        """Read all files and compare them with their checksums; return how many bytes there are.

        Raises:
            IndexDamaged: One of them is not what was written; the next look builds the index again.
        """
        with detect_damage(self._folder / STAMP):
            self._check_written(self._read_stamp(), everything=True)
            self._projection.check()
            return sum(file.stat().st_size for file in self._folder.rglob("*") if file.is_file())

    def _check_written(self, stamp: dict[str, Any], everything: bool = False) -> None:
        """Compare files that are not as they were when the index was stamped with their checksums."""
        if not stamp:
            return  # What has no stamp is read to be built again.
        check_files(self._folder / "tantivy", stamp["files"], everything)
        rows, checksum, change = stamp["vectors"]
        if everything or change != self._vectors.change:
            pending = set(iterate_rows(stamp["pending"]))
            if self._vectors.sum(leave_out(rows, pending)) != checksum:
                raise ValueError("the file of vectors is not what was written")

    def report_damage(self, what: str) -> NoReturn:
        """Raise IndexDamaged, so that the next look builds the index again."""
        self.close()
        raise _build_damage_error(ValueError(what), self._folder / STAMP)

    def close(self) -> None:
        """Let go of the files; the next call opens them again."""
        self._snapshot = None

    def clear(self) -> None:
        """Delete everything, for a new beginning.

        Raises:
            OSError: The folder cannot be written.
        """
        self.close()
        if self._folder.is_dir():
            shutil.rmtree(self._folder)
        self._folder.unlink(missing_ok=True)

    @contextmanager
    def writer(self) -> "Iterator[IndexWriter]":
        """Write to the index; what was not committed is dropped. The caller holds the write lock.

        Raises:
            OSError: The folder cannot be written, or what is in it is damaged.
        """
        make_folder(self._folder / "tantivy")
        with translate_write_errors():
            writer = _open_index(self._folder / "tantivy").writer(HEAP, 1)
        try:
            pending = set(iterate_rows(self._read_stamp().get("pending", ())))
            yield IndexWriter(writer, self._vectors, self._mark, self._screening, pending)
        finally:
            with translate_write_errors():
                writer.wait_merging_threads()
        stamp = self._read_stamp()
        if stamp and (self._write_again() or stamp["files"] != list_files(self._folder / "tantivy")):
            # With the files that merging made since.
            self._mark(str(stamp["generation"]), set(iterate_rows(stamp["pending"])))

    def _mark(self, generation: str, pending: Collection[int]) -> None:
        words, rows, before = self._folder / "tantivy", self._vectors.rows, self._read_stamp()
        rows_before, checksum, _ = before.get("vectors", (0, 0, ()))
        if rows_before > rows:
            rows_before, checksum, before = 0, 0, {}
        fresh = [*iterate_rows(before.get("pending", ())), *range(rows_before, rows)]
        stated = {
            "generation": generation,
            "count": sum(left for left, _ in count_removed(words)),
            "files": list_files(words),
            "vectors": [
                rows,
                checksum + self._vectors.sum(row for row in fresh if row not in pending),
                self._vectors.change,
            ],
            "pending": list_ranges(pending),
        }
        self._projection.update(self._vectors, pending)
        replace_file(self._folder / STAMP, (json.dumps({**self._stamp, **stated}).encode(),), private=True)

    def _write_again(self) -> bool:
        """Write the papers of a segment again from which papers were removed; return whether any were.

        BM25 counts removed papers, too, as long as their segment is there: how frequent a word is, and how long papers
        are. Where that would take long it is left for when more papers were removed.
        """
        counts = count_removed(self._folder / "tantivy")
        removed = sum(gone for _, gone in counts)
        left = sum(left for left, gone in counts if gone)
        if not removed or left > max(_WRITTEN_AGAIN, removed * _FOR_EACH_REMOVED):
            return False
        with translate_write_errors():
            index = _open_index(self._folder / "tantivy")
            documents = _read_documents(index, [number for number, (_, gone) in enumerate(counts) if gone])
            writer = index.writer(HEAP, 1)
            for document in documents:
                writer.delete_documents_by_term("id", document.paper.id)
                writer.add_document(build_document(*document))
            writer.commit()
            writer.wait_merging_threads()
        self._snapshot = None
        return True

    @contextmanager
    def _open_readable(self) -> Iterator[Path]:
        """Yield the folder of the words. tantivy locks a file there: where it may not, it sees links."""
        words = self._folder / "tantivy"
        if os.access(words, os.W_OK):
            yield words
            return
        with TemporaryDirectory(prefix="conspectus-") as links:
            for file in words.iterdir():
                if not file.name.endswith(".lock"):
                    (Path(links) / file.name).symlink_to(file.absolute())
            yield Path(links)  # What was opened stays mapped into memory when the links go.


class _Indexed(NamedTuple):
    """What the document of a paper is built of."""

    paper: Paper
    content_hash: str
    row: int
    roles: str
    screened: str


def _read_documents(index: "tantivy.Index", segments: Sequence[int]) -> list[_Indexed]:
    """Read what the documents in some segments are built of."""
    import tantivy

    searcher = index.searcher()
    hits = searcher.search(tantivy.Query.all_query(), limit=max(1, searcher.num_docs), count=False).hits
    addresses = [address for _, address in hits if address.segment_ord in segments]
    rows = searcher.fast_field_values("row", addresses)
    documents = [searcher.doc(address) for address in addresses]
    return [
        _Indexed(
            unpack(document.get_first("record") or b""),
            str(document.get_first("hash")),
            int(row or 0),
            *((document.get_first(name) or b"").decode() for name in ("roles", "screened")),
        )
        for row, document in zip(rows, documents, strict=True)
    ]


def _open_index(folder: Path) -> "tantivy.Index":
    import tantivy

    index = tantivy.Index(get_schema(), str(folder))
    index.register_tokenizer(ANALYZER, build_analyzer())
    return index


class IndexWriter:
    """Changes to an index; they are there for readers once committed. Every method raises OSError where it cannot."""

    def __init__(
        self,
        writer: "tantivy.IndexWriter",
        vectors: VectorFile,
        mark: Callable[[str, Collection[int]], None],
        screening: Screening | None,
        pending: set[int],
    ) -> None:
        self._writer = writer
        self._screening = screening
        self._vectors = vectors
        self._mark = mark
        self._pending = pending

    def put(self, records: Sequence[Record], *, with_texts: bool = True) -> None:
        """Add papers with their vectors, replacing those with the same ids.

        Their texts are looked at now (the roles of their sentences, the ``Screening``), or by whoever reads them: an
        index of many papers is built again in half the time without.
        """
        import numpy as np

        if not records:
            return
        first = self._vectors.append(np.stack([record.vector for record in records if record.vector is not None]))
        with translate_write_errors():
            for row, record in enumerate(records, first):
                if record.pending:
                    self._pending.add(row)
                self._writer.delete_documents_by_term("id", record.paper.id)
                roles = pack_roles(assign_roles(record.paper.abstract)) if with_texts else ""
                screened = self._screening.screen(record.paper) if with_texts and self._screening else ""
                document = build_document(record.paper, record.hash, row, roles, screened, record.text)
                self._writer.add_document(document)

    def fill(self, vectors: "Mapping[int, Vectors]", unused: Collection[int] = ()) -> None:
        """Write the vectors of papers that were pending, by row; ``unused`` are such rows that are of no paper."""
        self._vectors.fill(vectors)
        self._pending.difference_update(vectors, unused)

    def delete(self, ids: Sequence[str]) -> None:
        """Remove papers."""
        with translate_write_errors():
            for paper_id in ids:
                self._writer.delete_documents_by_term("id", paper_id)

    def commit(self, generation: str) -> None:
        """Make the changes last, as made from this generation of the library."""
        with translate_write_errors():
            self._writer.commit()
        self._mark(generation, self._pending)


class IndexDamaged(LibraryDamaged):
    """The derived index cannot be read. Its stamp is gone by then, so the next look builds it again."""


class DamageGuard:
    """An object of tantivy, what it raises on broken files turned into ``IndexDamaged``."""

    def __init__(self, target: Any, stamp: Path) -> None:
        self._target = target
        self._stamp = stamp

    def __getattr__(self, name: str) -> Any:
        """Return the same attribute of the object."""
        attribute = getattr(self._target, name)
        return partial(self.run, attribute) if callable(attribute) else attribute

    def run(self, function: Callable[..., Any], *args: Any, **options: Any) -> Any:
        """Call a function that reads what came from the object."""
        try:
            return function(*args, **options)
        except BaseException as error:
            if not _is_damage(error):
                raise
            raise _build_damage_error(error, self._stamp) from error


@contextmanager
def detect_damage(stamp: Path) -> Iterator[None]:
    """Raise IndexDamaged where broken files are read, and delete the stamp."""
    try:
        yield
    except BaseException as error:
        if not _is_damage(error):
            raise
        raise _build_damage_error(error, stamp) from error


@contextmanager
def translate_write_errors() -> Iterator[None]:
    """Raise OSError where files cannot be written; tantivy raises ValueError, or ends in a panic."""
    try:
        yield
    except BaseException as error:
        if isinstance(error, ValueError) or _is_panic(error):
            raise OSError(str(error)) from error
        raise


def _is_damage(error: BaseException) -> bool:
    return isinstance(error, ValueError | OSError | LookupError) or _is_panic(error)


def _build_damage_error(error: BaseException, stamp: Path) -> IndexDamaged:
    with suppress(OSError):  # In a folder that cannot be written the next look finds the same.
        stamp.unlink(missing_ok=True)
    return IndexDamaged(f"The index in {stamp.parent} is damaged: {error}.", "Try again: it is built again.")


def _is_panic(error: BaseException) -> bool:
    # What a bug in Rust code becomes in Python; the class cannot be imported.
    return type(error).__name__ == "PanicException"
