"""Real files of all formats, from exporters and test suites, against counts that were made without a parser."""

import json
from pathlib import Path
from typing import Any

import pytest

from store.paper import Paper
from store.person_name import parse_author
from store.readers import read_papers
from tests.store.readers.reading import lost, papers

FORMATS = {
    "arxiv_atom": "arxiv-atom",
    "arxiv_kaggle_jsonl": "arxiv-snapshot",
    "arxiv_oai": "arxiv-oai",
    "author_listing_txt": "listing",
    "biblatex": "bibtex",
    "bibtex": "bibtex",
    "crossref_json": "crossref",
    "crossref_xml": "crossref-xml",
    "csl_json": "csl-json",
    "csv": "csv",
    "endnote_xml": "endnote-xml",
    "nbib": "nbib",
    "openalex_json": "openalex",
    "pubmed_xml": "pubmed-xml",
    "refer": "refer",
    "ris": "ris",
    "s2_json": "semantic-scholar",
    "wos_tagged": "wos",
}
# Records with neither title nor abstract nor an identifier by which to find them: nothing that could be searched or
# cited. They are reported and not taken: how many, and what they have.
REPORTED = {
    "jabref__encoding-windows-1252-but-utf-8-declared--decoding-fails.bib": 1,  # an author alone
    "bbt__Import_error_with_character_+_in_BibTeX_field_name_2660.bib": 70,  # how to cite what has no title
    "pybtex__xampl_mixed.bib": 3,  # "minimal" entries with a key or a note alone
    "s2__PaperWithNullValues.json": 1,  # Semantic Scholar's own hash alone
}
# Abstracts that say nothing: "Lorem ipsum …", "Abstract", "[No abstract available]"; how many the manifest counts.
PLACEHOLDERS = {
    "jabref__complex.bib": 1,
    "litstudy__scopus.csv": 1,
    "jabref__MedlinePlainImporterTestCompleteEntry.txt": 1,
    "jabref__refer.bibIX.ref": 4,
    "jabref__IsiImporterTestWOS.isi": 1,
}
# Made by hand to be wrong: the manifest gives no count.
UNCOUNTED = {"jabref__MedlinePlainImporterTestMultipleEntries.txt"}


@pytest.fixture(scope="module")
def manifest(shared: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((shared / "formats" / "manifest.json").read_text())
    return found


def test_every_real_file_is_read_and_no_record_lost_in_silence(shared: Path, manifest: list[dict[str, Any]]) -> None:
    wrong, taken_less = [], {}
    for entry in manifest:
        file = entry["file"]
        reading = read_papers(shared / "formats" / entry["format"] / file)
        items = list(reading)
        found, problems = papers(items), lost(items)
        counts = (len(found) + len(problems), sum(bool(paper.abstract) for paper in found))
        expected = (entry["records"], (entry["with_abstract"] or 0) - PLACEHOLDERS.get(file, 0))
        if file not in UNCOUNTED and counts != expected:
            wrong.append((file, counts, entry["records"], entry["with_abstract"]))
        if problems and file not in UNCOUNTED:
            taken_less[file] = len(problems)
        assert reading.format == FORMATS[entry["format"]], file
        assert reading.fraction() == 1
    assert wrong == []
    assert taken_less == REPORTED


def test_one_library_in_three_formats_gives_the_same_papers(shared: Path) -> None:
    formats = shared / "formats"
    ris, xml, nbib = (
        _by_title(formats / folder / f"reflib__blue-light.{ending}")
        for folder, ending in (("ris", "ris"), ("endnote_xml", "xml"), ("nbib", "nbib"))
    )
    assert ris.keys() == xml.keys()
    assert len(nbib.keys() & ris.keys()) > 0.9 * len(nbib)
    for title in nbib.keys() & ris.keys():
        assert nbib[title].year == ris[title].year == xml[title].year
        names = [
            parse_author(one[title].authors[0]).family.split()[-1] for one in (nbib, ris, xml) if one[title].authors
        ]
        assert len(set(names)) <= 1, names


def test_the_whole_folder_at_once(shared: Path, manifest: list[dict[str, Any]]) -> None:
    reading = read_papers(shared / "formats")
    found = papers(reading)
    known = sum(entry["records"] or 0 for entry in manifest)
    assert len(found) >= known - sum(REPORTED.values())
    assert (reading.format, reading.fraction()) == ("several", 1)


def _by_title(path: Path) -> dict[str, Paper]:
    return {"".join(filter(str.isalnum, paper.title.lower())): paper for paper in papers(read_papers(path))}
