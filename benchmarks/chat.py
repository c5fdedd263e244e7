"""The bars of the terminal chat: first frame, echo of keys, long conversations, memory.

``python -m benchmarks.chat`` prints a line for each, and fails where one is missed. A scripted model and a hashing
embedder stand in for the real ones: what is measured is the terminal's part.
"""

import asyncio
import gc
import json
import os
import pty
import select
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

from textual.events import Key
from textual.widgets.markdown import MarkdownBlock

from assistant.client import Assistant
from assistant.testing import HashEmbedder, ScriptedChatModel
from assistant.types import Answer, Citation, Claim, Reference, Support, Turn
from store.embedding import Embedder
from store.ingest import add_items
from store.library import Library
from store.paper import Author, Paper, Source
from tui.app import ConspectusApp
from tui.chat.composer import Composer
from tui.chat.transcript import Transcript
from tui.papers.import_queue import SAMPLE
from tui.text import UNICODE

SENTENCE = "The estimate of crash probabilities takes 20 times less time than naive Monte Carlo."
QUESTION = "How much less time does the estimate of crash probabilities take than naive Monte Carlo?"
# Bars: times the smallest app, seconds, seconds, seconds, megabytes over 500 answers and before the first question.
FRAME, ECHO, OPENING, STALL, GROWTH, IDLE = 2.0, 0.040, 1.5, 0.100, 30.0, 200.0
TINY = "from textual.app import App; App().run()"
RUNS = 5
TOKENS_A_SECOND = 200


def papers(count: int, begin: int = 0) -> Iterator[Paper]:
    """Papers of the same few words, the first of them one that can be asked about."""
    abstract = "Crashes are rare events. We estimate crash probabilities. The estimate takes 20 times less time."
    for n in range(begin, begin + count):
        yield Paper(
            id=f"p{n}",
            title=f"Rare Events in Simulated Traffic {n}",
            abstract=f"{abstract} {SENTENCE if n == 0 else f'Number {n}.'}",
            abstract_raw="",
            authors=(Author(name="Ann Lee", position=1),),
            date="2018",
            source=Source(file="made.jsonl", line=n + 1, format="jsonl"),
        )


def made(folder: Path, count: int = 50) -> Path:
    """A library."""
    library = Library(folder, HashEmbedder())
    for _ in add_items(library, list(papers(count)), lambda: 1.0):
        pass
    library.close()
    return folder


def first_frame(command: list[str], env: dict[str, str]) -> float:
    """Seconds from the start of a program to its first frame in a terminal."""
    master, slave = pty.openpty()
    began = time.perf_counter()
    process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, env=env, start_new_session=True)
    seen = b""
    # The frame is what comes after the alternate screen and the hidden cursor: text with a colour.
    while b"\x1b[?1049h" not in seen or b"\x1b[48;" not in seen.partition(b"\x1b[?1049h")[2]:
        ready, _, _ = select.select([master], [], [], 30)
        if not ready:
            raise TimeoutError(f"No frame of {command} within 30 s.")
        seen += os.read(master, 65536)
    took = time.perf_counter() - began
    process.kill()
    process.wait()
    os.close(slave)
    os.close(master)
    return took


def frames(folder: Path) -> tuple[float, float]:
    """Median seconds to the first frame of the chat and of the smallest application, in turns."""
    chat = [sys.executable, "-m", "assistant", "chat", f"--library={folder}"]
    env = dict(os.environ) | {"TERM": "xterm-256color", "COLORTERM": "truecolor", "COLUMNS": "120", "LINES": "36"}
    times = [(first_frame(chat, env), first_frame([sys.executable, "-c", TINY], env)) for _ in range(RUNS + 1)][1:]
    return statistics.median(one for one, _ in times), statistics.median(tiny for _, tiny in times)


