"""Papers, conversations and themes in the palette, beside the commands."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from textual.command import Hit, Hits, Provider

from store.errors import ConspectusError
from tui import parts
from tui.text import one_line

if TYPE_CHECKING:
    from assistant import Assistant
    from tui.chat.screen import ChatScreen

# Of each kind so many are listed: the palette shows some ten rows. Letters from which anything is looked for: of fewer
# nearly all would fit. Both chosen by hand.
_MOST, _SHORTEST = 4, 3
# Below all commands that fit.
_SCORE = 0.1


class _Item(NamedTuple):
    title: str
    help: str
    open: Callable[[], Awaitable[None]]


class LibraryItems(Provider):
    """Finds papers, conversations and themes; each is opened over the chat, where that is the screen beneath."""

    async def search(self, query: str) -> Hits:
        """Those in which the words stand."""
        chat = self.screen
        if len(query.strip()) < _SHORTEST or not isinstance(chat, parts.ChatScreen):
            return
        with suppress(ConspectusError):  # What cannot be read is said where it is asked for.
            assistant = await chat.holder.get_engine()
            for item in await asyncio.to_thread(_find_items, assistant, chat, query.strip()):
                yield Hit(_SCORE, one_line(item.title), item.open, help=item.help)


def _find_items(assistant: "Assistant", chat: "ChatScreen", query: str) -> list[_Item]:
    found = [
        _Item(hit.paper.title, f"paper, {hit.paper.year or 'undated'}", partial(chat.show_found_paper, hit.paper))
        for hit in assistant.search(query, _MOST)
    ]
    found += [
        _Item(hit.session.title, "conversation", partial(chat.open_session, hit.session.id))
        for hit in assistant.sessions.search(query)[:_MOST]
    ]
    themes = [theme for theme in assistant.papers.overview().themes if query.casefold() in theme.name.casefold()]
    return found + [
        _Item(theme.name, f"theme, {theme.papers:,} papers: asks these only", partial(chat.ask_theme, theme.name))
        for theme in themes[:_MOST]
    ]
