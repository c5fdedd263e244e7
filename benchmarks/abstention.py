"""When to answer: features of answerable and unanswerable questions, and the regression that tells them apart.

    python -m benchmarks.abstention

Answerable: the queries of each shared collection on itself, and the answerable questions on the sample. Unanswerable:
the queries of each collection on another one, the sample's questions on the collections and the reverse, and the
questions of the question files that are marked so. Prints the fitted weights, what leaving each library out of the
fit costs, and the two kinds of errors at several thresholds.
"""

import json
import random
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.answer.sufficiency import FEATURES, measure_coverage
from assistant.question.parse import parse_question
from benchmarks.corpora import CACHE, COLLECTIONS, SHARED, library, queries, relevant
from store.embedding.minilm import MiniLM
from store.ingest import add_file
from store.library import Library

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SAMPLE = Path(__file__).parents[1] / "assistant" / "data" / "namkoong_listing.txt"
QUESTION_FILES = (
    SHARED / "eval" / "questions.jsonl",
    Path(__file__).with_name("questions.jsonl"),
    Path(__file__).with_name("questions_second.jsonl"),
)
PER_PAIR = 150
RIDGE = 1.0


def main() -> None:
    """Fit and print."""
    import numpy as np

    rows = examples()
    names = np.array([name for name, _, _ in rows])
    x = np.array([values for _, values, _ in rows])
    y = np.array([answerable for _, _, answerable in rows], dtype=float)
    print(f"{len(y)} questions, {int(y.sum())} answerable")
    weights = fit(x, y, balanced(y, names))
    print("bias", round(float(weights[0]), 2), dict(zip(FEATURES, np.round(weights[1:], 2).tolist(), strict=True)))
    for name in sorted(set(names)):
        rest = names != name
        held = chances(x[~rest], fit(x[rest], y[rest], balanced(y[rest], names[rest])))
        wrong = (held >= 0.5) != (y[~rest] > 0.5)
        print(f"left out {name:10s} n {len(held):4d}  errors {wrong.mean():.3f}  AUC {auc(held, y[~rest]):.3f}")
    p = chances(x, weights)
    for threshold in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7):
        false = [(p[(y == 1) & (names == n)] < threshold).mean() for n in sorted(set(names))]
        missed = [(p[(y == 0) & (names == n)] >= threshold).mean() for n in sorted(set(names))]
        print(f"threshold {threshold}: false abstentions", np.round(false, 3), " answered wrongly", np.round(missed, 3))


def examples() -> list[tuple[str, list[float], bool]]:
    """Library name, features and whether it holds an answer, for each pair of a question and a library."""
    draw = random.Random(0)
    mine = [json.loads(line) for path in QUESTION_FILES for line in path.read_text(encoding="utf-8").splitlines()]
    mine = [one for one in mine if one["type"] in ("fact", "method", "multi", "unanswerable")]
    libraries = {"sample": sample(), **{name: library(name) for name in COLLECTIONS}}
    asked = {name: [text for key, text in queries(name).items() if key in relevant(name)] for name in COLLECTIONS}
    asked["sample"] = [one["question"] for one in mine if not one.get("abstain")]
    rows = []
    for here, place in libraries.items():
        for there, texts in asked.items():
            some = draw.sample(texts, min(PER_PAIR, len(texts)))
            rows += [(here, features(place, text), here == there) for text in some]
        if here == "sample":
            rows += [(here, features(place, one["question"]), False) for one in mine if one.get("abstain")]
    return rows


def sample() -> Library:
    """The shipped listing."""
    made = Library(CACHE / "sample", MiniLM())
    for _ in add_file(made, SAMPLE):
        pass
    return made


def features(place: Library, question: str) -> list[float]:
    """What ``Evidence`` says of a question."""
    view = place.view()
    assert view is not None
    topic = parse_question(question, view).topic or question
    evidence = measure_coverage(view, topic, place.search(topic, 10))
    return [float(getattr(evidence, name)) for name in FEATURES]


def balanced(y: "NDArray[np.float64]", names: "NDArray[np.str_]") -> "NDArray[np.float64]":
    """Weights that make each library, and both kinds of questions in it, count the same."""
    import numpy as np

    weights = np.zeros(len(y))
    for name in set(names):
        for kind in (0.0, 1.0):
            group = (names == name) & (y == kind)
            if group.any():
                weights[group] = 100 / group.sum()
    return weights


def fit(x: "NDArray[np.float64]", y: "NDArray[np.float64]", weight: "NDArray[np.float64]") -> "NDArray[np.float64]":
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


def chances(x: "NDArray[np.float64]", beta: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """The chance of each row to be answerable."""
    import numpy as np

    p: NDArray[np.float64] = 1 / (1 + np.exp(-(beta[0] + x @ beta[1:])))
    return p


def auc(p: "NDArray[np.float64]", y: "NDArray[np.float64]") -> float:
    """How often an answerable question scores above an unanswerable one."""
    yes, no = p[y == 1], p[y == 0]
    return float((yes[:, None] > no[None, :]).mean() + (yes[:, None] == no[None, :]).mean() / 2)


if __name__ == "__main__":
    main()
