"""Pairs for the cross-encoder, most of them without anybody's labels: made of the abstracts of SciFact's corpus.

A title or a conclusion says what its abstract says, in other words; a sentence of the nearest other paper does not.
Sentences are changed by rule as in ``learned_pairs``, and in half of the cases the *source* is changed and the claim
left as it was, so that nothing can be told from the wording of the claim alone. Papers of part test (see
``benchmarks.check``) are left out, for they measure.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import NamedTuple

from benchmarks.check import MEDICAL, PUBMEDQA, part_of
from benchmarks.corpora import SHARED
from benchmarks.learned_pairs import (
    CHANGES,
    OPPOSES,
    SAYS,
    SILENT,
    Pair,
    add_lead,
    change_sentence,
    choose_changes,
    make_from_pubmedqa,
    make_from_scifact,
    put_synonym,
    read_lines,
    read_scifact,
    read_written,
    split_text,
)

CORPUS = SHARED / "eval" / "retrieval" / "scifact" / "corpus.jsonl.gz"
NATURAL_PAIRS = Path(__file__).with_name("natural_pairs.jsonl")
MADE_PAIRS = Path(__file__).with_name("natural_pairs_made.jsonl")
# Of the made pairs those that the cross-encoder is fitted on; the others measure it, and what stands on it.
FITTED = "fitted"
LABELS = {"says": SAYS, "silent": SILENT, "opposes": OPPOSES}
# A label beside the three: silent or opposed, nobody knows which.
NOT_SAID = 3
_INFERENCE = {"entailment": SAYS, "neutral": SILENT, "contradiction": OPPOSES}
_LONGEST_PREMISE = 600
# What turns a statement round when it is done to the source: a dropped hedge or a synonym does not.
_TURNING = ("number", "arms", "antonym", "negation", "affirmation", "groups")
_TERM = re.compile(r"[A-Za-z][A-Za-z0-9-]{4,}")
# Words that stand in more than one abstract in so many name no subject.
_RARE = 30


class Document(NamedTuple):
    """A paper: its id, title and sentences, and the place of the paper that is nearest to it."""

    id: str
    title: str
    sentences: tuple[str, ...]
    nearest: int = 0


class PairMaker:
    """Makes pairs of the papers that may be fitted; each pass over them draws other changes."""

    def __init__(self) -> None:
        rows = [(row["id"], row["title"], split_text(row["text"])) for row in read_lines(CORPUS)]
        measured = {pair.group for pair in read_scifact() if part_of(pair.group) != "dev"}
        documents = [Document(*row) for row in rows if len(row[2]) > 2 and row[0] not in measured]
        nearest = _find_nearest([f"{document.title} {' '.join(document.sentences)}" for document in documents])
        self._documents = [row._replace(nearest=place) for row, place in zip(documents, nearest, strict=True)]
        counts = Counter(term for row in documents for term in set(_TERM.findall(" ".join(row.sentences))))
        self._rare = {term for term, count in counts.items() if count * _RARE < len(documents)}

    def make(self, seed: int) -> list[Pair]:
        """Make the pairs of one pass."""
        random = Random(seed)
        pairs = [pair for document in self._documents for pair in self._make_from_document(document, random)]
        pairs += make_gold(random)
        random.shuffle(pairs)
        return pairs

    def _make_from_document(self, document: Document, random: Random) -> Iterator[Pair]:
        other, whole, group = self._documents[document.nearest], document.sentences, document.id
        title = document.title.rstrip(" .") + "."
        if "?" not in title and len(title.split()) > 4:
            if random.random() < 0.5:
                yield Pair(title, whole, SAYS, group, "title", 0.7)
                for kind, changed, label in choose_changes(change_sentence(title, random), random, 1):
                    if label == OPPOSES:
                        yield Pair(changed, whole, label, group, f"title {kind}", 0.7)
            elif random.random() < 0.5:
                yield Pair(title, other.sentences, SILENT, group, "title of another", 0.7)
        if random.random() < 0.5 and _is_usable(whole[-1]):
            yield from self._make_from_conclusion(whole, group, random)
        if random.random() < 0.4:
            yield Pair(random.choice(other.sentences), whole, SILENT, group, "other paper", 0.5)
        usable = [text for text in whole if _is_usable(text)]
        for text in random.sample(usable, min(2, len(usable))):
            yield from self._make_from_sentence(text, document, random)

    @staticmethod
    def _make_from_conclusion(whole: tuple[str, ...], group: str, random: Random) -> Iterator[Pair]:
        *rest, last = whole
        if random.random() < 0.5:
            yield Pair(put_synonym(last, random) or last, tuple(rest), SAYS, group, "conclusion", 0.5)
            return
        for kind, changed, label in choose_changes(change_sentence(last, random), random, 2):
            if label != SAYS:
                yield Pair(changed, tuple(rest), label, group, f"conclusion {kind}", 0.5)
                return

    def _make_from_sentence(self, text: str, document: Document, random: Random) -> Iterator[Pair]:
        whole, group = document.sentences, document.id
        if random.random() < 0.4:
            kind, turned = _turn(text, random)
            if turned:
                whole = tuple(turned if part == text else part for part in whole)
                if random.random() < 0.5:
                    claim = put_synonym(text, random) if random.random() < 0.4 else add_lead(text, random)
                    yield Pair(claim or text, whole, OPPOSES, group, f"source {kind}")
                    return
                text = turned
        draw = random.random()
        if draw < 0.12:
            yield Pair(text, tuple(part for part in whole if part != text), SILENT, group, "left out", 0.6)
        elif draw < 0.32 and (swapped := self._swap_term(text, document, random)):
            yield Pair(swapped, whole, SILENT, group, "other term")
        for kind, changed, label in choose_changes(change_sentence(text, random), random, 2 if draw >= 0.32 else 1):
            yield Pair(changed, whole, label, group, kind)

    def _swap_term(self, text: str, document: Document, random: Random) -> str | None:
        """Put a term of the same paper, or of the nearest, in for one of a sentence; of the same ending."""
        source = document if random.random() < 0.6 else self._documents[document.nearest]
        others = {term for term in _TERM.findall(" ".join(source.sentences)) if term in self._rare and term not in text}
        places = [match for match in _TERM.finditer(text) if match[0] in self._rare]
        random.shuffle(places)
        for match in places:
            fitting = sorted(
                term for term in others if term[-2:] == match[0][-2:] and term[0].islower() == match[0][0].islower()
            )
            if fitting:
                term: str = random.choice(fitting)
                return text[: match.start()] + term + text[match.end() :]
        return None


def make_gold(random: Random) -> list[Pair]:
    """Make the pairs that rest on labels: of the claims of SciFact, of PubMedQA, and those written by hand."""
    return [
        *(pair for pair in make_from_pubmedqa(random) if part_of(pair.group.removeprefix("pubmedqa ")) == "dev"),
        *make_from_scifact([pair for pair in read_scifact() if part_of(pair.group) == "dev"], random),
        *read_written(),
    ]


def read_natural() -> list[Pair]:
    """Read the pairs that were written in people's own words about abstracts, but of papers that measure."""
    abstracts = {row["id"]: split_text(row["text"]) for row in read_lines(CORPUS)}
    abstracts |= {
        row["id"]: split_text(" ".join([*row["contexts"], row["conclusion"]])) for row in read_lines(PUBMEDQA)
    }
    measured = {pair.group for pair in read_scifact() if part_of(pair.group) != "dev"}
    measured |= {row["pubid"] for row in read_lines(MEDICAL)}
    rows = (row for row in read_lines(NATURAL_PAIRS) if row["paper_id"] not in measured)
    return _make_natural(rows, abstracts)


