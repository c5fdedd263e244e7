"""How often the check of a draft is right: on labelled sentences about the sample of 45 papers.

    python -m benchmarks.drafts [--errors]

``drafts.jsonl`` holds sentences as a researcher would write them, with right and wrong citations, changed numbers and
negations, and without a citation: true, false, and about what no paper of the sample speaks of. Their author knew the
abstracts and the rules of the check. Errors were looked at on ``dev`` only, and the rule for sentences without a
citation was made in view of them; ``test`` was written before that rule, but its rates were seen while it was made.
``--errors`` lists what goes wrong on ``dev``.
"""

import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from time import process_time

from assistant import Assistant
from assistant.drafts.checked_sentence import CheckedSentence, Relation, SentenceOutcome

SENTENCES = Path(__file__).with_name("drafts.jsonl")
SAMPLE = Path(__file__).parents[1] / "assistant" / "data" / "namkoong_listing.txt"
Right = Callable[[CheckedSentence, str], bool]
PASSES = (SentenceOutcome.QUOTED, SentenceOutcome.ENTAILED, SentenceOutcome.WORDED)
FAILS = (SentenceOutcome.ABSENT, SentenceOutcome.CONTRADICTED)


def _is(*outcomes: SentenceOutcome) -> Right:
    return lambda checked, key: checked.outcome in outcomes


def _finds(relation: Relation, first: bool = False) -> Right:
    return lambda checked, key: any(
        one.key == key and one.relation is relation for one in checked.papers[: 1 if first else None]
    )


def _disputed(checked: CheckedSentence, key: str) -> bool:
    return checked.contradicted


RATES: dict[str, dict[str, Right]] = {
    "right cite": {
        "passes": _is(*PASSES),
        "or in doubt": _is(*PASSES, SentenceOutcome.DOUBTFUL),
    },
    "wrong cite": {
        "fails": _is(*FAILS),
        "or in doubt": _is(*FAILS, SentenceOutcome.DOUBTFUL),
    },
    "number changed": {"fails": _is(*FAILS), "told as contradicted": _disputed},
    "negated": {"fails": _is(*FAILS), "told as contradicted": _disputed},
    "true uncited": {
        "its paper suggested": lambda checked, key: (
            _finds(Relation.SUPPORTS)(checked, key) or _finds(Relation.PARTLY)(checked, key)
        ),
        "as supporting": _finds(Relation.SUPPORTS),
        "another one suggested": lambda checked, key: any(
            one.key != key and one.relation is Relation.SUPPORTS for one in checked.papers
        ),
    },
    "false uncited": {
        "no citation suggested": lambda checked, key: (
            checked.outcome not in (SentenceOutcome.CITABLE, SentenceOutcome.NEAR)
        ),
        "none said to say it": lambda checked, key: checked.outcome is not SentenceOutcome.CITABLE,
        "its paper contradicts": _finds(Relation.CONTRADICTS),
    },
    "out of scope": {
        "nothing found": _is(SentenceOutcome.NOTHING),
        "no paper contradicts": lambda c, key: not c.contradicted,
    },
}


def main() -> None:
    """Print the rates."""
    rows = [json.loads(line) for line in SENTENCES.read_text(encoding="utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as folder, Assistant.open(Path(folder) / "library") as assistant:
        assistant.add(SAMPLE)
        draft = "\n\n".join(row["text"] for row in rows)
        start = process_time()
        found = list(assistant.drafts.check(draft))
        taken = process_time() - start
    if len(found) != len(rows):
        raise SystemExit(f"{len(rows)} sentences were read as {len(found)}")
    by_label: dict[tuple[str, str], list[tuple[CheckedSentence, str]]] = defaultdict(list)
    for row, checked in zip(rows, found, strict=True):
        by_label[row["part"], row["label"]].append((checked, row["paper"]))
    for (part, label), of_label in by_label.items():
        _print(part, label, of_label)
    print(f"{1000 * taken / len(rows):.0f} ms of CPU a sentence")


def _print(part: str, label: str, found: list[tuple[CheckedSentence, str]]) -> None:
    rates = RATES[label]
    cells = (f"{name} {sum(right(*one) for one in found)} of {len(found)}" for name, right in rates.items())
    print(f"{part:5s}{label:15s}", "  ".join(cells))
    if "--errors" in sys.argv[1:] and part == "dev":
        for checked, key in found:
            if not next(iter(rates.values()))(checked, key):
                print(f"    {checked.outcome}: {checked.text}")
                for paper in checked.papers:
                    print(f"        {paper.key} {paper.relation}: {'; '.join(paper.reasons)}")
                for reason in checked.claim.reasons if checked.claim and not checked.papers else ():
                    print(f"        {reason}")


if __name__ == "__main__":
    main()
