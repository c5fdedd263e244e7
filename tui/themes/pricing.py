"""What a model is going to take for a report, before anything is asked of it."""

import asyncio
import tempfile
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.client import Assistant
from assistant.question.filters import conditions
from store.errors import InputError
from tui.themes.order import Order

if TYPE_CHECKING:
    from assistant.batch.estimate import Estimate


def model_of(assistant: Assistant) -> str:
    """The name of the model that writes reports, "" where there is none. The first call makes it, in a second.

    Raises:
        InputError: It is not named in full, or its key or its package is missing.
    """
    return assistant.writer.model.name if assistant.writer else ""


def price(assistant: Assistant, order: Order) -> str:
    """What a report is going to take, in words; "" where all that the model would write is kept. Call it in a thread.

    Raises:
        InputError: The report cannot be made.
        LibraryError: The library cannot be read.
    """
    estimate = asyncio.run(_estimated(assistant, order))
    job = estimate.jobs[0]
    if job.note:
        raise InputError(job.note)
    if not estimate.calls:
        return ""
    tokens = estimate.usage.input_tokens + estimate.usage.output_tokens
    dollars = "price not known" if estimate.usage.dollars is None else f"${estimate.usage.dollars:.4f}"
    return f"about {estimate.calls:,} request{'s' * (estimate.calls != 1)}, {tokens:,} tokens, {dollars}"


async def _estimated(assistant: Assistant, order: Order) -> "Estimate":
    from assistant.batch.estimate import estimating  # Late: they bring all that batches are made with.
    from assistant.batch.job import Way, Work
    from assistant.batch.jobs import Job
    from assistant.batch.spec import Item
    from assistant.batch.state import State

    filters = conditions(order.filters)
    item = Item(report=order.kind, topic=order.topic, filters=filters, strict=order.strict)
    work = Work(Job(name="report", item=item), assistant.writer, "report")
    with tempfile.TemporaryDirectory() as nothing_kept:
        async with aclosing(estimating(Way(assistant.library), [work], State(Path(nothing_kept)))) as estimates:
            async for estimate in estimates:
                return estimate
    raise AssertionError("the estimate ended without its only event")
