"""``conspectus add``."""

from argparse import Namespace

from assistant.api import Assistant
from assistant.cli.opening import opened
from assistant.cli.output import Output
from assistant.cli.progress import progress
from assistant.cli.wording import count
from store.errors import SourceError
from store.paper import Frozen
from store.progress import AddDone, AddEvent, BatchStored
from store.results import AddReport

PROBLEMS = 20


class Failure(Frozen):
    """Why a file could not be read to its end."""

    type: str
    what: str
    hint: str


class FileReport(AddReport):
    """How the import of one file went."""

    file: str
    error: Failure | None = None


class Adding:
    """What is known of the import of one file while it runs."""

    def __init__(self, file: str) -> None:
        self.report = FileReport(file=file)

    def told(self, event: AddEvent) -> None:
        """Take an event."""
        if isinstance(event, BatchStored):
            counts = {"added": event.added, "updated": event.updated, "unchanged": event.unchanged}
            self.report = self.report.model_copy(update=counts)
        elif isinstance(event, AddDone):
            self.report = self.report.model_copy(update=dict(event.report))
        elif event.event == "problem_found":
            self.report = self.report.model_copy(update={"problems": (*self.report.problems, event.problem)})


def run(args: Namespace, out: Output) -> int:
    """Add each file; 1 where one of them gave nothing at all."""
    with opened(args) as assistant:
        reports = [_add(assistant, file, args.format, out) for file in args.files]
    if out.json and len(reports) > 1:
        out.array(reports)
    elif out.json:
        out.document(reports[0])
    return 0 if all(_in_library(report) for report in reports) else 1


def _add(assistant: Assistant, file: str, format: str | None, out: Output) -> FileReport:
    adding = Adding(file)
    try:
        _run(assistant, adding, format, out)
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


def _run(assistant: Assistant, adding: Adding, format: str | None, out: Output) -> None:
    with progress(out.notes, adding.report.file) as shown:
        for event in assistant.adding(adding.report.file, format):
            adding.told(event)
            shown(event)


def _show(report: FileReport, out: Output) -> None:
    for problem in report.problems[:PROBLEMS]:
        where = f"{problem.file}:{problem.line}" if problem.line else problem.file
        out.notes.line((f"{where}: ", "yellow"), problem.reason, "" if problem.lost else " (taken all the same)")
    if len(report.problems) > PROBLEMS:
        out.note(f"… and {len(report.problems) - PROBLEMS:,} more; --json lists all of them.")
    if _in_library(report) or not report.error:
        out.page.line(f"{_in_words(report)}.")


def _in_words(report: FileReport) -> str:
    lost = sum(problem.lost for problem in report.problems)
    parts = [f"{report.added:,} added", f"{report.updated:,} updated", f"{report.unchanged:,} unchanged"]
    parts += [f"{count(lost, 'record')} not taken"] if lost else []
    return f"{report.file}: {', '.join(parts)}"


def _in_library(report: FileReport) -> int:
    return report.added + report.updated + report.unchanged
