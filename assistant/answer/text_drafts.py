"""Drafts of claims out of an answer in plain text: sentences and the numbers that they cite.

Models put more into an answer than was asked for: headings, lists, a polite opening and closing, references. What is no
sentence about the abstracts is told by its form: a heading ends in a colon or stands in bold without a stop, talk
addresses somebody ("you", "I can") or is cried out, a list of references begins with what sentences end with.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from assistant.answer.citation_marks import (
    MARK,
    NUMBERS,
    MarkedText,
    begins_marked,
    drop_marks,
    ends_marked,
    is_marked,
    parse_numbers,
)
from assistant.answer.draft_claims import DraftClaim, ParsedAnswer
from store.text.clean import clean_text
from store.text.sentences import sentence_spans

_BULLET = re.compile(r"(?:[-*+•‣◦▪–—·●○■►➤]|\(?(?:\d{1,2}|[a-zA-Z]|[ivxIVX]{1,4})[.)])[ \t]+(?=\S)")
_HEADING = re.compile(r"#{1,6}\s+")
_LINE_BREAK = re.compile(r"<br\s?/?>|</(?:p|li|div|h\d|tr)>", re.IGNORECASE)
_NO_WORDS = re.compile(r"[\W_]*")
_LABEL_IN_BOLD = re.compile(r"(\*\*|__)[^*_\n]{1,80}?(?::\1|\1\s?:)\s*")
_EMPHASIS = re.compile(r"(?P<sign>\*\*|__|\*|`)(?=[^\s*`])(?P<words>[^*`\n]{1,1000}?)(?<=[^\s*`])(?P=sign)")
_ALL_BOLD = re.compile(r"(\*\*|__)[^*_\n]{1,200}\1\W*")
_REFERENCES = re.compile(
    r"(?:(?:the|cited|used|list of|key)\s+)?(?:references?|sources?|citations?|bibliography|works\s+cited|literature"
    r"|(?:abstracts?|papers?)\s+(?:used|cited)|footnotes?)(?:\s+(?:cited|used))?\s*(?P<colon>:?)\s*",
    re.IGNORECASE,
)
_EVIDENCE = (
    r"(?:abstracts?|sources?|papers?|stud(?:y|ies)|documents?|texts?|contexts?|evidence|information|excerpts?"
    r"|passages?|literature|references?)"
)
_SAID_IN = r"(?:based\s+(?:up)?on|according\s+to|as\s+\w+\s+(?:in|by)|from|in|per|given)"
_OPENINGS = re.compile(
    rf"""(?:(?:the|my|final|short|direct)\s+){{0,2}}(?:answer|response|summary|conclusion|result|a|claim|finding|statement|fact|point|text|assistant)
    (?:\s\#?\d{{1,2}})?\s*:\s*
  | (?:sure|certainly|of\ course|ok|okay|absolutely|great\ question)\b(?:\s*[,!.:—–-]\s+)(?=\S)
  | (?:[^.:!?\n{MARK}]{{0,60}}\s)?here(?:['’]s|\s+(?:is|are))\s[^.:!?\n{MARK}]{{0,80}}:\s*
  | {_SAID_IN}\s+(?:[\w’'-]+\s+){{0,4}}?{_EVIDENCE}
    (?:\s+(?:provided|given|above|below|listed|available|supplied))?\s*(?P<framed>[{MARK}]*)\s*,\s*
  | (?:{_SAID_IN}\b\s*)?(?:the\s+)?
    (?:(?:{_EVIDENCE}\s+\#?(?P<numbers>{NUMBERS}))|(?:{_EVIDENCE}\s?)?(?P<marks>[{MARK}]+))
    (?:\s*[,:]|\s+(?:\w+\s+){{1,2}}that\b)\s*
    """,
    re.IGNORECASE | re.VERBOSE,
)
# "(see [1])", ", as reported in [1]": what leads to marks and says nothing without them.
_LEADING = rf"(?:as\s+\w+\s+(?:in|by)|according\s+to|sources?|see|cf\.?|refs?\.?)\s?:?\s*(?:the\s+)?(?:{_EVIDENCE}\s*)?"
_IN_BRACKETS = re.compile(
    rf"\s*[(\[]\s?(?:{_LEADING}|{_EVIDENCE}\s?)?([{MARK}]+)"
    r"(?:,\s?(?:pp?|secs?|sections?|figs?|figures?|tab|tables?|eqs?)\b[^()\n]{0,20})?\s?[)\]]",
    re.IGNORECASE,
)
_BEFORE_MARKS = re.compile(rf"[\s,;—–-]*\b{_LEADING}(?=[{MARK}])", re.IGNORECASE)
_TALK = re.compile(
    r"\b(?:[Yy]ou|[Yy]ours?|me|[Mm]y|[Ll]et['’]s)\b|\bI(?:['’](?:m|ll|ve|d)\b|\s+(?:can|could|am|was|will|would|have|had"
    r"|do|did|cannot|hope|found|only|must|should|apologi[sz]e)\b)|^I\s|^(?:[Pp]lease|[Tt]hanks?)\b|\b[Hh]ope\s(?:this|that|it)\b"
    r"|\b(?:[Tt]his|my|the above)\s(?:answer|response|summary)\b"
)
_NOTHING = re.compile(
    r"(?:\w+\s?:\W{1,3}|(?:the\s+)?answer\W{1,3}|(?P<it>(?:it|this|that)\s+is\s+))?"
    r"(?:not[\s_-]+stated|none|n\s?/\s?a|nothing|no\s+answer|unknown"
    r"|not\s+(?:mentioned|specified|found|given|available|provided|reported|addressed|answered|answerable))(?P<more>\b.*)",
    re.IGNORECASE | re.DOTALL,
)
_AS_ASKED = re.compile(r"\bNOT[ _]STATED\b")
_NEGATION = r"(?:\b(?:no|not|none|nothing|neither|nor|cannot|unable|insufficient|lacks?|fails?)\b|n['’]t\b)"
_THEM = (
    rf"(?:\b(?:the|these|those|any|my|your|provided|given|above|of)\s+(?:\w+\s+){{0,2}}{_EVIDENCE}\b"
    rf"|\b{_EVIDENCE}\s+provided\b)"
)
_DENIAL = re.compile(
    rf"{_NEGATION}.{{0,120}}{_THEM}|{_THEM}.{{0,120}}{_NEGATION}|\bno\s+(?:\w+\s+)?(?:information|mention|answer|evidence)\b",
    re.IGNORECASE | re.DOTALL,
)
# What a sentence without a mark is about where it is about the answer itself: the abstracts, the question, a remark.
_REMARK = re.compile(
    r"\babstracts\b|\b(?:the|this|that|one|only|each)\s+(?:\w+\s)?abstract(?:\s\d+)?\b(?!\s+[a-z]{4})|\bother\sabstract\b"
    r"|\b(?:the|this|your)\s(?:\w+['’]s\s)?question\s+(?:asks|is)\b|^to\sanswer\b"
    r"|^\W*(?:note|n\.?b\.?|disclaimer|confidence|caveat|word\scount)\s*:",
    re.IGNORECASE,
)
# Where a model writes on behind its answer, as if it were asked again.
_NEXT_TURN = re.compile(r"(?:user|human|question|instruction|assistant|q)\s?:", re.IGNORECASE)
# What is left beside a sentence: a picture before it, a dash or white space before its stop, quotes around all of it.
_SYMBOLS = re.compile(r"^(?:[\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]+\s+)+")
_LOOSE = re.compile(r"\s+(?:[—–-]\s*(?=[.!?]?$))?([.,;!?]?)(?=\s|$)")
_ALL_QUOTED = re.compile(r"^[\"“]([^\"“”]*)[\"”]([.!?]?)$")
# Words that talk has at the most when it is cried out, and those that a sentence without a mark has at the least where
# others have one; both chosen by hand.
_CRY = 8
_SENTENCE = 3


class _Line(NamedTuple):
    """A line of the answer, wrapped ones put together; ``heading`` says that it only tells what follows."""

    text: str
    heading: bool = False


def parse_text(text: str) -> ParsedAnswer:
    """Parse drafts from sentences that cite ``[n]``; a number behind the stop belongs to the sentence before it.

    An answer of which nothing is left is broken, unless it says that the abstracts do not state what was asked.
    """
    marked = MarkedText(_LINE_BREAK.sub("\n", text))
    lines = _cut_references(_cut_next_turn([*_read_lines(marked.text)]))
    sentences = [sentence for line in lines if not line.heading for sentence in _split_sentences(line.text)]
    # In "**90.94 %**" the heading is the answer.
    sentences = sentences or [line.text for line in lines if not line.text.endswith(":")]
    stating = [sentence for sentence in sentences if not _says_nothing(sentence) and not _is_talk(sentence)]
    if any(map(is_marked, stating)):
        stating = [sentence for sentence in stating if is_marked(sentence) or not _adds_nothing(sentence)]
    nothing = any(map(_says_nothing, sentences)) or (not stating and any(map(_denies, sentences)))
    if not any(map(is_marked, stating)) and (nothing or any(map(_denies, stating[:1]))):
        return ParsedAnswer([])
    drafts = [draft for draft in (_read_draft(marked, sentence) for sentence in stating) if draft.text]
    return ParsedAnswer(drafts, broken=not drafts)


def parse_sentence(text: str) -> DraftClaim:
    """Parse one sentence of which the form is known: its marks, and what is left without them."""
    marked = MarkedText(text)
    return DraftClaim(_clean_words(drop_marks(marked.text)), marked.read_numbers(marked.text))


def begins_answer(text: str) -> bool:
    """Whether the first sentence of a growing text is whole and cites, as asked for: so no talk and no thinking."""
    line = next((line for line in _read_lines(MarkedText(text).text) if not line.heading), None)
    if line is None:
        return False
    sentences = [*_split_sentences(line.text)]
    return bool(sentences) and ends_marked(sentences[0]) and not _is_talk(sentences[0])


def _read_lines(text: str) -> Iterator[_Line]:
    """Read the lines of an answer without the signs of lists, tables and quotations."""
    open_line = ""
    for raw in text.split("\n"):
        line = raw.strip().lstrip("> \t")
        if line.startswith("|") and line.endswith("|"):
            line = " ".join(cell.strip() for cell in line.strip("|").split("|"))
        if _NO_WORDS.fullmatch(line):
            if is_marked(line) and open_line:
                open_line += "".join(character for character in line if is_marked(character))
            elif open_line:
                yield _Line(open_line)
                open_line = ""
            continue
        bullet = _BULLET.match(line)
        heading = _HEADING.match(line)
        bare = line[(bullet or heading).end() :] if bullet or heading else line  # type: ignore[union-attr]
        titled = not is_marked(bare) and (
            heading is not None or bare.rstrip("*_ ").endswith(":") or _ALL_BOLD.fullmatch(bare) is not None
        )
        label = _LABEL_IN_BOLD.match(bare)
        bare = _EMPHASIS.sub(r"\g<words>", bare[label.end() :] if label and len(bare) > label.end() else bare)
        goes_on = open_line and not bullet and not titled and _goes_on(open_line, bare)
        if open_line and not goes_on:
            yield _Line(open_line)
            open_line = ""
        if titled:
            yield _Line(bare.strip("*_ "), heading=True)
        else:
            open_line = f"{open_line} {bare}" if goes_on else bare
    if open_line:
        yield _Line(open_line)


def _goes_on(line: str, following: str) -> bool:
    """Whether a line was wrapped and goes on in the next one."""
    if line.rstrip('*_"”) ')[-1:] in ".!?:。！？" or ends_marked(line):
        return False
    return following[:1].islower() or line.count(" ") >= _SENTENCE


def _cut_next_turn(lines: list[_Line]) -> list[_Line]:
    """Cut off what a model writes behind an answer that cites, as if it were asked again."""
    first = next((i for i, line in enumerate(lines) if is_marked(line.text)), len(lines))
    turns = (i for i, line in enumerate(lines) if i > first and _NEXT_TURN.match(line.text))
    return lines[: next(turns, len(lines))]


def _cut_references(lines: Sequence[_Line]) -> list[_Line]:
    """Cut off a list of what was cited; the numbers of a last line "Sources: [1]" are those of the line before."""
    body = next((i for i, line in enumerate(lines) if i and _names_references(line)), len(lines))
    left = [*lines[:body]]
    if body < len(lines) and not any(is_marked(line.text) for line in left) and not left[-1].heading:
        label = _REFERENCES.match(lines[body].text)
        numbers = lines[body].text[label.end() :] if label else ""
        if _NO_WORDS.fullmatch(numbers):
            left[-1] = _Line(left[-1].text + "".join(character for character in numbers if is_marked(character)))
    cited = next((i for i, line in enumerate(left) if ends_marked(line.text)), None)
    while len(left) > 1 and begins_marked(left[-1].text) and not ends_marked(left[-1].text):
        titled = left[-1].text[-1:] not in ".!?" and not begins_marked(left[0].text)
        if not (cited < len(left) - 1 if cited is not None else titled):
            break
        left.pop()
    return left


def _names_references(line: _Line) -> bool:
    """Whether a line is the heading of what was cited, or begins it."""
    label = _REFERENCES.match(line.text)
    if label is None:
        return False
    rest = line.text[label.end() :]
    return not any(character.isalnum() for character in rest) or (bool(label["colon"]) and begins_marked(rest))


def _split_sentences(line: str) -> Iterator[str]:
    """Split a line into sentences, as they would be without their marks; each keeps its own."""
    leading = begins_marked(line) and not ends_marked(line)
    pieces = re.split(f"([{MARK}])", line)
    marks: list[tuple[int, str]] = []
    parts: list[str] = []
    length = 0
    for piece in pieces:
        if is_marked(piece):
            marks.append((length, piece))
            continue
        glue = " " if parts and marks and marks[-1][0] == length and piece[:1].isalnum() else ""
        parts.append(glue + piece)
        length += len(glue + piece)
    plain = "".join(parts)
    spans = sentence_spans(plain)
    next_mark = 0
    for i, (start, end) in enumerate(spans):
        until = length + 1 if i + 1 == len(spans) else end if leading else end + 1
        text, last = "", start
        while next_mark < len(marks) and marks[next_mark][0] < until:
            place = max(last, min(marks[next_mark][0], end))
            text, last = text + plain[last:place] + marks[next_mark][1] + " " * (place == start), place
            next_mark += 1
        yield text + plain[last:end]


def _says_nothing(sentence: str) -> bool:
    """Whether a sentence says, as it was asked to, that the abstracts do not answer: NOT STATED in its forms."""
    match = _NOTHING.match(drop_marks(sentence).strip("\"'“”*_.([ "))
    if match is None:
        return _AS_ASKED.search(sentence) is not None and not is_marked(sentence)
    more = match["more"].strip(" .!*_)]\"'”")
    if match["it"] or not any(map(str.isalnum, more)):
        return not any(map(str.isalnum, more))
    return _NOTHING.fullmatch(more) is not None or re.match(r"(?:in|by|from)\b|[,;:(—–-]", more) is not None


def _is_talk(sentence: str) -> bool:
    """Whether a sentence speaks to the reader and not of the abstracts."""
    if is_marked(sentence):
        return False
    words = sentence.count(" ") + 1
    cried = sentence.rstrip('*_"” ').endswith(("!", "?")) and words <= _CRY
    return cried or sentence.endswith(":") or words == 1 or _TALK.search(sentence) is not None


def _adds_nothing(sentence: str) -> bool:
    """Whether a sentence without a mark says nothing beside others that have one."""
    in_brackets = sentence.startswith(("(", "[")) and sentence.rstrip(" .!*_").endswith((")", "]"))
    short = sentence.count(" ") + 1 < _SENTENCE
    return short or in_brackets or _denies(sentence) or _REMARK.search(sentence) is not None


def _denies(sentence: str) -> bool:
    """Whether a sentence says that the abstracts do not say something."""
    return not is_marked(sentence) and _DENIAL.search(sentence) is not None


def _read_draft(marked: MarkedText, sentence: str) -> DraftClaim:
    sources = marked.read_numbers(sentence)
    words, numbers = _drop_openings(sentence)
    words = drop_marks(_BEFORE_MARKS.sub("", _IN_BRACKETS.sub(r"\1", words)))
    return DraftClaim(_clean_words(words), tuple(dict.fromkeys((*numbers, *sources))))


def _drop_openings(sentence: str) -> tuple[str, tuple[int, ...]]:
    """Drop what opens a sentence and says nothing itself; returns the rest, and numbers that stood there in words."""
    numbers: tuple[int, ...] = ()
    rest = sentence.lstrip(' "“*_') if sentence[:1] in " *_" else sentence
    while (opening := _OPENINGS.match(rest)) and any(map(str.isalnum, drop_marks(rest[opening.end() :]))):
        numbers += parse_numbers(opening["numbers"]) if opening["numbers"] else ()
        rest = rest[opening.end() :]
        rest = rest[:1].upper() + rest[1:]
    return rest, numbers


def _clean_words(words: str) -> str:
    """Clean a sentence; "" where it has no word."""
    bare = clean_text(words.strip(" -*•"))
    bare = _SYMBOLS.sub("", bare)
    bare = _LOOSE.sub(r"\1", bare)
    bare = _ALL_QUOTED.sub(r"\1\2", bare)
    return bare if any(character.isalnum() for character in bare) else ""
