r"""LaTeX in running text to Unicode.

Most abstracts hold none, and some hold what only looks like it: prices, paths, ``%``, escaped quotes. So text is
never parsed as a LaTeX document: a scanner finds what certainly is LaTeX and rewrites that, the rest stays as it is.
Ties, dashes and quotes (``~``, ``--``, two backticks) are read as TeX only where something else was.
"""

import re
import unicodedata
from collections.abc import Callable

from store.text.macros import ACCENTS, BREAKS, DROPPED, LETTERS, MATH_ENVIRONMENT, SECOND, SWITCHES, UNWRAPPED
from store.text.math import library
from store.text.mathtext import MAX_FORMULA, math_to_text, scrub
from store.text.tokens import TOKEN, TYPOGRAPHY, brace_pairs, is_math, typeset

_BUDGET = 10_000  # characters of formulas a text may hold; what is beyond only loses its marks
_MARKS = re.compile(r"[\\$]|``|\.~(?=[\w(\[])")


def latex_to_text(text: str, *, tex: bool = False) -> str:
    r"""Rewrite the LaTeX in ``text`` as Unicode; text without LaTeX comes back unchanged. Never raises.

    Args:
        text: One line without control characters.
        tex: The text comes from a TeX file (BibTeX), so braces, ``~`` and ``--`` are TeX even without other LaTeX.
    """
    if not tex and not _MARKS.search(text):
        return text
    return _Scanner(text, tex).run()


