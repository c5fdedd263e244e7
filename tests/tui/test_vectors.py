"""Vectors that follow behind the chat."""

from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from assistant.client import Assistant
from assistant.testing import HashEmbedder
from store.filling import AT_ONCE
from store.library import Library
from store.writer import write_lock
from tests.store.samples import papers, put
from tests.tui.chatting import LARGE
from tests.tui.waiting import PATIENCE, wait_until
from tui.app import ConspectusApp
from tui.chat.status import Status

if TYPE_CHECKING:
    from store.embedding import Vectors


class Halting(HashEmbedder):
    """Waits with the papers behind the first batch until it may go on."""

    def __init__(self) -> None:
        super().__init__()
        self.may_go_on = Event()
        self._papers = 0

    def embed(self, texts: list[str]) -> "Vectors":
        self._papers += len(texts) if len(texts) > 1 else 0  # A question is one text.
        if self._papers > AT_ONCE:
            self.may_go_on.wait(PATIENCE)
        return super().embed(texts)


def make_pending(folder: Path) -> Path:
    """A library of 150 papers that words alone find."""
    made = Library(folder, HashEmbedder())
    made.embeds_at_once = False
    assert put(made, papers(150)).pending == 150
    made.close()
    return folder


async def test_they_follow_and_the_status_says_how_far(tmp_path: Path) -> None:
    folder, embedder = make_pending(tmp_path / "library"), Halting()
    app = ConspectusApp(lambda settings: Assistant(Library(folder, embedder)))
    async with app.run_test(size=LARGE) as pilot:
        status = app.chat.query_one(Status)
        await wait_until(pilot, lambda: "vectors 128 of 150" in status.render().plain)
        assert (await app.holder.get_engine()).library.embeds_at_once is False
        embedder.may_go_on.set()
        await wait_until(pilot, lambda: "vectors" not in status.render().plain)
        assert Assistant(Library(folder, HashEmbedder())).papers.count_pending() == 0


async def test_leaving_does_not_wait_for_all_of_them(tmp_path: Path) -> None:
    folder, embedder = make_pending(tmp_path / "library"), Halting()
    app = ConspectusApp(lambda settings: Assistant(Library(folder, embedder)))
    async with app.run_test(size=LARGE) as pilot:
        await wait_until(pilot, lambda: "vectors 128" in app.chat.query_one(Status).render().plain)
        app.vectors.stop()
        embedder.may_go_on.set()
        await wait_until(pilot, lambda: "vectors" not in app.chat.query_one(Status).render().plain)
    left = Assistant(Library(folder, HashEmbedder()))
    assert left.papers.count_pending() in (0, 22)  # The batch that was being embedded is kept.
    assert left.papers.count() == 150


async def test_where_nobody_may_write_the_chat_goes_on(tmp_path: Path) -> None:
    folder = make_pending(tmp_path / "library")
    app = ConspectusApp(lambda settings: Assistant(Library(folder, HashEmbedder())))
    with write_lock(folder, "add"):
        async with app.run_test(size=LARGE) as pilot:
            await wait_until(pilot, lambda: "150 papers" in app.chat.query_one(Status).render().plain)
            app.vectors.stop()
