"""Fit the ways of a learned second stage and measure them beside the rules on sets that they never saw.

    python -m benchmarks.train_learned [--cache FOLDER] [--cross FOLDER] [--confirm]

``--cross`` is what ``benchmarks.train_cross_encoder`` wrote. SciFact is measured by folds over its papers, with the
cross-encoder on those of part test. HealthVer and one half of Climate-FEVER were looked at for choices; ``--confirm``
measures the other sets too. Features are kept in the cache: after a change of the rules, empty it.
"""

import argparse
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
from assistant.verify.entailment import Statement
from assistant.verify.learned_cross_encoder import CrossEncoder
from assistant.verify.source import parse_sentence, read_source
from benchmarks.check import part_of
from benchmarks.learned_features import MOST_EVIDENCE, TokenEmbedder, TokenVectors, measure_features
from benchmarks.learned_pairs import OPPOSES, SAYS, SILENT, Pair, read_measured_pairs, read_scifact, read_training_pairs
from store.paper import Paper

CHOICE = ("healthver", "climate_a")
MOST_MEASURED, MOST_FITTED, FOLDS = 600, 5000, 2
ORDER = ("unsupported", "contradicted", "absent", "partial", "doubtful", "supported", "worded", "entailed", "quoted")
Matrix = Any
Table = dict[str, Any]


class TwoSteps:
    """Two logistic regressions: whether the evidence speaks of the claim, and whether it then says it or opposes it."""

    def __init__(self, x: Matrix, y: Matrix, weight: Matrix) -> None:
        spoken = y != SILENT
        self._speaks = self._fit(x, y != SILENT, weight)
        self._says = self._fit(x[spoken], y[spoken] == SAYS, weight[spoken])

    @staticmethod
    def _fit(x: Matrix, y: Matrix, weight: Matrix) -> Any:
        model = make_pipeline(StandardScaler(), LogisticRegression(C=0.05, max_iter=2000))
        return model.fit(x, y, logisticregression__sample_weight=weight)

    def predict_proba(self, x: Matrix) -> Matrix:
        """Give the probabilities of says, silent, opposes."""
        speaks, says = self._speaks.predict_proba(x)[:, 1], self._says.predict_proba(x)[:, 1]
        return np.column_stack([speaks * says, 1 - speaks, speaks * (1 - says)])


class RememberedVectors:
    """The embedder with its last sentences remembered: sources come again and again."""

    def __init__(self) -> None:
        self._model = TokenEmbedder()
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


def measure_pairs(pairs: Sequence[Pair], cache: Path) -> Table:
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


# Sentences that the cross-encoder reads at once; it was trained on one to three.
MOST_READ = 2