def idle(folder: Path, seconds: float = 8.0) -> float:
    """Megabytes of the chat over the sample, with the shipped embedder, so long after its library is open."""
    with Assistant.open(folder) as opened:
        opened.add(Path(str(SAMPLE)))
    master, slave = pty.openpty()
    env = dict(os.environ) | {"TERM": "xterm-256color", "COLUMNS": "120", "LINES": "36"}
    command = [sys.executable, "-m", "assistant", "chat", f"--library={folder}"]
    process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, env=env, start_new_session=True)
    seen, opened_at = b"", 0.0
    while not opened_at or time.monotonic() - opened_at < seconds:
        if select.select([master], [], [], 0.1)[0]:
            seen += os.read(master, 65536)
        if not opened_at and b"45 papers" in seen:
            opened_at = time.monotonic()
    pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
    process.kill()
    process.wait()
    os.close(slave)
    os.close(master)
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@asynccontextmanager
async def chat(
    folder: Path, model: ScriptedChatModel | None = None, embedder: Embedder | None = None
) -> AsyncIterator[ConspectusApp]:
    """A chat that draws, but nowhere."""
    app = ConspectusApp(lambda settings: Assistant.open(folder, embedder=embedder, model=model), signs=UNICODE)
    async with app.run_test(size=(120, 36)):
        await app.holder.get_engine()
        yield app


async def until(holds: Callable[[], object], seconds: float = 300.0) -> None:
    """Wait, and leave the event loop alone meanwhile."""
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.01)


async def echoes(app: ConspectusApp, busy: Callable[[], object], most: int = 200) -> list[float]:
    """Seconds from a key to its letter, drawn, for as long as something goes on."""
    times: list[float] = []
    composer = app.chat.query_one(Composer)
    while busy() and len(times) < most:
        expected, began = f"{composer.text}x", time.perf_counter()
        app.post_message(Key("x", "x"))
        while composer.text != expected:
            await asyncio.sleep(0)
        drawn = asyncio.Event()
        app.chat.call_after_refresh(drawn.set)
        await drawn.wait()
        times.append(time.perf_counter() - began)
        if len(expected) > 60:
            composer.write("")
        await asyncio.sleep(0.03)
    return times


async def echo_while_streaming(folder: Path) -> list[float]:
    """While a model writes 200 tokens a second, for ten seconds."""
    words = SENTENCE.split()
    steps: list[str | float] = ['{"claims": [{"text": "']
    for n in range(10 * TOKENS_A_SECOND):
        steps += [f"{words[n % len(words)]} ", 1 / TOKENS_A_SECOND]
    model = ScriptedChatModel(turns=[[*steps, '", "sources": [1]}]}']])
    async with chat(folder, model, HashEmbedder()) as app:
        await app.chat.conversation.ask(QUESTION)
        await until(lambda: list(app.chat.query(MarkdownBlock)))
        times = await echoes(app, lambda: not app.chat.conversation.questions.is_idle)
        app.chat.conversation.questions.cancel()
        await until(lambda: app.chat.conversation.questions.is_idle)
    return times


async def echo_while_adding(folder: Path, embedder: Embedder | None) -> list[float]:
    """While 5,000 papers are added, or for as long as 200 keys take."""
    file = folder.with_suffix(".jsonl")
    lines = (json.dumps({"title": one.title, "abstract": one.abstract}) for one in papers(5000, 100))
    file.write_text("\n".join(lines))
    async with chat(folder, None, embedder) as app:
        app.imports.add(await app.holder.get_engine(), file)
        times = await echoes(app, lambda: True)
        app.imports.stop()
    return times


def answered(number: int) -> Turn:
    """An answer of four sentences."""
    citation = Citation(n=1, paper_id="p0", title="Rare Events", quote=SENTENCE, start=0, end=len(SENTENCE))
    claim = Claim(text=SENTENCE, support=Support.WORDED, citations=(citation,))
    reference = Reference(n=1, paper_id="p0", title="Rare Events", year=2018)
    text = "\n\n".join([f"{SENTENCE} [1]"] * 4)
    answer = Answer(question=f"{number}?", text=text, claims=(claim,) * 4, references=(reference,))
    return Turn.now(f"Question {number}: {QUESTION}", answer)


