"""Reports that were saved, as they can be opened: found by the manifests that stand beside them or in them."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from assistant.report.schema import Kind

FORMATS = ("html", "pdf", "docx", "md", "tex", "json", "csv")
"""What is opened, the best to read first; a .bib belongs to the Markdown beside it."""
_MANIFEST = ".manifest.json"
_REPORT = re.compile(rb'\{\s*"kind":\s*"(?:' + "|".join(Kind).encode() + rb')",')


class ReportFile(NamedTuple):
    """A file of a report, and when it was written."""

    path: Path
    written: datetime


def made_in(folders: Iterable[Path]) -> list[ReportFile]:
    """The reports of some folders, the last written first, each in its formats, the best to read first.

    A folder that is gone or may not be read holds none.
    """
    reports = [list(_files(stem)) for folder in dict.fromkeys(folders) for stem in _stems(folder)]
    ordered = sorted(filter(None, reports), key=lambda files: max(one.written for one in files), reverse=True)
    return [file for files in ordered for file in files]


def _stems(folder: Path) -> list[Path]:
    """The files of reports without their endings."""
    try:
        found = sorted(folder.glob("*.json"))
    except OSError:
        return []
    manifests = [path.with_name(path.name.removesuffix(_MANIFEST)) for path in found if path.name.endswith(_MANIFEST)]
    whole = [path.with_suffix("") for path in found if not path.name.endswith(_MANIFEST) and _is_report(path)]
    return list(dict.fromkeys([*manifests, *whole]))


def _is_report(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return bool(_REPORT.match(file.read(64)))
    except OSError:
        return False


def _files(stem: Path) -> Iterator[ReportFile]:
    for format in FORMATS:
        file = stem.with_name(f"{stem.name}.{format}")
        try:
            yield ReportFile(file, datetime.fromtimestamp(file.stat().st_mtime).astimezone())
        except OSError:  # It was not saved in this format, or is gone.
            continue
