"""A tiny reader of BibTeX, as strict as the grammar: anything that it does not know is an error."""

import re
from dataclasses import dataclass, field

_START = re.compile(r"\s*@([a-z]+)\{([^\s,{}\"#%'()=~\\@]+),")
_FIELD = re.compile(r"\s*([a-z]+) = ")
_MONTH = re.compile(r"[a-z]{3}\b")
# What TeX would act upon; behind a backslash or as a name it stands for itself.
_ACTIVE = re.compile(r"\\[A-Za-z]+\{\}|\\[&%$#_]|([&%$#_^~\\])")


@dataclass
class Entry:
    kind: str
    key: str
    fields: dict[str, str] = field(default_factory=dict)


def read(text: str) -> list[Entry]:
    """The entries of a file; raises AssertionError where it is not well-formed."""
    entries, at = [], 0
    while text[at:].strip():
        start = _START.match(text, at)
        assert start, f"no entry at {text[at : at + 40]!r}"
        entry, at = Entry(start[1], start[2]), start.end()
        while named := _FIELD.match(text, at):
            assert named[1] not in entry.fields
            entry.fields[named[1]], at = _value(text, named.end())
            assert text[at] == ","
            at += 1
        end = re.compile(r"\s*\}\n").match(text, at)
        assert end, f"{entry.key} does not end at {text[at : at + 40]!r}"
        entries.append(entry)
        at = end.end()
    return entries


def names(value: str) -> list[str]:
    """The names of an ``author`` field: " and " separates them outside of braces, in any case."""
    found, depth, last = [], 0, 0
    for at, character in enumerate(value):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth == 0 and value[at : at + 5].lower() == " and ":
            found.append(value[last:at])
            last = at + 5
    return [*found, value[last:]]


def active(value: str) -> list[str]:
    """The characters of a text field that TeX would act upon."""
    return [found for found in _ACTIVE.findall(value) if found]


def _value(text: str, at: int) -> tuple[str, int]:
    month = _MONTH.match(text, at)
    if month:
        return month[0], month.end()
    assert text[at] == "{"
    depth = 0
    for end in range(at, len(text)):
        depth += {"{": 1, "}": -1}.get(text[end], 0)
        assert text[end] != "\n"
        if depth == 0:
            return text[at + 1 : end], end + 1
    raise AssertionError(f"a brace is not closed at {text[at : at + 40]!r}")
