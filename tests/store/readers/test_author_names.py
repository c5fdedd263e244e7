"""Lists of authors, and names of one person."""

import pytest

from store.readers.author_names import is_same_person, split_at_commas, split_names, split_run, strip_et_al


@pytest.mark.parametrize(
    ("text", "names", "truncated"),
    [
        ("Ann Poe, John Roe et al.", "Ann Poe, John Roe", True),
        ("Ann Poe, et al", "Ann Poe", True),
        ("Ann Poe and others", "Ann Poe", True),
        ("Ann Poe & et. al.", "Ann Poe", True),
        ("et al.", "", True),
        ("Ann Poetal", "Ann Poetal", False),
        ("  Ann \u00a0 Poe ", "Ann Poe", False),
        ("", "", False),
    ],
)
def test_et_al_is_taken_off(text: str, names: str, truncated: bool) -> None:
    assert strip_et_al(text) == (names, truncated)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ann Poe, John Roe, Jr., Max Moe III", ["Ann Poe", "John Roe, Jr.", "Max Moe III"]),
        ("Ann Poe,, ", ["Ann Poe"]),
        ("", []),
    ],
)
def test_commas_part_names(text: str, names: list[str]) -> None:
    assert split_at_commas(text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Poe, Ann; Roe, John", ["Poe, Ann", "Roe, John"]),
        ("Poe, Ann and Roe, John", ["Poe, Ann", "Roe, John"]),
        ("Ann Poe, John Roe, and Max Moe", ["Ann Poe", "John Roe", "Max Moe"]),
        ("Ann Poe, John Roe", ["Ann Poe", "John Roe"]),
        ("Poe, Ann", ["Poe, Ann"]),
        ("Anderson Sandoval", ["Anderson Sandoval"]),
        ("Ann Poe", ["Ann Poe"]),
    ],
)
def test_lists_as_people_write_them(text: str, names: list[str]) -> None:
    assert split_names(text) == names


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Peter Glynn", "Peter W. Glynn"),
        ("P. Glynn", "Peter Glynn"),
        ("JOSÉ NÚÑEZ", "Jose\u0301 Nunez"),
        ("Matthew O'Kelly", "M. O'Kelly"),
        ("李华", "李华"),
    ],
)
def test_one_person(one: str, other: str) -> None:
    assert is_same_person(one, other)
    assert is_same_person(other, one)


@pytest.mark.parametrize(
    ("one", "other"), [("Ann Poe", "Anna Poe"), ("Ann Poe", "Ann Roe"), ("", "Ann"), ("Wei Li", "Li Wei"), ("42", "42")]
)
def test_two_persons(one: str, other: str) -> None:
    assert not is_same_person(one, other)


def test_a_megabyte_of_white_space_does_not_hang() -> None:
    assert split_names("A B" + " " * 1_000_000 + "and C D") == ["A B", "C D"]
    assert strip_et_al("A" + " " * 1_000_000) == ("A", False)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Poe, Ann and Roe, Max, ", ["Poe, Ann", "Roe, Max"]),
        ("Poe, Ann; Roe", ["Poe, Ann", "Roe"]),
        ("Ann Poe, Max Roe, Eva Moe", ["Ann Poe", "Max Roe", "Eva Moe"]),
        ("Ann Poe, Max Roe", ["Ann Poe, Max Roe"]),
        ("Roe, Jr., John", ["Roe, Jr., John"]),
        ("Poe, Ann, Roe, Max", ["Poe, Ann, Roe, Max"]),
        ("Soup Group, University of Oslo, Far North", ["Soup Group, University of Oslo, Far North"]),
        ("{Smith; Sons}", ["{Smith; Sons}"]),
    ],
)
def test_several_names_in_place_of_one_are_parted(text: str, names: list[str]) -> None:
    assert split_run(text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Keller, M., Braun, P.H., & Vogel, L.", ["Keller, M.", "Braun, P.H.", "Vogel, L."]),
        ("Maria Keller, Paul Braun and Lena Vogel", ["Maria Keller", "Paul Braun", "Lena Vogel"]),
        ("Ann Poe \\& Max Roe", ["Ann Poe", "Max Roe"]),
        ("王小明，李四", ["王小明", "李四"]),
        ("李，四", ["李, 四"]),
        ("Food and Drug Administration", ["Food and Drug Administration"]),
        ("Department of Health and Human Services", ["Department of Health and Human Services"]),
        ("Maria Keller, Paul Braun", ["Maria Keller, Paul Braun"]),
    ],
)
def test_a_list_in_one_field_is_parted(text: str, names: list[str]) -> None:
    assert split_run(text) == names


def test_an_ampersand_parts_names_but_not_a_body() -> None:
    assert split_names("Poe A & Roe M") == ["Poe A", "Roe M"]
    assert split_names("Department of Health & Human Services") == ["Department of Health & Human Services"]
