"""What a reader of a format is."""

from collections.abc import Iterator
from typing import Protocol

from store.paper import Paper, Problem, Profile
from store.readers.textfile import TextFile

Item = Paper | Problem | Profile


class Reader(Protocol):
    """One format; a module of this package with these four names is one."""

    NAME: str
    """The name for ``format=`` and ``Source.format``."""

    LABEL: str
    """What a message calls the format."""

    def sniff(self, head: str) -> bool:
        """Whether a file that begins like this (up to 64 KiB) is in the format."""

    def read(self, file: TextFile) -> Iterator[Item]:
        """Yield what stands in the file, in its order; a record that cannot be taken is a ``Problem``.

        Raises:
            SourceError: The file as a whole cannot be read.
        """
