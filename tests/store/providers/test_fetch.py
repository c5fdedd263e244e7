"""Fetching into a library, from a server that replays what providers say."""

from collections.abc import Callable, Iterator

import pytest

from store.errors import InputError, SourceError
from store.library import Library
from store.providers.fetch import fetch, plan_fetch
from store.providers.provider import Access
from store.results import AddDone, AddEvent, AddReport, AddStarted
from tests.store.providers.bodies import preprints
from tests.store.providers.conftest import KEY, Clock
from tests.store.providers.loopback import Loopback, Reply

Fetch = Callable[..., AddReport]


@pytest.fixture
def fetched(library: Library, access: Access, clock: Clock) -> Fetch:
    """The report of fetching references."""

    def fetched(*references: str, limit: int | None = None, access: Access = access) -> AddReport:
        events = list(fetch(library, references, access, limit, clock.pace))
        assert isinstance(events[0], AddStarted)
        assert isinstance(events[-1], AddDone)
        return events[-1].report

    return fetched


def ids(library: Library) -> set[str]:
    return {paper.id for paper in library.papers()}


def reasons(report: AddReport) -> list[str]:
    return [f"{problem.file}: {problem.reason}" for problem in report.problems]


def test_arxiv_ids_go_in_one_request(server: Loopback, fetched: Fetch, library: Library) -> None:
    server.answering = preprints
    report = fetched("arxiv:2401.00001", "2401.00002", "2401.00999")
    assert (report.added, len(server.asked)) == (2, 1)
    assert reasons(report) == ["arxiv:2401.00999: there is no such paper at arXiv"]
    assert ids(library) == {"2401.00001", "2401.00002"}
    assert library.paper("2401.00001").source.file == "arXiv"


def test_a_run_that_broke_off_asks_only_for_the_rest(server: Loopback, fetched: Fetch) -> None:
    server.answering = lambda asked: Reply(b"", 500) if asked.params["start"] == "200" else preprints(asked)
    report = fetched("arxiv:query x")
    assert report.added == 200
    assert "answers with the error 500" in reasons(report)[0]
    asked = len(server.asked)
    server.answering = preprints
    again = fetched("arxiv:query x")
    assert (again.added, again.unchanged, len(server.asked) - asked) == (50, 200, 1)


def test_closing_stops_it_and_keeps_what_was_stored(
    server: Loopback, library: Library, access: Access, clock: Clock
) -> None:
    server.answering = preprints
    events: Iterator[AddEvent] = fetch(library, ["arxiv:query x"], access, None, clock.pace)
    assert next(event for event in events if event.event == "batch_stored")
    getattr(events, "close")()  # noqa: B009 - an Iterator of the type has none
    assert len(server.asked) == 1
    assert len(ids(library)) == 64


def test_where_all_fail_it_is_an_error(server: Loopback, fetched: Fetch, library: Library) -> None:
    server.says(Reply(b"", 500))
    with pytest.raises(SourceError, match="arXiv"):
        fetched("arxiv:2401.00001", "pmid:1")
    assert ids(library) == set()


def test_what_is_fetched_twice_is_unchanged(server: Loopback, fetched: Fetch) -> None:
    server.answering = preprints
    fetched("arxiv:2401.00001")
    report = fetched("arxiv:query x", "arxiv:2401.00001")
    assert (report.added, report.unchanged) == (249, 2)


def test_a_plan_asks_nothing_and_shows_no_key(server: Loopback, library: Library, access: Access) -> None:
    references = [
        "2401.00001",
        "2401.00002",
        "10.1000/x",
        "arxiv:query au:Poe",
        "openalex:A1",
        "pubmed:query a",
        "s2:1",
    ]
    plans = plan_fetch(library, references, access, 50)
    assert [(plan.provider, plan.what) for plan in plans] == [
        ("arXiv", "arxiv:2401.00001, arxiv:2401.00002"),
        ("Crossref", "doi:10.1000/x"),
        ("arXiv", "arxiv:query au:Poe"),
        ("PubMed", "pubmed:query a"),
        ("OpenAlex", "openalex:author/A1"),
        ("Semantic Scholar", "CorpusID:1"),
    ]
    assert plans[0].url == f"{server.url}/query?id_list=2401.00001%2C2401.00002&max_results=2"
    assert KEY not in str(plans)
    assert server.asked == []
    assert not library.folder.exists()


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_that_is_none(fetched: Fetch, limit: int) -> None:
    with pytest.raises(InputError, match="limit"):
        fetched("2401.00001", limit=limit)
