"""Fits the classifier of roles and writes its weights: python -m benchmarks.fit_roles [--test]  (two minutes).

Labelled abstracts of the shared folder: PubMedQA (MIT), SciFact (ODC-By) and the files of PubMed, their labels taken
off; and the wordings of benchmarks/roles_wordings.jsonl, invented abstracts as other fields write them. Rates are
printed on labelled papers that nothing was fitted on and on part dev of the listing (benchmarks/roles_listing.jsonl);
``--test`` fits nothing and prints the rates of the weights as they are on the parts that were not looked at.
"""

import argparse
import base64
import gzip
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression

from benchmarks.corpora import SHARED
from store.paper import Paper
from store.readers import read_papers
from store.text import roles
from store.text.roles import Role, chain
from store.text.roles.chain import PRESENT_MARK, is_present, list_features, marks_tense
from store.text.roles.labels import ALL, Roles, cut_at_labels, find_labels, read_label
from store.text.sentences import sentence_spans

HERE = Path(__file__).parent
LISTING = HERE.parent / "assistant" / "data" / "namkoong_listing.txt"
WEIGHTS = Path(roles.__file__).with_name("weights.json")
FIVE = (Role.BACKGROUND, Role.AIM, Role.METHOD, Role.RESULT, Role.CONCLUSION)
TOLD = (Role.LIMITATION, Role.AVAILABILITY)
# Labels that an abstract of SciFact or PubMed has at least to count as labelled.
LABELS = 3
# The weight of an invented abstract against a labelled one, and how often it counts in the chains; the strength of the
# regression; in how many sentences a feature stands at least (an invented one counts twice); how much the chain counts
# against the sentence, and the share of the roles' frequency that is taken off again. The best of a few by the rates on
# part dev: 3, 8, 20, 40; 1, 5; .05, .1, .2, .3; 2, 4; .4, .7, 1; .5 is not measured.
WEIGHT, TIMES, STRENGTH, SEEN, CHAIN, PRIOR = 40.0, 5, 0.2, 4, 0.7, 0.5


class Abstract(NamedTuple):
    """An abstract: its sentences without labels and the role of each, None where a label leaves it open."""

    sentences: Sequence[str]
    roles: Sequence[Role | None]
    source: str
    part: str


