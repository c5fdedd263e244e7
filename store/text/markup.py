"""HTML, JATS and MathML tags out of text; their text stays.

Only known element names count as tags, so ``p < 0.05`` and ``x<y and z>w`` are text. Formulas in MathML are spelt as
those in LaTeX: x², CO2, a/b.
"""

import html
import re
from xml.etree import ElementTree

from store.text.math import bracket_operand, write_subscript, write_superscript

_PREFIX = r"(?:\w{1,8}:)?"  # jats:, mml:, ns0:
_BLOCK = """p br hr div sec title label list list-item li ul ol dl dt dd table tr td th thead tbody h1 h2 h3 h4 h5 h6
    abstract abstracttext section header blockquote disp-quote disp-formula break para simple-para""".split()
_INLINE = """b i u s a em strong italic bold sc scp small big span font tt code monospace underline strike sup sub inf
    roman sans-serif styled-content named-content ext-link xref email uri abbr cite q mark ins del article-title
    inline-formula tex-math alternatives inline-graphic inline-supplementary-material graphic img fn related-article
    math mrow mi mn mo mtext ms msup msub msubsup mfrac msqrt mroot mover munder munderover mfenced mspace mstyle
    mpadded mphantom style mtable mtr mtd semantics annotation mprescripts mmultiscripts none""".split()
_ATTRIBUTES = r"""(?:\s+[\w:.-]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>=]+))*\s*"""


def _build_tag_pattern(names: str, slash: str = "/?") -> str:
    return rf"<{slash}{_PREFIX}(?:{names}){_ATTRIBUTES}/?>"


_ENTITY = re.compile(r"&(?:amp;)*(#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,30};)|&(?:amp;)+")
_HIDDEN = re.compile(r"<!--(?:(?!<!--).)*?-->|<script\b[^<>]*>(?:(?!<script).)*?</script>|<\?xml[^<>]*>", re.I)
_CDATA = re.compile(r"<!\[CDATA\[((?:(?!<!\[CDATA\[).)*?)\]\]>")
_MATH = re.compile(rf"{_build_tag_pattern('math', '')}(?:(?!<{_PREFIX}math\b).)*?</{_PREFIX}math>", re.I)
_TEX_TWIN = re.compile(rf"{_build_tag_pattern('tex-math', '')}[^<]*</{_PREFIX}tex-math>\s*(?=<{_PREFIX}math\b)", re.I)
_HEADING = re.compile(rf"{_build_tag_pattern('title', '')}\s*([^<]*?)\s*</{_PREFIX}title>", re.I)
_SCRIPT = re.compile(rf"<{_PREFIX}(sup|sub|inf){_ATTRIBUTES}>([^<]*)</{_PREFIX}\1>", re.I)
_BLOCK_TAG = re.compile(_build_tag_pattern("|".join(_BLOCK)), re.I)
_INLINE_TAG = re.compile(_build_tag_pattern("|".join(n for n in _INLINE if n not in ("sup", "sub", "inf"))), re.I)
_SCRIPT_TAG = re.compile(_build_tag_pattern("sup|sub|inf"), re.I)
_CUT_OFF = re.compile(r"</?(?:mm|(?:mml|jats)\b[^<>]*)$")
_UNDERLINED = re.compile(r"<u>\s*([<>+])\s*</u>", re.I)
_GLUED_TAG = re.compile(
    rf"(?<=[a-z]{{2}})(<jats:(?:italic|styled-content|ext-link|monospace){_ATTRIBUTES}>)(?=[A-Za-z]{{2}}|[A-Z]\.)"
    rf"|(?<=[A-Za-z]{{2}})(</jats:(?:italic|styled-content|ext-link|monospace)>)(?=[a-z]{{2}})"
    rf"|(?<=[a-z]{{2}})(<(?:jats:)?scp?>[^<]*</(?:jats:)?scp?>)(?=[a-z]{{2}})"
)
_FOREIGN_TAG = re.compile(rf"</?(?:jats|mml|ce|sb):(?!su[bp]\b|inf\b)[\w-]+{_ATTRIBUTES}/?>", re.I)


