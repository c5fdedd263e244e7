"""The probability that a paper is about a topic, fitted: python -m benchmarks.relevance.

The queries of two shared collections (cranfield, med), MeSH terms as topics of PubMedQA's abstracts, which are about
those that they are indexed with, the shared list questions about the sample, and those of part dev of the files of
questions: each with the papers that are found for it and whether they belong; each library counts the same. Prints the
weights of all together and, for each library left out of the fit, how they do there: the order against that of the
search (nDCG@10), the share of the papers above several cuts that belong and of those that belong above them, and the
mean probability beside the share that belongs. ``near_words FOLDER`` writes assistant/question/near_words.txt instead:
the whole words of the embedder's vocabulary, each with the words whose vectors are nearest. Opposites are used alike,
and so have near vectors, and so are names of one kind: what WordNet's files in the folder (data.noun and the others)
tell to be such is left out.
"""

import json
import random
import sys
from collections.abc import Collection, Sequence
from math import log2
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from assistant.answer.relevance import CUT, FEATURES, gather_evidence, is_admissible, measure_background
from assistant.question.parse import parse_question
from assistant.question.topic import read_topic
from benchmarks.abstention import auc, chances, fit, sample
from benchmarks.corpora import CACHE, SHARED, library, queries, relevant
from benchmarks.expectations import paper_key
from benchmarks.question_libraries import open_library, read_abstracts
from store.embedding.minilm import MiniLM
from store.filters import Filters
from store.index.index_schema import extract_terms
from store.ingest import add_items
from store.library import Library
from store.paper import Paper

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

ROOT = Path(__file__).parents[1]
# Papers that are found for a query, and queries of a collection.
FOUND, QUERIES = 200, 60
# Papers of a MeSH term: more have those that say nothing of a subject ("Humans").
FEWEST, MOST = 3, 40
# Cosine from which single words mean nearly the same ("kidney" and "renal" .9, "children" and "pediatric" .58), how
# many are kept of each, and the shortest. Of .7, .75 and .8 part dev told none apart; the highest lets least in.
ALIKE, KEPT, SHORTEST = 0.8, 4, 3
CUTS = (0.2, 0.3, 0.4, 0.5)
# Files of questions of which some ask for the papers of a topic.
FILES = ("newcomer", "reader", "fourth", "fifth", "seventh", "eighth", "tenth")


class Rated(NamedTuple):
    """A query: what speaks for each paper found, whether it belongs, and how many belong in all."""

    evidence: "Floats"
    admissible: "NDArray[np.bool_]"
    belongs: "NDArray[np.bool_]"
    total: int


def main() -> None:
    """Fit and print."""
    import numpy as np

    asked = rate_asked()
    rated = {
        "sample": [*rate_listed(), *asked.pop("listing")],
        **{name: rate_collection(name) for name in ("cranfield", "med")},
        "pubmed": [*rate_subjects(), *asked.pop("pubmed")],
        **asked,
    }
    weights = fit_all(list(rated.values()))
    print("bias", round(float(weights[0]), 2), dict(zip(FEATURES, np.round(weights[1:], 2).tolist(), strict=True)))
    for name, queries_there in rated.items():
        others = fit_all([there for other, there in rated.items() if other != name])
        print_fit(f"{name} left out", queries_there, others)
        print_fit(f"{name} fitted", queries_there, weights)


# What a word may be an inflection of: the ending, and what stands for it.
INFLECTED = tuple(tuple(pair.split(":")) for pair in "er: er:e ier:y est: est:e ly: ily:y s: es: ies:y ves:fe".split())
# Files of nouns in which words of one class exclude each other: quantities (four, three) and times (Friday, Saturday).
EXCLUSIVE = ("23", "28")


