"""The classifier of roles: a logistic regression over features, and the likeliest chain of roles through an abstract.

It sees the words of a sentence, how it begins, and where it stands. ``benchmarks/fit_roles.py`` fits both and writes
weights.json.
"""

import base64
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain, islice, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from store.text.roles.role import Role

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

# Begins the features that count in abstracts in the present tense alone, in addition to the same without it.
PRESENT_MARK = "p:"


class RoleWeights(NamedTuple):
    """What was fitted; n features, k roles.

    Attributes:
        roles: The roles, in the order of all columns.
        rows: The row of each feature in both matrices.
        pairs: The same of the features that are two words.
        matrices: For abstracts in the past and in the present tense: each of shape (n, k), in units of ``unit``.
        unit: What a weight of 1 is worth.
        bias: Of shape (k,): what is added to the score of each role.
        chains: Log-probabilities that a role follows another, of abstracts in the past and in the present tense: each
            of shape (k + 1, k), the last row of them for the first sentence.
    """

    roles: tuple[Role, ...]
    rows: dict[str, int]
    pairs: dict[tuple[str, str], int]
    matrices: "tuple[NDArray[np.int32], NDArray[np.int32]]"
    unit: float
    bias: "Floats"
    chains: "tuple[Floats, Floats]"


@cache
def load_weights() -> RoleWeights:
    """Load what was fitted."""
    import numpy as np

    data = json.loads(files(__package__).joinpath("weights.json").read_text(encoding="utf-8"))
    roles = tuple(map(Role, data["roles"]))
    features = data["features"].split("\n")
    matrix = np.frombuffer(base64.b64decode(data["matrix"]), dtype=np.int8).reshape(len(features), len(roles))
    past = matrix.astype(np.int32)
    rows = {feature: row for row, feature in enumerate(features)}
    present = past.copy()
    for feature, row in rows.items():
        if feature.startswith(PRESENT_MARK):
            present[rows[feature.removeprefix(PRESENT_MARK)]] += past[row]
    chains = (np.array(data["past"]), np.array(data["present"]))
    pairs = {_cut_pair(feature): row for feature, row in rows.items() if not marks_tense(feature)}
    return RoleWeights(roles, rows, pairs, (past, present), data["unit"], np.array(data["bias"]), chains)


def classify_sentences(sentences: Sequence[str], allowed: Sequence[frozenset[Role]]) -> list[Role]:
    """Choose the likeliest chain of roles, one of those that are allowed for each sentence.

    Args:
        sentences: All of an abstract, in order, without their labels.
        allowed: The roles that each may have, at least one.
    """
    weights = load_weights()
    present = is_present(sentences)
    scores = _score_sentences(sentences, weights, weights.matrices[present])
    for row, roles in zip(scores, allowed, strict=True):
        if len(roles) < len(weights.roles):
            row[[role not in roles for role in weights.roles]] = -1e9
    path = find_best_chain(scores, weights.chains[present])
    return [weights.roles[k] for k in path]


def _score_sentences(sentences: Sequence[str], weights: RoleWeights, matrix: "NDArray[np.int32]") -> "Floats":
    """Score the roles of each sentence: log-probabilities but for a constant, of shape (sentences, k)."""
    import numpy as np

    get, get_pair = weights.rows.get, weights.pairs.get
    rows: list[int] = []
    starts: list[int] = []
    for features, pairs in _iterate_features(sentences):
        starts.append(len(rows))
        known: set[Any] = {*map(get, features), *map(get_pair, pairs)}  # Numbers, and None for what is none.
        known.discard(None)
        rows += known
    if not rows:
        return np.empty((0, len(weights.roles)))
    # All sentences in one sum: where a sentence stands counts, so none is without a row.
    sums = np.add.reduceat(matrix.take(np.fromiter(rows, np.intp, len(rows)), axis=0), starts)
    return weights.bias + weights.unit * sums


def find_best_chain(scores: "Floats", steps: "Floats") -> list[int]:
    """Find the path of the highest sum of scores and steps (Viterbi), as the number of a role for each sentence."""
    if not len(scores):
        return []
    best = scores[0] + steps[-1]
    before: list[list[int]] = []
    for row in scores[1:]:
        sums = best[:, None] + steps[:-1]
        before.append(sums.argmax(axis=0).tolist())
        best = sums.max(axis=0) + row
    path = [int(best.argmax())]
    for step in reversed(before):
        path.append(step[path[-1]])
    return path[::-1]


