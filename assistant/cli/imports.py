"""How papers come in, on the command line, from files and providers: progress, problems, a summary."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import PurePath
from time import monotonic
from typing import TYPE_CHECKING

from assistant import AddDone, AddEvent, AddReport, BatchStored, Frozen, VectorsStored
from assistant.cli.console import ConsolePage, Output, make_safe
from assistant.cli.formatting import count_noun
from assistant.cli.problems import show_problems
from store.errors import ConspectusError, EmbedderError, SourceError

if TYPE_CHECKING:
    from assistant import PlannedRequest


ImportListener = Callable[[AddEvent], None]
# How many matches are shown; --json has all of them. Chosen by hand.
MATCHES = 20


@contextmanager
def show_progress(page: ConsolePage, file: str) -> Iterator[ImportListener]:
    """Show how far adding a file is; what is yielded takes the events."""
    if not page.is_terminal:
        yield lambda event: None
        return
    from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[counts]}", markup=False),
        TimeRemainingColumn(),
    )
    began = monotonic()
    with Progress(*columns, console=page.console, transient=True) as bar:
        task = bar.add_task(make_safe(PurePath(file).name)[:30], total=1.0, counts="reading")

        def listen(event: AddEvent) -> None:
            if isinstance(event, BatchStored):
                counts = _describe_counts(event, monotonic() - began)
                # Drawn at once: a short import would be over before the next tick of the clock.
                bar.update(task, completed=event.fraction, counts=counts, refresh=True)
            elif isinstance(event, VectorsStored):
                counts = f"vectors {event.done:,} of {event.total:,}"
                bar.update(task, completed=event.done / max(event.total, 1), counts=counts)

        yield listen


def _describe_counts(event: BatchStored, seconds: float) -> str:
    number = event.added + event.updated + event.merged + event.unchanged
    return f"{number:,} papers, {number / max(seconds, 0.001):,.0f}/s"


class Failure(Frozen):
    """Why a file could not be read to its end."""

    type: str
    what: str
    hint: str


class FileReport(AddReport):
    """How the import of one file went."""

    file: str
    dry_run: bool = False
    error: Failure | None = None


class ImportTally:
    """What is known of the import of one file while it runs."""

    def __init__(self, file: str, dry_run: bool = False) -> None:
        self.report = FileReport(file=file, dry_run=dry_run)

    def take_event(self, event: AddEvent) -> None:
        """Take an event."""
        if isinstance(event, BatchStored):
            counts = event.model_dump(include={"added", "updated", "merged", "unchanged"})
            self.report = self.report.model_copy(update=counts)
        elif isinstance(event, AddDone):
            self.report = self.report.model_copy(update=dict(event.report))
        elif isinstance(event, VectorsStored):
            self.report = self.report.model_copy(update={"pending": event.total - event.done})
        elif event.event == "problem_found":
            self.report = self.report.model_copy(update={"problems": (*self.report.problems, event.problem)})


def run_import(
    file: str, events: Iterator[AddEvent], out: Output, count_pending: Callable[[], int], dry_run: bool = False
) -> FileReport:
    """Let events happen, and show how it went; a source that cannot be read is told, and in the report.

    Args:
        file: What is added, as reports call it.
        events: Of adding it.
        out: Where to show.
        count_pending: Counts the papers of the library that have no vectors yet, where the import is stopped.
        dry_run: Whether nothing is written.
    """
    tally = ImportTally(file, dry_run)
    try:
        with show_progress(out.notes, file) as listen:
            for event in events:
                tally.take_event(event)
                listen(event)
    except SourceError as error:  # A bad file does not stop the others.
        out.write_error(error)
        failure = Failure(type=type(error).__name__, what=error.what, hint=error.hint)
        tally.report = tally.report.model_copy(update={"error": failure})
    except KeyboardInterrupt:
        out.write_note(f"{_summarize_report(tally.report)} before it was stopped. The same command goes on from there.")
        if not dry_run:
            with suppress(ConspectusError):  # That it was stopped is said all the same.
                tally.report = tally.report.model_copy(update={"pending": count_pending()})
            _note_pending(tally.report, out)
        raise
    except EmbedderError:
        out.write_note(f"{_summarize_report(tally.report)}. Words find them; meaning does once they are embedded.")
        raise
    if not out.json:
        _show_report(tally.report, out)
    return tally.report


def _show_report(report: FileReport, out: Output) -> None:
    show_problems(report.problems, out)
    for match in report.matches[:MATCHES]:
        where = f"{match.source.file}:{match.source.line}" if match.source.line else match.source.file
        out.page.write_line((f"{where}: ", "cyan"), f"“{match.title}” would join {match.paper_id}: {match.reason}")
    if len(report.matches) > MATCHES:
        out.write_note(f"… and {len(report.matches) - MATCHES:,} more; --json lists all of them.")
    if count_in_library(report) or not report.error:
        out.page.write_line(f"{_summarize_report(report)}.")
    _note_pending(report, out)


def _note_pending(report: FileReport, out: Output) -> None:
    if report.pending:
        out.write_note(f"Words alone find {count_noun(report.pending, 'paper')} as yet. Run: conspectus embed")


def _summarize_report(report: FileReport) -> str:
    lost = sum(problem.lost for problem in report.problems)
    parts = [f"{report.added:,} added", f"{report.updated:,} updated"]
    parts += [f"{report.merged:,} merged"] if report.merged else []
    parts += [f"{report.unchanged:,} unchanged"]
    parts += [f"{count_noun(lost, 'record')} not taken"] if lost else []
    parts += [f"{report.left_out:,} left out"] if report.left_out else []
    return f"{report.file}: {'would be ' if report.dry_run else ''}{', '.join(parts)}"


def count_in_library(report: FileReport) -> int:
    """Count its papers that the library holds now."""
    return report.added + report.updated + report.merged + report.unchanged


def run_fetch(
    name: str, events: Iterator[AddEvent], out: Output, count_pending: Callable[[], int], may_be_empty: bool = False
) -> int:
    """Let papers come in; the exit code is 1 where nothing came, unless that ``may_be_empty`` and nothing failed."""
    report = run_import(name, events, out, count_pending)
    if out.json:
        out.write_document(report)
    fine = count_in_library(report) or (may_be_empty and not report.error)
    return 0 if fine else 1


def show_plans(plans: "Sequence[PlannedRequest]", out: Output) -> int:
    """List what would be asked for, of whom, and at which address."""
    if out.json:
        out.write_array(plans)
        return 0
    for plan in plans:
        out.page.write_line((plan.what, "bold"), " · ", plan.provider, " · ", (plan.url, "dim"))
    out.write_note(f"{count_noun(len(plans), 'request')} to begin with; nothing was asked, and nothing stored.")
    return 0
