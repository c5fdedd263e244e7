"""Words that are common in any English text, whatever it is about: "review", "approach", "properties", "treatment".

How common a word is, is read of the embedder's own vocabulary, which lists words by how often they stand in books and
an encyclopaedia; nobody has to keep a list.
"""

import json
from functools import cache
from importlib.resources import files

from store.index.index_schema import extract_terms

_VOCABULARY = "all-MiniLM-L6-v2.tokenizer.json"
# Places of the vocabulary that hold common words: "approach" has 3921, "assessment" 7667, "evaluation" 9312; "bacteria"
# has 10327. Of 5500, 7800 and 9600 chosen by reading names of themes of five libraries; before _FIRST stand marks.
_FIRST, _LAST = 1996, 9600


@cache
def load_common_stems() -> frozenset[str]:
    """Load the stems of the common words."""
    text = files("store.embedding").joinpath(_VOCABULARY).read_text(encoding="utf-8")
    places: dict[str, int] = json.loads(text)["model"]["vocab"]
    words = [word for word, place in places.items() if _FIRST <= place <= _LAST and word.isalpha()]
    return frozenset(extract_terms(" ".join(words)))
