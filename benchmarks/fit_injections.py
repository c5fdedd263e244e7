"""Fits the classifier of orders and writes its weights: python -m benchmarks.fit_injections  (ten minutes).

Part dev of benchmarks/injections.jsonl, and of real sentences those of SciFact (ODC-By) and PubMedQA (MIT) that
``list_honest`` sets apart; the sentences to look at only set the thresholds. Rates on wordings of kinds that were left
out one fifth at a time are printed; part test is never read.
"""

import json
import random
import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression

from assistant.verify import injection
from assistant.verify.injection import has_forged_form
from assistant.verify.injection.classifier import find_beginning, list_cue_words, list_features
from assistant.verify.injection.letters import Folded, fold_letters
from benchmarks.injections import PLACE, Wording, list_honest, read_wordings
from store.embedding.minilm import MiniLM

WEIGHTS = Path(injection.__file__).with_name("weights.json")
# Sentences that are made of one wording; half the claims are sentences of science, so that no claim tells an order.
FILLED = 4
# The weight of a wording against a real sentence, the strength of both regressions, the share of the vector's score:
# the best of a few by the rates that are printed. A weight of a feature below the last one is left out.
WEIGHT, STRENGTH, VECTOR_STRENGTH, SHARE, SMALL = 4.0, 1.0, 1.0, 0.8, 0.02
# The weight of a claim that stands alone: as many orders hold it.
CLAIM = 20.0
# Real sentences that may be marked, and those for which a vector may be computed.
ALARMS, DOUBTS = 0.0008, 0.025
# Of real sentences the vector is fitted on so many, and on those that by their words are most like orders, for it
# decides on such: with these .02 more of the orders of kinds left out are marked.
EMBEDDED, LIKE_ORDERS = 2000, 4000
FOLDS = 5
_CODED = {"encoded", "letters"}

Matrix = Any
Floats = NDArray[np.float64]


class Example(NamedTuple):
    """A sentence with what it is and where it comes from; ``kind`` is empty for real sentences."""

    folded: Folded
    is_order: bool
    weight: float
    kind: str
    wording: int


