"""Spans of dates and seasons, as bibliographies write them and as every reader gives them."""

import pytest

from store.paper import Paper
from store.readers import read_bytes
from store.readers.date_spans import parse_date_span


@pytest.mark.parametrize(
    ("text", "start", "end", "season"),
    [
        ("2018 Mar-Apr", "2018-03", "2018-04", ""),
        ("2018 Dec-2019 Jan", "2018-12", "2019-01", ""),
        ("28 July - 1 August 2019", "2019-07-28", "2019-08-01", ""),
        ("Aug 4–8, 2020", "2020-08-04", "2020-08-08", ""),
        ("2018 Mar-Apr 01", "2018-03", "2018-04", ""),
        ("1999-2000", "1999", "2000", ""),
        ("2011–12", "2011", "2012", ""),
        ("2011-12", "2011-12", "", ""),
        ("2018-03/2018-04", "2018-03", "2018-04", ""),
        ("1984?/2004~", "1984", "2004", ""),
        ("2004/..", "2004", "", ""),
        ("2019 Spring", "2019", "", "1"),
        ("Winter 1999-2000", "1999", "2000", "4"),
        ("2019-21", "2019", "", "1"),
        ("2019-21/2019-22", "2019", "", "1"),
        ("Herbst 2001", "2001", "", "3"),
        ("2018/03//Mar-Apr", "2018-03", "2018-04", ""),
        ("2020/08/04/to 2020-08-08", "2020-08-04", "2020-08-08", ""),
        ("2013/02/15/received", "2013-02-15", "", ""),
        ("01-Mar-2019", "2019-03-01", "", ""),
        ("2001/09/01/", "2001-09-01", "", ""),
        ("1998 Dec 26-Jan 2", "1998-12-26", "", ""),
        ("Thu, 31 May 2018", "2018-05-31", "", ""),
    ],
)
def test_a_span_has_a_beginning_an_end_and_a_season(text: str, start: str, end: str, season: str) -> None:
    assert parse_date_span(text) == (start, end, season)


def test_there_is_no_span_without_a_year() -> None:
    assert parse_date_span("Mar-Apr") is None


@pytest.mark.parametrize("text", ["2018-03/2018-04", "2019-21", "2018", "1999-24/2000", "2020-08-04/2020-08-08"])
def test_a_span_is_written_as_it_is_read(text: str) -> None:
    assert str(parse_date_span(text)) == text


@pytest.mark.parametrize(
    ("format", "content"),
    [
        ("nbib", "PMID- 1\nTI  - A title.\nDP  - 2018 Mar-Apr\n"),
        ("ris", "TY  - JOUR\nTI  - A title\nPY  - 2018\nDA  - Mar-Apr\nER  - \n"),
        ("refer", "%0 Journal Article\n%T A title\n%D 2018\n%8 March-April\n"),
        ("bibtex", "@article{a, title={A title}, year=2018, month=mar # {--} # apr}"),
        ("csv", "Title,Year,Date\nA title,2018,Mar/Apr\n"),
        ("wos", "FN X\nVR 1.0\nPT J\nAU Poe, A\nTI A title\nPY 2018\nPD MAR-APR\nER\nEF\n"),
        ("csl-json", '[{"id":"a","type":"book","title":"A title","issued":{"date-parts":[[2018,3],[2018,4]]}}]'),
        ("jsonl", '{"title": "A title", "date": "2018-03/2018-04"}'),
    ],
)
def test_every_format_tells_the_end_of_a_span(format: str, content: str) -> None:
    (paper,) = (item for item in read_bytes(content.encode(), "a", format) if isinstance(item, Paper))
    assert (paper.date, paper.extra["date_end"]) == ("2018-03", "2018-04")
