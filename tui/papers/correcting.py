"""What is asked before papers are merged or split, and what is said afterwards."""

from collections.abc import Sequence

from store.paper import Paper
from tui.safe import one_line

# Papers or records that a question names before it counts the others.
_NAMED = 8
_TITLE_CHARS = 100


def named(titles: Sequence[str]) -> list[str]:
    """A line for each of the first, and how many more there are."""
    lines = [f"  {one_line(title, _TITLE_CHARS)}" for title in titles[:_NAMED]]
    return lines + ([f"  and {len(titles) - _NAMED:,} more"] if len(titles) > _NAMED else [])


def label(title: str, year: int | None) -> str:
    """How a question names a paper."""
    return f"{title} ({year or 'undated'})"


def may_merge(titles: Sequence[str], paper_id: str) -> str:
    """The question whether papers are one; the first gives its id."""
    question = f"Are these {len(titles):,} papers one? It keeps the id {one_line(paper_id, _TITLE_CHARS)}."
    return "\n".join((question, *named(titles)))


def may_keep_apart(titles: Sequence[str]) -> str:
    """The question whether two papers are two."""
    return "\n".join(("Are these two papers, never to be merged?", *named(titles)))


def may_split(paper: Paper) -> str:
    """The question whether each record of a paper is a paper of its own."""
    question = f"Split “{one_line(paper.title, _TITLE_CHARS)}” into its {len(paper.records):,} records?"
    return "\n".join((question, *named([f"{one.source.file}: {label(one.title, one.year)}" for one in paper.records])))


def merged(paper: Paper) -> str:
    """What was made of papers."""
    return f"Merged into {paper.id}, of {len(paper.records)} records. Split parts them again."


def kept_apart(papers: Sequence[Paper]) -> str:
    """What was said of two papers."""
    return f"{' and '.join(paper.id for paper in papers)} stay apart. Merge joins them all the same."


def split(papers: Sequence[Paper]) -> str:
    """What a paper became."""
    ids = [paper.id for paper in papers[:_NAMED]] + ([f"{len(papers) - _NAMED:,} more"] * (len(papers) > _NAMED))
    return f"Split into {len(papers):,} papers: {', '.join(ids)}. To undo, mark them and merge."
