"""MathML formulas as text: the same spelling as for LaTeX (x², CO2, a/b)."""

import re
from xml.etree import ElementTree

from store.text.scripts import subscript, superscript

_MAX_LENGTH = 20_000
_MAX_DEPTH = 50
_PRESCRIPTS = "\x01"  # no text of a document holds it
_OPERATOR = re.compile(r"[=<>≤≥≈≠∼→∈±×]")


def mathml_to_text(source: str) -> str:
    """A ``<math>`` element as text; broken, huge or too deep ones only lose their tags."""
    plain = re.sub(r"<[^<>]*>", "", source)
    if len(source) > _MAX_LENGTH:
        return plain
    try:
        root = ElementTree.fromstring(
            re.sub(r"<(/?)\w+:", r"<\1", re.sub(r"\s[\w:.-]+\s*=\s*(\"[^\"]*\"|'[^']*')", "", source))
        )
    except ElementTree.ParseError:
        return plain
    return _text(root, 0).replace(_PRESCRIPTS, "")


def _text(node: ElementTree.Element, depth: int) -> str:
    if depth > _MAX_DEPTH:
        return "".join(node.itertext())
    children = list(node)
    if node.tag in ("annotation", "annotation-xml", "none", "mprescripts"):
        return _PRESCRIPTS if node.tag == "mprescripts" else ""
    parts = [_text(child, depth + 1) for child in children]
    if node.tag == "mo" and _OPERATOR.fullmatch((node.text or "").strip()):
        return f" {(node.text or '').strip()} "
    if not children:
        return (node.text or "").strip() if node.tag != "mtext" else node.text or ""
    return _combine(node.tag, parts)


def _combine(tag: str, parts: list[str]) -> str:
    match tag, parts:
        case "msup" | "mover", [base, raised]:
            return base + superscript(raised, base)
        case "msub" | "munder", [base, lowered]:
            return base + subscript(lowered, base)
        case "msubsup" | "munderover", [base, lowered, raised]:
            return base + subscript(lowered, base) + superscript(raised, base)
        case "mfrac", [above, below]:
            return f"{_operand(above)}/{_operand(below)}"
        case "mmultiscripts", [base, *scripts] if _PRESCRIPTS in scripts:  # an isotope: ¹³C
            border = scripts.index(_PRESCRIPTS)
            return "".join([*scripts[border + 1 :], base, *scripts[:border]])
        case "mfenced", _:
            return f"({', '.join(parts)})"
        case "msqrt", _:
            return f"√{_operand(''.join(parts))}"
        case _:
            return "".join(parts)


def _operand(text: str) -> str:
    return text if re.fullmatch(r"\w*|\W", text) else f"({text})"
