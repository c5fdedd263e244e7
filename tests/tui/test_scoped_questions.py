"""Questions that are narrowed by what stands behind an ``@``: asked, shown, saved, and gone on with."""

from pathlib import Path

from textual.widgets import OptionList, Static

from tests.assistant.answer.asking import RIGHT, claims
from tests.tui.chatting import chatting, notice, plain
from tui.chat.exchange import Exchange

LIST = "Which papers are there?"


def title(exchange: Exchange) -> str:
    """The question as it is shown."""
    return plain(exchange.query_one(".question", Static))


async def test_a_question_is_asked_without_its_scopes_of_their_papers_alone(library: Path) -> None:
    async with chatting(library) as talk:
        asked = await talk.ask(f"@2018 {LIST}")
        assert asked.question == LIST
        assert asked.answer
        assert {reference.year for reference in asked.answer.references} == {2018}
        assert title(asked) == f"❯ {LIST}\n  only @2018"
        assert "@2018 ✕" in talk.screen
        (turn,) = talk.saved
        assert (turn.question, turn.scope[0].filters) == (LIST, {"year_from": 2018, "year_to": 2018})


async def test_a_scope_stays_for_the_next_question_until_it_is_taken_out(library: Path) -> None:
    async with chatting(library) as talk:
        await talk.ask(f"@2018 {LIST}")
        following = await talk.ask(LIST)
        assert title(following).endswith("only @2018")
        await talk.press("backspace")
        await talk.until(lambda: "@2018 ✕" not in talk.screen)
        wide = await talk.ask(LIST)
        assert title(wide) == f"❯ {LIST}"
        assert wide.answer
        assert len({reference.year for reference in wide.answer.references}) > 1


async def test_a_click_on_the_cross_takes_a_scope_out(library: Path) -> None:
    async with chatting(library) as talk:
        await talk.send("@2018 @rare")
        await talk.until(lambda: "@rare ✕" in talk.screen)
        assert not talk.exchanges
        await talk.click("@2018 ✕")
        await talk.until(lambda: "@2018" not in talk.screen)
        assert "@rare ✕" in talk.screen


async def test_a_session_goes_on_with_its_scope_and_shows_that_of_each_question(library: Path) -> None:
    async with chatting(library) as talk:
        await talk.ask(LIST)
        await talk.ask(f"@2018 {LIST}")
        session = talk.app.chat.conversation.questions.session
    async with chatting(library, session=session) as talk:
        await talk.until(lambda: "@2018 ✕" in talk.screen)
        assert [title(exchange) for exchange in talk.exchanges] == [f"❯ {LIST}", f"❯ {LIST}\n  only @2018"]
        await talk.ask(LIST)
        assert talk.saved[-1].scope == talk.saved[-2].scope


async def test_a_scope_that_is_none_is_told_and_the_text_comes_back(library: Path) -> None:
    async with chatting(library) as talk:
        await talk.send(f"@O'Kellie {LIST}")
        await talk.until(lambda: talk.told)
        assert "Nothing is called @O'Kellie" in talk.told[0][0]
        assert "O'Kelly" in talk.told[0][0]
        assert talk.draft == f"@O'Kellie {LIST}"
        assert not talk.exchanges


async def test_questions_are_asked_in_their_order_though_the_scope_of_one_is_looked_for(library: Path) -> None:
    async with chatting(library) as talk:
        for text in (f"@2018 {LIST}", "How many papers are there?", f"@rare {LIST}"):
            await talk.send(text)
        await talk.until(lambda: len(talk.turns) == 3)
        await talk.settled()
        assert [turn.question for turn in talk.saved] == [LIST, "How many papers are there?", LIST]


async def test_scopes_are_offered_as_one_types_and_tab_takes_one(library: Path) -> None:
    async with chatting(library) as talk:
        await talk.press(*"who @o'k")
        options = talk.one(OptionList)
        await talk.until(lambda: options.display and "@o'kelly2018" in talk.screen, "names")
        await talk.press("down", "tab")
        await talk.until(lambda: "✕" in talk.screen, "the scope")
        assert talk.draft == "who "


async def test_an_address_is_asked_as_it_stands(library: Path) -> None:
    async with chatting(library, claims(RIGHT)) as talk:
        asked = await talk.ask("Who is ann.lee@example.org?")
        assert asked.question == "Who is ann.lee@example.org?"
        assert notice(asked)
        assert "✕" not in talk.one(Exchange).query_one(".question", Static).visual.__str__()
