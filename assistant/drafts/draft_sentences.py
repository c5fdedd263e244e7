"""A draft as sentences, each with its line and the keys that it cites, and which of them claim something.

Of Markdown and LaTeX what is no prose is blanked, and sentences are stripped of markup.
"""

import re
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from assistant.drafts.citation_mark import CitationMark
from assistant.drafts.citations import find_citations
from assistant.drafts.reference_list import is_reference_heading
from store.text.clean import clean_text
from store.text.latex import brace_pairs
from store.text.sentences import sentence_spans

_PARAGRAPH = re.compile(r"[^\n]+(?:\n(?![ \t]*\n)[^\n]+)*")
_LOOSE = re.compile(r" (?=[.,;:!?)])|(?<=\() ")
_OTHERS = re.compile(r"\bal\.\s{0,3}$")
_NO_SPACE, _BEHIND, _LETTER = re.compile(r"\S"), re.compile(r"[^ .;,]"), re.compile(r"[^\W_]")
_EMPTY = re.compile(r"\( ?[;,]? ?\)")
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


class DraftSentence(NamedTuple):
    """A sentence of a draft, which begins on ``line`` (from 1).

    ``text`` is the sentence as it stands there, on one line and without comments; ``plain`` has neither citations
    nor markup; ``keys`` are those that it cites, each once.
    """

    line: int
    text: str
    plain: str
    keys: tuple[str, ...]

    @property
    def is_claim(self) -> bool:
        """Whether it states something about the world, as a sentence without a citation.

        Questions, the author's own doings ("we show"), signposts ("in this section", "Figure 3 shows"), and what has
        fewer than five words do not.
        """
        is_question = self.plain.rstrip("”\"')").endswith("?")
        return not is_question and self._count_words() >= MIN_WORDS and not _OWN.search(self.plain)

    @property
    def says_something(self) -> bool:
        """Whether it says enough to be compared, as a sentence with a citation."""
        return self._count_words() >= MIN_CITED

    def _count_words(self) -> int:
        return len(_WORD.findall(self.plain))


class _Piece(NamedTuple):
    start: int
    end: int
    cited: list[CitationMark]


FindCitations = Callable[[str, bool], list[CitationMark]]
"""Finds the citations of a text, which is LaTeX or not, in order."""


def split_sentences(draft: str, is_latex: bool, find: FindCitations = find_citations) -> Iterator[DraftSentence]:
    """Split a draft into its sentences, in order; any text is taken, nothing raises.

    Args:
        draft: Text whose lines end in a newline alone.
        is_latex: It is LaTeX, else Markdown.
        find: Finds the citations of a paragraph.
    """
    prose = blank_markup(draft, is_latex)
    breaks = [match.start() for match in re.finditer("\n", draft)]
    for paragraph in _PARAGRAPH.finditer(prose):
        text = paragraph[0].replace("\n", SPACE).replace(PAUSE, SPACE)
        for piece in _split_pieces(text, find(text, is_latex)):
            yield DraftSentence(
                line=bisect_right(breaks, paragraph.start() + piece.start) + 1,
                text=" ".join(text[piece.start : piece.end].split()),
                plain=_strip_piece(text, piece.start, piece.end, piece.cited, is_latex),
                keys=tuple(dict.fromkeys(key for citation in piece.cited for key in citation.keys)),
            )


def strip_sentence(text: str) -> str:
    """Strip a sentence of the citations and the markup of Markdown, as it is checked."""
    return _strip_piece(text, 0, len(text), find_citations(text, is_latex=False), is_latex=False)


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
    left = deque(cited)
    for start, end in sentence_spans(_hide_citations(text, cited)):
        while left and left[0].start == start and pieces and _belongs_before(text, left[0], end):
            moved = left.popleft()
            pieces[-1].cited.append(moved)
            pieces[-1] = pieces[-1]._replace(end=moved.end)
            following = _NO_SPACE.search(text, moved.end, end)
            start = following.start() if following else end
        inside = []
        while left and left[0].start < end:
            inside.append(left.popleft())
        if any(map(str.isalnum, text[start:end])):
            pieces.append(_Piece(start, end, inside))
    return pieces


