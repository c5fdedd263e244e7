"""Reports that a library keeps when they are saved."""

from pathlib import Path

import pytest

from assistant.client import Assistant
from assistant.report.saved import FOLDER, forget_report, list_reports
from store.errors import InputError, LibraryError


def test_a_saved_report_is_kept_by_its_first_file_and_replaced_there(own: Assistant, tmp_path: Path) -> None:
    report = own.reports.create("annotated")
    own.reports.save(report, tmp_path / "b.md", tmp_path / "b.html")
    own.reports.save(report, tmp_path / "a.json")
    later = own.reports.create("timeline")
    own.reports.save(later, tmp_path / "a.json")
    kept = list_reports(own.library)
    assert [saved.path for saved in kept] == [tmp_path / "a.json", tmp_path / "b.md"]
    assert [saved.content for saved in kept] == [one.model_dump_json().encode() for one in (later, report)]


def test_a_relative_path_is_kept_whole(own: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    own.reports.save(own.reports.create("annotated"), "a.json")
    assert [saved.path for saved in list_reports(own.library)] == [tmp_path / "a.json"]
    forget_report(own.library, Path("a.json"))
    assert list_reports(own.library) == []
    with pytest.raises(InputError, match="No report is kept"):
        forget_report(own.library, Path("a.json"))


def test_what_is_none_is_left_out(own: Assistant, tmp_path: Path) -> None:
    own.reports.save(own.reports.create("annotated"), tmp_path / "a.json")
    folder = own.library.folder / FOLDER
    (folder / "torn.json").write_bytes(b'{"path": ')
    (folder / "list.json").write_bytes(b"[]\n{}")
    assert [saved.path for saved in list_reports(own.library)] == [tmp_path / "a.json"]


def test_a_library_that_cannot_be_written_costs_no_report(
    own: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **named: object) -> None:
        raise LibraryError("The disk is full.", "Free some room.")

    monkeypatch.setattr("assistant.report.saved.write_atomic", refuse)
    assert own.reports.save(own.reports.create("annotated"), tmp_path / "a.json") == [tmp_path / "a.json"]
    assert list_reports(own.library) == []
