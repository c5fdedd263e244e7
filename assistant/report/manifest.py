"""What made a report, written down so that it can be made again, and read again."""

import hashlib
import json
from collections import defaultdict
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from assistant.report.schema import Bucket, Entry, Kind, Manifest, Report, Request
from assistant.report.scope import Scope
from assistant.report.writer import Hand
from store.errors import ConspectusError, InputError
from store.filters import Filters
from store.library import Library

Known = TypeVar("Known", Manifest, Report)
FINDS_THEMES = ("numpy", "scikit-learn")
"""Packages that a theme may change with."""


def manifest_of(library: Library, request: Request, chosen: Scope, hand: Hand | None = None) -> Manifest:
    """The manifest of a report that is planned; ``hand`` is the writing of its model, if there is one."""
    view = library.view()
    left: dict[Bucket, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for entry in chosen.left:
        left[entry.bucket][entry.reason].append(entry.paper_id)
    return Manifest(
        generation=view.generation if view else "",
        papers=_hashes(library, [paper.id for paper in chosen.papers]),
        settings={
            "kind": request.kind,
            "topic": request.topic,
            "filters": request.filters.model_dump_json(exclude_defaults=True),
            "strict": request.strict,
        },
        seed=request.seed,
        left={bucket: {reason: tuple(ids) for reason, ids in found.items()} for bucket, found in left.items()},
        versions={"embedder": library.embedder.stamp.model} | {name: version(name) for name in FINDS_THEMES},
        **(hand.model_dump() if hand else {"version": version("conspectus")}),
    )


def request_of(manifest: Manifest) -> Request:
    """What was asked for."""
    settings = manifest.settings
    return Request(
        kind=Kind(str(settings["kind"])),
        topic=str(settings["topic"]),
        filters=Filters.model_validate_json(str(settings["filters"])),
        strict=bool(settings.get("strict", False)),
        seed=manifest.seed,
    )


def scope_of(library: Library, manifest: Manifest) -> Scope:
    """The papers of a manifest, as they were.

    Raises:
        InputError: Some of them are not in the library any more, or not as they were.
    """
    wanted = [paper_id for found in manifest.left.values() for ids in found.values() for paper_id in ids]
    papers = {paper.id: paper for paper in library.get([*manifest.papers, *wanted])}
    hashes = _hashes(library, list(manifest.papers))
    gone = [paper_id for paper_id in (*manifest.papers, *wanted) if paper_id not in papers]
    changed = [paper_id for paper_id, known in manifest.papers.items() if hashes.get(paper_id, known) != known]
    if gone or changed:
        what = ", ".join((gone + changed)[:3]) + (" and others" if len(gone + changed) > 3 else "")
        raise InputError(
            f"The library has changed: {len(gone)} of the report's papers are gone and {len(changed)} differ ({what}).",
            "Make the report anew, and compare the two with: conspectus report diff A B",
        )
    left = [
        Entry(paper_id=paper_id, title=papers[paper_id].marked_title, bucket=bucket, reason=reason)
        for bucket, found in manifest.left.items()
        for reason, ids in found.items()
        for paper_id in ids
    ]
    return Scope(tuple(papers[paper_id] for paper_id in manifest.papers), tuple(left))


def signed(report: Report) -> Report:
    """A report whose manifest tells what it cost and what it came to."""
    manifest = report.manifest.model_copy(update={"cost": report.usage, "digest": digest(report)})
    return report.model_copy(update={"manifest": manifest})


def digest(report: Report) -> str:
    """SHA-256 of a report without its manifest."""
    return hashlib.sha256(report.model_dump_json(exclude={"manifest"}).encode()).hexdigest()


def check_same(report: Report, manifest: Manifest) -> Report:
    """A report that was made again, as it was.

    Raises:
        ConspectusError: It came out otherwise.
    """
    if digest(report) == manifest.digest:
        return report.model_copy(update={"manifest": manifest})
    now = {"conspectus": version("conspectus")} | {name: version(name) for name in FINDS_THEMES}
    then = {"conspectus": manifest.version} | manifest.versions
    other = [f"{name} {then[name]} then, {now[name]} now" for name in now if then.get(name, now[name]) != now[name]]
    why = f" ({'; '.join(other)})" if other else ""
    raise ConspectusError(
        f"The report came out otherwise than it was{why}.",
        "Make it anew, and compare the two with: conspectus report diff A B",
    )


def read_manifest(path: Path) -> Manifest:
    """The manifest in a file: one by itself, or that of a report as JSON.

    Raises:
        InputError: It cannot be read.
    """
    found = _read(path)
    return _valid(Manifest, found.get("manifest", found), path)


def read_report(path: Path) -> Report:
    """A report in a JSON file.

    Raises:
        InputError: It cannot be read.
    """
    return _valid(Report, _read(path), path)


def _valid(kind: type[Known], found: object, path: Path) -> Known:
    try:
        return kind.model_validate(found)
    except ValidationError as error:
        what = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, what["loc"]))
        raise InputError(
            f"{path} is no {kind.__name__.lower()}: {place}: {what['msg']}.", "Give one made with --format json."
        ) from error


def _read(path: Path) -> dict[str, object]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read: {error}.", "Give a report made with --format json.") from error
    if not isinstance(found, dict):
        raise InputError(f"{path} is no report.", "Give one made with --format json.")
    return found


def _hashes(library: Library, ids: list[str]) -> dict[str, str]:
    """Content hashes in the order of the ids; papers that are gone have none."""
    view = library.view()
    found = view.hashes(ids) if view else {}
    return {paper_id: found[paper_id] for paper_id in ids if paper_id in found}
