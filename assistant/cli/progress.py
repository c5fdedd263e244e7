"""A progress bar for adding: on a terminal only, and on standard error."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import PurePath
from time import monotonic

from assistant.cli.console import Page
from assistant.cli.safe import safe
from store.progress import AddEvent, BatchStored

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
