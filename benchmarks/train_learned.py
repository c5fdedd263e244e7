"""Fit the learned second stage and measure it beside the rules on sets that it never saw.

    python -m benchmarks.train_learned [--cache FOLDER] [--cross FOLDER] [--confirm] [--write]

``--cross`` is what ``benchmarks.train_cross_encoder`` wrote. SciFact is measured by folds over documents. HealthVer and
one half of Climate-FEVER were looked at for choices; ``--confirm`` measures the other sets too. ``--write`` writes the
weights into the package, fitted on all that may be fitted.
"""

import argparse
import json
import pickle
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from assistant.verify import verify
from assistant.verify.alignment import find_evidence
from assistant.verify.learned_features import MOST_EVIDENCE, measure_features
from assistant.verify.source import parse_sentence, read_source
from benchmarks.learned_pairs import OPPOSES, SAYS, SILENT, Pair, read_measured_pairs, read_scifact, read_training_pairs
from store.embedding.minilm import MiniLM, TokenVectors
from store.paper import Paper

CHOICE = ("healthver", "climate_a")
MOST_MEASURED, MOST_FITTED, FOLDS = 800, 5000, 2
ORDER = ("unsupported", "contradicted", "absent", "partial", "doubtful", "supported", "worded", "entailed", "quoted")
Matrix = Any


class RememberedVectors:
    """The embedder with its last sentences remembered: sources come again and again."""

    def __init__(self) -> None:
        self._model = MiniLM()
        self._embed = lru_cache(maxsize=4000)(lambda text: self._model.embed_tokens([text])[0])

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Embed texts piece by piece."""
        return [self._embed(text) for text in texts]

    def rank(self, claim: str, source: Sequence[str]) -> list[str]:
        """List the sentences that are nearest to a claim, the nearest first."""
        whole = self._embed(claim).whole
        return sorted(source, key=lambda text: -float(self._embed(text).whole @ whole))[:MOST_EVIDENCE]


def rate_by_rules(pair: Pair) -> tuple[float, float]:
    """Give the place of the rules' sign on its scale and the coverage, the whole source given."""
    paper = Paper(id="source", title="", abstract=" ".join(pair.source))
    evidence = find_evidence(parse_sentence(pair.claim), [read_source(paper)])
    return float(ORDER.index(verify(pair.claim, [paper]).support.value)), evidence.measure_coverage()


def measure_pairs(pairs: Sequence[Pair], cache: Path) -> dict[str, Matrix]:
    """Measure the features and the rules of pairs, or read them from the cache."""
    if cache.is_file():
        with cache.open("rb") as file:
            return pickle.load(file)  # type: ignore[no-any-return]
    embedder, rows, evidence = RememberedVectors(), [], []
    for place, pair in enumerate(sorted(pairs, key=lambda pair: pair.group)):
        ranked = embedder.rank(pair.claim, pair.source)
        rows.append((pair, measure_features(pair.claim, ranked, embedder), rate_by_rules(pair)))
        evidence.append(ranked)
        if place % 500 == 499:
            print(f"{cache.stem}: {place + 1} of {len(pairs)}", flush=True)
    names = list(rows[0][1])
    table = {
        "pairs": [pair for pair, _, _ in rows],
        "evidence": evidence,
        "names": names,
        "x": np.array([[values[name] for name in names] for _, values, _ in rows], dtype=np.float32),
        "y": np.array([pair.label for pair, _, _ in rows]),
        "weight": np.array([pair.weight for pair, _, _ in rows]),
        "rules": np.array([2 * place + coverage for _, _, (place, coverage) in rows]),
    }
    with cache.open("wb") as file:
        pickle.dump(table, file)
    return table


def draw(pairs: Sequence[Pair], most: int) -> list[Pair]:
    """Draw at most so many pairs, the same ones each time."""
    return Random(0).sample(list(pairs), min(most, len(pairs)))


def measure_areas(scores: Matrix, y: Matrix) -> str:
    """Describe the areas under the curve: says against opposes, and says against all else."""
    says, opposes = scores
    parts = []
    for name, keep, value in (
        ("S/C", y != SILENT, says - opposes),
        ("S/N", y != OPPOSES, says),
        ("S/rest", y >= 0, says),
    ):
        if len(set(y[keep] == SAYS)) == 2:
            parts.append(f"{name} {roc_auc_score(y[keep] == SAYS, value[keep]):.3f}")
    return "  ".join(parts)


def fit_logistic(x: Matrix, y: Matrix, weight: Matrix) -> Any:
    """Fit a logistic regression."""
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=2000))
    return model.fit(x, y, logisticregression__sample_weight=weight)


def fit_trees(x: Matrix, y: Matrix, weight: Matrix) -> Any:
    """Fit boosted trees."""
    model = HistGradientBoostingClassifier(
        max_iter=120, learning_rate=0.06, max_leaf_nodes=12, min_samples_leaf=25, l2_regularization=5.0, random_state=0
    )
    return model.fit(x, y, sample_weight=weight)


def main() -> None:
    """Fit, measure and, where asked, write."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cache", type=Path, default=Path("/tmp/learned/cache"))
    parser.add_argument("--confirm", action="store_true")
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    everything = read_training_pairs(0)
    scifact = [pair for pair in everything if pair.kind == "scifact"]
    others = [pair for pair in everything if pair.kind != "scifact"]
    fitted = measure_pairs(scifact + draw(others, MOST_FITTED), options.cache / "fitted.pickle")
    measured = read_measured_pairs()
    names = CHOICE if not options.confirm else measured.keys()
    tables = {name: measure_pairs(draw(measured[name], MOST_MEASURED), options.cache / f"{name}.pickle") for name in names}
    report(fitted, tables)


def report(fitted: dict[str, Matrix], tables: dict[str, dict[str, Matrix]]) -> None:
    """Print the areas of each way on each set."""
    documents = sorted({pair.group for pair in read_scifact()})
    Random(0).shuffle(documents)
    fold_of = {document: place % FOLDS for place, document in enumerate(documents)}
    fold = np.array([fold_of.get(pair.group, -1) for pair in fitted["pairs"]])
    plain = np.array([pair.kind == "scifact" for pair in fitted["pairs"]])
    print("scifact rules", measure_areas((fitted["rules"][plain], np.zeros(plain.sum())), fitted["y"][plain]))
    for name, table in tables.items():
        print(name, "rules", measure_areas((table["rules"], np.zeros(len(table["y"]))), table["y"]))
    ways: dict[str, Callable[..., Any]] = {"logistic": fit_logistic, "trees": fit_trees}
    for way, fit in ways.items():
        scores = np.zeros((2, len(fold)))
        for part in range(FOLDS):
            inside = fold != part
            model = fit(fitted["x"][inside], fitted["y"][inside], fitted["weight"][inside])
            scores[:, ~inside] = _score(model, fitted["x"][~inside])
        print("scifact", way, measure_areas(scores[:, plain], fitted["y"][plain]))
        model = fit(fitted["x"], fitted["y"], fitted["weight"])
        for name, table in tables.items():
            print(name, way, measure_areas(_score(model, table["x"]), table["y"]))


def _score(model: Any, x: Matrix) -> Matrix:
    logs = np.log(model.predict_proba(x) + 1e-9)
    return np.array([logs[:, SAYS], logs[:, OPPOSES]])


if __name__ == "__main__":
    main()
