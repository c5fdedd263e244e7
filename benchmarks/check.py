"""How often the check of a claim is wrong, kind by kind and on both sides: python -m benchmarks.check [options].

    --part test      the half of each set that no error was looked at (default: dev)
    --sets NAME ...  some of pubmedqa, scifact, formats, listing, natural, third, fourth, fifth, medical,
                     cases, demo, auc
    --errors KIND    list what goes wrong of a kind, on part dev only
    --weighed        with the shipped second stage (``assistant.verify.weigher``) behind the rules
    --most N         mutated sentences of a kind and set at the most (default 600, chosen by a hash)

Two error rates stand for each kind: *false pass*, the share of false claims that hold, and *false strip*, the share of
true claims that do not. Mutated sentences (see ``mutations``) are of PubMedQA (split by a hash of the id), of the
abstracts of SciFact and of records in many formats, and of the sample; claims in people's own words are of
``natural_claims.jsonl`` about the sample, of ``medical_claims.jsonl`` about PubMedQA and two exports, and of the shared
labelled lists.
"""

import argparse
import gzip
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from assistant.verify import verify
from assistant.verify.weigher import Weigher
from benchmarks.claims import SAMPLE, SCIFACT
from benchmarks.corpora import SHARED
from benchmarks.mutations import FALSE_KINDS, TRUE_KINDS
from benchmarks.question_libraries import EXPORTS
from store.paper import Paper
from store.readers import read_papers
from store.text.sentences import sentence_spans

PUBMEDQA = SHARED / "eval" / "pubmedqa_dev.jsonl.gz"
LISTING = SHARED / "eval" / "claims" / "listing_dev.jsonl"
CASES = SHARED / "cases" / "answers" / "cases.jsonl"
NATURAL = Path(__file__).with_name("natural_claims.jsonl")
MEDICAL = Path(__file__).with_name("medical_claims.jsonl")
FORMATS = "pubmed_xml nbib arxiv_atom arxiv_oai openalex_json s2_json crossref_json bibtex ris".split()
PARTS = ("dev", "test")
# The most false that may pass, and the most true that may be stripped, by kind.
BARS = {"arms": 0.15, "groups": 0.25, "hedge": 0.15, "antonym": 0.05, "number": 0.03, "negation": 0.03, "lead-in": 0.03}
# The words of a sentence that is long enough to be mutated.
_LEAST_WORDS = 6


class Case(NamedTuple):
    """A claim, whether it is true of its papers, its kind, and the set that it is of."""

    text: str
    true: bool
    papers: tuple[Paper, ...]
    kind: str
    collection: str

    def passes(self, weighed: bool = False) -> bool:
        """Whether the check lets the claim pass, by the rules or with the shipped second stage behind them."""
        verdict = verify(self.text, self.papers)
        return (Weigher().weigh(verdict, self.papers) if weighed else verdict).to_claim().holds


class Rate(NamedTuple):
    """How many claims of a kind there are, and how many of them went wrong."""

    total: int
    wrong: int

    @property
    def share(self) -> float:
        """The share that went wrong, 0–1."""
        return self.wrong / self.total if self.total else 0.0


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=PARTS, default="dev")
    parser.add_argument("--sets", nargs="*", default=[*SETS, "auc"])
    parser.add_argument("--errors", default="")
    parser.add_argument("--most", type=int, default=600)
    parser.add_argument("--weighed", action="store_true")
    options = parser.parse_args()
    print(f"{'set':10s}{'kind':24s}{'false':>7s}{'pass':>7s}{'true':>7s}{'strip':>7s}   bar")
    for name in options.sets:
        if name == "auc":
            print_auc()
        elif cases := list(choose_cases(SETS[name](options.part), options.most)):
            wrong = list(judge(cases, options.weighed))
            print_rates(name, wrong)
            if options.errors and options.part == "dev":
                print_errors((case for case, is_wrong in wrong if is_wrong and options.errors in (case.kind, "all")))


def judge(cases: Iterable[Case], weighed: bool = False) -> Iterator[tuple[Case, bool]]:
    """Tell of each claim whether it went wrong."""
    return ((case, case.passes(weighed) != case.true) for case in cases)


def measure(judged: Iterable[tuple[Case, bool]]) -> dict[tuple[str, bool], Rate]:
    """Count the errors by kind and by whether the claim is true."""
    rows: dict[tuple[str, bool], list[bool]] = defaultdict(list)
    for case, is_wrong in judged:
        rows[case.kind, case.true].append(is_wrong)
    return {key: Rate(len(row), sum(row)) for key, row in rows.items()}