async def long_session(folder: Path, turns: int = 200, pages: int = 150) -> tuple[float, list[float]]:
    """Seconds to open a session, and the seconds that the event loop hung while it was scrolled."""
    sessions = Assistant.open(folder, embedder=HashEmbedder()).sessions
    made_one = sessions.new()
    for number in range(turns):
        sessions.record(made_one.id, answered(number))
    async with chat(folder, None, HashEmbedder()) as app:
        began = time.perf_counter()
        await app.chat.open_session(made_one.id)
        drawn = asyncio.Event()
        app.chat.call_after_refresh(drawn.set)
        await drawn.wait()
        opened = time.perf_counter() - began
        await asyncio.sleep(0.5)
        lags: list[float] = []
        watching = asyncio.create_task(watch(lags))
        for page in range(pages):
            app.chat.query_one(Transcript).scroll_page(-1 if page < 2 * pages // 3 else 1)
            await asyncio.sleep(0.05)
        watching.cancel()
    return opened, lags


async def watch(lags: list[float]) -> None:
    """Note how long the event loop does not come back."""
    while True:
        began = time.perf_counter()
        await asyncio.sleep(0.002)
        lags.append(time.perf_counter() - began - 0.002)


async def memory(folder: Path, answers: int = 500) -> tuple[float, float]:
    """Megabytes after a hundred streamed answers, and after all of them."""
    said = json.dumps({"claims": [{"text": SENTENCE, "sources": [1]}] * 3})
    alone = [f"{QUESTION[:-1]} in setting {n}?" for n in range(answers)]
    turns = [one for question in alone for one in (question, said)][1:]
    early = 0.0
    async with chat(folder, ScriptedChatModel(turns=turns), HashEmbedder()) as app:
        for n, question in enumerate(alone, 1):
            await app.chat.conversation.ask(question)
            await until(lambda: app.chat.conversation.questions.is_idle)
            if n == min(100, answers // 2):
                early = megabytes()
        late = megabytes()
        failed = [turn.error for turn in app.chat.query_one(Transcript).turns if turn.error]
        assert not failed, failed[0]
    return early, late


def megabytes() -> float:
    """What this process holds in memory."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def p95(times: list[float]) -> float:
    """The 95th of a hundred."""
    return statistics.quantiles(times, n=20)[-1]


def told(name: str, value: float, bar: float, unit: str, scale: float = 1.0) -> bool:
    """Print a figure beside its bar; whether it holds."""
    print(
        f"{name:44s} {value * scale:8.1f} {unit:3s} (bar {bar * scale:g})  {'ok' if value <= bar else 'MISSED'}",
        flush=True,
    )
    return value <= bar


def main() -> None:
    """Measure what is named, or everything."""
    wanted = sys.argv[1:] or ["idle", "frame", "stream", "add", "session", "memory"]
    held = []
    with tempfile.TemporaryDirectory() as name:
        folder = made(Path(name) / "library")
        if "idle" in wanted:
            held.append(told("memory before the first question", idle(Path(name) / "sample"), IDLE, "MB"))
        if "frame" in wanted:
            ours, tiny = frames(folder)
            print(f"first frame: {ours:.2f} s, smallest app {tiny:.2f} s")
            held.append(told("first frame / that of the smallest app", ours / tiny, FRAME, "x"))
        if "stream" in wanted:
            times = asyncio.run(echo_while_streaming(folder))
            held.append(told(f"echo p95 while streaming, {len(times)} keys", p95(times), ECHO, "ms", 1e3))
        if "add" in wanted:
            times = asyncio.run(echo_while_adding(folder, HashEmbedder()))
            held.append(told(f"echo p95 while adding, {len(times)} keys", p95(times), ECHO, "ms", 1e3))
            times = asyncio.run(echo_while_adding(Path(name) / "shipped", None))
            held.append(told(f"echo p95 while adding and embedding, {len(times)} keys", p95(times), ECHO, "ms", 1e3))
        if "session" in wanted:
            opened, lags = asyncio.run(long_session(made(Path(name) / "session")))
            held.append(told("200 answers opened", opened, OPENING, "s"))
            held.append(told("longest stall while scrolling", max(lags), STALL, "ms", 1e3))
        if "memory" in wanted:
            early, late = asyncio.run(memory(made(Path(name) / "memory")))
            print(f"memory: {early:.0f} MB after 100 answers, {late:.0f} MB after 500")
            held.append(told("memory from answer 100 to 500", late - early, GROWTH, "MB"))
    sys.exit(not all(held))


if __name__ == "__main__":
    main()
