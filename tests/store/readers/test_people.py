"""Persons out of names, as sources write them."""

import pytest

from store.readers.people import build_person, is_nobody, read_person, strip_asides
from tests.store.readers.reading import Read, papers


@pytest.mark.parametrize(
    ("text", "family", "given", "suffix", "name"),
    [
        ("Toukhsati, SR", "Toukhsati", "SR", "", "SR Toukhsati"),
        ("Kim, II", "Kim", "II", "", "II Kim"),
        ("Petrov, IV", "Petrov", "IV", "", "IV Petrov"),
        ("Cobb Jr., F. W.", "Cobb", "F. W.", "Jr.", "F. W. Cobb, Jr."),
        ("Cobb, Fields W., Jr.", "Cobb", "Fields W.", "Jr.", "Fields W. Cobb, Jr."),
        ("Roe, Jr., John", "Roe", "John", "Jr.", "John Roe, Jr."),
        ("Roe, Jr., J. R.", "Roe", "J. R.", "Jr.", "J. R. Roe, Jr."),
        ("Cobb, Fields W 3rd", "Cobb", "Fields W", "3rd", "Fields W Cobb, 3rd"),
        ("Nguyen, Linh, MD", "Nguyen", "Linh", "", "Linh Nguyen"),
        ("Osei, Kwame, PhD, M.P.H.", "Osei", "Kwame", "", "Kwame Osei"),
        ("Roe, John, Jr., MD", "Roe", "John", "Jr.", "John Roe, Jr."),
        ("Smith, MD", "Smith", "MD", "", "MD Smith"),
        ("Foo, Bar, 1950-1999", "Foo", "Bar", "", "Bar Foo"),
        ("Foo, Bar (Eds.)", "Foo", "Bar", "", "Bar Foo"),
        ("Prof. Roe, Max", "Roe", "Max", "", "Max Roe"),
        ("Smith, J. R., IV", "Smith", "J. R.", "IV", "J. R. Smith, IV"),
        ("García Márquez, Gabriel", "García Márquez", "Gabriel", "", "Gabriel García Márquez"),
        ("van der Berg, Jan", "van der Berg", "Jan", "", "Jan van der Berg"),
        ("杨, 育伟", "杨", "育伟", "", "杨育伟"),
        ("김, 철수", "김", "철수", "", "김철수"),
        ("Stillman, Andrew N. (a@example.org)", "Stillman", "Andrew N.", "", "Andrew N. Stillman"),
    ],
)
def test_a_comma_tells_the_parts(text: str, family: str, given: str, suffix: str, name: str) -> None:
    person = read_person(text)
    assert isinstance(person, dict)
    assert (person["family"], person.get("given"), person.get("suffix", "")) == (family, given, suffix)
    assert person["name"] == name


@pytest.mark.parametrize("text", ["Ann Poe", "John Roe, Jr.", "Smith, Jr.", "Poe, Ann, Soup Institute", "王小明"])
def test_other_names_stay_one_text(text: str) -> None:
    assert read_person(text) == text


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Wenbo Guo 0001", "Wenbo Guo"),
        ("Hjerno, Karin [Author, Reprint Author]", "Hjerno, Karin"),
        ("Ann Poe*", "Ann Poe"),
        ("Agent 007", "Agent 007"),
        ("Poe (Ann)", "Poe (Ann)"),
    ],
)
def test_what_stands_beside_a_name_is_none(text: str, name: str) -> None:
    assert strip_asides(text) == name


@pytest.mark.parametrize(
    ("text", "nobody"),
    [("[Anonymous]", True), ("[No author name available]", True), ("NA", True), ("No, K.", False), ("Na Li", False)],
)
def test_nobody_is_no_author(text: str, nobody: bool) -> None:
    assert is_nobody(text) == nobody


def test_bibtex_tells_the_parts_by_its_own_rules(read: Read) -> None:
    names = "S. {Mohammad Nejad} and Ludwig van Beethoven and {World Health Organization} and Roe, Jr., John"
    (paper,) = papers(
        read(f"@article{{a, title={{T}}, author={{{names}}}, editor={{Moe, Eva}}, translator={{Max Roe}}}}")
    )
    parts = [(one.family, one.dropping_particle, one.given, one.suffix, one.literal) for one in paper.authors]
    assert parts == [
        ("Mohammad Nejad", "", "S.", "", False),
        ("Beethoven", "van", "Ludwig", "", False),
        ("", "", "", "", True),
        ("Roe", "", "John", "Jr.", False),
    ]
    assert [(one.role, one.family) for one in paper.contributors] == [("editor", "Moe"), ("translator", "Roe")]


