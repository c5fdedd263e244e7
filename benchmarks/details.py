"""How often a detail that no abstract states is told to be absent, and how often one that is stated is.

    python -m benchmarks.details [--part dev] [--cache FOLDER] [--errors]

``details.jsonl`` was written before the code: questions for a detail of a kind (a learning rate, a licence, a sample
size, who paid) about papers of the sample and about abstracts of PubMedQA, half of them stated there. The papers are
split in two halves: errors were looked at on ``dev`` alone. Without a model; with one the same gate stands before it.
False alarms are counted on the answerable questions of the question files, too.

``details_named.jsonl`` asks for details of papers that are named by author, year, words of the title, a number or "this
paper", as people type it, in three libraries: the sample, a PubMed export, and half of PubMedQA's abstracts under their
questions as titles. Each row has the beginning of the sentence that states it, none where none does; rows of the kind
``comparison`` ask which of two things is better. Its papers are split in two halves as well; the libraries are built in
the folder ``--cache``.

``details_sentences.jsonl`` has 132 questions more over three libraries, 73 of them with what the sentence says that
states it; all are of ``dev``. Some of the others ask for a part of what is counted, or for what was measured otherwise.
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
from assistant.types import Turn
from benchmarks.corpora import SHARED
from benchmarks.question_libraries import list_abstracts, open_library, read_abstracts
from store.ingest import add_items
from store.paper import Paper, Source

NAMED = Path(__file__).with_name("details_named.jsonl")
SENTENCES = Path(__file__).with_name("details_sentences.jsonl")
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
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--errors", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for part in args.part or ["dev", "test"]:
            _print_named(part, args.cache or Path(folder), args.errors)
    with tempfile.TemporaryDirectory() as folder:
        if "dev" in (args.part or ["dev"]):
            _print_sentences(args.cache or Path(folder), args.errors)
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


def _print_sentences(cache: Path, errors: bool) -> None:
    """Print what becomes of details that a sentence states, or none."""
    counts: Counter[str] = Counter()
    for row in map(json.loads, SENTENCES.read_text(encoding="utf-8").splitlines()):
        answer = open_library(row["library"], cache).ask(row["question"])
        quotes = [citation.quote for claim in answer.claims if not claim.further for citation in claim.citations]
        if not row["says"]:
            outcome = "absent: told so" if answer.abstained else "absent: answered"
        elif answer.abstained:
            outcome = "stated: told to be absent" if answer.claims else "stated: no answer"
        else:
            opens = any(row["says"].lower() in quote.lower() for quote in quotes)
            outcome = "stated: its sentence opens" if opens else "stated: another sentence opens"
        counts[outcome] += 1
        if errors and outcome not in ("absent: told so", "stated: its sentence opens"):
            print(f"    {outcome}: {row['question']}\n        {answer.text[:300]!r}")
    print("dev  sentences:", ", ".join(f"{outcome} {count}" for outcome, count in sorted(counts.items())))


def _print_named(part: str, cache: Path, errors: bool) -> None:
    """Print what becomes of questions for details of named papers, and of comparisons of two things."""
    counts: Counter[tuple[str, str]] = Counter()
    for name in ("listing", "acne", "even"):
        with _open_library(name, cache) as assistant:
            for row in map(json.loads, NAMED.read_text(encoding="utf-8").splitlines()):
                if (row["part"], row["library"]) != (part, name):
                    continue
                answer = _ask(assistant, [*row.get("history", ()), row["question"]])
                kind = "comparison" if row["kind"] == "comparison" else "detail"
                group = f"{kind}, {'stated' if row['sentences'] else 'absent'}"
                outcome = _judge(row, answer)
                counts[group, outcome] += 1
                if errors and part == "dev" and outcome != ("right first" if row["sentences"] else "told so"):
                    print(f"    {group}, {outcome}: {row['question']}\n        {answer.text[:300]!r}")
    for group in sorted({group for group, _ in counts}):
        outcomes = {outcome: count for (of, outcome), count in counts.items() if of == group}
        total = sum(outcomes.values())
        print(f"{part:5s}named {group} ({total}): {', '.join(f'{n} {outcome}' for outcome, n in outcomes.items())}")


def _judge(row: dict[str, Any], answer: Answer) -> str:
    """Name what became of a question: its sentence first, or among those shown, told that there is none, or else."""
    right_paper = any(paper.title.startswith(row["paper"]) for paper in answer.references)
    if answer.abstained:
        return "told so" if answer.claims and right_paper else "told of another" if answer.claims else "no answer"
    quotes = [citation.quote for claim in answer.claims for citation in claim.citations]
    right = [any(map(quote.startswith, row["sentences"])) for quote in quotes]
    return "right first" if right[:1] == [True] else "right later" if any(right) else "another sentence"


def _ask(assistant: Assistant, questions: list[str]) -> Answer:
    history: list[Turn] = []
    for question in questions:
        answer = assistant.ask(question, history=history)
        history.append(Turn.now(question, answer))
    return answer


def _open_library(name: str, cache: Path) -> Assistant:
    """Open a library; the abstracts of PubMedQA have their questions as titles, by which people name them."""
    if name != "even":
        return open_library(name, cache)
    assistant = Assistant.open(cache / "even-titled")
    if not assistant.papers.count():
        titles = {record["id"]: record["question"] for record in read_abstracts()}
        papers = [paper.model_copy(update={"title": titles[paper.id]}) for paper in list_abstracts(name)]
        for _ in add_items(assistant.library, papers, lambda: 1.0):
            pass
    return assistant


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
