"""A table of one's own as CSV and XLSX: values first, then for each column its quote and sign.

No cell is a formula to a spreadsheet: in CSV one that would be begins with an apostrophe, in XLSX every text is typed
as text and numbers are numbers.
"""

import csv
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO, StringIO
from types import MappingProxyType
from xml.sax.saxutils import escape, quoteattr

from assistant.phrases import SCALE
from assistant.report.render.output import escape_formula
from assistant.report.schema import Report
from assistant.table.cells import YOU, CellState, CellValue
from assistant.table.schema import TableReport
from store.errors import InputError
from store.text.clean import clean_characters

FORMATS = ("csv", "xlsx")
"""Formats that a table has beside those of every report, or in a form of its own."""
# Characters that a cell of XLSX may have, and the widths of its columns in characters; the first is Excel's own limit.
_MOST_CHARACTERS, _NARROW, _WIDE = 32_767, 12, 48
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of all parts of the file, so that the same table is the same file."""
Value = str | float | None
_KEY = 1  # The column of the keys.


def render_table(report: Report, keys: Mapping[str, str], format: str) -> bytes:
    """Render a table in one of ``FORMATS``.

    Args:
        report: The table.
        keys: Citation keys by the papers' ids.
        format: ``csv`` or ``xlsx``.

    Raises:
        InputError: The report is no table of one's own.
    """
    if not isinstance(report, TableReport):
        raise InputError(
            f"A report of kind {report.kind.value} cannot be written as {format}.", "Choose the kind table or compare."
        )
    rows = [_head(report), *_list_rows(report, keys)]
    if format == "csv":
        return write_csv(rows).encode()
    places = {reference.paper_id: place for place, reference in enumerate(report.references, 2)}
    links = {n: places[row.paper_id] for n, row in enumerate(report.rows, 2) if row.paper_id in places}
    return write_xlsx(rows, [_REFERENCE_HEAD, *_list_references(report, keys)], links)


_REFERENCE_HEAD: list[Value] = ["Number", "Key", "Authors", "Year", "Title", "Venue", "Address"]


def _list_references(report: TableReport, keys: Mapping[str, str]) -> Iterator[list[Value]]:
    for reference in report.references:
        authors = "; ".join(reference.authors) + ("; and others" if reference.authors_truncated else "")
        key = keys.get(reference.paper_id, reference.paper_id)
        address = reference.urls[0] if reference.urls else ""
        yield [reference.n, key, authors, reference.year, reference.title, reference.venue, address]


def _head(report: TableReport) -> list[Value]:
    names = [column.name for column in report.columns]
    return ["Paper", "Key", "Year", *names, *(f"{name} ({what})" for name in names for what in ("quote", "check"))]


def _list_rows(report: TableReport, keys: Mapping[str, str]) -> Iterator[list[Value]]:
    for row in report.rows:
        facts: list[Value] = [row.title, keys.get(row.paper_id, row.paper_id), row.year]
        values: list[Value] = [_show_value(cell) for cell in row.cells]
        yield [*facts, *values, *(part for cell in row.cells for part in (cell.quote or None, describe_check(cell)))]


def _show_value(cell: CellValue) -> Value:
    """Show a plain number as one; with a unit it is text, so that the unit is kept."""
    if cell.state is CellState.STATED and cell.number is not None and not cell.unit:
        plain = cell.value.replace(",", "").replace(" ", "")
        return cell.number if plain.replace(".", "", 1).isdigit() else cell.value
    return cell.text


def describe_check(cell: CellValue) -> str:
    """Describe who filled a cell, and what its check came to."""
    if cell.by == YOU:
        return "corrected by you"
    if cell.state is CellState.STATED and cell.support:
        return SCALE[cell.support].words
    return cell.note


def write_csv(rows: Sequence[Sequence[Value]]) -> str:
    """Write rows as CSV; no cell is a formula to a spreadsheet."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerows([_write_plainly(value) for value in row] for row in rows)
    return text.getvalue()


def _write_plainly(value: Value) -> str:
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) and value < 1e6 else escape_formula(str(value))


def write_xlsx(
    rows: Sequence[Sequence[Value]],
    references: Sequence[Sequence[Value]] = (),
    links: Mapping[int, int] = MappingProxyType({}),
) -> bytes:
    """Write rows as a workbook, its first row fixed; without a package of its own.

    Texts stand in the cells themselves and are typed as such (``inlineStr``), so none is ever computed.

    Args:
        rows: Of the sheet "Table".
        references: Of the sheet "References".
        links: Rows of the references to which the keys in rows of the table lead, both counted from 1.
    """
    sheets = {
        "xl/worksheets/sheet1.xml": _write_sheet(rows, links),
        "xl/worksheets/sheet2.xml": _write_sheet(references),
    }
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {**_PARTS, **sheets}.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), text, zipfile.ZIP_DEFLATED)
    return content.getvalue()


def _write_sheet(rows: Sequence[Sequence[Value]], links: Mapping[int, int] = MappingProxyType({})) -> str:
    count = max((len(row) for row in rows), default=0)
    widths = [
        max((len(str(row[place] or "")) for row in rows if place < len(row)), default=0) for place in range(count)
    ]
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{min(_WIDE, max(_NARROW, width + 2))}" customWidth="1"/>'
        for n, width in enumerate(widths, 1)
    )
    lines = "".join(
        f'<row r="{n}">{"".join(_write_cell(n, place, value, n in links) for place, value in enumerate(row))}</row>'
        for n, row in enumerate(rows, 1)
    )
    view = '<sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    cols = f"<cols>{columns}</cols>" if columns else ""
    return (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews>{view}</sheetView></sheetViews>'
        f"{cols}<sheetData>{lines}</sheetData>{_write_links(links)}</worksheet>"
    )


def _write_links(links: Mapping[int, int]) -> str:
    """Write the links of the keys to their references."""
    listed = "".join(
        f'<hyperlink ref="{_name_column(_KEY)}{n}" location="References!A{there}"/>' for n, there in links.items()
    )
    return f"<hyperlinks>{listed}</hyperlinks>" if listed else ""


def _write_cell(n: int, place: int, value: Value, linked: bool) -> str:
    name = f"{_name_column(place)}{n}"
    if value is None or value == "":
        return ""
    if isinstance(value, int | float):
        return f'<c r="{name}"><v>{value!r}</v></c>'
    style = ' s="1"' if n == 1 else ' s="2"' if linked and place == _KEY else ""
    text = clean_characters(str(value))[:_MOST_CHARACTERS]
    return f'<c r="{name}" t="inlineStr"{style}><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def _name_column(place: int) -> str:
    """Name a column from 0 as spreadsheets do: A, B, … AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": (
        f"{_XML}<Types xmlns={quoteattr(f'{_PACKAGE}/content-types')}>"
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet2.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="Table" sheetId="1" r:id="rId1"/><sheet name="References" sheetId="2" r:id="rId3"/>'
        "</sheets></workbook>"
    ),
    "xl/_rels/workbook.xml.rels": (
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/>'
        f'<Relationship Id="rId3" Type="{_OFFICE}/worksheet" Target="worksheets/sheet2.xml"/></Relationships>'
    ),
    "xl/styles.xml": (
        f'{_XML}<styleSheet xmlns="{_MAIN}"><fonts count="3"><font/><font><b/></font>'
        '<font><u/><color rgb="FF0563C1"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
        '<cellXfs count="3"><xf xfId="0"/><xf xfId="0" fontId="1" applyFont="1"/>'
        '<xf xfId="0" fontId="2" applyFont="1"/></cellXfs></styleSheet>'
    ),
}
