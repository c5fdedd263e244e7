"""Files that were made to do harm, or were cut, blocked or swapped: refused or reported, in little memory."""

import os
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from store.errors import SourceError
from store.readers import read_papers
from store.readers import xml_records as xml_stream
from tests.store.readers.reading import Read, doubts, line, lost, papers
from tests.store.readers.samples import SAMPLES

BIB = "@article{a, title={A}}"
HTML = "<html>\n<head><style>\n@media screen {\n a {b:c}\n}</style></head><body>Please log in</body></html>"
LAUGHS = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' for at in range(1, 10))
TRAPS = {
    "billion laughs": f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>',
    "a file": '<!DOCTYPE x [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>',
    "a file of declarations": '<!DOCTYPE x [<!ENTITY % l SYSTEM "file:///etc/passwd"> %l;]>',
}
XML = [format for format, sample in SAMPLES.items() if sample.lstrip().startswith("<")]


@pytest.mark.parametrize("trap", TRAPS)
@pytest.mark.parametrize("format", XML)
def test_entities_are_refused_in_every_xml_format(read: Read, format: str, trap: str) -> None:
    sample = SAMPLES[format]
    root = sample[sample.rindex("<?xml") :].partition("?>")[2] if "<?xml" in sample else sample
    body = root[root.index(">") + 1 :] if root.lstrip().startswith("<!DOCTYPE") else root
    with pytest.raises(SourceError, match=r"papers\.txt, line 1: the XML declares entities"):
        read(f"{TRAPS[trap]}{body.replace('Learning', '&l9;')}", format=format)


def test_a_dtd_from_elsewhere_is_not_loaded(read: Read, tmp_path: Path) -> None:
    (tmp_path / "x.dtd").write_text('<!ENTITY x "secret">')
    text = (
        f'<!DOCTYPE PubmedArticleSet SYSTEM "{tmp_path}/x.dtd">{SAMPLES["pubmed-xml"].partition("pubmed.dtd")[2][2:]}'
    )
    assert "secret" not in str(read(text.replace("tungsten", "&x;")))


def test_a_record_of_endless_elements_is_refused(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_stream, "_MOST", 1000)
    start, rest = "<PubmedArticleSet>\n<PubmedArticle>", "<Author>x</Author>" * 2000
    with pytest.raises(SourceError, match=r"line 2: the record that begins here has more than 1,000 elements"):
        read(start + rest)


def test_elements_between_records_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text(f"<PubmedArticleSet>{'<junk/>' * 20_000}{SAMPLES['pubmed-xml'].partition('<PubmedArticleSet>')[2]}")
    assert len(papers(read_papers(path))) == 2


@pytest.mark.parametrize("format", ["ris", "nbib", "wos", "refer", "csv", "jsonl", "arxiv-snapshot", "listing"])
def test_a_line_without_end_is_passed_over_in_little_memory(tmp_path: Path, format: str) -> None:
    starts = {
        "csv": "Title,Abstract\nA,B\n",
        "jsonl": line(title="A") + '{"title": "',
        "ris": "TI  - A\nER  - \nTI  - ",
    }
    starts |= {"nbib": "PMID- 1\nTI  - A\n\nPMID- 2\nTI  - ", "arxiv-snapshot": line(title="A") + '{"title": "'}
    starts |= {"wos": "PT J\nTI A\nER\n\nTI ", "refer": "%0 Book\n%T A\n\n%0 "}
    path = tmp_path / "file"
    path.write_text(starts.get(format, "Ann Poe\n\nLGMar 10, 2022\nA\n\nAnn Poe\n\nSome.\n\nLGMar 10, 2022\n"))
    os.truncate(path, 60_000_000)  # NULs, which take no room on the disk
    tracemalloc.start()
    items = list(read_papers(path, format))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert papers(items)[0].title == "A"
    assert any("10 million characters" in reason for reason in [one.reason for one in lost(items)] + doubts(items))
    assert peak < 100_000_000


def test_a_tagged_record_without_end_is_cut_and_still_too_large_to_be_taken(read: Read) -> None:
    items = read("TY  - JOUR\nTI  - A\n" + f"N1  - {'x' * 1_000_000}\n" * 12)
    assert papers(items) == []
    assert "more than the 200 kB that one may have" in lost(items)[0].reason
    assert "10 million" in doubts(items)[0]


def test_nuls_are_no_letters(read: Read) -> None:
    for text in (
        "@article{a,\0 title={A\0B}}\0\0",
        "TY  - JOUR\nTI  - A\0B\nER  - \n\0",
        'x\0\n{"title":"A\0B"}\n\0\0',
    ):
        assert [paper.title for paper in papers(read(text))] == ["AB"]
    assert len(read('{"title":"AB"}\n\0\0\0\n')) == 1


