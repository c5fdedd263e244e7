"""Papers that a search found, as a list that a notebook can show."""

from typing import Any

from assistant.notebook import make_row_frame, write_block, write_line, write_table, write_text
from store.results import Hit

_COLUMNS = ("paper_id", "title", "authors", "year", "venue", "relevance", "quote", "start", "end")


class Hits(list[Hit]):
    """Papers, best first: a list."""

    def to_pandas(self) -> Any:
        """Return a ``pandas.DataFrame``, a row a paper, with its best sentence and where that stands in the abstract.

        Raises:
            InputError: pandas is not installed.
        """
        return make_row_frame(_COLUMNS, [_list_cells(hit) for hit in self])

    def _repr_html_(self) -> str:
        if not self:
            return write_block(write_line("Nothing fits."))
        return write_block(
            write_table(("", "paper", "year", "relevance"), map(_write_row, self, range(1, len(self) + 1)))
        )


def _list_cells(hit: Hit) -> list[Any]:
    paper, best = hit.paper, next(iter(hit.sentences), None)
    authors = [author.name for author in paper.authors]
    place = (best.text, best.start, best.end) if best else (None, None, None)
    return [paper.id, paper.marked_title, authors, paper.year, paper.venue, hit.relevance, *place]


def _write_row(hit: Hit, rank: int) -> list[str]:
    quotes = "".join(f"<br/><small>“{write_text(sentence.text)}”</small>" for sentence in hit.sentences[:1])
    title = f"<b>{write_text(hit.paper.marked_title)}</b>{quotes}"
    return [str(rank), title, str(hit.paper.year or ""), f"{hit.relevance:.2f}"]
