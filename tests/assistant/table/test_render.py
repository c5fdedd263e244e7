"""Tables as CSV, XLSX, JSON, Markdown and HTML: values, quotes, and no cell that a spreadsheet computes."""

import csv
import io
import json
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from assistant.client import Assistant
from assistant.table.render import write_csv, write_xlsx
from assistant.table.schema import TableReport
from store.errors import InputError, SourceError
from store.paper import Paper, Problem
from store.readers import read_papers
from tests.assistant import small

COLUMNS = ["speedup: number", "number of data sets: count"]
NAMES = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


@pytest.fixture
def report(own: Assistant) -> TableReport:
    made = own.reports.create("table", columns=COLUMNS, sort="-speedup")
    assert isinstance(made, TableReport)
    return made


def read_cells(content: bytes) -> list[list[tuple[str, str]]]:
    """The kind and the text of each cell."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            ElementTree.fromstring(archive.read(name))
        sheet = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    return [
        [(cell.get("t", "n"), "".join(cell.itertext())) for cell in row.findall("m:c", NAMES)]
        for row in sheet.iterfind(".//m:row", NAMES)
    ]


def test_csv_has_values_then_quotes_and_checks(own: Assistant, report: TableReport) -> None:
    rows = list(csv.reader(io.StringIO(own.reports.render(report, "csv"))))
    assert rows[0] == [
        "Paper",
        "Key",
        "Year",
        "speedup",
        "number of data sets",
        "speedup (quote)",
        "speedup (check)",
        "number of data sets (quote)",
        "number of data sets (check)",
    ]
    assert rows[1][0] == "Rare Events in Simulated Traffic"
    assert rows[1][3:7] == [
        "20 times",
        "not stated",
        "The estimate takes 20 times less time than naive Monte Carlo.",
        "word for word in its source",
    ]
    assert ["10"] in [row[4:5] for row in rows]
    assert len(rows) == 8


def test_xlsx_has_the_same_cells_and_numbers_are_numbers(own: Assistant, report: TableReport, tmp_path: Path) -> None:
    files = own.reports.save(report, tmp_path / "t.xlsx")
    assert [file.name for file in files] == ["t.xlsx", "t.manifest.json"]
    rows = read_cells((tmp_path / "t.xlsx").read_bytes())
    assert [text for _, text in rows[0]][:5] == ["Paper", "Key", "Year", "speedup", "number of data sets"]
    assert rows[1][3] == ("inlineStr", "20 times")
    assert ("n", "10.0") in [cell for row in rows for cell in row]
    assert ("n", "2018") in rows[1]
    own.reports.save(report, tmp_path / "u.xlsx")
    assert (tmp_path / "t.xlsx").read_bytes() == (tmp_path / "u.xlsx").read_bytes()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", " =1", "＝1", "|cmd"])
def test_no_cell_is_a_formula(text: str) -> None:
    (row,) = csv.reader(io.StringIO(write_csv([[text, 1.5, None]])))
    assert row[0].startswith("'")
    assert row[1:] == ["1.5", ""]
    ((kind, shown),) = read_cells(write_xlsx([[text]]))[0]
    assert kind == "inlineStr"
    assert shown.strip() == text.strip()


def test_xlsx_takes_any_text() -> None:
    rows = read_cells(write_xlsx([["<a&b>", "x\x00\x0b\ud800y", "z" * 40_000], [None, 3]]))
    assert rows[0][0] == ("inlineStr", "<a&b>")
    assert len(rows[0][2][1]) == 32_767
    assert rows[1] == [("n", "3")]


def test_html_shows_the_quote_where_a_pointer_rests_and_escapes(tmp_path: Path) -> None:
    hostile = small.paper(
        "x", "<script>alert(1)</script>", 'It is 3 times faster "in <b>bold</b> tests" than this & that.'
    )
    with small.assistant(tmp_path / "library", [hostile]) as assistant:
        report = assistant.reports.create("table", columns=["speedup: number"])
        page = assistant.reports.render(report, "html")
    assert 'title="It is 3 times faster &quot;' in page
    assert "<script>alert" not in page
    assert "<b>" not in page


def test_markdown_and_json_hold_the_table(own: Assistant, report: TableReport, tmp_path: Path) -> None:
    text = own.reports.render(report, "md")
    assert "| Paper | Year | speedup | number of data sets |" in text
    assert "20 times [@" in text
    own.reports.save(report, tmp_path / "t.json")
    kept = json.loads((tmp_path / "t.json").read_bytes())
    assert kept["rows"][0]["cells"][0]["value"] == "20 times"
    again = own.reports.read(tmp_path / "t.json")
    assert isinstance(again, TableReport)
    assert again == report


def test_other_reports_have_no_xlsx(own: Assistant, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no report format 'xlsx'"):
        own.reports.save(own.reports.create("annotated"), tmp_path / "t.xlsx")


def test_in_a_workbook_each_key_leads_to_its_entry_in_the_list_of_references(
    own: Assistant, report: TableReport, tmp_path: Path
) -> None:
    own.reports.save(report, tmp_path / "t.xlsx")
    with zipfile.ZipFile(tmp_path / "t.xlsx") as archive:
        table, listed = (ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{n}.xml")) for n in (1, 2))
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    assert [sheet.get("name") for sheet in book.iterfind(".//m:sheet", NAMES)] == ["Table", "References"]
    keys = {cell.get("r"): "".join(cell.itertext()) for cell in (*table.iterfind(".//m:c", NAMES),)}
    entries = {f"References!{cell.get('r')}": cell for cell in listed.iterfind(".//m:c", NAMES)}
    listed_keys = {cell.get("r"): "".join(cell.itertext()) for cell in listed.iterfind(".//m:c", NAMES)}
    links = [(link.get("ref", ""), link.get("location", "")) for link in table.iterfind(".//m:hyperlink", NAMES)]
    assert len(links) == len(report.references) > 0
    for here, there in links:
        assert there in entries
        assert keys[here] == listed_keys[there.removeprefix("References!").replace("A", "B")]


def test_a_saved_table_in_a_folder_that_is_added_is_passed_over_and_no_record_is_lost(
    own: Assistant, report: TableReport, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    own.reports.save(report, folder / "t.csv")
    own.reports.save(report, folder / "u.json")
    (folder / "a.jsonl").write_text('{"title": "Frogs sing", "abstract": "They do."}\n', encoding="utf-8")
    items = list(read_papers(folder))
    assert [item.title for item in items if isinstance(item, Paper)] == ["Frogs sing"]
    said = {Path(item.file).name: (item.reason, item.lost) for item in items if isinstance(item, Problem)}
    passed_over = ("passed over: a report of Conspectus", False)
    assert said == dict.fromkeys(("t.csv", "t.manifest.json", "u.json"), passed_over)


@pytest.mark.parametrize("kind", ["themes", "compare"])
def test_tables_of_other_kinds_are_known_for_reports(own: Assistant, kind: str, tmp_path: Path) -> None:
    text = own.reports.render(own.reports.create(kind), "csv")
    (tmp_path / "r.csv").write_text(text, encoding="utf-8", newline="")
    with pytest.raises(SourceError, match=r"r\.csv is a report of Conspectus"):
        read_papers(tmp_path / "r.csv")


@pytest.mark.parametrize("format", ["csv", "md", "html"])
def test_what_no_format_tells_is_a_report_where_its_manifest_is_beside_it(
    own: Assistant, format: str, tmp_path: Path
) -> None:
    own.reports.save(own.reports.create("timeline"), tmp_path / f"r.{format}")
    with pytest.raises(SourceError, match=rf"r\.{format} is a report of Conspectus"):
        read_papers(tmp_path / f"r.{format}")
    (tmp_path / "r.manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(SourceError, match=r"unknown|a web page"):
        read_papers(tmp_path / f"r.{format}")
