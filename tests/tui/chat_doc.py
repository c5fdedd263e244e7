"""The tables of docs/chat.md, made from the code, and the guide of the help, made from its text.

``python -m tests.tui.chat_doc`` writes both anew.
"""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from textual.binding import Binding
from textual.dom import DOMNode

import tui
from tui.commands import COMMANDS
from tui.help_contents import GUIDE, SIGNS
from tui.key_names import key_names
from tui.text import ASCII, UNICODE

DOC = Path(__file__).resolve().parents[2] / "docs" / "chat.md"


def tables() -> dict[str, str]:
    """Each table by the name that its marks have in the document."""
    commands = [(f"`/{c.name} {c.operand}`".replace(" `", "`"), _code(c.key), c.help) for c in COMMANDS]
    keys = [(_words(cls), _code(b.key), f"`{b.id}`", b.description) for cls, b in bindings()]
    signs = [(f"`{getattr(UNICODE, name)}`", f"`{getattr(ASCII, name)}`", what) for name, what in SIGNS.items()]
    return {
        "commands": _table(("command", "keys", "what it does"), commands),
        "keys": _table(("where", "keys", "id", "what it does"), keys),
        "signs": _table(("sign", "without Unicode", "what it means"), signs),
    }


def bindings() -> Iterator[tuple[type, Binding]]:
    """All bindings with an id beside those of commands, where they are declared."""
    seen = {command.name for command in COMMANDS}
    for cls in sorted(_classes(), key=lambda cls: (cls.__module__, cls.__name__)):
        for binding in cls.__dict__.get("BINDINGS", ()):
            if isinstance(binding, Binding) and binding.id and binding.id not in seen:
                seen.add(binding.id)
                yield cls, binding


def without_id() -> list[str]:
    """Bindings that no keymap can change."""
    return [
        f"{cls.__name__}: {binding}"
        for cls in _classes()
        for binding in cls.__dict__.get("BINDINGS", ())
        if not (isinstance(binding, Binding) and binding.id)
    ]


def written(text: str) -> str:
    """A document with the tables between its marks."""
    made = tables()
    return re.sub(
        r"(?s)(<!-- (\w+) -->\n)(?:(?!<!--).)*(<!-- end -->)", lambda found: found[1] + made[found[2]] + found[3], text
    )


def guide(document: str) -> str:
    """The titles and paragraphs of a document as the help shows them: one a line, without tables, pictures and code."""
    text = document.partition("## The other screens")[0]
    text = re.sub(r"(?s)```.*?```|<!--.*?-->|!\[.*?\]\(.*?\)", "", text.replace("\n- ", "\n\n"))
    blocks = [" ".join(block.split()) for block in re.split(r"\n\s*\n", text)]
    shown = [block for block in blocks if block and "|" not in block[:1]]
    plain = [re.sub(r"\[([^\[\]]*)\]\([^)]*\)|\*+([^*`]+)\*+", r"\1\2", block).replace("`", "") for block in shown]
    return "\n".join([*plain, ""])


def _classes() -> set[type]:
    modules = [importlib.import_module(found.name) for found in pkgutil.walk_packages(tui.__path__, "tui.")]
    return {
        cls
        for module in modules
        for _, cls in inspect.getmembers(module, inspect.isclass)
        if issubclass(cls, DOMNode) and cls.__module__.startswith("tui.")
    }


def _words(cls: type) -> str:
    name = " ".join(re.findall(r"[A-Z][a-z]*", cls.__name__)).lower().removesuffix(" screen")
    return {"choices": "lists", "draft": "composer"}.get(name, name)


def _code(keys: str) -> str:
    return " ".join(f"`{key}`" for key in key_names(keys).split(", ") if key)


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |\n" for line in lines)


if __name__ == "__main__":
    DOC.write_text(written(DOC.read_text()))
    GUIDE.write_text(guide(DOC.read_text()))
