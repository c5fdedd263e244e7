"""What a learned second stage adds to the rules: python -m benchmarks.second_stage --cache FOLDER [--cross FOLDER].

    --cross FOLDER   what benchmarks.train_cross_encoder wrote (b); without it, features alone are weighed (a)
    --nearest        weigh the five sentences that are nearest by the embedder, not three that the rules cite
    --confirm        the part test of the claims in people's words, and the lists that were not looked at, too

*a* is fitted here on the natural pairs but the tenth that is kept, and a regression of three to five weights over the
sign of the rules, *a* and *b* on that tenth. Two thresholds are chosen on the claims in people's words of part dev:
from which on a claim that is worded alike passes, and one of which the rules only miss words. What the rules object to
otherwise never passes. Features are kept in the cache: after a change of the rules, empty it.
"""

import argparse
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import product
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import numpy as np

from assistant.verify import verify
from assistant.verify.entailment import Statement, can_change, select_evidence
from assistant.verify.learned_cross_encoder import CrossEncoder
from benchmarks.check import SETS, measure_area, part_of
from benchmarks.learned_corpus import is_kept, read_natural
from benchmarks.learned_features import measure_features
from benchmarks.learned_pairs import OPPOSES, SAYS, SILENT, Pair, read_measured_pairs, read_scifact, split_text
from benchmarks.train_learned import Matrix, RememberedVectors, TwoSteps, fit_logistic
from store.paper import Paper

CHOICE, MOST_MEASURED = ("healthver", "climate_a"), 300
# Sentences of the evidence that are weighed, and of them those that the cross-encoder reads.
MOST_EVIDENCE, MOST_READ = 3, 2
# The least that both error rates have to fall by on part dev for a pair of thresholds to be chosen.
LEAST_GAIN = 0.02

Claim = tuple[str, Sequence[Paper], int, str]


class Table(NamedTuple):
    """The claims of a list: their labels, the place of the rules' sign, whether they hold, and what may be changed."""

    texts: list[str]
    groups: list[str]
    evidence: list[tuple[str, ...]]
    features: Matrix
    label: Matrix
    rank: Matrix
    holds: Matrix
    open: Matrix


def measure_claims(claims: Iterable[Claim], path: Path, nearest: bool) -> Table:
    """Check claims by the rules and measure the features of each beside its evidence, or read them.

    Args:
        claims: What is measured.
        path: Where the table is kept.
        nearest: Whether the sentences nearest by the embedder are the evidence, not those that the rules cite.
    """
    if path.is_file():
        with path.open("rb") as file:
            return Table(*pickle.load(file))
    embedder, rows = RememberedVectors(), []
    for text, papers, label, group in claims:
        verdict = verify(text, papers)
        evidence = select_evidence(verdict.citations, papers)[:MOST_EVIDENCE]
        if nearest:
            evidence = tuple(embedder.rank(text, [part for paper in papers for part in split_text(paper.abstract)]))
        features = measure_features(text, evidence, embedder)
        signs = (verdict.support.rank, verdict.to_claim().holds, can_change(verdict))
        rows.append((text, group, evidence, list(features.values()), label, *signs))
    columns: list[list[Any]] = [list(column) for column in zip(*rows, strict=True)]
    table = Table(*columns[:3], *map(np.array, columns[3:]))
    with path.open("wb") as file:
        pickle.dump(tuple(table), file)
    return table


def choose_rows(table: Table, keep: Matrix) -> Table:
    """Choose rows of a table."""
    lists: list[Any] = [[value for value, kept in zip(column, keep, strict=True) if kept] for column in table[:3]]
    return Table(*lists, *(column[keep] for column in table[3:]))


def list_claims(pairs: Sequence[Pair], most: int = MOST_MEASURED) -> Iterator[Claim]:
    """List pairs as claims about a paper without a title, drawn the same way each time."""
    for pair in Random(0).sample(pairs, min(most, len(pairs))):
        yield pair.claim, (Paper(id="source", title="", abstract=" ".join(pair.source)),), pair.label, pair.group


def list_lists(confirm: bool) -> Iterator[tuple[str, Callable[[], Iterable[Claim]]]]:
    """List what is measured by name: claims in people's words, and labelled lists."""
    for part in ("dev", "test") if confirm else ("dev",):
        for name in ("natural", "third", "medical", "listing"):
            if part == "dev" or name != "listing":
                yield f"{name} {part}", partial(_list_cases, name, part)
    measured = read_measured_pairs()
    yield "scifact test", partial(list_claims, [pair for pair in read_scifact() if part_of(pair.group) == "test"])
    for name in measured if confirm else CHOICE:
        if name != "listing_dev":
            yield name, partial(list_claims, measured[name])


def _list_cases(name: str, part: str) -> Iterator[Claim]:
    for case in SETS[name](part):
        yield case.text, case.papers, SAYS if case.true else OPPOSES, case.papers[0].id


