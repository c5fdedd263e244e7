"""Columns: how they are written, and what is refused with a clear word."""

from pathlib import Path

import pytest

from assistant.table.columns import Column, ColumnType, parse_column, parse_columns, read_columns
from store.errors import InputError


@pytest.mark.parametrize(
    ("spec", "name", "kind", "options"),
    [
        ("sample size: number", "sample size", "number", ()),
        ("  Sample  size :  NUMBER. ", "Sample size", "number", ()),
        ("accuracy: percent", "accuracy", "percentage", ()),
        ("study period: years", "study period", "years", ()),
        ("code available: yes | no", "code available", "yes-no", ()),
        ("code available: yes/no", "code available", "yes-no", ()),
        ("outcome: increased | decreased | none", "outcome", "choice", ("increased", "decreased", "none")),
        ("ratio 1:2: number", "ratio 1:2", "number", ()),
        ("population", "population", "text", ()),
        ("sample size", "sample size", "count", ()),
        ("data sets", "data sets", "names", ()),
        ("limitation: role", "limitation", "role", ()),
    ],
)
def test_a_column_is_a_name_and_a_type(spec: str, name: str, kind: str, options: tuple[str, ...]) -> None:
    assert parse_column(spec) == Column(name=name, type=ColumnType(kind), options=options)


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("", "asks for nothing"),
        (": number", "asks for nothing"),
        ("?: number", "asks for nothing"),
        ("size: furlongs", "which there is not"),
        ("outcome: choice", "which there is not"),
        ("outcome: a |", "option without a word"),
        ("outcome: a | A", "option twice"),
        ("outcome: " + " | ".join("abcdefghijklmn"), "14 options"),
        ("outcome: a | " + "b" * 61, "more than 60 characters"),
        ("x" * 81 + ": number", "81 characters"),
        ("x" * 1_000_000, "characters"),
    ],
)
def test_what_is_no_column_is_said_to_be_none(spec: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as error:
        parse_column(spec)
    assert len(str(error.value)) < 600


def test_a_spec_reads_back_to_the_same_column() -> None:
    for spec in ("sample size: number", "outcome: a | b", "data sets: names", "population"):
        column = parse_column(spec)
        assert parse_column(column.spec) == column


def test_columns_that_contradict_each_other_are_refused_and_the_same_twice_is_one() -> None:
    assert len(parse_columns(["sample size: number", "sample size: number"])) == 1
    with pytest.raises(InputError, match="contradict each other: 'sample size: number' and 'Sample-Size: years'"):
        parse_columns(["sample size: number", "Sample-Size: years"])


def test_no_column_and_two_hundred_are_refused() -> None:
    with pytest.raises(InputError, match="The table has no column"):
        parse_columns([])
    with pytest.raises(InputError, match="200 columns are asked for; a table has 40 at the most"):
        parse_columns([f"question {n}" for n in range(200)])


def test_a_file_has_specs_or_tables(tmp_path: Path) -> None:
    file = tmp_path / "columns.toml"
    file.write_text(
        'columns = ["sample size: number"]\n[[column]]\nname = "outcome"\noptions = ["a", "b"]\n'
        '[[column]]\nname = "year of approval"\ntype = "year"\n'
    )
    assert [column.spec for column in read_columns(file)] == [
        "sample size: number",
        "outcome: a | b",
        "year of approval: years",
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("columns = [", "is no TOML"),
        ("colums = []", "there is no field 'colums'"),
        ('columns = "a"', "columns are no list"),
        ("[[column]]\ntype = 'number'", "has no name"),
        ("[[column]]\nname = 'a b'\nkind = 'number'", "no field 'kind'"),
        ("[[column]]\nname = 'a b'\ntype = 'number'\noptions = ['x', 'y']", "contradict each other"),
        ("[[column]]\nname = 'outcome'\noptions = ['x']", "option without a word"),
        ("[[column]]\nname = 'a b'\noptions = [1]", "not described in text"),
    ],
)
def test_a_file_that_says_what_cannot_be_is_named(content: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "columns.toml"
    file.write_text(content)
    with pytest.raises(InputError, match=words):
        read_columns(file)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.toml cannot be read"):
        read_columns(tmp_path / "gone.toml")