def read_made() -> list[Pair]:
    """Read the pairs about abstracts of our own that the cross-encoder is fitted on."""
    rows = [row for row in read_lines(MADE_PAIRS) if row["source_set"] == FITTED]
    return _make_natural(rows, {row["paper_id"]: split_text(row["abstract"]) for row in rows if "abstract" in row})


def _make_natural(rows: Iterable[dict[str, str]], abstracts: Mapping[str, tuple[str, ...]]) -> list[Pair]:
    return [
        Pair(row["claim"], abstracts[row["paper_id"]], LABELS[row["label"]], row["paper_id"], "natural", 2.0)
        for row in rows
    ]


def is_kept(pair: Pair) -> bool:
    """Tell whether a natural pair is kept for choices: a tenth, by paper."""
    return int(sha256(pair.group.encode()).hexdigest()[:8], 16) % 10 == 0


def read_inference(folder: Path) -> list[Pair]:
    """Read pairs for natural-language inference, which are no part of the project.

    Args:
        folder: Holds ``mnli/dev.csv`` (MultiNLI, the licence of the OANC), ``snli/s1.dev``, ``s2.dev``, ``labels.dev``
            and the same of part test (SNLI, CC BY-SA 4.0), and ``hans/heuristics_evaluation_set.txt``, as its generator
            makes it (HANS, MIT). What is not there is left out.
    """
    return [*_read_mnli(folder / "mnli" / "dev.csv"), *_read_snli(folder / "snli"), *_read_hans(folder / "hans")]


