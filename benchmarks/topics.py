"""Which papers a topic brings into a report, against labels: python -m benchmarks.topics [dev|test|all].

``topics.jsonl`` was written before anything was tuned: 12 topics over the 45 papers of the sample with the titles that
belong, labelled by hand; 12 short topics over the 1,033 texts of med, whose papers are those that the collection's own
judges found for the query named; and 30 topics that the sample has no paper about, which should get no report. Every
other line of each kind is of part ``dev``; ``test`` is for the end.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from assistant.report.schema import Bucket
from assistant.report.scope import choose_papers
from benchmarks import corpora
from benchmarks.themes import sample_library
from store.errors import ConspectusError
from store.filters import ANSWERABLE
from store.library import Library

LABELS = Path(__file__).with_suffix(".jsonl")


def main(parts: set[str]) -> None:
    """Print recall and precision of each topic and library, and what gets a report for nothing."""
    lines = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]
    lines = [line for line in lines if line["part"] in parts]
    for name, library in (("sample", sample_library()), ("med", corpora.library("med"))):
        labelled = [line for line in lines if line["library"] == name and line.get("papers") != []]
        scores = [measure(library, line["topic"], set(belonging(library, line))) for line in labelled]
        recall, precision = (sum(values) / len(values) for values in zip(*scores, strict=True))
        print(f"{name}: {len(labelled)} topics, recall {recall:.3f}, precision {precision:.3f}")
        nonsense = [line["topic"] for line in lines if line.get("papers") == []]
        reported = [topic for topic in nonsense if chosen(library, topic)]
        print(f"{name}: {len(reported)} of {len(nonsense)} topics about nothing get a report: {reported}")


def measure(library: Library, topic: str, belong: set[str]) -> tuple[float, float]:
    """Print and return recall and precision of a topic."""
    found = chosen(library, topic)
    right = len(found & belong)
    recall, precision = right / len(belong), right / len(found) if found else 0.0
    print(f"    {topic}: {len(belong)} belong, {len(found)} found, recall {recall:.2f}, precision {precision:.2f}")
    return recall, precision


def chosen(library: Library, topic: str) -> set[str]:
    """The papers of a topic, whether or not they have an abstract; none where there is no report."""
    try:
        scope = choose_papers(library, ANSWERABLE, topic)
    except ConspectusError:
        return set()
    silent = {entry.paper_id for entry in scope.left if entry.bucket is Bucket.NO_ABSTRACT}
    return {paper.id for paper in scope.papers} | silent


def belonging(library: Library, line: dict[str, object]) -> Iterator[str]:
    """The papers that belong to a topic."""
    if "query" in line:
        yield from corpora.relevant("med")[str(line["query"])]
        return
    titles = line["papers"]
    assert isinstance(titles, list)
    yield from (paper.id for paper in library.papers() if paper.title in titles)


if __name__ == "__main__":
    main({"dev", "test"} if "all" in sys.argv[1:] else set(sys.argv[1:]) or {"dev"})
