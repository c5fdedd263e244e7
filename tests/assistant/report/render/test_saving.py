"""Reports as files: several formats at once, the manifest beside them unless one holds it."""

import json
import os
from pathlib import Path

import pytest

from assistant.client import Assistant
from store.errors import InputError


def test_each_file_has_the_format_of_its_ending_and_the_first_the_manifest_beside_it(
    own: Assistant, tmp_path: Path
) -> None:
    report = own.reports.create("annotated")
    files = own.reports.save(report, tmp_path / "a.MD", str(tmp_path / "sub" / "b.html"))
    assert {file.name for file in files} == {"a.MD", "a.bib", "b.html", "a.manifest.json"}
    assert all(file.stat().st_size for file in files)
    assert own.reports.replay(tmp_path / "a.manifest.json") == report


def test_json_holds_its_manifest(own: Assistant, tmp_path: Path) -> None:
    report = own.reports.create("annotated")
    assert own.reports.save(report, tmp_path / "a.json") == [tmp_path / "a.json"]
    assert own.reports.replay(tmp_path / "a.json") == report


@pytest.mark.parametrize("names", [(), ("report",), ("report.xyz",)])
def test_a_format_that_does_not_exist_is_refused(own: Assistant, tmp_path: Path, names: tuple[str, ...]) -> None:
    with pytest.raises(InputError):
        own.reports.save(own.reports.create("annotated"), *(tmp_path / name for name in names))
    assert not [path for path in tmp_path.iterdir() if path.is_file()]


def test_what_has_no_themes_has_no_pictures(own: Assistant) -> None:
    assert own.reports.figures(own.reports.create("annotated")) == ()
    assert [picture.name for picture in own.reports.figures(own.reports.create("timeline"))] == ["timeline"]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder with nothing else in it."""
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """What is in the files of a folder and the folders in it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


MINE = b"@article{mine, title={Mine}}\n"


@pytest.mark.parametrize(
    ("output", "mine"),
    [
        ("library.md", "library.bib"),
        ("library.md", "library.manifest.json"),
        ("library.html", "library.manifest.json"),
        ("library.md", "library_files/timeline.png"),
        ("library.md", "library_files"),
        ("my library.md", "my-library.bib"),
    ],
)
def test_a_file_that_no_report_wrote_is_not_replaced(own: Assistant, out: Path, output: str, mine: str) -> None:
    (out / mine).parent.mkdir(exist_ok=True)
    (out / mine).write_bytes(MINE)
    with pytest.raises(InputError, match=f"Nothing was written: .*{mine}.* would be replaced.*Name another output"):
        own.reports.save(own.reports.create("timeline"), out / output)
    assert contents(out) == {mine: MINE}


def test_a_manifest_of_something_else_is_not_replaced(own: Assistant, out: Path) -> None:
    mine = b'{"version": "1", "generation": "", "papers": {}, "settings": {"kind": "themes"}, "icons": []}'
    (out / "a.manifest.json").write_bytes(mine)
    with pytest.raises(InputError, match=r"a\.manifest\.json"):
        own.reports.save(own.reports.create("annotated"), out / "a.html")
    assert contents(out) == {"a.manifest.json": mine}


@pytest.mark.parametrize("name", ["a.md", "a.html", "a.json", "a.csv", "a.bib"])
def test_a_file_that_is_named_is_not_replaced_either_where_no_report_wrote_it(
    own: Assistant, out: Path, name: str
) -> None:
    (out / name).write_bytes(MINE)
    with pytest.raises(InputError, match=rf"Nothing was written: \S*{name} would be replaced"):
        own.reports.save(own.reports.create("timeline"), out / name)
    with pytest.raises(InputError, match=name):  # before a model is paid for a report, too
        own.reports.check_output(out / name)
    assert contents(out) == {name: MINE}


@pytest.mark.parametrize("name", ["a.md", "a.html", "a.json", "a.csv", "a.bib"])
def test_a_report_that_was_changed_by_hand_is_not_replaced(own: Assistant, out: Path, name: str) -> None:
    own.reports.save(own.reports.create("timeline"), out / name)
    (out / name).write_bytes((out / name).read_bytes() + b"my own note")
    before = contents(out)
    (paper,) = [one.id for one in own.papers.list()][:1]
    with pytest.raises(InputError, match=name):
        own.reports.save(own.reports.create("timeline", ids=(paper,)), out / name)
    assert contents(out) == before


