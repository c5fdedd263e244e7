"""The libraries that the labelled questions are asked of, built through the real import and kept in a folder.

``listing`` is the shipped sample; ``acne`` a PubMed export of ../shared with dates, venues, keywords, types and
languages; ``petri`` a Scopus export with venues and numbers of citations; ``reviews`` a hundred medical records as RIS;
``literature`` five hundred records of the humanities from a reference manager, a third of them without an abstract;
``authors`` a few made-up records with names that are easily confused; ``pubmed`` the abstracts of PubMedQA, ``even``
and ``odd`` the two halves of them. PubMedQA gives no titles, and its questions are what the titles were: the first
MeSH terms stand in their place, so that no question finds its own paper by its title.
"""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant import Assistant
from benchmarks.corpora import SHARED
from store.ingest import add_items
from store.paper import Author, Paper, Source

SAMPLE = Path(__file__).parents[1] / "assistant" / "data" / "namkoong_listing.txt"
ACNE = SHARED / "formats" / "nbib" / "reflib__blue-light.nbib"
EXPORTS = {
    "listing": SAMPLE,
    "acne": ACNE,
    "petri": SHARED / "formats" / "csv" / "litstudy__scopus.csv",
    "reviews": SHARED / "formats" / "ris" / "asreview___baseline.ris",
    "literature": SHARED / "formats" / "bibtex" / "bbt__web_page_and_other_mendeley_idiocy.bib",
}
ABSTRACTS = SHARED / "eval" / "pubmedqa_dev.jsonl.gz"
# How many MeSH terms make a title: as many as the shared cases show.
TITLE_TERMS = 6


def open_library(name: str, cache: Path) -> Assistant:
    """Open a library by its name, without a model; the first time it is built in ``cache``."""
    assistant = Assistant.open(cache / name)
    if not assistant.papers.count():
        if name in EXPORTS:
            assistant.add(EXPORTS[name])
        else:
            papers = [*list_authors()] if name == "authors" else list_abstracts(name)
            for _ in add_items(assistant.library, papers, lambda: 1.0):
                pass
    return assistant


def read_abstracts() -> Iterator[dict[str, Any]]:
    """Yield the records of PubMedQA, in the order of the file."""
    with gzip.open(ABSTRACTS, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def name_half(number: int) -> str:
    """Name the half of a record of PubMedQA, by its place in the file."""
    return "odd" if number % 2 else "even"


def list_abstracts(name: str) -> list[Paper]:
    """List the papers of PubMedQA: all for ``pubmed``, those of one half for ``even`` and ``odd``."""
    papers = []
    for number, record in enumerate(read_abstracts()):
        if name in ("pubmed", name_half(number)):
            abstract = " ".join([*record["contexts"], record["conclusion"]])
            papers.append(
                Paper(
                    id=record["id"],
                    title=", ".join(record["mesh"][:TITLE_TERMS]) or "Untitled",
                    date=record["year"],
                    identifiers={"pmid": record["id"]},
                    abstract=abstract,
                    abstract_raw=abstract,
                    source=Source(file=ABSTRACTS.name, line=number + 1, format="jsonl"),
                )
            )
    return papers


def list_authors() -> Iterator[Paper]:
    """Yield made-up papers whose authors are easily confused: umlauts, one surname of several, a word as a name."""
    for number, (title, names, year, abstract) in enumerate(_AUTHORS):
        authors = tuple(Author(name=name, position=place) for place, name in enumerate(names.split("; "), 1))
        yield Paper(id=f"a{number}", title=title, authors=authors, date=str(year), abstract=abstract)


_AUTHORS = (
    (
        "Bayesian trees",
        "Wei Ng; Ann Smith",
        2014,
        "We fit trees with a Bayesian prior and sample them by Markov chains.",
    ),
    ("Defects in germanium", "Anna Mueller", 2012, "We measure defects in germanium by positron annihilation."),
    ("Zur Theorie der Kristalle", "Karl Müller", 2015, "We study crystal defects and their diffusion in silicon."),
    ("Kings of the hill: a game on graphs", "Stephen King", 2016, "We solve a pursuit game on graphs."),
    ("On the use of May Day data", "Robert May", 2013, "We count holidays in the records of a port."),
    ("Learning to plan", "Lin Chen; Ann Smith", 2020, "A planner is learned from demonstrations of robots."),
    ("Neural sparse models", "Bo Xu", 2018, "We prune neural networks to a tenth of their weights."),
    ("Graph kernels for molecules", "Li Zhang; Lin Chen", 2019, "Kernels on graphs predict solubility of molecules."),
    ("Attention for molecules", "Li Zhang; Lin Chen", 2021, "An attention network predicts toxicity of molecules."),
    ("Protein folding with less data", "Mei Zhang", 2022, "We fold proteins from few aligned sequences."),
    ("Markets and morals", "Jean Tirole", 2011, "We ask what buyers pay for fairness of a market."),
    ("机器学习综述", "王伟", 2017, "本文综述机器学习的主要方法。"),
    ("Sampling rare events", "Ivo Novák", 2010, "Rare events of a queue are sampled by splitting."),
    ("Bells and whistles", "Joy Bell", 2009, "We ask which features of a text editor are used."),
)
