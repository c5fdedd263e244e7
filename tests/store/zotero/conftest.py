"""A fake Zotero, a library beside it, and a clock that passes when somebody waits."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from assistant.testing import FakeZotero, HashEmbedder, fake_zotero
from store.dedup.merge import records_of
from store.library import Library
from store.paper import Paper
from store.zotero.access import ZoteroAccess
from store.zotero.sync_results import SyncDone, SyncEvent, SyncReport
from store.zotero.synchronise import SyncOptions, sync
from tests.store.providers.conftest import Clock

CLOSED = "http://127.0.0.1:9/api"
"""Where nobody listens."""


class Counting(HashEmbedder):
    """Remembers which texts it embedded."""

    def __init__(self) -> None:
        super().__init__(32)
        self.texts: list[str] = []

    def embed(self, texts: list[str]) -> Any:
        self.texts += texts
        return super().embed(texts)


def item(n: int, **fields: Any) -> dict[str, Any]:
    """An item with a title, an abstract and a DOI of its own."""
    made = {"title": f"On event {n}", "abstractNote": f"We study event {n}.", "DOI": f"10.1000/{n}", "date": "2020"}
    return made | fields


class Synced:
    """A library that is synced with a fake Zotero."""

    def __init__(self, zotero: FakeZotero, folder: Path) -> None:
        self.zotero = zotero
        self.clock = Clock()
        self.embedder = Counting()
        self.library = Library(folder, self.embedder)
        self.access = ZoteroAccess(
            door="web", web_url=zotero.url, local_url=zotero.local_url, key=SecretStr(zotero.key), timeout=20
        )

    def events(self, **options: Any) -> Iterator[SyncEvent]:
        return sync(self.library, self.access, SyncOptions(**options), self.clock.pace)

    def run(self, **options: Any) -> SyncReport:
        *_, last = self.events(**options)
        assert isinstance(last, SyncDone)
        return last.report

    def use(self, **access: Any) -> None:
        """Reach Zotero in another way."""
        self.access = self.access.model_copy(update=access)

    def paper(self, key: str) -> Paper:
        """The record of an item."""
        paper = self.library.paper(f"zotero:{key}")
        return next(record for record in records_of(paper) if record.id == f"zotero:{key}")

    @property
    def titles(self) -> list[str]:
        return sorted(paper.title for paper in self.library.papers())

    @property
    def asked(self) -> list[str]:
        """What was asked since the last look: paths without the library."""
        paths = [request.path.rpartition(str(self.zotero.user))[2] or request.path for request in self.zotero.requests]
        self.zotero.requests.clear()
        return paths


@pytest.fixture
def zotero() -> Iterator[FakeZotero]:
    with fake_zotero() as zotero:
        yield zotero


@pytest.fixture
def synced(zotero: FakeZotero, tmp_path: Path) -> Iterator[Synced]:
    made = Synced(zotero, tmp_path / "library")
    yield made
    made.library.close()


Fill = Callable[[int], list[str]]


@pytest.fixture
def fill(zotero: FakeZotero) -> Fill:
    """Give Zotero so many items, and return their keys."""
    return lambda count: zotero.library.add_items(item(n) for n in range(count))
