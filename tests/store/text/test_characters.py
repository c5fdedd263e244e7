"""What a terminal would obey, or nobody can see, is gone; what a script needs stays."""

import re
import unicodedata

import pytest
from hypothesis import example, given, settings

from store.text.clean import clean_characters
from tests.counting import LINEAR, growth
from tests.store.text.strategies import HOSTILE

FORBIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)


@given(HOSTILE)
@example("\x1b\x1b[31m[0m")
@example("\u1fef\u0338<\u0338")
@settings(max_examples=300, deadline=None)
def test_nothing_harmful_is_left_and_a_second_time_changes_nothing(text: str) -> None:
    clean = clean_characters(text)
    assert not FORBIDDEN.search(clean)
    assert clean == " ".join(clean.split())
    assert clean == unicodedata.normalize("NFC", clean) == clean_characters(clean)
    clean.encode()


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("a\x1b[1;31mred\x1b[0m b", "ared b"),
        ("\x1b]0;title\x07text \x1b]8;;http://x.org\x1b\\link\x1b]8;;\x1b\\", "text link"),
        ("\x9b31mred", "red"),
        ("\x1bPsecret\x1b\\seen", "seen"),
        ("\x1b]8;;never closed", "8;;never closed"),
        ("nul\x00 bell\x07 del\x7f", "nul bell del"),
        ("evil\u202egnp.exe \u2066iso\u2069", "evilgnp.exe iso"),
        ("zero\u200bwidth soft\u00adhyphen \ufeffBOM", "zerowidth softhyphen BOM"),
        ("hid\U000e0068\U000e0069den", "hidden"),
        ("lone \ud83d surrogate", "lone surrogate"),
        ("It\x92s a \x93quote\x94 \x96 once Windows", "It’s a “quote” – once Windows"),
        (" two\n\nparagraphs\u00a0and\u2009more\u3000", "two paragraphs and more"),
        ("e\u0301 A\u030a \u212b", "é Å Å"),
    ],
)
def test_cleaned(raw: str, clean: str) -> None:
    assert clean_characters(raw) == clean


@pytest.mark.parametrize(
    "text",
    [
        "می\u200cخواهم",
        "क\u094d\u200dष",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "❤\ufe0f\u200d\U0001f525",
        "مرحبا",
    ],
    ids=["Persian", "Devanagari", "family", "heart", "Arabic"],
)
def test_joiners_stay_where_the_script_is_spelt_with_them(text: str) -> None:
    assert clean_characters(text) == text


def test_joiners_between_latin_letters_go() -> None:
    assert clean_characters("pass\u200dword\u200c") == "password"


def test_a_heap_of_accents_is_cut_and_twice_the_heap_costs_twice_as_much() -> None:
    assert len(clean_characters("a" + "\u0316\u0301" * 500_000)) < 50
    assert growth(lambda size: clean_characters("a" + "\u0316\u0301" * size), 20_000) <= LINEAR


def test_what_is_printable_is_looked_at_where_it_has_to_be() -> None:
    odd = "\u034f\u17b4\u3164\uffa0\ufe0f\ufe0f"
    assert odd.isprintable()
    assert clean_characters(f"a{odd}b") == "a\ufe0fb"
    assert clean_characters("Mu\u0308ller\u00a0 und") == "M\u00fcller und"