@pytest.mark.parametrize("name", ["a.md", "a.html", "a.json", "a.csv"])
def test_a_report_that_nobody_changed_is_replaced(own: Assistant, out: Path, name: str) -> None:
    (paper,) = [one.id for one in own.papers.list()][:1]
    own.reports.save(own.reports.create("timeline", ids=(paper,)), out / name)
    before = (out / name).read_bytes()
    own.reports.save(own.reports.create("timeline"), out / name)
    assert (out / name).read_bytes() != before


def test_a_device_is_not_replaced(own: Assistant, out: Path) -> None:
    os.mkfifo(out / "a.json")
    with pytest.raises(InputError, match=r"a\.json"):
        own.reports.save(own.reports.create("annotated"), out / "a.json")
    assert (out / "a.json").is_fifo()


@pytest.mark.parametrize("names", [("a.md",), ("a.json", "a.md")])
def test_another_report_replaces_what_a_report_wrote(own: Assistant, out: Path, names: tuple[str, ...]) -> None:
    places = [out / name for name in names]
    own.reports.save(own.reports.create("timeline"), *places)
    before = contents(out)
    assert {*json.loads(before["a.manifest.json"])["files"]} == {*names, "a.bib", "a_files/timeline.png"}
    own.reports.save(own.reports.create("timeline"), *places)
    assert contents(out) == before
    for file in out.rglob("*"):
        os.utime(file, (1, 1))
    (paper,) = [one.id for one in own.papers.list()][:1]
    own.reports.save(own.reports.create("timeline", ids=(paper,)), *places)
    assert contents(out)["a.bib"] != before["a.bib"]


def test_a_file_that_was_changed_since_is_its_owners(own: Assistant, out: Path) -> None:
    own.reports.save(own.reports.create("annotated"), out / "a.md")
    bib = out / "a.bib"
    bib.write_bytes(bib.read_bytes() + b"% my own note\n")
    os.utime(bib, (2**31, 2**31))
    before = contents(out)
    with pytest.raises(InputError, match=r"a\.bib"):
        own.reports.save(own.reports.create("annotated"), out / "a.md")
    assert contents(out) == before


def without_digests(folder: Path) -> None:
    """Make the manifest of a folder one of a version that kept none."""
    path = folder / "a.manifest.json"
    manifest = json.loads(path.read_bytes())
    del manifest["files"]
    path.write_text(json.dumps(manifest))
    for file in folder.rglob("*"):
        os.utime(file, (1000, 1000))


def test_files_of_an_earlier_version_are_known_by_the_markdown_beside_them(own: Assistant, out: Path) -> None:
    own.reports.save(own.reports.create("timeline"), out / "a.md")
    without_digests(out)
    (paper,) = [one.id for one in own.papers.list()][:1]
    own.reports.save(own.reports.create("timeline", ids=(paper,)), out / "a.md")
    assert (out / "a.bib").read_bytes().count(b"@") == 1


@pytest.mark.parametrize("change", ["newer", "other references", "another head"])
def test_in_doubt_they_are_their_owners(own: Assistant, out: Path, change: str) -> None:
    own.reports.save(own.reports.create("annotated"), out / "a.md")
    without_digests(out)
    changed = out / ("a.md" if change == "another head" else "a.bib")
    text = changed.read_bytes()
    changed.write_bytes(text.replace(b"lang: en", b"lang: de") if change == "another head" else text + b"% x\n")
    if change == "other references":
        changed.write_bytes(text + MINE)
    os.utime(changed, (1001, 1001) if change == "newer" else (1000, 1000))
    (paper,) = [one.id for one in own.papers.list()][:1]
    before = contents(out)
    with pytest.raises(InputError, match=r"a\.bib"):
        own.reports.save(own.reports.create("annotated", ids=(paper,)), out / "a.md")
    assert contents(out) == before


def test_a_link_is_its_owners(own: Assistant, out: Path) -> None:
    own.reports.save(own.reports.create("annotated"), out / "a.md")
    (out / "a.bib").rename(out / "mine.bib")
    (out / "a.bib").symlink_to("mine.bib")
    with pytest.raises(InputError, match=r"a\.bib"):
        own.reports.save(own.reports.create("annotated"), out / "a.md")
    assert (out / "a.bib").is_symlink()
