"""When to answer: features of questions that a library can answer and cannot, and the regression that tells them apart.

    python -m benchmarks.abstention [--cache DIR] [--part test]

Three kinds of libraries, each asked what it can answer and what it cannot:

* within the field: halves and sixths of the sample, halves and three quarters of PubMedQA, asked the questions of the
  papers that they hold and of those that they do not;
* foreign: the questions of one collection asked of another;
* the sample with the questions that are marked unanswerable.

The weights are fitted on part ``dev``: the first half of PubMedQA's questions and the question files. Prints them, what
comes of questions left out of the fit (five folds), and the errors at several thresholds. ``--part test`` prints only
what the shipped weights make of the other half of PubMedQA's questions: no weight and no threshold was chosen on them.
"""

import argparse
import json
import random
import tempfile
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from assistant.answer.sufficiency import FEATURES, THRESHOLD, measure_coverage
from assistant.question.parse import parse_question
from benchmarks.corpora import CACHE, SHARED, papers, queries, relevant
from benchmarks.question_libraries import SAMPLE, list_abstracts, name_half, read_abstracts
from store.embedding.minilm import MiniLM
from store.ingest import add_file, add_items
from store.library import Library
from store.paper import Paper

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

QUESTION_FILES = (
    SHARED / "eval" / "questions.jsonl",
    *(Path(__file__).with_name(f"questions{which}.jsonl") for which in ("", "_second", "_third")),
)
# Parts that the sample is split into; questions that are drawn from a collection, and for each pair of foreign ones.
SPLITS = (2, 6)
DRAWN, FOREIGN = 150, 60
# The library "rest" lacks one of so many papers of PubMedQA.
LEFT_OUT = 4
RIDGE = 1.0
FOLDS = 5


class Asked(NamedTuple):
    """A question to a library: which set it belongs to, and whether the library can answer it."""

    group: str
    library: str
    question: str
    answerable: bool


class Libraries:
    """Libraries by their names, each built once in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._embedder = MiniLM()
        self.open = cache(self._open)

    def _open(self, name: str) -> Library:
        library = Library(self._folder / "abstention" / name, self._embedder)
        if library.view() is None:
            for _ in add_items(library, [*_list_papers(name)], lambda: 0.0):
                pass
        return library


@cache
def _read_sample() -> tuple[Paper, ...]:
    """Read the papers of the sample, by a library that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        library = Library(Path(folder), MiniLM())
        for _ in add_file(library, SAMPLE):
            pass
        return tuple(library.papers())


def _list_papers(name: str) -> Iterable[Paper]:
    """List the papers of a library: "sample", "sample-2-1" (the second of two parts), "even", "med"."""
    base, _, part = name.partition("-")
    if base in ("even", "odd"):
        return list_abstracts(base)
    if base == "rest":
        return (paper for number, paper in enumerate(list_abstracts("pubmed")) if not _is_left_out(number))
    whole = _read_sample() if base == "sample" else papers(base)
    if not part:
        return whole
    parts, which = map(int, part.split("-"))
    return (paper for number, paper in enumerate(whole) if number % parts == which)


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.abstention", description=__doc__.partition("\n")[0])
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "conspectus-questions")
    parser.add_argument("--part", choices=("dev", "test"), default="dev")
    options = parser.parse_args()
    libraries = Libraries(options.cache)
    import numpy as np

    rows = [*list_questions(options.part)]
    x = np.array([measure_features(libraries.open(row.library), row.question) for row in rows])
    y = np.array([row.answerable for row in rows], dtype=float)
    groups = np.array([row.group for row in rows])
    print(f"{len(y)} questions, {int(y.sum())} answerable")
    if options.part == "test":
        print_rates(x[:, -1], y, groups, THRESHOLD)
        return
    x, shipped = x[:, :-1], x[:, -1]
    weights = fit(x, y, balanced(y, groups))
    print("bias", round(float(weights[0]), 2), dict(zip(FEATURES, np.round(weights[1:], 2).tolist(), strict=True)))
    left_out = predict_left_out(x, y, groups, [row.question for row in rows])
    for threshold in (0.2, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7):
        print(f"threshold {threshold}, questions left out of the fit")
        print_rates(left_out, y, groups, threshold)
    print(f"as shipped, threshold {THRESHOLD}")
    print_rates(shipped, y, groups, THRESHOLD)


def sample() -> Library:
    """The shipped listing, in the cache folder."""
    made = Library(CACHE / "sample", MiniLM())
    for _ in add_file(made, SAMPLE):
        pass
    return made


