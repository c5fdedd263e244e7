import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.person_name import PersonName, format_initials, is_body, parse_name


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Ann B. Poe", ("Poe", "Ann B.", "")),
        ("Poe, Ann B.", ("Poe", "Ann B.", "")),
        ("Ludwig van Beethoven", ("van Beethoven", "Ludwig", "")),
        ("Juan de la Cruz", ("de la Cruz", "Juan", "")),
        ("van der Berg, Jan", ("van der Berg", "Jan", "")),
        ("John Roe, Jr.", ("Roe", "John", "Jr.")),
        ("Roe, Jr., John", ("Roe", "John", "Jr.")),
        ("Roe, John, III", ("Roe", "John", "III")),
        ("John Roe Jr", ("Roe", "John", "Jr")),
        ("Plato", ("Plato", "", "")),
        ("Poe,", ("Poe", "", "")),
        ("The ATLAS Collaboration", ("The ATLAS Collaboration", "", "")),
        ("Rich and Poor", ("Rich and Poor", "", "")),
        ("", ("", "", "")),
    ],
)
def test_the_parts_of_a_name(name: str, parts: tuple[str, str, str]) -> None:
    assert parse_name(name) == PersonName(*parts)


@pytest.mark.parametrize(("name", "body"), [("Google Team", True), ("Ann Group", True), ("Group, Ann", False)])
def test_bodies(name: str, body: bool) -> None:
    assert is_body(name) == body


@given(st.text(st.characters() | st.sampled_from(" ,.'-"), max_size=40))
def test_no_letter_is_lost(name: str) -> None:
    def letters(text: str) -> list[str]:
        return sorted(text.replace(",", "").replace(" ", ""))

    if sum(part.strip().rstrip(".").casefold() in ("jr", "sr", "ii", "iii", "iv") for part in name.split(",")) <= 1:
        assert letters("".join(parse_name(name))) == letters("".join(name.split()))


@pytest.mark.parametrize(
    ("given_names", "initials"),
    [("W.M.P. van der", "W. M. P. van der"), ("Ann Maria", "A. M."), ("JR", "J. R."), ("Jean-Paul M.", "J.-P. M.")],
)
def test_particles_behind_given_names_are_no_initials(given_names: str, initials: str) -> None:
    assert format_initials(given_names) == initials