class _Scanner:
    """One pass over one text. Handlers take a token and return its text and where to go on."""

    def __init__(self, text: str, tex: bool) -> None:
        self.text, self.tex = text, tex
        self.found = tex or bool(re.search(r"``[^`']*''|[a-z]\.~(?=[\w(\[])", text))
        self.closing = brace_pairs(text)
        self.edits: dict[int, str] = {}  # what the brace at this place becomes
        self.out: list[str] = []
        self.budget = _BUDGET

    def run(self) -> str:
        handlers: dict[str, Callable[[re.Match[str]], tuple[str, int]]] = {
            "keep": lambda m: (m[0], m.end()), "math": self._math, "quoted": self._escape, "accent": self._accent,
            "escape": self._escape, "space": self._space, "macro": self._macro, "brace": self._brace,
        }  # fmt: skip
        position = 0
        while m := TOKEN.search(self.text, position):
            self.out.append(self.text[position : m.start()])
            piece, position = handlers[m.lastgroup or ""](m)
            self.out.append(piece)
        result = "".join([*self.out, self.text[position:]])
        return TYPOGRAPHY.sub(typeset, result) if self.found else self.text

    def _math(self, m: re.Match[str]) -> tuple[str, int]:
        width = 1 if re.match(r"\$[^$]", m[0]) else 2
        inner = m[0][width:-width]
        if not is_math(inner, self.text[m.end() : m.end() + 1], dollars=m[0][0] == "$"):
            return m[0][:width], m.start() + width
        return self._formula(inner.strip()), m.end()

    def _formula(self, latex: str) -> str:
        self.found = True
        self.budget -= len(latex)
        front = "".join(self.out[-3:])[-12:]
        return math_to_text(latex, front) if self.budget > 0 else scrub(latex)

    def _accent(self, m: re.Match[str]) -> tuple[str, int]:
        base = m[0].rstrip("} ")[-1]
        letter = unicodedata.normalize("NFC", base + ACCENTS[m[0][1]])
        unlikely = len(letter) > 1 or (m[0][1] == "." and base not in "zZI") or (m[0][1] in "dbtr")
        if unlikely and "{" not in m[0]:
            return m[0][:2], m.start() + 2  # \d and \. of a regular expression, \" before a word
        self.found = True
        return letter, m.end()

    def _escape(self, m: re.Match[str]) -> tuple[str, int]:
        self.found = True
        return m[0].replace("\\", ""), m.end()

    def _space(self, m: re.Match[str]) -> tuple[str, int]:
        self.found |= m[0] == "\\," and self.text[m.start() - 1].isdigit()
        return " " if m[0][1:] in (",", ";", ":", "\\") else "", m.end()

    def _brace(self, m: re.Match[str]) -> tuple[str, int]:
        close = self.closing.get(m.start())
        if close is not None and m.start() not in self.edits and self._is_group(m.end(), close):
            self.edits[m.start()] = self.edits[close] = ""
        return self.edits.get(m.start(), m[0]), m.end()

    def _is_group(self, start: int, end: int) -> bool:
        """Whether braces only group: all do in TeX, elsewhere {a, b} is a set."""
        if self.tex or self.text.startswith("\\", start):
            return True
        return end - start < 60 and not re.search(r"[\s,]", self.text[start:end])

    def _macro(self, m: re.Match[str]) -> tuple[str, int]:
        name, end = m[0].strip("\\*"), m.end()
        if name in LETTERS or name in SWITCHES:
            return self._known(LETTERS.get(name, ""), re.compile(r"\s*(?:\{\})?").match(self.text, end))
        if name in BREAKS:
            return self._known(BREAKS[name], re.compile(r"(?:\{\})?").match(self.text, end))
        if name in ("begin", "end", "documentclass"):
            return self._environment(m)
        if name in DROPPED or name in SECOND or name in UNWRAPPED:
            return self._text_macro(m, name)
        return self._math_macro(m, name)

    def _known(self, piece: str, rest: re.Match[str] | None) -> tuple[str, int]:
        self.found = True
        return piece, rest.end() if rest else len(self.text)

    def _text_macro(self, m: re.Match[str], name: str) -> tuple[str, int]:
        """A macro whose last argument stays, or none."""
        arguments = "[{" if name in UNWRAPPED or name in DROPPED else "{{"
        spans = self._arguments(m.end(), arguments)
        if spans is None:
            return m[0], m.end()
        self.found = True
        start, end = spans[-1]
        if name in DROPPED:
            self.out[-1] = self.out[-1].rstrip(" ~" if self.text[end : end + 1] in set(".,;:)") else "~")
            return "", end
        before, after = UNWRAPPED.get(name, ("", ""))
        self.edits[end - 1] = after
        return before, start + 1

    def _math_macro(self, m: re.Match[str], name: str) -> tuple[str, int]:
        """A symbol or a macro of formulas outside of any formula; a name that LaTeX does not know stays."""
        arguments = library().arguments(name)
        spans = self._arguments(m.end(), arguments) if "{" in arguments else None
        if spans:
            return self._formula(self.text[m.start() : spans[-1][1]]), spans[-1][1]
        symbol = library().symbol(name)
        if symbol is None or arguments:
            if m.end() in self.closing:
                self.edits |= {m.end(): "{", self.closing[m.end()]: "}"}
            return m[0], m.end()
        gap = r"\s*(?:\{\})?" if name.startswith("text") else r"(?:\{\})?"
        return self._known(symbol, re.compile(gap).match(self.text, m.end()))

    def _arguments(self, position: int, spec: str) -> list[tuple[int, int]] | None:
        """Spans of the arguments with their brackets, None where one is missing."""
        spans = []
        for kind in spec.replace("*", ""):
            if kind == "[":
                optional = re.compile(r"\[[^\[\]{}]{0,200}\]").match(self.text, position)
                position = optional.end() if optional else position
                continue
            if position not in self.closing:
                return None
            spans.append((position, self.closing[position] + 1))
            position = spans[-1][1]
        return spans or None

    def _environment(self, m: re.Match[str]) -> tuple[str, int]:
        named = re.compile(r"(?:\[[^\]]{0,200}\])?\{(\w+\*?)\}").match(self.text, m.end())
        if not named:
            return m[0], m.end()
        self.found = True
        limit = named.end() + MAX_FORMULA
        if m[0] == r"\documentclass":
            return "", max(named.end(), self.text.find(r"\begin{document}", named.end(), limit))
        close = self.text.find(rf"\end{{{named[1]}}}", named.end(), limit)
        if m[0] != r"\begin" or close < 0 or not MATH_ENVIRONMENT.fullmatch(named[1]):
            return " ", named.end()
        formula = re.sub(r"&|\\\\", " ", self.text[named.end() : close])
        return f" {self._formula(formula.strip())} ", close
