"""A disk that is full, or that nobody can write to."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from store.disk import check_folder, is_full, writing_to
from store.errors import LibraryError
from tests.store.ingesting import ROOT
from tests.store.samples import ids, library, made, papers, put, wrong

# Both print how many papers were acknowledged, and the error.
ADD = """
import sys
from pathlib import Path
from store.errors import LibraryError
from store.ingest import add
from store.progress import BatchStored
from tests.store.samples import library, papers, put
def fill(folder):
    into, stored = library(Path(folder), dimension=384), 0
    try:
        for event in add(into, papers(4000), lambda: 0.0):
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
    assert int(found) == 5
    assert int(again) >= min(int(stored), 300)
    check_sound(kept, 300)


@needs_mounts
def test_a_read_only_folder(tmp_path: Path) -> None:
    made(tmp_path / "library").close()
    use = "from tests.store.samples import *\nimport sys\nfrom store.errors import LibraryError\n"
    use += (
        "for call in (lambda of: put(of, papers(21)), lambda of: of.remove(['p1']), lambda of: of.rebuild_index()):\n"
    )
    use += "    try: call(library(Path(sys.argv[1])))\n    except LibraryError as error: print(error)\n"
    (tmp_path / "use.py").write_text(use)
    folder = tmp_path / "library"
    command = f"mount --bind {folder} {folder} && mount -o remount,ro,bind {folder} && "
    lines = run(*MOUNTING, f"{command} {sys.executable} {tmp_path / 'use.py'} {folder}")
    assert len(lines) == 3
    assert all("cannot be written" in line and "--library" in line for line in lines)
    check_whole = library(folder)
    assert put(check_whole, papers(21)).unchanged == 20
    check_whole.close()


def test_what_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match=r"Writing to .* failed: No such file.*--library"), writing_to(tmp_path):
        (tmp_path / "missing" / "file").write_text("")


def test_a_folder_and_what_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    check_folder(tmp_path)
    check_folder(tmp_path / "missing")
    with pytest.raises(LibraryError, match="is a file"):
        check_folder(tmp_path / "file")
    with pytest.raises(LibraryError, match="too long"):
        check_folder(tmp_path / ("x" * 5000))


def test_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_full(tmp_path / "not" / "yet" / "there")
    monkeypatch.setattr("store.disk.LITTLE", shutil.disk_usage(tmp_path).total)
    assert is_full(tmp_path / "not" / "yet" / "there")
