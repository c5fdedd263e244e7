"""A saved conversation as the list of conversations shows it."""

from datetime import datetime
from typing import NamedTuple

from textual.content import Content

from assistant.sessions import Sessions
from assistant.types import SessionHit, SessionInfo
from store.errors import ConspectusError, NotFound
from tui.safe import one_line, safe
from tui.text import Glyphs
from tui.when import in_words

UNTITLED = "(no question yet)"


class SessionRow(NamedTuple):
    """A session with the place where the words of a search stand, or with what is wrong with its file."""

    info: SessionInfo
    hit: SessionHit | None = None
    damage: str = ""


def rows_of(sessions: Sessions, words: str) -> list[SessionRow]:
    """All sessions, or those in which every word stands; the one used last first. Reads every file.

    Raises:
        InputError: Something is given and there is no word in it.
        LibraryError: The folder cannot be read.
    """
    if words.strip():
        return [SessionRow(hit.session, hit) for hit in sessions.search(words)]
    return [SessionRow(info, damage=_damage(sessions, info)) for info in sessions.list()]


def content_of(row: SessionRow, current: bool, glyphs: Glyphs, now: datetime) -> Content:
    """Two lines, or three with the words that were searched for: title, when and how much, snippet."""
    parts = [_first(row, current, glyphs), Content.styled(f"  {_facts(row.info, current, glyphs, now)}", "$text-muted")]
    if row.damage:
        parts[1] = Content.styled(f"  {one_line(row.damage)}", "$text-error")
    if row.hit and row.hit.place != "title":
        parts.append(Content.assemble("  ", snippet(row.hit)))
    return Content("\n").join(parts)


def snippet(hit: SessionHit) -> Content:
    """The text around the words, which are underlined, for colour alone says nothing."""
    parts: list[str | tuple[str, str]] = []
    at = 0
    for start, end in hit.marks:
        parts += [safe(hit.snippet[at:start]), (safe(hit.snippet[start:end]), "bold underline $text-accent")]
        at = end
    return Content.assemble(*parts, safe(hit.snippet[at:]))


def _first(row: SessionRow, current: bool, glyphs: Glyphs) -> Content:
    if row.damage:
        return Content.styled(f"{glyphs.failed} {row.info.id}", "$text-error")
    sign = f"{glyphs.marked} " if current else "  "
    if row.hit and row.hit.place == "title":
        return Content.assemble((sign, "bold"), snippet(row.hit))
    return Content.assemble((f"{sign}{one_line(row.info.title) or UNTITLED}", "bold"))


def _facts(info: SessionInfo, current: bool, glyphs: Glyphs, now: datetime) -> str:
    questions = f"{info.turns} question{'' if info.turns == 1 else 's'}"
    return f" {glyphs.separator} ".join([in_words(info.updated_at, now), questions, *["this one"] * current])


def _damage(sessions: Sessions, info: SessionInfo) -> str:
    """What is wrong with a session's file, "" for nothing; only what is listed without turns can be broken."""
    if info.turns:
        return ""
    try:
        sessions.get(info.id)
    except NotFound:  # Another process has just deleted it; whoever chooses it is told.
        return ""
    except ConspectusError as error:
        return str(error)
    return ""
