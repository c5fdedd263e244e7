"""How often records of one paper are joined, and others are not: on the labelled pairs of ../shared/formats.

    python -m benchmarks.merging [--errors]

``pairs.jsonl`` names pairs of records (file, number of the record in it, hash of its title) and whether they are of
one paper, by reading them: the same libraries in several formats, and what is easily taken for the same. Pairs that
nobody can decide (versions of a software, reprints, dummies) are left out. All files are added to one library, twice; a
pair counts as joined where both records ended in one paper, so what one wrong record draws together counts, too.
"""

import hashlib
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from time import process_time
from typing import NamedTuple

from assistant.testing import HashEmbedder
from benchmarks.corpora import SHARED
from store.dedup.keys import normalise_title
from store.errors import SourceError
from store.ingest import add_items
from store.ingest.corrections import duplicates
from store.library import Library
from store.paper import Paper
from store.readers import read_papers
from store.results import AddReport

PAIRS = Path(__file__).with_name("pairs.jsonl")
FORMATS = SHARED / "formats"


class Labelled(NamedTuple):
    """Two records by file and number, whether they are of one paper, and what makes it hard to tell."""

    first: tuple[str, int]
    second: tuple[str, int]
    same: bool
    kind: str


def records() -> dict[tuple[str, int], Paper]:
    """Every record of the files, by file and number from 0."""
    found: dict[tuple[str, int], Paper] = {}
    for file in sorted(FORMATS.rglob("*")):
        if file.is_file() and file.name != "manifest.json":
            found |= {(file.name, number): record for number, record in enumerate(_papers(file))}
    return found


def labelled(known: dict[tuple[str, int], Paper]) -> Iterator[Labelled]:
    """The pairs; ValueError where a record is no longer the one that was labelled."""
    for line in PAIRS.read_text(encoding="utf-8").splitlines():
        pair = json.loads(line)
        for file, number, digest in (pair["a"], pair["b"]):
            if hashlib.sha256(normalise_title(known[file, number].title).encode()).hexdigest()[:8] != digest:
                raise ValueError(f"record {number} of {file} has another title now: label it anew")
        yield Labelled(tuple(pair["a"][:2]), tuple(pair["b"][:2]), pair["same"], pair["kind"])


def homes(library: Library, known: dict[tuple[str, int], Paper]) -> dict[tuple[str, int], str]:
    """The id of the paper that each record became part of."""
    home = {record.content_hash(): paper.id for paper in library.papers() for record in paper.records or (paper,)}
    return {key: home[record.content_hash()] for key, record in known.items()}


def main() -> None:
    """Print the figures."""
    known = records()
    with tempfile.TemporaryDirectory() as folder:
        library = Library(Path(folder) / "library", HashEmbedder())
        for turn in ("first", "second"):
            began = process_time()
            report = _added(library, list(known.values()))
            counts = report.model_dump(include={"records", "added", "updated", "merged", "unchanged"})
            print(turn, counts, f"{process_time() - began:.1f} s CPU")
        home = homes(library, known)
        print(f"{len(set(home.values()))} papers; unsure of {len(list(duplicates(library)))} pairs")
        library.close()
    _score(list(labelled(known)), home)


def figures(pairs: list[Labelled], home: dict[tuple[str, int], str]) -> tuple[float, float]:
    """Precision and recall of the pairs, each 0–1."""
    joined = [pair.same for pair in pairs if home[pair.first] == home[pair.second]]
    return sum(joined) / len(joined), sum(joined) / sum(pair.same for pair in pairs)


def _score(pairs: list[Labelled], home: dict[tuple[str, int], str]) -> None:
    counted = Counter((pair.kind, pair.same, home[pair.first] == home[pair.second]) for pair in pairs)
    for kind, same in sorted({(pair.kind, pair.same) for pair in pairs}):
        print(f"{kind:15} {'same' if same else 'different':10} joined {counted[kind, same, True]}, "
              f"apart {counted[kind, same, False]}")  # fmt: skip
    precision, recall = figures(pairs, home)
    print(f"{len(pairs)} pairs: precision {precision:.3f} (bar: .99), recall {recall:.3f} (bar: .98)")
    if "--errors" in sys.argv:
        for pair in pairs:
            if pair.same != (home[pair.first] == home[pair.second]):
                print("missed" if pair.same else "wrong", pair.first, pair.second)


def _papers(file: Path) -> list[Paper]:
    try:
        return [item for item in read_papers(file) if isinstance(item, Paper)]
    except SourceError as error:
        print(f"{file.name}: {error.what}", file=sys.stderr)
        return []


def _added(library: Library, items: list[Paper]) -> AddReport:
    for event in add_items(library, items, lambda: 1.0):
        if event.event == "add_done":
            return event.report
    raise AssertionError("the import ended without a report")


if __name__ == "__main__":
    main()
