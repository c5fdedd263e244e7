"""Finding words in a session: whole or begun, whatever their case and accents."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal, NamedTuple

from assistant.escaping import strip_markup
from assistant.types import Session, SessionHit, SessionInfo
from store.errors import InputError

WIDTH = 160
"""Characters of a snippet at the most: two lines of a terminal. Chosen by hand."""
_BEFORE = 40
"""Of them before the first word that is found, and how far a snippet's beginning moves to that of a word."""
_AROUND = "\"'“”‘’«»,;:!?()[]"
# Accents of Latin, Greek and Cyrillic; the marks of other scripts are part of their letters.
_ACCENTS = re.compile("[\u0300-\u036f]")


def fold_text(text: str) -> str:
    """Fold a text: without case and accents; ligatures and other ways to write the same letters are undone."""
    if text.isascii():
        return text.lower()
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).casefold()


class SessionSearch:
    """The words of a search.

    Args:
        text: The words; a word of Latin letters or digits is looked for where a word begins, others anywhere.

    Raises:
        InputError: There is none.
    """

    def __init__(self, text: str) -> None:
        words = {word for part in fold_text(text).split() if (word := part.strip(_AROUND))}
        if not words:
            raise InputError(
                "There is nothing to search for.", "Give a word, such as: conspectus sessions search fairness"
            )
        self._words = {word: re.compile(_build_pattern(word)) for word in words}
        self._any = re.compile("|".join(_build_pattern(word) for word in sorted(words, key=len, reverse=True)))

    def find_hit(self, session: Session, info: SessionInfo) -> SessionHit | None:
        """Find where the words stand in a session; None where one of them does not."""
        best, most, missing = None, 0, set(self._words)
        for text in _list_texts(session):
            words = self._match_words(fold_text(text.text))
            missing -= words
            if len(words) > most:
                best, most = text, len(words)
        if best is None or missing:
            return None
        snippet, marks = self._cut_snippet(best.text)
        return SessionHit(session=info, place=best.place, turn=best.turn, snippet=snippet, marks=marks)

    def _match_words(self, text: str) -> set[str]:
        return {word for word, pattern in self._words.items() if word in text and pattern.search(text)}

    def _cut_snippet(self, text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
        """The text around the first word, and where in it words stand."""
        line = " ".join(text.split())
        spans = list(self._find_spans(line))
        start = _find_word_start(line, spans[0][0] - _BEFORE)
        end = min(len(line), start + WIDTH)
        before, after = "…" if start else "", "…" if end < len(line) else ""
        shift = len(before) - start
        marks = tuple((first + shift, last + shift) for first, last in spans if last <= end)
        return f"{before}{line[start:end]}{after}", marks

    def _find_spans(self, line: str) -> Iterator[tuple[int, int]]:
        """Where the words stand in a text that is not folded."""
        origin = [place for place, character in enumerate(line) for _ in fold_text(character)]
        for match in self._any.finditer(fold_text(line)):
            yield origin[match.start()], origin[match.end() - 1] + 1


class _Text(NamedTuple):
    """A text to search: the turn it is of, from 1, and what of the turn; 0 for the title."""

    turn: int
    place: Literal["title", "question", "answer"]
    text: str


def _list_texts(session: Session) -> Iterator[_Text]:
    """What is searched. The title comes last, for it is shown anyway."""
    for number, turn in enumerate(session.turns, 1):
        yield _Text(number, "question", turn.question)
        if turn.answer:
            markdown = turn.answer.text
            yield _Text(number, "answer", strip_markup(markdown) if "\\" in markdown or "**" in markdown else markdown)
    yield _Text(0, "title", session.title)


def _build_pattern(word: str) -> str:
    begins = "(?<![a-z0-9])" if re.match("[a-z0-9]", word) else ""
    return begins + re.escape(word)


def _find_word_start(line: str, start: int) -> int:
    """The beginning of a word at a place or soon after it, or else that place."""
    if start <= 0:
        return 0
    return line.find(" ", start, start + _BEFORE) + 1 or start
