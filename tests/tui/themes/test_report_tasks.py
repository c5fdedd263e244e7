import os
from pathlib import Path

from tui.themes.report_tasks import find_saved_reports


def test_reports_are_found_by_their_manifests_the_last_first(tmp_path: Path) -> None:
    for name, age in (("old", 1000), ("new", 2000)):
        for ending in ("manifest.json", "md", "html", "bib"):
            file = tmp_path / f"{name}.{ending}"
            file.write_text("{}")
            os.utime(file, (age, age))
    found = [one.path.name for one in find_saved_reports([tmp_path, tmp_path])]
    assert found == ["new.html", "new.md", "old.html", "old.md"]


def test_a_report_in_json_needs_no_manifest_and_other_json_is_none(tmp_path: Path) -> None:
    (tmp_path / "report.json").write_text('{\n  "kind": "themes",\n  "title": "T"}')
    (tmp_path / "report.html").write_text("")
    (tmp_path / "other.json").write_text('{"kind": "thing"}')
    (tmp_path / "broken.json").write_bytes(b"\xff\x00")
    assert [one.path.name for one in find_saved_reports([tmp_path])] == ["report.html", "report.json"]


def test_what_is_gone_is_not_offered(tmp_path: Path) -> None:
    (tmp_path / "gone.manifest.json").write_text("{}")
    assert find_saved_reports([tmp_path, tmp_path / "nowhere"]) == []
