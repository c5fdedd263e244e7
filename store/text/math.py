r"""Formulas in LaTeX as Unicode text, and how powers, indices and operands are written in plain text.

pylatexenc sees one formula at a time, never a whole abstract: what it would lose there (everything behind a bare
``%``) cannot be lost here, and its cost of 0.1–0.2 ms a formula stays bounded. It is imported late (20 ms), and told to
do otherwise than by default: that writes 𝒪(n) for ``\mathcal{O}(n)`` (no search finds that), a+b/c for a fraction of a
sum, and drops ``\texttt{x}`` and every macro that it does not know.

One rule holds for the scripts of HTML, MathML and LaTeX. Powers become superscript characters (10⁻³, cm²), since 10-3
would be wrong. Whatever people type glued stays glued, so that a search for it finds it: CO2, Ca2+, 13C, CD4+, 1st. The
rest is marked: e^(-kt), x_i.
"""

import logging
import re
from collections.abc import Callable
from functools import cache, cached_property, lru_cache
from typing import Any

from store.text.patterns import compile_lazily

MAX_FORMULA = 2000  # characters; chosen by hand, not measured
_LOOK_BACK = 8  # letters in front of a script: a chemical symbol has one or two, with as many before. Chosen by hand
_MAX_DEPTH = 20  # of braces: pylatexenc recurses for each. Chosen by hand, not measured
_OPERATOR = "[×±∓→←↔⇒≤≥≪≫≲≳≈≠≡∼≃∝∈∉⊂⊆∪∩∧∨⊗⊕]"
_LOPSIDED = compile_lazily(rf"(?<=[\w)\]])({_OPERATOR}) (?=\S)|(?<=[\w)\]] )({_OPERATOR})(?=\w)")  # 2× 2, x ≈y


def strip_marks(latex: str) -> str:
    """Take the marks out without reading them: for what is too deep, too long or too broken to read."""
    return re.sub(r"[\\${}^\x01-\x03]", "", latex)


def math_to_text(latex: str, before: str = "") -> str:
    """Return the inside of a formula (or one macro with its arguments) as text; never raises.

    Args:
        latex: A formula longer than ``MAX_FORMULA`` characters only loses its marks.
        before: The text in front, which decides how a leading script reads: raised behind ``10``, not behind a blank.
    """
    if len(latex) > MAX_FORMULA:  # Not kept: thousands of these would be hundreds of megabytes.
        return strip_marks(latex)
    # Of what stands in front a script looks at the last sign, and at the letters of which that may be the last.
    last = before[-1:]
    return _write_formula(latex, before[-_LOOK_BACK:] if last.isalpha() and last.isascii() else last)


@lru_cache(maxsize=4096)  # Half of the formulas of an archive have been seen a moment ago; chosen by hand.
def _write_formula(latex: str, before: str) -> str:
    if _measure_depth(latex) > _MAX_DEPTH:
        return strip_marks(latex)
    has_symbols = "\\" in latex or "{" in latex or "}" in latex or "~" in latex
    return _write_scripts(_write_symbols(latex) if has_symbols else latex, before).replace("\x03", "_")


