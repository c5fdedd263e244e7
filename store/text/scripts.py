"""Superscripts and subscripts as plain text, one rule for HTML, MathML and LaTeX.

Powers become superscript characters (10⁻³, cm²), since 10-3 would be wrong. Whatever people type glued stays
glued, so that a search for it finds it: CO2, Ca2+, 13C, CD4+, 1st. The rest is marked: e^(-kt), x_i.
"""

import re

_DIGITS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_SIGNS = {"+": "⁺", "-": "⁻", "−": "⁻", "–": "⁻", "": ""}
_POWER = re.compile(r"([+\-−–]?)(\d+(?:[,;–-]\d+)*)")
_GLUED = re.compile(r"\d*[+\-−±*†‡§¶°∘'′″/]+|(?:st|nd|rd|th)|TM|®")
_CHEMICAL = re.compile(r"(?:^|[^A-Za-z])[A-Za-z]{0,2}[A-Z][a-z]?$|[)\]]$")


def superscript(raised: str, before: str) -> str:
    """``raised`` as it reads after ``before`` (the text in front of it, as much as is known)."""
    raised = raised.strip()
    starts_word = not before or before[-1].isspace() or before[-1] in "([{/-–—"
    if not raised or starts_word:
        return raised
    if _GLUED.fullmatch(raised):
        return raised.replace("∘", "°")
    if power := _POWER.fullmatch(raised):
        return _SIGNS[power[1]] + power[2].translate(_DIGITS)
    return f"^{_one_token(raised)}"


def subscript(lowered: str, before: str, *, prose: bool = False) -> str:
    """``lowered`` as it reads after ``before``; in ``prose`` (HTML) a plain word is glued: Vmax, T1/2."""
    lowered = lowered.strip()
    if not lowered or not before or before[-1].isspace():
        return lowered
    if prose and re.fullmatch(r"[\w.+\-−/]+", lowered):
        return lowered
    if re.fullmatch(r"[\d.]+", lowered) and _CHEMICAL.search(before[-8:]):
        return lowered
    return f"_{_one_token(lowered)}"


def _one_token(text: str) -> str:
    return text if re.fullmatch(r"\w+|\W|\(.*\)", text) else f"({text})"
