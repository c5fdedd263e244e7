"""LaTeX in running text to Unicode.

Most abstracts hold none, and some hold what only looks like it: prices, paths, ``%``, escaped quotes. So text is
never parsed as a LaTeX document: a scanner finds what certainly is LaTeX and rewrites that, the rest stays as it is.
Ties, dashes and quotes (``~``, ``--``, two backticks) are read as TeX only where something else was.

Formulas are pylatexenc's business (``store.text.math``).
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cached_property, partial

from store.text.math import MAX_FORMULA, get_converter, math_to_text, strip_marks, write_subscript, write_superscript
from store.text.patterns import compile_lazily

_ACCENTS = dict(zip("\"'`^~=.cvuHkrdbt", "\u0308\u0301\u0300\u0302\u0303\u0304\u0307\u0327\u030c\u0306\u030b\u0328"
                    "\u030a\u0323\u0331\u0361", strict=True))  # fmt: skip
"""Accent macro → combining mark."""

_GREEK = """alpha beta gamma delta epsilon zeta eta theta iota kappa nu xi pi rho sigma tau upsilon phi chi psi
    omega""".split()
_LETTERS = {"o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "i": "ı", "j": "ȷ", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ",
           "aa": "å", "AA": "Å", "ss": "ß", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "dj": "đ", "DJ": "Đ",
           "textbackslash": "\\", "textasciicircum": "^", "textdegree": "°",
           "textless": "<", "textgreater": ">", "textbar": "|",
           "textbraceleft": "{", "textbraceright": "}",
           # The signs that LaTeX has for text and formulas alike, which pylatexenc's tables leave out.
           "S": "§", "P": "¶", "copyright": "©", "pounds": "£", "textunderscore": "_", "slash": "/",
           "ddag": "‡", "dag": "†", "euro": "€",
           **{f"text{name}": unicodedata.lookup(f"GREEK SMALL LETTER {name.upper()}") for name in _GREEK}}  # fmt: skip
"""Letters and signs, which swallow the white space behind them."""

_BREAKS = dict.fromkeys("par newline linebreak quad qquad bigskip medskip smallskip".split(), " ") | {"item": "•"}
"""What stands for a gap."""

_SWITCHES = frozenset(
    """it em bf tt rm sc sf sl itshape bfseries ttfamily scshape upshape normalfont small large Large
    normalsize footnotesize tiny centering noindent displaystyle xspace protect maketitle relax""".split()
)
"""Macros that only change the looks of what follows."""

_UNWRAPPED = dict.fromkeys("""emph text textit textbf textrm textsf texttt textsc textsl textup textmd textnormal mbox
    hbox underline uline url path title section subsection paragraph ce num enquote ensuremath uppercase MakeUppercase
    MakeLowercase autocap""".split(),
    ("", "")) | {"footnote": (" (", ")"), "enquote": ("“", "”"), "mkbibquote": ("“", "”"),
    "mkbibparens": ("(", ")"), "mkbibbrackets": ("[", "]")}  # fmt: skip
"""Macros whose argument stays, and what stands around it then."""

_SCRIPTS: dict[str, Callable[[str, str], str]] = {
    "textsuperscript": write_superscript,
    "mkbibsuperscript": write_superscript,
    "textsubscript": partial(write_subscript, prose=True),
    "mkbibsubscript": partial(write_subscript, prose=True),
}
"""Macros that raise or lower their argument."""

_SECOND = frozenset("href textcolor colorbox foreignlanguage".split())
"""Macros whose second argument stays."""

_DROPPED = frozenset(
    """cite citep citet citealp citeauthor citeyear parencite textcite autocite nocite ref eqref autoref
    cref Cref label vspace hspace input include bibliography thanks""".split()
)
"""Macros that go with their argument: a key says nothing outside of its document."""

_MATH_ENVIRONMENT = compile_lazily(r"(?:equation|align|gather|eqnarray|multline|displaymath|math|flalign)\*?")
"""Environments that hold a formula."""


_LIGATURE = r"\\(?:ae|AE|oe|OE|aa|AA|o|O|l|L|ss)"
# The letters ahead are those with which a token begins: without them the search takes nine times as long.
_TOKEN = compile_lazily(
    rf"""
    (?= [\\${{}}hA-Z] ) (?:
    (?P<keep> https?://[^\s{{}}\\$]+ | (?<!\w)[A-Z]:\\(?=[\w.])[^\s{{}}$"']* )
  | (?P<math> \$\$[^$]{{1,{MAX_FORMULA}}}\$\$ | \$(?:[^$\\]|\\.){{1,{MAX_FORMULA}}}\$
            | \\\((?:[^\\]|\\[^()]){{1,{MAX_FORMULA}}}\\\) | \\\[(?:[^\\]|\\[^\[\]]){{1,{MAX_FORMULA}}}\\\] )
  | (?P<quoted> (?<!\w)\\"(?=\w)[^"\\]*[^"\\\s]\\"(?!\w|\{{) | (?<=\w)\\'(?=(?:s|t|re|ve|ll|d|m)\b) )
  | (?P<accent> \\["'`^~=.] (?: \s*\{{\s*(?:\\?[ij]|{_LIGATURE}|[^\W\d_])\s*\}} | \s*(?:\\[ij]|{_LIGATURE})(?![A-Za-z])
                             | \s?[^\W\d_] )
            | \\[cvuHkrdbt] (?: \s*\{{\s*(?:\\?[ij]|{_LIGATURE}|[^\W\d_])\s*\}}
                             | \s*(?:\\[ij]|{_LIGATURE})(?![A-Za-z]) | \s+[^\W\d_] ) )
  | (?P<escape> \\[$%&\#_{{}}] )
  | (?P<space> (?<=[\w)])\\[,;:](?=[\w{{\\$]) | (?<=\S)\\(?=\s) | (?<!\S)\\\\(?!\S) | (?<=\w)\\-(?=\w) | \\@ )
  | (?P<macro> \\[A-Za-z]+\*? )
  | (?P<brace> [{{}}] )
    )""",
    re.VERBOSE,
)
_TYPOGRAPHY = compile_lazily(
    r"""(?=[h`~-])(?: https?://\S+
  | ``(?P<quote>[^`']*)''
  | (?<!-)(?P<dash>---?)(?!-)(?:(?<=[^\s-]--)|(?<=[^\s-]---)|(?!\w))  # but not the flag in "run with --fast"
  | (?<=[\w.,:;)\]}])(?P<tie>~)(?=\S) )""",
    re.VERBOSE,
)
_PROSE = compile_lazily(r"(?<![\\A-Za-z{])[A-Za-z]{2,}\s|\s[A-Za-z]{2,}(?![A-Za-z}])")


# A sign that no typography may touch, and braces between hyphens, which keep these from being a dash; no text holds
# either of them.
_TILDE, _EMPTY = "\ue0f1", "\ue0f2"
_SPANISH = compile_lazily(r"[?!]`(?=\w|[“\"'{])")
_SIGNS_OF_ACCENTS = "\"'`^~=."

_BUDGET = 10_000  # characters of formulas a text may hold; what is beyond only loses its marks; chosen by hand
_TYPESET = re.compile(r"``[^`']*''|[a-z]\.~(?=[\w(\[])")
_TIE = re.compile(r"\.~(?=[\w(\[])")
_SIGN = re.compile(r"[\\${}]")


def latex_to_text(text: str, *, tex: bool = False) -> str:
    r"""Rewrite the LaTeX in ``text`` as Unicode; text without LaTeX comes back unchanged. Never raises.

    Args:
        text: One line without control characters.
        tex: The text comes from a TeX file (BibTeX), so braces, ``~`` and ``--`` are TeX even without other LaTeX.
    """
    if not tex and not _has_marks(text):
        return text
    return _Scanner(text, tex).convert()


def _has_marks(text: str) -> bool:
    """Return whether there is a sign that opens LaTeX; told sign by sign, which is ten times as fast as a pattern."""
    return "\\" in text or "$" in text or "``" in text or (".~" in text and _TIE.search(text) is not None)


class _Scanner:
    """One pass over one text. Handlers take a token and return its text and where to go on."""

    def __init__(self, text: str, tex: bool) -> None:
        self.text, self.tex = text, tex
        self.is_latex = tex or (("``" in text or ".~" in text) and _TYPESET.search(text) is not None)
        self.edits: dict[int, str] = {}  # what the brace at this place becomes
        self.out: list[str] = []
        self.budget = _BUDGET

    @cached_property
    def closing(self) -> dict[int, int]:
        """Where each opening brace closes; few texts have one outside of formulas."""
        return brace_pairs(self.text)

    def convert(self) -> str:
        position = 0
        # Without an address or a path each token begins with one of four signs, which are found twenty times as fast.
        find = _TOKEN.search if "://" in self.text or ":\\" in self.text else _find_token
        while m := find(self.text, position):
            self.out.append(self.text[position : m.start()])
            piece, position = self._convert_token(m)
            self.out.append(piece)
        result = "".join([*self.out, self.text[position:]])
        if not self.is_latex:
            return self.text
        if self.tex:
            result = _SPANISH.sub(lambda m: "¿" if m[0][0] == "?" else "¡", result)
        has_signs = "--" in result or "~" in result or "``" in result
        typeset = _TYPOGRAPHY.sub(_typeset_match, result) if has_signs else result
        return typeset.replace(_TILDE, "~").replace(_EMPTY, "")

    def _convert_token(self, m: re.Match[str]) -> tuple[str, int]:
        match m.lastgroup:
            case "math":
                return self._convert_math(m)
            case "macro":
                return self._convert_macro(m)
            case "brace":
                return self._convert_brace(m)
            case "accent":
                return self._convert_accent(m)
            case "space":
                return self._convert_space(m)
            case "quoted" | "escape":
                return self._convert_escape(m)
            case _:  # an address or a path
                return m[0], m.end()

    def _convert_math(self, m: re.Match[str]) -> tuple[str, int]:
        width = 1 if m[0][0] == "$" and m[0][1] != "$" else 2
        inner = m[0][width:-width]
        if not _is_math(inner, self.text[m.end() : m.end() + 1], dollars=m[0][0] == "$"):
            return m[0][:width], m.start() + width
        return self._write_formula(inner.strip()), m.end()

    def _write_formula(self, latex: str) -> str:
        self.is_latex = True
        self.budget -= len(latex)
        front = "".join(self.out[-3:])[-12:]
        return math_to_text(latex, front) if self.budget > 0 else strip_marks(latex)

    def _convert_accent(self, m: re.Match[str]) -> tuple[str, int]:
        name = re.sub(r"[{}\s\\]", "", m[0][2:])
        base = _LETTERS[name] if len(name) > 1 or (name in "oOlL" and "\\" in m[0][2:]) else name
        if m[0][2:3].isspace() and "{" not in m[0] and m[0][1] in _SIGNS_OF_ACCENTS and not self.tex:
            return m[0][:2], m.start() + 2
        letter = unicodedata.normalize("NFC", base + _ACCENTS[m[0][1]])
        unlikely = len(letter) > 1 or (m[0][1] == "." and base not in "zZI") or (m[0][1] in "dbtr")
        if unlikely and "{" not in m[0] and not self.tex:
            return m[0][:2], m.start() + 2  # \d and \. of a regular expression, \" before a word
        self.is_latex = True
        return letter, m.end()

    def _convert_escape(self, m: re.Match[str]) -> tuple[str, int]:
        self.is_latex = True
        return m[0].replace("\\", ""), m.end()

    def _convert_space(self, m: re.Match[str]) -> tuple[str, int]:
        self.is_latex |= m[0] == "\\," and self.text[m.start() - 1].isdigit()
        return " " if m[0][1:] in (",", ";", ":", "\\") else "", m.end()

    def _convert_brace(self, m: re.Match[str]) -> tuple[str, int]:
        close = self.closing.get(m.start())
        if close is not None and m.start() not in self.edits and self._is_group(m.end(), close):
            self.edits[m.start()] = self.edits[close] = ""
        piece = self.edits.get(m.start(), m[0])
        around = self.text[max(m.start() - 1, 0) : m.start()] + self.text[m.end() : m.end() + 1]
        return (_EMPTY if not piece and self.tex and "-" in around else piece), m.end()

    def _is_group(self, start: int, end: int) -> bool:
        """Return whether braces only group: all do in TeX, elsewhere {a, b} is a set."""
        if self.tex or self.text.startswith("\\", start):
            return True
        return end - start < 60 and not re.search(r"[\s,]", self.text[start:end])

    def _convert_macro(self, m: re.Match[str]) -> tuple[str, int]:
        name, end = m[0].strip("\\*"), m.end()
        if name == "textasciitilde":
            return self._replace_macro(_TILDE, re.compile(r"\s*(?:\{\})?").match(self.text, end))
        if (name in _LETTERS and (self.tex or name not in "SP")) or name in _SWITCHES:
            return self._replace_macro(_LETTERS.get(name, ""), re.compile(r"\s*(?:\{\})?").match(self.text, end))
        if name in _BREAKS:
            return self._replace_macro(_BREAKS[name], re.compile(r"(?:\{\})?").match(self.text, end))
        if name in ("begin", "end", "documentclass"):
            return self._convert_environment(m)
        if name in _SCRIPTS and end in self.closing:
            return self._convert_script(end, name)
        if name in _DROPPED or name in _SECOND or name in _UNWRAPPED or name.startswith("mkbib"):
            return self._convert_text_macro(m, name)
        return self._convert_math_macro(m, name)

    def _replace_macro(self, piece: str, rest: re.Match[str] | None) -> tuple[str, int]:
        self.is_latex = True
        return piece, rest.end() if rest else len(self.text)

    def _convert_script(self, start: int, name: str) -> tuple[str, int]:
        """Convert what is raised or lowered, which a look at the text before it spells."""
        self.is_latex = True
        close = self.closing[start]
        inner = latex_to_text(self.text[start + 1 : close], tex=True)
        before = "".join(self.out[-8:]).replace(_EMPTY, "")[-12:]  # braces leave empty pieces behind
        return _SCRIPTS[name](inner, before), close + 1

    def _convert_text_macro(self, m: re.Match[str], name: str) -> tuple[str, int]:
        """Convert a macro whose last argument stays, or none."""
        arguments = "{{" if name in _SECOND else "[{"
        spans = self._find_arguments(m.end(), arguments)
        if spans is None:
            return m[0], m.end()
        self.is_latex = True
        start, end = spans[-1]
        if name in _DROPPED:
            self.out[-1] = self.out[-1].rstrip(" ~" if self.text[end : end + 1] in set(".,;:)") else "~")
            return "", end
        before, after = _UNWRAPPED.get(name, ("", ""))
        self.edits[end - 1] = after
        return before, start + 1

    def _convert_math_macro(self, m: re.Match[str], name: str) -> tuple[str, int]:
        """Convert a symbol or a macro of formulas outside of any formula; a name that LaTeX does not know stays."""
        arguments = get_converter().find_arguments(name)
        spans = self._find_arguments(m.end(), arguments) if "{" in arguments else None
        if spans:
            return self._write_formula(self.text[m.start() : spans[-1][1]]), spans[-1][1]
        symbol = get_converter().find_symbol(name)
        if symbol is None or arguments:
            if m.end() in self.closing:
                self.edits |= {m.end(): "{", self.closing[m.end()]: "}"}
            return m[0], m.end()
        gap = r"\s*(?:\{\})?" if name.startswith("text") else r"(?:\{\})?"
        return self._replace_macro(symbol, re.compile(gap).match(self.text, m.end()))

    def _find_arguments(self, position: int, spec: str) -> list[tuple[int, int]] | None:
        """Return spans of the arguments with their brackets, None where one is missing."""
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

    def _convert_environment(self, m: re.Match[str]) -> tuple[str, int]:
        named = re.compile(r"(?:\[[^\]]{0,200}\])?\{(\w+\*?)\}").match(self.text, m.end())
        if not named:
            return m[0], m.end()
        self.is_latex = True
        limit = named.end() + MAX_FORMULA
        if m[0] == r"\documentclass":
            return "", max(named.end(), self.text.find(r"\begin{document}", named.end(), limit))
        close = self.text.find(rf"\end{{{named[1]}}}", named.end(), limit)
        if m[0] != r"\begin" or close < 0 or not _MATH_ENVIRONMENT.fullmatch(named[1]):
            return " ", named.end()
        formula = re.sub(r"&|\\\\", " ", self.text[named.end() : close])
        return f" {self._write_formula(formula.strip())} ", close


def _find_token(text: str, position: int) -> re.Match[str] | None:
    """Find the next token that begins with a backslash, a dollar or a brace."""
    while sign := _SIGN.search(text, position):
        if token := _TOKEN.match(text, sign.start()):
            return token
        position = sign.end()
    return None


def brace_pairs(text: str) -> dict[int, int]:
    """Return where each opening brace closes, for those that match (escaped ones are letters)."""
    pairs: dict[int, int] = {}
    open_at: list[int] = []
    for m in re.finditer(r"\\.|[{}]", text):
        if m[0] == "{":
            open_at.append(m.start())
        elif m[0] == "}" and open_at:
            pairs[open_at.pop()] = m.start()
    return pairs


def _is_math(inner: str, after: str, *, dollars: bool) -> bool:
    """Whether this is a formula and not the text between two prices; in doubt it is text, which loses nothing."""
    if "\\" in inner or "^" in inner or "_" in inner or "{" in inner:
        return inner.strip() == inner or not _PROSE.search(inner)
    if not dollars or inner.strip() != inner:
        return False
    if after.isalnum():  # 10$-$20, $n$th and $2$D, but not $5-$10 and $HOME/$USER
        return bool(re.fullmatch(r"\W+" if after.isdigit() else r"\W+|[A-Za-z]|[\d.,]+", inner))
    if inner[0].isdigit() and " " in inner and not re.search(r"[=<>+*/|−-]", inner):
        return False  # $1.9B-$2B, 5$/kWh
    return not _PROSE.search(inner)


def _typeset_match(m: re.Match[str]) -> str:
    """Return the dash, quotation or space that a match of ``_TYPOGRAPHY`` stands for."""
    if m["dash"]:
        return "–" if m["dash"] == "--" else "—"
    if m["quote"] is not None:
        return f"“{m['quote']}”"
    return " " if m["tie"] else m[0]
