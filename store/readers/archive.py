"""The files in a zip, told without unpacking any; a zip that is no bundle of files, or a trap, is refused."""

import zipfile
from pathlib import Path
from typing import NamedTuple

from store.errors import SourceError
from store.readers.files import BROKEN, MAX_RATIO, SMALL, UNPACK, ZipContent, bomb

MAX_MEMBERS = 10_000

_OFFICE = {"[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF"}


class Member(NamedTuple):
    """A file in an archive under the name that messages give it: ``archive.zip/folder/file.bib``."""

    name: str
    content: ZipContent


def members(path: Path, name: str) -> list[Member]:
    """The files in a zip in the order of their names, hidden ones and folders left out.

    Raises:
        SourceError: It is broken, a Word, Excel or EPUB file, holds nothing, has more than 10,000 members, names a
            file outside itself, or would unpack to more than 200 times its size.
    """
    infos = _listed(path, name)
    if any(info.filename in _OFFICE for info in infos):
        raise SourceError(f"{name} is a Word, Excel, OpenDocument, EPUB or Java file.", "Export its records as text.")
    files = [info for info in infos if not info.is_dir()]
    _check(files, name, path.stat().st_size)
    kept = sorted((info for info in files if not _hidden(info.filename)), key=lambda info: info.filename)
    if not kept:
        raise SourceError(f"{name} is a zip archive without a file in it.", "Give one that holds papers.")
    return [Member(f"{name}/{info.filename}", ZipContent(path, info, f"{name}/{info.filename}")) for info in kept]


def _listed(path: Path, name: str) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.infolist()
    except (*BROKEN, NotImplementedError, ValueError) as fault:
        raise SourceError(f"{name} is a zip archive that is broken: {fault}.", UNPACK) from fault


def _check(files: list[zipfile.ZipInfo], name: str, packed: int) -> None:
    if len(files) > MAX_MEMBERS:
        raise SourceError(f"{name} holds {len(files):,} files, more than {MAX_MEMBERS:,}.", UNPACK)
    if any(_outside(info.filename) for info in files):
        raise SourceError(f"{name} names files outside itself, as no honest archive does.", "Do not unpack it.")
    total = sum(info.file_size for info in files)
    if total > max(SMALL, MAX_RATIO * packed):
        raise bomb(name)


def _outside(filename: str) -> bool:
    parts = filename.replace("\\", "/").split("/")
    return ".." in parts or parts[0] == "" or parts[0].endswith(":")


def _hidden(filename: str) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in filename.split("/"))
