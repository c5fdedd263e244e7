"""What biber finds to pass over in the entries that are written: nothing but what biblatex has no field for."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from assistant.export.library_export import format_papers
from store.field_names import FIELDS, OF_DATE
from store.paper import Author, Contributor, Paper
from store.work_types import TYPES

# Of the data model of biblatex none has a place for these; docs/formats.md says so.
WITHOUT_FIELD = {"archive", "database", "medium", "pmid", "pmcid", "series_number"}
VALUES = {
    "issn": "1234-5679", "isbn": "978-3-86490-311-3", "accessed": "2020-01-02", "event_date": "2019-05-03",
    "original_date": "-0349~", "volume": "3", "issue": "4", "number": "7", "language": "german",
}  # fmt: skip


@pytest.mark.skipif(not shutil.which("biber"), reason="biber is not installed (Debian: apt-get install biber)")
def test_biber_passes_over_no_field_that_biblatex_has(tmp_path: Path) -> None:
    papers = [build_paper(kind) for kind in sorted(TYPES)] + [undated_paper()]
    keys = {paper.id: paper.id for paper in papers}
    (tmp_path / "all.bib").write_text("".join(format_papers(lambda: iter(papers), "bibtex", keys)), encoding="utf-8")
    command = ["biber", "--tool", "--validate-datamodel", "--output-file", "out.bib", "all.bib"]
    report = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert set(re.findall(r"Field '(\w+)' invalid in data model - ignoring", report)) == WITHOUT_FIELD
    assert not re.search(r"Invalid (?:entry type|format)", report)


def build_paper(kind: str) -> Paper:
    extra = {row.ours: VALUES.get(row.ours, "a text") for row in FIELDS if row.ours not in (*OF_DATE, "issue_name")}
    return Paper(
        id=kind.replace("_", "-"),
        title="A title",
        kind=kind,
        authors=(Author(name="Ann Poe", position=1, family="Poe", given="Ann"),),
        contributors=(Contributor(name="Max Roe", family="Roe", given="Max", role="editor"),),
        date="2018-05-31",
        venue="A place",
        identifiers={"doi": "10.1000/a", "arxiv": "2101.00001", "pmid": "1", "pmcid": "PMC1"},
        urls=("https://example.org/a",),
        keywords=("one", "two"),
        abstract="An abstract.",
        categories=("cs.LG",),
        extra=extra,
    )


def undated_paper() -> Paper:
    return Paper(id="undated", title="A title", kind="article-journal", extra={"date": "In press"})
