"""Reading of text that a test makes up."""

from pathlib import Path

import pytest

from store.readers import Item, read_papers
from tests.store.readers.reading import Read


@pytest.fixture(scope="session")
def read(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """Writes a content to a file and reads it; one folder for all, for hypothesis calls it many times."""
    folder: Path = tmp_path_factory.mktemp("sources")

    def from_content(content: str | bytes, format: str | None = None, name: str = "papers.txt") -> list[Item]:
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return list(read_papers(path, format))

    return from_content
