"""Which sentences of a draft claim something that a paper could carry."""

import re

_OWN = re.compile(
    r"""\b(?:I|we|us|my|our|ours|ourselves)\b
    |\b(?:in|of)\s+(?:this|the\s+(?:present|following|next|previous))\s+(?:section|subsection|chapter|paper|article
      |thesis|work|study|survey|review|manuscript|report)\b
    |^(?:this|the\s+present|the\s+following|the\s+next)\s+(?:section|subsection|chapter|paper|article|thesis|work|study
      |survey|review|manuscript|report|appendix)\b
    |^(?:the\s+)?(?:rest|remainder)\s+of\b
    |^(?:as\s+shown\s+in\s+)?(?:section|chapter|appendix|figure|fig\.|table|tab\.|equation|eq\.|algorithm)s?
      \s*(?:[\d(]|(?-i:[A-Z])\b)
    |^(?:see|cf\.|compare|recall|let|consider|suppose|assume)\b""",
    re.VERBOSE | re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{2,}")
MIN_WORDS, MIN_CITED = 5, 3


def is_claim(sentence: str) -> bool:
    """Whether a sentence without a citation states something about the world.

    Questions, the author's own doings ("we show"), signposts ("in this section", "Figure 3 shows"), and what has fewer
    than five words do not.
    """
    return not sentence.rstrip("”\"')").endswith("?") and _words(sentence) >= MIN_WORDS and not _OWN.search(sentence)


def says_something(sentence: str) -> bool:
    """Whether a sentence with a citation says enough to be checked."""
    return _words(sentence) >= MIN_CITED


def _words(sentence: str) -> int:
    return len(_WORD.findall(sentence))
