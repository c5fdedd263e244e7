"""Paths that are typed."""

from pathlib import Path

import pytest

from store.errors import InputError
from tui.folder import completed, completions, files_in, whole_path

RECORD = '{"title": "A title", "abstract": "An abstract that says something."}\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("papers.jsonl", "page.jsonl"):
        (tmp_path / name).write_text(RECORD)
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    (tmp_path / ".hidden").write_text(RECORD)
    (tmp_path / "inner").mkdir()
    (tmp_path / "bad\x1bname").write_text("x")
    return tmp_path


def test_names_are_completed(folder: Path) -> None:
    offered = completions(f"{folder}/p")
    assert offered == [f"{folder}/{name}" for name in ("page.jsonl", "papers.jsonl", "picture.png")]
    assert completed(f"{folder}/p", offered) == f"{folder}/p"
    assert completed(f"{folder}/pa", completions(f"{folder}/pap")) == f"{folder}/papers.jsonl"
    assert completions(f"{folder}/in") == [f"{folder}/inner/"]
    assert completions(f"{folder}/.") == [f"{folder}/.hidden"]
    assert f"{folder}/.hidden" not in completions(f"{folder}/")


def test_what_cannot_be_completed_offers_nothing(folder: Path) -> None:
    assert completions(f"{folder}/nowhere/x") == []
    assert completions("~nobody-of-that-name/x") == []
    assert completions("\0/x") == []
    assert completed("x", []) == "x"
    assert not [name for name in completions(f"{folder}/") if "\x1b" in name]


def test_files_of_a_folder_with_the_reason_of_those_that_are_none(folder: Path) -> None:
    found = {path.name: fault for path, fault in files_in(folder)}
    assert list(found) == sorted(found)
    assert found["papers.jsonl"] is None
    assert found["picture.png"] is not None
    assert not {".hidden", "inner"} & set(found)


def test_what_is_no_path_says_so(tmp_path: Path) -> None:
    for text in ("", "  ", "~nobody-of-that-name/x"):
        with pytest.raises(InputError):
            whole_path(text)
    with pytest.raises(InputError):
        list(files_in(tmp_path / "nowhere"))
    assert whole_path(" /a/b ") == Path("/a/b")
