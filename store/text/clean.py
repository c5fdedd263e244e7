"""Text of a record (abstract, title, name) to one line of clean Unicode.

``clean_text`` reads LaTeX, tags and entities; ``clean_characters`` only makes characters composed, visible, and
harmless in a terminal.
"""

import re
import unicodedata

from store.text.latex import latex_to_text
from store.text.markup import markup_to_text

_ESCAPES = re.compile(
    r"""\x1b\[ [0-?]* [ -/]* [@-~]                               # CSI: colours, cursor
  | \x9b [0-9;:?]+ [ -/]* [@-~]                                  # CSI as one character
  | \x1b [\]PX^_] [^\x07\x1b\x9c]{0,4096} (?: \x07 | \x1b\\ | \x9c )  # OSC, DCS: titles, links
  | \x1b [ -/]* [0-~]                                            # the short ones""",
    re.VERBOSE,
)
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # controls that are no white space
    # soft hyphen, zero width, bidi:
    "\u00ad\u034f\u061c\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"  # tags, which can smuggle a hidden text
)
_SELECTORS = re.compile("(?<=[\ufe00-\ufe0f\U000e0100-\U000e01ef])[\ufe00-\ufe0f\U000e0100-\U000e01ef]+")
_JOINED = "\u0600-\u07ff\u0840-\u0dff\u0f00-\u109f\u1780-\u18af\u1a00-\u1cff\ua800-\ua8ff\ua980-\ua9df\uaa00-\uabff"
_PICTURES = "\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
_STRAY_JOINERS = re.compile(f"(?<![{_JOINED}])\u200c|(?<![{_JOINED}{_PICTURES}])\u200d")
_WINDOWS = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0) if code != 0x85}
_MAX_MARKS = 30  # as in Unicode's stream-safe format; normalising a longer run takes quadratic time
_MARK_RUN = re.compile(rf"[^\w\x00-\x7f]{{{_MAX_MARKS},}}")


def clean_characters(text: str) -> str:
    """Return one line of NFC text without controls, terminal escapes, bidi controls and zero-width characters.

    The joiners U+200C and U+200D stay where Arabic, Indic and other scripts (and emoji) are spelt with them.
    Windows-1252 bytes read as Latin-1 (U+0080 to U+009F) become the quotes and dashes they were.
    """
    if text.isascii() and (line := " ".join(text.split())).isprintable():
        return line  # most texts
    if not text.isascii() or not text.isprintable():
        text = _ESCAPES.sub("", text).translate(_WINDOWS)
        text = _SELECTORS.sub("", _INVISIBLE.sub("", text))
        text = _STRAY_JOINERS.sub("", text)
        text = unicodedata.normalize("NFC", _limit_marks(text))
    return " ".join(text.split())


def _limit_marks(text: str) -> str:
    return _MARK_RUN.sub(_first_marks, text)


def _first_marks(m: re.Match[str]) -> str:
    characters, run = [], 0
    for character in m[0]:
        run = run + 1 if unicodedata.combining(character) else 0
        if run <= _MAX_MARKS:
            characters.append(character)
    return "".join(characters)


_MAX_ROUNDS = 4  # deeper than sources encode; chosen by hand, not measured
_MARKS = re.compile(r"[\\$<>&{}`~]")
_SIGNS = r"\$<&`~"  # without one of these nothing is markup or LaTeX


def clean_text(raw: str, *, tex: bool = False) -> str:
    r"""Return one line of clean Unicode: no LaTeX, no tags, no entities, no controls, single spaces, NFC. Never raises.

    Sources encode twice (``&amp;lt;i&amp;gt;``, ``\textbackslash emph\{x\}``), so this goes on until nothing changes:
    ``clean_text(clean_text(x)) == clean_text(x)`` for every ``x``. What is nested deeper than any source nests it is
    not read but loses its marks.

    Args:
        raw: The text as the source gave it, of any length and content.
        tex: The source is a TeX format (BibTeX): braces group, ``~`` is a space, ``--`` a dash.
    """
    text = clean_characters(raw)
    if not tex and not any(sign in text for sign in _SIGNS):
        return text  # most texts, in a hundredth of the time
    for turn in range(_MAX_ROUNDS):
        plain = _read_marks(text, tex=tex and turn == 0)
        if plain == text:
            return text
        text = clean_characters(plain)
    return clean_characters(_MARKS.sub("", text))


def _read_marks(text: str, *, tex: bool) -> str:
    plain = markup_to_text(text)
    return latex_to_text(plain if plain == text else clean_characters(plain), tex=tex)
