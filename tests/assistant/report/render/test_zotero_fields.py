"""Citations in a DOCX are fields that Zotero's plugin for Word reads."""

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from assistant.report.render.manuscript import Manuscript
from assistant.report.render.pandoc import convert_report
from tests.assistant.report.render import made_up
from tests.assistant.report.render.test_pandoc import parts

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
IN_NOTES = """<style xmlns="http://purl.org/net/xbiblio/csl" class="note" version="1.0">
<info><title>N</title><id>n</id><updated>2020-01-01T00:00:00+00:00</updated></info>
<citation><layout suffix="."><text variable="title"/></layout></citation>
<bibliography><layout><text variable="title"/></layout></bibliography></style>"""


@pytest.fixture(autouse=True)
def installed() -> None:
    """Skip, visibly, where the extra is not installed."""
    pytest.importorskip("pypandoc")


def fields_of(xml: str) -> list[tuple[str, str]]:
    """The fields of a part of a DOCX: what Word keeps, and what it shows."""
    fields: list[tuple[str, str]] = []
    state = "end"
    for element in ElementTree.fromstring(xml).iter():
        if element.tag == f"{WORD}fldChar":
            state = element.attrib[f"{WORD}fldCharType"]
            fields += [("", "")] if state == "begin" else []
        elif element.tag == f"{WORD}instrText":
            fields[-1] = ((element.text or "").strip(), "")
        elif element.tag == f"{WORD}t" and state == "separate":
            fields[-1] = (fields[-1][0], fields[-1][1] + (element.text or ""))
    assert state == "end"
    return fields


def citation_in(code: str) -> Any:
    return json.loads(code.removeprefix("ADDIN ZOTERO_ITEM CSL_CITATION "))


def make_docx(of: Manuscript, csl: Path | None = None) -> dict[str, str]:
    return parts(convert_report(of, "docx", csl=csl))


def test_each_citation_is_a_field_with_its_item_and_shows_what_pandoc_set() -> None:
    *citations, references = fields_of(make_docx(made_up.printed())["word/document.xml"])
    assert [shown for _, shown in citations] == ["(Poe 2018)"] * 4
    codes = [citation_in(code) for code, _ in citations]
    assert [code["citationID"] for code in codes] == ["conspectus1", "conspectus2", "conspectus3", "conspectus4"]
    assert codes[0]["properties"] == {
        "formattedCitation": "(Poe 2018)",
        "plainCitation": "(Poe 2018)",
        "noteIndex": 0,
    }
    (item,) = codes[0]["citationItems"]
    assert (item["id"], item["uris"]) == ("poe2018rare", ["urn:conspectus:p"])
    assert item["itemData"]["author"] == [{"family": "Poe", "given": "Ann"}]
    assert item["itemData"]["title"] == "On Rare Events"
    assert "abstract" not in item["itemData"]
    assert references[0] == 'ADDIN ZOTERO_BIBL {"uncited":[],"omitted":[],"custom":[]} CSL_BIBLIOGRAPHY'
    assert references[1].startswith("Poe, Ann. 2018.")


def test_a_paper_with_a_doi_is_known_by_it() -> None:
    paper = made_up.rare().model_copy(update={"identifiers": {"doi": "10.1/x"}})
    code, _ = fields_of(make_docx(made_up.printed()._replace(papers={"p": paper}))["word/document.xml"])[0]
    assert citation_in(code)["citationItems"][0]["uris"] == ["https://doi.org/10.1/x"]


def test_a_style_of_notes_has_its_fields_in_the_notes(tmp_path: Path) -> None:
    style = tmp_path / "notes.csl"
    style.write_text(IN_NOTES)
    made = make_docx(made_up.printed(), style)
    citations = fields_of(made["word/footnotes.xml"])
    assert [shown.strip().lower() for _, shown in citations] == ["on rare events."] * 4
    assert [citation_in(code)["properties"]["noteIndex"] for code, _ in citations] == [1, 2, 3, 4]
    assert [code.split()[1] for code, _ in fields_of(made["word/document.xml"])] == ["ZOTERO_BIBL"]


def test_what_stands_in_a_field_is_no_markup() -> None:
    text = "<w:p/> & ]]> “R” \u00e9"
    codes = [code for code, _ in fields_of(make_docx(made_up.printed(text))["word/document.xml"])]
    assert citation_in(codes[0])["citationItems"][0]["itemData"]["title"] == text


def test_a_report_that_cites_nothing_has_no_field() -> None:
    bare = made_up.printed()
    report = bare.report.model_copy(update={"sections": (), "references": ()})
    xml = make_docx(bare._replace(report=report, papers={}, keys={}))["word/document.xml"]
    assert not re.search("fldChar|instrText", xml)


def test_a_program_that_reads_zoteros_fields_finds_the_citations(tmp_path: Path) -> None:
    import pypandoc

    file = tmp_path / "report.docx"
    file.write_bytes(convert_report(made_up.printed(), "docx"))
    assert "[@poe2018rare]" in pypandoc.convert_file(str(file), "markdown", format="docx+citations")
