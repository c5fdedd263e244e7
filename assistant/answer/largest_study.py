"""The largest or smallest study: papers are ranked by how many were studied, as far as their abstracts say it."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from assistant.abstracts.passages import list_passages
from assistant.abstracts.sample_size import find_sample
from assistant.answer.relevance import find_relevant
from assistant.question.query import Query
from assistant.question.topic_words import extract_topic
from assistant.verify.injection import strip_injections
from assistant.verify.numbers import parse_quantities
from store.index.snapshot import Snapshot
from store.library import Library
from store.paper import Paper
from store.results import Hit
from store.text.patterns import compile_lazily

# Papers that are read at the most, at a millisecond each. Chosen by hand.
_READ = 1000
# Papers of which a sentence is shown: the first, and those that come next to it. Chosen by hand.
_SHOWN = 3
_STUDY = r"(?:stud(?:y|ies)|trials?|reviews?|papers?|articles?|experiments?|surveys?|cohorts?|meta-analys[ei]s)"
_WHO = (
    r"(?:patients?|participants?|subjects?|people|persons?|cases?|women|men|children|animals?|samples?(?:\s+sizes?)?"
    r"|sizes?)"
)
_MOST, _LEAST = r"most|largest|biggest|highest|greatest", r"fewest|smallest|lowest|least"
_ASKED = compile_lazily(
    rf"\b(?:which|what)\s+(?:of\s+(?:the|these|those)\s+)?(?:\w+\s+){{0,2}}?{_STUDY}\s+(?P<about>(?:[\w-]+\s+){{0,7}}?)"
    r"(?:(?:had|has|have|with|includ\w+|enrol\w+|recruited|treated|studied|used|uses|analy[sz]ed|covers?|covered)\s+)?(?:the\s+)?"
    rf"(?:(?P<most>{_MOST})|(?P<least>{_LEAST}))\s+(?:number\s+of\s+)?(?:\w+\s+)?{_WHO}\b"
    rf"|\b(?:which|what)(?:['’]s|\s+(?:is|was))\s+the\s+(?:(?P<most2>largest|biggest)|(?P<least2>smallest))\s+{_STUDY}\b",
    re.I,
)


class LargestStudies(NamedTuple):
    """The papers with the largest samples or the smallest, first first, and a note of how many papers say theirs."""

    hits: list[Hit]
    note: str

    @staticmethod
    def find_sentence(paper: Paper) -> Mapping[int, float]:
        """Find the sentence that says how many were studied, by where it ends."""
        sample = find_sample(list_passages(strip_injections(paper)))
        return {sample.passage.end: 1.0} if sample else {}


def find_largest(library: Library, view: Snapshot, query: Query) -> LargestStudies | None:
    """Find the papers with the largest sample, where a question asks for them, or the smallest.

    Returns:
        None where the question asks otherwise, there are too many papers to read, or none says how many were studied.
    """
    asked = _ASKED.search(query.question)
    if asked is None:
        return None
    about = asked["about"] or ""
    topic = extract_topic(f"{about} {query.question[: asked.start()]} {query.question[asked.end() :]}")
    if topic:
        papers = [hit.paper for hit in find_relevant(library, view, query.model_copy(update={"topic": topic}))]
    elif view.count_fitting(query.filters) <= _READ:
        papers = library.get(view.list_ids(query.filters))
    else:
        return None
    sizes = {paper.id: size for paper in papers[:_READ] if (size := _read_size(paper))}
    if not sizes:
        return None
    sign = 1 if asked["least"] or asked["least2"] else -1
    ranked = sorted((paper for paper in papers if paper.id in sizes), key=lambda paper: sign * sizes[paper.id])[:_SHOWN]
    hits = [Hit(paper=paper, score=1.0 / place) for place, paper in enumerate(ranked, 1)]
    return LargestStudies(hits, f"Ranked by how many were studied; {len(sizes)} of {len(papers)} abstracts say so")


def _read_size(paper: Paper) -> int:
    """Read how many were studied; 0 where the abstract does not say."""
    sample = find_sample(list_passages(strip_injections(paper)))
    return max((int(number.value) for number in parse_quantities(sample.text)), default=0) if sample else 0
