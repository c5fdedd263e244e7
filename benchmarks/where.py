"""How often the places are found where a text is said: on labelled texts about the sample of 45 papers.

    python -m benchmarks.where [--part dev] [--errors]

``where.jsonl`` was written before the code: sentences of the abstracts, verbatim or lightly edited (``near``: case,
punctuation, what leads in, one word inflected), sentences in other words, some of several papers, sentences of the
field that no paper says, sentences that a paper contradicts, and numbers by themselves. The papers are split in two
halves, the texts with them: errors were looked at on ``dev`` alone. ``--errors`` lists what goes wrong there.
"""

import argparse
import json
import tempfile
from collections import defaultdict
from pathlib import Path
from time import process_time
from typing import NamedTuple

from assistant import Assistant
from assistant.drafts.place import Places

TEXTS = Path(__file__).with_name("where.jsonl")
SAMPLE = Path(__file__).parents[1] / "assistant" / "data" / "namkoong_listing.txt"


class Labelled(NamedTuple):
    """A text with its kind, the beginnings of the titles that say it and that say otherwise, and its part."""

    text: str
    kind: str
    papers: tuple[str, ...]
    contradicts: tuple[str, ...]
    part: str


class Outcome(NamedTuple):
    """What was found of a text: whether a right paper, all of them, a wrong one as saying it, one as denying it."""

    row: Labelled
    places: Places

    @property
    def right(self) -> int:
        """How many of the papers that say it are given as saying it."""
        return sum(any(place.title.startswith(title) for place in self.places.said) for title in self.row.papers)

    @property
    def wrong(self) -> bool:
        """Whether another paper is given as saying it."""
        return any(not place.title.startswith(self.row.papers or ("\0",)) for place in self.places.said)

    @property
    def denied(self) -> bool:
        """Whether a paper that contradicts it is given as doing so."""
        return any(place.title.startswith(self.row.contradicts or ("\0",)) for place in self.places.denied)

    @property
    def verbatim(self) -> bool:
        """Whether the first place is one of word for word, in the right paper."""
        return bool(self.places.said) and self.places.said[0].verbatim


def main() -> None:
    """Print the rates."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--part", choices=("dev", "test"), action="append")
    parser.add_argument("--errors", action="store_true")
    args = parser.parse_args()
    parts = args.part or ["dev", "test"]
    rows = [row for row in read_rows() if row.part in parts]
    with tempfile.TemporaryDirectory() as folder, Assistant.open(Path(folder) / "library") as assistant:
        assistant.add(SAMPLE)
        assistant.prepare()
        start = process_time()
        outcomes = [Outcome(row, assistant.papers.where(row.text)) for row in rows]
        taken = process_time() - start
    by_kind: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_kind[outcome.row.part, outcome.row.kind].append(outcome)
    for (part, kind), of_kind in sorted(by_kind.items()):
        print(f"{part:5s}{kind:13s}", _describe(of_kind))
        if args.errors and part == "dev":
            _list_errors(of_kind)
    print(f"{1000 * taken / len(rows):.0f} ms of CPU a text")


def read_rows() -> list[Labelled]:
    """Read the labelled texts."""
    rows = [json.loads(line) for line in TEXTS.read_text(encoding="utf-8").splitlines()]
    return [
        Labelled(row["text"], row["kind"], tuple(row["papers"]), tuple(row["contradicts"]), row["part"]) for row in rows
    ]


def _describe(outcomes: list[Outcome]) -> str:
    n = len(outcomes)
    told = [outcome for outcome in outcomes if outcome.row.papers]
    cells = []
    if told:
        cells.append(f"right paper {sum(outcome.right > 0 for outcome in told)} of {len(told)}")
        several = [outcome for outcome in told if len(outcome.row.papers) > 1]
        if several:
            found, there = sum(one.right for one in several), sum(len(one.row.papers) for one in several)
            cells.append(f"of several {found} of {there}")
    cells.append(f"wrong paper {sum(outcome.wrong for outcome in outcomes)} of {n}")
    if outcomes[0].row.kind == "verbatim":
        cells.append(f"as word for word {sum(outcome.verbatim for outcome in outcomes)} of {n}")
    if outcomes[0].row.kind == "contradicted":
        cells.append(f"said to deny it {sum(outcome.denied for outcome in outcomes)} of {n}")
    return "  ".join(cells)


def _list_errors(outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        missed = outcome.row.papers and outcome.right < len(outcome.row.papers)
        if missed or outcome.wrong or (outcome.row.contradicts and not outcome.denied):
            print(f"    {outcome.row.text}")
            for name in ("said", "denied", "near"):
                for place in getattr(outcome.places, name):
                    reasons = "; ".join(place.reasons)
                    print(f"        {name} {place.support} {place.chance} {place.title[:40]}: {reasons}")


if __name__ == "__main__":
    main()
