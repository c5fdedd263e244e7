"""How papers come in, on the command line: progress, problems, a summary; for everything that adds.

A progress bar for adding: on a terminal only, and on standard error.

What providers gave, on the command line; and what they would be asked.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import PurePath
from time import monotonic
from typing import TYPE_CHECKING

from assistant import AddDone, AddEvent, AddReport, BatchStored, Frozen
from assistant.cli.console import Output, Page, safe
from assistant.cli.phrases import count
from store.errors import SourceError

if TYPE_CHECKING:
    from assistant import Planned


Told = Callable[[AddEvent], None]


@contextmanager
def progress(page: Page, file: str) -> Iterator[Told]:
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
    with Progress(*columns, console=page.console, transient=True) as shown:
        task = shown.add_task(safe(PurePath(file).name)[:30], total=1.0, counts="reading")

        def told(event: AddEvent) -> None:
            if isinstance(event, BatchStored):
                shown.update(task, completed=event.fraction, counts=_counts(event, monotonic() - began))

        yield told


def _counts(event: BatchStored, seconds: float) -> str:
    done = event.added + event.updated + event.merged + event.unchanged
    return f"{done:,} papers, {done / max(seconds, 0.001):,.0f}/s"


PROBLEMS = 20
MATCHES = 20


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


class Adding:
    """What is known of the import of one file while it runs."""

    def __init__(self, file: str, dry_run: bool = False) -> None:
        self.report = FileReport(file=file, dry_run=dry_run)

    def told(self, event: AddEvent) -> None:
        """Take an event."""
        if isinstance(event, BatchStored):
            counts = event.model_dump(include={"added", "updated", "merged", "unchanged"})
            self.report = self.report.model_copy(update=counts)
        elif isinstance(event, AddDone):
            self.report = self.report.model_copy(update=dict(event.report))
        elif event.event == "problem_found":
            self.report = self.report.model_copy(update={"problems": (*self.report.problems, event.problem)})


def added(file: str, events: Iterator[AddEvent], out: Output, dry_run: bool = False) -> FileReport:
    """Let events happen, and show how it went; a source that cannot be read is told, and in the report.

    Args:
        file: What is added, as reports call it.
        events: Of adding it.
        out: Where to show.
        dry_run: Whether nothing is written.
    """
    adding = Adding(file, dry_run)
    try:
        with progress(out.notes, file) as shown:
            for event in events:
                adding.told(event)
                shown(event)
    except SourceError as error:  # A bad file does not stop the others.
        out.error(error)
        failure = Failure(type=type(error).__name__, what=error.what, hint=error.hint)
        adding.report = adding.report.model_copy(update={"error": failure})
    except KeyboardInterrupt:
        out.note(f"{_in_words(adding.report)} before it was stopped. The same command goes on from there.")
        raise
    if not out.json:
        _show(adding.report, out)
    return adding.report


def _show(report: FileReport, out: Output) -> None:
    for problem in report.problems[:PROBLEMS]:
        where = f"{problem.file}:{problem.line}" if problem.line else problem.file
        out.notes.line(
            (f"{where}: ", "yellow"),
            problem.reason,
            " (taken all the same)" if problem.line and not problem.lost else "",
        )
    if len(report.problems) > PROBLEMS:
        out.note(f"… and {len(report.problems) - PROBLEMS:,} more; --json lists all of them.")
    for match in report.matches[:MATCHES]:
        where = f"{match.source.file}:{match.source.line}" if match.source.line else match.source.file
        out.page.line((f"{where}: ", "cyan"), f"“{match.title}” would join {match.paper_id}: {match.reason}")
    if len(report.matches) > MATCHES:
        out.note(f"… and {len(report.matches) - MATCHES:,} more; --json lists all of them.")
    if in_library(report) or not report.error:
        out.page.line(f"{_in_words(report)}.")


def _in_words(report: FileReport) -> str:
    lost = sum(problem.lost for problem in report.problems)
    parts = [f"{report.added:,} added", f"{report.updated:,} updated"]
    parts += [f"{report.merged:,} merged"] if report.merged else []
    parts += [f"{report.unchanged:,} unchanged"]
    parts += [f"{count(lost, 'record')} not taken"] if lost else []
    parts += [f"{report.left_out:,} left out"] if report.left_out else []
    return f"{report.file}: {'would be ' if report.dry_run else ''}{', '.join(parts)}"


def in_library(report: FileReport) -> int:
    """How many of its papers the library holds now."""
    return report.added + report.updated + report.merged + report.unchanged


def fetched(name: str, events: Iterator[AddEvent], out: Output, may_be_empty: bool = False) -> int:
    """Let papers come in; the exit code is 1 where nothing came, unless that ``may_be_empty`` and nothing failed."""
    report = added(name, events, out)
    if out.json:
        out.document(report)
    fine = in_library(report) or (may_be_empty and not report.error)
    return 0 if fine else 1


def planned(plans: "Sequence[Planned]", out: Output) -> int:
    """List what would be asked for, of whom, and at which address."""
    if out.json:
        out.array(plans)
        return 0
    for plan in plans:
        out.page.line((plan.what, "bold"), " · ", plan.provider, " · ", (plan.url, "dim"))
    out.note(f"{count(len(plans), 'request')} to begin with; nothing was asked, and nothing stored.")
    return 0