class Stack:
    """The sign of the rules, the weighed features and the cross-encoder, put together to one probability."""

    def __init__(self, natural: Table, encoder: CrossEncoder | None) -> None:
        kept = np.array([is_kept(Pair("", (), 0, group, "")) for group in natural.groups])
        fitted, self.kept = choose_rows(natural, ~kept), choose_rows(natural, kept)
        self._weighed = TwoSteps(fitted.features, fitted.label, np.ones(len(fitted.label)))
        self._encoder = encoder
        columns = self._list_columns(self.kept)
        self._model = fit_logistic(columns, self.kept.label == SAYS, np.ones(len(columns)))

    def score(self, table: Table) -> Mapping[str, Matrix]:
        """Score claims by each way."""
        columns = self._list_columns(table)
        scores = {"rules": -table.rank, "a": columns[:, 1]}
        if self._encoder:
            scores["b"] = columns[:, 3]
        return scores | {"all": self._model.predict_proba(columns)[:, 1]}

    def _list_columns(self, table: Table) -> Matrix:
        columns = [-table.rank, *_list_logits(self._weighed.predict_proba(table.features))]
        if self._encoder:
            pairs = zip(table.texts, table.evidence, strict=True)
            statements = [Statement(text, evidence[:MOST_READ]) for text, evidence in pairs]
            rated = self._encoder.rate_now(statements)
            columns += _list_logits(np.array([one[:3] if one else (1 / 3,) * 3 for one in rated]))
        return np.column_stack(columns)


def _list_logits(shares: Matrix) -> list[Matrix]:
    return [np.log(shares[:, label] + 1e-6) - np.log(1 - shares[:, label] + 1e-6) for label in (SAYS, OPPOSES)]


def measure_errors(table: Table, scores: Matrix, says: float, sure: float) -> tuple[float, float]:
    """Measure false pass and false strip with two thresholds."""
    passed = np.where(table.open, scores >= np.where(table.holds, says, sure), table.holds)
    true = table.label == SAYS
    return float(passed[~true].mean()), float(1 - passed[true].mean())


def choose_thresholds(table: Table, scores: Matrix) -> tuple[float, float] | None:
    """Choose the thresholds by which both error rates fall, and their sum most; None where there are none."""
    base = measure_errors(table, scores, -np.inf, np.inf)
    pairs = product(np.quantile(scores, np.linspace(0, 1, 50)), [*np.quantile(scores, np.linspace(0.3, 1, 40)), np.inf])
    rated = [(measure_errors(table, scores, *pair), pair) for pair in pairs]
    better = [(sum(errors), pair) for errors, pair in rated if max(np.subtract(errors, base)) <= -LEAST_GAIN]
    return min(better)[1] if better else None


def describe_areas(table: Table, scores: Mapping[str, Matrix]) -> str:
    """Describe the areas under the curve: said against opposed, and said against silent."""
    cells = []
    for way, values in scores.items():
        said = list(values[table.label == SAYS])
        others = [list(values[table.label == label]) for label in (OPPOSES, SILENT)]
        cells.append(f"{way} " + "/".join(f"{measure_area(said, other):.3f}" for other in others if other))
    return "  ".join(cells)


def main() -> None:
    """Print the areas, and what the chosen thresholds change."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, default=Path("build/second_stage"))
    parser.add_argument("--cross", type=Path)
    parser.add_argument("--nearest", action="store_true")
    parser.add_argument("--confirm", action="store_true")
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    natural = measure_claims(
        list_claims(read_natural(), most=10_000), options.cache / "natural pairs.pickle", options.nearest
    )
    stack = Stack(natural, CrossEncoder(options.cross) if options.cross else None)
    tables = {
        name: measure_claims(make(), options.cache / f"{name}.pickle", options.nearest)
        for name, make in list_lists(options.confirm)
    }
    scores = {name: stack.score(table) for name, table in tables.items()}
    for name, table in {"kept pairs": stack.kept, **tables}.items():
        print(f"{name:18} {describe_areas(table, scores.get(name) or stack.score(table))}", flush=True)
    dev = _join([tables[name] for name in ("natural dev", "third dev")])
    for way in ("a", "all"):
        chosen = choose_thresholds(dev, stack.score(dev)[way])
        print(f"{way}: thresholds {chosen}")
        for name, table in tables.items():
            if chosen and " " in name and name != "scifact test":
                pairs = [(-np.inf, np.inf), chosen]
                errors = [measure_errors(table, scores[name][way], says, sure) for says, sure in pairs]
                cells = (f"{false_pass:.3f}/{false_strip:.3f}" for false_pass, false_strip in errors)
                print(f"  {name:16} rules, with the stage: {', '.join(cells)}", flush=True)


def _join(tables: Sequence[Table]) -> Table:
    lists: list[Any] = [[value for table in tables for value in table[place]] for place in range(3)]
    return Table(
        *lists, *(np.concatenate([table[place] for table in tables]) for place in range(3, len(Table._fields)))
    )


if __name__ == "__main__":
    main()
