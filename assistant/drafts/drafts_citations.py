r"""Citations in running text: ``[@key; see @other, p. 3]``, ``@key``, ``\cite{a,b}`` and its kin."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_KEY = re.compile(r"(?<![\w@\\])@(?:\{([^{}\s]{1,300})\}|(\w(?:\w|[:.#$%&+?<>~/*-](?=\w)){0,300}))")
_BRACKET = re.compile(r"\[([^\[\]]{0,1000})\](?!\()")
_LATEX = re.compile(
    r"\\(?!nocite)(?P<name>[A-Za-z]{0,12}[cC]ite[A-Za-z]{0,12})\*?"
    r"(?:\s{0,3}\[[^\[\]{}]{0,300}\]){0,2}\s{0,3}\{(?P<keys>[^{}]{0,2000})\}"
)
# Those that are part of the grammar of their sentence: "Poe (2019) shows".
_IN_TEXT = frozenset("citet citealt citeauthor citeyear textcite fullcite".split())


class Mention(NamedTuple):
    """A citation at characters ``start`` to ``end``; ``apart`` where its sentence can be read without it."""

    start: int
    end: int
    keys: tuple[str, ...]
    apart: bool


def mentions(text: str, latex: bool = False) -> list[Mention]:
    r"""The citations of a text in order; they do not overlap.

    Args:
        text: Markdown or LaTeX, of any content.
        latex: Look for ``\cite`` alone, for in LaTeX an ``@`` cites nothing.
    """
    found: list[Mention] = []
    for way in (_commands,) if latex else (_commands, _brackets, _bare):
        taken = {place for one in found for place in range(one.start, one.end)}
        found += [one for one in way(text) if one.keys and one.start not in taken and one.end - 1 not in taken]
    return sorted(found)


def _commands(text: str) -> Iterator[Mention]:
    for cite in _LATEX.finditer(text):
        keys = ("".join(key.split()) for key in cite["keys"].split(","))
        yield Mention(cite.start(), cite.end(), _each_once(keys), cite["name"].lower() not in _IN_TEXT)


def _brackets(text: str) -> Iterator[Mention]:
    for bracket in _BRACKET.finditer(text):
        keys = _each_once(key[1] or key[2] for key in _KEY.finditer(bracket[1]))
        yield Mention(bracket.start(), bracket.end(), keys, apart=True)


def _bare(text: str) -> Iterator[Mention]:
    for key in _KEY.finditer(text):
        yield Mention(key.start(), key.end(), (key[1] or key[2],), apart=False)


def _each_once(keys: Iterator[str]) -> tuple[str, ...]:
    return tuple(key for key in dict.fromkeys(keys) if key)
