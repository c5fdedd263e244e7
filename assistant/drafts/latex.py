"""The prose of a LaTeX document, and its sentences without macros."""

import re
from collections.abc import Iterator

from assistant.drafts.blanks import BREAK, PAUSE, Sheet
from store.text.text_clean import clean_text
from store.text.tokens import brace_pairs

_DOCUMENT = re.compile(r"\\(?:documentclass|begin\{|(?:sub)?section\*?\{|chapter\*?\{)")
_APART = (
    "figure figure* table table* wrapfigure longtable tabular tabular* tabularx verbatim lstlisting minted comment "
    "algorithm algorithmic tikzpicture thebibliography"
).split()
_FORMULAS = (
    "equation equation* align align* gather gather* multline multline* eqnarray eqnarray* displaymath math"
).split()
_COMMENT = re.compile(r"(?<!\\)%[^\n]*")
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


def is_latex(text: str) -> bool:
    """Whether a text looks like LaTeX rather than Markdown."""
    return bool(_DOCUMENT.search(text))


def prose(text: str) -> str:
    """The text at its full length, with all that is no running prose blanked."""
    sheet = Sheet(text)
    sheet.blank_matches(_COMMENT, PAUSE)
    _keep_document(sheet)
    for name in _APART:
        sheet.blank_between(re.compile(rf"\\begin\{{{re.escape(name)}\}}"), rf"\end{{{name}}}", BREAK)
    blank_formulas(sheet)
    for macros, filler in ((_BLOCKS, BREAK), (_NOTES, PAUSE)):
        sheet.blank([*_with_arguments(sheet.text, macros)], filler)
    sheet.blank_matches(_BARE_BLOCKS, BREAK)
    sheet.blank_matches(_BARE, PAUSE)
    return sheet.text


def blank_formulas(sheet: Sheet) -> None:
    """Blank displayed formulas; the sentence that they stand in goes on behind them."""
    for name in _FORMULAS:
        sheet.blank_between(re.compile(rf"\\begin\{{{re.escape(name)}\}}"), rf"\end{{{name}}}", PAUSE)
    sheet.blank_between(re.compile(r"(?<!\\)\\\["), r"\]", PAUSE)
    sheet.blank_between(re.compile(r"(?<!\\)\$\$"), "$$", PAUSE)


def plain(text: str) -> str:
    """A sentence without macros, on one line."""
    return " ".join(_LEFT_OVER.sub(" ", clean_text(_TIE.sub(" ", text), tex=True)).split())


def _keep_document(sheet: Sheet) -> None:
    """Blank what stands before and behind the document."""
    begins = _BEGINS.search(sheet.text)
    if begins:
        ends = _ENDS.search(sheet.text, begins.end())
        stop = ends.start() if ends else len(sheet.text)
        sheet.blank([(0, begins.end()), (stop, len(sheet.text))], BREAK)


def _with_arguments(text: str, macros: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """The spans of macros with the arguments that follow them at once."""
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
