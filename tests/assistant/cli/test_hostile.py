"""A library whose every field tries to take the terminal over."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.assistant.cli.running import Done, Run

EVIL = "\x1b[31mRED\x1b[0m [bold]b[/bold] [/] \u202egnp.exe \x9b2J \x1b]0;owned\x07 \u2066iso\u2069 **md** <b>tag</b> "
RECORDS = (
    {
        **{
            "id": "[/] [red]x",
            "title": f"{EVIL}Title",
            "authors": [f"{EVIL}Ann", "Bob [/]"],
            "venue": EVIL,
            "year": 2019,
        },
        **{
            "keywords": [EVIL],
            "categories": [EVIL],
            "abstract": f"{EVIL}Widgets reduce noise by 40%.",
            f"x{EVIL}": EVIL,
        },
    },
    {"id": EVIL, "title": EVIL, "abstract": EVIL, "year": EVIL},
    [EVIL],
)
# Colours, and what moves the progress bar: the escapes that are ours.
# Tabs are ours too: between the columns of a pipe.
OURS = re.compile(r"\x1b\[(?:[0-9;]*m|2K|1A|\?25[lh])|\r")
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
COMMANDS = (
    ["papers"],
    ["papers", "--json"],
    ["show", "[/] [red]x"],
    ["show", "[/] [red]x", "--json"],
    ["search", "widgets"],
    ["ask", "By how much do Widgets reduce noise?"],
    ["ask", "By how much do Widgets reduce noise?", "--session", "new", "--json"],
)

pytestmark = pytest.mark.usefixtures("hashed")


@pytest.fixture
def hostile(tmp_path: Path) -> str:
    """The file, with a name to match."""
    file = tmp_path / "evil\x1b[31m[red].jsonl"
    file.write_text("".join(f"{json.dumps(record)}\n" for record in RECORDS) + f"{{{EVIL}", encoding="utf-8")
    return str(file)


def obeyed(done: Done) -> list[str]:
    """What a terminal would take for a command."""
    return OBEYED.findall(OURS.sub("", done.out + done.err))


@pytest.mark.parametrize("flag", ["--no-color", "--json"])
def test_no_output_moves_the_terminal(
    flag: str, hostile: str, tmp_path: Path, run: Run, on_terminal: Callable[..., Done]
) -> None:
    library = tmp_path / "library"
    added = on_terminal("add", hostile, flag, library=library)
    assert (added.code, obeyed(added)) == (0, [])
    assert "\x1b" not in added.out
    for command in COMMANDS:
        shown, piped = on_terminal(*command, library=library), run(*command, library=library)
        assert (shown.code, piped.code) == (0, 0), (command, shown.err)
        assert (obeyed(shown), obeyed(piped)) == ([], [])
        assert "\x1b" not in piped.out + piped.err
        assert "[/]" in shown.out
        assert "[/]" in piped.out


def test_names_and_ids_that_a_person_types_are_no_danger_either(run: Run, tmp_path: Path) -> None:
    for command in (
        ["add", EVIL],
        ["show", EVIL],
        ["remove", EVIL, "--yes"],
        ["sessions", "show", EVIL],
        [EVIL],
        ["eval", EVIL],
    ):
        done = run(*command, library=tmp_path / "library")
        assert done.code in (1, 2)
        assert obeyed(done) == []
        assert done.err.count("\n") == 1
    session = run("sessions", "new", EVIL, library=tmp_path / "library").out.strip()
    assert obeyed(run("sessions", library=tmp_path / "library")) == []
    assert obeyed(run("sessions", "show", session, library=tmp_path / "library")) == []
