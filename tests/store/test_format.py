"""Libraries of every version, each made by that version (``benchmarks/make_library_data.py``), opened by this one."""

import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from benchmarks.make_library_data import DATA, build_papers, list_fields
from store.dedup.match import Decisions
from store.errors import LibraryError
from store.ingest.corrections import duplicates
from store.library import Library
from store.record import RECORD_VERSION, VERSION
from tests.store.samples import ids, library, paper, put, unsound

FORMATS = sorted(path.name for path in DATA.glob("format_*"))
DIMENSION = 8


def unpack(name: str, into: Path) -> Library:
    with tarfile.open(DATA / name / "library.tar.gz") as archive:
        archive.extractall(into, filter="data")
    return library(into / "library", dimension=DIMENSION)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_there_is_one_of_this_version() -> None:
    assert f"format_{VERSION}_{RECORD_VERSION}" in FORMATS
    assert "format_1_2" in FORMATS


@pytest.mark.parametrize("name", FORMATS)
def test_it_is_opened_whole_and_in_the_format_of_today(tmp_path: Path, name: str) -> None:
    expected = json.loads((DATA / name / "papers.json").read_text(encoding="utf-8"))
    opened = unpack(name, tmp_path)
    generation = opened.chroma.state().generation
    found = sorted(opened.papers(), key=lambda one: one.id)
    assert [
        {"hash": one.content_hash(), **one.model_dump(mode="json", exclude_defaults=True)} for one in found
    ] == expected
    state = opened.chroma.state()
    assert (state.version, state.record_version) == (VERSION, RECORD_VERSION)
    assert state.generation == generation  # What was made from it still is.
    assert [profile.name for profile in opened.profiles()] == ["Ada Okonjo"]
    assert unsound(opened) == []
    opened.close()


@pytest.mark.parametrize("name", FORMATS)
def test_it_can_be_worked_with(tmp_path: Path, name: str) -> None:
    opened = unpack(name, tmp_path)
    decisions = Decisions.from_state(opened.chroma.state())
    by_id = {one.id: one for one in build_papers()}
    assert decisions.are_together([by_id["talk"]], [by_id["poster"]])
    assert decisions.are_apart([by_id["n1"]], [by_id["n2"]])
    report = put(opened, build_papers())
    assert (report.added, report.updated, report.merged) == (0, 0, 0)
    assert list(duplicates(opened)) == []
    assert opened.search("frogs calls", 1)[0].paper.id == "okonjo2017frogs"
    put(opened, [paper(1)])
    opened.remove(["n1"])
    opened.rebuild_index()
    assert sorted(ids(opened.papers())) == ["lenses", "n2", "okonjo2017frogs", "p1", "talk"]
    assert unsound(opened) == []
    opened.close()


def stamp(opened: Library, **changes: Any) -> None:
    """Change what a collection says of itself, as a later version would."""
    collection = opened.chroma._open().get_collection("conspectus", embedding_function=None)
    metadata = dict(collection.metadata)
    metadata["state"] = json.dumps({**json.loads(metadata["state"]), **changes.pop("state", {})})
    collection.modify(metadata={**metadata, **changes})


def test_a_newer_one_is_refused_in_words_and_left_alone(tmp_path: Path) -> None:
    opened = unpack(FORMATS[-1], tmp_path)
    stamp(opened, version=VERSION + 1, state={"invented": ["later"]})
    opened.close()
    before = contents(tmp_path)
    for use in (
        opened.view,
        lambda: opened.search("frogs"),
        lambda: put(opened, [paper(1)]),
        lambda: opened.remove(["lenses"]),
        opened.rebuild_index,
        opened.reembed,
        opened.restore_vectors,
    ):
        with pytest.raises(LibraryError, match=rf"newer Conspectus \(format {VERSION + 1}.*Upgrade"):
            use()
        opened.close()
    after = {name: content for name, content in contents(tmp_path).items() if "write" not in name}
    left_out = ("chroma.sqlite3", "write")  # Chroma itself writes to its file whenever it is opened.
    assert {name: after[name] for name in after if not name.endswith(left_out)} == {
        name: before[name] for name in before if not name.endswith(left_out) and "write" not in name
    }


def test_what_a_stamp_has_beside_the_known_is_kept(tmp_path: Path) -> None:
    opened = unpack(FORMATS[-1], tmp_path)
    stamp(opened, state={"invented": ["later"]})
    put(opened, [paper(1)])
    opened.close()
    again = library(tmp_path / "library", dimension=DIMENSION)
    assert json.loads(str(again.chroma.state().to_metadata()["state"]))["invented"] == ["later"]
    again.close()


def test_no_field_is_stored_that_this_version_of_the_format_does_not_have() -> None:
    """An older build would lose it, or call its paper damaged: let ``VERSION`` rise, and make the data of that version.

    ``python -m benchmarks.make_library_data --fields`` makes both; before a version is released it may be made again.
    """
    assert list_fields() == json.loads((DATA / "fields.json").read_text(encoding="utf-8"))[str(VERSION)]
