import subprocess
from functools import partial
from pathlib import Path

import pytest

from assistant.drafts.check import open_draft
from assistant.drafts.citations import find_citations
from assistant.drafts.draft_sentences import split_sentences
from assistant.drafts.reference_list import read_reference_list
from assistant.export.pandoc import find_pandoc
from assistant.limits import MAX_BYTES
from store.errors import InputError, SourceError


def written(folder: Path, content: bytes, name: str = "draft.md") -> Path:
    file = folder / name
    file.write_bytes(content)
    return file


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"One.\r\nTwo.\rThree.\n", "One.\nTwo.\nThree.\n"),
        (b"\xef\xbb\xbfOne.", "One."),
        ("Öne.".encode("utf-16"), "Öne."),
        ("Öne.".encode("cp1252"), "Öne."),
    ],
)
def test_any_encoding_and_any_end_of_line(content: bytes, text: str, tmp_path: Path) -> None:
    assert open_draft(written(tmp_path, content)).text == text


@pytest.mark.parametrize(
    ("name", "content", "is_latex"),
    [
        ("a.md", rb"\section{A}", False),
        ("a.tex", b"Words.", True),
        ("a.txt", rb"\section{A} Words.", True),
        ("a", b"# A", False),
    ],
)
def test_the_ending_tells_the_form_and_else_the_content(
    name: str, content: bytes, is_latex: bool, tmp_path: Path
) -> None:
    assert open_draft(written(tmp_path, content, name)).is_latex is is_latex


def test_a_text_is_taken_as_it_is() -> None:
    assert open_draft("\ufeffOne \udfff.\r\n") == ("One ?.\n", False)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b" \r\n\t", "is empty"),
        (b"PK\x03\x04\0\0", "is no text"),
        (b"%PDF-1.7\n1 0 obj\n", "is no text"),
        (b"a" * (MAX_BYTES + 1), "5.0 MB"),
    ],
)
def test_what_is_no_draft_is_refused(content: bytes, said: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=said) as told:
        open_draft(written(tmp_path, content))
    assert "draft.md" in told.value.what
    assert told.value.hint


def test_a_file_that_is_not_there_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="There is no file"):
        open_draft(tmp_path / "none.md")
    with pytest.raises(InputError, match="is a folder"):
        open_draft(tmp_path)


def test_an_endless_text_is_refused() -> None:
    with pytest.raises(InputError, match=r"10\.0 MB"):
        open_draft("a" * 10_000_000)


@pytest.fixture
def pandoc() -> str:
    program = find_pandoc()
    if not program:
        pytest.skip("pandoc is not installed")
    return program


@pytest.mark.parametrize("ending", ["docx", "odt"])
def test_a_document_of_a_word_processor_is_read_with_what_it_cites(ending: str, pandoc: str, tmp_path: Path) -> None:
    source = (
        "# Ponds\n\nPonds are wet^1,2^ and deep [1]. So (Gold et al., 2005).\n\n# References\n\n1. One.\n\n2. Two.\n"
    )
    file = tmp_path / f"thesis.{ending}"
    subprocess.run([pandoc, "--from=markdown", f"--output={file}"], input=source.encode(), check=True)
    text, is_latex = open_draft(file)
    assert not is_latex
    assert "Ponds are wet^1,2^ and deep [1]. So (Gold et al., 2005)." in text.split("\n")
    assert read_reference_list(text) == {1: "One.", 2: "Two."}
    [sentence, _] = split_sentences(text, False, partial(find_citations, numbers=(1, 2)))
    assert sentence.keys == ("[1]", "[2]")


def test_a_document_that_cannot_be_read_is_refused_in_words(pandoc: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"pandoc cannot read draft\.docx: .*") as told:
        open_draft(written(tmp_path, b"no document", "draft.docx"))
    assert told.value.hint == "Save the draft as Markdown or plain text, and give that file."


def test_without_pandoc_a_document_is_refused_with_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.export.pandoc.find_pandoc", lambda: "")
    with pytest.raises(InputError, match=r"draft\.odt is read by pandoc, which is not installed") as told:
        open_draft(written(tmp_path, b"", "draft.odt"))
    assert "conspectus[export]" in (told.value.hint or "")