def print_rates(name: str, judged: Sequence[tuple[Case, bool]]) -> None:
    """Print a line a kind, then one for all."""
    rates = measure(judged)
    for kind in dict.fromkeys(kind for kind, _ in rates):
        cells = [_describe(rates.get((kind, true))) for true in (False, True)]
        bar = f"   {BARS[kind]:.2f}" if kind in BARS else ""
        print(f"{name:10s}{kind:24s}{''.join(cells)}{bar}")
    for_all = measure((case._replace(kind="all"), is_wrong) for case, is_wrong in judged)
    print(f"{name:10s}{'all':24s}{''.join(_describe(for_all.get(('all', true))) for true in (False, True))}")


def _describe(rate: Rate | None) -> str:
    return f"{rate.total:7d}{rate.share:7.3f}" if rate else f"{'–':>7s}{'':7s}"


def print_errors(cases: Iterable[Case]) -> None:
    """Print the claims that went wrong, with what the check says."""
    for case in cases:
        verdict = verify(case.text, case.papers)
        print(f"  {case.kind} {'true' if case.true else 'false'}: {case.text}")
        print(f"    {verdict.support}: {verdict.reasons}")
        for citation in verdict.citations[:1]:
            print(f"    = {citation.quote}")


def choose_cases(cases: Iterable[Case], most: int) -> Iterator[Case]:
    """Choose at most so many cases of each kind, by a hash of their text."""
    rows: dict[tuple[str, bool], list[Case]] = defaultdict(list)
    for case in cases:
        rows[case.kind, case.true].append(case)
    for row in rows.values():
        yield from sorted(row, key=lambda case: _hash(case.text))[:most]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def part_of(key: str) -> str:
    """Name the half that a paper is in, by a hash of its id."""
    return PARTS[int(_hash(key)[:8], 16) % 2]


def mutate(papers: Iterable[Paper], collection: str) -> Iterator[Case]:
    """Mutate the sentences of papers, one variant of a kind a sentence, chosen by a hash."""
    for paper in papers:
        for start, end in sentence_spans(paper.abstract):
            sentence = " ".join(paper.abstract[start:end].split())
            if len(sentence.split()) < _LEAST_WORDS or not sentence.endswith("."):
                continue
            for true, mutators in ((False, FALSE_KINDS), (True, TRUE_KINDS)):
                for kind, mutator in mutators.items():
                    variants = {text for text in mutator(sentence) if text and text != sentence}
                    for text in sorted(variants, key=_hash)[:1]:
                        yield Case(text, true, (paper,), kind, collection)


def of_pubmedqa(part: str) -> Iterator[Case]:
    """Mutated sentences of PubMedQA, contexts and conclusion."""
    return mutate((paper for paper in _read_pubmedqa() if part_of(paper.id) == part), "pubmedqa")


