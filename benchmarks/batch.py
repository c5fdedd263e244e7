"""A batch that is killed again and again: python -m benchmarks.batch [KILLS].

More than 100 items on the sample (a bibliography for each author, and questions), a fake endpoint of which every tenth
request fails, and ``kill -9`` at random moments, each followed by ``--resume``. In the end the files are compared with
those of a run without kills, byte by byte, and each request with the replies that had been kept when it came.
"""

import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from assistant.cache import cache_key
from assistant.client import Assistant
from assistant.testing import FakeOpenAIServer, fake_openai_server, faults
from assistant.testing.reply import Message, Said
from tests.assistant.report.writing import copying, inventing

LISTING = Path(__file__).resolve().parents[1] / "assistant" / "data" / "namkoong_listing.txt"
SPEC = """
[[item]]
report = "annotated"
each = "author"
[[item]]
report = "timeline"
each = "category"
[[item]]
report = "annotated"
each = "year"
[[item]]
report = "timeline"
each = "author"
at_least = 2
[[item]]
report = "themes"
[[item]]
question = "Which papers study distribution shift?"
each = "category"
"""
WAIT = 0.05
"""Seconds that an answer takes."""
FAULTS = (faults.rate_limited(0.05), faults.server_error(), faults.overloaded(), faults.cut(after=5))
SHARE, AHEAD = 0.1, 5000


class Watching:
    """Answers, right but for every seventh prompt, and notes what is asked though its reply is kept."""

    def __init__(self, model: str) -> None:
        self.asked: Counter[str] = Counter()
        self.again: list[str] = []
        self.kept: set[str] = set()
        self.model = model

    def answer(self, messages: list[Message]) -> Said:
        """The reply to a prompt; the same each time."""
        prompt = str(messages[-1]["content"])
        known = {"model": self.model, "prompt": prompt, "form": True, "again": 1}
        self.asked[prompt] += 1
        if cache_key(known) in self.kept:
            self.again.append(prompt)
        said = copying(messages)
        wrong = len(prompt) % 7 == 0 and "An earlier answer held these sentences" not in prompt
        return [WAIT, f"{said} {inventing(messages)}" if wrong else said]


def run(folder: Path, server: FakeOpenAIServer, watching: Watching, kills: int) -> tuple[dict[str, bytes], int]:
    """The files that a batch came to, and how often it was started."""
    (folder / "b.toml").write_text(SPEC)
    output, starts, rng = folder / "b-reports", 0, random.Random(7)
    while True:
        starts += 1
        watching.kept = {file.stem for file in (output / ".batch" / "replies").glob("*.json")}
        with subprocess.Popen(_command(folder, server), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
            try:
                _, err = process.communicate(timeout=rng.uniform(1.5, 3.5) if starts <= kills else None)
            except subprocess.TimeoutExpired:
                process.kill()
                continue
        print(f"  start {starts}: exit code {process.returncode}: {err.decode().splitlines()[-1]}")
        if process.returncode == 0 and starts > kills:
            break
    files = [file for file in sorted(output.rglob("*")) if file.is_file() and ".batch" not in file.parts]
    return {str(file.relative_to(output)): file.read_bytes() for file in files}, starts


def _command(folder: Path, server: FakeOpenAIServer) -> list[str]:
    model = ["--model", "m", "--base-url", server.base_url]
    place = ["--library", str(folder / "library")]
    return [sys.executable, "-m", "assistant", "batch", str(folder / "b.toml"), "--resume", *place, *model]


def main(kills: int) -> None:
    """Both runs, on copies of one library, and what they have in common."""
    os.environ["CONSPECTUS_CONFIG"] = os.devnull
    with TemporaryDirectory() as place, fake_openai_server() as server:
        library = Path(place) / "library"
        with Assistant.open(library, model="m", base_url=server.base_url) as assistant:
            assistant.add(LISTING)
            assert assistant.reports.writer
            model = assistant.reports.writer.model.identity
        found, again = [], 0
        for times, share in ((0, 0.0), (kills, SHARE)):
            watching = Watching(model)
            server.default = watching.answer
            rng, began, before = random.Random(1), perf_counter(), len(server.requests)
            for nth in range(1, AHEAD):
                if rng.random() < share:
                    server.fail(rng.choice(FAULTS), nth=nth)
            folder = Path(place) / f"killed-{times}"
            shutil.copytree(library, folder / "library")
            files, starts = run(folder, server, watching, times)
            took, asked, again = perf_counter() - began, watching.asked, again + len(watching.again)
            more = sum(asked.values()) - len(asked)
            print(
                f"{times} kills, {share:.0%} faults: {starts} starts, {took:.0f} s, {len(files)} files, "
                f"{len(server.requests) - before} requests for {len(asked)} prompts, {more} "
                f"answered more than once, {len(watching.again)} of them though their replies were kept"
            )
            found.append(files)
    same = found[0] == found[1]
    print(f"The same files: {same}")
    sys.exit(0 if same and not again else 1)


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 20)
