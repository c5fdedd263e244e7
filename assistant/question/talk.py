"""Tell a topic from talk: "the 2018 ones will do" names nothing that papers could be about, "zebras, 2018" does.

How likely it is that a word names something stands in talk_words.txt, for the words that seldom do; it is made by
``benchmarks/fit_talk.py`` from the embedder's vocabulary. A word that is not there can name.
"""

import re
from functools import cache
from importlib.resources import files

from assistant.question.condition import NEGATION, PAPERS
from store.index.index_schema import extract_terms
from store.text.patterns import compile_lazily

# In per cent, that a word names something. Of words that were labelled and not fitted on, 70 % of those of talk and
# 2 % of those that name lie below the first, 88 % and 6 % below the second (benchmarks/fit_talk.py).
SURE, LIKELY = 20, 45
_WORD = compile_lazily(r"[^\W_]+(?:['’][^\W_]+)*")
# "I'm", "you've", "doesn't": words of a sentence, whatever the index makes of them.
_SHORTENED = compile_lazily(r"\w+(?:['’](?:m|ve|d|ll|re|s)|n['’]t)", re.I)
# What introduces a topic, though nothing in it names anything by itself.
_INTRODUCES = compile_lazily(
    r"\b(?:about|on|regarding|concerning|covering|using|involving|mention(?:s|ing)?|words?|terms?|keywords?|phrase|titled?)\s+"
    r"(?:(?:the|an?|any)\s+)?[\"“'‘]?$",
    re.I,
)
# What a condition is made of beside its name or year.
_OF_CONDITIONS = frozenset(
    "in from of by on at since until till before after between and or to the year years later earlier not than".split()
)
_OF_PAPERS = compile_lazily(rf"\s+{PAPERS}\b", re.I)


def read_talk(topic: str, question: str, most: int = SURE) -> str | None:
    """Read what is left of a question beside its conditions as talk, which names nothing papers could be about.

    Args:
        topic: What is left, as ``extract_topic`` gives it.
        question: The question; what it introduces as a topic ("about care", "sleep papers") is one.
        most: How likely each of the words may name something, in per cent.

    Returns:
        What of it is to be told as not used; "" where it is words of any sentence ("I'm"), None where it is a topic.
    """
    words = [word[0] for word in _WORD.finditer(topic)]
    if NEGATION.search(topic) or not all(_says_nothing(word, most) for word in words):
        return None
    telling = [word for word in words if extract_terms(word) and not _SHORTENED.fullmatch(word)]
    if not telling:
        return ""
    if not _stands_in_sentence(telling, question):
        return None
    first = re.search(rf"(?<!\w){re.escape(telling[0])}(?!\w)", question)
    last = re.search(rf"(?<!\w){re.escape(telling[-1])}(?!\w)", question)
    is_introduced = (first and _INTRODUCES.search(question[: first.start()])) or (
        last and _OF_PAPERS.match(question[last.end() :])
    )
    return None if is_introduced else " ".join(telling)


def _stands_in_sentence(telling: list[str], question: str) -> bool:
    """Tell whether a question says more than these words and conditions: "synthetic 2024" names a topic."""
    return any(
        word[0].lower() not in _OF_CONDITIONS and word[0] not in telling and not word[0][0].isdigit()
        for word in _WORD.finditer(question)
    )


def _says_nothing(word: str, most: int) -> bool:
    low = word.lower()
    if not extract_terms(low) or _SHORTENED.fullmatch(low):
        return True
    return word[1:].islower() and _load_chances().get(low, 100) < most


@cache
def _load_chances() -> dict[str, int]:
    """Load how likely a word names something, in per cent, for the words that seldom do."""
    lines = files("assistant.question").joinpath("talk_words.txt").read_text(encoding="utf-8").splitlines()
    return {word: int(chance) for word, _, chance in (line.partition(" ") for line in lines)}