def test_csl_has_every_part(read: Read) -> None:
    item = """[{"id": "a", "type": "book", "title": "T", "issued": {"date-parts": [[2011], [2012]]}, "author": [
      {"family": "Berg", "given": "Jan", "non-dropping-particle": "van der"}, {"literal": "WHO"}],
      "collection-editor": [{"family": "Moe", "given": "Eva"}]}]"""
    (paper,) = papers(read(item))
    assert (paper.authors[0].family, paper.authors[0].particle, paper.authors[1].literal) == ("Berg", "van der", True)
    assert [(one.role, one.name) for one in paper.contributors] == [("collection-editor", "Eva Moe")]
    assert (paper.date, paper.extra["date_end"]) == ("2011", "2012")


def test_years_behind_one_word_are_no_part_of_it() -> None:
    assert [read_person(text) for text in ("Poe, 1809-1849", "Poe, b. 1950")] == ["Poe", "Poe"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ann Poe 0123", "Ann Poe"),
        ("Ann Poe 123", "Ann Poe 123"),
        ("Ann Poe 0123 ann@poe.org", "Ann Poe"),
        ("Ann Poe*", "Ann Poe"),
        ("Ann Poe* (author)", "Ann Poe"),
        ("by Ann Poe", "Ann Poe"),
        ("Abby Poe", "Abby Poe"),
        (" Ann Poe 7", "Ann Poe 7"),
    ],
)
def test_what_stands_beside_a_name_is_told_by_its_form(text: str, name: str) -> None:
    assert strip_asides(text) == name


def test_degrees_behind_a_whole_name_are_no_part_of_it() -> None:
    assert [read_person(text) for text in ("Linh Nguyen, MD, PhD", "Linh Nguyen, PhD")] == ["Linh Nguyen"] * 2


@pytest.mark.parametrize("name", ["Unknown, Author", "Author Unknown", "[s.n.]", "Various Authors", "佚名"])
def test_in_any_order_nobody_is_nobody(name: str) -> None:
    assert is_nobody(name)


@pytest.mark.parametrize("name", ["Na, Nan", "Na Li", "No, Jae", "Authors", "Nil Poe"])
def test_names_that_look_like_none_are_names(name: str) -> None:
    assert not is_nobody(name)


@pytest.mark.parametrize("given", ["null", "None", "NaN", "n/a", "#N/A", "undefined", "-"])
def test_a_given_name_that_programs_write_for_none_is_left_out(given: str) -> None:
    assert build_person("Hoven", given, particle="van den") == {
        "name": "van den Hoven",
        "family": "Hoven",
        "particle": "van den",
    }


@pytest.mark.parametrize(
    ("family", "given"),
    [("Null", "Ann"), ("None", "Max"), ("Li", "Na"), ("Zhang", "Nan"), ("Roe", "NA"), ("Kar", "Nil")],
)
def test_names_that_look_so_are_kept(family: str, given: str) -> None:
    assert build_person(family, given) == {"name": f"{given} {family}", "family": family, "given": given}


def test_a_family_name_alone_keeps_its_particles() -> None:
    assert read_person("van den Hoven,") == {"name": "van den Hoven", "family": "van den Hoven"}
    assert read_person("Big Data Europe,") == {"name": "Big Data Europe", "literal": True}
    assert read_person("the big Data group,") == {"name": "the big Data group", "literal": True}


@pytest.mark.parametrize("name", ["Ärztekammer Berlin", "Ökotest Verlag", "ÖVP Wien", "中国 科学院"])
def test_a_body_whose_name_begins_with_no_ascii_letter_is_a_body(name: str) -> None:
    assert read_person(f"{name},") == {"name": name, "literal": True}
    assert read_person("ó Súilleabháin,") == {"name": "ó Súilleabháin", "family": "ó Súilleabháin"}