class Thesaurus:
    """What WordNet tells of two words: that they exclude each other, or that they are names of two things."""

    def __init__(self, folder: Path) -> None:
        """Read the files ``data.noun`` and ``noun.exc`` (irregular forms), and those of verbs and adjectives."""
        self._senses: dict[str, set[str]] = {}
        self._akin: dict[str, set[str]] = {}
        self._against: dict[str, set[str]] = {}
        self._class: dict[str, set[str]] = {}
        self._named: set[str] = set()
        self._forms: dict[str, set[str]] = {}
        for part, name in (("n", "noun"), ("v", "verb"), ("a", "adj"), ("r", "adv")):
            for line in (folder / f"data.{name}").read_text(encoding="utf-8").splitlines():
                if not line.startswith(" "):
                    self._add(part, line.split(" | ")[0].split())
            for line in (folder / f"{name}.exc").read_text(encoding="utf-8").splitlines():
                form, *bases = line.split()
                self._forms.setdefault(form, set()).update(bases)

    def sets_apart(self, one: str, two: str) -> bool:
        """Tell whether of two words one may not stand for the other, however near their vectors are.

        "Cheap" and "costly" are opposite, "Friday" and "Saturday" others of one kind, and "Alberta" and "Calgary", or
        what it does not know, names of two things unless it tells that they have to do with each other ("Peruvian").
        """
        ours, theirs = self._find_senses(one), self._find_senses(two)
        if ours & theirs:
            return False
        if any(senses <= self._named for senses in (ours, theirs)):
            return not (self._spread(ours, self._akin) & theirs or self._spread(theirs, self._akin) & ours)
        if self._spread(ours, self._class) & self._spread(theirs, self._class):
            return True
        near_ours, near_theirs = ours | self._spread(ours, self._akin), theirs | self._spread(theirs, self._akin)
        return bool(self._spread(near_ours, self._against) & near_theirs)

    def _add(self, part: str, fields: Sequence[str]) -> None:
        count = int(fields[3], 16)
        key = part + fields[0]
        for place in range(count):
            self._senses.setdefault(fields[4 + 2 * place].split("(")[0].lower(), set()).add(key)
        pointers = fields[5 + 2 * count :]
        for place in range(int(fields[4 + 2 * count])):
            sign, offset, of = pointers[4 * place : 4 * place + 3]
            other = of + offset
            if sign == "!":
                self._against.setdefault(key, set()).add(other)
            elif sign in ("&", "\\", "+"):
                self._akin.setdefault(key, set()).add(other)
            elif sign == "@i":
                self._named.add(key)
            elif sign == "@" and part == "n" and fields[1] in EXCLUSIVE:
                self._class.setdefault(key, set()).add(other)

    def _find_senses(self, word: str) -> set[str]:
        forms = {word, *(word.removesuffix(end) + start for end, start in INFLECTED if word.endswith(end))}
        forms |= self._forms.get(word, set())
        forms |= {form[:-1] for form in forms if form != word and form[-2:-1] == form[-1:]}  # "thinner"
        return self._spread(forms, self._senses)

    @staticmethod
    def _spread(keys: Collection[str], links: dict[str, set[str]]) -> set[str]:
        return {other for key in keys for other in links.get(key, ())}


def write_near_words() -> None:
    """Write for each whole word of the embedder's vocabulary the words that mean nearly the same, the nearest first."""
    import numpy as np

    tokenizer = (ROOT / "store" / "embedding" / "all-MiniLM-L6-v2.tokenizer.json").read_text(encoding="utf-8")
    known = [word for word in json.loads(tokenizer)["model"]["vocab"] if word.isalpha() and word.isascii()]
    stems = {word: extract_terms(word) for word in known if len(word) >= SHORTEST}
    words = [word for word, terms in stems.items() if len(terms) == 1]
    thesaurus = Thesaurus(Path(sys.argv[sys.argv.index("near_words") + 1]))
    embedder = MiniLM()
    vectors = np.vstack([embedder.embed(words[start : start + 500]) for start in range(0, len(words), 500)])
    lines = []
    for word, vector in zip(words, vectors, strict=True):
        cosines = vectors @ vector
        near = [words[place] for place in np.argsort(-cosines)[:30] if cosines[place] >= ALIKE]
        near = [other for other in near if not thesaurus.sets_apart(word, other)]
        other_stems = {stems[other][0]: other for other in reversed(near) if stems[other] != stems[word]}
        chosen = [other for other in near if other in other_stems.values()][:KEPT]
        if chosen:
            lines.append(" ".join((word, *chosen)))
    (ROOT / "assistant" / "question" / "near_words.txt").write_text("\n".join(sorted(lines)) + "\n", encoding="utf-8")


def rate_collection(name: str) -> list[Rated]:
    """The queries of a shared collection."""
    judged = relevant(name)
    asked = [(key, text) for key, text in queries(name).items() if key in judged]
    random.Random(0).shuffle(asked)
    return [rate(library(name), text, set(judged[key])) for key, text in asked[:QUERIES]]


def rate_subjects() -> list[Rated]:
    """MeSH terms that three to forty of PubMedQA's abstracts are indexed with, in natural order."""
    place = Library(CACHE / "pubmed", MiniLM())
    records = list(read_abstracts())
    papers = [
        Paper(
            id=record["id"],
            title=record["question"],
            abstract=" ".join([*record["contexts"], record["conclusion"]]),
            date=record["year"],
        )
        for record in records
    ]
    for _ in add_items(place, papers, lambda: 0.0):
        pass
    indexed: dict[str, set[str]] = {}
    for record in records:
        for term in record["mesh"]:
            indexed.setdefault(term, set()).add(record["id"])
    topics = [(term, ids) for term, ids in sorted(indexed.items()) if FEWEST <= len(ids) <= MOST]
    random.Random(1).shuffle(topics)
    return [rate(place, " ".join(reversed(term.split(", "))).lower(), ids) for term, ids in topics[:QUERIES]]


