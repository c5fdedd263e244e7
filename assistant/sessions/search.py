"""Finding words in a session: whole or begun, whatever their case and accents."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal, NamedTuple

from assistant.escaping import plain
from assistant.types import Session, SessionHit, SessionInfo
from store.errors import InputError

WIDTH = 160
_BEFORE = 40
_AROUND = "\"'“”‘’«»,;:!?()[]"
# Accents of Latin, Greek and Cyrillic; the marks of other scripts are part of their letters.
_ACCENTS = re.compile("[\u0300-\u036f]")


class _Text(NamedTuple):
    """A text to search: the turn it is of, from 1, and what of the turn; 0 for the title."""

    turn: int
    place: Literal["title", "question", "answer"]
    text: str


class Search:
    """The words of a search.

    Args:
        text: The words; a word of Latin letters or digits is looked for where a word begins, others anywhere.

    Raises:
        InputError: There is none.
    """

    def __init__(self, text: str) -> None:
        words = {word for given in folded(text).split() if (word := given.strip(_AROUND))}
        if not words:
            raise InputError(
                "There is nothing to search for.", "Give a word, such as: conspectus sessions search fairness"
            )
        self._words = {word: re.compile(_pattern(word)) for word in words}
        self._any = re.compile("|".join(_pattern(word) for word in sorted(words, key=len, reverse=True)))

    def hit(self, session: Session, info: SessionInfo) -> SessionHit | None:
        """Where the words stand in a session; None where one of them does not."""
        best, most, missing = None, 0, set(self._words)
        for text in _texts(session):
            found = self._found(folded(text.text))
            missing -= found
            if len(found) > most:
                best, most = text, len(found)
        if best is None or missing:
            return None
        snippet, marks = self._snippet(best.text)
        return SessionHit(session=info, place=best.place, turn=best.turn, snippet=snippet, marks=marks)

    def _found(self, text: str) -> set[str]:
        return {word for word, pattern in self._words.items() if word in text and pattern.search(text)}

    def _snippet(self, text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
        """The text around the first word, and where in it words stand."""
        line = " ".join(text.split())
        spans = list(self._spans(line))
        start = _cut(line, spans[0][0] - _BEFORE)
        end = min(len(line), start + WIDTH)
        before, after = "…" if start else "", "…" if end < len(line) else ""
        shift = len(before) - start
        marks = tuple((first + shift, last + shift) for first, last in spans if last <= end)
        return f"{before}{line[start:end]}{after}", marks

    def _spans(self, line: str) -> Iterator[tuple[int, int]]:
        """Where the words stand in a text that is not folded."""
        origin = [at for at, character in enumerate(line) for _ in folded(character)]
        for match in self._any.finditer(folded(line)):
            yield origin[match.start()], origin[match.end() - 1] + 1


def folded(text: str) -> str:
    """The text without case and accents; ligatures and other ways to write the same letters are undone."""
    if text.isascii():
        return text.lower()
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).casefold()


def _texts(session: Session) -> Iterator[_Text]:
    """What is searched. The title comes last, for it is shown anyway."""
    for number, turn in enumerate(session.turns, 1):
        yield _Text(number, "question", turn.question)
        if turn.answer:
            yield _Text(number, "answer", _shown(turn.answer.text))
    yield _Text(0, "title", session.title)


def _shown(markdown: str) -> str:
    return plain(markdown) if "\\" in markdown or "**" in markdown else markdown


def _pattern(word: str) -> str:
    begins = "(?<![a-z0-9])" if re.match("[a-z0-9]", word) else ""
    return begins + re.escape(word)


def _cut(line: str, at: int) -> int:
    """The beginning of a word at a place or soon after it, or else that place."""
    if at <= 0:
        return 0
    return line.find(" ", at, at + _BEFORE) + 1 or at
