"""Reading what is in memory already."""

import pytest

from store.errors import SourceError
from store.paper import Paper
from store.readers import read_bytes
from tests.store.readers.reading import line


def test_papers_out_of_bytes() -> None:
    reading = read_bytes(line(id="a", title="A title").encode(), "somewhere", "jsonl")
    (paper,) = reading
    assert isinstance(paper, Paper)
    assert (paper.id, paper.source.file, paper.source.line) == ("a", "somewhere", 1)
    assert reading.fraction() == 1.0


@pytest.mark.parametrize(("data", "format"), [(b"", "jsonl"), (b"%PDF-1.5", "jsonl"), (b"{}", "nothing")])
def test_what_cannot_be_read(data: bytes, format: str) -> None:
    with pytest.raises(SourceError):
        read_bytes(data, "somewhere", format)