def rate_listed() -> list[Rated]:
    """The list questions about the sample."""
    place = sample()
    ids = {paper.title: paper.id for paper in place.papers()}
    lines = (SHARED / "eval" / "list_questions.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [json.loads(line) for line in lines]
    return [rate(place, one["question"], {ids[title] for title in one["papers"]}) for one in asked]


def rate_asked() -> dict[str, list[Rated]]:
    """The questions of part dev that expect certain papers of a topic, by the libraries that they are asked of."""
    rated: dict[str, list[Rated]] = {}
    for name in FILES:
        lines = Path(__file__).with_name(f"questions_{name}.jsonl").read_text(encoding="utf-8").splitlines()
        for row in map(json.loads, lines):
            if row["half"] != "dev" or not row.get("papers"):
                continue
            place = open_library(row["library"], CACHE / "questions").library
            view = place.view()
            assert view is not None
            if parse_question(row["question"], view).topic:
                keys = {paper.id: paper_key(paper) for paper in place.papers()}
                belonging, open_to = (
                    {paper_id for paper_id, key in keys.items() if key in row.get(field, ())}
                    for field in ("papers", "maybe")
                )
                rated.setdefault(row["library"], []).append(rate(place, row["question"], belonging, open_to))
    return rated


def rate(place: Library, text: str, belonging: set[str], open_to: Collection[str] = ()) -> Rated:
    """What is found for one query, without the papers of which either may be said."""
    import numpy as np

    view = place.view()
    assert view is not None
    query = parse_question(text, view)
    topic = read_topic(view, query.topic.removesuffix(" papers") or text)
    hits = place.search(topic.search_text, FOUND, query.filters if query.topic else Filters(), view, sentences=False)
    hits = [hit for hit in hits if hit.paper.id in belonging or hit.paper.id not in open_to]
    background = measure_background(place, view, topic.search_text)
    evidence = gather_evidence(topic, hits, background)
    return Rated(
        np.array([[getattr(one, name) for name in FEATURES] for one in evidence]),
        np.array([is_admissible(one) for one in evidence]),
        np.array([hit.paper.id in belonging for hit in hits]),
        len(belonging),
    )


def fit_all(libraries: "list[list[Rated]]") -> "Floats":
    """Fit the weights, the bias first; each library counts the same."""
    import numpy as np

    x = np.vstack([one.evidence for there in libraries for one in there])
    y = np.concatenate([one.belongs for there in libraries for one in there]).astype(float)
    sizes = [sum(len(one.belongs) for one in there) for there in libraries]
    weight = np.concatenate([np.full(size, 1000 / size) for size in sizes])
    return fit(x, y, weight)


def print_fit(name: str, there: list[Rated], weights: "Floats") -> None:
    """Print how weights do on queries."""
    import numpy as np

    p = [chances(one.evidence, weights) * one.admissible for one in there]
    every, belongs = np.concatenate(p), np.concatenate([one.belongs for one in there])
    found = [score_order(np.arange(len(one.belongs)), one) for one in there]
    ordered = [
        score_order(np.argsort(-chances_there, kind="stable"), one) for chances_there, one in zip(p, there, strict=True)
    ]
    print(
        f"{name:18s} AUC {auc(every[belongs], every[~belongs]):.3f}"
        f"  nDCG@10 {np.mean(found):.3f}, by relevance {np.mean(ordered):.3f}"
        f"  mean {every.mean():.3f} of {belongs.mean():.3f}  precision/recall",
        " ".join(f"{cut}: {'/'.join(f'{share:.2f}' for share in score_cut(p, there, cut))}" for cut in (*CUTS, CUT)),
    )


def score_order(order: "NDArray[np.int64]", one: Rated) -> float:
    """nDCG@10 of papers in an order, each grade 1."""
    gain = sum(1 / log2(rank + 2) for rank, place in enumerate(order[:10]) if one.belongs[place])
    return gain / sum(1 / log2(rank + 2) for rank in range(min(10, one.total)))


def score_cut(p: "list[Floats]", there: list[Rated], cut: float) -> tuple[float, float]:
    """Precision and recall of what lies above a cut, over all queries together."""
    above = sum(int((chances_there >= cut).sum()) for chances_there in p)
    right = sum(int(((chances_there >= cut) & one.belongs).sum()) for chances_there, one in zip(p, there, strict=True))
    return right / max(1, above), right / sum(one.total for one in there)


if __name__ == "__main__":
    write_near_words() if "near_words" in sys.argv[1:] else main()
