"""Languages, however sources write them."""

import pytest

from store.readers.languages import read_language


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("eng", "en"),
        ("ger", "de"),
        ("deu", "de"),
        ("English", "en"),
        ("en-US", "en"),
        ("zh_CN", "zh"),
        ("ngerman", "de"),
        ("Spanish; English", "es"),
        ("Castilian", "es"),
        ("Greek", "el"),
        ("und", ""),
        ("Klingonish", ""),
        ("", ""),
    ],
)
def test_a_language_has_one_code(text: str, code: str) -> None:
    assert read_language(text) == code
