"""Archives, folders and standard input; and archives that are traps."""

import gzip
import io
import sys
import zipfile
from pathlib import Path

import pytest

from store.errors import SourceError
from store.readers import ArchiveLimits, read_papers
from store.readers import archives as archive
from store.readers.archives import UnpackingBudget
from tests.store.readers.reading import lost, papers

BIB = "@article{a, title={A}}"
RIS = "TY  - JOUR\nTI  - B\nER  - \n"


def zipped(path: Path, **files: str | bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in files.items():
            made.writestr(name.replace("__", "/").replace("_", "."), text)
    return path


def test_the_files_of_a_zip_are_read_each_in_its_format(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", a_bib=BIB, deep__b_ris=RIS, x_pdf=b"%PDF-1.4", _hidden=BIB)
    reading = read_papers(path)
    items = list(reading)
    assert [(paper.title, paper.source.file) for paper in papers(items)] == [
        ("A", f"{path}/a.bib"),
        ("B", f"{path}/deep/b.ris"),
    ]
    assert [problem.file for problem in lost(items)] == [f"{path}/x.pdf"]
    assert (reading.format, reading.fraction()) == ("several", 1)


def test_a_zip_of_one_file_is_like_the_file(tmp_path: Path) -> None:
    assert read_papers(zipped(tmp_path / "a.zip", a_bib=BIB)).format == "bibtex"
    with pytest.raises(SourceError, match=r"a\.zip/a\.pdf is a PDF"):
        read_papers(zipped(tmp_path / "a.zip", a_pdf=b"%PDF-1.4"))


def test_a_gzip_tells_how_far_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress("".join(f'{{"title": "Title {n * n}"}}\n' for n in range(20_000)).encode()))
    reading = read_papers(path)
    next(reading)
    assert 0 < reading.fraction() < 1
    assert len(papers(reading)) == 19_999
    assert reading.fraction() == 1


@pytest.mark.parametrize("name", ["../a.bib", "/etc/a.bib", "x/../../a.bib", "..\\a.bib", "C:\\a.bib"])
def test_names_that_lead_outside_are_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr(name, BIB)
    with pytest.raises(SourceError, match="outside itself"):
        read_papers(path)
    assert list(tmp_path.iterdir()) == [path]


def test_bombs_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "SMALL", 100_000)
    with pytest.raises(SourceError, match="200 times"):
        read_papers(zipped(tmp_path / "a.zip", a_jsonl=" " * 10_000_000))
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(f'{{"title": "A"}}\n{" " * 10_000_000}'.encode()))
    with pytest.raises(SourceError, match="200 times"):
        list(read_papers(path))


def test_a_zip_of_many_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds 2 files, more than 1"):
        read_papers(zipped(tmp_path / "a.zip", a_bib=BIB, b_bib=BIB), limits=ArchiveLimits(members=1))


def test_a_small_archive_of_much_text_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", a_jsonl='{"title":"a"}\n' * 1_000_000)
    assert path.stat().st_size * 200 < 14_000_000
    with pytest.raises(SourceError, match="more than 200 times"):
        read_papers(path)
    assert next(read_papers(path, limits=ArchiveLimits(ratio=1000), limit=1)) is not None


def test_the_records_of_an_archive_are_counted_over_its_files(tmp_path: Path) -> None:
    lines = "".join(f'{{"title": "Title {number}"}}\n' for number in range(3))
    path = zipped(tmp_path / "a.zip", a_jsonl=lines, b_jsonl=lines)
    few = ArchiveLimits(records=path.stat().st_size // 20)  # 16: a record for 20 bytes of it is always taken
    assert few.records > 6
    assert len(papers(read_papers(path, limits=few))) == 6
    budget = UnpackingBudget("a.zip", 20, ArchiveLimits(records=4))
    assert list(budget.spend(iter("abc"))) == ["a", "b", "c"]
    with pytest.raises(SourceError, match=r"a\.zip holds more than 4 records"):
        list(budget.spend(iter("def")))


def test_the_time_of_an_archive_is_that_of_its_reading(tmp_path: Path) -> None:
    ticks = iter([0.0, 2.0, 50.0, 51.0, 90.0, 91.0, 99.0, 101.0])  # before and after each of three items
    budget = UnpackingBudget("a.gz", 1, ArchiveLimits(seconds=5), clock=lambda: next(ticks))
    read = budget.spend(iter("abcd"))
    assert [next(read), next(read), next(read)] == ["a", "b", "c"]
    with pytest.raises(SourceError, match=r"a\.gz took more than 5 seconds to read"):
        next(read)


def test_an_archive_in_an_archive_is_refused(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "i.zip", a_bib=BIB).read_bytes()
    with pytest.raises(SourceError, match="inside another archive"):
        read_papers(zipped(tmp_path / "a.zip", i_zip=inner))
    (tmp_path / "a.gz").write_bytes(gzip.compress(inner))
    with pytest.raises(SourceError, match="inside another archive"):
        read_papers(tmp_path / "a.gz")


def test_what_is_broken_or_no_bundle_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK\x03\x04rest")
    with pytest.raises(SourceError, match="broken"):
        read_papers(path)
    with pytest.raises(SourceError, match="Word"):
        read_papers(zipped(path, mimetype="application/epub+zip", a_bib=BIB))
    with pytest.raises(SourceError, match="without a file"):
        read_papers(zipped(path, _hidden="x"))


def test_a_gzip_that_breaks_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(f"{BIB}\n".encode() * 3)[:-10])
    with pytest.raises(SourceError, match="cannot be unpacked"):
        list(read_papers(path))


