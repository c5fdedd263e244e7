"""What the chain costs beside the bare client: python -m benchmarks.chain.

The fake server answers at once, so what is measured is ours. Retrieval is that of a small library with an embedder that
hashes words; it is measured apart and taken off. Medians, in ms; the runs of both sides take turns. Many at once are
measured in CPU time, of which they have one core (a single interpreter), for on a busy machine the wall time is that of
its other work.
"""

import asyncio
import statistics
import tempfile
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from openai import AsyncOpenAI

from assistant.answer.pipeline_factory import build_pipeline
from assistant.answer.retrieval import interpret_question, retrieve
from assistant.client import Assistant
from assistant.settings import ModelSettings, Settings
from assistant.testing import FakeOpenAIServer, fake_openai_server
from store.filters import Filters
from store.library import Library
from tests.assistant import small

QUESTION = "How much less time does the estimate of crash probabilities take than naive Monte Carlo?"
RIGHT = "The estimate of crash probabilities takes 20 times less time than naive Monte Carlo. [1]"
RUNS = 40
CONCURRENT = 32
LONG = 12
Clock = Callable[[], float]


async def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder, fake_openai_server(lambda messages: RIGHT) as server:
        library = small.assistant(Path(folder) / "library", small.FIELD).library
        settings = Settings(chat=ModelSettings(model="fake", base_url=server.base_url), cache=False)
        with Assistant(library, build_pipeline(library, settings)) as assistant:
            async with AsyncOpenAI(base_url=server.base_url, api_key="any", max_retries=0) as client:
                await overhead(assistant, library, client, server)
                await together(assistant, client, server)


async def overhead(assistant: Assistant, library: Library, client: AsyncOpenAI, server: FakeOpenAIServer) -> None:
    """A question, a token, and the first event."""
    await assistant.aask(QUESTION)
    body = server.requests[-1].body
    asked, bare = await turns(lambda: assistant.aask(QUESTION), partial(streamed, client, body))
    found = retrieval(library, RUNS) / RUNS
    print(
        f"a question      {asked:6.1f}  bare {bare:6.1f}  retrieval {found:5.1f}  overhead {asked - bare - found:5.1f}"
    )
    asked, bare = await turns(lambda: show(assistant), partial(streamed, client, body))
    server.default = lambda messages: " ".join([RIGHT] * LONG)
    long_asked, long_bare = await turns(lambda: show(assistant), partial(streamed, client, body))
    more = (LONG - 1) * len(list(filter(None, RIGHT.split())))
    print(
        f"a streamed word {(long_asked - asked - long_bare + bare) / more:6.3f}  bare {(long_bare - bare) / more:.3f}"
    )
    server.default = lambda messages: RIGHT
    print(f"first event     {statistics.median([await first_event(assistant) for _ in range(RUNS)]):6.1f}")


async def together(assistant: Assistant, client: AsyncOpenAI, server: FakeOpenAIServer) -> None:
    """Many at once: asked for their answers, and shown while these grow."""
    body = server.requests[-1].body
    found = await asyncio.to_thread(retrieval, assistant.library, CONCURRENT, process_time)
    for name, ask in (("asked", lambda: assistant.aask(QUESTION)), ("shown", lambda: show(assistant))):
        asked, bare = await turns(
            partial(gather, ask), partial(gather, partial(streamed, client, body)), runs=20, clock=process_time
        )
        print(
            f"{CONCURRENT} {name} at once, CPU {asked:6.0f}  bare {bare:6.0f}  retrieval {found:5.0f} ",
            f"throughput {bare / asked:.0%} ({bare / (asked - found):.0%} without retrieval)",
        )


async def gather(ask: Callable[[], Awaitable[object]]) -> None:
    """Ask many at once."""
    await asyncio.gather(*(ask() for _ in range(CONCURRENT)))


async def show(assistant: Assistant) -> None:
    """Have an answer shown while it grows."""
    async for _ in assistant.astream(QUESTION):
        pass


def retrieval(library: Library, times: int, clock: Clock = perf_counter) -> float:
    """Milliseconds that it takes to find the evidence so many times."""
    began = clock()
    for _ in range(times):
        retrieve(interpret_question(library, QUESTION, Filters(), for_model=True))
    return (clock() - began) * 1000


async def streamed(client: AsyncOpenAI, body: dict[str, Any]) -> str:
    """The same request by the client alone."""
    asked = {name: value for name, value in body.items() if name != "stream"}
    stream = await client.chat.completions.create(**asked, stream=True)
    return "".join([choice.delta.content or "" async for chunk in stream for choice in chunk.choices])


async def first_event(assistant: Assistant) -> float:
    """Milliseconds until the first event of an answer."""
    began = perf_counter()
    events = assistant.astream(QUESTION)
    await anext(events)
    taken = (perf_counter() - began) * 1000
    await events.aclose()
    return taken


async def turns(
    one: Callable[[], Awaitable[object]],
    other: Callable[[], Awaitable[object]],
    runs: int = RUNS,
    clock: Clock = perf_counter,
) -> tuple[float, float]:
    """Median milliseconds of both, run by turns."""
    times: tuple[list[float], list[float]] = ([], [])
    for work, taken in [(one, times[0]), (other, times[1])] * runs:
        began = clock()
        await work()
        taken.append((clock() - began) * 1000)
    return statistics.median(times[0]), statistics.median(times[1])


if __name__ == "__main__":
    asyncio.run(main())
