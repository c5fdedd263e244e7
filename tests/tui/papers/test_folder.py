"""Paths that are typed."""

from pathlib import Path

import pytest

from store.errors import InputError
from tui.papers.add_dialog import extend_path, list_completions, parse_path

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
    offered = list_completions(f"{folder}/p")
    assert offered == [f"{folder}/{name}" for name in ("page.jsonl", "papers.jsonl", "picture.png")]
    assert extend_path(f"{folder}/p", offered) == f"{folder}/p"
    assert extend_path(f"{folder}/pa", list_completions(f"{folder}/pap")) == f"{folder}/papers.jsonl"
    assert list_completions(f"{folder}/in") == [f"{folder}/inner/"]
    assert list_completions(f"{folder}/.") == [f"{folder}/.hidden"]
    assert f"{folder}/.hidden" not in list_completions(f"{folder}/")


def test_what_cannot_be_completed_offers_nothing(folder: Path) -> None:
    assert list_completions(f"{folder}/nowhere/x") == []
    assert list_completions("~nobody-of-that-name/x") == []
    assert list_completions("\0/x") == []
    assert extend_path("x", []) == "x"
    assert not [name for name in list_completions(f"{folder}/") if "\x1b" in name]


def test_what_is_no_path_says_so() -> None:
    for text in ("", "  ", "~nobody-of-that-name/x"):
        with pytest.raises(InputError):
            parse_path(text)
    assert parse_path(" /a/b ") == Path("/a/b")
