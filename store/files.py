"""Files and folders on the disk: whether there is room, who may read them, and writing a file whole or not at all.

What a library, a conversation, a cache or a batch holds is its owner's alone: folders are made with mode 0700 and files
with 0600. A folder of ``chmod g+ws`` is shared with its group on purpose, and what is in it is for the group as well.
What somebody asked for by name (``-o FILE``) gets the mode that every other program would give it.
"""

import errno
import fcntl
import os
import re
import shutil
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from secrets import token_hex

from store.errors import InputError, LibraryError

# What a system says of a full disk, and of a full share of one.
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
OTHER = "Give another folder with --library."
# With less than this, in bytes, a disk counts as full: what failed for lack of room may have freed some of it.
# Chosen by hand; not measured.
LITTLE = 20_000_000
# Modes: of a folder and of a file of one owner, and what a group that shares the folder may do beside.
_FOLDER, PRIVATE, _GROUP_FOLDER, _GROUP = 0o700, 0o600, 0o070, 0o060
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def is_full(place: Path, needed: int = 0) -> bool:
    """Return whether there is hardly any room left where a folder is, or would be, once ``needed`` bytes are taken."""
    existing = next((folder for folder in (place, *place.parents) if folder.is_dir()), Path())
    return shutil.disk_usage(existing).free < LITTLE + needed


def make_folder(folder: Path) -> None:
    """Make a folder of its owner alone, with whatever is above it; one that is there stays as it is.

    Raises:
        OSError: It cannot be made.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        folder.mkdir(mode=_FOLDER)
    except FileExistsError:
        if not folder.is_dir():
            raise
        return
    if _is_shared(folder.parent):
        folder.chmod(_FOLDER | _GROUP_FOLDER | stat.S_ISGID)


def open_private(path: str, flags: int) -> int:
    """Open a file for ``open``, where it is made as one of its owner, and of the group that shares its folder."""
    descriptor = os.open(path, flags | os.O_CLOEXEC, PRIVATE)
    if _is_shared(Path(path).parent):
        with suppress(OSError):  # It may be another's of the group, who has seen to that.
            os.fchmod(descriptor, PRIVATE | _GROUP)
    return descriptor


def list_public(folder: Path) -> list[Path]:
    """List the folder and what is in it, as far as others than its owner, or a group that shares it, may read it."""
    return [path for path, mode, wanted in _walk_modes(folder) if mode & ~wanted & _OTHERS]


def make_private(folder: Path, *parts: str) -> list[Path]:
    """Give what is in a folder to its owner alone, or to the group that shares the folder as well.

    Native code, such as Chroma's and tantivy's, makes files by the mask of the process, which belongs to all threads.

    Args:
        folder: Where, the folder itself included.
        *parts: Names of folders in it, which alone are looked at.

    Returns:
        What was changed; a file of somebody else is left alone.
    """
    changed = []
    for path, mode, wanted in _walk_modes(folder, *parts):
        if mode & _OTHERS != wanted:
            with suppress(OSError):
                path.chmod(mode & ~_OTHERS | wanted)
                changed.append(path)
    return changed


def _is_shared(folder: Path) -> bool:
    """Say whether a group shares a folder on purpose: ``chmod g+ws`` makes it so."""
    try:
        mode = folder.stat().st_mode
    except OSError:
        return False
    return bool(mode & stat.S_IWGRP and mode & stat.S_ISGID)


def _walk_modes(folder: Path, *parts: str) -> Iterator[tuple[Path, int, int]]:
    """Yield folders and files, their modes, and what others than the owner are to have of them; follow no link."""
    shared = _is_shared(folder)
    tops = [folder / part for part in parts] or [folder]
    walked = (Path(place, name) for top in tops for place, folders, files in os.walk(top) for name in folders + files)
    for path in chain(tops, walked):
        with suppress(OSError):
            mode = path.lstat().st_mode
            if stat.S_ISDIR(mode):
                yield path, stat.S_IMODE(mode), _GROUP_FOLDER if shared else 0
            elif stat.S_ISREG(mode):
                yield path, stat.S_IMODE(mode), _GROUP if shared else 0


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk, where the system can."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def translate_write_errors(folder: Path) -> Iterator[None]:
    """Raise LibraryError where a file in the folder cannot be written."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            what = f"No room left on the disk of {folder}: {error.strerror}."
            raise LibraryError(what, "Free some and run it again. What was acknowledged is stored.") from error
        raise LibraryError(
            f"Writing to {folder} failed: {error.strerror or error}.",
            f"Free some room or make it writable, or: {OTHER} What was acknowledged is stored.",
        ) from error


