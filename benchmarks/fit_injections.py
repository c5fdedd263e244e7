"""Fits the classifier of orders and writes its weights: python -m benchmarks.fit_injections  (ten minutes).

Part dev of benchmarks/injections.jsonl and injections_third.jsonl, and the real sentences of parts fit and dev of
``list_honest``, with all their clauses. Thresholds are set by real sentences left out a fifth at a time; rates on
wordings of kinds that were left out likewise are printed. Part test is never read.
"""

import json
import random
import re
import unicodedata
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
from assistant.verify.injection.classifier import (
    CLAUSE,
    FeatureWindow,
    find_beginning,
    list_clause_features,
    list_cue_words,
    list_features,
    read_tokens,
)
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
# The share of real sentences that may be marked, and of those for which a vector may be computed.
ALARMS, DOUBTS = 0.0012, 0.025
# Of real sentences the vector is fitted on so many, and on those that by their words are most like orders, for it
# decides on such: with these .02 more of the orders of kinds left out are marked.
EMBEDDED, LIKE_ORDERS = 2000, 4000
# Parts that are left out in turn; papers next to each other, of one file, are in the same.
FOLDS, BLOCKS = 5, 50
# The longest order that is learned as a clause of a sentence, too, in words; the weight of that, and of a window of a
# real sentence.
LONGEST_CLAUSE, AS_CLAUSE, REAL = 30, 0.5, 1.0
# The least score by features of a sentence that is embedded while fitting.
NEAR = -6.0
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
    real = [*list_honest("fit"), *list_honest("dev")]
    science = [text for text in list_honest("fit") if 40 < len(text) < 160]
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
    fit = _Fit(examples, [fold_letters(text, words) for text in real])
    fit.print_rates_of_unseen_kinds()
    data = {"words": " ".join(sorted(words)), **fit.fit_all()}
    features = dict(sorted(data["features"].items()))
    data["features"] = "\n".join(features)
    data["hundredths"] = " ".join(str(round(100 * weight)) for weight in features.values())
    WEIGHTS.write_text(json.dumps(data, ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    print(f"{WEIGHTS.name}: {len(features)} features, {WEIGHTS.stat().st_size / 1e3:.0f} kB")


def list_known_words(rows: Sequence[Wording]) -> frozenset[str]:
    """List the words that are looked for behind disguises: those of the wordings and the whole cues."""
    texts = [fold_letters(row.text, frozenset()).text for row in rows if row.kind not in _CODED]
    found = {word for text in texts for word in re.findall(r"[^\W\d_]{2,}", text)}
    cues = {word for word in list_cue_words() if len(word) > 2}
    return frozenset(word for word in found | cues if not _is_unspaced(word))


def _is_unspaced(word: str) -> bool:
    return any(unicodedata.name(letter, "").startswith(("CJK", "HIRAGANA", "KATAKANA")) for letter in word)


def choose_features(examples: Sequence[Example]) -> dict[str, int]:
    """Choose the features of at least two wordings, each with a column."""
    wordings: dict[str, set[int]] = defaultdict(set)
    for example in examples:
        for feature in next(list_features(example.folded)).features:
            wordings[feature].add(example.wording)
    chosen = sorted(feature for feature, found in wordings.items() if len(found) > 1)
    return {feature: n for n, feature in enumerate([*chosen, CLAUSE])}


def build_matrix(windows: Sequence[FeatureWindow], columns: dict[str, int]) -> Matrix:
    """Build the matrix of which features each window has."""
    rows = [sorted(columns[feature] for feature in window.features if feature in columns) for window in windows]
    starts = np.cumsum([0, *map(len, rows)])
    places = np.concatenate([np.array(row, dtype=int) for row in rows])
    return sparse.csr_matrix((np.ones(len(places)), places, starts), shape=(len(rows), len(columns)))


class _Windows(NamedTuple):
    """Windows of texts: of window n the text is ``texts[n]``; it begins at ``starts[n]``."""

    folded: Sequence[Folded]
    texts: NDArray[np.int64]
    starts: NDArray[np.int64]
    matrix: Matrix

    @classmethod
    def list_all(cls, folded: Sequence[Folded], columns: dict[str, int]) -> "_Windows":
        found = [(n, window) for n, text in enumerate(folded) for window in list_features(text, columns)]
        return cls(
            folded,
            np.array([n for n, _ in found]),
            np.array([window.start for _, window in found]),
            build_matrix([window for _, window in found], columns),
        )

    def find_best(self, scores: Floats) -> tuple[Floats, NDArray[np.int64]]:
        """Find the highest score of each text, and the window that has it."""
        order = np.lexsort((-scores, self.texts))
        best = order[np.unique(self.texts[order], return_index=True)[1]]
        return scores[best], best


class _Fit:
    """Both regressions over wordings and real sentences.

    Wordings are learned as whole sentences, and short ones as clauses, too; real sentences with all their windows and
    clauses, in folds of papers next to each other, so that thresholds are set by sentences left out.
    """

    def __init__(self, examples: Sequence[Example], real: Sequence[Folded]) -> None:
        self.examples = examples
        self.columns = choose_features(examples)
        self.orders = np.array([example.is_order for example in examples])
        self.weights = np.array([example.weight for example in examples])
        self.written = _Windows.list_all([example.folded for example in examples], self.columns)
        self.real = _Windows.list_all(real, self.columns)
        self.real_folds = np.arange(len(real)) * BLOCKS // len(real) % FOLDS
        self.quiet = np.array([not _is_told_by_form(folded) for folded in real])
        whole = [next(list_features(example.folded, self.columns)) for example in examples]
        alone = [
            (n, list_clause_features(tokens, self.columns))
            for n, example in enumerate(examples)
            if 3 < len(tokens := read_tokens(example.folded.text)) <= LONGEST_CLAUSE
        ]
        self.learned = np.array([*range(len(examples)), *(n for n, _ in alone)])
        self.learned_matrix = build_matrix([*whole, *(window for _, window in alone)], self.columns)
        self.embedder = MiniLM()
        self.vectors: dict[str, Any] = {}

    def fit_words(self, fold: int = -1, left_out: NDArray[np.bool_] | None = None) -> LogisticRegression:
        """Fit on all but a fold of the real sentences and on the wordings that are not left out."""
        known = np.ones(len(self.examples), dtype=bool) if left_out is None else ~left_out
        rows, real = known[self.learned], self.real_folds[self.real.texts] != fold
        matrix = sparse.vstack([self.learned_matrix[rows], self.real.matrix[real]])
        is_order = np.concatenate([self.orders[self.learned][rows], np.zeros(real.sum(), dtype=bool)])
        is_clause = self.learned >= 0
        is_clause[: len(self.examples)] = False
        share = np.where(is_clause, AS_CLAUSE, 1.0)
        weights = np.concatenate([(self.weights[self.learned] * share)[rows], np.full(real.sum(), REAL)])
        model = LogisticRegression(C=STRENGTH, solver="liblinear", max_iter=300, random_state=0)
        return model.fit(matrix, is_order, sample_weight=weights)

    def embed(self, windows: "_Windows", chosen: NDArray[np.int64]) -> Floats:
        """Embed the beginnings of some windows."""
        texts = [find_beginning(windows.folded[windows.texts[n]], int(windows.starts[n])) for n in chosen]
        new = [text for text in dict.fromkeys(texts) if text not in self.vectors]
        if new:
            self.vectors |= dict(zip(new, self.embedder.embed(new), strict=True))
        return np.array([self.vectors[text] for text in texts])

    def fit_vectors(
        self, words: LogisticRegression, fold: int = -1, left_out: NDArray[np.bool_] | None = None
    ) -> LogisticRegression:
        """Fit on the wordings and on the real sentences that by their words are most like orders."""
        known = np.ones(len(self.examples), dtype=bool) if left_out is None else ~left_out
        first = np.unique(self.written.texts, return_index=True)[1]
        scores, best = self.real.find_best(words.decision_function(self.real.matrix))
        scores[self.real_folds == fold] = -np.inf
        ranked = np.argsort(-scores)
        alike = best[ranked[:LIKE_ORDERS]]
        others = best[np.random.RandomState(1).permutation(np.flatnonzero(np.isfinite(scores)))[:EMBEDDED]]
        vectors = np.vstack([self.embed(self.written, first[known]), self.embed(self.real, np.union1d(alike, others))])
        count = len(vectors) - known.sum()
        is_order = np.concatenate([self.orders[known], np.zeros(count, dtype=bool)])
        weights = np.concatenate([self.weights[known], np.ones(count)])
        model = LogisticRegression(C=VECTOR_STRENGTH, max_iter=1000, random_state=0)
        return model.fit(vectors, is_order, sample_weight=weights)

    def score_unseen(self) -> tuple[Floats, Floats]:
        """Score each real sentence by what was fitted without its fold: by its features, and with the vector added."""
        scores, sums = np.full((2, len(self.real.folded)), -np.inf)
        for fold in range(FOLDS):
            words = self.fit_words(fold)
            vectors = self.fit_vectors(words, fold)
            found, best = self.real.find_best(words.decision_function(self.real.matrix))
            mine = self.real_folds == fold
            scores[mine] = found[mine]
            sums[mine] = self.add_vectors(self.real, found, best, vectors, mine)[mine]
        return scores, sums

    def add_vectors(
        self,
        windows: "_Windows",
        scores: Floats,
        best: NDArray[np.int64],
        vectors: LogisticRegression,
        asked: NDArray[np.bool_],
    ) -> Floats:
        """Add what the vectors say to the scores of the texts that are asked for and may be orders."""
        near = asked & (scores > NEAR)
        sums = scores.copy()
        if near.any():
            sums[near] += SHARE * vectors.decision_function(self.embed(windows, best[near]))
        return sums

    def set_thresholds(self) -> dict[str, float]:
        """Set where a vector is asked for and what is marked, by the real sentences of folds left out."""
        scores, sums = self.score_unseen()
        scores, sums = scores[self.quiet], sums[self.quiet]
        ranked = np.sort(scores)[::-1]
        doubtful = float(ranked[int(DOUBTS * len(ranked))])
        assert doubtful > NEAR
        alarms = int(ALARMS * len(ranked))
        return {
            "doubtful": doubtful,
            "threshold": float(np.sort(sums[scores > doubtful])[::-1][alarms]),
            "alone": float(ranked[alarms]),
            "certain": float(ranked[0]) + 1.0,  # Above every real sentence.
        }

    def fit_all(self) -> dict[str, Any]:
        words = self.fit_words()
        vectors = self.fit_vectors(words)
        words.coef_[np.abs(words.coef_) < SMALL] = 0.0
        weights = dict(zip(self.columns, words.coef_[0], strict=True))
        return {
            "features": {feature: round(float(weight), 2) for feature, weight in weights.items() if weight},
            "bias": round(float(words.intercept_[0]), 3),
            "vector": [round(float(weight), 3) for weight in vectors.coef_[0]],
            "vector_bias": round(float(vectors.intercept_[0]), 3),
            "share": SHARE,
            **{name: round(value, 3) for name, value in self.thresholds.items()},
        }

    def print_rates_of_unseen_kinds(self) -> None:
        # An order and the honest sentences that look like it are left out together.
        self.thresholds = limits = self.set_thresholds()
        print(limits)
        kinds = sorted({_pair_kind(example.kind) for example in self.examples})
        order = np.random.RandomState(0).permutation(len(kinds))
        folds = {kinds[kind]: n % FOLDS for n, kind in enumerate(order)}
        marked: dict[bool, list[bool]] = {True: [], False: []}
        by_kind: dict[str, list[bool]] = defaultdict(list)
        for fold in range(FOLDS):
            left_out = np.array([folds[_pair_kind(example.kind)] == fold for example in self.examples])
            words = self.fit_words(left_out=left_out)
            vectors = self.fit_vectors(words, left_out=left_out)
            scores, best = self.written.find_best(words.decision_function(self.written.matrix))
            sums = self.add_vectors(self.written, scores, best, vectors, left_out)
            for n in map(int, np.flatnonzero(left_out)):
                mark = (
                    scores[n] >= limits["certain"]
                    or (scores[n] > limits["doubtful"] and sums[n] > limits["threshold"])
                    or _is_told_by_form(self.examples[n].folded)
                )
                marked[bool(self.orders[n])].append(bool(mark))
                by_kind[self.examples[n].kind].append(bool(mark))
        print(f"kinds left out: orders marked {np.mean(marked[True]):.3f}, honest ones {np.mean(marked[False]):.3f}")
        print(", ".join(f"{kind} {np.mean(marks):.2f}" for kind, marks in by_kind.items()))


def _pair_kind(kind: str) -> str:
    return kind.removeprefix("like-")


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
