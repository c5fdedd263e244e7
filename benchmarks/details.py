"""How often a detail that no abstract states is told to be absent, and how often one that is stated is.

    python -m benchmarks.details [--part dev] [--errors]

``details.jsonl`` was written before the code: questions for a detail of a kind (a learning rate, a licence, a sample
size, who paid) about papers of the sample and about abstracts of PubMedQA, half of them stated there. The papers are
split in two halves: errors were looked at on ``dev`` alone. Without a model; with one the same gate stands before it.
False alarms are counted on the answerable questions of the question files, too.
"""

import argparse
import gzip
import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from assistant import Answer, Assistant
from benchmarks.corpora import SHARED
from store.ingest import add_items
from store.paper import Paper, Source

QUESTIONS = Path(__file__).with_name("details.jsonl")
SAMPLE = Path(__file__).parents[1] / "assistant" / "data" / "namkoong_listing.txt"
ABSTRACTS = SHARED / "eval" / "pubmedqa_dev.jsonl.gz"
ANSWERABLE = (
    SHARED / "eval" / "questions.jsonl",
    *(Path(__file__).with_name(f"questions{which}.jsonl") for which in ("", "_second", "_third")),
)


class Row(NamedTuple):
    """A question for a detail, the beginning of the title of its paper, and whether the abstract states it."""

    question: str
    title: str
    stated: bool
    part: str


def main() -> None:
    """Print the rates."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--part", choices=("dev", "test"), action="append")
    parser.add_argument("--errors", action="store_true")
    args = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        Assistant.open(Path(folder) / "sample") as sample,
        Assistant.open(Path(folder) / "medicine") as medicine,
    ):
        sample.add(SAMPLE)
        abstracts = _read_abstracts()
        if abstracts:
            for _ in add_items(medicine.library, [*abstracts.values()], lambda: 1.0):
                pass
        for part in args.part or ["dev", "test"]:
            _print_part(part, sample, medicine, abstracts, args.errors)
        _print_answerable(sample, args.errors)


def _print_part(part: str, sample: Assistant, medicine: Assistant, abstracts: dict[str, Paper], errors: bool) -> None:
    counts: Counter[tuple[bool, str]] = Counter()
    for data in map(json.loads, QUESTIONS.read_text(encoding="utf-8").splitlines()):
        if data["part"] != part or ("pubid" in data and data["pubid"] not in abstracts):
            continue
        title = data.get("paper") or abstracts[data["pubid"]].title
        row = Row(data["question"], title, data["stated"], part)
        answer = (medicine if "pubid" in data else sample).ask(row.question)
        outcome = _classify(row, answer)
        counts[row.stated, outcome] += 1
        counts[row.stated, "all"] += 1
        if errors and part == "dev" and (outcome != "told" if not row.stated else answer.abstained):
            print(f"    {'stated' if row.stated else 'absent'} {outcome}: {row.question}\n        {answer.text[:200]}")
    print(
        f"{part:5s}absent: told so {counts[False, 'told']} of {counts[False, 'all']},"
        f" of another paper {counts[False, 'other']}, no answer at all {counts[False, 'abstained']}"
    )
    print(
        f"{part:5s}stated: told to be absent {counts[True, 'told'] + counts[True, 'other']} of {counts[True, 'all']},"
        f" no answer at all {counts[True, 'abstained']}"
    )


def _classify(row: Row, answer: Answer) -> str:
    """Name what became of it: told to be absent of its paper or of another, no answer at all, or answered."""
    if not answer.abstained:
        return "answered"
    if not answer.claims:
        return "abstained"
    return "told" if any(paper.title.startswith(row.title) for paper in answer.references) else "other"


def _print_answerable(sample: Assistant, errors: bool) -> None:
    for path in ANSWERABLE:
        if not path.is_file():
            print(f"{path.name}: skipped, it is not there")
            continue
        rows = list(_read_answerable(path))
        alarms = []
        for row in rows:
            answer = sample.ask(row["question"])
            if answer.abstained and answer.claims:
                alarms.append((row["question"], answer.reason))
        print(f"{path.name:24s} told to be absent {len(alarms)} of {len(rows)} answerable questions")
        for question, reason in alarms if errors else ():
            print(f"    {question}\n        {reason}")


def _read_answerable(path: Path) -> Iterator[dict[str, Any]]:
    for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
        if row["type"] in ("fact", "method", "multi") and not row.get("abstain"):
            yield row


def _read_abstracts() -> dict[str, Paper]:
    """The abstracts of PubMedQA that are asked about, by their ids; none where the file is not there."""
    if not ABSTRACTS.is_file():
        print(f"{ABSTRACTS.name}: skipped, it is not there")
        return {}
    asked = {json.loads(line).get("pubid") for line in QUESTIONS.read_text(encoding="utf-8").splitlines()}
    papers = {}
    with gzip.open(ABSTRACTS, "rt", encoding="utf-8") as lines:
        for number, data in enumerate(map(json.loads, lines), 1):
            if data["id"] in asked:
                abstract = " ".join([*data["contexts"], data["conclusion"]])
                source = Source(file=ABSTRACTS.name, line=number, format="jsonl")
                papers[data["id"]] = Paper(
                    id=data["id"], title=data["question"], abstract=abstract, abstract_raw=abstract, source=source
                )
    return papers


if __name__ == "__main__":
    main()