@pytest.mark.parametrize("before", ["", "<!-- saved from a site -->\n", '<?xml version="1.0"?>\n', "\ufeff\n"])
def test_a_web_page_that_was_saved_for_an_export_is_refused(read: Read, before: str) -> None:
    with pytest.raises(SourceError, match=r"refs\.bib is a web page") as refused:
        read(before + HTML, name="refs.bib")
    assert "log-in" in refused.value.hint


def test_a_web_page_is_one_whatever_its_text_looks_like(read: Read) -> None:
    with pytest.raises(SourceError, match=r"refs\.bib is a web page"):
        read("<!DOCTYPE html>\n<html><body>@article{a, title={A title}}</body></html>\n", name="refs.bib")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("10.1000/xyz", "conspectus fetch 10.1000/xyz"),
        ("arxiv:2203.05482", "conspectus fetch arxiv:2203.05482"),
        ("https://doi.org/10.1000/xyz", "conspectus fetch https://doi.org/10.1000/xyz"),
        ("refs.bib", "Check the path."),
    ],
)
def test_an_id_that_is_given_for_a_file_can_be_fetched(name: str, hint: str) -> None:
    with pytest.raises(SourceError, match="There is no file") as refused:
        list(read_papers(name))
    assert refused.value.hint.endswith(hint)


def test_a_file_whose_name_is_spelled_nearly_so_is_offered(tmp_path: Path) -> None:
    (tmp_path / "references.bib").write_text("")
    with pytest.raises(SourceError, match="There is no file") as refused:
        list(read_papers(tmp_path / "refernces.bib"))
    assert refused.value.hint == f"Did you mean {tmp_path / 'references.bib'}?"


def test_a_list_of_ids_can_be_fetched(read: Read) -> None:
    with pytest.raises(SourceError, match=r"ids\.txt is a list of DOIs or arXiv ids and holds no papers") as refused:
        read("10.1000/xyz\n\narXiv:2203.05482\n", name="ids.txt")
    assert refused.value.hint.startswith("Their records are fetched by: xargs conspectus fetch < /")
    assert refused.value.hint.endswith("/ids.txt")
    with pytest.raises(SourceError, match=r"ids\.txt is unknown"):
        read("10.1000/xyz\nsoup\n", name="ids.txt")


@pytest.mark.parametrize(
    ("part", "words"), [("word/document.xml", "Word, Excel"), ("xl/workbook.xml", "is an Excel workbook")]
)
def test_an_office_file_is_refused(tmp_path: Path, part: str, words: str) -> None:
    with zipfile.ZipFile(tmp_path / "a", "w") as made:
        made.writestr("[Content_Types].xml", "<x/>")
        made.writestr(part, "<x/>")
    with pytest.raises(SourceError, match=words):
        read_papers(tmp_path / "a")


def test_a_link_in_an_archive_is_not_followed(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("a.bib")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        made.writestr(link, "/etc/passwd")
        made.writestr("b.bib", BIB)
    items = list(read_papers(tmp_path / "a.zip"))
    assert len(papers(items)) == 1
    assert "link to another file" in lost(items)[0].reason


def test_what_is_no_file_in_a_folder_is_told_of(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.bib").write_text(BIB)
    os.mkfifo(folder / "b")
    for name, target in (("c", "/nowhere"), ("d", "/dev/zero"), ("e", str(folder)), ("f", str(folder / "f"))):
        (folder / name).symlink_to(target)
    items = list(read_papers(folder))
    assert len(papers(items)) == 1
    assert sorted(Path(problem.file).name for problem in lost(items)) == ["b", "c", "d", "e", "f"]
    for name in ("b", "d"):
        with pytest.raises(SourceError, match="not a regular file"):
            read_papers(folder / name)


@pytest.mark.parametrize("change", ["cut", "more", "other", "gone"])
def test_a_file_that_changes_while_it_is_read_is_told_of(tmp_path: Path, change: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("".join(line(title=f"Title {n}", abstract="word " * 20) for n in range(2000)))
    reading = read_papers(path)
    next(reading)
    if change == "cut":
        os.truncate(path, 100_000)
    elif change == "more":
        path.write_text(path.read_text() + line(title="More"))
    elif change == "other":
        path.write_text("x" * 1000)
    else:
        path.unlink()
    assert any("changed while it was read" in doubt for doubt in doubts(reading))


def test_a_file_that_stays_is_not_said_to_change(read: Read) -> None:
    assert doubts(read(line(title="A"))) == []


@pytest.mark.parametrize(
    "answer",
    [
        '{"error": "Paper not found"}',
        '{"errors": [{"status": "404"}]}',
        '{"status": "error", "message-type": "validation-failure", "message": []}',
        '{"service-error": {"status": {}}}',
    ],
)
def test_an_error_of_a_service_is_named(read: Read, answer: str) -> None:
    with pytest.raises(SourceError, match="a service's message about an error"):
        read(answer, name="works.json")
