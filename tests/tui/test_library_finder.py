"""The palette finds papers, conversations and themes, and opens them."""

from pathlib import Path

from textual.command import CommandPalette
from textual.widgets import Input

from tests.tui.chatting import Talk, chatting


async def choose(talk: Talk, words: str, shown: str) -> None:
    """Type words into the palette, and take what is shown."""
    await talk.press("ctrl+p")
    await talk.until(lambda: isinstance(talk.app.screen, CommandPalette), "the palette")
    talk.app.screen.query_one(Input).value = words
    await talk.until(lambda: shown in talk.screen, shown)
    await talk.press("down", "enter")
    await talk.until(lambda: talk.app.screen is talk.app.chat, "the chat")


async def test_a_paper_is_shown_beside_the_chat(library: Path) -> None:
    async with chatting(library) as talk:
        await choose(talk, "simulated traffic", "Rare Events in Simulated Traffic")
        await talk.until(lambda: talk.paper.startswith("Rare Events in Simulated Traffic"), "the paper")


async def test_a_conversation_is_gone_on_with(library: Path) -> None:
    async with chatting(library) as talk:
        await talk.ask("How many papers are there?")
        await talk.send("/rename Zanzibar")
        await talk.until(lambda: talk.told)
        session = talk.app.chat.conversation.questions.session
        await talk.send("/new")
        await talk.until(lambda: not talk.exchanges)
        await choose(talk, "zanzibar", "Zanzibar")
        await talk.until(lambda: talk.app.chat.conversation.questions.session == session)


async def test_a_theme_narrows_what_is_asked(library: Path) -> None:
    async with chatting(library) as talk:
        await talk.press("ctrl+p")
        await talk.until(lambda: isinstance(talk.app.screen, CommandPalette), "the palette")
        talk.app.screen.query_one(Input).value = "Thompson sampling"
        await talk.until(lambda: "theme, 2 papers: asks these only" in talk.screen, "the theme")
        await talk.press("escape")
        await talk.app.chat.ask_theme("Thompson sampling")
        await talk.until(lambda: "@Thompson sampling ✕" in talk.screen, "the scope")