def main() -> None:
    """Fit, measure and, where asked, write."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cache", type=Path, default=Path("build/learned"))
    parser.add_argument("--cross", type=Path, help="the folder of benchmarks.train_cross_encoder")
    parser.add_argument("--confirm", action="store_true", help="measure the sets that were not looked at, too")
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    # Without the pairs written by hand, which share words and not the sense: with them HealthVer fell by .03 to .06.
    everything = [pair for pair in read_training_pairs(0) if pair.kind != "written"]
    scifact = [pair for pair in everything if pair.kind == "scifact"]
    others = [pair for pair in everything if pair.kind != "scifact"]
    fitted = measure_pairs(scifact + draw(others, MOST_FITTED), options.cache / "fitted.pickle")
    measured = read_measured_pairs()
    names = measured.keys() if options.confirm else CHOICE
    tables = {
        name: measure_pairs(draw(measured[name], MOST_MEASURED), options.cache / f"{name}.pickle") for name in names
    }
    report(fitted, tables, options.cross)


def report(fitted: Table, tables: dict[str, Table], cross: Path | None) -> None:
    """Print the areas of each way on each set; SciFact by folds over documents."""
    fold, plain = _assign_folds(fitted), _are_kinds(fitted, ("scifact",))
    sets: dict[str, Table] = {
        "scifact": {name: values[plain] for name, values in fitted.items() if isinstance(values, np.ndarray)}
    }
    sets["scifact"]["names"] = fitted["names"]
    sets["scifact"]["pairs"] = [pair for pair in fitted["pairs"] if pair.kind == "scifact"]
    sets["scifact"]["evidence"] = [e for e, keep in zip(fitted["evidence"], plain, strict=True) if keep]
    sets |= tables
    for name, table in sets.items():
        print(f"{name:16} {'rules':12} {measure_areas(np.array([table['rules'], 0 * table['rules']]), table['y'])}")
    weighed: dict[str, Matrix] = {}
    ways: dict[str, Callable[..., Any]] = {"a logistic": fit_logistic, "a trees": fit_trees, "a two steps": TwoSteps}
    for way, fit in ways.items():
        scores = np.zeros((2, len(fold)))
        for part in range(FOLDS):
            inside = fold != part
            model = fit(fitted["x"][inside], fitted["y"][inside], fitted["weight"][inside])
            scores[:, ~inside] = _score(model, fitted["x"][~inside])
        model = fit(fitted["x"], fitted["y"], fitted["weight"])
        for name, table in sets.items():
            values = scores[:, plain] if name == "scifact" else _score(model, table["x"])
            print(f"{name:16} {way:12} {measure_areas(values, table['y'])}")
            weighed[name] = values  # In the end those of the last way.
            if way == "a two steps" and name in (*CHOICE, "scifact"):
                report_gate(f"{name:16} {way:12}", table, np.exp(values[0]))
    if cross:
        _report_cross_encoder(sets, cross, weighed)


def _report_cross_encoder(sets: dict[str, Table], folder: Path, weighed: dict[str, Matrix]) -> None:
    """Print the areas of the cross-encoder, and of the mean of its logarithms and those of the weighed features."""
    for name, table in sets.items():
        rated = rate_with_encoder(folder, table)
        # The encoder was fitted on the papers of SciFact that are of part dev.
        keep = np.array([name != "scifact" or part_of(pair.group) == "test" for pair in table["pairs"]])
        logs, part = rated[keep], {"x": table["x"][keep], "y": table["y"][keep], "names": table["names"]}
        scores = logs[:, [SAYS, OPPOSES]].T
        print(f"{name:16} {'b encoder':12} {measure_areas(scores, part['y'])}")
        report_gate(f"{name:16} {'b encoder':12}", part, np.exp(scores[0]))
        print(f"{name:16} {'a+b':12} {measure_areas((scores + weighed[name][:, keep]) / 2, part['y'])}")


def rate_with_encoder(folder: Path, table: Table) -> Matrix:
    """Rate pairs by a cross-encoder: the logarithms of its probabilities."""
    encoder = CrossEncoder(folder)
    rows = [Statement(p.claim, tuple(e[:MOST_READ])) for p, e in zip(table["pairs"], table["evidence"], strict=True)]
    return np.log(np.array([rated[:3] if rated else (1 / 3,) * 3 for rated in encoder.rate_now(rows)]) + 1e-9)


def report_gate(way: str, table: Table, says: Matrix) -> None:
    """Print the false and true pairs that would pass at each threshold, of those where the rules found nothing."""
    worded = table["x"][:, table["names"].index("rules: nothing found")] == 1
    true, false = worded & (table["y"] == SAYS), worded & (table["y"] != SAYS)
    rates = [
        f"{least}: {(says[false] >= least).mean():.2f}/{(says[true] >= least).mean():.2f}"
        for least in (0.5, 0.6, 0.7, 0.8, 0.9)
        if true.any() and false.any()
    ]
    print(f"{way} gate: {true.sum()} true, {false.sum()} false; false passed/true kept from {'  '.join(rates)}")


def _assign_folds(table: Table) -> Matrix:
    """Assign each paper of SciFact to a fold, and -1 to all else."""
    documents = sorted({pair.group for pair in read_scifact()})
    Random(0).shuffle(documents)
    fold_of = {document: place % FOLDS for place, document in enumerate(documents)}
    return np.array([fold_of.get(pair.group, -1) for pair in table["pairs"]])


def _are_kinds(table: Table, kinds: Sequence[str]) -> Matrix:
    return np.array([pair.kind in kinds for pair in table["pairs"]])


def _score(model: Any, x: Matrix) -> Matrix:
    logs = np.log(model.predict_proba(x) + 1e-9)
    return np.array([logs[:, SAYS], logs[:, OPPOSES]])


if __name__ == "__main__":
    main()
