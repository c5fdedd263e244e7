"""Who may read what is written, and what a write leaves behind that is broken off."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.cache import AnswerCache
from assistant.testing import HashEmbedder
from assistant.types import Answer
from store.backup import restore_backup, write_backup
from store.doctor import examine, repair
from store.files import list_public, make_folder, make_private, replace_file, write_atomic
from store.zotero.mirror import Mirror
from tests.store.ingesting import ROOT
from tests.store.samples import library, papers, put

# Writes pieces until it is killed in the middle of them.
KILLED = """
import os, signal, sys
from pathlib import Path
from store.files import write_pieces
def pieces():
    yield b"half"
    os.kill(os.getpid(), signal.SIGKILL)
write_pieces(Path(sys.argv[1]), pieces())
"""


def mode(path: Path) -> int:
    """What a path lets everybody do."""
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True)
def _usual_mask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_a_library_is_its_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    made = library(folder)
    put(made, papers(3))
    made.close()
    found = [folder, *folder.rglob("*")]
    assert {path.name for path in found} >= {"chroma.sqlite3", "write.lock", "stamp.json", "tantivy", "vectors.f32"}
    assert [str(path) for path in found if mode(path) & 0o077] == []


def test_what_lies_beside_the_papers_is_its_owners_alone(tmp_path: Path) -> None:
    """What is watched, what was removed, what is known of Zotero; the first of them may make the library's folder."""
    folder = tmp_path / "library"
    (tmp_path / "in").mkdir()
    with Assistant.open(folder, embedder=HashEmbedder()) as assistant:
        assistant.watches.add(tmp_path / "in")
        assistant.update(retractions=False)
        put(assistant.library, papers(2))
        assistant.papers.remove("p1")
    Mirror(folder / "zotero").close()
    found = [folder, *folder.rglob("*")]
    assert {path.name for path in found} >= {"watches", "bin", "mirror.sqlite", "state.json"}
    assert [str(path) for path in found if mode(path) & 0o077] == []


def test_a_restored_library_is_its_owners_alone(tmp_path: Path) -> None:
    made = library(tmp_path / "library")
    put(made, papers(3))
    write_backup(made, tmp_path / "backup.zip")
    made.close()
    restore_backup(tmp_path / "backup.zip", tmp_path / "restored")
    assert list_public(tmp_path / "restored") == []


def test_an_older_library_is_told_of_and_mended(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    made = library(folder)
    put(made, papers(3))
    made.close()
    folder.chmod(0o755)
    (folder / "chroma" / "chroma.sqlite3").chmod(0o644)
    assert list_public(folder) == [folder, folder / "chroma" / "chroma.sqlite3"]
    assert make_private(folder) == [folder, folder / "chroma" / "chroma.sqlite3"]
    assert (mode(folder), mode(folder / "chroma" / "chroma.sqlite3")) == (0o700, 0o600)
    assert list_public(folder) == []


def test_the_doctor_tells_of_a_library_that_others_may_read_and_ends_it(tmp_path: Path) -> None:
    made = library(tmp_path / "library")
    put(made, papers(3))
    (tmp_path / "library").chmod(0o755)
    first = examine(made)[0]
    assert (first.name, first.ok) == ("folder", True)
    assert "others on this machine may read 1 of its files and folders: `--repair` ends that" in first.detail
    assert repair(made)[0].detail == f"{tmp_path / 'library'} can be written"
    assert mode(tmp_path / "library") == 0o700
    made.close()


def test_a_folder_that_a_group_shares_on_purpose_stays_shared(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o2770)
    write_atomic(shared / "one", b"1", private=True)
    (shared / "two").write_bytes(b"2")
    make_folder(shared / "below")
    assert list_public(shared) == [shared / "two"]
    assert make_private(shared) == [shared / "two"]
    assert [mode(shared / name) for name in ("one", "two", "below")] == [0o660, 0o660, 0o2770]


def test_a_folder_that_anybody_may_write_to_is_not_shared_on_purpose(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    make_folder(tmp_path / "library")
    write_atomic(tmp_path / "file", b"", private=True)
    assert (mode(tmp_path / "library"), mode(tmp_path / "file")) == (0o700, 0o600)


def test_a_cached_answer_is_its_owners_alone(tmp_path: Path) -> None:
    AnswerCache(tmp_path / "answers").put("a", Answer(question="Why?", text="", mode="extractive"))
    assert (mode(tmp_path / "answers"), mode(tmp_path / "answers" / "a.json")) == (0o700, 0o600)


def test_what_was_asked_for_by_name_is_as_other_programs_write_it(tmp_path: Path) -> None:
    write_atomic(tmp_path / "library.bib", b"")
    assert mode(tmp_path / "library.bib") == 0o644


def test_a_killed_write_leaves_what_was_there_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "library.bib"
    file.write_bytes(b"before")
    done = subprocess.run([sys.executable, "-c", KILLED, str(file)], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("library.bib", b"before")]


def test_where_a_disk_knows_no_files_without_a_name_the_next_write_cleans_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".library.bib.0a1b2c3d").write_bytes(b"half")
    (tmp_path / ".library.bib.orig").write_bytes(b"mine")
    monkeypatch.delattr("os.O_TMPFILE", raising=False)
    write_atomic(tmp_path / "library.bib", b"whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".library.bib.orig", "library.bib"]


def test_a_living_writers_file_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("os.O_TMPFILE", raising=False)
    seen: list[str] = []

    def pieces() -> "list[bytes]":
        write_atomic(tmp_path / "file", b"other")
        seen.extend(sorted(path.name for path in tmp_path.iterdir()))
        return [b"first"]

    replace_file(tmp_path / "file", (piece for make in (pieces,) for piece in make()))
    assert len(seen) == 2
    assert (tmp_path / "file").read_bytes() == b"first"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    write_atomic(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


def test_a_device_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    write_atomic(tmp_path / "pipe", b"through")
    assert os.read(reader, 100) == b"through"
    os.close(reader)
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
