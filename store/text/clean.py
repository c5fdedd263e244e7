"""Text of a record (abstract, title, name) to one line of clean Unicode.

``clean_text`` reads LaTeX, tags and entities; ``clean_characters`` only makes characters composed, visible, and
harmless in a terminal.

Of HTML, JATS and MathML only known element names count as tags, so ``p < 0.05`` and ``x<y and z>w`` are text; the text
in tags stays. Formulas in MathML are spelt as those in LaTeX: x², CO2, a/b.
"""

import html
import re
import unicodedata
from typing import TYPE_CHECKING

from store.text.latex import latex_to_text
from store.text.math import bracket_operand, write_subscript, write_superscript
from store.text.patterns import compile_lazily

if TYPE_CHECKING:
    from xml.etree import ElementTree

_ESCAPES = compile_lazily(
    r"""\x1b\[ [0-?]* [ -/]* [@-~]                               # CSI: colours, cursor
  | \x9b [0-9;:?]+ [ -/]* [@-~]                                  # CSI as one character
  | \x1b [\]PX^_] [^\x07\x1b\x9c]{0,4096} (?: \x07 | \x1b\\ | \x9c )  # OSC, DCS: titles, links
  | \x1b [ -/]* [0-~]                                            # the short ones""",
    re.VERBOSE,
)
_INVISIBLE = compile_lazily(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # controls that are no white space
    # soft hyphen, zero width, bidi:
    "\u00ad\u034f\u061c\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"  # tags, which can smuggle a hidden text
)
# What Python takes for printable of all that is taken out or looked at here; the rest is told by ``isprintable``.
_PRINTABLE = compile_lazily("[\u034f\u17b4\u17b5\u180e\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_SELECTORS = compile_lazily("(?<=[\ufe00-\ufe0f\U000e0100-\U000e01ef])[\ufe00-\ufe0f\U000e0100-\U000e01ef]+")
_JOINED = "\u0600-\u07ff\u0840-\u0dff\u0f00-\u109f\u1780-\u18af\u1a00-\u1cff\ua800-\ua8ff\ua980-\ua9df\uaa00-\uabff"
_PICTURES = "\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
_STRAY_JOINERS = compile_lazily(f"(?<![{_JOINED}])\u200c|(?<![{_JOINED}{_PICTURES}])\u200d")
_WINDOWS = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0) if code != 0x85}
_MAX_MARKS = 30  # as in Unicode's stream-safe format; normalising a longer run takes quadratic time
_MARK_RUN = compile_lazily(rf"[^\w\x00-\x7f]{{{_MAX_MARKS},}}")


def clean_characters(text: str) -> str:
    """Return one line of NFC text without controls, terminal escapes, bidi controls and zero-width characters.

    The joiners U+200C and U+200D stay where Arabic, Indic and other scripts (and emoji) are spelt with them.
    Windows-1252 bytes read as Latin-1 (U+0080 to U+009F) become the quotes and dashes they were.
    """
    if not text:
        return ""
    if text.isascii():
        flat = text.replace("\n", " ").strip(" ")
        if flat.isprintable() and "  " not in flat:
            return flat  # most texts
        if (line := " ".join(text.split())).isprintable():
            return line
    if text.isprintable() and not _PRINTABLE.search(text):  # most texts with accents
        text = unicodedata.normalize("NFC", _limit_marks(text))
        if "  " not in text and text[0] != " " and text[-1] != " ":  # No other white space is printable.
            return text
    elif not text.isascii() or not text.isprintable():
        text = _ESCAPES.sub("", text).translate(_WINDOWS)
        text = _SELECTORS.sub("", _INVISIBLE.sub("", text))
        text = _STRAY_JOINERS.sub("", text)
        text = unicodedata.normalize("NFC", _limit_marks(text))
    return " ".join(text.split())


def _limit_marks(text: str) -> str:
    if len(text.encode(errors="surrogatepass")) - len(text) < _MAX_MARKS:  # There are not so many beyond ASCII.
        return text
    return _MARK_RUN.sub(_first_marks, text)


def _first_marks(m: re.Match[str]) -> str:
    characters, run = [], 0
    for character in m[0]:
        run = run + 1 if unicodedata.combining(character) else 0
        if run <= _MAX_MARKS:
            characters.append(character)
    return "".join(characters)


_MAX_ROUNDS = 4  # deeper than sources encode; chosen by hand, not measured
_MARKS = compile_lazily(r"[\\$<>&{}`~]")


