"""A library whose providers are a server on loopback, and a clock that stands still."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from assistant.client import Assistant
from assistant.report.saved import list_reports
from assistant.watch.digest import UpdateDone, UpdateEvent, UpdateReport
from assistant.watch.update import UpdateOptions, stream_update
from store.providers.provider import URLS, Access
from tests.store.providers.conftest import Clock
from tests.store.providers.loopback import Loopback


class Living(NamedTuple):
    """The library, and what its providers are."""

    assistant: Assistant
    server: Loopback

    def stream(self, retractions: bool = False) -> Iterator[UpdateEvent]:
        library = self.assistant.library
        access = Access(urls=dict.fromkeys(URLS, self.server.url), keys={}, timeout=60)
        return stream_update(library, list_reports(library), UpdateOptions(access, retractions, Clock().pace))

    def update(self, retractions: bool = False) -> UpdateReport:
        return [event.report for event in self.stream(retractions) if isinstance(event, UpdateDone)][-1]


@pytest.fixture
def living(own: Assistant) -> Iterator[Living]:
    with Loopback().running() as server:
        yield Living(own, server)


@pytest.fixture
def put(tmp_path: Path) -> Callable[..., Path]:
    """Put a record into a file of the folder ``in``; returns the folder."""

    def put(name: str, title: str, abstract: str = "", **fields: str) -> Path:
        folder = tmp_path / "in"
        folder.mkdir(exist_ok=True)
        rows = {"title": title, "abstract": abstract, "author": "Poe, Ann", "year": "2026", **fields}
        body = "".join(f"  {key} = {{{value}}},\n" for key, value in rows.items() if value)
        (folder / f"{name}.bib").write_text(f"@article{{{name},\n{body}}}\n", encoding="utf-8")
        return folder

    return put


Put = Callable[..., Path]
