"""``conspectus zotero``."""

import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant import Answer, Assistant, Report, SyncEvent, SyncProgress, SyncReport, ZoteroChange, ZoteroWrite
from assistant.cli.answers import resolve_session
from assistant.cli.confirmation import confirm
from assistant.cli.console import FILL, Output
from assistant.cli.formatting import count_noun
from assistant.cli.library_context import open_library
from assistant.cli.problems import show_problems
from store.errors import InputError

# Papers and changes that are shown; --json has all of them. Chosen by hand.
SHOWN = 20
# Characters of a field that are shown. Chosen by hand.
EXCERPT = 200
_PHASES = {"reading": "reading Zotero", "storing": "storing", "removing": "removing"}
_KINDS = {"note": "new note", "fill": "fill", "delete": "delete note", "restore": "empty again"}


def run(args: Namespace, out: Output) -> int:
    """Do one of the actions."""
    with open_library(args) as assistant:
        match args.action:
            case "push":
                return _push(assistant, args, out)
            case "undo":
                return _show_write(assistant.zotero.undo(args.id, args.door, write=args.yes), out, "undo")
            case "writes":
                return _list_writes(assistant, out)
            case "sync":
                return _sync(assistant, args, out)
            case _:
                return _show_report(_run_sync(assistant, out), out)


def _sync(assistant: Assistant, args: Namespace, out: Output) -> int:
    report = _run_sync(
        assistant,
        out,
        collections=args.collection,
        tags=args.tag,
        group=args.group,
        door=args.door,
        only=args.only,
        full=args.full,
        dry_run=args.dry_run,
        remove=args.yes,
    )
    if report.held and not args.dry_run and not out.json and sys.stdin.isatty():
        _show_held(report, out)
        if confirm(f"Remove {count_noun(len(report.held), 'paper')} for good?", "Say --yes.", out):
            again = _run_sync(assistant, out, group=args.group, door=args.door, remove=True)
            report = report.model_copy(
                update={"held": again.held, "removed": report.removed + again.removed, "kept": report.kept + again.kept}
            )
    return _show_report(report, out)


def _run_sync(assistant: Assistant, out: Output, **choice: object) -> SyncReport:
    with _show_progress(out) as listen:
        try:
            return assistant.zotero.sync(on_event=listen, **choice)  # type: ignore[arg-type]
        except KeyboardInterrupt:
            out.write_note("Stopped; what was stored stays. The same command goes on from there.")
            raise


@contextmanager
def _show_progress(out: Output) -> Iterator[Callable[[SyncEvent], None]]:
    if not out.notes.is_terminal:
        yield lambda event: None
        return
    from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn())
    with Progress(*columns, console=out.notes.console, transient=True) as bar:
        task = bar.add_task("asking Zotero", total=None)

        def listen(event: SyncEvent) -> None:
            if isinstance(event, SyncProgress):
                text = f"{_PHASES[event.phase]} {event.done:,}{f' of {event.total:,}' if event.total else ''}"
                bar.update(task, description=text, completed=event.done, total=event.total or None)

        yield listen


def _show_report(report: SyncReport, out: Output) -> int:
    if out.json:
        out.write_document(report)
        return 0
    show_problems(report.problems, out)
    counts = [f"{report.added:,} added", f"{report.updated:,} updated", f"{report.unchanged:,} unchanged"]
    counts += [f"{report.merged:,} merged"] if report.merged else []
    counts += [f"{report.removed:,} removed"]
    counts += [f"{report.kept:,} gone in Zotero and kept, from elsewhere too"] if report.kept else []
    would = "would be " if report.dry_run else ""
    out.page.write_line(
        f"{', '.join(report.libraries)} by {', '.join(dict.fromkeys(report.doors))}: ", would, ", ".join(counts), "."
    )
    if report.held:
        _show_held(report, out)
        out.write_note("They are still here. To remove them: conspectus zotero sync --yes")
    return 0


