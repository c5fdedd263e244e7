"""Which encoding a file is in, and what is said of it."""

import pytest

from tests.store.readers.reading import Read, doubts, papers

RUSSIAN = "Методы вычисления физико-химических величин и прикладные расчёты"
CHINESE = "基于深度学习的图像识别方法研究。本文提出了一种新的方法，张伟"
JAPANESE = "深層学習に基づく画像認識手法の研究。本稿では新しい手法を提案する。"


@pytest.mark.parametrize(
    ("text", "encoding", "said"),
    [
        ("Müller “soup”", "cp1252", "Windows-1252"),
        (RUSSIAN, "cp1251", "CP1251"),
        (RUSSIAN, "koi8_r", "KOI8-R"),
        (CHINESE, "gb18030", "GB18030"),
        (JAPANESE, "shift_jis", "SHIFT-JIS"),
        ("Příliš žluťoučký kůň úpěl ďábelské ódy", "cp1250", "CP1250"),
    ],
)
def test_an_encoding_that_is_not_declared_is_guessed_and_said(read: Read, text: str, encoding: str, said: str) -> None:
    items = read(f"@article{{a, title={{{text}}}, note={{An English note beside it}}}}".encode(encoding))
    assert papers(items)[0].title == text
    assert said in doubts(items)[0]


def test_utf_8_with_some_stray_bytes_stays_utf_8(read: Read) -> None:
    lines = [f"@article{{a, title={{{RUSSIAN}}}}}".encode(), "@article{b, title={Müller}}".encode("cp1252")]
    items = read(b"\n".join(lines))
    assert [paper.title for paper in papers(items)] == [RUSSIAN, "Müller"]
    assert "1 bytes are not valid UTF-8" in doubts(items)[0]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_told_by_its_nuls(read: Read, encoding: str) -> None:
    items = read("@article{a, title={Über Suppe}}".encode(encoding))
    assert papers(items)[0].title == "Über Suppe"


@pytest.mark.parametrize("declared", ["rot13", "utf-7", "nonsense", "utf-8"])
def test_a_declaration_that_cannot_be_is_passed_over(read: Read, declared: str) -> None:
    items = read(f"% Encoding: {declared}\n@article{{a, title={{Müller}}}}".encode("cp1252"))
    assert papers(items)[0].title == "Müller"


def test_an_encoding_that_the_file_declares_goes_before_a_guess(read: Read) -> None:
    items = read("% Encoding: cp1250\n@article{a, title={Příliš}}".encode("cp1250"))
    assert papers(items)[0].title == "Příliš"
    assert doubts(items)[0] == "the file was read as CP1250, as it declares"


def test_who_declares_latin_1_wrote_windows_1252(read: Read) -> None:
    items = read("% Encoding: ISO-8859-1\n@article{a, title={“Soup” Müller}}".encode("cp1252"))
    assert papers(items)[0].title == "“Soup” Müller"
    assert doubts(items)[0] == "the file was read as Windows-1252, as it declares"


def test_a_file_with_more_stray_bytes_than_utf_8_is_not_utf_8(read: Read) -> None:
    items = read("@article{a, title={ü}}\n".encode() + "@article{b, title={Üß Müller}}".encode("cp1252"))
    assert [paper.title for paper in papers(items)] == ["Ã¼", "Üß Müller"]


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("L’œil du cinéaste – « Pierrot » à l’écran, Béranger et Núñez, Études", "cp1252"),
        ("Příliš žluťoučký kůň úpěl ďábelské ódy, Dvořák a Novák, Česká věda", "cp1250"),
        ("Zażółć gęślą jaźń, Łukasz Wiśniewski i Żaneta, Źródła polskie", "cp1250"),
    ],
)
def test_names_of_the_west_and_of_central_europe(read: Read, text: str, codec: str) -> None:
    content = f"TY  - JOUR\nTI  - {text}\nAB  - {text}\nER  - \n".encode(codec)
    assert papers(read(content))[0].title == text
