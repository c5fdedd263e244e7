"""The newest of a query, and what is retracted."""

import pytest

from store.paper import Paper
from store.providers.news import NewsReading, find_retracted
from store.providers.references import parse_reference
from tests.store.providers import bodies
from tests.store.providers.conftest import Connect
from tests.store.providers.loopback import Loopback, Reply, told


@pytest.mark.parametrize(
    ("reference", "order"),
    [
        ("arxiv:query x", {"sortBy": "lastUpdatedDate", "sortOrder": "descending"}),
        ("openalex:query x", {"sort": "publication_date:desc"}),
        ("crossref:query x", {"sort": "created", "order": "desc"}),
        ("s2:query x", {"sort": "publicationDate:desc"}),
    ],
)
def test_each_provider_is_asked_for_the_newest_first(
    connect: Connect, server: Loopback, reference: str, order: dict[str, str]
) -> None:
    server.says(Reply(b"", 404))
    with connect() as client, pytest.raises(Exception, match="no such paper"):
        list(NewsReading(client, parse_reference(reference), 10, lambda paper_id: False, stops=True))
    assert server.asked[0].params.items() >= order.items()


@pytest.mark.parametrize(("stops", "pages"), [(True, 1), (False, 3)])
def test_known_papers_end_it_only_where_all_was_read_before(
    connect: Connect, server: Loopback, stops: bool, pages: int
) -> None:
    server.answering = lambda asked: bodies.arxiv(
        *(bodies.arxiv_entry(300 - int(asked.params["start"]) - n) for n in range(100)), total=300
    )
    with connect() as client:
        reading = NewsReading(client, parse_reference("arxiv:query x"), 1000, lambda paper_id: True, stops=stops)
        before = reading.is_complete
        list(reading)
    assert (before, reading.is_complete) == (False, True)
    assert len(server.asked) == pages


def test_by_date_of_publication_what_is_known_ends_nothing(connect: Connect, server: Loopback) -> None:
    works = [bodies.openalex_work(n) for n in range(100)]
    more = [bodies.openalex_work(n) for n in range(100, 120)]
    server.says(bodies.openalex_list(*works, total=120, cursor="c"), bodies.openalex_list(*more, total=120))
    with connect() as client:
        items = list(NewsReading(client, parse_reference("openalex:query x"), 1000, lambda paper_id: True, stops=True))
    assert len([item for item in items if isinstance(item, Paper)]) == 120


def test_retractions_are_asked_for_fifty_at_a_time(connect: Connect, server: Loopback) -> None:
    papers = [Paper(id=f"p{n}", title=f"P {n}", identifiers={"doi": f"10.1000/{n}"}) for n in range(51)]
    papers += [Paper(id="odd", title="Odd", identifiers={"doi": "10.1000/a,b"}), Paper(id="none", title="None")]
    one = bodies.openalex_work(1, is_retracted=True)
    server.says(told({"meta": {"count": 2}, "results": [one, bodies.openalex_work(2)]}), told({"results": []}))
    with connect() as client:
        [found] = list(find_retracted(client, papers))
    assert isinstance(found, Paper)
    assert found.retraction
    assert [asked.params["filter"].count("|") for asked in server.asked] == [49, 0]


def test_pubmed_is_asked_for_what_has_no_doi(connect: Connect, server: Loopback) -> None:
    server.says(bodies.pubmed(31671389))
    papers = [Paper(id="p", title="P", identifiers={"pmid": "31671389"})]
    with connect() as client:
        assert list(find_retracted(client, papers)) == []
    assert [(asked.path, asked.params["id"]) for asked in server.asked] == [("/efetch.fcgi", "31671389")]
