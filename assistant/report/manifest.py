"""The manifest of a report: what made it, written down so that it can be made again to the byte."""

import hashlib
import json
import re
from collections import defaultdict
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from assistant.report.report_writer import LATER, WriterIdentity
from assistant.report.schema import Bucket, LedgerEntry, Manifest, Report, ReportKind, ReportSpec
from assistant.report.scope import ReportScope
from assistant.types import Support
from store.errors import ConspectusError, InputError
from store.filters import Filters
from store.library import Library

Document = TypeVar("Document", Manifest, Report)
REVISIONS = "revisions"
"""The setting that holds what was wished of sections that were written again, in order."""
FINDS_THEMES = ("numpy",)
"""Packages that a theme may change with."""


def build_manifest(
    library: Library, request: ReportSpec, chosen: ReportScope, identity: WriterIdentity | None = None
) -> Manifest:
    """Write the manifest of a report that is planned.

    Args:
        library: Where its papers are.
        request: What was asked for.
        chosen: The papers of the report, and the others of its scope.
        identity: Whose writing it is; None for quotes.
    """
    view = library.view()
    left: dict[Bucket, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for entry in chosen.left:
        left[entry.bucket][entry.reason].append(entry.paper_id)
    return Manifest(
        generation=view.generation if view else "",
        papers=_hash_papers(library, [paper.id for paper in chosen.papers]),
        settings={
            "kind": request.kind,
            "topic": request.topic,
            "filters": request.filters.model_dump_json(exclude_defaults=True),
            "strict": request.strict,
            # The first form had no name; what is made in it today, for a batch of then, has none either.
            **({} if request.form == 1 else {"form": request.form}),
            **({} if request.least is None else {"min": request.least}),
            **({} if request.most is None else {"top": request.most}),
            **(_describe_writer(request, identity) if identity else {}),
        },
        seed=request.seed,
        left={bucket: {reason: tuple(ids) for reason, ids in reasons.items()} for bucket, reasons in left.items()},
        relevance=dict(chosen.relevance),
        judged=dict(chosen.judged),
        versions={"embedder": library.embedder.stamp.model} | {name: version(name) for name in FINDS_THEMES},
        **(identity.model_dump(exclude={*LATER}) if identity else {"version": version("conspectus")}),
    )


def _describe_writer(request: ReportSpec, identity: WriterIdentity) -> dict[str, str]:
    """Describe what makes a writer beside what every manifest has; prompts of passes only where there are passes."""
    has_passes = request.kind is ReportKind.THEMES and request.form != 1
    names = LATER if has_passes else ("second_stage",)
    return {name: value for name in names if (value := getattr(identity, name))}


def read_request(manifest: Manifest) -> ReportSpec:
    """Read what was asked for."""
    settings = manifest.settings
    return ReportSpec(
        kind=ReportKind(str(settings["kind"])),
        topic=str(settings["topic"]),
        filters=Filters.model_validate_json(str(settings["filters"])),
        strict=bool(settings.get("strict", False)),
        seed=manifest.seed,
        least=float(least) if isinstance(least := settings.get("min"), int | float) else None,
        most=int(most) if isinstance(most := settings.get("top"), int) else None,
        form=int(form) if isinstance(form := settings.get("form"), int) else 1,
    )


def restore_scope(library: Library, manifest: Manifest) -> ReportScope:
    """Fetch the papers of a manifest, as they were.

    Raises:
        InputError: Some of them are not in the library any more, or not as they were.
    """
    left_ids = [paper_id for reasons in manifest.left.values() for ids in reasons.values() for paper_id in ids]
    papers = {paper.id: paper for paper in library.get([*manifest.papers, *left_ids])}
    hashes = _hash_papers(library, list(manifest.papers))
    gone = [paper_id for paper_id in (*manifest.papers, *left_ids) if paper_id not in papers]
    changed = [paper_id for paper_id, before in manifest.papers.items() if hashes.get(paper_id, before) != before]
    if gone or changed:
        what = ", ".join((gone + changed)[:3]) + (" and others" if len(gone + changed) > 3 else "")
        raise InputError(
            f"The library has changed: {len(gone)} of the report's papers are gone and {len(changed)} differ ({what}).",
            "Make the report again, and compare the two with: conspectus report diff A B",
        )
    left = [
        LedgerEntry(paper_id=paper_id, title=papers[paper_id].marked_title, bucket=bucket, reason=reason)
        for bucket, reasons in manifest.left.items()
        for reason, ids in reasons.items()
        for paper_id in ids
    ]
    return ReportScope(
        tuple(papers[paper_id] for paper_id in manifest.papers), tuple(left), manifest.relevance, manifest.judged
    )


def compute_digest(report: Report) -> str:
    """Compute the SHA-256 of a report without its manifest."""
    return hashlib.sha256(report.model_dump_json(exclude={"manifest"}).encode()).hexdigest()


def compute_former_digest(report: Report) -> str:
    """Compute the digest as it was when a claim had one of three supports and no decision."""
    content = report.model_dump_json(exclude={"manifest"})
    content = _DECISION.sub("", content)
    for former, support in _FORMER_SUPPORTS:
        content = content.replace(f'"support":"{support}"', f'"support":"{former}"')
    return hashlib.sha256(content.encode()).hexdigest()


# In a text of JSON every quotation mark has a backslash before it, so these stand for the fields alone.
_DECISION = re.compile(r',"decision":\{[^{}]*\}')
_FORMER_SUPPORTS = [
    *(("supported", support) for support in (Support.QUOTED, Support.ENTAILED, Support.WORDED)),
    ("partial", Support.DOUBTFUL),
    *(("unsupported", support) for support in (Support.ABSENT, Support.CONTRADICTED)),
]


def check_unchanged(report: Report, path: Path) -> None:
    """Check that a report that was read is the one that its manifest is of.

    Raises:
        InputError: It was changed since.
    """
    digest = report.manifest.digest
    if digest and digest not in (compute_digest(report), compute_former_digest(report)):
        raise InputError(
            f"{path} is not the report that was made: it was damaged or changed since.",
            f"Make it again from its manifest: conspectus report --replay {path}",
        )


def check_same(report: Report, manifest: Manifest) -> Report:
    """Give a report that was made again the manifest that it was made from.

    One that was made when there were three supports comes with those of today, and is the same but for these.

    Raises:
        ConspectusError: It came out otherwise.
    """
    if manifest.digest in (compute_digest(report), compute_former_digest(report)):
        return report.model_copy(update={"manifest": manifest})
    now = {"conspectus": version("conspectus")} | {name: version(name) for name in FINDS_THEMES}
    then = {"conspectus": manifest.version} | manifest.versions
    changed = [f"{name} {then[name]} then, {now[name]} now" for name in now if then.get(name, now[name]) != now[name]]
    why = f" ({'; '.join(changed)})" if changed else ""
    raise ConspectusError(
        f"The report came out otherwise than it was{why}.",
        "Make it again, and compare the two with: conspectus report diff A B",
    )


def read_manifest(path: Path) -> Manifest:
    """Read the manifest in a file: one by itself, or that of a report as JSON.

    Raises:
        InputError: It cannot be read.
    """
    content = _read_json(path)
    return _validate(Manifest, content.get("manifest", content), path)


def read_report(path: Path) -> Report:
    """Read a report in a JSON file.

    Raises:
        InputError: It cannot be read.
    """
    return _validate(Report, _read_json(path), path)


def _validate(kind: type[Document], content: object, path: Path) -> Document:
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        what = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, what["loc"]))
        raise InputError(
            f"{path} is no {kind.__name__.lower()}: {place}: {what['msg']}.", "Give one made with --format json."
        ) from error


def _read_json(path: Path) -> dict[str, object]:
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise InputError(
            f"{path} cannot be read: {error.strerror}.", "Give a report made with --format json."
        ) from error
    except ValueError as error:
        raise InputError(f"{path} cannot be read: it is no JSON.", "Give a report made with --format json.") from error
    if not isinstance(content, dict):
        raise InputError(f"{path} is no report.", "Give one made with --format json.")
    return content


def _hash_papers(library: Library, ids: list[str]) -> dict[str, str]:
    """Content hashes in the order of the ids; papers that are gone have none."""
    view = library.view()
    hashes = view.hashes(ids) if view else {}
    return {paper_id: hashes[paper_id] for paper_id in ids if paper_id in hashes}
