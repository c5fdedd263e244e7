"""Which paper a key of a ``.bib`` file stands for: title, DOI and arXiv id, and nothing else of it."""

import re
from typing import NamedTuple

from store.readers import identifiers
from store.text.text_clean import clean_text

_ENTRY = re.compile(
    r"@[ \t]*(?!(?:comment|string|preamble)\b)[A-Za-z]+\s{0,9}[{(]\s{0,99}([^\s,{}()]{1,300})\s{0,9},", re.I
)
_FIELD = re.compile(r"(?<![\w-])(title|doi|eprint)\s{0,9}=\s{0,9}", re.I)
_QUOTED = re.compile(r'"([^"]{0,2000})"|([^\s,{}"]{1,300})')
_LONGEST = 2000


class Entry(NamedTuple):
    """What an entry says of its paper; "" where it is silent."""

    title: str = ""
    doi: str = ""
    arxiv: str = ""


def entries(text: str) -> dict[str, Entry]:
    """The entries of a ``.bib`` file by key; what is no entry is passed over, of two with one key the first counts."""
    found: dict[str, Entry] = {}
    heads = [*_ENTRY.finditer(text)]
    ends = [*(head.start() for head in heads[1:]), len(text)]
    for head, after in zip(heads, ends, strict=False):
        fields: dict[str, str] = {}
        for field in _FIELD.finditer(text, head.end(), after):
            fields.setdefault(field[1].lower(), _value(text, field.end(), after))
        doi, arxiv = identifiers.doi(fields.get("doi", "")), identifiers.arxiv(fields.get("eprint", ""))
        entry = Entry(clean_text(fields.get("title", ""), tex=True), doi or "", arxiv or "")
        found.setdefault(head[1], entry)
    return found


def _value(text: str, start: int, end: int) -> str:
    """A value in braces, in quotes or bare."""
    if text[start : start + 1] != "{":
        quoted = _QUOTED.match(text, start, end)
        return (quoted[1] or quoted[2] or "") if quoted else ""
    depth = 0
    for brace in re.finditer(r"\\.|[{}]", text[start : min(end, start + _LONGEST)]):
        depth += {"{": 1, "}": -1}.get(brace[0], 0)
        if depth == 0 and brace[0] == "}":
            return text[start + 1 : start + brace.start()]
    return ""
