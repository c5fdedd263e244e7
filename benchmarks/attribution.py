"""How often a true claim is found in a paper that it is not about: python -m benchmarks.attribution.

The claims are the true ones of part dev of ``natural_claims.jsonl`` and of ``claims.jsonl``, each about one of the 45
papers of the sample. Each is held by the rules of the check to its own paper and to every other one; printed is in how
many it holds, and in how many of these so many of its words stand in title or abstract
(see ``assistant.report.synthesis.SHARE``). Some of the others do say the same.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from assistant.types import Support
from assistant.verify import verify
from benchmarks.themes import sample_library
from store.index.index_schema import extract_terms
from store.paper import Paper

SHARES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
FOLDER = Path(__file__).parent


def main() -> None:
    """Hold and print."""
    papers = list(sample_library().papers())
    own: Counter[float] = Counter()
    other: Counter[float] = Counter()
    pairs = 0
    for text, title in list_claims():
        about = next((paper for paper in papers if paper.title.lower().startswith(title.lower())), None)
        for paper in papers if about else ():
            pairs += paper is not about
            (own if paper is about else other).update(list_shares(text, paper))
    print(f"{pairs:,} pairs of a claim and another paper")
    for share in SHARES:
        print(f"words {share:.1f}: holds in its own paper {own[share]}, in another {other[share]}")


def list_claims() -> Iterator[tuple[str, str]]:
    """The true claims, and the beginning of the title of their paper."""
    for name, text in (("claims", "text"), ("natural_claims", "claim")):
        for record in map(json.loads, (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()):
            is_true = record["label"] == "true" if "label" in record else record["true"]
            if is_true and record.get("part", "dev") == "dev" and isinstance(record["paper"], str):
                yield record[text], record["paper"]


def list_shares(text: str, paper: Paper) -> list[float]:
    """The shares of words that a claim has in a paper, at the least; none where it does not hold."""
    words = {*extract_terms(text)}
    if not words or verify(text, [paper]).support.rank > Support.WORDED.rank:
        return []
    there = len(words & {*extract_terms(f"{paper.title} {paper.abstract}")}) / len(words)
    return [share for share in SHARES if there >= share]


if __name__ == "__main__":
    main()