def _measure_depth(latex: str) -> int:
    """Return how deep pylatexenc would have to recurse, from above: braces, environments and chains of bare macros."""
    if latex.count("{") <= _MAX_DEPTH and latex.count("\\") <= _MAX_DEPTH:
        return 0  # Neither of the three can be more.
    depth = deepest = 0
    for brace in re.findall(r"[{}]", latex):
        depth += 1 if brace == "{" else -1
        deepest = max(deepest, depth)
    chain = max((m.count("\\") for m in re.findall(r"(?:\\[A-Za-z]+\s*)+", latex)), default=0)
    return max(deepest, latex.count(r"\begin"), chain // 3)


def _write_symbols(latex: str) -> str:
    source = latex
    if "%" in latex or r"\_" in latex:
        source = re.sub(r"\\.|%", lambda m: {"%": r"\%", r"\_": "\x03"}.get(m[0], m[0]), latex)
    try:
        text = get_converter().convert(_mark_scripts(source))
    except get_converter().errors:
        return strip_marks(latex)  # broken LaTeX makes pylatexenc fail in many ways; the letters are still there
    if "\x04" in text or "\x05" in text:
        text = re.sub(r"[\x04\x05]", "", re.sub(r"(?<=[^\W_])\x04|\x05\x04|\x05(?=[^\W_])", " ", text))  # log log n
    if text.isascii():  # as none of the operators is
        return text
    return _LOPSIDED.sub(lambda m: f" {m[1]} " if m[1] else f"{m[2]} ", text)


def _mark_scripts(source: str) -> str:
    r"""Put \x01 and \x02 inside the braces behind ^ and _: pylatexenc drops the braces, the marks stay."""
    if "{" not in source or ("^" not in source and "_" not in source):
        return source
    pieces: list[str] = []
    is_script: list[bool] = []
    last = 0
    for m in _BRACE.finditer(source):
        mark = m[0]
        if mark.endswith("{") and mark[0] != "\\":
            is_script.append(mark != "{")
            mark += "\x01" if mark != "{" else ""
        elif mark == "}" and is_script and is_script.pop():
            mark = "\x02}"
        pieces += [source[last : m.start()], mark]
        last = m.end()
    return "".join([*pieces, source[last:]])


_BRACE = compile_lazily(r"\\.|[\^_]\s*\{|[{}]")
_NUMBER = compile_lazily(r"[\d.]+")
_SCRIPT = compile_lazily(r"([\^_])\s*([^\s\x01\x02])")
_LONG_SCRIPT = compile_lazily(r"([\^_])\s*\x01([^\x01\x02]*)\x02")


def _write_scripts(text: str, before: str) -> str:
    def write(m: re.Match[str]) -> str:
        start = m.start()
        front = (before + text[max(0, start - _LOOK_BACK) : start])[-_LOOK_BACK:]
        return write_superscript(m[2], front) if m[1] == "^" else write_subscript(m[2], front)

    if "^" in text or "_" in text:
        text = _SCRIPT.sub(write, text)
    if "\x01" not in text and "\x02" not in text:
        return text
    for _ in range(_MAX_DEPTH):  # innermost first
        written = _LONG_SCRIPT.sub(write, text)
        if written == text:
            break
        text = written
    return re.sub(r"[\x01\x02]", "", text)


_DIGITS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_SIGNS = {"+": "⁺", "-": "⁻", "−": "⁻", "–": "⁻", "": ""}
_POWER = compile_lazily(r"([+\-−–]?)(\d+(?:[,;–-]\d+)*)")
_GLUED = compile_lazily(r"\d*[+\-−±*†‡§¶°∘'′″/]+|(?:st|nd|rd|th)|TM|®")
_CHEMICAL = compile_lazily(r"(?:^|[^A-Za-z])[A-Za-z]{0,2}[A-Z][a-z]?$|[)\]]$")


def write_superscript(raised: str, before: str) -> str:
    """Write ``raised`` as it reads after ``before`` (the text in front of it, as much as is known)."""
    raised = raised.strip().replace("∘", "°")  # alone above the line it is the sign of degrees
    starts_word = not before or before[-1].isspace() or before[-1] in "([{/-–—"
    if not raised or starts_word:
        return raised
    if _GLUED.fullmatch(raised):
        return raised
    if power := _POWER.fullmatch(raised):
        return _SIGNS[power[1]] + power[2].translate(_DIGITS)
    return f"^{_bracket_token(raised)}"


def write_subscript(lowered: str, before: str, *, prose: bool = False) -> str:
    """Write ``lowered`` as it reads after ``before``; in ``prose`` (HTML) a plain word is glued: Vmax, T1/2."""
    lowered = lowered.strip()
    if not lowered or not before or before[-1].isspace():
        return lowered
    if prose and re.fullmatch(r"[\w.+\-−/]+", lowered):
        return lowered
    if _NUMBER.fullmatch(lowered) and _CHEMICAL.search(before[-_LOOK_BACK:]):
        return lowered
    return f"_{_bracket_token(lowered)}"


def _bracket_token(text: str) -> str:
    return text if text.isalnum() or re.fullmatch(r"\w+|\W|\(.*\)", text) else f"({text})"


def bracket_operand(text: str) -> str:
    """Return the operand of a fraction or a root, in brackets unless it is one word or sign."""
    text = text.strip()
    return text if re.fullmatch(r"\w*|\W", text) else f"({text})"


_FONTS = frozenset(
    """mathcal mathscr mathfrak mathbf mathit mathsf mathtt mathrm mathnormal boldsymbol bm pmb operatorname
    text textrm textit textbf textsc textsl textsf texttt textup textmd textnormal mbox hbox emph ensuremath
    underline overline widehat widetilde overrightarrow vec ce num""".split()
)
_SILENT = """left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr limits nolimits nonumber displaystyle
    textstyle scriptstyle rm bf it sf tt cal label maketitle today input include""".split()
_NAMES = {"colon": ":", "bmod": " mod ", "LaTeX": "LaTeX", "TeX": "TeX", "cdotp": "·", "lor": "∨",
          "land": "∧", "lnot": "¬", "lbrace": "{", "rbrace": "}", "langle": "⟨", "rangle": "⟩", "|": "‖"}  # fmt: skip
_FUNCTIONS = """sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh log ln lg exp max min sup inf lim
    limsup liminf argmax argmin arg det dim ker deg gcd Pr tr rank""".split()
_DOUBLE_STRUCK = dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True))
# A macro with the blanks behind it and the brace that may open its argument, a sign behind a backslash, a brace,
# characters; the last group is what is none of these.
_PLAIN_TOKEN = compile_lazily(r"\\(?:([^\W\d_]+)(\s*)(\{?)|([,;!|{}_ ]))|([{}])|([^\\{}]+)|(\\)")
# What most formulas have beside symbols.
_OPERANDS = compile_lazily(
    r"(?<!\\)(?:\\mathbb\s*\{(?P<letters>[A-Za-z0-9]*)\}|\\sqrt\s*\{(?P<under>[^{}]*)\}"
    r"|\\[dt]?frac\s*\{(?P<above>[^{}]*)\}\s*\{(?P<below>[^{}]*)\})"
)
_LOOSE = {"between-macro-and-chars": False, "between-latex-constructs": True, "after-comment": False}


