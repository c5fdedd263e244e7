"""Columns of a table: what each asks of every paper, in which type, read from text or TOML."""

import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from store.errors import InputError
from store.paper import Frozen
from store.text.clean import clean_text

# A table that a reader takes in, or a sheet of paper holds; chosen by hand, not measured.
MOST_COLUMNS = 40
# Characters of the name of a column, which heads it, and of an option.
_LONGEST_NAME, _LONGEST_OPTION = 80, 60
_MOST_OPTIONS = 12
# Of a name that a model is asked by, one letter says nothing.
_TELLING = re.compile(r"[^\W_]{2,}")
_EXAMPLE = 'Say what it asks, and its type: --column "sample size: number" --column "outcome: better | worse".'


class ColumnType(StrEnum):
    """What the values of a column are.

    Attributes:
        NUMBER: A number with its unit ("35 months").
        COUNT: How many there are of a thing ("8").
        PERCENTAGE: A share ("90.94%").
        YEARS: A year or a span of years ("2001–2004").
        NAMES: Names of things of a kind ("ImageNet, CLIP").
        YES_NO: Whether something is so.
        CHOICE: One of some words.
        ROLE: The sentence that has a role in the abstract (problem, method, data, result, limitation).
        TEXT: A few words.
    """

    NUMBER = "number"
    COUNT = "count"
    PERCENTAGE = "percentage"
    YEARS = "years"
    NAMES = "names"
    YES_NO = "yes-no"
    CHOICE = "choice"
    ROLE = "role"
    TEXT = "text"


_SPELLINGS = {
    "percent": ColumnType.PERCENTAGE,
    "%": ColumnType.PERCENTAGE,
    "year": ColumnType.YEARS,
    "name": ColumnType.NAMES,
    "list": ColumnType.NAMES,
    "numbers": ColumnType.NUMBER,
    "integer": ColumnType.COUNT,
    "yes/no": ColumnType.YES_NO,
    "yes|no": ColumnType.YES_NO,
    "boolean": ColumnType.YES_NO,
    "bool": ColumnType.YES_NO,
    "string": ColumnType.TEXT,
    "sentence": ColumnType.ROLE,
}
"""Other words for a type that people write; those of ``ColumnType`` are taken as they are."""


class Column(Frozen):
    """A question that every paper of a table is asked.

    Attributes:
        name: Heads the column, and says what is asked.
        type: What its values are.
        options: Of a choice, in the order in which they were given.
    """

    name: str
    type: ColumnType = ColumnType.TEXT
    options: tuple[str, ...] = ()

    @property
    def spec(self) -> str:
        """The column as it is written: ``sample size: number``."""
        return f"{self.name}: {' | '.join(self.options) or self.type}"


def parse_columns(specs: Sequence[str | Column]) -> tuple[Column, ...]:
    """Parse the columns of a table.

    Raises:
        InputError: There is none, or too many; one asks for nothing, has no such type, or contradicts another.
    """
    if isinstance(specs, str | Column):  # One column, forgotten to be put in a list.
        specs = [specs]
    if not specs:
        raise InputError("The table has no column.", _EXAMPLE)
    if len(specs) > MOST_COLUMNS:
        raise InputError(
            f"{len(specs)} columns are asked for; a table has {MOST_COLUMNS} at the most.",
            "Make several tables: what a paper was asked once is not asked again.",
        )
    columns = [spec if isinstance(spec, Column) else parse_column(spec) for spec in specs]
    unique = tuple(dict.fromkeys(columns))  # The same column twice is one.
    names = Counter(fold_name(column.name) for column in unique)
    for column in unique:
        if names[fold_name(column.name)] > 1:
            twins = [twin.spec for twin in unique if fold_name(twin.name) == fold_name(column.name)]
            raise InputError(
                f"Two columns of one name contradict each other: {' and '.join(map(repr, twins[:2]))}.",
                "Leave one of them out, or give it another name.",
            )
    return unique


def parse_column(spec: str) -> Column:
    """Parse one column: ``name``, ``name: type`` or ``name: a | b | c``.

    Raises:
        InputError: It asks for nothing, or there is no such type.
    """
    if not isinstance(spec, str):
        raise InputError(f"A column is {spec!r}, which is no text.", _EXAMPLE)
    # What is longer than a name and all options is no column, however long it is.
    text = clean_text(spec[: 2 * (_LONGEST_NAME + _LONGEST_OPTION * _MOST_OPTIONS)])
    name, _, kind = text.rpartition(":") if ":" in text else (text, "", "")
    name, kind = name.strip(" ?."), kind.strip(" .")
    _check_name(name, spec)
    if not kind:
        return Column(name=name, type=_guess_type(name))
    low = re.sub(r"\s+", " ", kind.casefold())
    types = [column_type for column_type in ColumnType if column_type is not ColumnType.CHOICE]
    spelt = _SPELLINGS.get(re.sub(r"\s*([|/])\s*", r"\1", low))
    known_type = spelt or next((column_type for column_type in types if column_type == low), None)
    if known_type:
        return Column(name=name, type=known_type)
    if "|" in kind and kind.strip(" |"):
        return Column(name=name, type=ColumnType.CHOICE, options=_parse_options(kind, spec))
    raise InputError(
        f"The column {_shorten(text)!r} has the type {_shorten(kind)!r}, which there is not.",
        f"Choose one of {', '.join(types)}, or options: a | b | c.",
    )


