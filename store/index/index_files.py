"""Whether the files of an index are those that were written: by size and time, and where these differ by checksum.

tantivy ends each of its files with a checksum of what stands before it, and looks at none of them. A file that is as
long and as old as it was when the index was stamped is not read again; one that is not, a copied one say, is. The
vectors have a checksum in the stamp (see ``store.index.vector_file``).
"""

import json
import os
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

# What stands at the end of each file of tantivy (index format 7): length of the footer, and a number that never varies.
_TAIL = struct.Struct("<II")
_MAGIC = 1337
# Bytes that are read at once: bounds the memory. Chosen by hand.
_PIECE = 1 << 20
# Written whole by tantivy, without a checksum: which segments there are, and which files.
_PLAIN = ("meta.json", ".managed.json")

FileSizes = dict[str, list[int]]


def list_files(words: Path) -> FileSizes:
    """List size and time of change, in nanoseconds, of each file of tantivy that has a checksum."""
    return {
        file.name: [(stat := file.stat()).st_size, stat.st_mtime_ns]
        for file in sorted(words.iterdir())
        if file.name not in _PLAIN and not file.name.endswith(".lock") and file.is_file()
    }


def check_files(words: Path, stamped: Any, everything: bool = False) -> None:
    """Compare each file that changed since it was listed with its checksum, or with ``everything`` each file.

    Args:
        words: The folder of tantivy.
        stamped: What ``list_files`` gave; anything else counts as an empty list.
        everything: Whether files that seem to be as they were are read, too.

    Raises:
        ValueError: A file is not what was written.
        OSError: A file cannot be read.
    """
    listed = stamped if isinstance(stamped, dict) and not everything else {}
    meta = (words / "meta.json").read_bytes()
    try:
        _check_segments(words, _list_segments(meta), listed)
    except FileNotFoundError:
        if (words / "meta.json").read_bytes() == meta:
            raise
        check_files(words, stamped, everything)  # Whoever writes merged segments meanwhile.


def _check_segments(words: Path, segments: Sequence[str], listed: FileSizes) -> None:
    files = sorted(file for file in words.iterdir() if file.name.partition(".")[0] in segments)
    for file in files:
        stat = file.stat()
        if listed.get(file.name) != [stat.st_size, stat.st_mtime_ns] and not _fits_checksum(file):
            raise ValueError(f"{file.name} is not what was written")


def _list_segments(meta: bytes) -> list[str]:
    """List the segments that are in use, as the names of their files begin."""
    return [str(segment["segment_id"]).replace("-", "") for segment in json.loads(meta)["segments"]]


def count_removed(words: Path) -> list[tuple[int, int]]:
    """Count the papers of each segment in use: those that are there, and those that were removed from it."""
    meta = json.loads((words / "meta.json").read_bytes())
    counts = []
    for segment in meta["segments"]:
        gone = (segment.get("deletes") or {}).get("num_deleted_docs", 0)
        counts.append((segment["max_doc"] - gone, gone))
    return counts


def _fits_checksum(file: Path) -> bool:
    """Return whether a file of tantivy has the checksum that its footer says; read piece by piece."""
    with file.open("rb") as stream:
        size = stream.seek(0, os.SEEK_END)
        if size < _TAIL.size:
            return False
        stream.seek(size - _TAIL.size)
        length, magic = _TAIL.unpack(stream.read(_TAIL.size))
        end = size - _TAIL.size - length
        if magic != _MAGIC or end < 0:
            return False
        stream.seek(end)
        try:
            written = json.loads(stream.read(length))["crc"]
        except (ValueError, KeyError, TypeError):
            return False
        stream.seek(0)
        checksum = 0
        for first in range(0, end, _PIECE):
            checksum = zlib.crc32(stream.read(min(_PIECE, end - first)), checksum)
    return bool(written == checksum)
