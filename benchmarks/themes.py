"""Themes against labels, and the time and memory of reports: python -m benchmarks.themes [45 draws cranfield ...].

``themes.jsonl`` holds a theme for each paper of the sample, written by hand before anything was tuned. ``mixed`` are
three collections in one library; the label of a paper is its collection. ``cranfield`` and ``scifact`` are 497 texts of
one collection. ``draws`` are small libraries of three to nine papers each of up to nine queries of one collection,
whose labels are the queries that its judges found them for. Numbers are synthetic papers (see ``scale``).
Purity is the share of papers whose label is the commonest of their cluster; NMI is normalised mutual information with
the arithmetic mean (Vinh, Epps & Bailey 2010).
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from statistics import mean
from time import perf_counter

from assistant.client import Assistant
from assistant.report.pipeline import build_report
from assistant.report.schema import Bucket, Report, ReportSpec
from assistant.report.themes import find_themes
from benchmarks import corpora, scale
from benchmarks.corpora import CACHE, COLLECTIONS, papers
from store.embedding.minilm import MiniLM
from store.ingest import add_items
from store.library import Library
from store.paper import Paper

LABELS = Path(__file__).with_suffix(".jsonl")
SEEDS = 5
LISTING = Path(__file__).resolve().parents[1] / "assistant" / "data" / "namkoong_listing.txt"


def sample() -> None:
    """The 45 papers: themes against the hand labels, and the report."""
    library = sample_library()
    lines = LABELS.read_text(encoding="utf-8").splitlines()
    labels = {record["title"]: record["theme"] for record in map(json.loads, lines)}
    judged(library, {paper.id: labels[paper.title] for paper in library.papers()})
    reported(library)


def sample_library() -> Library:
    """The library of the 45 papers."""
    library = Library(CACHE / "themes-sample", MiniLM())
    if not library.exists():
        Assistant(library).add(LISTING)
    return library


def homogeneous(name: str, count: int = 497, more: int = 10) -> None:
    """Texts of one collection: how many themes, and how many pairs stay together over seeds and with ten texts more."""
    drawn = Random(0).sample(sorted(papers(name), key=lambda paper: paper.id), count + more)
    library = Library(CACHE / f"themes-{name}-{count}", MiniLM())
    if not library.exists():
        for _ in add_items(library, iter(drawn), lambda: 0.0):
            pass
    stored = {paper.id: paper for paper in library.papers()}
    own = [stored[paper.id] for paper in drawn[:count] if paper.id in stored]
    began = perf_counter()
    divided = [divide(library, own, seed) for seed in range(SEEDS)]
    seconds = (perf_counter() - began) / SEEDS
    wider = divide(library, list(stored.values()), 0)
    sizes = sorted(Counter(divided[0].values()).values(), reverse=True)
    print(f"{name}: {len(own)} texts, {len(sizes)} themes in {seconds:.1f} s, sizes {sizes}")
    pairs = [stay_together(divided[n], divided[m]) for n in range(SEEDS) for m in range(SEEDS) if n != m]
    print(
        f"    {len(divided[0])} in a theme; pairs that stay together over {SEEDS} seeds: mean {mean(pairs):.3f}, ",
        end="",
    )
    print(f"least {min(pairs):.3f}; with {more} more texts {stay_together(divided[0], wider):.3f}")
    for theme in find_themes(library, own):
        print(f"    {len(theme.papers):4} {theme.label}")


def divide(library: Library, own: Sequence[Paper], seed: int) -> dict[str, int]:
    """The number of the theme of each paper."""
    return {paper.id: n for n, theme in enumerate(find_themes(library, own, seed)) for paper in theme.papers}


def stay_together(before: dict[str, int], after: dict[str, int]) -> float:
    """The share of pairs in one theme before that are in one theme after."""
    sizes = Counter(before.values())
    both = Counter((theme, after[paper]) for paper, theme in before.items())
    return sum(n * (n - 1) for n in both.values()) / sum(n * (n - 1) for n in sizes.values())


def mixed() -> None:
    """Which collection a paper is from."""
    library = Library(CACHE / "themes-mixed", MiniLM())
    if not library.exists():
        for _ in add_items(library, every_collection(), lambda: 0.0):
            pass
    judged(library, {paper.id: paper.id.partition("/")[0] for paper in library.papers()})


def draws(name: str, count: int = 12, queries: int = 9) -> None:
    """Papers of some queries of a collection: mean purity and NMI of what linkage makes of them."""
    library, relevant, random = corpora.library(name), corpora.relevant(name), Random(5)
    speaking = {paper.id: paper for paper in library.papers() if len(paper.abstract) > 100}
    scores = []
    for _ in range(count):
        chosen = random.sample(sorted(relevant), 3 * queries)
        found = Counter(paper for query in chosen for paper in relevant[query])
        labels: dict[str, str] = {}
        for query in chosen:
            own = sorted(paper for paper in relevant[query] if found[paper] == 1 and paper in speaking)
            if len(own) >= 3 and len({*labels.values()}) < queries:
                labels |= dict.fromkeys(random.sample(own, min(len(own), random.randint(3, 9))), query)
        themes = find_themes(library, [speaking[paper] for paper in labels])
        scores.append(score([[labels[paper.id] for paper in theme.papers] for theme in themes]))
    purities, agreements = zip(*scores, strict=True)
    print(f"{name}: {count} draws, purity {mean(purities):.3f}, NMI {mean(agreements):.3f}")


def every_collection() -> Iterator[Paper]:
    """The papers of all collections under ids that tell which."""
    for name in COLLECTIONS:
        for paper in papers(name):
            yield paper.model_copy(update={"id": f"{name}/{paper.id}"})


def synthetic(count: int) -> None:
    """Time and memory of a report on so many papers."""
    embedder = scale.Scattered()
    library = Library(CACHE / f"themes-{count}", embedder)
    if not library.exists():
        scale.build(library, embedder, count)
    reported(library)


def judged(library: Library, labels: dict[str, str]) -> None:
    """Print how well the themes of a library agree with labels."""
    began = perf_counter()
    found = find_themes(library, list(library.papers()))
    seconds = perf_counter() - began
    clusters = [[labels[paper.id] for paper in theme.papers] for theme in found]
    pure, agreement = score(clusters)
    count = sum(map(len, clusters))
    print(f"{count:,} papers, {len({*labels.values()})} labels, {len(found)} themes in {seconds:.1f} s: ", end="")
    print(f"purity {pure:.3f}, NMI {agreement:.3f}")


def score(clusters: Sequence[Sequence[str]]) -> tuple[float, float]:
    """Purity and NMI of clusters, each the labels of its papers."""
    from sklearn.metrics import normalized_mutual_info_score

    given = [label for cluster in clusters for label in cluster]
    own = [n for n, cluster in enumerate(clusters) for _ in cluster]
    return purity(clusters), float(normalized_mutual_info_score(given, own))


def purity(clusters: Sequence[Sequence[str]]) -> float:
    """The share of papers whose label is the commonest of their cluster."""
    agree = sum(max(Counter(cluster).values()) for cluster in clusters)
    return agree / sum(len(cluster) for cluster in clusters)


def reported(library: Library) -> None:
    """Make a themes report twice and print what it took."""
    library.search("paper", 1)
    seconds, made = [], []
    for _ in range(2):
        began = perf_counter()
        made.append(build_report(library, ReportSpec()))
        seconds.append(perf_counter() - began)
    same = made[0].model_dump_json() == made[1].model_dump_json()
    print(f"    report on {len(made[0].ledger):,} papers: {seconds[0]:.1f} s cold, {seconds[1]:.1f} s warm, ", end="")
    print(f"peak {scale.peak():.0f} MB, two runs identical: {same}, {told(made[0])}")


def told(report: Report) -> str:
    """What is in a report, in numbers."""
    buckets = Counter(entry.bucket for entry in report.ledger)
    sound = sum(claim.holds for claim in report.claims)
    verbatim = sum(all(one.quote == claim.text for one in claim.citations) for claim in report.claims)
    return f"{buckets[Bucket.CITED]} cited, {len(report.claims)} claims, {sound} hold, {verbatim} verbatim"


if __name__ == "__main__":
    for what in sys.argv[1:] or ["45", "mixed", "1000", "10000"]:
        if what in ("cranfield", "scifact"):
            homogeneous(what)
        elif what == "draws":
            draws("med")
            draws("cranfield")
        elif what in ("45", "mixed"):
            {"45": sample, "mixed": mixed}[what]()
        else:
            synthetic(int(what))
