"""/zotero in the chat: the papers are there, and what is gone in Zotero goes after a yes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.client.zotero import Zotero
from assistant.settings import Settings, ZoteroSettings
from assistant.testing import FakeZotero, fake_zotero
from tests.tui.chatting import Talk, chatting
from tui.dialogs.ask import ConfirmDialog


@pytest.fixture
def zotero() -> Iterator[FakeZotero]:
    with fake_zotero({"title": f"On event {n}", "abstractNote": f"We study {n}."} for n in range(4)) as zotero:
        yield zotero


async def reach(talk: Talk, zotero: FakeZotero) -> None:
    """Let the chat's engine reach this Zotero."""
    engine = await talk.app.holder.get_engine()
    settings = Settings(zotero=ZoteroSettings(door="local", local_url=zotero.local_url))
    vars(engine)["zotero"] = Zotero(engine.library, settings)


async def test_syncing_and_removing_after_a_yes(
    library: Path, zotero: FakeZotero, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.dialogs.ask._TYPED_AHEAD", 0.0)
    async with chatting(library) as talk:
        await reach(talk, zotero)
        before = talk.assistant.papers.count()
        await talk.send("/zotero")
        await talk.until(lambda: talk.told, "what came of it")
        assert talk.told.pop() == ("Zotero: 4 added, 0 updated, 0 removed", "information")
        assert talk.assistant.papers.count() == before + 4
        zotero.library.delete_items(*list(zotero.library.items)[:2])
        await talk.send("/zotero")
        await talk.until(lambda: isinstance(talk.app.screen, ConfirmDialog), "the question")
        await talk.press("right", "enter")
        await talk.until(lambda: talk.told, "what came of it")
        assert talk.told.pop() == ("Zotero: 0 added, 0 updated, 2 removed", "information")
        assert talk.assistant.papers.count() == before + 2


async def test_a_collection_that_is_not_there_is_said(library: Path, zotero: FakeZotero) -> None:
    async with chatting(library) as talk:
        await reach(talk, zotero)
        await talk.send("/zotero Theses")
        await talk.until(lambda: talk.told, "what came of it")
        text, severity = talk.told.pop()
        assert (text.split(".")[0], severity) == ("There is no collection 'Theses' in Zotero", "error")
