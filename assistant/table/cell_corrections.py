"""Corrections of cells by hand: they stay over runs, in every table that asks the same of the paper, and say so."""

import json
from collections.abc import Iterable, Mapping, Sequence

from pydantic import TypeAdapter, ValidationError

from assistant.abstracts.passages import list_passages
from assistant.table.cells import YOU, CellState, CellValue, read_number
from assistant.table.columns import Column, ColumnType, fold_name, parse_column
from store.errors import InputError, LibraryError
from store.files import write_atomic
from store.library import Library
from store.paper import Paper
from store.text.clean import clean_text

FILE = "table_corrections.json"
"""Where a library keeps them."""
_KEPT = TypeAdapter(dict[str, dict[str, str]])
_NUMERIC = (ColumnType.NUMBER, ColumnType.COUNT, ColumnType.PERCENTAGE)

Corrections = Mapping[str, Mapping[str, str]]
"""Values by the folded names of columns, by the ids of papers."""


def read_corrections(library: Library) -> dict[str, dict[str, str]]:
    """Read the corrections of a library.

    Raises:
        LibraryError: They cannot be read; nothing is made without them.
    """
    path = library.folder / FILE
    try:
        return _KEPT.validate_json(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValidationError) as error:
        raise LibraryError(
            f"The corrections in {path} cannot be read.", "Mend the file, or move it away to go on without them."
        ) from error


def save_correction(library: Library, paper_id: str, column: str, value: str) -> None:
    """Keep what a cell is to say from now on; an empty value takes the correction back.

    Raises:
        InputError: There is no such paper, no column is named, or the column has no such value.
        LibraryError: The disk refuses, or the file cannot be read.
    """
    asked = _read_column(column)
    name = fold_name(asked.name if asked else column)
    if not name:
        raise InputError("No column is named.", "Give the paper, the name of the column, and the value.")
    if not library.get([paper_id]):
        raise InputError(f"The library has no paper {paper_id!r}.", "See the ids with: conspectus papers --json")
    corrections = read_corrections(library)
    row = {**corrections.get(paper_id, {}), name: clean_text(value)}
    if asked:
        _check_value(asked, row[name])
    if not row[name]:
        del row[name]
    corrections = {**corrections, paper_id: row}
    content = {paper: cells for paper, cells in corrections.items() if cells}
    text = json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True)
    write_atomic(library.folder / FILE, f"{text}\n".encode(), private=True)


def _read_column(spec: str) -> Column | None:
    """Read the column that is corrected, a name or as it was asked (``sample size: number``); None where neither."""
    try:
        return parse_column(spec)
    except InputError:  # A name with a colon of its own.
        return None


def _check_value(column: Column, value: str) -> None:
    """Check that a value may stand in a column; a state ("not stated") may in each.

    Raises:
        InputError: It is no number, or none of the options.
    """
    if not value or value.casefold() in (CellState.NOT_STATED, CellState.NOT_SURE):
        return
    if column.type in _NUMERIC and read_number(value)[0] is None:
        raise InputError(
            f"The column {column.name!r} holds numbers, and {value!r} has none.",
            f'Write a number or "not stated"; of a column of words say so: "{column.name}: text".',
        )
    if column.options and value.casefold() not in map(str.casefold, column.options):
        raise InputError(
            f"The column {column.name!r} has no option {value!r}.", f"It has: {', '.join(column.options)}."
        )


def select_corrections(
    corrections: Corrections, ids: Iterable[str], columns: Sequence[Column]
) -> dict[str, dict[str, str]]:
    """Select those of the papers and columns of a table."""
    names = {fold_name(column.name) for column in columns}
    chosen = {
        paper_id: {name: value for name, value in corrections.get(paper_id, {}).items() if name in names}
        for paper_id in ids
    }
    return {paper_id: row for paper_id, row in chosen.items() if row}


def correct_cells(
    paper: Paper, columns: Sequence[Column], cells: Sequence[CellValue], corrections: Mapping[str, str]
) -> tuple[CellValue, ...]:
    """Put the corrections of a paper in the place of what was found."""
    return tuple(
        _make_corrected(paper, column, corrections[fold_name(column.name)])
        if fold_name(column.name) in corrections
        else cell
        for column, cell in zip(columns, cells, strict=True)
    )


def _make_corrected(paper: Paper, column: Column, value: str) -> CellValue:
    """Make the cell of a value by hand; where the abstract has just this value, its sentence is quoted."""
    if value.casefold() in (CellState.NOT_STATED, CellState.NOT_SURE):
        return CellValue(state=CellState(value.casefold()), by=YOU)
    number, unit = read_number(value) if column.type in _NUMERIC else (None, "")
    cell = CellValue(state=CellState.STATED, value=value, number=number, unit=unit, by=YOU)
    if len(value) < 3:  # A digit or two stand in too many sentences to say which is meant.
        return cell
    for passage in list_passages(paper):
        place = passage.low.find(value.lower())
        if place >= 0:
            start, end = passage.start, passage.end
            places = ((start + place, start + place + len(value)),)
            return cell.model_copy(
                update={"quote": paper.abstract[start:end], "start": start, "end": end, "places": places}
            )
    return cell
