"""The queries that find papers by words of their titles, as ``store.index.index_schema.split_title`` gives these.

Nothing is stemmed and no word is left out, so that a part of a title is found as it is written. A word may have one
letter wrong, missing or too many, or two that changed places; the last one may be the beginning of a word.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tantivy

FIELD = "title_word"
# Letters from which a word with one of them wrong is told from another word ("cat" and "car" are both words). By hand.
LONG_ENOUGH = 4
# Words beside one that may be missing.
_MANY = 2


def build_title_query(schema: "tantivy.Schema", words: Sequence[str], typos: bool) -> "tantivy.Query":
    """Build the query for papers whose titles have all the words, the last as the beginning of one.

    With typos, of three words and more one may be missing.

    Args:
        schema: That of the index.
        words: As ``split_title`` gives them, at least one.
        typos: Whether long words may differ by a letter.
    """
    import tantivy

    last = len(words) - 1
    parts = [_match_word(schema, word, typos, prefix=place == last) for place, word in enumerate(words)]
    if typos and last >= _MANY:  # "finetuned" is no word of "fine-tuned".
        apart = [(tantivy.Occur.Should, part) for part in parts]
        return tantivy.Query.boolean_query(apart, minimum_number_should_match=last)
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, part) for part in parts])


def build_near_query(schema: "tantivy.Schema", words: Sequence[str]) -> "tantivy.Query":
    """Build the query for papers whose titles have any of the long words or one like it: the more, the higher."""
    import tantivy

    long = [word for word in words if len(word) >= LONG_ENOUGH]
    query = tantivy.Query
    return query.boolean_query([(tantivy.Occur.Should, _match_word(schema, word, True, prefix=False)) for word in long])


def _match_word(schema: "tantivy.Schema", word: str, typos: bool, prefix: bool) -> "tantivy.Query":
    import tantivy

    distance = int(typos and len(word) >= LONG_ENOUGH)
    if not distance and not prefix:
        return tantivy.Query.const_score_query(tantivy.Query.term_query(schema, FIELD, word), 1.0)
    return tantivy.Query.fuzzy_term_query(schema, FIELD, word, distance, True, prefix)
