import json
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.cli.console import dump_safe_json, make_safe

any_text = st.text(st.characters(exclude_categories=()))


def is_harmless(text: str) -> bool:
    """No control, separator of lines, bidi control or surrogate, by Unicode's own tables."""
    bidi = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    return not any(
        unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") or unicodedata.bidirectional(character) in bidi
        for character in text
    )


@given(any_text)
def test_nothing_that_a_terminal_obeys_is_left(text: str) -> None:
    assert is_harmless(make_safe(text))


@given(any_text)
def test_json_holds_all_of_it_and_nothing_that_a_terminal_obeys(text: str) -> None:
    for ascii in (False, True):
        written = dump_safe_json({text: [text]}, ascii=ascii)
        assert is_harmless(written)
        assert json.loads(written) == {text: [text]}
        assert not ascii or written.isascii()


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])))
def test_other_text_stays_as_it_is(text: str) -> None:
    assert make_safe(text) == text


@pytest.mark.parametrize(
    ("text", "shown"), [("a\nb\tc", "a b c"), ("\x1b[31mred", "[31mred"), ("\x9b2J", "2J"), ("x\udcffy", "x\ufffdy")]
)
def test_what_becomes_of_controls(text: str, shown: str) -> None:
    assert make_safe(text) == shown
    assert not re.search("[\x00-\x1f]", shown)
