"""Which encoding a file is in.

In this order: its byte order mark, the pattern of its NULs, strict UTF-8, what it declares itself, a guess by its
letters (charset-normalizer). The guess comes last and among common encodings only, for it is wrong on short files.
"""

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

_MARKS = (  # the longer ones first: the mark of UTF-32 LE begins with that of UTF-16 LE
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHUNK = 1 << 20
_SAMPLE = 1 << 16  # bytes for the guess; chosen by hand, not measured
_DECLARED = re.compile(
    rb"""(?:^[% \t]*encoding[ \t]*[:=][ \t]*|^<\?xml[^>]{0,99}encoding\s*=\s*["'])([\w.:-]{2,40})""", re.I | re.M
)
_ALIASES = {"cp1252": "Windows-1252", "utf-8-sig": "UTF-8"}
_SAME = {"ascii": "cp1252", "iso8859-1": "cp1252"}  # who declares Latin-1 mostly wrote Windows-1252
_LETTERS = ["cp1252", "cp1250", "cp1251", "koi8_r", "cp1253", "cp1254", "cp1255", "cp1256", "iso8859_2", "mac_roman"]
_CENTRAL_CODECS = ("cp1250", "iso8859_2")
# The letters of languages that Windows-1250 and Windows-1252 were made for, as far as they stand for different bytes.
_CENTRAL = ("čďěňřšťůžľĺŕ", "ąćęłńśźż", "őű", "čćđšž", "ăţş")
_WESTERN = ("àèêïûùœÿæ", "ñ", "ãàêõ", "àèìòù", "åøæ", "ðþæ", "àèïòñ")
_CHARACTERS = ["gb18030", "big5", "shift_jis", "euc_jp", "euc_kr"]
_ENOUGH = 12  # letters beyond ASCII that a guess needs; chosen by hand, not measured
_ONLY_WINDOWS = re.compile(rb"[\x80-\x9f]")
# ½ and ¼ stand behind digits, never beside a letter; ¤ stands nowhere.
_LATIN_9 = re.compile("[œŒŠšŽž](?=[a-zà-ÿ])|(?<=[0-9] )€|€(?=[0-9])")
_BAD = re.compile("[\udc80-\udcff]+")


@dataclass(frozen=True)
class Encoding:
    """A codec, what it does with bytes that it does not know, and what is doubtful about the choice.

    ``mixed``: a UTF-8 file with stray Windows-1252 in it, which comes out of the codec as lone surrogates.
    """

    codec: str
    errors: str = "replace"
    doubt: str = ""
    mixed: bool = False


BY_LINE = Encoding("utf-8-sig", errors="surrogateescape")
"""UTF-8 in which a bad byte becomes a lone surrogate, so that a reader can tell which line it spoilt."""


def detect_codec(head: bytes) -> str:
    """Return the codec that the first bytes name, or show by their NULs; where they are silent ``utf-8-sig``."""
    return next((codec for mark, codec in _MARKS if head.startswith(mark)), None) or _detect_utf16(head) or "utf-8-sig"


def choose_encoding(opened: Callable[[], BinaryIO], head: bytes) -> Encoding:
    """Return the encoding of what ``opened`` opens, which is read to its end for that; ``head`` is how it begins.

    Raises:
        OSError: It cannot be read.
    """
    codec = detect_codec(head)
    if _is_valid(opened, codec):
        return Encoding(codec)
    if codec != "utf-8-sig":
        return Encoding(codec, doubt=f"some bytes are not valid {codec.upper()}; they were replaced by �")
    sample, good, bad = _sample_strange_bytes(opened)
    declared = _find_declaration(head)
    if good > bad:
        doubt = f"{bad} bytes are not valid UTF-8 and were read as Windows-1252; save the file as UTF-8"
        return Encoding("utf-8-sig", errors="surrogateescape", doubt=doubt, mixed=True)
    if declared and _is_valid(opened, declared):
        return Encoding(declared, doubt=f"the file was read as {_name_codec(declared)}, as it declares")
    guess = _guess_codec(sample)
    doubt = f"the file is not valid UTF-8 and was read as {_name_codec(guess)}; save it as UTF-8 if accents look wrong"
    return Encoding(guess, doubt=doubt)


def repair_mixed(text: str) -> str:
    """Return the text of a ``mixed`` file with the stray bytes read as Windows-1252."""
    return _BAD.sub(lambda bad: bad[0].encode("ascii", "surrogateescape").decode("cp1252", "replace"), text)


def _detect_utf16(head: bytes) -> str | None:
    """Return UTF-16 where there is no mark but every other byte is NUL, as in Latin text."""
    pairs = len(head) // 2
    if pairs < 4:
        return None
    even, odd = head[0 : 2 * pairs : 2].count(0), head[1 : 2 * pairs : 2].count(0)
    # 70 % of one half and 5 % of the other: chosen by hand, not measured.
    if max(even, odd) * 10 < pairs * 7 or min(even, odd) * 20 > pairs:
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def _find_declaration(head: bytes) -> str | None:
    declaration = _DECLARED.search(head)
    if not declaration:
        return None
    try:
        name = codecs.lookup(declaration[1].decode()).name
    except LookupError:
        return None
    # A codec that is no character encoding (rot13, hex), or UTF-8, which was tried, is no answer.
    helps = name not in {"utf-8", "utf-8-sig", "utf-7"} and not name.startswith(("utf-16", "utf-32"))
    return _SAME.get(name, name) if helps and _is_text(name) else None


def _is_text(codec: str) -> bool:
    try:
        return "A".encode(codec) == b"A"
    except (LookupError, UnicodeError):
        return False


def _sample_strange_bytes(opened: Callable[[], BinaryIO]) -> tuple[bytes, int, int]:
    """The first lines with bytes beyond ASCII, the number of good UTF-8 characters there, and that of bad bytes."""
    sample, good, bad = bytearray(), 0, 0
    decoder = codecs.getincrementaldecoder("utf-8-sig")("surrogateescape")
    with opened() as stream:
        while chunk := stream.read(_CHUNK):
            strange = decoder.decode(chunk)
            if strange.isascii():
                continue
            wrong = sum(map(len, _BAD.findall(strange)))
            good, bad = good + sum(char > "\x7f" for char in strange) - wrong, bad + wrong
            if len(sample) < _SAMPLE:
                sample += b"\n".join(line for line in chunk.splitlines() if not line.isascii())[:_SAMPLE]
    return bytes(sample), good, bad


def _guess_codec(sample: bytes) -> str:
    from charset_normalizer import from_bytes  # late: only a few files need it

    if sum(byte > 0x7F for byte in sample) < _ENOUGH:
        return _tell_western(sample)
    best = from_bytes(sample, cp_isolation=_LETTERS + _CHARACTERS).best()
    if best and best.encoding in _CENTRAL_CODECS:
        return best.encoding if _is_central(sample, best.encoding) else _tell_western(sample)
    return best.encoding if best and best.encoding != "cp1252" else _tell_western(sample)


def _is_central(sample: bytes, codec: str) -> bool:
    """Return whether a text is in a language of Central Europe rather than in a western one.

    Only those letters count that are others in Windows-1252; the guess before goes by all, of which most are the same,
    so that a few French names look Slovak to it.
    """
    texts = [sample.decode(name, "replace").lower() for name in (codec, "cp1252")]
    pairs = [pair for pair in zip(*texts, strict=True) if pair[0] != pair[1] and pair[0].isalpha()]
    central = max(sum(letter in alphabet for letter, _ in pairs) for alphabet in _CENTRAL)
    western = max(sum(letter in alphabet for _, letter in pairs) for alphabet in _WESTERN)
    return central > western


def _tell_western(sample: bytes) -> str:
    """Tell ISO 8859-15 from Windows-1252 by the letters that only the one has where the other has fractions."""
    plain = not _ONLY_WINDOWS.search(sample)
    return "iso8859_15" if plain and _LATIN_9.search(sample.decode("iso8859_15", "replace")) else "cp1252"


def _name_codec(codec: str) -> str:
    return _ALIASES.get(codec, codec.upper().replace("_", "-"))


def _is_valid(opened: Callable[[], BinaryIO], codec: str) -> bool:
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        with opened() as stream:
            while chunk := stream.read(_CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True
