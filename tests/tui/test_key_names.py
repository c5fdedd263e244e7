import pytest

from tui.key_names import key_names


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ("f5,ctrl+r", "F5, Ctrl+R"),
        ("g,G,upper_g", "g, G"),
        ("escape", "Esc"),
        ("right_square_bracket,n", "], n"),
        ("slash", "/"),
        ("ctrl+up", "Ctrl+Up"),
        ("shift+tab", "Shift+Tab"),
        ("", ""),
    ],
)
def test_as_people_write_them(keys: str, words: str) -> None:
    assert key_names(keys) == words
