"""Pairs for the cross-encoder, most of them without anybody's labels: made of the abstracts of SciFact's corpus.

A title or a conclusion says what its abstract says, in other words; a sentence of the nearest other paper does not.
A sentence says itself, also behind a lead-in, in part, or joined with the next one.
Sentences are changed by rule as in ``learned_pairs``, and in half of the cases the *source* is changed and the claim
left as it was, so that nothing can be told from the wording of the claim alone. Papers of part test (see
``benchmarks.check``) are left out, for they measure.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import pairwise
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
# How two sentences are joined to one.
_JOINTS = (" and ", "; ", ", and ", " whereas ", ", while ")
_PART = re.compile(r",? (?:and|which|while|whereas|but|although) ")
_SHORTEST_PART, _LONGEST_JOINED = 6, 420
# A label beside the three: silent or opposed, nobody knows which.
NOT_SAID = 3
_INFERENCE = {"entailment": SAYS, "neutral": SILENT, "contradiction": OPPOSES}
_LONGEST_PREMISE = 600
# What turns a statement round when it is done to the source: a dropped hedge or a synonym does not.
_TURNING = ("number", "arms", "antonym", "negation", "affirmation", "groups")
_WORD = re.compile(r"[A-Za-z]{3,}")
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

    def make_repeated(self, seed: int) -> list[Pair]:
        """Make pairs of sentences that are said again: as they are, behind a lead-in, in part, two joined to one."""
        random = Random(seed)
        return [pair for document in self._documents for pair in _repeat_sentences(document, random)]

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


def _repeat_sentences(document: Document, random: Random) -> Iterator[Pair]:
    whole, group = document.sentences, document.id
    usable = [text for text in whole if _is_usable(text)]
    if not usable:
        return
    if random.random() < 0.35:
        text = random.choice(usable)
        yield Pair(text, (text,), SAYS, group, "repeated", 0.7)
    if random.random() < 0.25:
        text = random.choice(usable)
        yield Pair(add_lead(text, random) or text, whole, SAYS, group, "lead", 0.7)
    if random.random() < 0.35:
        yield from _join_sentences(*random.choice(list(pairwise(whole))), group, random)
    if random.random() < 0.2:
        text = random.choice(usable)
        match = _PART.search(text)
        if match and len(text[: match.start()].split()) >= _SHORTEST_PART:
            yield Pair(text[: match.start()].rstrip(" ,") + ".", (text,), SAYS, group, "part", 0.7)


def _join_sentences(first: str, second: str, group: str, random: Random) -> Iterator[Pair]:
    """Join two sentences that stand side by side, in half of the cases with the second one turned round."""
    if not (_is_usable(first) and _is_usable(second)) or len(first) + len(second) >= _LONGEST_JOINED:
        return
    kind, label, last = "joined", SAYS, second
    if random.random() >= 0.5:
        kind, label, last = "joined turned", OPPOSES, _turn(second, random)[1] or ""
    if last:
        last = last[:1].lower() + last[1:] if last[1:2].islower() else last
        yield Pair(first.rstrip(" .") + random.choice(_JOINTS) + last, (first, second), label, group, kind, 0.8)


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
    measured |= {row["pubid"] for row in read_lines(MEDICAL) if "pubid" in row}
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
            and the same of part test (SNLI, CC BY-SA 4.0), ``hans/heuristics_evaluation_set.txt``, as its generator
            makes it (HANS, MIT), ``counterfactual/train.tsv`` (pairs of SNLI that people revised, Apache-2.0)
            and ``conj/adversarial_train_15k.tsv`` (ConjNLI, MIT). What is not there is left out.
    """
    revised = folder / "counterfactual" / "train.tsv"
    conjunctions = folder / "conj" / "adversarial_train_15k.tsv"
    return [
        *_read_mnli(folder / "mnli" / "dev.csv"),
        *_read_snli(folder / "snli"),
        *_read_hans(folder / "hans"),
        *_read_columns(revised, "counterfactual", ("sentence1", "sentence2", "gold_label"), 0.8),
        *_read_columns(conjunctions, "conj", ("Premise", "Hypothesis", "Label"), 0.5),
    ]


def _read_columns(path: Path, kind: str, columns: tuple[str, str, str], weight: float) -> Iterator[Pair]:
    """Read pairs of a table with tabs: the columns of premise, claim and label."""
    if path.is_file():
        with path.open(encoding="utf-8-sig", newline="") as file:
            for place, row in enumerate(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)):
                premise, claim, label = (row[column] for column in columns)
                if label in _INFERENCE and len(premise) < _LONGEST_PREMISE:
                    yield Pair(claim, (premise,), _INFERENCE[label], f"{kind} {place}", kind, weight)


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


