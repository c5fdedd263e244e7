"""Paths that are typed."""

from pathlib import Path

import pytest

from store.errors import InputError
from tui.papers.add_dialog import extend_path, is_dropped, list_completions, parse_path, parse_paths

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


def test_a_dropped_path_is_read_as_terminals_write_it(tmp_path: Path) -> None:
    file, other = tmp_path / "my papers (2).bib", tmp_path / "b.ris"
    for path in (file, other):
        path.write_text("x")
    escaped = str(file).replace(" ", "\\ ").replace("(", "\\(").replace(")", "\\)")
    address = "file://" + str(file).replace(" ", "%20")
    for text in (str(file), f"'{file}'", f'"{file}" ', escaped, address):
        assert parse_paths(text) == [file]
        assert is_dropped(text)
    for text in (f"'{file}' {other}", f"{address} file://{other}", f"{escaped}\n{other}\n"):
        assert parse_paths(text) == [file, other]
        assert is_dropped(text)


def test_a_name_as_it_stands_goes_before_what_a_shell_would_make_of_it(tmp_path: Path) -> None:
    quoted = tmp_path / "it's one"
    quoted.write_text("x")
    (tmp_path / "a").write_text("x")
    assert parse_paths(str(quoted)) == [quoted]
    assert parse_paths(f"{tmp_path}/a b") == [tmp_path / "a b"], "the second is not there"
    assert parse_paths(f"'{tmp_path}/c d'") == [tmp_path / "c d"], "its error has the name without quotation marks"


def test_a_question_is_no_dropped_path(tmp_path: Path) -> None:
    for text in (
        "",
        "/",
        "~",
        "what is new?",
        "'blue light'",
        f"what is in {tmp_path}",
        f"{tmp_path}/nowhere.bib",
        "/\0",
    ):
        assert not is_dropped(text), text
    assert is_dropped(str(tmp_path))
