"""How a question was read, under it, and conditions that are taken back."""

from pathlib import Path

from assistant.types import Trace
from tests.tui.chatting import LARGE, chatting
from tui.chat.reading import ReadingLine, reading_content
from tui.text import ASCII, UNICODE


def test_conditions_are_marked_and_nothing_else() -> None:
    line, conditions = "papers · 2019 or later · not by Zhang · about: transfer", ("2019 or later", "not by Zhang")
    assert reading_content(line, conditions, UNICODE).plain == (
        "papers · 2019 or later ✕ · not by Zhang ✕ · about: transfer"
    )
    assert reading_content(line, conditions, ASCII).plain.count(" x") == 2
    assert reading_content("fact · about: [b]", (), UNICODE).plain == "fact · about: [b]"


async def test_a_condition_is_taken_back_with_a_key(library: Path) -> None:
    async with chatting(library, size=LARGE) as talk:
        exchange = await talk.ask("papers by Che since 2024")
        line = exchange.query_one(ReadingLine)
        assert "by Che" in str(line.render())
        assert exchange.answer
        assert exchange.answer.trace.conditions == ("by Che", "2024 or later")
        exchange.focus()
        await talk.press("ctrl+x")
        await talk.until(lambda: len(talk.turns) == 2)
        await talk.settled()
        again = talk.exchanges[-1]
        assert (again.question, again.ignore) == ("papers by Che since 2024", ("2024 or later",))
        assert again.answer
        assert again.answer.trace.conditions == ("by Che",)
        assert len(again.answer.references) > len(exchange.answer.references)


async def test_nothing_is_shown_of_a_turn_that_was_saved_before(library: Path) -> None:
    async with chatting(library, size=LARGE) as talk:
        exchange = await talk.ask("papers by Che")
        line = exchange.query_one(ReadingLine)
        line.show_trace(Trace())
        assert not line.display
        line.ignore_last()
        await talk.settled()
        assert len(talk.turns) == 1