class Trial(NamedTuple):
    """What a sentence of a trial says of an outcome under an intervention against another: it rose, fell or did not."""

    sentence: str
    outcome: str
    intervention: str
    comparator: str
    way: str
    group: str


# How a trial's result is told, by its way; the first letter of a filled-in sentence is a capital.
_RESULTS = {
    "up": (
        "{i} significantly increased {o} compared with {c}.",
        "{o} was higher with {i} than with {c}.",
        "Compared with {c}, {i} led to greater {o}.",
        "{i} raised {o} relative to {c}.",
        "{o} rose more under {i} than under {c}.",
        "Patients given {i} had higher {o} than those given {c}.",
    ),
    "down": (
        "{i} significantly reduced {o} compared with {c}.",
        "{o} was lower with {i} than with {c}.",
        "Compared with {c}, {i} led to less {o}.",
        "{i} lowered {o} relative to {c}.",
        "{o} fell more under {i} than under {c}.",
        "Patients given {i} had lower {o} than those given {c}.",
    ),
    "same": (
        "{i} and {c} did not differ significantly in {o}.",
        "There was no significant difference in {o} between {i} and {c}.",
        "{i} had no effect on {o} compared with {c}.",
        "{o} was similar with {i} and with {c}.",
        "{o} did not change with {i} relative to {c}.",
    ),
}
_LONGEST_PARTS = (90, 80, 60)


def read_trials(folder: Path) -> list[Trial]:
    """Read sentences of trials with what they say, each prompt once a way.

    Args:
        folder: Holds ``trials/prompts_merged.csv`` and ``trials/v2_annotations.csv`` (Evidence Inference 2.0, MIT).
    """
    tables = []
    for name in ("prompts_merged", "v2_annotations"):
        path = folder / "trials" / f"{name}.csv"
        if not path.is_file():
            return []
        with path.open(encoding="utf-8-sig", newline="") as file:
            tables.append(list(csv.DictReader(file)))
    prompts = {row["PromptID"]: row for row in tables[0]}
    trials: dict[tuple[str, str], Trial] = {}
    for row in tables[1]:
        prompt, sentence = prompts[row["PromptID"]], " ".join(row["Annotations"].split())
        names = ("Outcome", "Intervention", "Comparator")
        outcome, intervention, comparator = parts = [" ".join(prompt[name].split()).rstrip(".") for name in names]
        sound = row["Valid Label"] == row["Valid Reasoning"] == "True"
        short = all(len(part) <= most for part, most in zip(parts, _LONGEST_PARTS, strict=True))
        if sound and short and 40 < len(sentence) < _LONGEST_JOINED and len(_WORD.findall(sentence)) >= _SHORTEST_PART:
            label = row["Label"]
            way = "same" if label.startswith("no") else "down" if "decreas" in label else "up"
            trial = Trial(sentence, outcome, intervention, comparator, way, f"trial {row['PMCID']}")
            trials.setdefault((row["PromptID"], way), trial)
    return list(trials.values())


def make_from_trials(trials: Sequence[Trial], seed: int) -> Iterator[Pair]:
    """Make of each trial what its sentence says, and the contrary: other arms, another way, or none."""
    random = Random(seed)
    turned = {"up": "down", "down": "up"}
    for trial in trials:
        source, group, way = (trial.sentence,), trial.group, trial.way
        yield Pair(_tell_result(trial, (way,), random), source, SAYS, group, "trial")
        draw = random.random()
        if way == "same":
            false = _tell_result(trial, ("up", "down"), random)
        elif draw < 0.35:
            arms = trial._replace(intervention=trial.comparator, comparator=trial.intervention)
            false = _tell_result(arms, (way,), random)
        else:
            false = _tell_result(trial, ("same",) if draw < 0.5 else (turned[way],), random)
        yield Pair(false, source, OPPOSES, group, "trial turned")
        if random.random() < 0.25:
            other = random.choice(trials).outcome
            if other.lower() != trial.outcome.lower():
                claim = _tell_result(trial._replace(outcome=other), (way,), random)
                yield Pair(claim, source, SILENT, group, "trial of another outcome", 0.7)


def _tell_result(trial: Trial, ways: Sequence[str], random: Random) -> str:
    text = random.choice([form for way in ways for form in _RESULTS[way]])
    text = text.format(o=trial.outcome, i=trial.intervention, c=trial.comparator)
    return text[:1].upper() + text[1:]


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
