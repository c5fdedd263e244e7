"""How the screen is shared: the evidence beside the chat or under it, its edge, narrow answers, the footer."""

from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.widgets import Markdown

from tests.assistant.answer.asking import QUESTION, RIGHT, claims
from tests.tui.chatting import SMALL, Talk, chatting
from tests.tui.picture import rows
from tui.chat.draft import Draft
from tui.preferences import LEAST_SHARE, load_preferences
from tui.widgets.evidence import Evidence
from tui.widgets.key_footer import KeyFooter


def share(talk: Talk) -> float:
    """The part of the screen that the evidence has."""
    return talk.one(Evidence).outer_size.width / talk.app.size.width


async def test_the_edge_of_the_evidence_is_moved_by_keys_and_remembered(library: Path) -> None:
    async with chatting(library) as talk:
        assert share(talk) == pytest.approx(0.4)
        await talk.press("alt+left")
        await talk.until(lambda: share(talk) == pytest.approx(0.45))
        await talk.press("alt+right", "alt+right")
        await talk.until(lambda: share(talk) == pytest.approx(0.35))
        await talk.press(*["alt+right"] * 9)
        await talk.until(lambda: share(talk) == pytest.approx(LEAST_SHARE / 100))
    assert load_preferences()[0].evidence_share == LEAST_SHARE


async def test_the_edge_is_drawn_with_the_mouse(library: Path) -> None:
    async with chatting(library) as talk:
        evidence = talk.one(Evidence)
        await talk.pilot.mouse_down(evidence, offset=(0, 5))
        await talk.pilot.hover(offset=(60, 5))
        await talk.pilot.mouse_up(offset=(60, 5))
        await talk.until(lambda: share(talk) == pytest.approx(0.5))
        await talk.pilot.hover(offset=(30, 5))
        assert share(talk) == pytest.approx(0.5)
    assert load_preferences()[0].evidence_share == 50


@pytest.mark.parametrize("size", [SMALL, (40, 12), (109, 40)])
async def test_where_there_is_little_room_it_is_a_sheet_under_the_chat(library: Path, size: tuple[int, int]) -> None:
    async with chatting(library, claims(RIGHT), size=size) as talk:
        await talk.ask(QUESTION)
        assert not talk.one(Evidence).region
        await talk.press("f4")
        await talk.until(lambda: talk.one(Evidence).region)
        sheet, main = talk.one(Evidence).region, talk.app.chat.query_one("#main").region
        assert sheet.width == main.width
        assert sheet.height == pytest.approx((0.4 if size[1] >= 20 else 0.6) * main.height, abs=1)
        assert talk.one(Draft).region.bottom <= sheet.y


@pytest.mark.parametrize("size", [SMALL, (40, 12)])
async def test_the_sheet_shows_the_sentence_that_a_claim_rests_on(library: Path, size: tuple[int, int]) -> None:
    async with chatting(library, claims(RIGHT), size=size) as talk:
        await talk.ask(QUESTION)
        await talk.press("ctrl+up", "right")

        def read_sheet() -> str:
            return " ".join(" ".join(talk.screen.split("\n")[talk.one(Evidence).region.y :]).split())

        await talk.until(lambda: "takes 20 times less time" in read_sheet(), "the sentence")


async def test_an_answer_is_never_wider_than_can_be_read(library: Path) -> None:
    async with chatting(library, claims(f"{RIGHT} " * 5), size=(200, 50)) as talk:
        asked = await talk.ask(QUESTION)
        assert asked.query_one(Markdown).content_size.width == 88


class Keys(App[None]):
    """Has more keys than fit."""

    BINDINGS = [Binding(f"f{n}", f"nothing({n})", f"Do number {n}") for n in range(1, 9)]  # noqa: RUF012

    def compose(self) -> ComposeResult:
        yield KeyFooter()


async def test_no_key_of_the_footer_is_cut() -> None:
    app = Keys()
    async with app.run_test(size=(40, 5)) as pilot:
        await pilot.pause()
        assert rows(app)[-1].strip() == "f1 Do number 1 f2 Do number 2 ? more"
        await pilot.resize_terminal(200, 5)
        await pilot.pause()
        await pilot.pause()
        assert "f8 Do number 8" in rows(app)[-1]
        assert "more" not in rows(app)[-1]
