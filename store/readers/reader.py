"""The face of a reader: a class for each format, which recognises a file by its beginning and yields its records."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from store.paper import Paper, Problem, Profile
from store.readers.encoding import Encoding
from store.readers.textfile import NO_PAPER, TextFile

Item = Paper | Problem | Profile
Signs = tuple[tuple[re.Pattern[str], ...], ...]


class Reader(ABC):
    """One format of files; a reader has no state, so that one object reads any number of files."""

    NAME: ClassVar[str]
    """The name for ``format=`` and ``Source.format``."""

    LABEL: ClassVar[str]
    """What a message calls the format."""

    SIGNS: ClassVar[Signs] = ()
    """How the format is recognised: of one of these groups every pattern stands in the beginning of the file."""

    def sniff(self, head: str) -> bool:
        """Look for whether a file that begins like this (up to 64 KiB) is in the format."""
        return any(all(sign.search(head) for sign in signs) for signs in self.SIGNS)

    def read(self, file: TextFile) -> Iterator[Item]:
        """Yield what stands in the file, in its order.

        A record without title, abstract and identifier, or one that cannot be read, is a ``Problem``; so are doubts
        about the encoding of the file, and that there is nothing in it.

        Raises:
            SourceError: The file as a whole cannot be read.
        """
        encoding = self.choose_encoding(file)
        if encoding.doubt:
            yield file.problem(None, encoding.doubt, lost=False)
        empty, left_out = True, file.filter.left_out
        for item in self.read_records(file, encoding):
            empty = False
            yield item
        if empty and file.filter.left_out == left_out:
            yield file.problem(None, NO_PAPER, lost=False)

    def choose_encoding(self, file: TextFile) -> Encoding:
        """Return the encoding to read the file in."""
        return file.detect_encoding()

    @abstractmethod
    def read_records(self, file: TextFile, encoding: Encoding) -> Iterator[Item]:
        """Yield the papers of the records and what is doubtful or wrong with them; raises SourceError as ``read``."""
