import re

from tests.tui.chat_doc import DOC, bindings, guide, tables, without_id, written
from tui.commands import COMMANDS
from tui.help_contents import GUIDE

TEXT = DOC.read_text()


def test_its_tables_are_those_of_the_code() -> None:
    assert written(TEXT) == TEXT, "python -m tests.tui.chat_doc writes them anew"
    assert all(f"<!-- {name} -->" in TEXT for name in tables())


def test_the_guide_of_the_help_is_its_text() -> None:
    assert GUIDE.read_text() == guide(TEXT), "python -m tests.tui.chat_doc writes it anew"


def test_every_command_and_every_key_stands_in_it() -> None:
    assert not [command.name for command in COMMANDS if f"`/{command.name}" not in TEXT]
    assert not [binding.id for _, binding in bindings() if f"`{binding.id}`" not in TEXT]


def test_every_key_can_be_changed() -> None:
    # Digits with Alt choose a citation by its number; there is nothing to change.
    assert not [shown for shown in without_id() if not re.search(r"key='alt\+\d'", shown)]
