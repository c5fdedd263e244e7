"""Marks of citations in what a model writes: ``[1]`` as it is asked for, and the other forms that models have.

Each mark is put aside as one character of Unicode's private use, so that sentences can be cut and cleaned without it.
What may be a mark or something else ("(1)", "x{1}", a superscript, a year in brackets) is one only where a sentence
ends. What is none is left as it is.
"""

import re
from collections.abc import Iterable

# Characters that stand for marks; a text that has some of its own loses them. Of more different marks than these, which
# no model writes, the last are taken for one.
_FIRST, _MANY = 0xE000, 6000

MARK = "\ue000-\uf8ff"
"""The characters that stand for marks, as a class of a pattern has them."""
NUMBERS = r"\d{1,3}(?:\s?(?:[,;&|–—-]|\band\b)\s?[#^@s]?\d{1,3}){0,30}"
# What a number is said to count, and the page or place behind it.
_KIND = (
    r"(?:(?:abstracts?|sources?|papers?|refs?|references?|docs?|documents?|articles?|stud(?:y|ies)|citations?|cites?"
    r"|passages?|contexts?|notes?|nos?|ids?|items?|chunks?|snippets?)[\s.:_#-]{0,2}|[a-z](?=\d)|[#^@])"
)
_NOUN = (
    rf"(?:(?:(?:see|cf\.?)\s)?{_KIND}{{0,2}}"
    rf"|(?:per|from|according\sto|(?:as\s)?\w{{3,12}}\s(?:in|by))\s(?:the\s)?{_KIND}{{1,2}})"
)
_PLACE = (
    r"(?:[;,]\s?(?=(?-i:[A-Z])[^\W\d_]{2})[^\n]{0,50}|(?::\s?|\s[–—-]\s)(?=[^\W\d])[^\n]{0,50}"
    r"|,\s?(?:pp?|secs?|figs?|ch|tabs?|eqs?)\b[^\n]{0,20}|(?::\d{1,4})?†[^\n]{0,40})?"
)
_MARK = re.compile(rf"\s*(?P<noun>{_NOUN})(?P<numbers>{NUMBERS}){_PLACE}[.^]?\s*", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d[a-z]?")
_LINK = r"(?:\((?:[^()\s]|\([^()\s]{0,80}\)){0,200}(?:\s\"[^\"\n]{0,80}\")?\))?"
_FORMS = re.compile(
    rf"""\[\[\^?(?P<double>[^\[\]\n]{{1,60}})\]\]{_LINK}
  | \(\[(?P<within>[^\[\]\n]{{1,60}})\]{_LINK}\)
  | \\?\[(?P<square>[^\[\]\n]{{1,60}}?)\\?\]{_LINK}
  | [【〔〖⟦⟨](?P<black>[^【】〔〕〖〗⟦⟧⟨⟩\n]{{1,60}})[】〕〗⟧⟩] | ［(?P<wide>[^［］\n]{{1,60}})］
  | (?:~?\\cite[pt]?|(?<![\w}}^_\\$]))\{{\{{?(?P<curly>[^{{}}\n]{{1,60}})\}}\}}?
  | [<‹«](?P<angle>\d{{1,2}})[>›»] | ⁽(?P<raised_round>[¹²³⁴-⁹]{{1,2}})⁾ | (?P<circled>[①-⑳❶-❿])
  | (?P<keycap>[1-9])\ufe0f?\u20e3
  | [(（](?P<round>[^()（）\[\]\n]{{1,60}})[)）]
  | (?<![\d)}}])\^\[?(?P<caret>\d{{1,2}}(?:,\d{{1,2}}){{0,9}})[\]^]
  | (?:(?<=[^\W\d][^\W\d][^\W\d_])|(?<=[.!?%)"”]))(?P<raised>[¹²³⁴-⁹][⁰¹²³⁴-⁹,⁻]{{0,9}})(?!\w)
    """,
    re.IGNORECASE | re.VERBOSE,
)
# Marks in HTML, as its text or in an attribute, and in TeX; a power stands behind a number or a short name.
_HTML = re.compile(
    r"<(?P<tag>sup|cite|citation|ref|source)\b(?P<about>[^<>]{0,80}?)"
    r"(?:/>|>(?P<inside>(?:(?!</?(?P=tag)\b)[^\n]){0,120})</(?P=tag)>)",
    re.IGNORECASE,
)
_TEX = re.compile(
    rf"\$\[(?P<plain>{NUMBERS})\]\$|(?:(?<=[^\W\d]{{3}})|(?<=[.!?%\"”])|(?<=[^\W\d]{{3}} ))"
    rf"\$?(?:\^|\\textsuperscript(?=\{{))\{{?\[?(?P<raised>{NUMBERS})\]?\}}?\$?(?![\w^])"
)
_GEMINI = re.compile(r"\[cite_start\]\s?", re.IGNORECASE)
_RANGE = re.compile(r"\[(\d{1,3})\]\s?[–—-]\s?\[(\d{1,3})\]")
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-") | {
    first + n: str(n + 1) for first, count in ((ord("①"), 20), (ord("❶"), 10)) for n in range(count)
}
# A number above this in a form that may be something else is no mark: a model is given fewer abstracts. Chosen by hand.
_HIGHEST = 20
# Marks in a row are one: what joins them goes, and white space before.
_ROW = re.compile(rf"[ \t]*([{MARK}])(?:[ \t]*(?:[,;&/]|and\b)?[ \t]*(?=[{MARK}]))?")
_IS_MARK = re.compile(f"[{MARK}]")


