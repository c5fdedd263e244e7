"""What providers gave, on the command line; and what they would be asked."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from assistant.cli.imports import added, in_library
from assistant.cli.output import Output
from assistant.cli.phrases import count
from store.progress import AddEvent

if TYPE_CHECKING:
    from store.providers.fetch import Planned


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
