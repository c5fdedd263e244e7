"""The page of formats tells of all of them."""

import re
from pathlib import Path

from store.field_names import write_record_table, write_table
from store.readers import FORMATS

PAGE = Path(__file__).resolve().parents[3] / "docs" / "formats.md"


def test_the_table_has_every_format_and_no_other() -> None:
    read, _, _ = PAGE.read_text().partition("# What can be written")
    named = re.findall(r"^\| `([a-z][a-z-]+)` \|", read, re.MULTILINE)
    assert sorted(named) == sorted(FORMATS)


def test_the_table_of_fields_is_that_of_the_readers_and_writers() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert "\n".join(write_table()) in page
    assert "\n".join(write_record_table()) in page
