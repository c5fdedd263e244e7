import json
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn

import pytest

from store.errors import InputError, LibraryLocked, NotFound
from tests.assistant.cli.running import Run


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Let every command end in this error."""

    def run(args: object, out: object) -> NoReturn:
        raise error

    loader = SimpleNamespace(import_module=lambda name: SimpleNamespace(run=run))
    monkeypatch.setattr("assistant.cli.table.command_entry.importlib", loader)


@pytest.mark.parametrize(
    ("error", "code"),
    [(NotFound("No paper.", "Look."), 1), (LibraryLocked("Busy.", "Wait."), 1), (InputError("What?"), 2)],
)
def test_errors_are_one_line_and_an_exit_code(
    error: Exception, code: int, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, error)
    assert run("papers") == (code, "", f"conspectus: {error}\n")


def test_with_json_an_error_is_json_on_standard_error(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, NotFound("No \x1b[31mpaper.", "Look."))
    done = run("papers", "--json")
    assert (done.code, done.out) == (1, "")
    assert "\x1b" not in done.err
    assert json.loads(done.err) == {"error": {"type": "NotFound", "what": "No \x1b[31mpaper.", "hint": "Look."}}


def test_a_fault_of_ours_is_short_and_asks_to_be_reported(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, ZeroDivisionError("by \x1b[31mzero"))
    done = run("papers")
    assert done.code == 1
    assert done.err.startswith("conspectus: Unexpected ZeroDivisionError: by [31mzero. Please report it")
    assert done.err.count("\n") == 1


def test_debugging_shows_where_it_came_from(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, ZeroDivisionError())
    monkeypatch.setenv("CONSPECTUS_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        run("papers")


def test_stopping_is_130(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, KeyboardInterrupt())
    assert run("papers") == (130, "", "Stopped.\n")


def test_the_library_comes_from_the_environment(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CONSPECTUS_LIBRARY", str(tmp_path / "there"))
    assert f"The library {tmp_path / 'there'} is empty." in run("papers").err
    assert f"The library {tmp_path / 'here'} is empty." in run("papers", library=tmp_path / "here").err


def test_the_store_comes_from_the_environment(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CONSPECTUS_STORE", "http://127.0.0.1:1")
    done = run("papers", library=tmp_path)
    assert done.code == 1
    assert "http://127.0.0.1:1" in done.err


def test_a_store_that_is_no_address_is_refused(run: Run) -> None:
    done = run("papers", "--store", "some-folder")
    assert done.code == 2
    assert "'some-folder' is no address" in done.err