class FormulaConverter:
    """pylatexenc's parser and writer with their tables; hold one per process, its tables are only read."""

    def __init__(self) -> None:
        from pylatexenc import latex2text, latexwalker, macrospec

        logging.getLogger("pylatexenc").addHandler(logging.NullHandler())  # or it complains of bad LaTeX on stderr
        self._latex2text, self._latexwalker = latex2text, latexwalker
        self._syntax = latexwalker.get_default_latex_context_db()
        self._texts = latex2text.get_default_latex_context_db()
        self._syntax.add_context_category("abstracts", macros=_list_macro_specs(macrospec), prepend=True)
        texts = _repair_templates(self._texts) | _build_macro_texts()
        specs = [latex2text.MacroTextSpec(name, simplify_repl=text) for name, text in texts.items()]
        self._texts.add_context_category("abstracts", macros=specs, prepend=True)
        self._texts.set_unknown_macro_spec(latex2text.MacroTextSpec("", simplify_repl=lambda node: node.macroname))
        self._symbols: dict[str, str | None] = {}
        specials = (spec.specials_chars for spec in self._syntax.iter_specials_specs())
        self._specials = re.compile("|".join(map(re.escape, specials)) + r"|\$|%|#|\n")
        self.errors = (latexwalker.LatexWalkerError, LookupError, TypeError, ValueError, AttributeError, RecursionError)

    def convert(self, source: str) -> str:
        """Return the inside of a formula as text; raises one of ``errors`` on broken LaTeX."""
        has_operands = "frac" in source or r"\sqrt" in source or r"\mathbb" in source
        plain = self._convert_plain(self._write_operands(source) if has_operands else source)
        return self._parse(source) if plain is None else plain

    def _write_operands(self, source: str) -> str:
        """Write fractions, roots and double-struck letters whose operands hold no other braces, each as one group."""

        def write(m: re.Match[str]) -> str:
            operands = [self._convert_plain(text) for text in (m["above"], m["below"], m["under"]) if text is not None]
            if m["letters"] is not None:
                return "{" + "".join(_DOUBLE_STRUCK.get(letter, letter) for letter in m["letters"]) + "}"
            if not operands or any(text is None or re.search(r"[\\{}]", text) for text in operands):
                return m[0]
            root = "√" if m["under"] is not None else ""
            return "{" + root + "/".join(bracket_operand(text or "") for text in operands) + "}"

        return _OPERANDS.sub(write, source)

    def _convert_plain(self, source: str) -> str | None:
        """Write symbols, groups and characters by pylatexenc's tables, as its parser would; None where there is more.

        Most formulas are no more than that, and its parser takes ten times as long for them.
        """
        if self._specials.search(source):
            return None
        pieces: list[str] = []
        depth, blank = 0, ""
        for name, space, group, sign, brace, characters, rest in _PLAIN_TOKEN.findall(source):
            if rest:
                return None
            if macro := name or sign:
                symbol = "" if group and macro in _FONTS else self._symbols.get(macro) or self._read_symbol(macro)
                if symbol is None:
                    return None
                pieces.append(symbol)
                depth, blank = depth + len(group), "" if group else space
            elif brace:
                depth, blank = depth + (1 if brace == "{" else -1), ""
                if depth < 0:
                    return None
            else:  # The blanks behind a macro show where characters follow.
                pieces += (blank, characters)
                blank = ""
        return None if depth else "".join(pieces)

    def _read_symbol(self, name: str) -> str | None:
        self._symbols[name] = self.find_symbol(name)
        return self._symbols[name]

    def _parse(self, source: str) -> str:
        walker = self._latexwalker.LatexWalker(source, latex_context=self._syntax)
        nodes = walker.get_latex_nodes(parsing_state=walker.make_parsing_state(in_math_mode=True))[0]
        spaces = {**_LOOSE, "in-equations": _LOOSE}
        writer = self._latex2text.LatexNodes2Text(latex_context=self._texts, strict_latex_spaces=spaces)
        return str(writer.nodelist_to_text(nodes))

    def find_symbol(self, name: str) -> str | None:
        r"""Return the text of a macro without arguments (``alpha`` → α), None for other macros and unknown names."""
        if name not in self._macro_names or self.find_arguments(name):
            return None
        text = self._texts.get_macro_spec(name).simplify_repl
        return text if isinstance(text, str) and "%" not in text else None

    def find_arguments(self, name: str) -> str:
        r"""Return the arguments of a macro as ``{``, ``[`` and ``*`` in order; empty for none and for unknown names."""
        spec = self._syntax.get_macro_spec(name) if name in self._macro_names else None
        return str(spec.args_parser.argspec) if spec is not None else ""

    @cached_property
    def _macro_names(self) -> frozenset[str]:
        return frozenset(spec.macroname for spec in self._texts.iter_macro_specs())


