"""What the checks of the store cost: CPU time of a cold question, warm searches and an import, in two source trees.

    python -m benchmarks.checks_cost OLD NEW --rounds 7

OLD and NEW are folders with the two versions of the source. The runs alternate, so that what else the machine does
falls on both alike; the medians of CPU seconds (user and system, children included) are told, and their ratio.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

_WORK = """
import os, resource, sys, tempfile
from pathlib import Path
what, library = sys.argv[1:3]
def cpu():
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
from assistant import Assistant
listing = Path("assistant/data/namkoong_listing.txt")
QUESTIONS = ["Thompson sampling", "distribution shift", "rare-event simulation", "fairness of models",
             "offline evaluation", "queueing networks", "language models", "uncertainty", "experiments", "causal"]
if what == "build":
    with Assistant.open(library) as a:
        a.add(listing)
if what == "ask":
    before = 0.0
    with Assistant.open(library) as a:
        assert a.ask("How is Thompson sampling used in adaptive experiments?").claims
if what == "search":
    with Assistant.open(library) as a:
        for question in QUESTIONS:
            a.search(question, 10)
        before = cpu()
        for _ in range(20):
            for question in QUESTIONS:
                a.search(question, 10)
if what == "add":
    before = 0.0
    with Assistant.open(tempfile.mkdtemp(dir=Path(library).parent)) as a:
        assert a.add(listing).added
if what != "build":
    print(cpu() - before)
"""


def run(tree: Path, what: str, library: Path) -> float:
    """Run one piece of work with the source of a tree; return its CPU seconds, 0 for the building of the library."""
    environment = {**os.environ, "PYTHONPATH": str(tree), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", _WORK, what, str(library)]
    done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=True)
    return float(done.stdout or 0)


def main() -> None:
    """Measure, and print a line for each piece of work."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        trees = {name: (tree.resolve(), Path(scratch) / name) for name, tree in (("old", args.old), ("new", args.new))}
        for tree, library in trees.values():
            run(tree, "build", library)
        for what in ("ask", "search", "add"):
            seconds: dict[str, list[float]] = {"old": [], "new": []}
            for _ in range(args.rounds):
                for name, (tree, library) in trees.items():
                    seconds[name].append(run(tree, what, library))
            old, new = (statistics.median(seconds[name]) for name in ("old", "new"))
            least = min(seconds["new"]) / min(seconds["old"])
            ratios = f"ratio {new / old:.3f} (of the least {least:.3f})"
            print(f"{what}: old {old:.3f} s, new {new:.3f} s, {ratios}", flush=True)


if __name__ == "__main__":
    main()
