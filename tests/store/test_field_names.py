"""The one table of field names: each field goes to each format and comes back, or has no place there."""

import pytest

from assistant.export.library_export import format_papers
from store.field_names import FIELDS, FieldNames, rename_fields
from store.paper import Paper
from store.readers import read_bytes

WRITTEN = {"bibtex": "bibtex", "ris": "ris", "csl": "csl-json", "csv": "csv"}
# A value that each field can have, where not any word will do.
VALUES = {"issn": "1234-5678", "isbn": "978-3-86490-311-3", "accessed": "2020-01-02", "pages": "12–34",
          "date_end": "2012", "season": "2", "language": "english", "volume": "3",
          "event_date": "2019-03-01/2019-03-04", "original_date": "1999"}  # fmt: skip
# What a format has a place for in some types only, or in another field.
ELSEWHERE = {
    ("csl", "date_end"),
    ("csl", "season"),
    ("bibtex", "date_end"),
    ("bibtex", "season"),
    ("bibtex", "issue_name"),
}


def lose(format: str, ours: str, value: str, kind: str) -> str:
    """The value of a field after it was written in a format and read again."""
    paper = Paper(id="a", title="A title", date="2011", kind=kind, venue="A place", extra={ours: value})
    text = "".join(format_papers(lambda: iter([paper]), format, {"a": "key"}))
    (again,) = (item for item in read_bytes(text.encode(), "a", format) if isinstance(item, Paper))
    return str(again.extra.get(ours, ""))


@pytest.mark.parametrize("row", FIELDS, ids=lambda row: row.ours)
@pytest.mark.parametrize("format", WRITTEN)
def test_a_field_is_kept_where_the_format_has_a_place(format: str, row: FieldNames) -> None:
    ours, name = row.ours, getattr(row, format)
    if (format, ours) in ELSEWHERE:
        pytest.skip("it is a part of the date, or stands beside a number")
    value = VALUES.get(ours, "Word")
    kinds = ("report",) if ours == "number" else ("thesis",) if ours == "genre" else ("article-journal", "book")
    right = "en" if (format, ours) == ("csl", "language") else value  # a tag there, as the standard has it
    assert any(lose(WRITTEN[format], ours, value, kind) == right for kind in kinds) == bool(name)


def test_of_two_names_for_one_field_none_is_lost() -> None:
    assert rename_fields({"location": "Oslo", "address": "Bergen"}, "bibtex") == {"place": "Oslo", "address": "Bergen"}
