"""What stands in the chat before the first question."""

from pathlib import Path

from textual.widgets import Static

from tests.tui.chatting import chatting, plain


async def test_it_tells_what_the_papers_are_about_and_what_they_answer(library: Path) -> None:
    async with chatting(library) as talk:

        def read() -> str:
            return "\n".join(plain(talk.app.chat.query_one(name, Static)) for name in ("#welcome-text", "#examples"))

        await talk.until(lambda: "What they are about" in read(), talk.screen)
        overview = talk.assistant.papers.overview()
        assert f"{overview.themes[0].name} ({overview.themes[0].papers})" in read()
        assert all(question in read() for question in overview.questions)
