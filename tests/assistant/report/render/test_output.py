import json
import os
from pathlib import Path
from typing import Any

import pytest

from assistant.report.figures.figure import Picture
from assistant.report.render.output import FORMATS, TEXTS, render_files, render_text
from assistant.report.schema import Report
from store.errors import InputError, LibraryError, SourceError
from store.files import write_atomic
from store.paper import Paper
from store.readers import read_papers
from tests.assistant.report.render import made_up

PICTURE = Picture("map", "A map", "Two papers.", "<svg/>", b"png")


def write(report: Report, papers: list[Paper], path: Path, format: str, **how: Any) -> list[Path]:
    """Render a report and write its files."""
    contents = render_files(report, papers, path, format, **how)
    for file, content in contents.items():
        write_atomic(file, content)
    return list(contents)


@pytest.mark.parametrize("format", TEXTS)
def test_each_format_is_written_as_it_is_shown(format: str, tmp_path: Path) -> None:
    path = tmp_path / "new" / f"rare.{format}"
    written = write(made_up.report(), [made_up.rare()], path, format, keys={"p": made_up.KEY})
    assert written[-1] == path
    assert path.read_bytes().decode() == render_text(made_up.printed(), format, "rare")


def test_beside_markdown_are_its_bibliography_and_pictures(tmp_path: Path) -> None:
    path = tmp_path / "On (rare) events.md"
    written = write(made_up.report(), [made_up.rare()], path, "md", pictures=[PICTURE])
    assert [file.relative_to(tmp_path).as_posix() for file in written] == [
        *("On-rare-events_files/map.png", "On-rare-events.bib", "On (rare) events.md")
    ]
    said = path.read_text(encoding="utf-8")
    assert 'bibliography: "On-rare-events.bib"' in said
    assert "(<On-rare-events_files/map.png>)" in said
    assert sorted(os.listdir(tmp_path)) == ["On (rare) events.md", "On-rare-events.bib", "On-rare-events_files"]


def test_json_is_the_report(tmp_path: Path) -> None:
    write(made_up.report(), [], tmp_path / "r.json", "json")
    assert Report.model_validate_json((tmp_path / "r.json").read_text(encoding="utf-8")) == made_up.report()
    assert json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["kind"] == "themes"


@pytest.mark.parametrize(("format", "kind"), [("json", "a report of Conspectus"), ("html", "a web page")])
def test_a_report_in_a_folder_that_is_added_becomes_no_paper(format: str, kind: str, tmp_path: Path) -> None:
    write(made_up.report(), [], tmp_path / f"r.{format}", format)
    with pytest.raises(SourceError, match=f"r\\.{format} is {kind}"):
        list(read_papers(tmp_path / f"r.{format}"))


def test_a_paper_that_is_gone_is_made_from_its_reference(tmp_path: Path) -> None:
    write(made_up.report(), [], tmp_path / "r.md", "md")
    assert "Poe, A. (2018). On Rare Events." in (tmp_path / "r.md").read_text(encoding="utf-8")


def test_a_disk_that_refuses_leaves_the_old_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "r.json"
    path.write_text("old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(LibraryError, match="No space left"):
        write(made_up.report(), [], path, "json")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["r.json"]


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="cannot be written"):
        write(made_up.report(), [], tmp_path, "json")


def test_what_there_is_no_format_of(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=f"Choose one of {', '.join(FORMATS)}"):
        write(made_up.report(), [], tmp_path / "r.odt", "odt")
    with pytest.raises(InputError, match="cannot be shown as 'docx'"):
        render_text(made_up.printed(), "docx")
    assert os.listdir(tmp_path) == []
