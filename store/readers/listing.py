"""Author listings: the text of a page that shows an author's profile and papers.

The page begins with a profile (``listing_profile``) and a count line ``45 Papers``. Then come the records
(``listing_record``): a first line like ``LGMar 10, 2022Code``, a title, authors, an abstract.
A first line without a year belongs to the year in which the page was taken, at least the newest year on it + 1.
"""

import re
from collections.abc import Iterator

from store.readers.author_listing import read_record
from store.readers.base import Item
from store.readers.encoding import Encoding
from store.readers.listing_block import blocks, first_line
from store.readers.listing_profile import Page, read_page
from store.readers.sources_dates import plausible_year
from store.readers.textfile import TextFile

NAME = "listing"
LABEL = "the text of an author's page"

_PROFILE = re.compile(r"^h-index\s?[0-9]+\s*$", re.MULTILINE)
_COUNT = re.compile(r"^[0-9.,]+ Papers?\s*$", re.MULTILINE)


def sniff(head: str) -> bool:
    """A record's first line, or a profile with its count line."""
    lines = (first_line(line) for line in head.splitlines())
    if any(line and line.category and line.month for line in lines):
        return True
    return bool(_PROFILE.search(head) and _COUNT.search(head))


def read(file: TextFile) -> Iterator[Item]:
    """Yield the profile, then each record, then what the counts say against each other."""
    encoding = file.encoding()
    if encoding.doubt:
        yield file.problem(None, encoding.doubt, lost=False)
    page, records = Page(), 0
    for block in blocks(file, encoding):
        if block.first is None:
            page = read_page(block, _year(file, encoding), file)
            yield from page.said(file)
        else:
            records += 1
            yield from read_record(block, block.first, page, file)
    if doubt := page.count_doubt(records):
        yield file.problem(page.count_line, doubt, lost=False)


def _year(file: TextFile, encoding: Encoding) -> int | None:
    """The year of records without one; a pass of its own, so that a long page need not be held in memory."""
    years = (block.first.year for block in blocks(file, encoding) if block.first)
    return max((year + 1 for year in years if year and plausible_year(year)), default=None)
