import io
import re

import pytest

from assistant.cli.console import FILL, FIT, ConsolePage
from tests.assistant.cli.running import Terminal

LONG = "word " * 60
ANSI = re.compile(r"\x1b\[[0-9;]*m")


def lines(terminal: Terminal) -> list[str]:
    return ANSI.sub("", terminal.text()).splitlines()


@pytest.fixture(autouse=True)
def _columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")


def test_a_pipe_gets_one_line_without_colour() -> None:
    stream = io.StringIO()
    ConsolePage(stream).write_line((LONG, "bold red"), indent=4, first=("[1]", "cyan"))
    assert stream.getvalue() == f"[1] {LONG}\n"


def test_a_terminal_gets_lines_that_fit() -> None:
    terminal = Terminal()
    ConsolePage(terminal).write_line(LONG, indent=4, first="[1]")
    assert all(len(line) <= 60 for line in lines(terminal))
    assert [line[:8] for line in lines(terminal)][:2] == ["[1] word", "    word"]
    assert " ".join("".join(lines(terminal)).split()) == f"[1] {LONG.strip()}"


def test_lines_stay_readable_on_a_wide_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    terminal = Terminal()
    ConsolePage(terminal).write_line(LONG)
    assert max(map(len, lines(terminal))) <= 100


def test_a_terminal_gets_colour_unless_none_is_wanted() -> None:
    coloured, plain = Terminal(), Terminal()
    ConsolePage(coloured).write_line(("text", "red"))
    ConsolePage(plain, colour=False).write_line(("text", "bold red"))
    assert ANSI.search(coloured.text())
    assert plain.text() == "text\n"


@pytest.mark.parametrize("text", ["[/]", "[bold]x[/bold]", "[link=file:x]y[/link]", ":smile:", "\\[red]"])
def test_markup_is_text(text: str) -> None:
    terminal = Terminal()
    ConsolePage(terminal).write_line(text, indent=len(text) + 1, first=text)
    ConsolePage(terminal).write_row((text, FIT), (text, FILL))
    assert lines(terminal) == [f"{text} {text}", f"{text}  {text}"]


def test_escapes_are_taken_out_everywhere() -> None:
    evil = "a\x1b]0;title\x07b\u202ec\nd"
    for stream in (Terminal(), io.StringIO()):
        ConsolePage(stream, colour=False).write_line(evil, (evil, "bold"), indent=20, first=evil)
        ConsolePage(stream, colour=False).write_row((evil, FIT), (evil, 9))
        shown = stream.text() if isinstance(stream, Terminal) else stream.getvalue()
        assert not re.search("[\x1b\x07\u202e]", shown)
        assert shown.count("\n") == 2


def test_a_row_is_cut_on_a_terminal_and_whole_in_a_pipe() -> None:
    terminal, pipe = Terminal(), io.StringIO()
    for page in (ConsolePage(terminal), ConsolePage(pipe)):
        page.write_row(("id", FIT), ("Ann", 10), (LONG, FILL), ("code", FIT))
        page.write_row(("id", FIT), ("Ann", 10), ("short", FILL), ("", FIT))
    first, second = lines(terminal)
    assert len(first) <= 60
    assert first.endswith("…  code")
    assert second == "id  Ann         short"
    assert pipe.getvalue().splitlines() == [f"id\tAnn\t{LONG}\tcode", "id\tAnn\tshort\t"]


def test_a_dumb_terminal_is_treated_as_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    terminal = Terminal()
    ConsolePage(terminal).write_line((LONG, "bold"))
    assert terminal.text() == f"{LONG}\n"
