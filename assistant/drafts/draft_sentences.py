"""A draft as sentences, each with its line and the keys that it cites, and which of them claim something."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from assistant.drafts.citations import CitationMark, find_citations
from assistant.drafts.draft_markup import PAUSE, SPACE, blank_markup, strip_markup
from store.text.sentences import sentence_spans

_PARAGRAPH = re.compile(r"[^\n]+(?:\n(?![ \t]*\n)[^\n]+)*")
_LOOSE = re.compile(r" (?=[.,;:!?)])|(?<=\() ")
_OTHERS = re.compile(r"\bal\.\s{0,3}$")
_EMPTY = re.compile(r"\( ?[;,]? ?\)")


class DraftSentence(NamedTuple):
    """A sentence of a draft, which begins on ``line`` (from 1).

    ``text`` is the sentence as it stands there, on one line and without comments; ``plain`` has neither citations
    nor markup; ``keys`` are those that it cites, each once.
    """

    line: int
    text: str
    plain: str
    keys: tuple[str, ...]


class _Piece(NamedTuple):
    start: int
    end: int
    cited: tuple[CitationMark, ...]


def split_sentences(draft: str, is_latex: bool) -> Iterator[DraftSentence]:
    """Split a draft into its sentences, in order; any text is taken, nothing raises.

    Args:
        draft: Text whose lines end in a newline alone.
        is_latex: It is LaTeX, else Markdown.
    """
    prose = blank_markup(draft, is_latex)
    breaks = [match.start() for match in re.finditer("\n", draft)]
    for paragraph in _PARAGRAPH.finditer(prose):
        text = paragraph[0].replace("\n", SPACE).replace(PAUSE, SPACE)
        for piece in _split_pieces(text, find_citations(text, is_latex)):
            yield DraftSentence(
                line=bisect_right(breaks, paragraph.start() + piece.start) + 1,
                text=" ".join(text[piece.start : piece.end].split()),
                plain=_strip_piece(text, piece.start, piece.end, piece.cited, is_latex),
                keys=tuple(dict.fromkeys(key for citation in piece.cited for key in citation.keys)),
            )


def strip_sentence(text: str, is_latex: bool = False) -> str:
    """Strip a sentence of citations and markup, as it is checked."""
    return _strip_piece(text, 0, len(text), find_citations(text, is_latex), is_latex)


def _strip_piece(text: str, start: int, end: int, cited: Iterable[CitationMark], is_latex: bool) -> str:
    parts = []
    for citation in cited:
        parts.append(text[start : citation.start])
        start = citation.end
    left = " ".join([*parts, text[start:end]])
    clean = strip_markup(" ".join(left.split()), is_latex)
    return _LOOSE.sub("", " ".join(_EMPTY.sub(" ", clean).split()))


def _split_pieces(text: str, cited: list[CitationMark]) -> list[_Piece]:
    """Split a paragraph into sentences; a citation that stands behind a full stop belongs to what it ends."""
    pieces: list[_Piece] = []
    for start, end in sentence_spans(_hide_citations(text, cited)):
        inside = [citation for citation in cited if start <= citation.start < end]
        while pieces and inside and inside[0].start == start and _belongs_before(text, inside[0], end):
            moved = inside.pop(0)
            pieces[-1] = _Piece(pieces[-1].start, moved.end, (*pieces[-1].cited, moved))
            start = moved.end + len(text[moved.end : end]) - len(text[moved.end : end].lstrip())
        if any(map(str.isalnum, text[start:end])):
            pieces.append(_Piece(start, end, tuple(inside)))
    return pieces


def _belongs_before(text: str, citation: CitationMark, end: int) -> bool:
    """Tell whether a citation at the beginning of a sentence is that of the sentence before."""
    behind = text[citation.end : end].lstrip(" .;,")
    return citation.apart and (not any(map(str.isalnum, behind)) or behind[0].isupper() or behind[0] in "[\\")


def _hide_citations(text: str, cited: list[CitationMark]) -> str:
    """Put a word in place of each citation, for it may hold stops that end nothing.

    The word has a capital letter, as behind a full stop, but not in "Poe et al. [@poe] show".
    """
    parts, last = [], 0
    for citation in cited:
        capital = "x" if _OTHERS.search(text, max(last, citation.start - 8), citation.start) else "X"
        parts += [text[last : citation.start], capital.ljust(citation.end - citation.start, "x")]
        last = citation.end
    return "".join([*parts, text[last:]])


_OWN = re.compile(
    r"""\b(?:I|we|us|my|our|ours|ourselves)\b
    |\b(?:in|of)\s+(?:this|the\s+(?:present|following|next|previous))\s+(?:section|subsection|chapter|paper|article
      |thesis|work|study|survey|review|manuscript|report)\b
    |^(?:this|the\s+present|the\s+following|the\s+next)\s+(?:section|subsection|chapter|paper|article|thesis|work|study
      |survey|review|manuscript|report|appendix)\b
    |^(?:the\s+)?(?:rest|remainder)\s+of\b
    |^(?:as\s+shown\s+in\s+)?(?:section|chapter|appendix|figure|fig\.|table|tab\.|equation|eq\.|algorithm)s?
      \s*(?:[\d(]|(?-i:[A-Z])\b)
    |^(?:see|cf\.|compare|recall|let|consider|suppose|assume)\b""",
    re.VERBOSE | re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{2,}")
# Words of a sentence that says something without a citation, and with one; chosen by hand, not measured.
MIN_WORDS, MIN_CITED = 5, 3


def is_claim(sentence: str) -> bool:
    """Tell whether a sentence without a citation states something about the world.

    Questions, the author's own doings ("we show"), signposts ("in this section", "Figure 3 shows"), and what has fewer
    than five words do not.
    """
    return (
        not sentence.rstrip("”\"')").endswith("?") and _count_words(sentence) >= MIN_WORDS and not _OWN.search(sentence)
    )


def says_something(sentence: str) -> bool:
    """Tell whether a sentence with a citation says enough to be checked."""
    return _count_words(sentence) >= MIN_CITED


def _count_words(sentence: str) -> int:
    return len(_WORD.findall(sentence))
