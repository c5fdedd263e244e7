"""Languages, however sources write them."""

import pytest

from store.readers.languages import is_babel_name, name_for_babel, read_language, read_language_tag


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
        ("british", "en"),
        ("Deutsch", "de"),
        ("中文", "zh"),
        ("brazil", "pt"),
        ("Chinese (simplified)", "zh"),
    ],
)
def test_a_language_has_one_code(text: str, code: str) -> None:
    assert read_language(text) == code


@pytest.mark.parametrize(
    ("text", "tag", "babel"),
    [
        ("british", "en-GB", "british"),
        ("en_gb", "en-GB", "british"),
        ("ger", "de", "ngerman"),
        ("german", "de", "german"),
        ("pt-BR", "pt-BR", "brazilian"),
        ("zh-hans", "zh-Hans", "chinese-simplified"),
        ("English", "en", "english"),
        ("Klingonish", "", ""),
    ],
)
def test_a_language_has_a_tag_and_a_name_in_latex(text: str, tag: str, babel: str) -> None:
    assert (read_language_tag(text), name_for_babel(text)) == (tag, babel)


def test_some_names_are_those_of_babel_alone() -> None:
    assert [is_babel_name(text) for text in ("ngerman", "german", "en", "Deutsch")] == [True, False, False, False]
