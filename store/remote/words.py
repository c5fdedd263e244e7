"""The words of the papers on a Chroma server, by which a search ranks them.

They are in a collection of their own beside the papers, ``…-words``: to give one text of a record Chroma reads all that
is beside it, and beside a paper are its fields. Words are written before their paper is and taken away behind it, so a
crash leaves at the worst words that nobody asks for, or ranks a paper by those that it was about to have. Of a paper
without any they are read from its record.
"""

from collections.abc import Mapping, Sequence

from store.chroma import Chroma
from store.chroma.entries import read_text, split_parts
from store.index.index_schema import list_fields
from store.remote.fields import build_words, make_vector

# Papers whose words are written in one request: a book has 24 kB of them. Chosen by hand.
_WRITTEN = 100
# Papers whose words are read or removed in one request. Chosen by hand.
_NAMED = 1000


class RemoteWords:
    """Words as a server has them; written, read and removed.

    Args:
        chroma: The library's.
    """

    def __init__(self, chroma: Chroma) -> None:
        self._chroma = chroma

    def write(self, words: Mapping[str, str]) -> None:
        """Write the words of papers, by their ids, as ``store.remote.fields.build_words`` has them."""
        ids = list(words)
        for first in range(0, len(ids), _WRITTEN):
            page = ids[first : first + _WRITTEN]
            self._chroma.ask_words(
                "upsert",
                ids=page,
                embeddings=[make_vector(paper_id) for paper_id in page],
                metadatas=[split_parts(words[paper_id]) for paper_id in page],
            )

    def remove(self, ids: Sequence[str]) -> None:
        """Remove the words of papers."""
        for first in range(0, len(ids), _NAMED):
            self._chroma.ask_words("delete", ids=list(ids[first : first + _NAMED]))

    def read(self, ids: Sequence[str]) -> dict[str, str]:
        """Read the words of papers by their ids; those that are not there are left out."""
        words: dict[str, str] = {}
        for first in range(0, len(ids), _NAMED):
            answer = self._chroma.ask_words("get", ids=list(ids[first : first + _NAMED]), include=["metadatas"])
            words |= dict(zip(answer["ids"], map(read_text, answer["metadatas"]), strict=True))
        missing = [paper_id for paper_id in ids if paper_id not in words]
        records = self._chroma.get(missing) if missing else {}
        return words | {
            paper_id: build_words(list_fields(record.paper)["text"]) for paper_id, record in records.items()
        }
