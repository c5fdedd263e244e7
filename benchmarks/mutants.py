"""Whether the tests bite: `python -m benchmarks.mutants` (or `make mutants`).

mutmut changes one thing at a time in the modules of ``[tool.mutmut] only_mutate`` (pyproject.toml) and runs the tests
that enter the changed function. A mutant that no test notices survives. Of all mutants a sample is drawn at random, the
same for the same seed. Mutants that change no behaviour are listed with the reason in ``equivalent_mutants.txt`` and do
not count.

It works in ``mutants/``, which git ignores; the checkout itself is not changed.
"""

import argparse
import json
import os
import random
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "mutants"
EQUIVALENT = Path(__file__).with_name("equivalent_mutants.txt")

SAMPLE = 600
"""Mutants that are drawn: at 85 % killed the standard error of the share is then 1.5 points."""
BAR = 0.85
"""The share that has to be killed, of those that are not equivalent."""

SURVIVED, UNTESTED = 0, 33
"""mutmut's exit codes for a mutant that all tests pass, and for one that no test enters. All others are deaths: a test
failed, or the run took too long, or crashed."""


def run_mutmut(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of mutmut, without its spinner; what it prints is returned."""
    # mutmut decides by the name of the process' folder; bytecode is written, or each fork would compile everything.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-m", "mutmut", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def read_outcomes() -> dict[str, int | None]:
    """Read the exit code of every mutant by its name; None where it was not run."""
    outcomes: dict[str, int | None] = {}
    for path in sorted(WORK.rglob("*.meta")):
        outcomes |= json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
    return outcomes


def read_equivalent() -> frozenset[str]:
    """Read the names of the mutants that change no behaviour."""
    lines = EQUIVALENT.read_text(encoding="utf-8").splitlines() if EQUIVALENT.exists() else []
    return frozenset(line.split()[0] for line in lines if line.strip() and not line.startswith("#"))


def module_of(mutant: str) -> str:
    """The module of ``package.module.x_function__mutmut_3``."""
    return mutant.rpartition(".")[0]


def main() -> None:
    """Draw mutants, run them, print the table and the survivors; exit with 1 where too few die."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutants", description="Measure whether the tests bite.")
    parser.add_argument("--sample", type=int, default=SAMPLE, help=f"how many mutants to draw ({SAMPLE})")
    parser.add_argument("--seed", type=int, default=0, help="of the draw (0)")
    parser.add_argument("--only", default="", help="draw from modules whose names begin so")
    parser.add_argument("--show", action="store_true", help="print what each survivor changes")
    options = parser.parse_args()

    prepared = run_mutmut("run", "no mutant has this name")
    if not read_outcomes() or "nothing matches" not in prepared.stdout + prepared.stderr:
        sys.exit(f"mutmut could not prepare the mutants:\n{prepared.stdout[-3000:]}\n{prepared.stderr[-3000:]}")
    names = sorted(name for name in read_outcomes() if name.startswith(options.only))
    drawn = random.Random(options.seed).sample(names, min(options.sample, len(names)))
    ran = run_mutmut("run", "--max-children", str(os.cpu_count() or 1), *drawn)
    outcomes = read_outcomes()
    if any(outcomes[name] is None for name in drawn):
        sys.exit(f"mutmut did not run all of them:\n{ran.stdout[-3000:]}\n{ran.stderr[-3000:]}")

    equivalent = read_equivalent()
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for name in drawn:
        alive = outcomes[name] in (SURVIVED, UNTESTED)
        counts[module_of(name)]["equivalent" if name in equivalent else "survived" if alive else "killed"] += 1
    print(f"{len(drawn)} of {len(names)} mutants, seed {options.seed}", "")
    print("| module | killed | survived | equivalent | share killed |", "|---|---|---|---|---|", sep="\n")
    for module, count in [*sorted(counts.items()), ("**all**", sum(counts.values(), Counter[str]()))]:
        tried = count["killed"] + count["survived"]
        share = f"{count['killed'] / tried:.3f}" if tried else "–"
        print(f"| {module} | {count['killed']} | {count['survived']} | {count['equivalent']} | {share} |")
    survivors = [n for n in sorted(drawn) if outcomes[n] in (SURVIVED, UNTESTED) and n not in equivalent]
    for name in survivors:
        print(f"\n{name}{' (no test enters it)' if outcomes[name] == UNTESTED else ''}")
        if options.show:
            print(run_mutmut("show", name).stdout)
    tried = len(drawn) - sum(name in equivalent for name in drawn)
    sys.exit(int(tried > 0 and 1 - len(survivors) / tried < BAR))


if __name__ == "__main__":
    main()