def write_atomic(file: Path, content: bytes, private: bool = False) -> None:
    """Write a file whole or not at all, as ``write_pieces`` does.

    Raises:
        InputError: It is no name of a file.
        LibraryError: The disk refuses; what was there before is still there.
    """
    write_pieces(file, (content,), private)


def write_pieces(file: Path, pieces: Iterable[bytes], private: bool = False) -> None:
    """Write a file as ``replace_file`` does; where making a piece fails, the old file is still there, too.

    Raises:
        InputError: It is no name of a file.
        LibraryError: The disk refuses; what was there before is still there.
    """
    if "\0" in str(file):
        raise InputError(f"{str(file)!r} cannot be written: there is a NUL in its name.", "Give another name.")
    try:
        replace_file(file, pieces, private)
    except OSError as error:
        raise LibraryError(
            f"{file} cannot be written: {error.strerror or error}.", "Free some room there, or give another place."
        ) from error


def replace_file(file: Path, pieces: Iterable[bytes], private: bool = False, durable: bool = True) -> None:
    """Write a file whole or not at all, and leave nothing else behind: it has no name until all of it is on the disk.

    Where a disk knows no files without a name, it has a hidden one beside the file, which the next write of the same
    file takes away if the process was killed. A link stays one, and what it names is replaced; a device or a pipe is
    written to.

    Args:
        file: Where to; its folder is made.
        pieces: What is in it.
        private: Whether it is for its owner alone, and so is a folder that is made for it.
        durable: Whether to wait until it is on the disk; what can be made again need not.

    Raises:
        OSError: The disk refuses; what was there before is still there.
    """
    file = file.resolve() if file.is_symlink() else file
    if file.exists() and not file.is_file() and not file.is_dir():
        with file.open("wb") as stream:
            stream.writelines(pieces)
        return
    if private:
        make_folder(file.parent)
    else:
        file.parent.mkdir(parents=True, exist_ok=True)
    if not private:  # In folders of ours nobody is in the way of what is left, and there are many files in some.
        _remove_leftovers(file)
    temporary = file.with_name(f".{file.name}.{token_hex(4)}")
    try:
        with os.fdopen(_open_unnamed(temporary, PRIVATE if private else 0o666), "wb") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)  # Says that its writer lives; the system frees it.
            stream.writelines(pieces)
            stream.flush()
            if private and _is_shared(file.parent):
                os.fchmod(stream.fileno(), PRIVATE | _GROUP)
            if durable:
                os.fsync(stream.fileno())
            if not temporary.exists():
                _name_file(stream.fileno(), temporary)
            temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)


def _open_unnamed(temporary: Path, mode: int) -> int:
    """Open a file that vanishes with the process until it gets a name; where the disk knows none, one with a name."""
    if hasattr(os, "O_TMPFILE") and Path("/proc/self/fd").is_dir():
        with suppress(OSError):
            return os.open(temporary.parent, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, mode)
    return os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, mode)


def _name_file(descriptor: int, temporary: Path) -> None:
    folder = os.open(temporary.parent, os.O_RDONLY)
    try:  # With a folder to go from, Python asks the system to follow the link in /proc to the file itself.
        os.link(f"/proc/self/fd/{descriptor}", temporary.name, dst_dir_fd=folder, follow_symlinks=True)
    finally:
        os.close(folder)


def _remove_leftovers(file: Path) -> None:
    """Remove what killed processes left of this file under hidden names; a living one holds its lock."""
    name = re.compile(rf"\.{re.escape(file.name)}\.[0-9a-f]{{8}}")
    with suppress(OSError):
        for entry in os.scandir(file.parent):
            if name.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                with suppress(OSError), open(entry.path, "rb") as left:
                    fcntl.flock(left, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    os.unlink(entry.path)