def _belongs_before(text: str, citation: CitationMark, end: int) -> bool:
    """Tell whether a citation at the beginning of a sentence is that of the sentence before."""
    first = _BEHIND.search(text, citation.end, end)
    if not citation.apart or not first or first[0].isupper() or first[0] in "[\\":
        return citation.apart
    return not _LETTER.search(text, citation.end, end)


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


SPACE, PAUSE, BREAK = " ", "\x1f", "\n"
"""What a blanked piece becomes: a space, a gap that a sentence goes on behind, or the end of a paragraph."""


class MaskedText:
    """A text of which pieces can be blanked."""

    def __init__(self, text: str) -> None:
        self.text = text

    def blank_spans(self, spans: Iterable[tuple[int, int]], filler: str) -> None:
        """Blank spans of characters, which are in order and do not overlap."""
        parts, last = [], 0
        for start, end in spans:
            if end > last:
                start = max(start, last)
                parts += [self.text[last:start], filler * (end - start)]
                last = end
        self.text = "".join([*parts, self.text[last:]])

    def blank_matches(self, pattern: re.Pattern[str], filler: str) -> None:
        """Blank what a pattern matches."""
        self.blank_spans([match.span() for match in pattern.finditer(self.text)], filler)

    def blank_between(self, opening: re.Pattern[str], closing: str, filler: str) -> None:
        """Blank from each opening to the next closing, both included; what is never closed stays."""
        spans, last = [], 0
        for match in opening.finditer(self.text):
            if match.start() < last:
                continue
            end = self.text.find(closing, match.end())
            if end < 0:
                break  # Nor will any other be closed.
            last = end + len(closing)
            spans.append((match.start(), last))
        self.blank_spans(spans, filler)


def is_latex(text: str) -> bool:
    """Tell whether a text looks like LaTeX rather than Markdown."""
    return bool(_DOCUMENT.search(text))


def blank_markup(text: str, is_latex: bool) -> str:
    """Blank all that is no running prose; the text keeps its length, so that places in it stay places in the draft.

    Args:
        text: A draft whose lines end in a newline alone.
        is_latex: It is LaTeX, else Markdown.
    """
    return _blank_latex(text) if is_latex else _blank_markdown(text)


def strip_markup(text: str, is_latex: bool) -> str:
    """Strip a sentence of macros or marks, and put it on one line."""
    return _strip_latex(text) if is_latex else _strip_markdown(text)


_DOCUMENT = re.compile(r"\\(?:documentclass|begin\{|(?:sub)?section\*?\{|chapter\*?\{)")
_APART = (
    "figure figure* table table* wrapfigure longtable tabular tabular* tabularx verbatim lstlisting minted comment "
    "algorithm algorithmic tikzpicture thebibliography"
).split()
_FORMULAS = (
    "equation equation* align align* gather gather* multline multline* eqnarray eqnarray* displaymath math"
).split()
_LATEX_COMMENT = re.compile(r"(?<!\\)%[^\n]*")
_BEGINS, _ENDS = re.compile(r"\\begin\{document\}"), re.compile(r"\\end\{document\}")
# Macros that go with all their arguments: those that stand between paragraphs, and those that stand in one.
_BLOCKS = re.compile(
    r"""\\(?:part|chapter|(?:sub){0,2}section|(?:sub)?paragraph|title|author|date|affiliation|institute|address|email
    |keywords|caption|bibliography(?:style)?|addbibresource|input|include(?:graphics|only)?|documentclass|usepackage
    |(?:re)?newcommand|(?:re)?newenvironment|newtheorem|setlength|setcounter|graphicspath|hypersetup|pagestyle
    |thispagestyle|begin|end|nocite)\b\*?""",
    re.VERBOSE,
)
_NOTES = re.compile(r"\\(?:footnote(?:text|mark)?|label|index|todo|marginpar|thanks|[hv]space|phantom)\b\*?")
_BARE_BLOCKS = re.compile(
    r"\\(?:item\b(?:[ \t]*\[[^\[\]\n]{0,200}\])?|(?:maketitle|tableofcontents|appendix|clearpage|newpage|par)\b)"
)
_BARE = re.compile(r"\\(?:noindent|centering|protect|(?:big|med|small)skip)\b|\\\\(?:\[[^\[\]\n]{0,40}\])?")
_TIE = re.compile(r"(?<!\\)~")
_LEFT_OVER = re.compile(r"\\[A-Za-z]+\*?|[{}]")


