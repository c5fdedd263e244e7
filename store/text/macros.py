"""The LaTeX macros of running text, by what becomes of them; formulas are pylatexenc's business."""

import re

ACCENTS = dict(zip("\"'`^~=.cvuHkrdbt", "\u0308\u0301\u0300\u0302\u0303\u0304\u0307\u0327\u030c\u0306\u030b\u0328\u030a"
                   "\u0323\u0331\u0361", strict=True))  # fmt: skip
"""Accent macro → combining mark."""

LETTERS = {"o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "i": "ı", "j": "ȷ", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ",
           "aa": "å", "AA": "Å", "ss": "ß", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "dj": "đ", "DJ": "Đ",
           "textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^", "textdegree": "°",
           "textless": "<", "textgreater": ">", "textbar": "|",
           "textbraceleft": "{", "textbraceright": "}"}  # fmt: skip
"""Letters and signs, which swallow the white space behind them."""

BREAKS = dict.fromkeys("par newline linebreak quad qquad bigskip medskip smallskip".split(), " ") | {"item": "•"}
"""What stands for a gap."""

SWITCHES = frozenset(
    """it em bf tt rm sc sf sl itshape bfseries ttfamily scshape upshape normalfont small large Large
    normalsize footnotesize tiny centering noindent displaystyle xspace protect maketitle relax""".split()
)
"""Macros that only change the looks of what follows."""

UNWRAPPED = dict.fromkeys("""emph text textit textbf textrm textsf texttt textsc textsl textup textmd textnormal mbox
    hbox underline uline url path title section subsection paragraph ce num enquote ensuremath uppercase""".split(),
    ("", "")) | {"footnote": (" (", ")"), "enquote": ("“", "”")}  # fmt: skip
"""Macros whose argument stays, and what stands around it then."""

SECOND = frozenset("href textcolor colorbox".split())
"""Macros whose second argument stays."""

DROPPED = frozenset(
    """cite citep citet citealp citeauthor citeyear parencite textcite autocite nocite ref eqref autoref
    cref Cref label vspace hspace input include bibliography thanks""".split()
)
"""Macros that go with their argument: a key says nothing outside of its document."""

MATH_ENVIRONMENT = re.compile(r"(?:equation|align|gather|eqnarray|multline|displaymath|math|flalign)\*?")
"""Environments that hold a formula."""
