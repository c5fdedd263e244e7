"""A disk that is full, or that nobody can write to."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from store.errors import LibraryError
from store.files import is_full, translate_write_errors
from store.library import _check_folder
from tests.store.ingesting import ROOT
from tests.store.samples import ids, library, made, papers, put, wrong

# Both print how many papers were acknowledged, and the error.
ADD = """
import sys
from pathlib import Path
from store.errors import LibraryError
from store.ingest import add_items
from store.results import BatchStored
from tests.store.samples import library, papers, put
def fill(folder):
    into, stored = library(Path(folder), dimension=384), 0
    try:
        for event in add_items(into, papers(4000), lambda: 0.0):
            stored = event.added + event.unchanged if isinstance(event, BatchStored) else stored
    except LibraryError as error:
        print(stored, error)
    return into
"""
LIMITED = """
import resource
first = library(Path(sys.argv[1]), dimension=384)
put(first, papers(3))
first.close()
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
into = fill(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(put(into, papers(300)).unchanged)
into.close()
"""
ON_TMPFS = """
ballast = Path(sys.argv[1]) / "ballast"
ballast.write_bytes(b"x" * 8_000_000)
into = fill(Path(sys.argv[1]) / "library")
print(len(into.search("number3", 5)))
ballast.unlink()
print(put(into, papers(300)).unchanged)
import shutil
shutil.copytree(into.folder, sys.argv[2])
"""
# What can be read, or why nothing can, and what each way of writing raises.
READ_AND_WRITE = """
import sys
from pathlib import Path
from store.errors import LibraryError
from tests.store.samples import library, papers, put, wrong
def read(of):
    try:
        found = of.search("number3", 5)
        near = of.find_similar("p1", 5)
        return f"{len(found)} {of.paper('p1').id} {len(near)} {len(list(of.papers()))} {of.profiles()}"
    except LibraryError as error:
        return error
def write(of):
    more, less = lambda: put(of, papers(300)), lambda: of.remove(["p1"])
    for work in (more, less, of.rebuild_index, of.reembed, of.restore_vectors):
        try:
            work()
        except LibraryError as error:
            print(error)
of = library(Path(sys.argv[1]))
"""
WITHOUT_ROOM = """
ballast = Path(sys.argv[1], "../ballast")
with ballast.open("wb", buffering=0) as file:
    try:
        while file.write(bytes(4096)): pass
    except OSError: pass
print(read(of))
write(of)
print(read(of))
ballast.unlink()
print(put(of, papers(100)).unchanged, wrong(of))
"""
MOUNTING = ["unshare", "--map-root-user", "--mount", "sh", "-c"]


def run(*command: str) -> list[str]:
    """What a process wrote, line by line."""
    environment = {**os.environ, "RUST_BACKTRACE": "0", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def may_mount() -> bool:
    """Whether a process here may mount something for itself."""
    if not shutil.which("unshare"):
        return False
    return subprocess.run([*MOUNTING, "mount -t tmpfs none /mnt"], capture_output=True, check=False).returncode == 0


needs_mounts = pytest.mark.skipif(not may_mount(), reason="no process may mount anything here")


def check_sound(folder: Path, least: int) -> None:
    survivor = library(folder, dimension=384)
    assert set(ids(papers(least))) <= set(ids(survivor.papers()))
    assert wrong(survivor) == []
    survivor.close()


@pytest.mark.parametrize("limit", [300_000, 700_000])
def test_files_that_may_not_grow(tmp_path: Path, limit: int) -> None:
    error, again = run(sys.executable, "-c", ADD + LIMITED, str(tmp_path / "library"), str(limit))
    stored, _, message = error.partition(" ")
    assert "failed" in message
    assert "run it again" in message
    assert int(again) >= max(int(stored), 3)
    check_sound(tmp_path / "library", 300)


@needs_mounts
def test_a_full_disk(tmp_path: Path) -> None:
    disk, kept = tmp_path / "disk", tmp_path / "kept"
    disk.mkdir()
    (tmp_path / "fill.py").write_text(ADD + ON_TMPFS)
    command = f"mount -t tmpfs -o size=13m none {disk} && {sys.executable} {tmp_path / 'fill.py'} {disk} {kept}"
    error, found, again = run(*MOUNTING, command)
    stored, _, message = error.partition(" ")
    assert "No room left on the disk" in message
    assert int(stored) > 0
    assert int(found) >= 1  # Words find one; meaning finds more of what has its vector.
    assert int(again) >= min(int(stored), 300)
    check_sound(kept, 300)


@needs_mounts
def test_nothing_is_lost_where_there_is_no_room_at_all(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    made(tmp_path / "library", 100).close()
    (tmp_path / "write.py").write_text(READ_AND_WRITE + WITHOUT_ROOM)
    command = f"mount -t tmpfs -o size=20m none {disk} && cp -r {tmp_path}/library {disk} && "
    read, *errors, again, whole = run(*MOUNTING, f"{command} {sys.executable} {tmp_path}/write.py {disk}/library")
    assert read == again == "5 p1 5 100 ()"
    assert len(errors) == 5
    assert all("No room left on the disk" in error and "run it again" in error for error in errors)
    assert whole == "100 []"


@needs_mounts
@pytest.mark.parametrize("part", ["", "chroma", "chroma/chroma.sqlite3", "index"])
def test_reading_needs_no_right_to_write(tmp_path: Path, part: str) -> None:
    folder = tmp_path / "library"
    made(folder).close()
    (tmp_path / "write.py").write_text(READ_AND_WRITE + "print(read(of))\nwrite(of)\nprint(read(of))")
    command = f"mount --bind {folder / part} {folder / part} && mount -o remount,ro,bind {folder / part} && "
    read, *errors, again = run(*MOUNTING, f"{command} {sys.executable} {tmp_path}/write.py {folder}")
    assert read == again == "5 p1 5 20 ()"
    assert len(errors) == 5
    assert all(str(folder) in error and "--library" in error for error in errors)
    writable = library(folder)
    assert put(writable, papers(21)).unchanged == 20
    assert wrong(writable) == []
    writable.close()


@needs_mounts
def test_an_index_that_is_missing_and_cannot_be_made(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    made(folder).close()
    shutil.rmtree(folder / "index")
    (tmp_path / "read.py").write_text(READ_AND_WRITE + "print(read(of))")
    command = f"mount --bind {folder} {folder} && mount -o remount,ro,bind {folder} && "
    (error,) = run(*MOUNTING, f"{command} {sys.executable} {tmp_path}/read.py {folder}")
    assert f"The library {folder} has no index that can be read, and none can be made" in error
    assert "copy the folder" in error


def test_what_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    with (
        pytest.raises(LibraryError, match=r"Writing to .* failed: No such file.*--library"),
        translate_write_errors(tmp_path),
    ):
        (tmp_path / "missing" / "file").write_text("")


def test_a_folder_and_what_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    _check_folder(tmp_path)
    _check_folder(tmp_path / "missing")
    with pytest.raises(LibraryError, match="is a file"):
        _check_folder(tmp_path / "file")
    with pytest.raises(LibraryError, match="too long"):
        _check_folder(tmp_path / ("x" * 5000))


def test_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_full(tmp_path / "not" / "yet" / "there")
    monkeypatch.setattr("store.files.LITTLE", shutil.disk_usage(tmp_path).total)
    assert is_full(tmp_path / "not" / "yet" / "there")