def _read_mnli(path: Path) -> Iterator[Pair]:
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as file:
            for place, row in enumerate(csv.DictReader(file)):
                premise = row["premise"].strip()
                if row["label"] in _INFERENCE and len(premise) < _LONGEST_PREMISE:
                    label = _INFERENCE[row["label"]]
                    yield Pair(row["hypothesis"].strip(), (premise,), label, f"mnli {place}", "mnli")


def _read_snli(folder: Path) -> Iterator[Pair]:
    for part in ("dev", "test") if folder.is_dir() else ():
        columns = [
            (folder / f"{name}.{part}").read_text(encoding="utf-8").splitlines() for name in ("s1", "s2", "labels")
        ]
        for place, (premise, claim, label) in enumerate(zip(*columns, strict=True)):
            if label in _INFERENCE:
                group = f"snli {part} {place}"
                yield Pair(_join_words(claim), (_join_words(premise),), _INFERENCE[label], group, "snli", 0.7)


def _read_hans(folder: Path) -> Iterator[Pair]:
    path = folder / "heuristics_evaluation_set.txt"
    rows = path.read_text(encoding="utf-8").splitlines()[1:] if path.is_file() else []
    for place, row in enumerate(rows):
        label, premise, claim = (row.split("\t")[column] for column in (0, 5, 6))
        kind = SAYS if label == "entailment" else NOT_SAID
        yield Pair(_join_words(claim), (_join_words(premise),), kind, f"hans {place}", "hans", 0.5)


def _join_words(text: str) -> str:
    """Join words and marks that were set apart."""
    text = re.sub(r" ([.,;:!?%)'])", r"\1", text.strip()).replace("( ", "(")
    return text[:1].upper() + text[1:]


def _turn(text: str, random: Random) -> tuple[str, str | None]:
    """Turn a sentence round in the first way that fits, of all in a drawn order."""
    for kind in random.sample(_TURNING, len(_TURNING)):
        turned = CHANGES[kind][1](text, random)
        if turned and turned != text:
            return kind, turned
    return "", None


def _is_usable(text: str) -> bool:
    return 8 <= len(text.split()) <= 45


def _find_nearest(texts: Sequence[str]) -> list[int]:
    """Find for each text the one that shares most of its rare words."""
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer

    matrix = TfidfVectorizer(stop_words="english", sublinear_tf=True, min_df=2).fit_transform(texts)
    nearest: list[int] = []
    for first in range(0, len(texts), 500):
        part = (matrix[first : first + 500] @ matrix.T).toarray()
        part[np.arange(len(part)), np.arange(first, first + len(part))] = -1
        nearest += part.argmax(axis=1).tolist()
    return nearest