def _show_held(report: SyncReport, out: Output) -> None:
    out.notes.write_line((f"{count_noun(len(report.held), 'paper')} would be removed: gone in Zotero.", "bold yellow"))
    for title in report.held[:SHOWN]:
        out.notes.write_line(f"  {title}")
    if len(report.held) > SHOWN:
        out.write_note(f"… and {len(report.held) - SHOWN:,} more.")


def _push(assistant: Assistant, args: Namespace, out: Output) -> int:
    named = [bool(args.file), args.session is not None, args.missing]
    if sum(named) != 1:
        raise InputError("Say one thing to push.", "A FILE, --session ID, or --missing: conspectus zotero push --help")
    if args.missing:
        return _show_write(assistant.zotero.push_missing(args.group, args.door, write=args.yes), out, "push --missing")
    if not args.collection:
        raise InputError("A note goes under a collection.", "Name it: --collection NAME")
    what: Report | Answer | str = _read_file(assistant, args) if args.file else _read_answer(assistant, args)
    done = assistant.zotero.push(what, args.collection, args.title, args.group, args.door, write=args.yes)
    return _show_write(done, out, "push")


def _read_file(assistant: Assistant, args: Namespace) -> Report | str:
    path = Path(args.file)
    if path.suffix == ".json":
        return assistant.reports.read(path)
    if path.suffix.lower() not in (".md", ".markdown", ".txt"):
        raise InputError(
            f"{path} is neither Markdown nor a report.", "Give a .md file, or the .manifest.json of a report."
        )
    try:
        args.title = args.title or path.stem
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}.", "Give another file.") from error


def _read_answer(assistant: Assistant, args: Namespace) -> Answer:
    session = assistant.sessions.get(resolve_session(assistant.sessions, args.session))
    turns = session.turns[: args.turn] if args.turn else session.turns
    answer = turns[-1].answer if turns and len(turns) >= (args.turn or 1) else None
    if answer is None:
        raise InputError("There is no such answer in this conversation.", "Look: conspectus sessions show ID")
    return answer


def _show_write(write: ZoteroWrite, out: Output, command: str) -> int:
    refused = [change for change in write.changes if change.state == "refused"]
    if out.json:
        out.write_document(write)
        return 1 if refused else 0
    for change in write.changes[:SHOWN]:
        _show_change(change, out)
    if len(write.changes) > SHOWN:
        out.write_note(f"… and {len(write.changes) - SHOWN:,} more; --json lists all of them.")
    if not write.changes:
        out.write_note("There is nothing to write.")
    elif write.dry_run:
        out.write_note("Nothing was written. To do it: the same command with --yes.")
    elif command == "undo":
        out.page.write_line(f"Taken back: {count_noun(len(write.changes) - len(refused), 'change')}.")
    else:
        out.page.write_line(f"Written: {count_noun(len(write.changes) - len(refused), 'change')} ({write.id}).")
        out.write_note(f"To take it back: conspectus zotero undo {write.id} --yes")
    return 1 if refused else 0


def _show_change(change: ZoteroChange, out: Output) -> None:
    where = f" under {change.collection}" if change.collection else ""
    state = f" [{change.state}{f': {change.reason}' if change.reason else ''}]" if change.state != "planned" else ""
    out.page.write_line((_KINDS[change.kind], "bold"), f" {change.key}{where}: {change.title}", (state, "yellow"))
    for name, text in change.fields.items():
        short = " ".join(text.split())
        out.page.write_line((f"{name}: ", "dim"), f"{short[:EXCERPT]}{'…' if len(short) > EXCERPT else ''}", indent=2)


def _list_writes(assistant: Assistant, out: Output) -> int:
    writes = assistant.zotero.writes()
    if out.json:
        out.write_array(writes)
        return 0
    for write in writes:
        states = ", ".join(dict.fromkeys(change.state for change in write.changes))
        what = write.changes[0].title if len(write.changes) == 1 else count_noun(len(write.changes), "item")
        out.page.write_row((write.id, 22), (write.library, 16), (states, 10), (what, FILL))
    if not writes:
        out.write_note("Nothing was written into Zotero.")
    return 0
