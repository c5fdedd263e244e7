"""Examine whether a library is sound, and repair what can be repaired. Damage is reported, never raised."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path

from store.chroma import Chroma
from store.dedup.merge import records_of
from store.errors import ConspectusError, EmbedderError, LibraryDamaged, LibraryError, LibraryLocked
from store.files import list_public, make_private
from store.index.index import IndexDamaged
from store.index.snapshot import Snapshot
from store.library import Library
from store.migration import needs_import
from store.paper import Frozen
from store.record import DAMAGED, Record
from store.unfinished import check_unfinished, remove_twins
from store.writer import NEAR, is_unit, write_lock

REPAIR = "Run: conspectus doctor --repair"
# What new vectors mend; for the rest a new index does.
_NEED_VECTORS = {"store", "papers", "content", "vectors"}

# Pages of papers for which the index is opened once: some 5 MB of it. Chosen by hand.
_PAGES_A_VIEW = 10


class Check(Frozen):
    """One thing that was looked at: whether it is as it should be, what was found, and what to do about it.

    ``works`` is False for what is not there and need not be: no failure, and no success.
    """

    name: str
    ok: bool
    detail: str
    hint: str = ""
    works: bool = True


def examine(library: Library) -> tuple[Check, ...]:
    """Look at everything and change nothing; a check on which the others rest ends the list where it fails.

    Reads every paper and vector, with the write lock held where it is free. What another version wrote is no damage:
    it is brought into the shape of today first, as each search does.
    """
    with suppress(ConspectusError):  # The checks tell it.
        library.renew()
    with ExitStack() as locks:
        return tuple(_run_checks(library, locks))


def repair(library: Library) -> tuple[Check, ...]:
    """Repair what can be repaired from the papers in Chroma, and examine again.

    The index is built again. Where vectors are lost or broken, each paper gets its vector from the index, or a new
    one where that has none. A paper whose text does not fit its hash is taken from the index where it is sound there,
    or else marked as damaged until its file is added again; so is one of which store and index have two texts that each
    fit a hash. Records that are too large for Chroma are taken out of its log; the folder is copied first. Where the
    store cannot be read at all it is built again from the index, and the old one is kept.
    """
    checks: list[Check] = []
    make_private(library.folder)
    try:
        try:
            checks += _mend_from_store(library, _list_failed(library))
        except IndexDamaged:
            raise
        except LibraryDamaged:
            checks.append(_rebuild_store(library))
    except ConspectusError as error:
        checks.append(Check(name="repair", ok=False, detail=error.what, hint=error.hint))
    return (*checks, *examine(library))


def _mend_from_store(library: Library, failed: set[str]) -> list[Check]:
    checks = []
    if "store" in failed and (unblocked := _unblock_log(library)):
        checks.append(unblocked)
        failed = _list_failed(library)
    if "stamp" in failed:
        library.reconcile_state()
    if "unfinished" in failed:
        with library.open_writer("finishing what was broken off") as writer:
            remove_twins(writer, library.index.snapshot())
    if failed & _NEED_VECTORS:
        library.restore_vectors()
    else:
        library.rebuild_index()
    library.renew_fields()
    return checks


def _rebuild_store(library: Library) -> Check:
    count, aside = library.rebuild_store()
    kept = f"; the old one is kept in {aside}" if aside else ""
    hint = "Add the files again that were added last, and delete the old store when nothing is missing."
    return Check(
        name="rebuilt",
        ok=True,
        detail=f"the store was built again from {_count(count, 'paper')} of the index{kept}",
        hint=hint,
    )


def _list_failed(library: Library) -> set[str]:
    return {check.name for check in examine(library) if not check.ok}


def _unblock_log(library: Library) -> Check | None:
    ids, aside = library.unblock()
    if not ids:
        return None
    some = ", ".join(ids[:3]) + (", …" if len(ids) > 3 else "")
    detail = f"{len(ids)} too large for Chroma {'was' if len(ids) == 1 else 'were'} taken out of its log: {some}"
    hint = f"Shorten and add again. The store as it was is kept in {aside}; delete it when nothing is missing."
    return Check(name="log", ok=True, detail=detail, hint=hint)


def _run_checks(library: Library, locks: ExitStack) -> Iterator[Check]:
    for name, look, is_required in _STEPS:
        check = run_check(name, partial(look, library, locks))
        yield check
        if is_required and not check.ok:
            return
        if name == "store" and not library.exists():
            return
    yield from _check_contents(library)


def run_check(name: str, look: Callable[[], str]) -> Check:
    """Look at something; what is wrong with it is the error that looking raises."""
    try:
        return Check(name=name, ok=True, detail=look())
    except ConspectusError as error:
        return Check(name=name, ok=False, detail=error.what, hint=error.hint)


def _check_folder(library: Library, locks: ExitStack) -> str:
    folder = library.folder
    if not folder.exists() and library.chroma.is_server:
        return f"{folder} will be made"
    if not folder.is_dir():
        raise LibraryError(f"{folder} is no folder.", "Name the library with --library, or add papers to make it.")
    try:
        with tempfile.TemporaryFile(dir=folder):
            return f"{folder} can be written{_note_public(folder)}"
    except OSError as error:
        raise LibraryError(f"{folder} cannot be written: {error.strerror}.", "It can be read, if at all.") from error


def _note_public(folder: Path) -> str:
    """Note that others on this machine may read a library, as those of older versions; "" where they may not."""
    public = len(list_public(folder))
    return (
        f"; others on this machine may read {public:,} of its files and folders: `--repair` ends that" if public else ""
    )


def _check_lock(library: Library, locks: ExitStack) -> str:
    if not library.folder.exists():
        return "nobody is writing"
    try:
        locks.enter_context(write_lock(library.folder, "doctor"))
    except LibraryLocked as error:
        return f"{error.what} What follows may change while it is looked at."
    return "nobody is writing"


def _check_model(library: Library, locks: ExitStack) -> str:
    stamp = library.embedder.stamp
    vector = library.embedder.embed(["A title. An abstract."])[0]
    if vector.shape != (stamp.dimension,) or not is_unit(vector):
        raise EmbedderError(f"The embedder {stamp.model} gives broken vectors.", "Use another one.")
    return f"{stamp.model}, {stamp.dimension} dimensions"


def _check_store(library: Library, locks: ExitStack) -> str:
    place = library.chroma.place
    if not library.exists():
        return f"{place}: nothing was added yet"
    fault = library.chroma.find_fault()
    if fault:
        raise LibraryDamaged(f"The vectors in {place} are torn: {fault}. The papers are safe.", REPAIR)
    return f"{place}: {_count(library.chroma.count(), 'paper')}"


def _check_unfinished(library: Library, locks: ExitStack) -> str:
    view = None
    with suppress(IndexDamaged):  # Another check tells that.
        view = library.index.snapshot() if library.index.copies and library.index.generation() else None
    return check_unfinished(library.chroma.state(), view)


def _check_format(library: Library, locks: ExitStack) -> str:
    return f"version {library.chroma.state().version}"


def _check_embedder(library: Library, locks: ExitStack) -> str:
    made_with = library.check_embedder().embedder
    earlier = "" if library.is_current() else "; conspectus doctor --re-embed gives it the vectors of today"
    return f"made with {made_with.model}{earlier}"


def _check_stamp(library: Library, locks: ExitStack) -> str:
    state = library.chroma.state()
    if library.state_copy.differs(state):
        raise LibraryDamaged(
            "The library says something else of itself than when it was written.",
            f"{REPAIR}. It leaves out what the two do not agree in; decisions and profiles, never papers.",
        )
    decisions = _count(len(state.together) + len(state.apart), "decision")
    return f"{_count(len(state.profiles), 'profile')}, {decisions} on papers"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _check_files(library: Library, locks: ExitStack) -> str:
    if not library.index.generation():
        return "there is no index whose files could be read"
    size = library.index.check_everything()
    view = library.index.snapshot()
    if view.count != library.index.stated_count():
        library.index.report_damage(f"{view.count} papers are there of {library.index.stated_count()}")
    return f"{size:,} bytes of the index are what was written"


def _check_index(library: Library, locks: ExitStack) -> str:
    generation = library.index.generation()
    if library.chroma.is_server and generation != library.chroma.state().generation:
        # Others write there, too, and a library that is searched in the server may never need its copy.
        copy = "there is no copy here" if not generation else "the copy here is of an older state"
        return f"{copy}; a search that needs one brings it up to date"
    if not generation:
        raise LibraryDamaged("The index is missing or damaged.", f"The next search builds it. {REPAIR}")
    if generation != library.chroma.state().generation:
        raise LibraryDamaged("The index was made from an older state.", f"The next search mends it. {REPAIR}")
    return f"{_count(library.index.snapshot().count, 'paper')}"


class Sweep:
    """What a sweep found: how many papers there are, and the ids of those with something wrong.

    ``content``: the record is not the one whose hash was stored. ``damaged``: so it is, and marked; ``files`` are where
    these were read from. ``vectors``: the vector is broken.
    ``older``: their names have parts that only their files tell, which are ``older_files``.
    ``pending``: how many are not embedded yet.
    ``indexed``: the index has another paper, none, or one too many. ``copies``: the index has another vector.
    """

    def __init__(self) -> None:
        self.papers = 0
        self.content: list[str] = []
        self.damaged: list[str] = []
        self.files: set[str] = set()
        self.older: list[str] = []
        self.older_files: set[str] = set()
        self.vectors: list[str] = []
        self.pending = 0
        self.indexed: list[str] = []
        self.copies: list[str] = []


def sweep_papers(chroma: Chroma, open_view: Callable[[], Snapshot] | None) -> Sweep:
    """Read everything, page by page.

    Args:
        chroma: The papers.
        open_view: Opens the index, again and again: what was read of a file that is mapped stays in memory until it is
            closed. None leaves the index out.

    Raises:
        LibraryError: The collection or the index cannot be read.
    """
    result = Sweep()
    copied = 0
    view = None
    for number, page in enumerate(chroma.pages_with_texts()):
        if open_view and number % _PAGES_A_VIEW == 0:
            view = open_view()
        records = [record for record, _ in page]
        sound = [record.is_sound for record in records]
        result.papers += len(page)
        for record, is_sound in zip(records, sound, strict=True):
            if not is_sound:
                marked = record.hash.startswith(DAMAGED)
                (result.damaged if marked else result.content).append(record.paper.id)
                result.files |= {part.source.file for part in records_of(record.paper) if marked} - {""}
            elif needs_import(record.paper):
                result.older.append(record.paper.id)
                result.older_files |= {part.source.file for part in records_of(record.paper)} - {""}
        embedded = [record for record in records if not record.pending]
        result.pending += len(page) - len(embedded)
        result.vectors += [one.paper.id for one in embedded if one.vector is None or not is_unit(one.vector)]
        copied += _compare_page(result, page, sound, view) if view else 0
    view = view or (open_view() if open_view else None)
    if view and copied < view.count:
        result.indexed += sorted(set(view.all_ids()).difference(chroma.ids()))
    return result


def _compare_page(sweep: Sweep, page: list[tuple[Record, str]], sound: list[bool], view: Snapshot) -> int:
    """Compare records with what the index has of them; return of how many it has something."""
    copies = view.read_copies([record.paper.id for record, _ in page])
    rows = {paper_id: row for paper_id, (_, row) in copies.items()}
    pairs = [(one, rows[one.paper.id]) for one, _ in page if one.paper.id in rows and not one.pending]
    for (record, text), is_sound in zip(page, sound, strict=True):
        copy, row = copies.get(record.paper.id, (None, 0))
        fits = copy is not None and record.matches_hash(copy.hash) and record.pending == (row in view.pending)
        same = is_sound and fits and copy is not None and copy.text == text.encode()
        if not same and not _is_copy(record, is_sound, view.records([record.paper.id]).get(record.paper.id)):
            sweep.indexed.append(record.paper.id)
    sweep.copies += _list_other_vectors([(record, row) for record, row in pairs if row not in view.pending], view)
    return len(copies)


def _is_copy(record: Record, is_sound: bool, copy: Record | None) -> bool:
    """Return whether the index has the paper of a record, word for word; one that is damaged need but be marked so."""
    if copy is None or not record.matches_hash(copy.hash) or record.pending != copy.pending:
        return False
    return copy.paper == record.paper if is_sound else bool(copy.paper.damage) or copy.is_sound


def _list_other_vectors(pairs: list[tuple[Record, int]], view: Snapshot) -> list[str]:
    """List the papers whose vector in the index, by its row there, is another; a missing one is reported as broken."""
    import numpy as np

    pairs = [(record, row) for record, row in pairs if record.vector is not None]
    if not pairs:
        return []
    stored, copies = np.array([record.vector for record, _ in pairs]), view.take_vectors([row for _, row in pairs])
    if stored.shape != copies.shape:
        return [record.paper.id for record, _ in pairs]
    same = np.isclose(stored, copies, rtol=0, atol=NEAR).all(axis=1)
    return [record.paper.id for (record, _), is_same in zip(pairs, same, strict=True) if not is_same]


def _open_view(library: Library) -> Snapshot:
    """Open the index anew, so that nothing of it stays in memory that was read before."""
    library.index.close()
    return library.index.snapshot()


def _is_comparable(library: Library) -> bool:
    """Return whether the index is there, and no copy of what a server had before others changed it."""
    generation = library.index.generation()
    return bool(generation) and not (library.chroma.is_server and generation != library.chroma.state().generation)


def _check_contents(library: Library) -> Iterator[Check]:
    sweeps: list[Sweep] = []

    def read() -> str:
        compares = library.index.copies and _is_comparable(library)
        sweeps.append(sweep_papers(library.chroma, partial(_open_view, library) if compares else None))
        return f"{sweeps[0].papers} were read" + ("" if compares else "; there is no index to compare them with")

    yield run_check("papers", read)
    for swept in sweeps:
        yield _report_content(swept)
        yield _report_older(swept)
        yield _report_papers("vectors", swept, swept.vectors, "have a broken vector", REPAIR)
        yield _report_pending(swept)
        if not _is_comparable(library):
            return
        yield _report_papers("indexed", swept, swept.indexed, "differ between store and index", REPAIR)
        yield _report_papers("copies", swept, swept.copies, "have another vector in the index", REPAIR)


def _report_content(sweep: Sweep) -> Check:
    if sweep.content or not sweep.damaged:
        hint = f"{REPAIR}: it takes them from the index, or marks them as damaged where that has no sound copy."
        return _report_papers("content", sweep, sweep.content, "do not match their hash", hint)
    files = ", ".join(sorted(sweep.files)[:3]) + (", …" if len(sweep.files) > 3 else "")
    hint = f"Add the files again that they are from{files and f': {files}'}. Until then no answer rests on them."
    return _report_papers("content", sweep, sweep.damaged, "are damaged, and marked so", hint)


def _report_older(sweep: Sweep) -> Check:
    """Say of which papers an import by this version would know more: their files tell the parts of names."""
    if not sweep.older:
        return Check(name="names", ok=True, detail="no file would tell more of names")
    files = ", ".join(sorted(sweep.older_files)[:3]) + (", …" if len(sweep.older_files) > 3 else "")
    detail = f"{len(sweep.older)} of {sweep.papers} have names whose parts only their files tell"
    return Check(name="names", ok=True, detail=detail, hint=f"Add the files again: {files}")


def _report_pending(sweep: Sweep) -> Check:
    """Say how many papers are not embedded yet, which is no damage."""
    if not sweep.pending:
        return Check(name="embedded", ok=True, detail=f"all {sweep.papers} are found by meaning, too")
    detail = f"{sweep.papers - sweep.pending:,} of {sweep.papers:,} are found by meaning; the others by words, as yet"
    return Check(name="embedded", ok=True, detail=detail, hint="Run: conspectus embed", works=False)


def _report_papers(name: str, sweep: Sweep, bad: list[str], fault: str, hint: str) -> Check:
    if not bad:
        return Check(name=name, ok=True, detail=f"all {sweep.papers} are right")
    some = ", ".join(bad[:3]) + (", …" if len(bad) > 3 else "")
    return Check(name=name, ok=False, detail=f"{len(bad)} of {sweep.papers} {fault}: {some}", hint=hint)


# Name, what looks, and whether the others rest on it.
_STEPS = (
    ("folder", _check_folder, True),
    ("lock", _check_lock, False),
    ("model", _check_model, False),
    ("store", _check_store, True),
    ("format", _check_format, True),
    ("embedder", _check_embedder, True),
    ("stamp", _check_stamp, False),
    ("index", _check_index, False),
    ("files", _check_files, False),
    ("unfinished", _check_unfinished, False),
)
