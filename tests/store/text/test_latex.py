"""LaTeX becomes Unicode; what only looks like LaTeX is left alone."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pylatexenc.latex2text import get_default_latex_context_db

from store.text import math
from store.text.clean import clean_text
from store.text.latex import latex_to_text
from store.text.math import get_converter, math_to_text
from tests.store.text.strategies import HOSTILE


@pytest.mark.parametrize(
    "text",
    [
        "reached 90.94% on ImageNet -- we call the results \"model soups.\" A/B tests (e.g., n=5)",
        "between $5 and $10, or US$2 and A$6",
        "$5-$10 of $1.9B-$2B, 5$/kWh and 10$/kWh",
        "costs $5 for item_a and $10",
        r"C:\alpha\beta\new.txt and \\server\share\x",
        r"the expression \d+\.\w* or \bfoo\b and \S+",
        r"unbalanced $x and {brace",
        r"the set {a, b} and a\ b",
        r"the \dataset{ImageNet} and \mycorpus",
        "~5 mm, y~x, ~/notes",
        "data sparsity--few, examples---management",
        r"\[1\] and \(foo\)",
        "$", "\\", "$$", "{", "}{", r"\emph", r"\emph{", "\\'",
    ],
)  # fmt: skip
def test_what_only_looks_like_latex_stays(text: str) -> None:
    assert clean_text(text) == text


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        (r"Schr\"odinger {\'e}t{\'e} Erd\H{o}s Pas\v{c}al", "Schrödinger été Erdős Pasčal"),
        (r"Fran\c cois {\L}ukasz S\o ren na\"{\i}ve \AA ngstr\"{o}m", "François Łukasz Søren naïve Ångström"),
        (r"\textit{de facto}, {\em all} \textbf{bold \emph{nested}}", "de facto, all bold nested"),
        (r"94\% of \$5 \& \#1 \_x", "94% of $5 & #1 _x"),
        (r"as in Fig.~2 of Smith et~al.~\cite{x} so", "as in Fig. 2 of Smith et al. so"),
        (r"\href{http://a.b/~c}{the page}, \url{https://x.y/~z--w}", "the page, https://x.y/~z--w"),
        (r"one---two, 1--2 of $n$, run --fast, ``so''", "one—two, 1–2 of n, run --fast, “so”"),
        (r"\begin{itemize} \item one \item two \end{itemize}", "• one • two"),
        (r"10\,000 at 5\,mm, \textdegree C", "10 000 at 5 mm, °C"),
        (r"Newton\'s and the \"best\" one", "Newton's and the \"best\" one"),
        (r"so\footnote{not here} on", "so (not here) on"),
        (r"\textbackslash emph\{twice encoded\}", "twice encoded"),
        (r"x \in \mathbb{R}^d, \alpha", "x ∈ ℝ^d, α"),
    ],
)  # fmt: skip
def test_text(raw: str, clean: str) -> None:
    assert clean_text(raw) == clean


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        (r"$\alpha$-helix, $\mathcal{O}(n \log n)$", "α-helix, O(n log n)"),
        (r"$10^{-3}$, $n^2$, 10$^{-20}$, $e^{-x^{2}/2}$", "10⁻³, n², 10⁻²⁰, e^(-x²/2)"),
        (r"CO$_2$, Ca$^{2+}$, $^{13}$C, $x_{i,j}$, $T_k$", "CO2, Ca2+, 13C, x_(i,j), T_k"),
        (r"problem$\unicode{x2013}$multi $\{$a, b$\}$", "problem–multi {a, b}"),
        (r"$Y \mid X$, ($\le 10$), 72,000$\times$, $94\%$", "Y | X, (≤ 10), 72,000×, 94%"),
        (r"$2$-$20$ times, $n$th, $2$D, 10$-$20, $N=100,000$", "2-20 times, nth, 2D, 10-20, N=100,000"),
        (r"$\frac{a+b}{c}$, $\sqrt{x}$, $\hat{\beta}$, $\text{if } x$", "(a+b)/c, √x, β̂, if x"),
        (r"$ \beta $-catenin costs $5 per $\mu$m", "β-catenin costs $5 per μm"),
        (r"\(x^2\) and $$E=mc^2$$", "x² and E=mc²"),
        (r"$90\% of % x$ and all behind it", "90% of % x and all behind it"),
        (r"\begin{equation} a = b \end{equation} holds", "a = b holds"),
        (r"\documentclass[12pt]{minimal} \usepackage{x} \begin{document}$$\beta $$\end{document} x", "β x"),
        (r"$\myop x$, $\input{/etc/hostname}$, $\today$", "myop x, ,"),
    ],
)
def test_formulas(raw: str, clean: str) -> None:
    assert clean_text(raw) == clean


def test_braces_and_ties_are_tex_in_a_tex_file() -> None:
    assert clean_text("{{The {DNA} of~{Zika}}} 10--20", tex=True) == "The DNA of Zika 10–20"
    assert clean_text("{DNA} 10--20") == "{DNA} 10--20"


@given(HOSTILE)
@settings(max_examples=200, deadline=None)
def test_any_text_is_read(text: str) -> None:
    latex_to_text(text)
    math_to_text(text)


@given(HOSTILE)
@settings(max_examples=150, deadline=None)
def test_text_without_marks_comes_back_unchanged(text: str) -> None:
    text = text.replace("\\", "/").replace("$", "S").replace("``", "'").replace(".~", ". ")
    assert latex_to_text(text) == text


@pytest.mark.parametrize(
    "broken", [r"\sqrt" * 300, "{" * 900, r"\frac", r"x^{" * 30, r"\begin{a}" * 30, r"\left", "^", "_{"]
)
def test_broken_and_deep_formulas_lose_their_marks_only(broken: str) -> None:
    text = math_to_text(f"42 {broken}")
    assert text.startswith("42")
    assert not set(text) & set("\\{}")


def test_every_macro_that_pylatexenc_knows_is_survived_with_any_arguments() -> None:
    for spec in get_default_latex_context_db().iter_macro_specs():
        name = spec.macroname
        for formula in (rf"\{name}", rf"\{name}{{a}}{{b}}", rf"\{name}{{\{name}"):
            assert "%s" not in math_to_text(formula)


def test_plain_text_never_loads_pylatexenc() -> None:
    code = (
        "import sys; from store.text.clean import clean_text as c; c('90% of {x}'); print('pylatexenc' in sys.modules)"
    )
    assert _run(code).stdout == "False\n"


def test_bad_latex_says_nothing_on_stderr() -> None:
    code = r"from store.text.clean import clean_text; print(clean_text(r'$\ket$ $\textcolor{x}$ $\nosuch{'))"
    assert _run(code).stderr == ""


def _run(code: str) -> subprocess.CompletedProcess[str]:
    root = Path(__file__).parents[3]
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"{NH}{\textsuperscript{3}}, H\textsubscript{2}O, 10\textsuperscript{-3}", "NH³, H2O, 10⁻³"),
        (r"the \mkbibemph{Alexiad} and \mkbibquote{Intention} (\mkbibbold{b})", "the Alexiad and “Intention” (b)"),
        (r"\S 5, \P 3, \copyright{} 2001, \pounds 5", "§5, ¶3, © 2001, £5"),
        (r"?`Qu\'e es? !`Hola!", "¿Qué es? ¡Hola!"),
        (r"x\textasciitilde{}y but a~b", "x~y but a b"),
        (r"GAMBLING -{}- one, a -- b", "GAMBLING -- one, a – b"),
        (r"\'{\ae} \' e \v{s} \c c \"{\i} \={\ae} \k{a}", "ǽ é š ç ï ǣ ą"),
        (r"data\-base", "database"),
    ],
)
def test_commands_of_text_are_read_in_tex(source: str, text: str) -> None:
    assert latex_to_text(source, tex=True) == text


PARTS = r"""\alpha \in~ \log \log~n \, \; \{ \} { } {a} a ~ ^2 _{i} = ( ) ' - < > ! ? | \left( \right) \| * [ ] \infty
    \foo \mathrm{a \text~{x~y} \mathcal{O} \mathbf \vec{ \frac{1}{2} \sqrt \alphaé \textonehalf~ -- '' `` %""".split()


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PARTS), max_size=9).map(lambda parts: "".join(parts).replace("~", " ")))
def test_symbols_and_groups_are_written_as_pylatexenc_would(formula: str) -> None:
    converter = get_converter()
    plain = converter._convert_plain(formula)
    assert plain is None or plain == converter._parse(formula)


OPERANDS = r"""\frac{1}{2} \dfrac{\log~n}{k} \tfrac{~a~}{b+c} \frac{}{} \sqrt{\alpha~x} \sqrt~{13} \mathbb{E1}
    \\ \sqrt[3]{x} \frac12 \frac{\mathbb{R}}{2} x^{ } \alpha~ { } \, + ~""".split()


@settings(max_examples=300)
@given(st.lists(st.sampled_from(OPERANDS), max_size=7).map(lambda parts: "".join(parts).replace("~", " ")))
def test_fractions_and_roots_are_written_as_pylatexenc_would(formula: str) -> None:
    converter = get_converter()
    plain = converter._convert_plain(converter._write_operands(formula))
    assert plain is None or plain == converter._parse(formula)


def test_most_fractions_and_roots_need_no_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    converter = get_converter()
    monkeypatch.setattr(converter, "_parse", lambda source: f"parsed: {source}")
    assert converter.convert(r"\frac{\alpha}{a+b} \sqrt{13}\in\mathbb{R}") == "α/(a+b) √13∈ℝ"
    assert converter.convert(r"\sqrt[3]{x}").startswith("parsed: ")


@pytest.mark.parametrize(
    ("formula", "text"), [(r"\alpha x", "α x"), (r"\mathrm{kg}\, {m}", "kg  m"), (r"{\beta } x", "β x")]
)
def test_symbols_and_groups_need_no_parser(formula: str, text: str) -> None:
    assert get_converter()._convert_plain(formula) == text


@pytest.mark.parametrize("formula", [r"\frac{1}{2}", r"\mathrm x", "a -- b", "a}", "{a", "\\", r"\foo"])
def test_what_is_more_is_parsed(formula: str) -> None:
    assert get_converter()._convert_plain(formula) is None


@pytest.mark.parametrize(
    ("latex", "before", "text"),
    [
        ("_2", "CO", "2"),
        ("_2", "xyzCO", "_2"),
        ("_2", "word ", "2"),
        ("CO_2", " ", "CO2"),
        ("CO_2", "xy", "CO_2"),
        ("^2", "10", "²"),
        ("^2", "a ", "2"),
    ],
)
def test_a_formula_reads_by_what_stands_before_it_also_when_it_was_read_before(
    latex: str, before: str, text: str
) -> None:
    math_to_text(latex, "other ")
    assert math_to_text(latex, before) == text


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (r"see https://a.b/\_x and $y$", "see https://a.b/_x and y"),
        (r"C:\alpha and $y$", r"C:\alpha and y"),
        ("$x$ -- and ``so'' in Fig.~2", "x – and “so” in Fig. 2"),
        ("see Fig.~2 -- and y", "see Fig. 2 – and y"),
        (r"$a\&amp;b$ &amp;lt;i&gt;", "a&b"),
    ],
)
def test_addresses_paths_and_typography_beside_formulas(text: str, clean: str) -> None:
    assert clean_text(text) == clean


def test_what_is_longer_than_a_formula_is_not_kept() -> None:
    before = math._write_formula.cache_info()
    assert math.math_to_text("x" * (math.MAX_FORMULA + 1)) == "x" * (math.MAX_FORMULA + 1)
    assert math._write_formula.cache_info() == before
