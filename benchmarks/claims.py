"""How often the check of a claim is right: on the labelled claims about the sample, and on SciFact.

    python -m benchmarks.claims [--errors]

``claims.jsonl`` holds true paraphrases, changed numbers, swapped names, negations and true claims of other papers. The
papers are split: errors were looked at on ``dev`` only, ``test`` is for the figure. The claims of SciFact are short, by
experts, in words of their own; there the rate at which the evidence is found again is given too. ``--errors`` lists
what goes wrong on ``dev``.
"""

import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from assistant.types import Support
from assistant.verify import Verdict, verify
from benchmarks.corpora import SHARED
from store.paper import Paper
from store.readers import read_papers

CLAIMS = Path(__file__).with_name("claims.jsonl")
SAMPLE = Path(__file__).parents[1] / "assistant" / "data" / "namkoong_listing.txt"
SCIFACT = SHARED / "eval" / "claims" / "scifact_train.jsonl.gz"
LABELS = ("true", "number", "name", "negation", "other")
BARS = {"true": 0.9, "number": 0.95, "name": 0.85, "negation": 0.6, "other": 0.95}


class Labelled(NamedTuple):
    """A claim with its label, the paper that it cites, and the part it belongs to: ``dev`` or ``test``."""

    text: str
    label: str
    paper: Paper
    part: str

    def is_right(self, verdict: Verdict) -> bool:
        """Whether a true claim passes, or any other does not."""
        return verdict.to_claim().holds == (self.label == "true")


def main() -> None:
    """Print the rates."""
    rows = list(labelled())
    for part in ("dev", "test"):
        print(_line(part, [row for row in rows if row.part == part]))
    if "--errors" in sys.argv[1:]:
        _errors(row for row in rows if row.part == "dev")
    _time(rows)
    if SCIFACT.is_file():
        _scifact()
    else:
        print(f"scifact: skipped, there is no {SCIFACT}")


def labelled() -> Iterator[Labelled]:
    """The claims about the sample; every third paper is for ``test``."""
    papers = {item.title: item for item in read_papers(SAMPLE) if isinstance(item, Paper)}
    rows = [json.loads(line) for line in CLAIMS.read_text(encoding="utf-8").splitlines()]
    places = {title: place for place, title in enumerate(dict.fromkeys(row["paper"] for row in rows))}
    for row in rows:
        part = "test" if places[row["paper"]] % 3 == 2 else "dev"
        yield Labelled(row["text"], row["label"], papers[row["paper"]], part)


def rates(rows: list[Labelled]) -> dict[str, float]:
    """For each label the share of right verdicts, 0–1."""
    right = Counter(row.label for row in rows if row.is_right(verify(row.text, [row.paper])))
    return {label: right[label] / count for label, count in Counter(row.label for row in rows).items()}


def _line(part: str, rows: list[Labelled]) -> str:
    found, counts = rates(rows), Counter(row.label for row in rows)
    cells = (f"{label} {found[label]:.3f} of {counts[label]} (bar {BARS[label]:.2f})" for label in LABELS)
    return f"{part:5s} " + "  ".join(cells)


def _errors(rows: Iterator[Labelled]) -> None:
    for row in rows:
        verdict = verify(row.text, [row.paper])
        if not row.is_right(verdict):
            print(f"  {row.label}: {row.text}\n    {verdict.support}: {'; '.join(verdict.reasons) or 'no reason'}")


def _time(rows: list[Labelled]) -> None:
    """Each claim against its paper and two others, whose analysis is remembered from before."""
    papers = list({row.paper.id: row.paper for row in rows}.values())
    taken = []
    for row in rows:
        place = papers.index(row.paper)
        three = [papers[(place + step) % len(papers)] for step in range(3)]
        verify(row.text, three)
        start = perf_counter()
        verify(row.text, three)
        taken.append(1000 * (perf_counter() - start))
    taken.sort()
    print(
        f"time  against 3 abstracts: median {taken[len(taken) // 2]:.2f} ms, p95 {taken[int(0.95 * len(taken))]:.2f} ms"
    )


def _scifact() -> None:
    statuses: Counter[tuple[str, Support]] = Counter()
    first = anywhere = 0
    labelled_pairs = list(pairs())
    for claim, label, paper, evidence in labelled_pairs:
        verdict = verify(claim, [paper])
        statuses[label, verdict.support] += 1
        hits = [any(one.start < end and start < one.end for start, end in evidence) for one in verdict.citations]
        first += bool(hits) and hits[0]
        anywhere += any(hits)
    print(f"scifact: {len(labelled_pairs)} pairs of claim and abstract")
    print(
        f"  evidence is the first sentence cited {first / len(labelled_pairs):.3f},"
        f" or one of them {anywhere / len(labelled_pairs):.3f}"
    )
    for label in ("SUPPORT", "CONTRADICT"):
        count = sum(statuses[label, support] for support in Support)
        print(f"  {label:10s} " + "  ".join(f"{one} {statuses[label, one] / count:.3f}" for one in Support))


def pairs() -> Iterator[tuple[str, str, Paper, list[tuple[int, int]]]]:
    """Claim, label, paper and spans of evidence; the sets of evidence of one pair are put together."""
    found: dict[tuple[str, str], tuple[str, str, Paper, list[tuple[int, int]]]] = {}
    with gzip.open(SCIFACT, "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            text, spans = _joined(row["abstract_sentences"])
            paper = Paper(id=row["paper_id"], title=row["title"], abstract=text)
            pair = found.setdefault((row["claim_id"], row["paper_id"]), (row["claim"], row["label"], paper, []))
            pair[3].extend(spans[place] for place in row["evidence_sentences"])
    yield from found.values()


def _joined(sentences: list[str]) -> tuple[str, list[tuple[int, int]]]:
    text, spans = "", []
    for sentence in sentences:
        clean = " ".join(sentence.split())
        text += " " if text else ""
        spans.append((len(text), len(text) + len(clean)))
        text += clean
    return text, spans


if __name__ == "__main__":
    main()