@cache
def get_converter() -> FormulaConverter:
    """Return the process's one ``Library``, made (and pylatexenc imported) on first use."""
    return FormulaConverter()


def _list_macro_specs(macrospec: Any) -> list[Any]:
    specs = [macrospec.std_macro(name, False, 1) for name in (*_FONTS, "unicode", "mathbb", "label")]
    specs += [macrospec.std_macro(name, False, 2) for name in ("underset", "overset", "stackrel", "tfrac", "dfrac")]
    return specs


def _build_macro_texts() -> dict[str, Any]:
    texts = dict.fromkeys(_FONTS, _make_template("%s")) | dict.fromkeys(_SILENT, "") | _NAMES
    texts |= dict.fromkeys(("overset", "stackrel"), _make_template("%(2)s"))
    texts |= dict.fromkeys(("frac", "tfrac", "dfrac", "nicefrac", "sfrac"), _write_fraction)
    texts |= {
        "sqrt": _write_root,
        "unicode": _write_code_point,
        "mathbb": _write_double_struck,
        "underset": _make_template("%(2)s_\x01%(1)s\x02"),
    }
    return texts | {name: f"\x04{name}\x05" for name in _FUNCTIONS}


def _repair_templates(texts: Any) -> dict[str, Any]:
    """The templates of pylatexenc, made safe: it raises, or shows the bare template, where an argument is missing."""
    replacements = {spec.macroname: spec.simplify_repl for spec in texts.iter_macro_specs()}
    return {
        name: _make_template(text)
        for name, text in replacements.items()
        if isinstance(text, str) and len(text) > 1 and "%" in text
    }


def _make_template(text: str) -> Callable[[Any, Any], str]:
    def write(node: Any, l2tobj: Any) -> str:
        count = len(node.nodeargd.argnlist) if node.nodeargd and node.nodeargd.argnlist else 0
        arguments = {str(k + 1): l2tobj.node_arg_to_text(node, k) for k in range(count)}
        unnumbered = iter(arguments.values())
        return re.sub(r"%(?:\((\d)\))?s", lambda m: arguments.get(m[1], "") if m[1] else next(unnumbered, ""), text)

    return write


def _write_fraction(node: Any, l2tobj: Any) -> str:
    return "/".join(bracket_operand(l2tobj.node_arg_to_text(node, k)) for k in (0, 1))


def _write_root(node: Any, l2tobj: Any) -> str:
    return "√" + bracket_operand(l2tobj.node_arg_to_text(node, 1))


def _write_code_point(node: Any, l2tobj: Any) -> str:
    digits = l2tobj.node_arg_to_text(node, 0).strip()
    if not re.fullmatch(r"x[0-9A-Fa-f]{1,5}|\d{1,6}", digits):
        return ""
    return chr(int(digits[1:], 16) if digits[0] == "x" else int(digits))


def _write_double_struck(node: Any, l2tobj: Any) -> str:
    letters = l2tobj.node_arg_to_text(node, 0)
    return "".join(_DOUBLE_STRUCK.get(letter, letter) for letter in letters)
