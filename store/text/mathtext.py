r"""LaTeX formulas and symbols as Unicode text.

pylatexenc sees one formula at a time, never a whole abstract: what it would lose there (everything behind a bare
``%``) cannot be lost here, and its cost of 0.1–0.2 ms a formula stays bounded.
"""

import re
from functools import lru_cache

from store.text.math import library
from store.text.scripts import subscript, superscript

MAX_FORMULA = 2000
_MAX_DEPTH = 20
_OPERATOR = "[×±∓→←↔⇒≤≥≪≫≲≳≈≠≡∼≃∝∈∉⊂⊆∪∩∧∨⊗⊕]"
_LOPSIDED = re.compile(rf"(?<=[\w)\]])({_OPERATOR}) (?=\S)|(?<=[\w)\]] )({_OPERATOR})(?=\w)")  # 2× 2, x ≈y


def scrub(latex: str) -> str:
    """Take the marks out without reading them: for what is too deep, too long or too broken to read."""
    return re.sub(r"[\\${}^\x01-\x03]", "", latex)


def math_to_text(latex: str, before: str = "") -> str:
    """The inside of a formula (or one macro with its arguments) as text; never raises.

    Args:
        latex: A formula longer than ``MAX_FORMULA`` characters only loses its marks.
        before: The text in front, which decides how a leading script reads: raised behind ``10``, not behind a blank.
    """
    if len(latex) > MAX_FORMULA or _depth(latex) > _MAX_DEPTH:
        return scrub(latex)
    text = _symbols(latex) if re.search(r"[\\{}~]", latex) else latex
    return _write_scripts(text, before).replace("\x03", "_")


def _depth(latex: str) -> int:
    """How deep pylatexenc would have to recurse, from above: braces, environments and chains of bare macros."""
    depth = deepest = 0
    for brace in re.findall(r"[{}]", latex):
        depth += 1 if brace == "{" else -1
        deepest = max(deepest, depth)
    chain = max((m.count("\\") for m in re.findall(r"(?:\\[A-Za-z]+\s*)+", latex)), default=0)
    return max(deepest, latex.count(r"\begin"), chain // 3)


@lru_cache(maxsize=1024)
def _symbols(latex: str) -> str:
    source = re.sub(r"\\.|%", lambda m: {"%": r"\%", r"\_": "\x03"}.get(m[0], m[0]), latex)
    try:
        text = library().math(_mark_scripts(source))
    except library().errors:
        return scrub(latex)  # broken LaTeX makes pylatexenc fail in many ways; the letters are still there
    text = re.sub(r"[\x04\x05]", "", re.sub(r"(?<=[^\W_])\x04|\x05\x04|\x05(?=[^\W_])", " ", text))  # log log n
    return _LOPSIDED.sub(lambda m: f" {m[1]} " if m[1] else f"{m[2]} ", text)


def _mark_scripts(source: str) -> str:
    r"""Put \x01 and \x02 inside the braces behind ^ and _: pylatexenc drops the braces, the marks stay."""
    pieces: list[str] = []
    is_script: list[bool] = []
    last = 0
    for m in re.finditer(r"\\.|[\^_]\s*\{|[{}]", source):
        mark = m[0]
        if mark.endswith("{") and mark[0] != "\\":
            is_script.append(mark != "{")
            mark += "\x01" if mark != "{" else ""
        elif mark == "}" and is_script and is_script.pop():
            mark = "\x02}"
        pieces += [source[last : m.start()], mark]
        last = m.end()
    return "".join([*pieces, source[last:]])


def _write_scripts(text: str, before: str) -> str:
    def write(m: re.Match[str]) -> str:
        front = (before + text[max(0, m.start() - 12) : m.start()])[-12:]
        return superscript(m[2], front) if m[1] == "^" else subscript(m[2], front)

    text = re.sub(r"([\^_])\s*([^\s\x01\x02])", write, text)
    for _ in range(_MAX_DEPTH):  # innermost first
        done = re.sub(r"([\^_])\s*\x01([^\x01\x02]*)\x02", write, text)
        if done == text:
            break
        text = done
    return re.sub(r"[\x01\x02]", "", text)
