"""What a sample of a library on a server says of the whole: how frequent words are, how long papers, where they lie.

BM25 wants to know in how many papers a word is, and a server of Chroma cannot count them without naming each. So those
who write draw a sample by lot now and then, and keep what it says beside the papers: what is frequent in it is so in
the library; what is rare there is counted by the server, which is quick where it is rare (``store.remote.view``).

The vectors of the sample are kept as their mean and as the directions in which they lie apart: what is asked of them
is the mean and the spread of their cosines with a question.
"""

import base64
import json
import zlib
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from store.chroma import Chroma
from store.record import PART
from store.remote.collection import ServerCollection
from store.remote.conditions import EVERYTHING
from store.remote.fields import LOTS

if TYPE_CHECKING:
    from store.embedding import Vectors

# Papers in a sample: as many as the background of a question is measured on (store.search).
SAMPLE = 2000
# Times in the sample from which a word's frequency is taken from it: five of 2000 say it within 45 %, by which the
# weight of a word that is in one of 400 papers changes by 6 %. Chosen by hand.
SURE = 5
# By how much a library grows or shrinks until a sample of it is drawn anew. Chosen by hand: it costs about two seconds,
# and that is a hundred times from none to 200 million papers.
GROWTH = 1.25
# Directions of the sample's vectors that are kept; the rest is taken to be the same in all. Chosen by hand.
_DIRECTIONS = 64
_ID = "statistics\x1fof the papers\x1f"
_FIELD = "statistics"


class Statistics(NamedTuple):
    """What a sample says.

    Attributes:
        papers: How many papers the library had.
        sample: How many of them were drawn.
        length: Mean number of terms of a paper.
        frequencies: In how many papers of the sample each term is.
        mean: The mean vector.
        directions: Unit vectors of the largest second moments.
        moments: Those moments.
        rest: The second moment in any other direction.
    """

    papers: int
    sample: int
    length: float
    frequencies: "Frequencies"
    mean: "Vectors"
    directions: "Vectors"
    moments: "Vectors"
    rest: float

    @property
    def is_complete(self) -> bool:
        """Whether every paper was drawn."""
        return self.sample >= self.papers

    def fits(self, count: int) -> bool:
        """Return whether a library of so many papers is still much as this one was."""
        return self.papers > 0 and self.papers / GROWTH <= count <= self.papers * GROWTH

    def list_terms(self, prefix: str) -> list[tuple[str, int]]:
        """List the terms that begin so, the most frequent first, with their number of papers in the sample."""
        return self.frequencies.list_terms(prefix)

    def estimate_count(self, term: str, count: int) -> int | None:
        """Estimate how many of ``count`` papers have a term; None where the sample is too small to tell."""
        if self.frequencies.counts.get(term, 0) < SURE:
            return None
        return max(1, round(self.count_seen(term, count)))

    def count_seen(self, term: str, count: int) -> float:
        """Estimate the same, however little the sample tells."""
        return self.frequencies.counts.get(term, 0) / max(1, self.sample) * count

    def measure_cosines(self, vector: "Vectors") -> tuple[float, float]:
        """Measure the mean of the cosines of a unit vector with the papers, and the mean of their squares."""
        along = self.directions @ vector
        square = float((self.moments * along**2).sum()) + self.rest * max(0.0, 1 - float((along**2).sum()))
        return float(self.mean @ vector), square


class Frequencies:
    """Terms in their order, so that those that begin alike are found at once."""

    def __init__(self, counts: dict[str, int]) -> None:
        self.counts = counts

    @cached_property
    def _ordered(self) -> list[str]:
        return sorted(self.counts)

    def list_terms(self, prefix: str) -> list[tuple[str, int]]:
        """List the terms that begin so, the most frequent first."""
        counted = []
        for term in self._ordered[bisect_left(self._ordered, prefix) :]:
            if not term.startswith(prefix):
                break
            counted.append((term, self.counts[term]))
        return sorted(counted, key=lambda pair: (-pair[1], pair[0]))


