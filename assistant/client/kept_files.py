"""What a library keeps beside its papers, read whole: conversations, what models wrote, reports and batches of it.

Nothing in these files is believed because it stands there: each is what was written, by its checksum or digest, and
each quote stands in the paper that it is of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.answer.binding import GONE, find_answer_fault, find_fault
from assistant.batch.state import FOLDER, BatchState
from assistant.cache import AnswerCache, Cache
from assistant.llm.judge import KeptRating
from assistant.report.kept_themes import FOLDER as THEMES
from assistant.report.kept_themes import open_kept_themes
from assistant.report.manifest import read_manifest
from assistant.report.report_writer import FOLDER as SECTIONS
from assistant.report.report_writer import GeneratedText
from assistant.sessions import Sessions
from assistant.sessions.format import CHANGED
from assistant.table.cell_writer import FOLDER as CELLS
from assistant.table.cell_writer import KeptCell
from assistant.types import Answer, Claim
from store.doctor import Check, run_check
from store.errors import ConspectusError

if TYPE_CHECKING:
    from assistant.client import Assistant
    from store.library import Library

_AGAIN = "They are passed over, and written again when they are wanted. Run: conspectus doctor --repair to delete them."
_ASK = "Ask again what you need of them, and delete the conversation: conspectus sessions delete ID"


def examine_kept(assistant: Assistant, files: Iterable[Path], repair: bool) -> Iterator[Check]:
    """Read everything that is kept of a library, and the files that are named; with ``repair`` delete broken copies."""
    library = assistant.library
    yield _examine_sessions(library)
    for name, cache, list_claims in _list_caches(library):
        yield _examine_cache(library, name, cache, list_claims, repair)
    for file in files:
        yield from _examine_file(assistant, file)


def _list_caches(library: Library) -> Iterator[tuple[str, Cache[Any], Callable[[Any], Iterable[Claim]]]]:
    yield "answers", AnswerCache(library.folder / "answers"), lambda answer: answer.claims
    yield SECTIONS, Cache(library.folder / SECTIONS, GeneratedText), lambda text: text.claims
    yield CELLS, Cache(library.folder / CELLS, KeptCell), lambda cell: ()
    yield "decisions", Cache(library.folder / "decisions", KeptRating), lambda rating: ()
    yield THEMES, open_kept_themes(library), lambda themes: ()


def _examine_sessions(library: Library) -> Check:
    sessions, bad, turns = Sessions(library.folder / "sessions"), [], 0
    try:
        ids = [info.id for info in sessions.list()]
    except ConspectusError as error:
        return Check(name="conversations", ok=False, detail=error.what, hint=error.hint)
    for id in ids:
        try:
            session = sessions.get(id)
        except ConspectusError as error:
            bad.append(f"{id} ({error.what})")
            continue
        turns += len(session.turns)
        changed = any(turn.error == CHANGED for turn in session.turns)
        answers = [turn.answer for turn in session.turns if turn.answer]
        fault = CHANGED if changed else next(filter(None, (_find_answer_fault(library, one) for one in answers)), "")
        bad += [f"{id} ({fault})"] if fault else []
    return _build_check("conversations", len(ids), f"{turns} turns were read", bad, _ASK)


def _examine_cache(
    library: Library, name: str, cache: Cache[Any], list_claims: Callable[[Any], Iterable[Claim]], repair: bool
) -> Check:
    count, bad = cache.list_faults()
    for key in cache.list_keys():
        value = cache.get(key)
        if value is not None and _find_fault(library, list_claims(value)):
            bad.append(f"{key}.json")
    if repair:
        cache.delete(bad)
        bad = []
    return _build_check(name, count, "all are what was written", bad, _AGAIN)


def _examine_file(assistant: Assistant, path: Path) -> Iterator[Check]:
    if (path / FOLDER).is_dir():
        yield run_check(str(path), partial(_read_batch, path))
        for file in sorted(path.glob("*.json")):
            yield run_check(str(file), partial(_read_report, assistant, file))
    else:
        yield run_check(str(path), partial(_read_report, assistant, path))


def _read_batch(path: Path) -> str:
    state = BatchState(path)
    sent, form = state.sent.read(), state.form
    count, bad = state.list_faults()
    if bad:
        some = ", ".join(bad[:3])
        raise ConspectusError(
            f"{len(bad)} of {count} files of the batch are not what was written: {some}.",
            "Run it again with --resume: what they held is asked for again.",
        )
    return f"{count} replies and results, {len(sent.batches)} batches under way, form {form}"


def _read_report(assistant: Assistant, path: Path) -> str:
    manifest = read_manifest(path)
    view = assistant.library.view()
    hashes = view.hashes(list(manifest.papers)) if view else {}
    differ = [paper_id for paper_id, before in manifest.papers.items() if hashes.get(paper_id) != before]
    if differ:
        raise ConspectusError(
            f"{len(differ)} of its {len(manifest.papers)} papers are gone from the library or differ: {differ[0]}.",
            "It was changed, or the library was; make the report again.",
        )
    if not _is_report(path):
        return f"the manifest of {len(manifest.papers)} papers, each as it is in the library"
    report = assistant.reports.read(path)
    if fault := _find_fault(assistant.library, report.claims):
        raise ConspectusError(f"A sentence of it does not rest on its paper: {fault}.", "Make it again, with --replay.")
    return f"{len(report.claims)} sentences, each as it was written"


def _is_report(path: Path) -> bool:
    return b'"sections"' in path.read_bytes()


def _find_answer_fault(library: Library, answer: Answer) -> str:
    ids = {citation.paper_id for claim in answer.claims for citation in claim.citations}
    return find_answer_fault(answer, library.get_by_ids(sorted(ids)) if ids else {})


def _find_fault(library: Library, claims: Iterable[Claim]) -> str:
    """Find the first claim that does not rest on its paper; one whose paper was removed is none."""
    listed = list(claims)
    ids = {citation.paper_id for claim in listed for citation in claim.citations}
    papers = library.get_by_ids(sorted(ids)) if ids else {}
    faults = (find_fault(claim, papers) for claim in listed)
    return next((fault for fault in faults if fault and fault != GONE), "")


def _build_check(name: str, count: int, fine: str, bad: list[str], hint: str) -> Check:
    if not bad:
        return Check(name=name, ok=True, detail=f"{count}; {fine}" if count else "there are none")
    some = "; ".join(bad[:3]) + ("; …" if len(bad) > 3 else "")
    return Check(name=name, ok=False, detail=f"{len(bad)} of {count} are not what was written: {some}", hint=hint)
