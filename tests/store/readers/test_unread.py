"""What people are told of files that they take for bibliographies."""

import zipfile
from pathlib import Path

import pytest

from store.errors import SourceError
from store.readers import read_papers
from tests.store.readers.reading import Read

REFERENCES = """[1] A. Poe, “Of tests,” Journal of Tests, vol. 1, 2001. doi:10.1000/abc
[2] M. Roe, Of rests and tests, 2002, p. 5.
"""
FILES: dict[str, tuple[str | bytes, str, str]] = {
    "book.bbl": ("\\begin{thebibliography}{1}\n\\bibitem{a} A.", "set by BibTeX", "the .bib file"),
    "mods.xml": ('<modsCollection xmlns="http://www.loc.gov/mods/v3"/>', "MODS XML", "BibTeX, RIS or CSL JSON"),
    "zotero.rdf": ("<rdf:RDF xmlns:z='http://www.zotero.org/'/>", "RDF", "BibTeX, RIS or CSL JSON"),
    "all.txt": (
        "Reference Type:  Book\nRecord Number: 1\nTitle: T\n",
        "EndNote's style Show All",
        "RefMan (RIS) Export",
    ),
    "list.txt": (REFERENCES, "a list of references as text", "conspectus fetch 10.1000/abc"),
    "names.txt": (REFERENCES.replace("doi:10.1000/abc", ""), "a list of references as text", "as RIS or BibTeX"),
    "page.html": (f"<!DOCTYPE html><html><li>{REFERENCES}</li></html>", "a web page", "conspectus fetch 10.1000/abc"),
    "web.xls": ("<html><table><tr><td>Title</td></tr></table></html>", "a table of a web page", "CSV UTF-8"),
    "old.xls": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "an old Excel workbook, or one with a password",
        "CSV",
    ),
    "none.xlsx": (b"", "is empty", "holds papers"),
    "broken.xlsx": (b"PK\x03\x04" + bytes(99), "an Excel workbook that is broken", "CSV UTF-8"),
}


@pytest.mark.parametrize("name", FILES)
def test_what_a_file_is_and_what_to_do_with_it(name: str, read: Read) -> None:
    content, kind, hint = FILES[name]
    with pytest.raises(SourceError) as refused:
        read(content, name=name)
    assert name in refused.value.what
    assert kind in refused.value.what
    assert hint in refused.value.hint


def test_a_spreadsheet_of_opendocument_is_to_be_saved_as_csv(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        made.writestr("content.xml", "<a/>")
    with pytest.raises(SourceError, match="is a workbook") as refused:
        read_papers(tmp_path / "a.ods")
    assert "CSV UTF-8" in refused.value.hint


def test_a_doi_keeps_the_bracket_that_it_opens(read: Read) -> None:
    with pytest.raises(SourceError) as refused:
        read(REFERENCES.replace("doi:10.1000/abc", "(doi:10.1000/a(b))."))
    assert refused.value.hint.endswith("conspectus fetch '10.1000/a(b)'")


def test_a_doi_in_a_command_is_quoted_where_a_shell_would_run_it(read: Read) -> None:
    with pytest.raises(SourceError) as refused:
        read(REFERENCES.replace("10.1000/abc", "10.1000/a;id|sh"))
    assert refused.value.hint.endswith("conspectus fetch '10.1000/a;id|sh'")


def test_a_letter_is_no_list_of_references(read: Read) -> None:
    with pytest.raises(SourceError, match="unknown"):
        read("Dear all,\nin 2020 we met.\nPlease find the minutes attached to this message of mine.\n")