@cache
def _read_pubmedqa() -> tuple[Paper, ...]:
    if not PUBMEDQA.is_file():
        return ()
    with gzip.open(PUBMEDQA, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    texts = (" ".join(" ".join([*row["contexts"], row["conclusion"]]).split()) for row in rows)
    return tuple(
        Paper(id=row["id"], title=row["question"], abstract=text) for row, text in zip(rows, texts, strict=True)
    )


def of_scifact(part: str) -> Iterator[Case]:
    """Mutated sentences of the abstracts of SciFact."""
    return mutate((paper for paper in _read_scifact() if part_of(paper.id) == part), "scifact")


@cache
def _read_scifact() -> tuple[Paper, ...]:
    if not SCIFACT.is_file():
        return ()
    with gzip.open(SCIFACT, "rt", encoding="utf-8") as file:
        rows = {row["paper_id"]: row for row in map(json.loads, file)}
    return tuple(
        Paper(id=key, title=row["title"], abstract=" ".join(" ".join(row["abstract_sentences"]).split()))
        for key, row in rows.items()
    )


def of_formats(part: str) -> Iterator[Case]:
    """Mutated sentences of the records in many formats, of many fields."""
    return mutate((paper for paper in _read_formats() if part_of(paper.id) == part), "formats")


@cache
def _read_formats() -> tuple[Paper, ...]:
    files = [path for name in FORMATS for path in sorted((SHARED / "formats" / name).glob("*"))]
    papers = {item.id: item for path in files for item in read_papers(path) if isinstance(item, Paper)}
    return tuple(paper for paper in papers.values() if len(paper.abstract) > 200)


def of_demo(part: str) -> Iterator[Case]:
    """Mutated sentences of the sample of 45 papers."""
    return mutate((paper for paper in _read_sample() if part_of(paper.id) == part), "demo")


@cache
def _read_sample() -> tuple[Paper, ...]:
    return tuple(item for item in read_papers(SAMPLE) if isinstance(item, Paper))


def _find_papers(row: dict[str, Any]) -> tuple[Paper, ...]:
    """Find the papers of a row: by an id, or by the beginning of a title or of several."""
    names = row.get("title") or row.get("paper") or ()
    names = [names] if isinstance(names, str) else names
    papers = _read_sample()
    return tuple(paper for name in names for paper in papers if name == paper.id or paper.title.startswith(name))


def of_listing(part: str) -> Iterator[Case]:
    """The shared claims about the sample, all on part dev."""
    rows = _read_lines(LISTING) if part == "dev" else []
    return (Case(row["claim"], row["true"], _find_papers(row), row["kind"], "listing") for row in rows)


def of_natural(part: str) -> Iterator[Case]:
    """The claims about the sample in people's words, by kind: of the first two authors."""
    return _read_natural(part, author="")


def of_third(part: str) -> Iterator[Case]:
    """The claims about the sample of a third author."""
    return _read_natural(part, author="third")


def of_fourth(part: str) -> Iterator[Case]:
    """The claims about the sample of a fourth author, all on part test."""
    return _read_natural(part, author="fourth")


def of_fifth(part: str) -> Iterator[Case]:
    """The claims of a fifth author, about the sample and about medical papers."""
    yield from _read_natural(part, author="fifth")
    yield from _read_medical(part, author="fifth")


def _read_natural(part: str, author: str) -> Iterator[Case]:
    rows = [row for row in _read_lines(NATURAL) if row["part"] == part and row.get("author", "") == author]
    return (Case(row["claim"], row["true"], _find_papers(row), row["kind"], "natural") for row in rows)


def of_medical(part: str) -> Iterator[Case]:
    """The claims about papers of PubMedQA in people's words, by kind: of the first authors."""
    return _read_medical(part, author="")


def _read_medical(part: str, author: str) -> Iterator[Case]:
    """Read claims about papers of PubMedQA, by their ids, and of exports, by the beginnings of their titles."""
    papers = {paper.id: paper for paper in _read_pubmedqa()}
    for row in _read_lines(MEDICAL):
        if row["part"] != part or row.get("author", "") != author:
            continue
        export = _read_export(row["library"]) if "library" in row else ()
        named = [paper for paper in export if paper.title.startswith(row["paper"])]
        if about := papers.get(row.get("pubid", ""), next(iter(named), None)):
            yield Case(row["claim"], row["true"], (about,), row["kind"], "medical")


@cache
def _read_export(name: str) -> tuple[Paper, ...]:
    path = EXPORTS[name]
    return tuple(item for item in read_papers(path) if isinstance(item, Paper)) if path.is_file() else ()


def of_cases(part: str) -> Iterator[Case]:
    """The shared cases of the check, all on part dev: claims on the sample, and pairs with an abstract of their own."""
    for row in _read_lines(CASES) if part == "dev" else []:
        if not row["kind"].startswith("check:") or "sentence" in row["data"]:
            continue
        kind, data = row["kind"].removeprefix("check:"), row["data"]
        papers = _find_papers(data)
        if "abstract" in data:
            papers = (Paper(id="case", title="On this", abstract=data["abstract"]),)
        if "claim" in data and papers:
            yield Case(data["claim"], row["right_value"] != "not supported", papers, kind, "cases")
        for key in ("true", "false"):
            if key in data:
                yield Case(data[key], key == "true", papers, kind, "cases")


def _read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []


SETS = {
    "pubmedqa": of_pubmedqa,
    "scifact": of_scifact,
    "formats": of_formats,
    "demo": of_demo,
    "listing": of_listing,
    "natural": of_natural,
    "third": of_third,
    "fourth": of_fourth,
    "fifth": of_fifth,
    "medical": of_medical,
    "cases": of_cases,
}


def print_auc() -> None:
    """Print the area under the curve by which the signs tell supported from contradicted claims of SciFact."""
    if not SCIFACT.is_file():
        return
    with gzip.open(SCIFACT, "rt", encoding="utf-8") as file:
        rows = {(row["claim_id"], row["paper_id"]): row for row in map(json.loads, file)}
    papers = {paper.id: paper for paper in _read_scifact()}
    scores: dict[str, list[int]] = defaultdict(list)
    for row in rows.values():
        scores[row["label"]].append(-verify(row["claim"], [papers[row["paper_id"]]]).support.rank)
    area = measure_area(scores["SUPPORT"], scores["CONTRADICT"])
    print(f"scifact   area under the curve, supported against contradicted: {area:.3f} (bar 0.78)")


def measure_area(above: Sequence[float], below: Sequence[float]) -> float:
    """Measure how often one of ``above`` is greater than one of ``below``, a tie for half (Hanley & McNeil 1982)."""
    ranks: dict[float, float] = {}
    place = 0
    for score, ties in groupby(sorted([*above, *below])):
        count = len(list(ties))
        ranks[score] = place + (count + 1) / 2
        place += count
    rank_sum = sum(ranks[score] for score in above)
    return (rank_sum - len(above) * (len(above) + 1) / 2) / (len(above) * len(below))


if __name__ == "__main__":
    main()
