"""A themes report by a real model: python -m benchmarks.synthesis MODEL BASE_URL [PAPERS] [PAIRS.jsonl].

The papers are those of the sample with the shortest abstracts, half of each of the two themes by hand
(``themes.jsonl``) that are the largest, 10 unless another number is named: without an accelerator a model takes an
hour for them. Prints the estimate, what each pass took, how many claims that the model wrote or that are quoted are
over two papers or more, and writes each pair of such a claim and a paper that it cites to a file, for reading: a line
with ``claim``, ``title``, ``quote``, ``abstract`` and ``entailed`` (null, to be filled in by hand). What was filled in
is counted by: python -m benchmarks.synthesis PAIRS.jsonl.
"""

import json
import sys
from collections import Counter
from pathlib import Path
from shutil import rmtree
from time import perf_counter

from assistant import Assistant, Report
from assistant.report.synthesis import is_across
from assistant.settings import load
from assistant.types import EXTRACTIVE
from benchmarks.corpora import CACHE
from benchmarks.themes import LABELS, sample_library
from store.ingest import add_items
from store.paper import Paper

PAPERS = 10


def main(model: str, base_url: str, count: int, file: Path) -> None:
    """Make the report, and print."""
    folder = CACHE / f"synthesis-{count}"
    rmtree(folder, ignore_errors=True)
    settings = load(
        {"model": model, "base_url": base_url, "timeout": 3600, "stall": 3600, "context": 4096, "max_output": 400},
        env={},
    )
    with Assistant.open(folder, settings=settings) as assistant:
        for _ in add_items(assistant.library, iter(choose_papers(count)), lambda: 0.0):
            pass
        estimate = assistant.reports.estimate()
        print(f"estimate: {estimate.calls} calls, {estimate.usage}", flush=True)
        began = perf_counter()
        report = assistant.reports.create()
        print(f"{perf_counter() - began:.0f} s", flush=True)
        assistant.reports.save(report, file.with_suffix(".md"), file.with_suffix(".json"))
        abstracts = {paper.id: paper.abstract for paper in assistant.papers.list()}
    tell(report)
    lines = [json.dumps(pair, ensure_ascii=False) for pair in list_pairs(report, abstracts)]
    file.write_text("\n".join(lines), encoding="utf-8")


def choose_papers(count: int) -> list[Paper]:
    """The papers of the two largest themes by hand that have the shortest abstracts, half of each."""
    labels = {record["title"]: record["theme"] for record in map(json.loads, LABELS.read_text("utf-8").splitlines())}
    papers = sorted(
        (one for one in sample_library().papers() if one.abstract), key=lambda paper: (len(paper.abstract), paper.id)
    )
    largest = [theme for theme, _ in Counter(labels.values()).most_common(2)]
    return [paper for theme in largest for paper in [one for one in papers if labels[one.title] == theme][: count // 2]]


def tell(report: Report) -> None:
    """Print what the report is made of."""
    for section in report.sections:
        claims = [claim for paragraph in section.paragraphs for claim in paragraph.claims]
        by = "quoted" if section.mode == EXTRACTIVE else "written"
        print(
            f"    {section.heading}: {by}, {len(claims)} claims, {sum(map(is_across, claims))} across; {section.note}"
        )
    for name, usage in report.manifest.passes.items():
        print(f"{name}: {usage.input_tokens} + {usage.output_tokens} tokens")
    claims = list(report.claims)
    across = [claim for claim in claims if is_across(claim)]
    print(f"{len(claims)} claims, {len(across)} over several papers ({len(across) / len(claims):.2f})")


def list_pairs(report: Report, abstracts: dict[str, str]) -> list[dict[str, object]]:
    """Each claim over several papers with each paper that it cites."""
    return [
        {
            "claim": claim.text,
            "title": citation.title,
            "quote": citation.quote,
            "abstract": abstracts[citation.paper_id],
            "entailed": None,
        }
        for claim in report.claims
        if is_across(claim)
        for citation in claim.citations
    ]


def count_read(file: Path) -> None:
    """Count the claims that were read, and those of which each pair is entailed."""
    pairs = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    read = [pair for pair in pairs if pair["entailed"] is not None]
    wrong = {pair["claim"] for pair in read if not pair["entailed"]}
    claims = {pair["claim"] for pair in read}
    print(f"{len(claims) - len(wrong)} of {len(claims)} claims are entailed by each paper that they cite")
    print(f"{sum(pair['entailed'] for pair in read)} of {len(read)} pairs")


if __name__ == "__main__":
    if len(sys.argv) == 2:
        count_read(Path(sys.argv[1]))
    else:
        number = int(sys.argv[3]) if len(sys.argv) > 3 else PAPERS
        main(sys.argv[1], sys.argv[2], number, Path(sys.argv[4] if len(sys.argv) > 4 else "synthesis-pairs.jsonl"))
