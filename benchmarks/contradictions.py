"""Contradictions between papers: found, and falsely found: python -m benchmarks.contradictions.

``contradictions.jsonl`` holds made-up pairs of sentences, of which some contradict each other and the others are about
the same matter and do not. Each pair stands among the papers of the sample, as two papers of one sentence.
"""

import json
from collections import Counter
from pathlib import Path

from assistant.report import contradictions as opposing
from assistant.report.scope import choose_papers
from benchmarks.corpora import CACHE
from store.embedding.minilm import MiniLM
from store.filters import Filters
from store.library import Library
from store.paper import Paper

PAIRS = Path(__file__).with_suffix(".jsonl")


def main() -> None:
    """Print what is found of the pairs, and in the sample alone."""
    library = Library(CACHE / "themes-sample", MiniLM())
    sample = choose_papers(library, Filters()).papers
    print(f"sample alone: {told(opposing.find_contradictions(sample))} of {len(sample)} papers")
    counts: Counter[tuple[str, str]] = Counter()
    for record in map(json.loads, PAIRS.read_text(encoding="utf-8").splitlines()):
        made = [Paper(id=name, title=name, abstract=record[name]) for name in ("one", "other")]
        pairs = {
            frozenset((one.first.paper.id, one.second.paper.id)): one
            for one in opposing.find_contradictions([*sample, *made])
        }
        found = pairs.pop(frozenset(("one", "other")), None)
        what = "nothing" if found is None else "contradiction" if found.sure else "tension"
        counts[record["label"], what] += 1
        counts["beside", "any"] += len(pairs)
        if what == "nothing" or record["label"] == "none":
            print(f"  {record['label']:14}{what:14}{record['one']} | {record['other']}")
    for label in ("contradiction", "none"):
        print(label, {what: count for (of, what), count in counts.items() if of == label})
    print("between a made-up sentence and the sample:", counts["beside", "any"])


def told(found: list[opposing.Contradiction]) -> str:
    """How many there are, in words."""
    mutual = sum(one.sure for one in found)
    return f"{mutual} contradictions, {len(found) - mutual} tensions"


if __name__ == "__main__":
    main()
