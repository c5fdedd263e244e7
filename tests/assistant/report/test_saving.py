"""Reports as files: several formats at once, the manifest beside them unless one holds it."""

from pathlib import Path

import pytest

from assistant.api import Assistant
from store.errors import InputError


def test_each_file_has_the_format_of_its_ending_and_the_first_the_manifest_beside_it(
    own: Assistant, tmp_path: Path
) -> None:
    report = own.summarize("annotated")
    files = own.save(report, tmp_path / "a.MD", str(tmp_path / "sub" / "b.html"))
    assert {file.name for file in files} == {"a.MD", "a.bib", "b.html", "a.manifest.json"}
    assert all(file.stat().st_size for file in files)
    assert own.replay(tmp_path / "a.manifest.json") == report


def test_json_holds_its_manifest(own: Assistant, tmp_path: Path) -> None:
    report = own.summarize("annotated")
    assert own.save(report, tmp_path / "a.json") == [tmp_path / "a.json"]
    assert own.replay(tmp_path / "a.json") == report


@pytest.mark.parametrize("names", [(), ("report",), ("report.xyz",)])
def test_a_format_that_does_not_exist_is_refused(own: Assistant, tmp_path: Path, names: tuple[str, ...]) -> None:
    with pytest.raises(InputError):
        own.save(own.summarize("annotated"), *(tmp_path / name for name in names))
    assert not [path for path in tmp_path.iterdir() if path.is_file()]


def test_what_has_no_themes_has_no_pictures(own: Assistant) -> None:
    assert own.pictures(own.summarize("annotated")) == ()
    assert [picture.name for picture in own.pictures(own.summarize("timeline"))] == ["timeline"]
