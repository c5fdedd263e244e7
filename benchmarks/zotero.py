"""Syncing with Zotero: requests of a first and of a second sync, and what 20 kills leave.

``python -m benchmarks.zotero`` (``--items 500 --kills 4`` for a quick look) runs a fake Zotero
(``assistant.testing.fake_zotero``) and syncs with it by the Web API and by the local one:

1. A first sync of 5,000 items: requests.
2. After 7 edits and 3 deletions: requests, texts embedded, papers gone.
3. 20 times a sync in a process of its own that is killed (SIGKILL) at another point, 14 in a first sync of 450 items
   with notes, 6 in a second one with 40 edits and 30 deletions; then it is run again to its end. Papers lost, records
   that are there twice, texts embedded twice.

The embedder hashes, so that time is that of everything else.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from pydantic import SecretStr

from assistant.testing import FakeZotero, HashEmbedder, fake_zotero
from store.dedup.merge import records_of
from store.library import Library
from store.zotero.access import ZoteroAccess
from store.zotero.sync_results import SyncDone, SyncReport
from store.zotero.synchronise import SyncOptions, sync

DIMENSION = 64
IN_FIRST = 0.7
# Events of a first sync of 450 items with notes: 9 pages of 900, 8 batches. A second one has 1 page, 1 batch, 1 drop.
EVENTS = 18
CHILD = """
import sys
from benchmarks.zotero import open_library, reach
from store.zotero.synchronise import SyncOptions, sync

url, key, folder = sys.argv[1:]
for event in sync(open_library(folder), reach(url, key), SyncOptions(remove=True)):
    print(event.event, flush=True)
"""


class CountingEmbedder(HashEmbedder):
    """Counts the texts that it embeds."""

    def __init__(self) -> None:
        super().__init__(DIMENSION)
        self.count = 0

    def embed(self, texts: list[str]):  # type: ignore[no-untyped-def]
        """Embed, and count."""
        self.count += len(texts)
        return super().embed(texts)


def open_library(folder: str | Path) -> Library:
    """Open a library with an embedder that takes no time."""
    return Library(Path(folder), CountingEmbedder())


def reach(url: str, key: str, door: str = "web") -> ZoteroAccess:
    """Tell how the fake is reached."""
    return ZoteroAccess(door=door, web_url=url, local_url=f"{url}/api", key=SecretStr(key))  # type: ignore[arg-type]


def make_item(number: int) -> dict[str, object]:
    """Make an item, each different."""
    return {
        "title": f"On rare events number {number}",
        "abstractNote": f"We study the rare event {number}. It needs {number % 7} steps.",
        "DOI": f"10.1000/{number}",
        "date": f"{2000 + number % 20}-05",
        "creators": [{"creatorType": "author", "firstName": "Ann", "lastName": f"Poe{number % 50}"}],
        "tags": [{"tag": f"tag {number % 5}"}],
    }


def run_sync(library: Library, access: ZoteroAccess, **options: bool) -> SyncReport:
    """Sync, and return the report."""
    *_, last = sync(library, access, SyncOptions(**options))  # type: ignore[arg-type]
    assert isinstance(last, SyncDone)
    return last.report


def count_requests(items: int, door: str) -> None:
    """Print what a first and a second sync take."""
    with fake_zotero(make_item(number) for number in range(items)) as zotero, tempfile.TemporaryDirectory() as folder:
        library, access = open_library(Path(folder) / "library"), reach(zotero.url, zotero.key, door)
        assert isinstance(library.embedder, CountingEmbedder)
        began = time.monotonic()
        report = run_sync(library, access)
        print(f"{door}, first sync: {report.added:,} added, {zotero.count_requests()} requests, "
              f"{library.embedder.count:,} embedded, {time.monotonic() - began:.0f} s")  # fmt: skip
        keys = list(zotero.library.items)
        for key in keys[:7]:
            zotero.library.edit_item(key, abstractNote=f"Edited: {key}.")
        zotero.library.delete_items(*keys[-3:])
        library.embedder.count = 0
        began = time.monotonic()
        report = run_sync(library, access)
        left = sum(1 for _ in library.papers())
        print(f"{door}, second sync: {zotero.count_requests()} requests, {library.embedder.count} embedded, "
              f"{report.removed} gone, {left:,} left, {time.monotonic() - began:.1f} s")  # fmt: skip
        run_sync(library, access)
        print(f"{door}, third sync, nothing changed: {zotero.count_requests()} request")
        library.close()


def kill_at(zotero: FakeZotero, folder: Path, point: int, rng: random.Random) -> bool:
    """Sync in a process, and kill it a moment after so many events; return whether it was still at work."""
    command = [sys.executable, "-c", CHILD, zotero.url, zotero.key, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        for _ in range(point):
            if not running.stdout.readline():
                break
        time.sleep(rng.random() * 0.2)
        was_at_work = running.poll() is None
        running.kill()
    return was_at_work


def compare(zotero: FakeZotero, library: Library) -> tuple[int, int]:
    """Return how many papers are lost or should be gone, and how many records are there twice."""
    wanted = {f"zotero:{key}" for key, data in zotero.library.items.items() if data["itemType"] == "journalArticle"}
    records = Counter(record.id for paper in library.papers() for record in records_of(paper))
    texts = {record.id: paper.abstract for paper in library.papers() for record in records_of(paper)}
    stale = sum(
        texts.get(f"zotero:{key}") != data["abstractNote"]
        for key, data in zotero.library.items.items()
        if data["itemType"] == "journalArticle"
    )
    return len(wanted ^ records.keys()) + stale, sum(count - 1 for count in records.values())


def survive_kills(kills: int, items: int = 450) -> None:
    """Print what kills leave."""
    rng = random.Random(14)
    lost = twice = embedded = at_work = 0
    for number in range(kills):
        is_first = number < round(kills * IN_FIRST)
        with fake_zotero(make_item(n) for n in range(items)) as zotero, tempfile.TemporaryDirectory() as folder:
            keys = list(zotero.library.items)
            zotero.library.add_items({"itemType": "note", "parentItem": key, "note": f"<p>{key}</p>"} for key in keys)
            place = Path(folder) / "library"
            if not is_first:
                library = open_library(place)
                run_sync(library, reach(zotero.url, zotero.key))
                library.close()
                for key in keys[:40]:
                    zotero.library.edit_item(key, abstractNote=f"Edited: {key}.")
                zotero.library.delete_items(*keys[-30:])
            point = 1 + number * EVENTS // max(1, round(kills * IN_FIRST)) if is_first else number % 4
            at_work += kill_at(zotero, place, point, rng)
            library = open_library(place)
            before = {paper.id: paper.abstract for paper in library.papers()} if library.exists() else {}
            run_sync(library, reach(zotero.url, zotero.key), remove=True)
            wrong, double = compare(zotero, library)
            after = {paper.id: paper.abstract for paper in library.papers()}
            due = sum(before.get(paper_id) != text for paper_id, text in after.items())
            assert isinstance(library.embedder, CountingEmbedder)
            embedded += library.embedder.count - due
            lost, twice = lost + wrong, twice + double
            library.close()
    print(
        f"{kills} kills ({at_work} while it was at work): "
        f"{lost} lost or stale, {twice} twice, {embedded} embedded twice"
    )


def main() -> None:
    """Measure all of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=5000)
    parser.add_argument("--kills", type=int, default=20)
    arguments = parser.parse_args()
    for door in ("web", "local"):
        count_requests(arguments.items, door)
    survive_kills(arguments.kills)


if __name__ == "__main__":
    main()