# Words of a sentence that are looked at; more of them are seldom one sentence. Chosen by hand.
_LOOKED_AT = 60
# The share of sentences with a verb of the past up to which an abstract counts as written in the present tense: there
# "improves" tells a result, and in the other ones a conclusion. Chosen on part dev of the listing and on a part of the
# structured abstracts that are fitted on; .2 and .3 were worse on the listing.
PRESENT = 0.1
_TOKEN = re.compile(r"[^\W\d_]++(?:['’-][^\W\d_]++)*+|\d[\d.,]*+|%|[<>=±≤≥?]|https?:")
_ASCII = re.compile(r"[a-z]++(?:['-][a-z]++)*+|[0-9][0-9.,]*+|[%<>=?]")
_PAST = re.compile(r"\b(?:was|were|had|did)\b", re.I)
_SUBJECTS = frozenset("we i paper work study article".split())
_BETWEEN = frozenset("then also first further here therefore thus next".split())
_DETERMINERS = frozenset("our this these the a an".split())
_HEADS = _SUBJECTS | _DETERMINERS


def list_features(sentences: Sequence[str]) -> list[list[str]]:
    """List the features of each sentence of an abstract, its label left out; each once."""
    return [[*{*features, *map(" ".join, pairs)}] for features, pairs in _iterate_features(sentences)]


def _iterate_features(sentences: Sequence[str]) -> Iterator[tuple[Iterable[str], Iterable[tuple[str, str]]]]:
    """Yield the features of each sentence, and beside them those that are two words; some of them more than once."""
    for place, sentence in enumerate(sentences):
        tokens = _split(sentence)
        beginnings, places = _list_beginnings(tokens), _list_places(place, len(sentences))
        yield chain(tokens, beginnings, places, _list_heads(tokens)), pairwise(tokens)


def marks_tense(feature: str) -> bool:
    """Whether a feature may speak otherwise in an abstract in the present tense: all but pairs within a sentence."""
    return feature[0] == "^" or " " not in feature


def _cut_pair(feature: str) -> tuple[str, str]:
    first, _, second = feature.partition(" ")
    return first, second


def is_present(sentences: Sequence[str]) -> bool:
    """Whether an abstract is written in the present tense."""
    most = int(PRESENT * len(sentences))
    return len([*islice(filter(_PAST.search, sentences), most + 1)]) <= most


def _split(sentence: str) -> list[str]:
    """Split into words in lower case; every number is 0."""
    if sentence.isascii():  # As most are: the same in two thirds of the time.
        return ["0" if "0" <= token < ":" else token for token in _ASCII.findall(sentence.lower())[:_LOOKED_AT]]
    return ["0" if token[0].isdigit() else token.lower() for token in _TOKEN.findall(sentence)[:_LOOKED_AT]]


def _list_beginnings(tokens: Sequence[str]) -> Iterator[str]:
    for length in (1, 2, 3):
        yield "^" + " ".join(tokens[:length])


@lru_cache(maxsize=1024)  # All places in abstracts of up to 44 sentences.
def _list_places(place: int, count: int) -> tuple[str, ...]:
    """List where a sentence stands: from the beginning, from the end, which eighth, and both together."""
    last = count - 1 - place
    return f"@{min(place, 4)}", f"@-{min(last, 4)}", f"@~{8 * place // count}", f"@{min(place, 2)}/{min(last, 2)}"


def _list_heads(tokens: Sequence[str]) -> Iterator[str]:
    """List what "we" do, adverbs left out, and the words behind articles."""
    for place in [place for place, token in enumerate(tokens[:-1]) if token in _HEADS]:
        if tokens[place] in _DETERMINERS:
            yield f"the:{tokens[place + 1]}"
            continue
        rest = tokens[place + 1 : place + 4]
        verb = next((word for word in rest if word not in _BETWEEN and not word.endswith("ly")), "")
        if verb:
            yield f"we:{verb}"