def _blank_latex(text: str) -> str:
    """The text at its full length, with all that is no running prose blanked."""
    sheet = MaskedText(text)
    sheet.blank_matches(_LATEX_COMMENT, PAUSE)
    _keep_document(sheet)
    for name in _APART:
        sheet.blank_between(re.compile(rf"\\begin\{{{re.escape(name)}\}}"), rf"\end{{{name}}}", BREAK)
    _blank_formulas(sheet)
    for macros, filler in ((_BLOCKS, BREAK), (_NOTES, PAUSE)):
        sheet.blank_spans([*_find_macros(sheet.text, macros)], filler)
    sheet.blank_matches(_BARE_BLOCKS, BREAK)
    sheet.blank_matches(_BARE, PAUSE)
    return sheet.text


def _blank_formulas(sheet: MaskedText) -> None:
    """Blank displayed formulas; the sentence that they stand in goes on behind them."""
    for name in _FORMULAS:
        sheet.blank_between(re.compile(rf"\\begin\{{{re.escape(name)}\}}"), rf"\end{{{name}}}", PAUSE)
    sheet.blank_between(re.compile(r"(?<!\\)\\\["), r"\]", PAUSE)
    sheet.blank_between(re.compile(r"(?<!\\)\$\$"), "$$", PAUSE)


def _strip_latex(text: str) -> str:
    """Strip a sentence of macros, and put it on one line."""
    return " ".join(_LEFT_OVER.sub(" ", clean_text(_TIE.sub(" ", text), tex=True)).split())


def _keep_document(sheet: MaskedText) -> None:
    """Blank what stands before and behind the document."""
    begins = _BEGINS.search(sheet.text)
    if begins:
        ends = _ENDS.search(sheet.text, begins.end())
        stop = ends.start() if ends else len(sheet.text)
        sheet.blank_spans([(0, begins.end()), (stop, len(sheet.text))], BREAK)


