"""Reports for the Python API: the request as it is typed, on its way to the events that make it."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.question.filters import evidence
from assistant.report.events import ReportDone, ReportEvent
from assistant.report.making import making, making_again
from assistant.report.manifest import read_manifest
from assistant.report.pipeline import AT_ONCE, How
from assistant.report.request import Request
from assistant.report.schema import Kind, Manifest, Report
from assistant.report.writer import pen_of
from store.errors import InputError
from store.library import Library
from store.text.text_clean import clean_text

if TYPE_CHECKING:
    from assistant.answer.chain_answering import Chain


def requested(kind: str, topic: str, seed: int, strict: bool, filters: Mapping[str, Any]) -> Request:
    """A request from what a caller gives.

    Raises:
        InputError: There is no such kind or filter, or a value that it cannot have.
    """
    if kind not in list(Kind):
        raise InputError(f"There is no report {kind!r}.", f"Choose one of {', '.join(Kind)}.")
    if not isinstance(seed, int) or seed < 0:
        raise InputError(f"The seed is {seed!r}.", "Give a whole number from 0.")
    asked = clean_text(topic)
    return Request(kind=Kind(kind), topic=asked, filters=evidence(filters), seed=seed % 2**32, strict=strict)


def summarizing(
    library: Library, chain: "Chain | None", request: Request, fallback: bool = False, at_once: int = AT_ONCE
) -> AsyncGenerator[ReportEvent, None]:
    """The events of a report, by the model of the chain or, without one, in quotes; closing them cancels it.

    Raises:
        InputError: ``at_once`` is below 1.
    """
    if at_once < 1:
        raise InputError(f"{at_once} sections at once are none.", "Give 1 or more.")
    return making(library, request, How(pen_of(library, chain) if chain else None, at_once, fallback))


def replaying(library: Library, manifest: "Manifest | Report | str | Path") -> AsyncGenerator[ReportEvent, None]:
    """The events of a report that is made again, byte for byte, without asking a model.

    Args:
        library: The library that it was made of.
        manifest: What made it, the report itself, or a JSON file with one of them.

    Raises:
        InputError: The file cannot be read.
    """
    if isinstance(manifest, Report):
        manifest = manifest.manifest
    return making_again(library, manifest if isinstance(manifest, Manifest) else read_manifest(Path(manifest)))


async def report_alone(events: AsyncGenerator[ReportEvent, None]) -> AsyncGenerator[ReportDone, None]:
    """The last of the events, for who does not look at the others."""
    async with aclosing(events):
        async for event in events:
            if isinstance(event, ReportDone):
                yield event