def main() -> None:
    """Fit, write the weights and print the rates."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--test", action="store_true")
    options = parser.parse_args()
    if not (SHARED / "eval").is_dir():
        print(f"not fitted: {SHARED} is not there, and the labelled abstracts are in it")
        return
    labelled = read_labelled()
    if not options.test:
        fit = [abstract for abstract in labelled if abstract.part == "fit"]
        WEIGHTS.write_text(json.dumps(fit_weights([*fit, *read_wordings()]), ensure_ascii=False) + "\n", "utf-8")
        chain.load_weights.cache_clear()
        print(f"{WEIGHTS.name}: {len(chain.load_weights().rows)} features, {WEIGHTS.stat().st_size / 1e3:.0f} kB")
    part = "test" if options.test else "dev"
    for source in ("scifact", "pubmedqa"):
        if chosen := [abstract for abstract in labelled if (abstract.source, abstract.part) == (source, part)]:
            print_rates(f"{source}, {part}", chosen)
    print_rates(f"listing, {part}", [abstract for abstract in read_listing() if abstract.part == part])


def read_labelled() -> list[Abstract]:
    """Read the labelled abstracts, each of one part by its paper.

    Of SciFact three in five are fitted on, one in five is dev and one test; of PubMedQA one half is fitted on.
    """
    with gzip.open(SHARED / "eval" / "pubmedqa_dev.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    # Answers are measured on the second half (part test of ``benchmarks.questions``): none of it is fitted on.
    abstracts = [_read_sections(row, "fit" if n < len(rows) // 2 else "test") for n, row in enumerate(rows)]
    with gzip.open(SHARED / "eval" / "retrieval" / "scifact" / "corpus.jsonl.gz", "rt", encoding="utf-8") as file:
        texts = [("scifact", row["id"], " ".join(row["text"].split())) for row in map(json.loads, file)]
    for folder in ("nbib", "pubmed_xml"):
        for path in sorted((SHARED / "formats" / folder).iterdir()):
            papers = [item for item in read_papers(path) if isinstance(item, Paper)]
            texts += [("pubmed", paper.id, paper.abstract) for paper in papers]
    return abstracts + [abstract for text in texts for abstract in _read_labelled_text(*text)]


def _read_sections(row: dict[str, Any], part: str) -> Abstract:
    sections = zip([*row["contexts"], row["conclusion"]], [*row["labels"], "CONCLUSION"], strict=True)
    sentences = [
        (text[start:end], _choose_only(read_label(label) or ALL))
        for text, label in sections
        for start, end in sentence_spans(text)
    ]
    return Abstract([text for text, _ in sentences], [role for _, role in sentences], "pubmedqa", part)


def is_fitted_on(paper: Paper) -> bool:
    """Whether the roles of a text of SciFact were fitted on."""
    return any(abstract.part == "fit" for abstract in _read_labelled_text("scifact", paper.id, paper.abstract))


def _read_labelled_text(source: str, paper: str, text: str) -> Iterator[Abstract]:
    spans = cut_at_labels(text, sentence_spans(text))
    labels = {label.start: label for label in find_labels(text, spans)}
    if len(labels) < LABELS:
        return
    sentences: list[tuple[str, Role | None]] = []
    current: Roles = ALL
    for start, end in spans:
        if start in labels:
            _, start, current = labels[start]
        if text[start:end].strip():
            sentences.append((text[start:end], _choose_only(current)))
    part = ("fit", "fit", "fit", "dev", "test")[_draw_number(paper) % 5]
    part = "fit" if source == "pubmed" else part
    yield Abstract([text for text, _ in sentences], [role for _, role in sentences], source, part)


def _choose_only(found: Roles) -> Role | None:
    return next(iter(found)) if len(found) == 1 else None


def _draw_number(paper: str) -> int:
    return hashlib.sha256(paper.encode()).digest()[0]


def read_wordings() -> list[Abstract]:
    """Read the invented abstracts."""
    lines = (HERE / "roles_wordings.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line)["sentences"] for line in lines]
    return [Abstract([text for _, text in row], [Role(role) for role, _ in row], "wordings", "fit") for row in rows]


def read_listing() -> list[Abstract]:
    """Read the listing with the roles that were given by hand."""
    papers = {paper.id: paper for paper in read_papers(LISTING) if isinstance(paper, Paper)}
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in (HERE / "roles_listing.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        rows[row["paper"]].append(row)
    return [
        Abstract(
            [papers[paper].abstract[row["start"] : row["end"]] for row in sentences],
            [Role(row["role"]) for row in sentences],
            "listing",
            sentences[0]["part"],
        )
        for paper, sentences in rows.items()
    ]


def fit_weights(abstracts: Sequence[Abstract]) -> dict[str, Any]:
    """Fit the regression and the chains, as weights.json holds them."""
    rows: list[list[str]] = []
    targets: list[Role] = []
    weights: list[float] = []
    seen: Counter[str] = Counter()
    for abstract in abstracts:
        own = abstract.source == "wordings"
        in_present = is_present(abstract.sentences)
        for features, role in zip(list_features(abstract.sentences), abstract.roles, strict=True):
            features += [f"{PRESENT_MARK}{name}" for name in features if marks_tense(name)] if in_present else []
            seen.update(dict.fromkeys(features, 2 if own else 1))
            if role is not None:
                rows.append(features)
                targets.append(role)
                weights.append(WEIGHT if own else 1.0)
    columns = {feature: n for n, feature in enumerate(sorted(f for f, count in seen.items() if count >= SEEN))}
    model = LogisticRegression(C=STRENGTH, max_iter=1000)
    model.fit(_build_matrix(rows, columns), [role.value for role in targets], sample_weight=weights)
    kinds = [Role(name) for name in model.classes_]
    frequency = np.log([targets.count(role) / len(targets) for role in kinds])
    unit = float(np.abs(model.coef_).max()) / 127
    matrix = np.rint(model.coef_.T / unit).astype(np.int8)
    names = list(columns)
    telling = {names[n] for n in np.flatnonzero(np.abs(matrix).max(axis=1) > 0)}
    telling |= {name.removeprefix(PRESENT_MARK) for name in telling}
    kept = [n for n, name in enumerate(names) if name in telling]
    past, present = (_count_steps(abstracts, kinds, tense) for tense in (False, True))
    return {
        "roles": [role.value for role in kinds],
        "unit": unit,
        "bias": np.round(model.intercept_ - PRIOR * CHAIN * frequency, 4).tolist(),
        "past": past.round(4).tolist(),
        "present": present.round(4).tolist(),
        "features": "\n".join(names[n] for n in kept),
        "matrix": base64.b64encode(matrix[kept].tobytes()).decode(),
    }


def _build_matrix(rows: Sequence[Sequence[str]], columns: dict[str, int]) -> Any:
    places = [sorted(columns[feature] for feature in row if feature in columns) for row in rows]
    starts = np.cumsum([0, *map(len, places)])
    flat = np.concatenate([np.array(row, dtype=int) for row in places])
    return sparse.csr_matrix((np.ones(len(flat)), flat, starts), shape=(len(rows), len(columns)))


def _count_steps(abstracts: Sequence[Abstract], kinds: Sequence[Role], present: bool) -> NDArray[np.float64]:
    """Count which role follows which in abstracts of one tense, the first sentence in the last row; as logarithms."""
    counts = np.ones((len(kinds) + 1, len(kinds)))
    for abstract in abstracts:
        if is_present(abstract.sentences) is not present:
            continue
        before = len(kinds)
        for role in abstract.roles:
            if role is not None and before >= 0:
                counts[before, kinds.index(role)] += TIMES if abstract.source == "wordings" else 1
            before = kinds.index(role) if role is not None else -1
    steps: NDArray[np.float64] = CHAIN * np.log(counts / counts.sum(axis=1, keepdims=True))
    return steps


def print_rates(name: str, abstracts: Sequence[Abstract]) -> None:
    """Print how many roles are right, and F1 for each."""
    pairs = [
        (gold, chosen)
        for abstract in abstracts
        for gold, chosen in zip(
            abstract.roles,
            chain.classify_sentences(abstract.sentences, [ALL] * len(abstract.sentences)),
            strict=True,
        )
        if gold is not None
    ]
    scores = {role: _measure_f1(pairs, role) for role in (*FIVE, *TOLD)}
    right = np.mean([gold is chosen for gold, chosen in pairs])
    macro = np.mean([scores[role] for role in FIVE])
    each = ", ".join(
        f"{role} {score:.2f} of {sum(gold is role for gold, _ in pairs)}" for role, score in scores.items()
    )
    print(f"{name}: {len(abstracts)} papers, {len(pairs)} sentences, right {right:.3f}, macro F1 {macro:.3f} ({each})")


def _measure_f1(pairs: Sequence[tuple[Role, Role]], role: Role) -> float:
    both = sum(gold is chosen is role for gold, chosen in pairs)
    either = sum((gold is role) + (chosen is role) for gold, chosen in pairs)
    return 2 * both / either if either else 0.0


if __name__ == "__main__":
    main()