def _has_signs(text: str) -> bool:
    """Return whether there is one of the signs without which nothing is markup or LaTeX."""
    return "\\" in text or "$" in text or "<" in text or "&" in text or "`" in text or "~" in text


def clean_text(raw: str, *, tex: bool = False) -> str:
    r"""Return one line of clean Unicode: no LaTeX, no tags, no entities, no controls, single spaces, NFC. Never raises.

    Sources encode twice (``&amp;lt;i&amp;gt;``, ``\textbackslash emph\{x\}``), so this goes on until nothing changes:
    ``clean_text(clean_text(x)) == clean_text(x)`` for every ``x``. What is nested deeper than any source nests it is
    not read but loses its marks.

    Args:
        raw: The text as the source gave it, of any length and content.
        tex: The source is a TeX format (BibTeX): braces group, ``~`` is a space, ``--`` a dash.
    """
    if not raw:
        return ""
    text = clean_characters(raw)
    if not _has_signs(text) and not (tex and ("{" in text or "}" in text or "--" in text)):
        return text  # most texts, in a hundredth of the time
    for turn in range(_MAX_ROUNDS):
        plain = _read_marks(text, tex=tex and turn == 0)
        if plain == text:
            return text
        text = clean_characters(plain)
        if not _has_signs(text):  # Nothing is left to read, as after a text's only formulas.
            return text
    return clean_characters(_MARKS.sub("", text))


def _read_marks(text: str, *, tex: bool) -> str:
    plain = _markup_to_text(text)
    return latex_to_text(plain if plain == text else clean_characters(plain), tex=tex)


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


_ENTITY = compile_lazily(r"&(?:amp;)*(#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,30};)|&(?:amp;)+")
_HIDDEN = compile_lazily(r"<!--(?:(?!<!--).)*?-->|<script\b[^<>]*>(?:(?!<script).)*?</script>|<\?xml[^<>]*>", re.I)
_CDATA = compile_lazily(r"<!\[CDATA\[((?:(?!<!\[CDATA\[).)*?)\]\]>")
_MATH = compile_lazily(rf"{_build_tag_pattern('math', '')}(?:(?!<{_PREFIX}math\b).)*?</{_PREFIX}math>", re.I)
_TEX_TWIN = compile_lazily(
    rf"{_build_tag_pattern('tex-math', '')}[^<]*</{_PREFIX}tex-math>\s*(?=<{_PREFIX}math\b)", re.I
)
_HEADING = compile_lazily(rf"{_build_tag_pattern('title', '')}\s*([^<]*?)\s*</{_PREFIX}title>", re.I)
_SCRIPT = compile_lazily(rf"<{_PREFIX}(sup|sub|inf){_ATTRIBUTES}>([^<]*)</{_PREFIX}\1>", re.I)
_BLOCK_TAG = compile_lazily(_build_tag_pattern("|".join(_BLOCK)), re.I)
_INLINE_TAG = compile_lazily(_build_tag_pattern("|".join(n for n in _INLINE if n not in ("sup", "sub", "inf"))), re.I)
_SCRIPT_TAG = compile_lazily(_build_tag_pattern("sup|sub|inf"), re.I)
_CUT_OFF = compile_lazily(r"</?(?:mm|(?:mml|jats)\b[^<>]*)$")
_UNDERLINED = compile_lazily(r"<u>\s*([<>+])\s*</u>", re.I)
_GLUED_TAG = compile_lazily(
    rf"(?<=[a-z]{{2}})(<jats:(?:italic|styled-content|ext-link|monospace){_ATTRIBUTES}>)(?=[A-Za-z]{{2}}|[A-Z]\.)"
    rf"|(?<=[A-Za-z]{{2}})(</jats:(?:italic|styled-content|ext-link|monospace)>)(?=[a-z]{{2}})"
    rf"|(?<=[a-z]{{2}})(<(?:jats:)?scp?>[^<]*</(?:jats:)?scp?>)(?=[a-z]{{2}})"
)
_FOREIGN_TAG = compile_lazily(rf"</?(?:jats|mml|ce|sb):(?!su[bp]\b|inf\b)[\w-]+{_ATTRIBUTES}/?>", re.I)


def _markup_to_text(text: str) -> str:
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
_OPERATOR = compile_lazily(r"[=<>≤≥≈≠∼→∈±×]")


def _mathml_to_text(source: str) -> str:
    """Return a ``<math>`` element as text; broken, huge or too deep ones only lose their tags."""
    from xml.etree import ElementTree  # Late: few abstracts have one.

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


def _write_node(node: "ElementTree.Element", depth: int) -> str:
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
