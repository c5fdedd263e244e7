"""Which encoding a file is in: its byte order mark, else strict UTF-8, else Windows-1252 with a doubt."""

import codecs
from dataclasses import dataclass
from pathlib import Path

_MARKS = (  # the longer ones first: the mark of UTF-32 LE begins with that of UTF-16 LE
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Encoding:
    """A codec, what it does with bytes that it does not know, and what is doubtful about the choice."""

    codec: str
    errors: str = "replace"
    doubt: str = ""


BY_LINE = Encoding("utf-8-sig", errors="surrogateescape")
"""UTF-8 in which a bad byte becomes a lone surrogate, so that a reader can tell which line it spoilt."""


def marked(head: bytes) -> str:
    """The codec that the first bytes name; ``utf-8-sig``, which does not mind a missing mark, where they are silent."""
    return next((codec for mark, codec in _MARKS if head.startswith(mark)), "utf-8-sig")


def decide(path: Path, head: bytes) -> Encoding:
    """The encoding of a file, which is read to its end for that.

    Raises:
        OSError: The file cannot be read.
    """
    codec = marked(head)
    if _fits(path, codec):
        return Encoding(codec)
    if codec != "utf-8-sig":
        return Encoding(codec, doubt=f"some bytes are not valid {codec.upper()}; they were replaced by �")
    return Encoding(
        "cp1252",
        doubt="the file is not valid UTF-8 and was read as Windows-1252; save it as UTF-8 if accents look wrong",
    )


def _fits(path: Path, codec: str) -> bool:
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
