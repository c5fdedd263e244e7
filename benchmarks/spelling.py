"""How often a misspelt word is read as the word that was meant, and how often a right one is changed.

    python -m benchmarks.spelling [--cache DIR] [--part test]

Words of at least five letters of a library's titles, each with one slip drawn at random (a letter left out, doubled,
put in, replaced, or two swapped; in nine of ten not the first): the listing is part ``dev``, the PubMed export of
../shared ``test``. Right words are those of questions about other fields, of which none may be changed into another
word: a change of British into American spelling is no such. Prints the CPU time that a question takes, too.
"""

import argparse
import random
import re
import statistics
import tempfile
import time
from pathlib import Path

from assistant.question.spelling import SHORTEST, correct_spelling
from benchmarks.corpora import queries
from benchmarks.question_libraries import open_library, read_abstracts
from store.index.index_schema import extract_terms
from store.index.snapshot import Snapshot

PARTS = {"dev": "listing", "test": "acne"}
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def main() -> None:
    """Print the rates."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.spelling", description=__doc__.partition("\n")[0])
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "conspectus-questions")
    parser.add_argument("--part", choices=[*PARTS], default="dev")
    options = parser.parse_args()
    assistant = open_library(PARTS[options.part], options.cache)
    view = assistant.library.view()
    assert view is not None
    titles = " ".join(paper.title for paper in assistant.papers.list())
    words = sorted({word.lower() for word in re.findall(r"[A-Za-z]+", titles) if len(word) >= SHORTEST})
    print_slips(view, [word for word in words if extract_terms(word)])
    print_changes(view, options.part)


def print_slips(view: Snapshot, words: list[str]) -> None:
    """Print what becomes of words with a slip."""
    draw = random.Random(0)
    right = wrong = 0
    for word in words:
        typed = misspell(word, draw)
        read = dict(correct_spelling(f"papers about {typed}", view).corrections).get(typed, typed)
        meant = extract_terms(read) == extract_terms(word)
        right += meant
        wrong += not meant and read != typed
    print(
        f"{len(words)} words with a slip: read as meant {right / len(words):.3f}, as another {wrong / len(words):.3f}"
    )


def misspell(word: str, draw: random.Random) -> str:
    """Make one slip in a word."""
    at = draw.randrange(0 if draw.random() < 0.1 else 1, len(word) - 1)
    kind = draw.randrange(5)
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + word[at] + word[at:]
    if kind == 2:
        return word[:at] + draw.choice(LETTERS) + word[at:]
    if kind == 3:
        return word[:at] + draw.choice(LETTERS) + word[at + 1 :]
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def print_changes(view: Snapshot, part: str) -> None:
    """Print how many words of questions about other fields are changed, and how long a question takes."""
    records = [*read_abstracts()]
    half = len(records) // 2
    medical = [record["question"] for record in (records[:half] if part == "dev" else records[half:])]
    asked = [*medical, *queries("cranfield" if part == "dev" else "scifact").values()]
    changed: list[tuple[str, str]] = []
    times: list[float] = []
    for question in asked:
        began = time.process_time()
        corrections = correct_spelling(question, view).corrections
        times.append(time.process_time() - began)
        changed += corrections
    words = sum(len(question.split()) for question in asked)
    print(f"{len(asked)} questions about other things, {words} words: changed {len(changed)}")
    print("   ", "; ".join(f"{typed} → {read}" for typed, read in changed[:60]))
    print(f"p50 {statistics.median(times) * 1e3:.1f} ms, p95 {statistics.quantiles(times, n=20)[-1] * 1e3:.1f} ms")


if __name__ == "__main__":
    main()
