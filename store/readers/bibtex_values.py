"""What the values of BibTeX fields say: braces, quotes, macros, names."""

import re
from collections.abc import Iterator

from store.readers.names import natural
from store.text.text_clean import clean_text
from store.text.tokens import brace_pairs

_ESCAPED = re.compile(r"\\([_%#&~{}$])|\{\\textasciitilde\}|\\textasciitilde(?:\{\})?")
_COMMAND = re.compile(r"\\(?:url|href)\s*\{([^{}]*)\}")
_EXTENDED = re.compile(r"\b(family|given|prefix|suffix)(?:-i)?\s*=\s*(\"[^\"]*\"|\{[^{}]*\}|[^,]*)", re.IGNORECASE)
_MAX_DEPTH = 20


def resolved(value: str, strings: dict[str, str], depth: int = 0) -> str:
    """The text of a value: pieces joined at ``#``, macros written out, the outer braces or quotes gone."""
    return "".join(_piece(piece.strip(), strings, depth) for piece in _split(value, "#"))


def names(value: str) -> list[str]:
    """The names of a list with "and", clean and in the order "Ann Poe"; "others" stays as the last one."""
    return [name for name in (_name(piece.strip()) for piece in _split(value, "and")) if name]


def plain(value: str) -> str:
    """A URL, DOI or file name without the escapes that TeX needs."""
    text = _COMMAND.sub(r" \1 ", value)
    return " ".join(_ESCAPED.sub(lambda match: match[1] or "~", text).strip("{}").split())


def _piece(piece: str, strings: dict[str, str], depth: int) -> str:
    if len(piece) > 1 and (piece[0], piece[-1]) in {("{", "}"), ('"', '"')}:
        return piece[1:-1]
    macro = strings.get(piece.lower())
    return resolved(macro, strings, depth + 1) if macro is not None and depth < _MAX_DEPTH else piece


def _split(value: str, at: str) -> Iterator[str]:
    """The pieces of a value between a sign, or a word with white space around it, outside of braces and quotes."""
    pattern = r"[{}]|\\.|(?:(?<=\s)|^)and(?=\s|$)" if at == "and" else r"[{}\"#]|\\."
    depth, quoted, start = 0, False, 0
    for mark in re.finditer(pattern, value, re.IGNORECASE | re.DOTALL):
        if mark[0] == '"':
            quoted ^= depth == 0
        elif mark[0] in "{}":
            depth = max(depth + (1 if mark[0] == "{" else -1), 0)
        elif mark[0].lower() == at and not depth and not quoted:
            yield value[start : mark.start()]
            start = mark.end()
    yield value[start:]


def _name(name: str) -> str:
    parts = {key.lower(): clean_text(text.strip('{}" '), tex=True) for key, text in _EXTENDED.findall(name)}
    if parts.get("family"):
        whole = " ".join(filter(None, (parts.get("given"), parts.get("prefix"), parts["family"])))
        return f"{whole}, {parts['suffix']}" if parts.get("suffix") else whole
    if name.startswith("{") and brace_pairs(name).get(0) == len(name) - 1:
        return clean_text(name, tex=True)  # the name of a body, whose commas part nothing
    return natural(clean_text(name, tex=True))
