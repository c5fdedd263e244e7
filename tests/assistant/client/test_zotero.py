"""Zotero from Python: blocking, awaited, as events; and the settings that say how it is reached."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.settings import Settings, ZoteroSettings, load
from assistant.testing import FakeZotero, HashEmbedder, fake_zotero
from store.errors import InputError

KEY = "zoteroFAKEkey0123456789x"


@pytest.fixture
def zotero() -> Iterator[FakeZotero]:
    with fake_zotero({"title": f"On event {n}"} for n in range(4)) as zotero:
        yield zotero


@pytest.fixture
def opened(zotero: FakeZotero, tmp_path: Path) -> Iterator[Assistant]:
    settings = Settings(zotero=ZoteroSettings(door="local", local_url=zotero.local_url))
    with Assistant.open(tmp_path / "library", embedder=HashEmbedder(32), settings=settings) as assistant:
        yield assistant


def test_blocking_with_events(opened: Assistant) -> None:
    events: list[str] = []
    report = opened.zotero.sync(on_event=lambda event: events.append(event.event))
    assert report.added == opened.papers.count() == 4
    assert (events[0], events[-1]) == ("sync_started", "sync_done")
    assert [event.event for event in opened.zotero.stream_sync()][-1] == "sync_done"


async def test_awaited(opened: Assistant, zotero: FakeZotero) -> None:
    key = zotero.library.add_collection("Thesis")
    zotero.library.add_item(title="In the thesis", collections=[key])
    assert (await opened.zotero.async_(collections="Thesis")).added == 1
    assert [paper.title for paper in opened.papers.list(collection="thesis")] == ["In the thesis"]


def test_pushing_an_answer_and_a_text(opened: Assistant, zotero: FakeZotero) -> None:
    zotero.library.add_collection("Reports")
    opened.zotero.sync()
    answer = opened.ask("How many papers are there?")
    assert opened.zotero.push(answer, "Reports").changes[0].title == "How many papers are there?"
    done = opened.zotero.push("Some *text*.", "Reports", title="Mine", write=True)
    assert zotero.library.items[done.changes[0].key]["note"] == "<p>Some <em>text</em>.</p>\n"
    assert [write.id for write in opened.zotero.writes()] == [done.id]
    assert opened.zotero.push_missing().changes == ()
    assert opened.zotero.undo(write=True).changes[0].state == "undone"


def test_nothing_set_is_zotero_itself_with_its_key() -> None:
    access = Settings().zotero.build_access(env={"ZOTERO_API_KEY": KEY})
    assert (access.door, access.web_url, access.local_url) == (
        "auto", "https://api.zotero.org", "http://localhost:23119/api"
    )  # fmt: skip
    assert access.key is not None
    assert access.key.get_secret_value() == KEY
    assert KEY not in repr(access)


def test_no_key_goes_to_another_address_unless_it_is_named() -> None:
    settings = load(env={"CONSPECTUS_ZOTERO_WEB_URL": "http://localhost:1/"})
    assert settings.zotero.build_access(env={"ZOTERO_API_KEY": KEY}).key is None
    named = load(env={"CONSPECTUS_ZOTERO_WEB_URL": "http://localhost:1/", "CONSPECTUS_ZOTERO_KEY_ENV": "MINE"})
    access = named.zotero.build_access(env={"MINE": KEY})
    assert (access.key is not None, access.key_name, access.web_url) == (True, "MINE", "http://localhost:1")


def test_a_door_that_is_named_counts(tmp_path: Path) -> None:
    env = {"ZOTERO_API_KEY": KEY}
    assert Settings().zotero.build_access("local", env).key is None
    file = Settings().zotero.build_access(str(tmp_path / "z.sqlite"), env)
    assert (file.door, file.database, file.key) == ("database", tmp_path / "z.sqlite", None)


@pytest.mark.parametrize("line", ['door = "window"', 'web_url = "ftp://h"', "timeout = 0", 'database = "~nobody-x/z"'])
def test_what_is_not_allowed(tmp_path: Path, line: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(f"[zotero]\n{line}\n")
    with pytest.raises(InputError, match="Allowed: "):
        load(env={}, file=file)
