"""What the classifier of roles sees of a sentence: its words, how it begins, and where it stands."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

# Words of a sentence that are looked at; more of them are seldom one sentence. Chosen by hand.
_LOOKED_AT = 60
# The share of sentences with a verb of the past up to which an abstract counts as written in the present tense: there
# "improves" tells a result, and in the other ones a conclusion. Chosen on part dev of the listing and on a part of the
# structured abstracts that are fitted on; .2 and .3 were worse on the listing.
PRESENT = 0.1
_TOKEN = re.compile(r"[^\W\d_]++(?:['’-][^\W\d_]++)*+|\d[\d.,]*+|%|[<>=±≤≥?]|https?:")
_PAST = re.compile(r"\b(?:was|were|had|did)\b", re.I)
_SUBJECTS = frozenset("we i paper work study article".split())
_BETWEEN = frozenset("then also first further here therefore thus next".split())
_DETERMINERS = frozenset("our this these the a an".split())


def list_features(sentences: Sequence[str]) -> list[list[str]]:
    """List the features of each sentence of an abstract, its label left out; each once."""
    features = []
    for place, sentence in enumerate(sentences):
        tokens = _split(sentence)
        sentence_features = {
            *tokens,
            *_list_beginnings(tokens),
            *_list_places(place, len(sentences)),
            *_list_heads(tokens),
        }
        sentence_features.update([f"{a} {b}" for a, b in pairwise(tokens)])
        features.append([*sentence_features])
    return features


def marks_tense(feature: str) -> bool:
    """Whether a feature may speak otherwise in an abstract in the present tense: all but pairs within a sentence."""
    return feature[0] == "^" or " " not in feature


def is_present(sentences: Sequence[str]) -> bool:
    """Whether an abstract is written in the present tense."""
    return sum(bool(_PAST.search(sentence)) for sentence in sentences) <= PRESENT * len(sentences)


def _split(sentence: str) -> list[str]:
    """Split into words in lower case; every number is 0."""
    tokens: list[str] = []
    for match in _TOKEN.finditer(sentence):
        token = match[0].lower()
        tokens.append("0" if token[0].isdigit() else token)
        if len(tokens) == _LOOKED_AT:
            break
    return tokens


def _list_beginnings(tokens: Sequence[str]) -> Iterator[str]:
    for length in (1, 2, 3):
        yield "^" + " ".join(tokens[:length])


def _list_places(place: int, count: int) -> Iterator[str]:
    """List where a sentence stands: from the beginning, from the end, which eighth, and both together."""
    last = count - 1 - place
    yield f"@{min(place, 4)}"
    yield f"@-{min(last, 4)}"
    yield f"@~{8 * place // count}"
    yield f"@{min(place, 2)}/{min(last, 2)}"


def _list_heads(tokens: Sequence[str]) -> Iterator[str]:
    """List what "we" do, adverbs left out, and the words behind articles."""
    for place, token in enumerate(tokens[:-1]):
        if token in _SUBJECTS:
            rest = tokens[place + 1 : place + 4]
            verb = next((word for word in rest if word not in _BETWEEN and not word.endswith("ly")), "")
            if verb:
                yield f"we:{verb}"
        if token in _DETERMINERS:
            yield f"the:{tokens[place + 1]}"