def read_columns(path: Path) -> tuple[Column, ...]:
    """Read the columns in a file in TOML.

    It holds ``columns = ["name: type", …]``, or a table a column: ``[[column]]`` with ``name``, ``type``, ``options``.

    Raises:
        InputError: It cannot be read, or says what cannot be.
    """
    try:
        content = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.", "Give a file in TOML: docs/tables.md.") from error
    except ValueError as error:
        raise InputError(f"{path} is no TOML: {error}.", "Mend it in a text editor.") from error
    unknown = [key for key in content if key not in ("columns", "column")]
    if unknown:
        raise InputError(f"{path}: there is no field {unknown[0]!r}.", "There are: columns, column.")
    specs = content.get("columns", [])
    tables = content.get("column", [])
    if not isinstance(specs, list) or not isinstance(tables, list):
        raise InputError(f"{path}: columns are no list.", 'Write columns = ["sample size: number"].')
    return parse_columns([*specs, *(_read_table(table, path) for table in tables)])


def _read_table(table: Any, path: Path) -> str:
    """Write a table of TOML as a spec, so that both ways are checked in one place."""
    if not isinstance(table, Mapping) or not isinstance(table.get("name"), str):
        raise InputError(f"{path}: a [[column]] has no name.", 'Write name = "sample size".')
    unknown = [key for key in table if key not in ("name", "type", "options")]
    if unknown:
        raise InputError(f"{path}: a column has no field {unknown[0]!r}.", "There are: name, type, options.")
    options, kind = table.get("options", []), table.get("type", "")
    if options and kind:
        raise InputError(
            f"{path}: the column {_shorten(table['name'])!r} has a type and options, which contradict each other.",
            "Leave one of them out.",
        )
    if (
        not isinstance(options, list)
        or not all(isinstance(option, str) for option in options)
        or not isinstance(kind, str)
    ):
        raise InputError(
            f"{path}: the column {_shorten(table['name'])!r} is not described in text.", 'Write options = ["a", "b"].'
        )
    listed = " | ".join(options) if len(options) != 1 else f"{options[0]} |"
    return f"{table['name']}: {listed or kind}"


def _check_name(name: str, spec: str) -> None:
    if not _TELLING.search(name):
        raise InputError(f"The column {_shorten(spec)!r} asks for nothing.", _EXAMPLE)
    if len(name) > _LONGEST_NAME:
        raise InputError(
            f"The name of the column {_shorten(name)!r} has {len(name)} characters; it may have {_LONGEST_NAME}.",
            "Ask in fewer words.",
        )


def _parse_options(kind: str, spec: str) -> tuple[str, ...]:
    options = [option.strip() for option in kind.split("|")]
    wrong = ""
    if len(options) > _MOST_OPTIONS:
        wrong = f"has {len(options)} options; it may have {_MOST_OPTIONS}"
    elif len(options) < 2 or not all(options):  # One is no choice.
        wrong = "has an option without a word"
    elif len({option.casefold() for option in options}) < len(options):
        wrong = "has an option twice"
    elif max(map(len, options)) > _LONGEST_OPTION:
        wrong = f"has an option of more than {_LONGEST_OPTION} characters"
    if wrong:
        raise InputError(f"The column {_shorten(spec)!r} {wrong}.", "Write each once: outcome: better | worse | none.")
    return tuple(options)


def _guess_type(name: str) -> ColumnType:
    """Guess the type of a column from its name; a text where nothing is told by it."""
    low = name.casefold()
    return next(
        (
            ColumnType(kind)
            for kind, phrases in load_words()["kinds"].items()
            if any(re.search(rf"\b{re.escape(phrase)}\b", low) for phrase in phrases)
        ),
        ColumnType.TEXT,
    )


def fold_name(name: str) -> str:
    """Fold the name of a column, so that case and punctuation make no other of it."""
    return re.sub(r"[\W_]+", " ", name.casefold()).strip()


def _shorten(text: str) -> str:
    return text if len(text) <= _LONGEST_NAME else f"{text[:_LONGEST_NAME]}…"


@cache
def load_words() -> Mapping[str, Any]:
    """Load what the names of columns mean (``columns.toml``)."""
    return tomllib.loads(files("assistant.table").joinpath("columns.toml").read_text(encoding="utf-8"))