def draw_statistics(collection: ServerCollection, count: int, dimension: int) -> Statistics:
    """Draw a sample of a library of so many papers."""
    share = min(1.0, SAMPLE / max(1, count))
    where = EVERYTHING if share == 1.0 else {"lot": {"$lt": max(1, round(LOTS * share))}}
    return build_statistics(collection.draw_sample(where, 2 * SAMPLE), count, dimension)


def build_statistics(drawn: "Sequence[tuple[list[str], int, Vectors]]", count: int, dimension: int) -> Statistics:
    """Build statistics of the terms, lengths and vectors of papers that were drawn from so many."""
    import numpy as np

    if not drawn:
        nothing = np.zeros((0, dimension), dtype=np.float32)
        return Statistics(count, 0, 1.0, Frequencies({}), np.zeros(dimension, np.float32), nothing, nothing[:, 0], 0.0)
    counts = Counter(term for terms, _, _ in drawn for term in terms)
    vectors = np.array([vector for _, _, vector in drawn], dtype=np.float32)
    values, directions = np.linalg.eigh(vectors.T @ vectors / len(vectors))
    largest = min(_DIRECTIONS, dimension)
    left = dimension - largest
    return Statistics(
        papers=count,
        sample=len(drawn),
        length=max(1.0, sum(length for _, length, _ in drawn) / len(drawn)),
        frequencies=Frequencies(dict(counts)),
        mean=vectors.mean(axis=0),
        directions=np.ascontiguousarray(directions[:, -largest:].T, dtype=np.float32),
        moments=values[-largest:].astype(np.float32),
        rest=float(values[:-largest].sum() / left) if left else 0.0,
    )


def keep_statistics(chroma: Chroma, statistics: Statistics) -> None:
    """Keep statistics beside the names, in place of those before."""
    text = _pack(statistics)
    parts = [text[first : first + PART] for first in range(0, len(text), PART)]
    metadata: dict[str, Any] = {"field": _FIELD, "papers": statistics.papers, "parts": len(parts)}
    metadata |= {f"part{n}": part for n, part in enumerate(parts)}
    chroma.ask_names("upsert", ids=[_ID], embeddings=[[1.0, 0.0]], metadatas=[metadata])


def load_statistics(chroma: Chroma) -> Statistics | None:
    """Load the statistics that are kept; None where there are none that can be read."""
    answer = chroma.ask_names("get", ids=[_ID], include=["metadatas"])
    for metadata in answer["metadatas"]:
        try:
            return _unpack("".join(metadata[f"part{n}"] for n in range(metadata["parts"])))
        except (KeyError, TypeError, ValueError, zlib.error):
            return None
    return None


def _pack(statistics: Statistics) -> str:
    fields: dict[str, Any] = {
        "papers": statistics.papers,
        "sample": statistics.sample,
        "length": statistics.length,
        "rest": statistics.rest,
        "frequencies": statistics.frequencies.counts,
    }
    for name in ("mean", "directions", "moments"):
        fields[name] = base64.b64encode(getattr(statistics, name).astype("<f2").tobytes()).decode()
    return base64.b64encode(zlib.compress(json.dumps(fields, ensure_ascii=False).encode(), 9)).decode()


def _unpack(text: str) -> Statistics:
    import numpy as np

    fields = json.loads(zlib.decompress(base64.b64decode(text)))
    arrays = {
        name: np.frombuffer(base64.b64decode(fields[name]), dtype="<f2").astype(np.float32)
        for name in ("mean", "directions", "moments")
    }
    dimension = len(arrays["mean"])
    return Statistics(
        papers=int(fields["papers"]),
        sample=int(fields["sample"]),
        length=float(fields["length"]),
        frequencies=Frequencies(dict(fields["frequencies"])),
        mean=arrays["mean"],
        directions=arrays["directions"].reshape(-1, dimension),
        moments=arrays["moments"],
        rest=float(fields["rest"]),
    )
