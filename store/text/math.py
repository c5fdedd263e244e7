r"""pylatexenc set up for abstracts: the one place that imports it (20 ms), and what it is told to do otherwise.

Its defaults write 𝒪(n) for ``\mathcal{O}(n)`` (no search finds that), a+b/c for a fraction of a sum, and drop
``\texttt{x}`` and every macro that they do not know.
"""

import logging
import re
from collections.abc import Callable
from functools import cache, cached_property
from typing import Any

_FONTS = """mathcal mathscr mathfrak mathbf mathit mathsf mathtt mathrm mathnormal boldsymbol bm pmb operatorname
    text textrm textit textbf textsc textsl textsf texttt textup textmd textnormal mbox hbox emph ensuremath
    underline overline widehat widetilde overrightarrow vec ce num""".split()
_SILENT = """left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr limits nolimits nonumber displaystyle
    textstyle scriptstyle rm bf it sf tt cal label maketitle today input include""".split()
_NAMES = {"colon": ":", "bmod": " mod ", "LaTeX": "LaTeX", "TeX": "TeX", "cdotp": "·", "lor": "∨",
          "land": "∧", "lnot": "¬", "lbrace": "{", "rbrace": "}", "langle": "⟨", "rangle": "⟩", "|": "‖"}  # fmt: skip
_FUNCTIONS = """sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh log ln lg exp max min sup inf lim
    limsup liminf argmax argmin arg det dim ker deg gcd Pr tr rank""".split()
_DOUBLE_STRUCK = dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True))
_LOOSE = {"between-macro-and-chars": False, "between-latex-constructs": True, "after-comment": False}


class Library:
    """pylatexenc's parser and writer with their tables; hold one per process, its tables are only read."""

    def __init__(self) -> None:
        from pylatexenc import latex2text, latexwalker, macrospec

        logging.getLogger("pylatexenc").addHandler(logging.NullHandler())  # or it complains of bad LaTeX on stderr
        self._latex2text, self._latexwalker = latex2text, latexwalker
        self._syntax = latexwalker.get_default_latex_context_db()
        self._texts = latex2text.get_default_latex_context_db()
        self._syntax.add_context_category("abstracts", macros=_syntax_of_macros(macrospec), prepend=True)
        texts = _filled_templates(self._texts) | _texts_of_macros()
        specs = [latex2text.MacroTextSpec(name, simplify_repl=text) for name, text in texts.items()]
        self._texts.add_context_category("abstracts", macros=specs, prepend=True)
        self._texts.set_unknown_macro_spec(latex2text.MacroTextSpec("", simplify_repl=lambda node: node.macroname))
        self.errors = (latexwalker.LatexWalkerError, LookupError, TypeError, ValueError, AttributeError, RecursionError)

    def math(self, source: str) -> str:
        """The inside of a formula as text; raises one of ``errors`` on broken LaTeX."""
        walker = self._latexwalker.LatexWalker(source, latex_context=self._syntax)
        nodes = walker.get_latex_nodes(parsing_state=walker.make_parsing_state(in_math_mode=True))[0]
        spaces = {**_LOOSE, "in-equations": _LOOSE}
        writer = self._latex2text.LatexNodes2Text(latex_context=self._texts, strict_latex_spaces=spaces)
        return str(writer.nodelist_to_text(nodes))

    def symbol(self, name: str) -> str | None:
        r"""The text of a macro without arguments (``alpha`` → α), None for other macros and unknown names."""
        if name not in self._known or self.arguments(name):
            return None
        text = self._texts.get_macro_spec(name).simplify_repl
        return text if isinstance(text, str) and "%" not in text else None

    def arguments(self, name: str) -> str:
        r"""The arguments of a macro as ``{``, ``[`` and ``*`` in order; empty for none and for unknown names."""
        spec = self._syntax.get_macro_spec(name) if name in self._known else None
        return str(spec.args_parser.argspec) if spec is not None else ""

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(spec.macroname for spec in self._texts.iter_macro_specs())


@cache
def library() -> Library:
    """The process's one ``Library``, made (and pylatexenc imported) on first use."""
    return Library()


def _syntax_of_macros(macrospec: Any) -> list[Any]:
    specs = [macrospec.std_macro(name, False, 1) for name in (*_FONTS, "unicode", "mathbb", "label")]
    specs += [macrospec.std_macro(name, False, 2) for name in ("underset", "overset", "stackrel", "tfrac", "dfrac")]
    return specs


def _texts_of_macros() -> dict[str, Any]:
    texts = dict.fromkeys(_FONTS, _template("%s")) | dict.fromkeys(_SILENT, "") | _NAMES
    texts |= dict.fromkeys(("overset", "stackrel"), _template("%(2)s"))
    texts |= dict.fromkeys(("frac", "tfrac", "dfrac", "nicefrac", "sfrac"), _fraction)
    texts |= {
        "sqrt": _root,
        "unicode": _code_point,
        "mathbb": _double_struck,
        "underset": _template("%(2)s_\x01%(1)s\x02"),
    }
    return texts | {name: f"\x04{name}\x05" for name in _FUNCTIONS}


def _filled_templates(texts: Any) -> dict[str, Any]:
    """The templates of pylatexenc, made safe: it raises, or shows the bare template, where an argument is missing."""
    replacements = {spec.macroname: spec.simplify_repl for spec in texts.iter_macro_specs()}
    return {
        name: _template(text)
        for name, text in replacements.items()
        if isinstance(text, str) and len(text) > 1 and "%" in text
    }


def _template(text: str) -> Callable[[Any, Any], str]:
    def write(node: Any, l2tobj: Any) -> str:
        count = len(node.nodeargd.argnlist) if node.nodeargd and node.nodeargd.argnlist else 0
        arguments = {str(k + 1): l2tobj.node_arg_to_text(node, k) for k in range(count)}
        given = iter(arguments.values())
        return re.sub(r"%(?:\((\d)\))?s", lambda m: arguments.get(m[1], "") if m[1] else next(given, ""), text)

    return write


def _fraction(node: Any, l2tobj: Any) -> str:
    return "/".join(_operand(l2tobj.node_arg_to_text(node, k)) for k in (0, 1))


def _root(node: Any, l2tobj: Any) -> str:
    return "√" + _operand(l2tobj.node_arg_to_text(node, 1))


def _operand(text: str) -> str:
    text = text.strip()
    return text if re.fullmatch(r"\w*|\W", text) else f"({text})"


def _code_point(node: Any, l2tobj: Any) -> str:
    digits = l2tobj.node_arg_to_text(node, 0).strip()
    if not re.fullmatch(r"x[0-9A-Fa-f]{1,5}|\d{1,6}", digits):
        return ""
    return chr(int(digits[1:], 16) if digits[0] == "x" else int(digits))


def _double_struck(node: Any, l2tobj: Any) -> str:
    letters = l2tobj.node_arg_to_text(node, 0)
    return "".join(_DOUBLE_STRUCK.get(letter, letter) for letter in letters)
