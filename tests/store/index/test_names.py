"""When a name fits an author."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.index.spellings import fits_name, is_one_edit, list_spellings
from store.person_name import name_key, name_words

word = st.text("abcdefgh", min_size=2, max_size=6)


@pytest.mark.parametrize(
    ("asked", "author", "expected"),
    [
        ("Che", "Ethan Che", True),
        ("Che Ethan", "Ethan Che", True),
        ("E Che", "Ethan Che", True),
        ("Ethan Che", "E. Che", True),
        ("E. M. Che", "Ethan Che", False),
        ("Ethan", "E. Che", False),
        ("J. D.", "John Doe", False),
        ("Chen", "Ethan Che", False),
        ("John Smith", "Jane Smith", False),
        ("J. J. Doe", "John James Doe", True),
        ("J. J. Doe", "John Doe", False),
    ],
)
def test_fits(asked: str, author: str, expected: bool) -> None:
    assert fits_name(list_spellings(asked), list_spellings(author)) is expected


def fits(words: list[str], author_words: list[str]) -> bool:
    return fits_name(list_spellings(" ".join(words)), list_spellings(" ".join(author_words)))


@pytest.mark.parametrize(
    ("asked", "author", "expected"),
    [
        *[(one, other, True) for one in ("Müller", "Mueller", "Muller") for other in ("Müller", "Mueller", "Muller")],
        ("Sorensen", "Mads Sørensen", True),
        ("Soerensen", "Mads Sørensen", True),
        ("Lukasz Kaiser", "Łukasz Kaiser", True),
        ("Weiss", "Weiß", True),
        ("Xu", "Li Xue", False),
        ("Bar", "Baer", False),
        ("Michal", "Michael Kern", False),
        ("Burle", "Bueurle", False),
        ("Baur", "Bauer", False),
    ],
)
def test_umlauts_in_every_spelling(asked: str, author: str, expected: bool) -> None:
    assert fits_name(list_spellings(asked), list_spellings(author)) is expected


@pytest.mark.parametrize(
    ("word", "other", "expected"),
    [
        ("namkong", "namkoong", True),
        ("namkooong", "namkoong", True),
        ("nomkoong", "namkoong", True),
        ("nakmoong", "namkoong", True),
        ("namkoon", "namkoong", True),
        ("namkoong", "namkoong", False),
        ("nmakong", "namkoong", False),
        ("nam", "namkoong", False),
        ("abcd", "badc", False),
    ],
)
def test_one_letter_wrong(word: str, other: str, expected: bool) -> None:
    assert is_one_edit(word, other) is is_one_edit(other, word) is expected


@given(st.lists(word, min_size=1, max_size=4), st.randoms())
def test_any_order_fits(words: list[str], rng: object) -> None:
    shuffled = list(words)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    assert fits(shuffled, words)


@given(st.lists(word, min_size=2, max_size=4), st.integers(0, 3))
def test_an_initial_stands_for_a_word_unless_all_are_initials(words: list[str], n: int) -> None:
    short = [one[0] if place == n % len(words) else one for place, one in enumerate(words)]
    assert fits(short, words)
    assert fits(words, short)
    assert not fits([one[0] for one in words], words)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("José M. Núñez", ["jose", "m", "nunez"]),
        ("O'Brien-Smith, P.", ["o", "brien", "smith", "p"]),
        ("ŁUKASZ Kaiser", ["łukasz", "kaiser"]),
        ("王伟", ["王伟"]),
        ("  ", []),
    ],
)
def test_the_words_of_a_name(name: str, words: list[str]) -> None:
    assert name_words(name) == words
    assert name_key(name) == " ".join(words)


@given(st.text())
def test_the_words_of_any_text(name: str) -> None:
    assert name_words(name_key(name)) == name_words(name)
