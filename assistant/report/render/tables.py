"""The tables of a report as CSV that no spreadsheet takes for formulas."""

import csv
import re
from io import StringIO

from assistant.report.render.captions import describe_doubt
from assistant.report.render.manuscript import Manuscript
from assistant.report.schema import Cell
from assistant.types import Claim
from store.errors import InputError
from store.text.clean import clean_characters

# What spreadsheets take for the beginning of a formula; also in its full-width forms.
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠\t\r|%]")


def write_tables(of: Manuscript) -> str:
    """Write the tables one after the other, an empty line between them; no cell is a formula to a spreadsheet.

    Claims have the keys of their sources behind them. A cell that would be a formula begins with an apostrophe.

    Raises:
        InputError: The report has no table.
    """
    tables = [section.table for section in of.report.sections if section.table]
    if not tables:
        raise InputError(
            f"A report of kind {of.report.kind.value} has no table to write as CSV.",
            "Choose the kind compare, timeline or author, or another format.",
        )
    text = StringIO(newline="")
    writer = csv.writer(text)
    for number, table in enumerate(tables):
        if number:
            writer.writerow([])
        writer.writerow([escape_formula(name) for name in table.head])
        writer.writerows([escape_formula(_word_cell(of, cell)) for cell in row] for row in table.rows)
    return text.getvalue()


def escape_formula(text: str) -> str:
    """Put text on one line that no spreadsheet takes for a formula."""
    clean = clean_characters(text)
    return f"'{clean}" if _FORMULA.match(clean) else clean


def _word_cell(of: Manuscript, cell: Cell) -> str:
    return " ".join(_word_claim(of, claim) for claim in cell.claims) if cell.claims else cell.text


def _word_claim(of: Manuscript, claim: Claim) -> str:
    source, flaw = "; ".join(of.list_keys(claim.citations)), describe_doubt(claim)
    return claim.text + (f" [{source}]" if source else "") + (f" ({flaw})" if flaw else "")
