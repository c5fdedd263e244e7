"""Which papers a list about a topic leaves out where others are surely about it."""

from collections.abc import Sequence

from assistant.question.topic import Topic, read_paper
from store.results import Hit

# Papers with the topic's words in a row that are enough to say how this library words it, and from which relevance they
# count; which share of the words a paper has beside them, or how relevant it is without. Chosen on part dev of the list
# questions of benchmarks/questions.py, where one paper alone, or .4, loses papers that belong; part test not looked at.
_ENOUGH, _SURE, _MOST, _WITHOUT = 2, 0.5, 2 / 3, 0.25


def leave_out_looser(topic: Topic, rated: Sequence[Hit]) -> list[Hit]:
    """Leave out papers that lack much of a topic's words where several surely have them in a row.

    In a library of one field its papers share words with every topic: "simulation" is no "rare-event simulation".
    """
    sure = [hit for hit in rated if hit.relevance >= _SURE and _measure(topic, hit) == (1.0, 1.0)]
    if len(sure) < _ENOUGH:
        return [*rated]
    return [hit for hit in rated if hit.relevance >= _WITHOUT or _measure(topic, hit)[0] >= _MOST]


def _measure(topic: Topic, hit: Hit) -> tuple[float, float]:
    """Measure which share of a topic's words, and of its neighbouring words, a paper has."""
    text = read_paper(hit.paper)
    return (
        max(wording.measure_share(text.terms) for wording in topic.wordings),
        max(wording.measure_pairs(text.terms, text.pairs) for wording in topic.wordings),
    )