def list_questions(part: str) -> Iterator[Asked]:
    """List the questions of a part and the libraries that each is asked of."""
    draw = random.Random(0)
    pubmed = [*enumerate(read_abstracts())]
    half = len(pubmed) // 2
    medical = [(record["question"], name_half(number)) for number, record in pubmed]
    medical = medical[:half] if part == "dev" else medical[half:]
    for question, own in medical:
        yield Asked("pubmedqa", own, question, True)
        yield Asked("pubmedqa", "odd" if own == "even" else "even", question, False)
    for number, record in pubmed:
        if (number < half) == (part == "dev") and number % LEFT_OUT <= 1:
            yield Asked("pubmedqa 375", "rest", record["question"], not _is_left_out(number))
    if part == "test":
        return
    mine = [json.loads(line) for path in QUESTION_FILES for line in path.read_text(encoding="utf-8").splitlines()]
    mine = [one for one in mine if one["type"] in ("fact", "method", "multi", "unanswerable")]
    yield from _list_sample(mine)
    asked = {
        name: [text for key, text in queries(name).items() if key in relevant(name)] for name in ("cranfield", "med")
    }
    for name, texts in asked.items():
        yield from (Asked(name, name, text, True) for text in draw.sample(texts, min(DRAWN, len(texts))))
    asked["even"] = [question for question, _ in medical]
    asked["sample"] = [one["question"] for one in mine if not one.get("abstain")]
    for here in asked:
        for there, texts in asked.items():
            if here != there:
                for text in draw.sample(texts, min(FOREIGN, len(texts))):
                    yield Asked("foreign", here, text, False)


def _is_left_out(number: int) -> bool:
    """Whether the library "rest" lacks a record of PubMedQA."""
    return number % LEFT_OUT == 0


def _list_sample(mine: list[dict[str, "object"]]) -> Iterator[Asked]:
    """List the questions of the question files: of the whole sample, and of parts with and without their papers."""
    places = {paper.title: number for number, paper in enumerate(_read_sample())}
    for one in mine:
        question, gold = str(one["question"]), [str(title) for title in one.get("papers") or ()]  # type: ignore[attr-defined]
        yield Asked("sample", "sample", question, not one.get("abstain"))
        for parts in SPLITS:
            held = {places[title] % parts for title in gold if title in places}
            if not one.get("abstain") and len(held) == 1:
                part = held.pop()
                yield Asked(f"sample / {parts}", f"sample-{parts}-{part}", question, True)
                yield Asked(f"sample / {parts}", f"sample-{parts}-{(part + 1) % parts}", question, False)


def measure_features(library: Library, question: str) -> list[float]:
    """Measure what ``Coverage`` says of a question, and the strength that it is shipped with."""
    view = library.view()
    assert view is not None
    topic = parse_question(question, view).topic or question
    coverage = measure_coverage(view, topic, library.search(topic, 10))
    return [*(float(getattr(coverage, name)) for name in FEATURES), coverage.estimate_strength()]


def print_rates(strength: "Floats", y: "Floats", groups: "NDArray[np.str_]", threshold: float) -> None:
    """Print for each set how many that could be answered are not, and how many that could not are refused."""
    for name in dict.fromkeys(groups.tolist()):
        yes, no = strength[(groups == name) & (y == 1)], strength[(groups == name) & (y == 0)]
        alarms = f"false abstentions {int((yes < threshold).sum()):3d} of {len(yes):3d}" if len(yes) else ""
        refused = f"refused {(no < threshold).mean():.3f} of {len(no)}" if len(no) else ""
        area = f"AUC {auc(yes, no):.3f}" if len(yes) and len(no) else ""
        print(f"    {name:12s} {alarms:28s} {refused:22s} {area}")


def predict_left_out(x: "Floats", y: "Floats", groups: "NDArray[np.str_]", questions: list[str]) -> "Floats":
    """Predict each question by weights that were fitted without it, to whichever library it is asked."""
    import numpy as np

    draw = random.Random(0)
    fold_of = {question: draw.randrange(FOLDS) for question in sorted(set(questions))}
    folds = np.array([fold_of[question] for question in questions])
    strength = np.zeros(len(y))
    for fold in range(FOLDS):
        kept = folds != fold
        weights = fit(x[kept], y[kept], balanced(y[kept], groups[kept]))
        strength[~kept] = chances(x[~kept], weights)
    return strength


def balanced(y: "Floats", groups: "NDArray[np.str_]") -> "Floats":
    """Weigh the questions so that each set, and both kinds of questions in it, count the same."""
    import numpy as np

    weights = np.zeros(len(y))
    for name in set(groups):
        for kind in (0.0, 1.0):
            group = (groups == name) & (y == kind)
            if group.any():
                weights[group] = 100 / group.sum()
    return weights


def fit(x: "Floats", y: "Floats", weight: "Floats") -> "Floats":
    """Logistic regression with a small ridge, by Newton's method; the bias first."""
    import numpy as np

    full = np.column_stack([np.ones(len(x)), x])
    beta = np.zeros(full.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-full @ beta))
        gradient = full.T @ (weight * (y - p)) - RIDGE * beta
        hessian = (full * (weight * p * (1 - p))[:, None]).T @ full + RIDGE * np.eye(len(beta))
        beta = beta + np.linalg.solve(hessian, gradient)
    return beta


def chances(x: "Floats", beta: "Floats") -> "Floats":
    """The chance of each row to be answerable."""
    import numpy as np

    p: Floats = 1 / (1 + np.exp(-(beta[0] + x @ beta[1:])))
    return p


def auc(yes: "Floats", no: "Floats") -> float:
    """How often an answerable question scores above an unanswerable one."""
    return float((yes[:, None] > no[None, :]).mean() + (yes[:, None] == no[None, :]).mean() / 2)


if __name__ == "__main__":
    main()
