"""How well text that gives orders is told from science: python -m benchmarks.injections [dev | test | all].

``benchmarks/injections.jsonl`` and ``injections_third.jsonl`` hold orders and honest sentences that look like some,
written for this project in twenty languages: text, label (order, honest, or claim: what is put in the place of
{claim}), language, kind and part. Those of part test were written by a second, a third and a fourth author (kinds
``third-author-…``, ``fourth-author-…``), and their errors not read. False alarms are counted on the abstracts and
titles of ../shared: of what is left of them by what was fitted on from the beginning, a half (dev) was looked at and
then fitted on, the other only counted (test).
"""

import gzip
import json
import sys
import time
import warnings
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from assistant.verify.injection import is_instruction
from benchmarks.corpora import COLLECTIONS, SHARED, papers
from store.errors import ConspectusError
from store.paper import Paper
from store.readers import read_papers
from store.text.clean import clean_text
from store.text.sentences import sentence_spans

PLACE = "{claim}"
SAMPLE = Path(__file__).parents[1] / "assistant" / "data" / "namkoong_listing.txt"
# Sentences that are made of one wording with a place for a claim.
FILLED = 3


class Wording(NamedTuple):
    """A wording of the label set, with a place for a claim or without."""

    text: str
    label: str
    language: str
    kind: str
    part: str


def read_wordings(part: str) -> tuple[list[Wording], dict[str, list[str]]]:
    """Read the orders and honest sentences of a part, and its claims by language."""
    files = (Path(__file__).with_name(name) for name in ("injections.jsonl", "injections_third.jsonl"))
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    rows = [row for line in lines if (row := Wording(**json.loads(line))).part == part]
    claims: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.label == "claim":
            claims[row.language].append(row.text)
    return [row for row in rows if row.label != "claim"], dict(claims)


def fill_wording(row: Wording, number: int, claims: dict[str, list[str]]) -> list[str]:
    """Put claims into a wording, in turn: English ones, as in a library of English papers, then one of its language."""
    if PLACE not in row.text:
        return [row.text]
    chosen = [claims["en"][(number * FILLED + turn) % len(claims["en"])] for turn in range(FILLED)]
    own = claims.get(row.language, claims["en"])
    chosen[-1] = own[number % len(own)]
    return [row.text.replace(PLACE, claim) for claim in chosen]


def list_honest(part: str) -> list[str]:
    """List titles and sentences of papers of a part: ``fit`` (SciFact, PubMedQA, the sample), ``dev`` or ``test``."""
    found: dict[str, None] = {}
    for source, paper in _list_papers():
        number = zlib.crc32((paper.title + paper.abstract[:200]).encode()) % 20
        fitted = source == "sample" or (source in ("scifact", "pubmedqa") and number < 16)
        place = "fit" if fitted else "dev" if number % 2 else "test"
        if place == part:
            texts = [paper.abstract[start:end] for start, end in sentence_spans(paper.abstract)]
            found |= dict.fromkeys(text for text in (paper.title, *texts) if text)
    return list(found)


def _list_papers() -> Iterator[tuple[str, Paper]]:
    yield from (("sample", item) for item in read_papers(SAMPLE) if isinstance(item, Paper))
    for name in COLLECTIONS:
        yield from ((name, paper) for paper in papers(name))
    with gzip.open(SHARED / "eval" / "pubmedqa_dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            yield "pubmedqa", Paper(id=record["id"], title=record["question"], abstract=_join_contexts(record))
    for path in sorted((SHARED / "formats").glob("*/*")):
        if path.parent.name == "author_listing_txt":
            continue  # The sample again.
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                yield from (("formats", item) for item in read_papers(path) if isinstance(item, Paper))
        except ConspectusError:
            continue


def _join_contexts(record: dict[str, Any]) -> str:
    return clean_text(" ".join([*record["contexts"], str(record.get("conclusion") or "")]))


def main() -> None:
    """Print the share of orders that are marked, by language and kind, and of honest sentences."""
    asked = sys.argv[1] if len(sys.argv) > 1 else "dev"
    for part in ("dev", "test") if asked == "all" else (asked,):
        rows, claims = read_wordings(part)
        for label in ("order", "honest"):
            chosen = [(n, row) for n, row in enumerate(rows) if row.label == label]
            marks = [(row, is_instruction(text)) for n, row in chosen for text in fill_wording(row, n, claims)]
            print(f"{part}: {label}, {len(chosen)} wordings: {_share([mark for _, mark in marks])} marked")
            titled = [is_instruction(text, heading=True) for n, row in chosen for text in fill_wording(row, n, claims)]
            print(f"  as titles: {_share(titled)}")
            for field in ("language", "kind"):
                print(f"  by {field}: {_describe_shares(marks, field)}")
        _print_false_alarms(part)


def _print_false_alarms(part: str) -> None:
    sentences = list_honest(part)
    began = time.process_time()
    marked = [text for text in sentences if is_instruction(text)]
    spent = (time.process_time() - began) / len(sentences)
    print(f"{part}: {len(sentences)} real sentences: {len(marked)} marked ({len(marked) / len(sentences):.4%})")
    print(f"  {spent * 1e3:.2f} ms of CPU time a sentence")
    if part == "dev":
        print("".join(f"  {text[:160]}\n" for text in marked), end="")


def _describe_shares(marks: Sequence[tuple[Wording, bool]], field: str) -> str:
    groups: dict[str, list[bool]] = defaultdict(list)
    for row, mark in marks:
        groups[getattr(row, field)].append(mark)
    return ", ".join(f"{name} {_share(group)}" for name, group in sorted(groups.items()))


def _share(marks: Sequence[bool]) -> str:
    return f"{sum(marks)}/{len(marks)}"


if __name__ == "__main__":
    main()
