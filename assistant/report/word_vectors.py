"""Texts as rows of weighted words (tf-idf), their main directions, and which of them are alike.

The figures are those of scikit-learn's ``TfidfVectorizer`` and ``TruncatedSVD``, by which themes were found before, so
that reports that were saved come out the same. numpy does it alone; scikit-learn and scipy would take 150 MB of every
installation for these few steps.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]
    Numbers = NDArray[np.int64]

# Texts up to which main directions are exact: the time that they take grows with the cube.
_EXACT = 2000
# Of the random sample of directions (Halko et al. 2011), as in scikit-learn: directions that are looked at beside those
# that are asked for, and how often all of them are improved.
_SPARE, _ROUNDS = 10, 5


class WordRows(NamedTuple):
    """A unit row a text, a column a word, of which only what is not 0 is held, row by row.

    Attributes:
        size: Texts.
        width: Words.
        rows: The text of each entry.
        words: Its word.
        weights: What the word weighs in the text.
    """

    size: int
    width: int
    rows: "Numbers"
    words: "Numbers"
    weights: "Matrix"

    def multiply(self, columns: "Matrix") -> "Matrix":
        """Multiply the rows by columns of shape (words, n)."""
        return _add_up(self.rows, self.weights, self.words, columns, self.size)

    def multiply_across(self, columns: "Matrix") -> "Matrix":
        """Multiply the columns by columns of shape (texts, n)."""
        return _add_up(self.words, self.weights, self.rows, columns, self.width)

    def compare_each(self, end: int) -> Iterator["Matrix"]:
        """Yield the cosines of each of the first ``end`` texts and all texts."""
        import numpy as np

        by_word = np.argsort(self.words, kind="stable")
        rows, weights = self.rows[by_word], self.weights[by_word]
        spans = np.searchsorted(self.words[by_word], np.arange(self.width + 1)).tolist()
        bounds = np.searchsorted(self.rows, np.arange(end + 1)).tolist()
        for first, last in pairwise(bounds):
            places = [slice(spans[word], spans[word + 1]) for word in self.words[first:last].tolist()]
            if not places:
                yield np.zeros(self.size)
                continue
            parts = [weight * weights[place] for weight, place in zip(self.weights[first:last], places, strict=True)]
            others = np.concatenate([rows[place] for place in places])
            sums = np.bincount(others, weights=np.concatenate(parts), minlength=self.size)
            yield np.asarray(sums, dtype=np.float64)


def _add_up(into: "Numbers", weights: "Matrix", places: "Numbers", columns: "Matrix", size: int) -> "Matrix":
    import numpy as np

    sums = [np.bincount(into, weights=weights * column[places], minlength=size) for column in columns.T]
    return np.stack(sums, axis=1)


def weigh_terms(texts: Sequence[Sequence[str]], least: int = 1, share: float = 1.0) -> WordRows:
    """Weigh the words of texts: 1 + ln(how often) × (1 + ln((1 + texts) / (1 + texts that have it))), as unit rows.

    Args:
        texts: The words of each.
        least: Texts that have to have a word, else it is left out.
        share: The share of the texts that may have it at the most.
    """
    import numpy as np

    counts = [Counter(text) for text in texts]
    frequencies = Counter(word for count in counts for word in count)
    most = share * len(texts)
    kept = sorted(word for word, frequency in frequencies.items() if least <= frequency <= most)
    number_of = {word: number for number, word in enumerate(kept)}
    entries = [
        (row, number_of[word], times) for row, count in enumerate(counts) for word, times in count.items()
        if word in number_of
    ]  # fmt: skip
    rows, words, times = np.array(sorted(entries), dtype=np.int64).reshape(-1, 3).T
    rarity = np.log((1 + len(texts)) / (1 + np.array([frequencies[word] for word in kept], dtype=np.float64))) + 1
    weights = (1 + np.log(times)) * rarity[words]
    lengths = np.sqrt(np.bincount(rows, weights=weights**2, minlength=len(texts)))
    return WordRows(len(texts), len(kept), rows, words, weights / lengths[rows])


def reduce_words(texts: WordRows, directions: int, seed: int | None = None) -> "Matrix":
    """Give each text its place along the main directions of the words, shape (texts, directions).

    Args:
        texts: The texts.
        directions: How many, fewer than there are texts and words.
        seed: Of the sample that directions are found by; None for exact ones, as long as there are not too many texts.
    """
    import numpy as np

    if seed is None and texts.size <= _EXACT:
        values, vectors = np.linalg.eigh(np.stack(list(texts.compare_each(texts.size))))
        values, vectors = values[::-1][:directions], vectors[:, ::-1][:, :directions]
        placed = vectors * np.sqrt(np.maximum(values, 0.0))
        return np.asarray(placed * _find_signs(texts.multiply_across(vectors)))
    across = _sample_directions(texts, directions, seed or 0)
    return texts.multiply(across * _find_signs(across))


def _sample_directions(texts: WordRows, directions: int, seed: int) -> "Matrix":
    """Find the main directions, shape (words, directions), by improving a random sample of them."""
    import numpy as np

    # The side with fewer is the one that is improved.
    apply, back = texts.multiply_across, texts.multiply
    narrow = texts.size < texts.width
    if not narrow:
        apply, back = back, apply
    shape = (texts.size if narrow else texts.width, directions + _SPARE)
    sample = np.random.RandomState(seed).normal(size=shape)  # scikit-learn's, with its numbers
    for _ in range(_ROUNDS):
        sample = np.linalg.qr(back(np.linalg.qr(apply(sample))[0]))[0]
    basis = np.linalg.qr(apply(sample))[0]
    left, _, right = np.linalg.svd(back(basis).T, full_matrices=False)
    found = basis @ left if narrow else right.T
    return np.asarray(found[:, :directions])


def _find_signs(across: "Matrix") -> "Matrix":
    """Find the signs by which the largest entry of each direction is above 0: those of a decomposition are chance."""
    import numpy as np

    largest = across[np.abs(across).argmax(axis=0), np.arange(across.shape[1])]
    return np.where(largest < 0, -1.0, 1.0)
