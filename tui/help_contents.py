"""What the help says, and how it is searched: commands, keys, settings, signs, and what docs/chat.md tells."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from textual.app import App
from textual.binding import ActiveBinding

from assistant.phrases import SCALE
from tui.commands import COMMANDS, ChatCommand, other_names
from tui.key_names import key_names
from tui.text import Glyphs

GUIDE = Path(__file__).with_name("guide.md")
"""The text of docs/chat.md: a paragraph a line, a title over each section (``tests.tui.chat_doc`` writes it)."""


class HelpRow(NamedTuple):
    """Keys, what is typed instead or the id for a keymap, and what it does; it is found by its other names, too."""

    keys: str
    name: str
    what: str
    other_names: str = ""


class HelpSection(NamedTuple):
    """Rows under a title; those of ``is_searched`` show only when something is looked for."""

    title: str
    rows: tuple[HelpRow, ...]
    is_searched: bool = False


def command_rows(keymap: Mapping[str, str]) -> HelpSection:
    """Return all commands, with the keys that they have after remapping."""
    return HelpSection("Commands", tuple(_command_row(command, keymap) for command in COMMANDS))


def key_sections(active: Iterable[ActiveBinding]) -> list[HelpSection]:
    """Return the bindings that are active beside the commands' own, by where they come from, the nearest first."""
    commands = {command.name for command in COMMANDS}
    sections: dict[str, dict[str, list[ActiveBinding]]] = {}
    for key in active:
        if key.binding.description and key.binding.id not in commands:
            sections.setdefault(_section_title(key), {}).setdefault(key.binding.action, []).append(key)
    return [HelpSection(title, tuple(map(_key_row, rows.values()))) for title, rows in sections.items()]


def sign_rows(glyphs: Glyphs) -> HelpSection:
    """Return what the signs mean."""
    return HelpSection("Signs", tuple(HelpRow(getattr(glyphs, name), "", what) for name, what in SIGNS.items()))


SIGNS = {
    **{support: f"{sign.words}: {sign.meaning}" for support, sign in SCALE.items()},
    "done": "done; in the settings: it works",
    "abstained": "no answer: the library does not hold enough",
    "failed": "failed or cancelled; nothing is lost",
    "marked": "marked; in the list of conversations the one that is open",
    "unmarked": "not marked",
    "question": "a question",
    "working": "being worked on",
    "sorted": "the list is in the order of this column",
    "none": "no paper of that year",
    "bars": "few to many papers of that year",
}


def guide_sections() -> list[HelpSection]:
    """Return what the guide tells, a row a sentence."""
    sections: dict[str, list[HelpRow]] = {}
    title = ""
    for line in GUIDE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            title = line.lstrip("# ")
        elif line:
            sections.setdefault(title, []).extend(HelpRow("", "", sentence) for sentence in _SENTENCE_END.split(line))
    return [HelpSection(title, tuple(rows), is_searched=True) for title, rows in sections.items()]


# Behind the end of a sentence, or of what a colon announces.
_SENTENCE_END = re.compile(r"(?<=[.?!]) (?=[A-Z@\[])")


def _command_row(command: ChatCommand, keymap: Mapping[str, str]) -> HelpRow:
    keys = keymap.get(command.name, command.key) if command.key else ""
    return HelpRow(key_names(keys), f"/{command.name} {command.operand}".rstrip(), command.help, other_names(command))


def _key_row(same: list[ActiveBinding]) -> HelpRow:
    first = same[0].binding
    keys = key_names(",".join(key.binding.key for key in same if key.binding.key != "comma"))
    return HelpRow(keys, next((key.binding.id for key in same if key.binding.id), ""), first.description)


def _section_title(key: ActiveBinding) -> str:
    """Return the name of the class that the binding stands in, in words."""
    if isinstance(key.node, App):
        return "Everywhere"
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z]*", type(key.node).__name__)
    return " ".join(words).capitalize()


# Searching

# How near a word has to be to one that was typed where none has it, as difflib counts it (0–1): one letter wrong of
# five. Chosen by hand; not measured.
_NEAR = 0.8
# Endings of one word in its forms (cites, citing, citation), what is left of it where they are cut off (an "e" may be
# wanted there), and how much has to be left.
_ENDING = re.compile(r"(?<=\w{3})(?:ations?|ions?|ings?|ed|ers?)$")


def search_sections(sections: Sequence[HelpSection], text: str) -> list[HelpSection]:
    """Return the sections with the rows that are looked for.

    Those in which every word stands, in any of its forms, else those with most of the words, else those with words that
    are spelled nearly so. The title over a row counts as part of it.
    """
    words = text.casefold().split()
    if not words:
        return [section._replace(rows=() if section.is_searched else section.rows) for section in sections]
    most = max(_count_words(sections, words), default=0)
    if not most:
        spelled = sorted({word for section in sections for row in section.rows for word in _read_words(section, row)})
        words = [near for word in words for near in get_close_matches(word, spelled, 1, _NEAR)]
        most = max(_count_words(sections, words), default=0)
    return [section._replace(rows=_choose_rows(section, words, most)) for section in sections]


def _choose_rows(section: HelpSection, words: Sequence[str], most: int) -> tuple[HelpRow, ...]:
    """Return the rows with so many of the words, those first that are called so."""
    rows = [row for row in section.rows if most and _fit(section, row, words) == most]
    return tuple(sorted(rows, key=lambda row: row.name.strip("/").split(" ")[0] not in words))


def _count_words(sections: Iterable[HelpSection], words: Sequence[str]) -> Iterator[int]:
    """Yield how many of the words each row has."""
    return (_fit(section, row, words) for section in sections for row in section.rows)


def _fit(section: HelpSection, row: HelpRow, words: Sequence[str]) -> int:
    text, forms = _read_row(section.title, row)
    return sum(word in text or not forms.isdisjoint(_list_forms(word)) for word in words)


def _read_words(section: HelpSection, row: HelpRow) -> list[str]:
    return re.findall(r"\w+", _read_row(section.title, row)[0])


@lru_cache(2048)
def _read_row(title: str, row: HelpRow) -> tuple[str, frozenset[str]]:
    """Return what a row says, and all forms of its words."""
    text = " ".join((title, *row)).casefold()
    return text, frozenset[str]().union(*map(_list_forms, re.findall(r"\w+", text)))


def _list_forms(word: str) -> frozenset[str]:
    """Return a word and what it may be a form of."""
    single = f"{word[:-3]}y" if word.endswith("ies") else word.removesuffix("s") if len(word) > 3 else word
    cut = _ENDING.sub("", single)
    return frozenset((word, single, cut, f"{cut}e" if cut != single else single))