def test_a_locked_member_is_a_problem(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", a_bib=BIB, b_bib=BIB)
    data = bytearray(path.read_bytes())
    for mark, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + flag] |= 1  # says that the first member is encrypted
    path.write_bytes(data)
    items = list(read_papers(path))
    assert len(papers(items)) == 1
    assert "password" in lost(items)[0].reason


def test_a_folder_is_read_with_the_folders_in_it(tmp_path: Path) -> None:
    (tmp_path / "b" / "c").mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    (tmp_path / "b" / "c" / "x.bib").write_text(BIB)
    (tmp_path / "a.ris").write_text(RIS)
    (tmp_path / ".git" / "y.bib").write_text(BIB)
    (tmp_path / "notes.txt").write_text("Dear all,\n")
    zipped(tmp_path / "z.zip", a_bib=BIB, b_ris=RIS)
    (tmp_path / "loop").symlink_to(tmp_path)
    items = list(read_papers(tmp_path))
    assert [paper.title for paper in papers(items)] == ["B", "A", "B", "A"]
    assert [Path(problem.file).name for problem in lost(items)] == ["loop", "notes.txt"]


def test_a_folder_in_which_nothing_can_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Dear all,\n")
    with pytest.raises(SourceError, match=r"a\.txt is unknown"):
        read_papers(tmp_path)
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.4")
    with pytest.raises(SourceError, match="None of the 2 files in") as refused:
        read_papers(tmp_path)
    assert refused.value.hint


def test_a_file_that_turns_out_bad_in_a_folder_stops_no_other(tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(gzip.compress(f"{BIB}\n".encode() * 3)[:-10])
    (tmp_path / "b.xml").write_text("<!DOCTYPE x [<!ENTITY a 'b'>]><PubmedArticleSet/>")
    (tmp_path / "c.ris").write_text(RIS)
    items = list(read_papers(tmp_path))
    assert [paper.title for paper in papers(items)] == ["B"]
    assert [Path(problem.file).name for problem in lost(items)] == ["a.gz", "b.xml"]


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no file in the folder"):
        read_papers(tmp_path)


@pytest.mark.parametrize("data", [BIB.encode(), gzip.compress(BIB.encode(), mtime=0)], ids=["plain", "packed"])
def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    (paper,) = papers(read_papers("-"))
    assert (paper.title, paper.source.file) == ("A", "standard input")


def test_a_path_that_is_a_hyphen_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("-").write_text(BIB)
    assert papers(read_papers(Path("-")))[0].source.file == "-"


def test_a_workbook_is_to_be_saved_as_csv(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="Excel workbook") as refused:
        read_papers(zipped(tmp_path / "a.xlsx", **{"xl/workbook.xml": b"<workbook/>"}))
    assert "CSV" in refused.value.hint


@pytest.mark.parametrize(
    ("name", "content", "offered"),
    [
        ("2203.05482v2.pdf", b"%PDF-1.4", "conspectus fetch arxiv:2203.05482 "),
        ("10.1000_abc.5.pdf", b"%PDF-1.4", "conspectus fetch 10.1000/abc.5 "),
        ("paper.pdf", b"%PDF-1.4\n<prism:doi>10.1000/abc</prism:doi>", "conspectus fetch 10.1000/abc "),
        ("paper.pdf", b"%PDF-1.4\n(arXiv:2203.05482v1 [cs.LG])", "conspectus fetch arxiv:2203.05482 "),
        ("paper.pdf", b"%PDF-1.4", ""),
    ],
)
def test_the_record_of_a_pdf_is_offered(tmp_path: Path, name: str, content: bytes, offered: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match="is a PDF") as refused:
        read_papers(tmp_path / name)
    assert offered in refused.value.hint
    assert ("conspectus fetch" in refused.value.hint) == bool(offered)