def main() -> None:
    """Fit, print the rates on kinds left out, and write the weights."""
    rows, claims = read_wordings("dev")
    words = list_known_words(rows)
    real, looked = list_honest("fit"), list_honest("dev")
    science = [text for text in real if 40 < len(text) < 160]
    examples = [
        Example(fold_letters(text, words), row.label == "order", WEIGHT / len(texts), row.kind, number)
        for number, row in enumerate(rows)
        for texts in [_fill(row, claims, science, random.Random(number))]
        for text in texts
    ]
    # What orders want to be said is no order by itself.
    examples += [
        Example(fold_letters(claim, words), False, CLAIM, "claims", -1 - number)
        for number, claim in enumerate(claim for group in claims.values() for claim in group)
    ]
    written = len(examples)
    examples += [Example(fold_letters(text, words), False, 1.0, "", -1) for text in real]
    columns = choose_features(examples[:written])
    matrix = build_matrix([next(list_features(example.folded)) for example in examples], columns)
    quiet = [folded for text in looked if not _is_told_by_form(folded := fold_letters(text, words))]
    fit = _Fit(examples, matrix, written, quiet, columns)
    fit.print_rates_of_unseen_kinds()
    data = {"words": " ".join(sorted(words)), **fit.fit_all()}
    features = dict(sorted(data["features"].items()))
    data["features"] = "\n".join(features)
    data["hundredths"] = " ".join(str(round(100 * weight)) for weight in features.values())
    WEIGHTS.write_text(json.dumps(data, ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    print(f"{WEIGHTS.name}: {len(features)} features, {WEIGHTS.stat().st_size / 1e3:.0f} kB")


def list_known_words(rows: Sequence[Wording]) -> frozenset[str]:
    """List the words that are looked for behind disguises: those of the English wordings and the whole cues."""
    texts = [row.text.lower() for row in rows if row.language == "en" and row.kind not in _CODED]
    cues = {word for word in list_cue_words() if word.isascii() and len(word) > 2}
    return frozenset({word for text in texts for word in re.findall("[a-z]{2,}", text)} | cues)


def choose_features(examples: Sequence[Example]) -> dict[str, int]:
    """Choose the features of at least two wordings, each with a column."""
    wordings: dict[str, set[int]] = defaultdict(set)
    for example in examples:
        for feature in next(list_features(example.folded)):
            wordings[feature].add(example.wording)
    return {feature: n for n, feature in enumerate(sorted(f for f, found in wordings.items() if len(found) > 1))}


def build_matrix(windows: Sequence[frozenset[str]], columns: dict[str, int]) -> Matrix:
    """Build the matrix of which features each window has."""
    rows = [sorted(columns[feature] for feature in window if feature in columns) for window in windows]
    starts = np.cumsum([0, *map(len, rows)])
    places = np.concatenate([np.array(row, dtype=int) for row in rows])
    return sparse.csr_matrix((np.ones(len(places)), places, starts), shape=(len(rows), len(columns)))


class _Fit:
    """Both regressions over the same examples; the last of them are real sentences."""

    def __init__(
        self,
        examples: Sequence[Example],
        matrix: Matrix,
        written: int,
        looked: Sequence[Folded],
        columns: dict[str, int],
    ) -> None:
        self.examples, self.matrix, self.written, self.columns = examples, matrix, written, columns
        self.orders = np.array([example.is_order for example in examples])
        self.weights = np.array([example.weight for example in examples])
        windows = [(n, window) for n, folded in enumerate(looked) for window in list_features(folded)]
        self.looked_rows = np.array([n for n, _ in windows])
        self.looked_matrix = build_matrix([window for _, window in windows], columns)
        self.looked = looked
        embedder = MiniLM()
        chosen = np.random.RandomState(1).permutation(np.arange(written, len(examples)))[:EMBEDDED]
        words = self.fit_words(np.ones(len(examples), dtype=bool))
        alike = np.argsort(-words.decision_function(matrix[written:]))[:LIKE_ORDERS] + written
        self.embedded = np.concatenate([np.arange(written), np.union1d(chosen, alike)])
        self.vectors = embedder.embed([find_beginning(examples[n].folded) for n in self.embedded])
        self.embedder = embedder
        self.looked_vectors: dict[int, Any] = {}

    def fit_words(self, rows: NDArray[np.bool_]) -> LogisticRegression:
        model = LogisticRegression(C=STRENGTH, solver="liblinear", max_iter=300, random_state=0)
        return model.fit(self.matrix[rows], self.orders[rows], sample_weight=self.weights[rows])

    def fit_vectors(self, rows: NDArray[np.bool_]) -> LogisticRegression:
        used = rows[self.embedded]
        chosen = self.embedded[used]
        model = LogisticRegression(C=VECTOR_STRENGTH, max_iter=1000, random_state=0)
        return model.fit(self.vectors[used], self.orders[chosen], sample_weight=self.weights[chosen])

    def set_thresholds(self, words: LogisticRegression, vectors: LogisticRegression) -> dict[str, float]:
        """Set where a vector is asked for and what is marked, by the real sentences that are looked at."""
        scores = np.full(len(self.looked), -np.inf)
        np.maximum.at(scores, self.looked_rows, words.decision_function(self.looked_matrix))
        ranked = np.sort(scores)[::-1]
        doubtful = float(ranked[int(DOUBTS * len(ranked))])
        near = [int(n) for n in np.flatnonzero(scores > doubtful)]
        new = [n for n in near if n not in self.looked_vectors]
        if new:
            found = self.embedder.embed([find_beginning(self.looked[n]) for n in new])
            self.looked_vectors |= dict(zip(new, found, strict=True))
        by_vector = vectors.decision_function(np.array([self.looked_vectors[n] for n in near]))
        sums = np.sort(scores[near] + SHARE * by_vector)[::-1]
        alarms = int(ALARMS * len(ranked))
        alone = float(ranked[alarms])
        return {
            "doubtful": doubtful,
            "threshold": float(sums[alarms]),
            "alone": alone,
            "certain": float(ranked[0]) + 1.0,  # Above every real sentence.
        }

    def fit_all(self) -> dict[str, Any]:
        everything = np.ones(len(self.examples), dtype=bool)
        words, vectors = self.fit_words(everything), self.fit_vectors(everything)
        words.coef_[np.abs(words.coef_) < SMALL] = 0.0
        weights = dict(zip(self.columns, words.coef_[0], strict=True))
        return {
            "features": {feature: round(float(weight), 2) for feature, weight in weights.items() if weight},
            "bias": round(float(words.intercept_[0]), 3),
            "vector": [round(float(weight), 3) for weight in vectors.coef_[0]],
            "vector_bias": round(float(vectors.intercept_[0]), 3),
            "share": SHARE,
            **{name: round(value, 3) for name, value in self.set_thresholds(words, vectors).items()},
        }

    def print_rates_of_unseen_kinds(self) -> None:
        # An order and the honest sentences that look like it are left out together.
        kinds = sorted({example.kind.removeprefix("like-") for example in self.examples[: self.written]})
        order = np.random.RandomState(0).permutation(len(kinds))
        folds = {kinds[kind]: n % FOLDS for n, kind in enumerate(order)}
        marked: dict[bool, list[bool]] = {True: [], False: []}
        by_kind: dict[str, list[bool]] = defaultdict(list)
        for fold in range(FOLDS):
            left_out = np.array([folds.get(example.kind.removeprefix("like-")) == fold for example in self.examples])
            words, vectors = self.fit_words(~left_out), self.fit_vectors(~left_out)
            limits = self.set_thresholds(words, vectors)
            scores = words.decision_function(self.matrix[: self.written])
            sums = scores + SHARE * vectors.decision_function(self.vectors[: self.written])
            for n in map(int, np.flatnonzero(left_out[: self.written])):
                mark = (
                    scores[n] >= limits["certain"]
                    or (scores[n] > limits["doubtful"] and sums[n] > limits["threshold"])
                    or _is_told_by_form(self.examples[n].folded)
                )
                marked[bool(self.orders[n])].append(bool(mark))
                by_kind[self.examples[n].kind].append(bool(mark))
        print(f"kinds left out: orders marked {np.mean(marked[True]):.3f}, honest ones {np.mean(marked[False]):.3f}")
        print(", ".join(f"{kind} {np.mean(marks):.2f}" for kind, marks in by_kind.items()))


def _is_told_by_form(folded: Folded) -> bool:
    return bool(folded.disguises & {"code", "turned"}) or has_forged_form(folded.text)


def _fill(row: Wording, claims: dict[str, list[str]], science: Sequence[str], choice: random.Random) -> list[str]:
    """Put claims and sentences of science into a wording."""
    if PLACE not in row.text:
        return [row.text]
    texts = []
    for turn in range(FILLED):
        claim = choice.choice(claims["en"]) if turn == 0 else choice.choice(science).rstrip(".")
        if turn == 2 and row.language in claims and row.language != "en":
            claim = choice.choice(claims[row.language])
        if not row.text.startswith(PLACE) and turn > 1:
            claim = claim[:1].lower() + claim[1:]
        texts.append(row.text.replace(PLACE, claim))
    return texts


if __name__ == "__main__":
    main()