def _find_macros(text: str, macros: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Find macros with the arguments that follow them at once."""
    closing = brace_pairs(text)
    for macro in macros.finditer(text):
        end = macro.end()
        while True:
            option = re.compile(r"\[[^\[\]]{0,300}\]").match(text, end)
            if option:
                end = option.end()
            elif end in closing:
                end = closing[end] + 1
            else:
                break
        yield macro.start(), end


_FENCE = re.compile(r" {0,3}(?:[-*+] +)?(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}#{1,6}(?=\s|$)\s*(?P<title>[^\n]*)")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*$")
_RULE = re.compile(r" {0,3}(?:[-*_][ \t]*){3,}$")
_TABLE = re.compile(r"[ \t]*(?:\||\+[-=+:]{3,})")
_DASHES = re.compile(r"[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)+\|?[ \t]*$")
_DEFINITION = re.compile(r" {0,3}\[(?!\^)[^\]\n]{1,300}\]:[ \t]*\S")
_CONTAINER = re.compile(r" {0,3}:{3,}")
_INDENTED = re.compile(r"(?: {4}|\t)")
_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,3}[.)]|\[\^[^\]\n]{1,80}\]:)(?=[ \t])(?:[ \t]+\[[ xX]\](?=[ \t]))?")
_QUOTED = re.compile(r" {0,3}>[ \t]?")
_MATTER = re.compile(r"---[ \t]*\n(?:[^\n]*\n){0,500}?(?:---|\.\.\.)[ \t]*(?:\n|$)")
_COMMENT = re.compile("<!--")
_INLINE = (  # what it is, and what is left of it
    (re.compile(r"!\[[^\[\]]{0,500}\]\([^()\n]{0,500}\)"), " "),
    (re.compile(r"\[\^[^\]\n]{1,80}\]"), ""),
    (re.compile(r"\[([^\[\]]{1,500})\]\([^()\n]{0,500}\)|\[([^\[\]]{1,500})\]\[[^\[\]]{0,300}\]"), r"\1\2"),
    (re.compile(r"<https?://[^<>\s]{1,500}>|</?[A-Za-z][^<>]{0,300}>|\{[.#][^{}\n]{0,200}\}"), " "),
    (re.compile(r"(?<!`)`+([^`]{1,500})`+"), r"\1"),
    (re.compile(r"(\*{1,3}|~~)(?=\S)([^*~]{1,2000}?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<!\w)(_{1,3})(?=\S)([^_]{1,2000}?)(?<=\S)\1(?!\w)"), r"\2"),
    (re.compile(r"\\([!-/:-@\[-`{-~])(?![A-Za-z])"), r"\1"),
)


def _blank_markdown(text: str) -> str:
    """The text at its full length, with all that is no running prose blanked."""
    sheet = MaskedText(text)
    matter = _MATTER.match(text)
    if matter:
        sheet.blank_spans([matter.span()], BREAK)
    sheet.blank_spans([*_find_code(sheet.text)], BREAK)
    sheet.blank_between(_COMMENT, "-->", PAUSE)
    _blank_formulas(sheet)
    sheet.blank_spans([*_find_blocks(sheet.text)], BREAK)
    sheet.blank_spans([*_find_quote_marks(sheet.text)], SPACE)
    return sheet.text


def _strip_markdown(text: str) -> str:
    """Strip a sentence of marks, and put it on one line."""
    for pattern, left in _INLINE:
        text = pattern.sub(left, text)
    return clean_text(text)


def _split_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield where each line begins, and the line."""
    start = 0
    for line in text.split("\n"):
        yield start, line
        start += len(line) + 1


def _find_code(text: str) -> Iterator[tuple[int, int]]:
    """Find the lines of code: between fences, or indented by four columns behind an empty line outside of a list."""
    fence, before, listed = "", "", False
    for start, line in _split_lines(text):
        span = (start, min(start + len(line) + 1, len(text)))
        mark = _FENCE.match(line)
        if fence:
            yield span
            closes = mark and mark[1].startswith(fence) and not line[mark.end() :].strip(fence[0] + " \t")
            fence = "" if closes else fence
        elif mark:
            fence, listed = mark[1], listed and line[0].isspace()
            yield span
        elif _INDENTED.match(line) and line.strip() and before in ("", "code") and not listed:
            yield span
            before = "code"
            continue
        elif line.strip():
            listed = bool(_ITEM.match(line)) or (listed and line[0].isspace())
        before = line.strip()


def _find_blocks(text: str) -> Iterator[tuple[int, int]]:
    """Find what ends a paragraph: whole lines that are no prose, and the marks of lists and notes."""
    lines = [*_split_lines(text)]
    in_references = in_table = False
    for place, (start, line) in enumerate(lines):
        span = (start, min(start + len(line) + 1, len(text)))
        below = lines[place + 1][1] if place + 1 < len(lines) else ""
        title = _read_heading(line, below)
        if title is not None or is_reference_heading(line):
            in_references = is_reference_heading(line if title is None else title)
        in_table = bool(_DASHES.match(below)) or (in_table and "|" in line)
        if title is not None or in_references or in_table or _is_no_prose(line):
            yield span
        elif item := _ITEM.match(line):
            yield start, start + item.end()


def _read_heading(line: str, below: str) -> str | None:
    """Read the heading that a line is, None where it is none."""
    heading = _HEADING.match(line)
    if heading:
        return heading["title"]
    return line.strip() if line.strip() and _UNDERLINE.match(below) and not _ITEM.match(line) else None


def _is_no_prose(line: str) -> bool:
    patterns = (_UNDERLINE, _RULE, _TABLE, _DEFINITION, _CONTAINER)
    return any(pattern.match(line) for pattern in patterns)


def _find_quote_marks(text: str) -> Iterator[tuple[int, int]]:
    """Find the marks of quoted blocks."""
    for start, line in _split_lines(text):
        quoted = _QUOTED.match(line)
        if quoted:
            yield start, start + quoted.end()
