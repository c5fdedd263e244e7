"""A library in one file, and a library of such a file."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from store.backup import LIST, PAPERS, STATE, read_backup, restore_backup, write_backup
from store.doctor import examine
from store.errors import InputError, LibraryError, LibraryLocked, SourceError
from store.library import Library
from store.paper import Profile
from store.record import Record
from tests.store.samples import ids, library, paper, papers


@pytest.fixture
def file(twenty: Library, tmp_path: Path) -> Path:
    """A backup of twenty papers, a profile and a conversation."""
    with twenty.open_writer("test") as writer:
        writer.add_profile(Profile(name="Ada", h_index=12))
    (twenty.folder / "sessions").mkdir()
    (twenty.folder / "sessions" / "20261123-081500-3f2a.jsonl").write_text("{}\n")
    write_backup(twenty, tmp_path / "b.zip")
    return tmp_path / "b.zip"


def test_what_is_restored_is_what_was_there(twenty: Library, file: Path, tmp_path: Path) -> None:
    backup = restore_backup(file, tmp_path / "new")
    assert backup.papers == 20
    assert (file.stat().st_mode & 0o777) == 0o600
    with library_at(tmp_path / "new") as new:
        assert {one.id: one for one in new.papers()} == {one.id: one for one in papers(20)}
        assert new.profiles() == (Profile(name="Ada", h_index=12),)
        assert new.chroma.state() == twenty.chroma.state()
        assert [(hit.paper.id, hit.bm25) for hit in new.search("number7 bandits", 5)] == [
            (hit.paper.id, hit.bm25) for hit in twenty.search("number7 bandits", 5)
        ]
        assert [check.name for check in examine(new) if not check.ok] == []
    assert (tmp_path / "new" / "sessions" / "20261123-081500-3f2a.jsonl").read_text() == "{}\n"


class library_at:
    """A library that is closed behind."""

    def __init__(self, folder: Path) -> None:
        self._library = library(folder)

    def __enter__(self) -> Library:
        return self._library

    def __exit__(self, *_: object) -> None:
        self._library.close()


def test_it_is_of_one_moment_while_another_writes(twenty: Library, tmp_path: Path) -> None:
    other = library(twenty.folder)
    with other.open_writer("add") as writer:
        writer.put(papers(5, first=20))
        assert write_backup(twenty, tmp_path / "b.zip").papers == 25
        writer.put(papers(5, first=25))
    other.close()
    restore_backup(tmp_path / "b.zip", tmp_path / "new")
    with library_at(tmp_path / "new") as new:
        assert sorted(ids(new.papers())) == sorted(ids(papers(25)))


def test_it_overwrites_nothing(twenty: Library, file: Path) -> None:
    before = file.read_bytes()
    with pytest.raises(InputError, match="is there already"):
        write_backup(twenty, file)
    assert file.read_bytes() == before
    with pytest.raises(InputError, match="lies within the library"):
        write_backup(twenty, twenty.folder / "b.zip")
    assert [one.name for one in file.parent.iterdir() if one.name.startswith(".")] == []


def test_there_is_nothing_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="There is no library"):
        write_backup(library(tmp_path / "none"), tmp_path / "b.zip")
    assert list(tmp_path.iterdir()) == []


def test_a_library_gives_way_only_where_that_is_said_and_is_kept(twenty: Library, file: Path) -> None:
    twenty.remove(["p3"])
    twenty.close()
    with pytest.raises(InputError, match=r"overwrites no library.*--replace"):
        restore_backup(file, twenty.folder)
    assert len(list(twenty.papers())) == 19
    twenty.close()
    restore_backup(file, twenty.folder, replace=True)
    with library_at(twenty.folder) as new, library_at(twenty.folder.with_name("twenty-before-1")) as old:
        assert len(list(new.papers())) == 20
        assert len(list(old.papers())) == 19


def test_a_library_that_is_written_does_not_give_way(twenty: Library, file: Path) -> None:
    with twenty.open_writer("add"), pytest.raises(LibraryLocked):
        restore_backup(file, twenty.folder, replace=True)
    assert len(list(twenty.papers())) == 20


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-200])


def _turn(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 3] ^= 4
    file.write_bytes(content)


def _rewrite(change: Callable[[dict[str, bytes]], None]) -> Callable[[Path], None]:
    def rewrite(file: Path) -> None:
        with zipfile.ZipFile(file) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        change(parts)
        with zipfile.ZipFile(file, "w") as archive:
            for name, content in parts.items():
                archive.writestr(name, content)

    return rewrite


def _change_paper(parts: dict[str, bytes]) -> None:
    parts[PAPERS] = parts[PAPERS].replace(b"It needs 3 steps", b"It needs 9 steps")


def _climb(parts: dict[str, bytes]) -> None:
    content = json.loads(parts[LIST])
    content["files"]["sessions/../../x.jsonl"] = content["files"].pop("sessions/20261123-081500-3f2a.jsonl")
    parts["sessions/../../x.jsonl"] = parts.pop("sessions/20261123-081500-3f2a.jsonl")
    parts[LIST] = json.dumps(content).encode()


BROKEN: dict[str, Callable[[Path], object]] = {
    "cut": _cut,
    "a bit": _turn,
    "empty": lambda file: file.write_bytes(b""),
    "another file": lambda file: file.write_text("This is no backup."),
    "no list": _rewrite(lambda parts: parts.pop(LIST)),  # type: ignore[arg-type]
    "no papers": _rewrite(lambda parts: parts.pop(PAPERS)),  # type: ignore[arg-type]
    "another paper": _rewrite(_change_paper),
    "no stamp": _rewrite(lambda parts: parts.pop(STATE)),  # type: ignore[arg-type]
    "a name that climbs": _rewrite(_climb),
    "gone": lambda file: file.unlink(),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_file_that_is_not_what_was_written_is_refused_and_leaves_nothing(
    file: Path, tmp_path: Path, how: str
) -> None:
    BROKEN[how](file)
    before = sorted(one.name for one in tmp_path.iterdir())
    with pytest.raises(SourceError, match=r"b\.zip"):
        restore_backup(file, tmp_path / "new")
    assert sorted(one.name for one in tmp_path.iterdir()) == before


def test_a_backup_of_a_newer_version_is_refused(file: Path, tmp_path: Path) -> None:
    def raise_format(parts: dict[str, bytes]) -> None:
        parts[LIST] = json.dumps({**json.loads(parts[LIST]), "format": 2}).encode()

    _rewrite(raise_format)(file)
    with pytest.raises(LibraryError, match="newer"):
        restore_backup(file, tmp_path / "new")


def test_a_damaged_paper_stays_one(twenty: Library, tmp_path: Path) -> None:
    record = next(iter(twenty.chroma.get(["p3"], vectors=True).values()))
    with twenty.index.writer() as index:
        hurt = Record(paper(3, abstract="Other."), record.hash, record.vector).mark_damaged()
        index.put([hurt])
        index.commit(twenty.chroma.state().generation)
    twenty.chroma.upsert([hurt])
    twenty.close()
    write_backup(twenty, tmp_path / "b.zip")
    restore_backup(tmp_path / "b.zip", tmp_path / "new")
    with library_at(tmp_path / "new") as new:
        assert new.paper("p3").damage
        assert sum(bool(one.damage) for one in new.papers()) == 1


def test_it_tells_what_is_in_it(file: Path) -> None:
    backup = read_backup(file)
    assert backup.papers == 20
    assert sorted(backup.files) == [
        "papers.jsonl",
        "sessions/20261123-081500-3f2a.jsonl",
        "state.json",
        "vectors.f32",
    ]
    assert backup.files["vectors.f32"].size == 20 * 64 * 4
