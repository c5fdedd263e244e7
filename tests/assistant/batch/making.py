"""Batches of the papers of ``small.FIELD``, with a scripted model or one behind a fake endpoint."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.answer.pipeline import AnswerPipeline
from assistant.batch.batch_events import BatchDone, BatchEvent, BatchReport
from assistant.batch.job import ModelRegistry
from assistant.batch.pipeline import BatchOptions, stream_batch
from assistant.batch.state import FOLDER
from assistant.client import Assistant
from assistant.settings import ModelSettings, Settings
from assistant.testing import FakeOpenAIServer, HashEmbedder
from assistant.testing.reply import Message
from store.library import Library
from tests.assistant.report.writing import copying, inventing

ITEMS = """
[[item]]
report = "timeline"
formats = "json"
[[item]]
report = "annotated"
each = "year"
[[item]]
question = "How much faster is the estimate of crash probabilities than naive Monte Carlo?"
"""
JOBS = 7
"""That ``ITEMS`` make of ``small.FIELD``: six reports and an answer."""


def erring(messages: list[Message]) -> str:
    """A model that is wrong at first, and right when it is shown that."""
    said = copying(messages)
    shown = "An earlier answer held these sentences" in str(messages[-1]["content"])
    return said if shown else f"{said} {inventing(messages)}"


def spec(folder: Path, text: str = ITEMS) -> Path:
    """A file of a spec."""
    file = folder / "b.toml"
    file.write_text(text, encoding="utf-8")
    return file


def chains(library: Library, chain: AnswerPipeline | None) -> ModelRegistry:
    """One model for all."""
    return ModelRegistry(library, chain, lambda: chain, None)


def events(library: Library, chain: AnswerPipeline | None, file: Path, **options: Any) -> Any:
    """The events of a batch."""
    return stream_batch(chains(library, chain), file, BatchOptions(**options))


async def made(library: Library, chain: AnswerPipeline | None, file: Path, **options: Any) -> BatchReport:
    """What a batch comes to."""
    every: Sequence[BatchEvent] = [event async for event in events(library, chain, file, **options)]
    last = every[-1]
    assert isinstance(last, BatchDone)
    return last.report


def files(file: Path) -> dict[str, bytes]:
    """What a batch made, without what it keeps for itself."""
    output = file.parent / "b-reports"
    there = [one for one in sorted(output.rglob("*")) if one.is_file() and FOLDER not in one.parts]
    return {str(one.relative_to(output)): one.read_bytes() for one in there}


def assistant_of(folder: Path, server: FakeOpenAIServer, **more: Any) -> Assistant:
    """An assistant whose model is behind an endpoint, which is asked once and waited for."""
    model = ModelSettings(model="m", base_url=server.base_url, timeout=120, stall=120, retries=0, **more)
    return Assistant.open(folder, embedder=HashEmbedder(), settings=Settings(chat=model, report=model))