def markup_to_text(text: str) -> str:
    """Decode entities and take the tags out of one line of text; never raises."""
    if "&" in text:
        text = _ENTITY.sub(_decode_entity, text)
    text = _CUT_OFF.sub("", text)
    if "<" not in text or ">" not in text:
        return text
    text = _CDATA.sub(r"\1", _HIDDEN.sub("", text))
    text = _MATH.sub(lambda m: _mathml_to_text(m[0]), _TEX_TWIN.sub("", text))
    text = _UNDERLINED.sub(lambda m: {"<": "≤", ">": "≥", "+": "±"}[m[1]], _GLUED_TAG.sub(r" \g<0> ", text))
    text = _BLOCK_TAG.sub(" ", _HEADING.sub(_write_heading, text))
    text = _SCRIPT.sub(_write_script, _FOREIGN_TAG.sub("", _INLINE_TAG.sub("", text)))
    return _SCRIPT_TAG.sub("", text)


def _decode_entity(m: re.Match[str]) -> str:
    """``&amp;amp;lt;`` has been encoded three times; an unknown name is text (``AT&T;``)."""
    return html.unescape(f"&{m[1]}") if m[1] else "&"


def _write_heading(m: re.Match[str]) -> str:
    """A heading opens its section as "METHODS: "; the word Abstract says nothing."""
    if m[1].lower() in ("", "abstract", "summary"):
        return " "
    return f" {m[1]} " if m[1][-1] in ".:?!" else f" {m[1]}: "


def _write_script(m: re.Match[str]) -> str:
    before = m.string[max(0, m.start() - 12) : m.start()]
    return write_superscript(m[2], before) if m[1].lower() == "sup" else write_subscript(m[2], before, prose=True)


_MAX_LENGTH = 20_000  # of one formula's source; chosen by hand, not measured
_MAX_DEPTH = 50  # of elements; chosen by hand, not measured
_PRESCRIPTS = "\x01"  # no text of a document holds it
_OPERATOR = re.compile(r"[=<>≤≥≈≠∼→∈±×]")


def _mathml_to_text(source: str) -> str:
    """Return a ``<math>`` element as text; broken, huge or too deep ones only lose their tags."""
    plain = re.sub(r"<[^<>]*>", "", source)
    if len(source) > _MAX_LENGTH:
        return plain
    try:
        root = ElementTree.fromstring(
            re.sub(r"<(/?)\w+:", r"<\1", re.sub(r"\s[\w:.-]+\s*=\s*(\"[^\"]*\"|'[^']*')", "", source))
        )
    except ElementTree.ParseError:
        return plain
    return _write_node(root, 0).replace(_PRESCRIPTS, "")


def _write_node(node: ElementTree.Element, depth: int) -> str:
    if depth > _MAX_DEPTH:
        return "".join(node.itertext())
    children = list(node)
    if node.tag in ("annotation", "annotation-xml", "none", "mprescripts"):
        return _PRESCRIPTS if node.tag == "mprescripts" else ""
    parts = [_write_node(child, depth + 1) for child in children]
    if node.tag == "mo" and _OPERATOR.fullmatch((node.text or "").strip()):
        return f" {(node.text or '').strip()} "
    if not children:
        return (node.text or "").strip() if node.tag != "mtext" else node.text or ""
    return _join_parts(node.tag, parts)


def _join_parts(tag: str, parts: list[str]) -> str:
    match tag, parts:
        case "msup" | "mover", [base, raised]:
            return base + write_superscript(raised, base)
        case "msub" | "munder", [base, lowered]:
            return base + write_subscript(lowered, base)
        case "msubsup" | "munderover", [base, lowered, raised]:
            return base + write_subscript(lowered, base) + write_superscript(raised, base)
        case "mfrac", [above, below]:
            return f"{bracket_operand(above)}/{bracket_operand(below)}"
        case "mmultiscripts", [base, *scripts] if _PRESCRIPTS in scripts:  # an isotope: ¹³C
            border = scripts.index(_PRESCRIPTS)
            return "".join([*scripts[border + 1 :], base, *scripts[:border]])
        case "mfenced", _:
            return f"({', '.join(parts)})"
        case "msqrt", _:
            return f"√{bracket_operand(''.join(parts))}"
        case _:
            return "".join(parts)
