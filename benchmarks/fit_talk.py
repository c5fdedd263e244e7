"""Tell the words that can name what a paper is about from those of talk, and write assistant/question/talk_words.txt.

    python -m benchmarks.fit_talk WORDNET [--write]

``WORDNET`` is a folder with WordNet 3.0 (index.* and cntlist.rev), which is used for labels and never shipped. A word
of the embedder's vocabulary is labelled where WordNet is sure: most of its uses in the tagged texts are those of a noun
for a thing, a being, a substance, a state or the like, or it is an adjective that belongs to a noun ("renal"), and it
can name; or most are those of a verb, an adverb or another adjective, or of a noun that counts, places or orders
("lot", "batch"), and it is talk. What WordNet does not say is learnt: a logistic regression over the embedder's vector
of the word and its rank in the vocabulary, which rates every word, those with a label by a model that did not see
them. Its figures are of five folds; the roots of words keep their inflections in one fold.
"""

import argparse
import json
import re
from collections import Counter
from math import log
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from store.embedding.minilm import MiniLM
from store.index.index_schema import extract_terms

ROOT = Path(__file__).parents[1]
WORDS = ROOT / "assistant" / "question" / "talk_words.txt"
# WordNet's files of nouns (lexnames(5WN)) whose words count, place or order things, or say no more than that they are.
_VAGUE_NOUNS = {3, 23, 24, 28}
_NOUN, _VERB, _ADJECTIVE, _ADVERB, _SATELLITE = "12345"
_RELATIONAL = 1
# Share of the tagged uses that name something from which a word can name, up to which it is talk, and uses at least.
# Chosen by hand; with .3 for the second "sleep", more often a verb, was talk.
SURE, SELDOM, USES = 0.7, 0.1, 2
REGULARISATION = 0.002
# Words that name with a lower chance are written down, with it; ``main`` prints what each choice would cost.
TALK = 0.45
Matrix = Any


def main() -> None:
    """Fit, print how well the labels are told on words never seen, and write the words of talk."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fit_talk")
    parser.add_argument("wordnet", type=Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    tokenizer = (ROOT / "store" / "embedding" / "all-MiniLM-L6-v2.tokenizer.json").read_text(encoding="utf-8")
    ranks = {
        word: rank for word, rank in json.loads(tokenizer)["model"]["vocab"].items() if re.fullmatch(r"[a-z]{2,}", word)
    }
    words = [word for word in ranks if extract_terms(word)]
    labels = label_words(words, options.wordnet)
    features = describe_words(words, ranks)
    known = [place for place, word in enumerate(words) if word in labels]
    target = np.array([labels[words[place]] for place in known])
    groups = [extract_terms(words[place])[0] for place in known]
    fit = make_pipeline(StandardScaler(), LogisticRegression(C=REGULARISATION, max_iter=2000, class_weight="balanced"))
    held_out = cross_val_predict(fit, features[known], target, groups=groups, cv=GroupKFold(5), method="predict_proba")[
        :, 1
    ]
    print(f"{len(known)} labelled, {target.mean():.2f} of them can name; area {roc_auc_score(target, held_out):.3f}")
    for cut in (0.1, 0.2, 0.3, 0.4, 0.5):
        lost, caught = (held_out[target == 1] < cut).mean(), (held_out[target == 0] < cut).mean()
        print(f"  below {cut}: talk {caught:.3f}, names {lost:.3f}")
    chances = fit.fit(features[known], target).predict_proba(features)[:, 1]
    # A label counts as much as what the others say; not that of a form in -ing, which names what is done: "learning".
    counts = np.array([not words[place].endswith("ing") for place in known])
    chances[known] = np.where(counts, (held_out + target) / 2, held_out)
    talk = sorted((word, chance) for word, chance in zip(words, chances, strict=True) if chance < TALK)
    print(f"{len(talk)} of {len(words)} words are talk")
    if options.write:
        WORDS.write_text("".join(f"{word} {100 * chance:.0f}\n" for word, chance in talk), encoding="utf-8")


def describe_words(words: list[str], ranks: dict[str, int]) -> Matrix:
    """Describe words by the vectors of the embedder and the logarithm of their rank; of shape (words, 385)."""
    embedder = MiniLM()
    vectors = np.vstack([embedder.embed(words[start : start + 500]) for start in range(0, len(words), 500)])
    return np.hstack([vectors, np.array([[log(ranks[word])] for word in words])])


def label_words(words: list[str], wordnet: Path) -> dict[str, int]:
    """Label the words of which WordNet is sure: 1 for those that can name what a paper is about, 0 for talk."""
    uses: dict[str, Counter[tuple[str, int]]] = {}
    for line in (wordnet / "cntlist.rev").read_text(encoding="latin-1").splitlines():
        key, _, count = line.split()
        lemma, _, sense = key.partition("%")
        kind, file, *_ = sense.split(":")
        uses.setdefault(lemma, Counter())[kind, int(file)] += int(count)
    exceptions = _read_exceptions(wordnet)
    labels = {}
    for word in words:
        counted: Counter[tuple[str, int]] = Counter()
        for kind, lemma in _list_lemmas(word, exceptions):
            counted.update({key: n for key, n in uses.get(lemma, Counter()).items() if key[0] == kind})
        total = counted.total()
        if total < USES:
            continue
        naming = sum(n for (kind, file), n in counted.items() if _names(kind, file))
        if naming >= SURE * total:
            labels[word] = 1
        elif naming <= SELDOM * total:
            labels[word] = 0
    return labels


def _names(kind: str, file: int) -> bool:
    return (kind == _NOUN and file not in _VAGUE_NOUNS) or (kind == _ADJECTIVE and file == _RELATIONAL)


def _read_exceptions(wordnet: Path) -> dict[tuple[str, str], list[str]]:
    """Read the irregular inflections: "went" of "go"."""
    kinds = {"noun": _NOUN, "verb": _VERB, "adj": _ADJECTIVE, "adv": _ADVERB}
    exceptions: dict[tuple[str, str], list[str]] = {}
    for name, kind in kinds.items():
        for line in (wordnet / f"{name}.exc").read_text(encoding="latin-1").splitlines():
            inflected, *lemmas = line.split()
            exceptions.setdefault((kind, inflected), []).extend(lemmas)
    return exceptions


_ENDINGS = {
    _NOUN: (("s", ""), ("ses", "s"), ("xes", "x"), ("zes", "z"), ("ches", "ch"), ("shes", "sh"), ("men", "man"),
            ("ies", "y")),
    _VERB: (("s", ""), ("ies", "y"), ("es", "e"), ("es", ""), ("ed", "e"), ("ed", ""), ("ing", "e"), ("ing", "")),
    _ADJECTIVE: (("er", ""), ("est", ""), ("er", "e"), ("est", "e")),
}  # fmt: skip


def _list_lemmas(word: str, exceptions: dict[tuple[str, str], list[str]]) -> set[tuple[str, str]]:
    """List what a word may be a form of, by kind of word (WordNet's morphy); an adjective is one of two kinds."""
    lemmas = {(kind, word) for kind in (_NOUN, _VERB, _ADJECTIVE, _ADVERB)}
    lemmas |= {(kind, lemma) for kind in "1234" for lemma in exceptions.get((kind, word), ())}
    for kind, endings in _ENDINGS.items():
        lemmas |= {(kind, word[: -len(end)] + base) for end, base in endings if word.endswith(end)}
    return lemmas | {(_SATELLITE, lemma) for kind, lemma in lemmas if kind == _ADJECTIVE}


if __name__ == "__main__":
    main()
