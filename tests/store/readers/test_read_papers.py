"""Files as a whole: which format they are in, how far they were read, and what is refused."""

import gzip
import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from store.errors import SourceError
from store.paper import Paper, Problem, Profile
from store.readers import READERS, read_papers
from store.readers.textfile import make_printable
from tests.store.readers.reading import Read, doubts, line, papers

LISTING = "Ann Poe\n\nLGMar 10, 2022\nA title\n\nAnn Poe\n\nAn abstract of some length.\n"


def test_the_format_is_told_by_content_not_by_name(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"
    path.write_text(LISTING)
    assert read_papers(path).format == "listing"
    path = tmp_path / "listing.txt"
    path.write_text(line(title="A"))
    assert read_papers(path).format == "jsonl"


@pytest.mark.parametrize(
    ("content", "format"),
    [
        ("Ann Poe\nh-index3\n\n0 Papers\n", "listing"),
        ('[\n  {\n    "title": "A"\n  }\n]', "jsonl"),
        ("[]", "jsonl"),
        ('# exported\n{"title": "A"}\n', "jsonl"),
        ('\ufeff\n{"title": "LGMar 10, 2022"}\n', "jsonl"),
    ],
)
def test_what_begins_like_a_format_is_read_as_such(content: str, format: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text(content)
    assert read_papers(path).format == format


def test_a_named_format_is_used_whatever_the_content(read: Read) -> None:
    assert len(papers(read(LISTING, format="listing"))) == 1
    assert papers(read(LISTING, format="jsonl")) == []


def test_the_name_is_kept_as_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.jsonl").write_text(line(title="A"))
    assert papers(read_papers("a.jsonl"))[0].source.file == "a.jsonl"


def test_a_name_that_would_change_the_terminal_is_made_visible(tmp_path: Path) -> None:
    path = tmp_path / "a\x1b[31m.jsonl"
    path.write_text(line(title="A"))
    assert papers(read_papers(path))[0].source.file.endswith("a�[31m.jsonl")
    assert make_printable(os.fsdecode(b"a\xff")) == "a�"


def test_reading_tells_how_far_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("".join(line(title=f"Title {n}", abstract="word " * 20) for n in range(2000)))
    reading = read_papers(path)
    assert reading.total_bytes == path.stat().st_size
    assert reading.fraction() == 0
    next(reading)
    assert 0 < reading.fraction() < 0.5  # what is not asked for is not read
    steps = [reading.bytes_read for _ in reading]
    assert steps == sorted(steps)
    assert reading.fraction() == 1


REFUSED = {
    "a PDF": (b"%PDF-1.7\n%\xe2\xe3", "bibliographies and abstracts, not PDFs"),
    "a gzip archive": (gzip.compress(gzip.compress(b'{"title": "A"}')), "Unpack"),
    "a tar archive": (b"a.bib".ljust(257, b"\0") + b"ustar", "Unpack"),
    "a PNG picture": (b"\x89PNG\r\n\x1a\n", "reads text"),
    "a JPEG picture": (b"\xff\xd8\xff\xe0", "reads text"),
    "an SQLite database": (b"SQLite format 3\x00", "Export"),
    "a rich text document": (b"{\\rtf1 hello}", "Export"),
    "a web page": (b"\n<!DOCTYPE html><html>", "Copy its text"),
    "txt is a web page": (
        b"<!doctype html>\n<style>\n.title, .author, .year, .abstract { margin: 0 }\n",
        "Copy its text",
    ),
    "a report of Conspectus": (
        b'{\n  "kind": "themes",\n  "title": "On \\"x\\"",\n  "sections": [',
        "conspectus export",
    ),
    "a binary file": (b"\x7fELF\x02\x01\x01\x00\x00", "listing"),
    "is empty": (b"", "holds papers"),
    " is empty": (b" \n\r\n\t\n", "holds papers"),
    "papers.txt is empty": (b"\xef\xbb\xbf\n", "holds papers"),
    "is unknown": (b"Dear all,\nplease find attached\n", "listing (the text of an author's page), pubmed-xml"),
}


@pytest.mark.parametrize("says", REFUSED)
def test_what_is_no_bibliography_is_refused_with_a_way_on(says: str, read: Read) -> None:
    content, hint = REFUSED[says]
    with pytest.raises(SourceError) as refused:
        read(content)
    assert "papers.txt" in refused.value.what
    assert says in refused.value.what
    assert hint in refused.value.hint


def test_a_pdf_is_refused_under_a_named_format_too(read: Read) -> None:
    with pytest.raises(SourceError, match="PDF"):
        read(b"%PDF-1.7", format="jsonl")


def test_an_unknown_format_names_the_known_ones(read: Read) -> None:
    with pytest.raises(SourceError, match="no format 'bib'") as refused:
        read(LISTING, format="bib")
    assert all(reader.NAME in refused.value.hint for reader in READERS)


@pytest.mark.parametrize(
    ("name", "says"), [("missing.txt", "no file"), (".", "folder"), ("a\x00b", "file name"), ("a" * 300, "too long")]
)
def test_a_path_that_cannot_be_read_is_refused_at_once(name: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=says) as refused:
        read_papers(tmp_path / name)
    assert refused.value.hint


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SourceError, match="not a regular file"):
        read_papers(tmp_path / "pipe")


def test_a_forbidden_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret.jsonl"
    path.write_text(line(title="A"))

    def forbidden(*args: object, **kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", forbidden)
    with pytest.raises(SourceError, match=r"secret\.jsonl may not be read"):
        read_papers(path)


@pytest.mark.parametrize("content", [LISTING, line(title="A"), '[\n{\n"title": "A"}]'])
def test_a_file_that_vanishes_while_it_is_read_is_a_source_error(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(content)
    reading = read_papers(path)
    path.unlink()
    with pytest.raises(SourceError, match="no file"):
        list(reading)


def test_windows_1252_is_read_and_said(read: Read) -> None:
    items = read(LISTING.replace("Poe", "Poë").replace("An abstract", "An “abstract”").encode("cp1252"))
    assert papers(items)[0].authors[0].name == "Ann Poë"
    assert "“abstract”" in papers(items)[0].abstract
    assert [reason for reason in doubts(items) if "Windows-1252" in reason]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("content", [LISTING.replace("Poe", "Poë"), line(title="T").replace("T", "Poë")])
def test_a_byte_order_mark_is_followed(encoding: str, content: str, read: Read) -> None:
    items = read(content.encode(encoding))
    assert "Poë" in papers(items)[0].model_dump_json()
    assert not any("�" in reason or "1252" in reason for reason in doubts(items))


def test_utf_16_that_breaks_off_is_read_with_a_doubt(read: Read) -> None:
    items = read(LISTING.encode("utf-16")[:-1])
    assert len(papers(items)) == 1
    assert any("UTF-16" in reason for reason in doubts(items))


@given(
    start=st.sampled_from(
        [b"", b'{"title": "', b"[{", b"LGMar 10, 2022\n", b"\xff\xfe", b"\xef\xbb\xbf", b"h-index3\n"]
    ),
    rest=st.binary(max_size=300),
    format=st.sampled_from([None, "listing", "jsonl"]),
)
@example(start=b"\xff\xfe", rest=b"\x00\xd8\n\x00", format="listing")
def test_any_bytes_are_read_or_refused(read: Read, start: bytes, rest: bytes, format: str | None) -> None:
    with suppress(SourceError):
        items = read(start + rest, format=format)
        assert items
        assert all(isinstance(item, Paper | Problem | Profile) and item.model_dump_json() for item in items)
