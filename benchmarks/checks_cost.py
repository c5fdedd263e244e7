"""What it costs that no copy is believed unseen: CPU time with and without the comparison of copies, in turns.

    python -m benchmarks.checks_cost [--library FOLDER] [--rounds 7]

Without: ``CopyCheck`` reads each copy and compares it with nothing. A cold question, warm questions over ever new
papers and an import are done in processes of their own, in turns, so that what else the machine does falls on both
alike; the medians of CPU seconds (user and system, children included) are told, and their ratio. FOLDER is where the
warm questions are asked (that of ``benchmarks.asking`` has 100,000 papers); without it the library of the demo.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage

from assistant import Assistant
from benchmarks import corpora
from store.index.copies import Copy, CopyCheck
from store.paper import Paper
from store.record import unpack

LISTING = Path("assistant/data/namkoong_listing.txt")
ASKED = 40
KINDS = ("ask", "search", "add")


def list_questions() -> list[str]:
    """List questions that nobody asked of the library before: titles of other collections."""
    papers = [paper for name in corpora.COLLECTIONS for paper in corpora.papers(name) if len(paper.title.split()) > 5]
    return [f"What is known about {paper.title}?" for paper in papers[:: len(papers) // ASKED][:ASKED]]


def ask_cold(library: Path) -> float:
    """Ask one question; return the CPU seconds of the process so far."""
    with Assistant.open(library) as assistant:
        assert assistant.ask("How is Thompson sampling used in adaptive experiments?").text
    return 0.0


def search_warm(library: Path) -> float:
    """Ask after two warming questions; return what was spent before."""
    questions = list_questions()
    with Assistant.open(library) as assistant:
        for question in questions[:2]:
            assistant.ask(question)
        before = measure_cpu()
        for question in questions[2:]:
            assistant.ask(question)
    return before


def add_listing(library: Path) -> float:
    """Add the listing to a library that has it, so that each record is looked up; return what was spent before."""
    with Assistant.open(library) as assistant:
        before = measure_cpu()
        assistant.add(LISTING)
    return before


WORK: dict[str, Callable[[Path], float]] = {"ask": ask_cold, "search": search_warm, "add": add_listing}


def measure_cpu() -> float:
    """Return the CPU seconds of this process and its children."""
    return sum(sum(getrusage(who)[:2]) for who in (RUSAGE_SELF, RUSAGE_CHILDREN))


def read_unseen(_: CopyCheck, copies: list[Copy]) -> list[Paper]:
    """Read copies as they are."""
    return [unpack(copy.text) for copy in copies]


def run(kind: str, library: Path, compared: bool) -> float:
    """Do one piece of work in a process of its own; return its CPU seconds."""
    command = [sys.executable, "-m", "benchmarks.checks_cost", "--library", str(library), "--one", kind]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        command + ([] if compared else ["--unseen"]), env=environment, capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def main() -> None:
    """Measure, and print a line for each piece of work."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--one", choices=KINDS, help=argparse.SUPPRESS)
    parser.add_argument("--unseen", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.unseen:
        CopyCheck.read = read_unseen  # type: ignore[method-assign, assignment]
    if args.one:
        before = WORK[args.one](args.library)
        print(measure_cpu() - before)
        return
    with tempfile.TemporaryDirectory() as scratch:
        demo = Path(scratch) / "demo"
        with Assistant.open(demo) as assistant:
            assistant.add(LISTING)
        for kind in KINDS:
            library = args.library if kind == "search" and args.library else demo
            seconds: dict[bool, list[float]] = {True: [], False: []}
            for number in range(2 * args.rounds):
                seconds[bool(number % 2)].append(run(kind, library, bool(number % 2)))
            seen, unseen = (statistics.median(seconds[compared]) for compared in (True, False))
            least = min(seconds[True]) / min(seconds[False])
            print(
                f"{kind}: {unseen:.3f} s, compared {seen:.3f} s, ratio {seen / unseen:.3f} (of the least {least:.3f})"
            )


if __name__ == "__main__":
    main()
