"""The screen of saved conversations in tests: how to open it, and to wait for what it shows."""

from typing import Any, cast

from textual.pilot import Pilot

from assistant.client import Assistant
from tests.tui.host import Host, text_of
from tests.tui.saved import Saved
from tests.tui.waiting import wait_until
from tui.sessions.lists import SessionList, TurnList
from tui.sessions.screen import SessionsScreen


def host(saved: Saved, current: str | None = None, words: str = "") -> Host:
    return Host(SessionsScreen(cast(Assistant, saved), current, words))


def listed(app: Host) -> SessionList:
    return app.shown.query_one(SessionList)


def cursor(app: Host) -> str:
    row = listed(app).row
    return row.info.id if row else ""


def turns(app: Host) -> TurnList:
    return app.shown.query_one(TurnList)


async def ready(pilot: Pilot[Any], rows: int, turns_shown: int | None = None) -> None:
    app = cast(Host, pilot.app)
    await wait_until(pilot, lambda: app.shown.is_mounted and listed(app).option_count == rows, f"{rows} rows")
    if turns_shown is not None:
        await wait_until(pilot, lambda: turns(app).count == turns_shown, f"{turns_shown} turns")


async def says(pilot: Pilot[Any], text: str) -> None:
    await wait_until(pilot, lambda: text in text_of(pilot.app), f"{text!r} on the screen")