class MarkedText:
    """A text whose marks are put aside: ``text`` has a character for each.

    Args:
        text: What a model wrote.
    """

    def __init__(self, text: str) -> None:
        self._numbers: dict[tuple[int, ...], int] = {}
        self._by_code: list[tuple[int, ...]] = []
        self.text = _ROW.sub(r"\1", _FORMS.sub(self._put_aside, _unify(_IS_MARK.sub("", text))))

    def read_numbers(self, text: str) -> tuple[int, ...]:
        """Read the numbers of the marks in a part of the text, each once."""
        marks = (self._by_code[ord(mark) - _FIRST] for mark in _IS_MARK.findall(text))
        return tuple(dict.fromkeys(number for numbers in marks for number in numbers))

    def _put_aside(self, match: re.Match[str]) -> str:
        form = str(match.lastgroup)
        numbers = _read_mark(form, match[form], match.string, match.start(), match.end())
        if numbers is None:
            return match[0]
        code = self._numbers.setdefault(numbers, min(len(self._numbers), _MANY))
        if code == len(self._by_code):
            self._by_code.append(numbers)
        return chr(_FIRST + code)


def _unify(text: str) -> str:
    """Write marks of HTML and TeX, and ranges, as they are asked for."""
    if "<" in text:
        text = _HTML.sub(_read_tag, text)
    if "^" in text or "\\" in text or "$" in text:
        text = _TEX.sub(lambda mark: f"[{mark['plain'] or mark['raised']}]", text)
    return _RANGE.sub(r"[\1-\2]", _GEMINI.sub("", text))


def _read_tag(tag: re.Match[str]) -> str:
    """Write the mark in a tag; one that holds none stays."""
    inside = re.sub(rf"<[^<>]*>|(?<=\]){_LINK}|[\[\]]", "", tag["inside"] or "").strip()
    if tag["tag"].lower() == "sup" and tag.string[tag.start() - 1 : tag.start()].isdigit():
        return tag[0]
    numbers = inside or next(iter(re.findall(r"=\s?[\"']?(\d{1,3})\b", tag["about"])), "")
    return f"[{numbers}]" if _MARK.fullmatch(numbers) else tag[0]


def is_marked(text: str) -> bool:
    """Whether a part of the text has a mark."""
    return _IS_MARK.search(text) is not None


def ends_marked(text: str) -> bool:
    """Whether a part of the text ends in a mark, a stop behind it aside."""
    return _IS_MARK.match(text.rstrip(' .!?:;*_"”')[-1:]) is not None


def begins_marked(text: str) -> bool:
    """Whether a part of the text begins with a mark."""
    return _IS_MARK.match(text.lstrip(" *_")[:1]) is not None


def drop_marks(text: str) -> str:
    """Drop the marks of a part of the text."""
    return _IS_MARK.sub("", text)


def _read_mark(form: str, inner: str, text: str, start: int, end: int) -> tuple[int, ...] | None:
    """Read the numbers of what may be a mark; none for one that names a year, None where it is no mark."""
    after = text[end : end + 6].lstrip('*_"”)')
    closes = not after or after[0] in ".!?\n"
    if form == "square" and _YEAR.fullmatch(inner):
        return () if closes else None
    mark = _MARK.fullmatch(inner.translate(_RAISED))
    if mark is None:
        return None
    numbers = parse_numbers(mark["numbers"])
    if 0 in numbers:  # "[0, 1]" is an interval: abstracts are numbered from 1.
        return None
    named = len(mark["noun"].strip()) > 1 or mark["noun"] in ("#", "^", "@")
    if named or form in ("double", "within", "black", "wide") or (form == "square" and not mark["noun"]):
        return numbers
    ends = closes or after[0] in "[(【［{¹²³" or (after[0] in " ;:" and after[1:].lstrip()[:1].isupper())
    certain = form in ("raised", "raised_round", "caret") or (ends and _has_words_before(text, start))
    return numbers if certain and max(numbers, default=0) <= _HIGHEST else None


def _has_words_before(text: str, start: int) -> bool:
    """Whether a line has begun before a place: "(1)" at its beginning numbers a list."""
    return start > 0 and text[max(0, start - 5) : start].rpartition("\n")[2].strip(" \t-*•") != ""


def parse_numbers(mark: str) -> tuple[int, ...]:
    """Parse the numbers of ``1, 3`` or ``2-4``."""
    return tuple(_list_numbers(re.split(r"[,;&|]|and", mark)))


def _list_numbers(parts: Iterable[str]) -> Iterable[int]:
    for part in parts:
        ends = [int(end) for end in re.findall(r"\d+", part)]
        # "1-900" is no list of sources: what ends far behind its beginning is cut; 20 chosen by hand.
        yield from range(ends[0], min(ends[-1], ends[0] + 20) + 1) if len(ends) == 2 else ends
