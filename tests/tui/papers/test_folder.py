"""Paths that are typed."""

from pathlib import Path

import pytest

from store.errors import InputError
from tui.papers.add_dialog import completed, completions, whole_path

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


def test_what_is_no_path_says_so() -> None:
    for text in ("", "  ", "~nobody-of-that-name/x"):
        with pytest.raises(InputError):
            whole_path(text)
    assert whole_path(" /a/b ") == Path("/a/b")
