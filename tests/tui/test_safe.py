import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from tui.text import one_line, safe

ANY = st.text(st.characters(codec=None, categories=None), max_size=400)
BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@given(ANY)
def test_nothing_is_left_that_a_terminal_obeys(text: str) -> None:
    shown = safe(text)
    assert not [c for c in shown if unicodedata.category(c) in ("Cc", "Cs") and c != "\n"]
    assert not BIDI & set(shown)
    shown.encode()


@given(ANY, st.integers(1, 50))
def test_a_line_is_one_and_no_longer_than_it_may_be(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert "\n" not in line
    assert len(line) <= limit


def test_what_can_be_read_stays() -> None:
    assert safe("漢字 é 👩‍🔬 [/] [red]\nشكرا") == "漢字 é 👩‍🔬 [/] [red]\nشكرا"
    assert safe("\x1b[31mred\x1b]0;owned\x07") == "[31mred]0;owned"
    assert safe("\ud800") == "\ufffd"


def test_a_cut_is_seen() -> None:
    assert one_line("a  b\n\tc") == "a b c"
    assert one_line("words and words", 8) == "words a…"
    assert one_line("x" + " " * 5000 + "y", 10) == "x…"
