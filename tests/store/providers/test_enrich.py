"""Filling the gaps of a library, from a server that replays what providers say."""

import pytest

from store.errors import SourceError
from store.filters import Filters
from store.library import Library
from store.paper import Author, Paper, Source
from store.providers.enrich import enrich, plan_enrich
from store.providers.provider import Access
from store.results import AddDone, AddReport
from tests.store import samples
from tests.store.providers import bodies
from tests.store.providers.bodies import NOT_HERE
from tests.store.providers.conftest import KEY, Clock
from tests.store.providers.loopback import Asked, Loopback, Reply, told

TITLE = "A widget of the second kind and its uses in many places"


def bare(paper_id: str, **fields: object) -> Paper:
    """A paper of the user's own file."""
    made: dict[str, object] = {
        "id": paper_id,
        "title": TITLE,
        "authors": (Author(name="Ann Poe", position=1),),
        "date": "2020",
        "source": Source(file="mine.bib", line=3, format="bibtex"),
    }
    return Paper.model_validate(made | fields)


def enriched(library: Library, access: Access, clock: Clock, filters: Filters | None = None) -> AddReport:
    last = list(enrich(library, access, filters, clock.pace))[-1]
    assert isinstance(last, AddDone)
    return last.report


def test_an_abstract_is_filled_in_and_nothing_overwritten(
    server: Loopback, library: Library, access: Access, clock: Clock
) -> None:
    samples.put(library, [bare("mine", identifiers={"doi": "10.1000/x"}, venue="My Venue")])
    work = bodies.openalex_work(
        7, title=TITLE, doi="https://doi.org/10.1000/x", publication_year=2020, ids={"pmid": "77"}
    )
    server.answering = lambda asked: told(work) if asked.path == "/works/doi:10.1000/x" else NOT_HERE
    report = enriched(library, access, clock)
    (paper,) = library.papers()
    assert (report.merged, report.problems) == (1, ())
    assert (paper.id, paper.title, paper.venue, paper.abstract) == ("mine", TITLE, "My Venue", "We count 7.")
    assert paper.identifiers == {"doi": "10.1000/x", "pmid": "77", "openalex": "W7"}
    assert {record.source.file for record in paper.records} == {"mine.bib", "OpenAlex"}
    assert server.paths == ["/works/doi:10.1000/x"]


def test_the_second_time_there_is_nothing_to_ask(
    server: Loopback, library: Library, access: Access, clock: Clock
) -> None:
    samples.put(library, [bare("2401.00001", identifiers={"arxiv": "2401.00001"}, title="Preprint 1", date="2024")])
    server.says(bodies.arxiv(bodies.arxiv_entry(1)))
    assert enriched(library, access, clock).merged == 1
    assert next(library.papers()).abstract == "We study widget 1."
    enriched(library, access, clock)
    assert len(server.asked) == 1


def test_the_next_provider_is_asked_where_one_has_no_abstract(
    server: Loopback, library: Library, access: Access, clock: Clock
) -> None:
    samples.put(library, [bare("10.1000/x", identifiers={"doi": "10.1000/x"})])

    def answering(asked: Asked) -> Reply:
        if asked.path == "/paper/DOI:10.1000/x":
            return told(bodies.s2_paper(5, title=TITLE, year=2020, externalIds={"DOI": "10.1000/x"}))
        if asked.path == "/works/10.1000/x":
            return bodies.crossref_one("10.1000/x", title=[TITLE])
        return NOT_HERE

    server.answering = answering
    enriched(library, access, clock)
    assert server.paths == ["/works/doi:10.1000/x", "/works/10.1000/x", "/paper/DOI:10.1000/x"]
    assert next(library.papers()).abstract == "It has number 5."


def test_a_paper_without_ids_is_asked_for_by_title_and_then_by_its_doi(
    server: Loopback, library: Library, access: Access, clock: Clock
) -> None:
    samples.put(library, [bare("mine")])

    def answering(asked: Asked) -> Reply:
        if asked.params.get("query.bibliographic"):
            other = bodies.crossref_work("10.1000/other", title=[TITLE], author=[{"family": "Doe"}])
            later = bodies.crossref_work("10.1000/later", title=[TITLE], issued={"date-parts": [[1999]]})
            return bodies.crossref_list(other, later, bodies.crossref_work("10.1000/right", title=[TITLE]), total=3)
        if asked.path == "/works/doi:10.1000/right":
            return told(bodies.openalex_work(7, title=TITLE, doi="10.1000/right", publication_year=2020))
        return NOT_HERE

    server.answering = answering
    report = enriched(library, access, clock)
    (paper,) = library.papers()
    assert (paper.id, paper.identifiers["doi"], paper.abstract) == ("mine", "10.1000/right", "We count 7.")
    assert report.merged == 2
    assert server.asked[0].params["query.bibliographic"] == TITLE


def test_what_does_not_fit_is_not_added(server: Loopback, library: Library, access: Access, clock: Clock) -> None:
    samples.put(
        library, [bare("a"), bare("10.1000/x", title="Another paper altogether", identifiers={"doi": "10.1000/x"})]
    )

    def answering(asked: Asked) -> Reply:
        if "query.bibliographic" in asked.params:
            return bodies.crossref_list(
                bodies.crossref_work("10.1/o", title=[TITLE], author=[{"family": "Doe"}]), total=1
            )
        if "doi:" in asked.path:
            return told(bodies.openalex_work(7, title="The book that it stands in", doi="10.1000/x", authorships=[]))
        return NOT_HERE

    server.answering = answering
    enriched(library, access, clock)
    assert {paper.id: paper.abstract for paper in library.papers()} == {"a": "", "10.1000/x": ""}


def test_ids_go_in_one_request_where_a_provider_takes_many(
    server: Loopback, library: Library, access: Access, clock: Clock
) -> None:
    samples.put(
        library,
        [bare(f"p{n}", title=f"Trial {n}", authors=(), date=None, identifiers={"pmid": str(n)}) for n in (1, 2)],
    )
    server.answering = lambda asked: bodies.pubmed(1, 2) if asked.path == "/efetch.fcgi" else NOT_HERE
    enriched(library, access, clock)
    assert server.paths == ["/efetch.fcgi"]
    assert all(paper.abstract for paper in library.papers())


def test_a_doi_of_arxiv_is_asked_for_at_arxiv(server: Loopback, library: Library, access: Access, clock: Clock) -> None:
    samples.put(
        library, [bare("mine", title="Preprint 1", date="2024", identifiers={"doi": "10.48550/arxiv.2401.00001"})]
    )
    server.says(bodies.arxiv(bodies.arxiv_entry(1)))
    assert enriched(library, access, clock).merged == 1
    assert server.asked[0].params["id_list"] == "2401.00001"


def test_filters_say_which(server: Loopback, library: Library, access: Access, clock: Clock) -> None:
    samples.put(
        library, [bare(f"10.1000/{n}", title=f"{TITLE} {n}", identifiers={"doi": f"10.1000/{n}"}) for n in "ab"]
    )
    server.says(NOT_HERE)
    enriched(library, access, clock, Filters(ids=("10.1000/b",)))
    assert {path.rpartition("/")[2] for path in server.paths} == {"b"}


def test_one_provider_that_fails_does_not_stop_the_others(
    server: Loopback, library: Library, access: Access, clock: Clock
) -> None:
    samples.put(library, [bare("10.1000/x", identifiers={"doi": "10.1000/x"})])
    server.answering = lambda asked: Reply(b"", 500) if "doi:" in asked.path else NOT_HERE
    report = enriched(library, access, clock)
    assert [(problem.file, problem.lost) for problem in report.problems] == [("10.1000/x", False)]
    assert "OpenAlex" in report.problems[0].reason


def test_a_record_that_is_too_large_is_named_and_the_next_provider_asked(
    server: Loopback, library: Library, access: Access, clock: Clock
) -> None:
    samples.put(library, [bare("mine", identifiers={"doi": "10.1000/x"})])
    huge = bodies.openalex_work(7, title=TITLE + " and more" * 30_000, doi="https://doi.org/10.1000/x")
    right = bodies.crossref_one("10.1000/x", title=[TITLE], abstract="We count again.")
    replies = {"/works/doi:10.1000/x": told(huge), "/works/10.1000/x": right}
    server.answering = lambda asked: replies.get(asked.path, NOT_HERE)
    report = enriched(library, access, clock)
    (problem,) = report.problems
    assert (problem.file, problem.line, problem.lost) == ("mine", None, True)
    assert problem.reason.startswith("the record has 270 kB of text, more than the 200 kB that one may have")
    assert (report.records, report.merged) == (2, 1)
    assert next(library.papers()).abstract == "We count again."


def test_a_doubt_about_a_record_is_no_problem_of_the_paper(
    server: Loopback, library: Library, access: Access, clock: Clock
) -> None:
    samples.put(library, [bare("mine", identifiers={"doi": "10.1000/x"})])
    work = bodies.openalex_work(7, title="", doi="https://doi.org/10.1000/x")
    server.answering = lambda asked: told(work) if asked.path == "/works/doi:10.1000/x" else NOT_HERE
    assert enriched(library, access, clock).problems == ()


def test_without_a_network_it_is_an_error(library: Library, access: Access, clock: Clock) -> None:
    samples.put(library, [bare("10.1000/x", identifiers={"doi": "10.1000/x"})])
    with Loopback().running() as gone:
        urls = dict.fromkeys(access.urls, gone.url)
    with pytest.raises(SourceError, match=r"OpenAlex .* cannot be reached"):
        enriched(library, access.model_copy(update={"urls": urls}), clock)


def test_a_plan_asks_nothing(server: Loopback, library: Library, access: Access) -> None:
    whole = samples.paper(1, identifiers={"doi": "10.1000/whole"})
    samples.put(library, [bare("mine"), bare("other", title="Editorial"), whole])
    samples.put(library, [bare("10.1000/x", title="Something else", identifiers={"doi": "10.1000/x", "pmid": "5"})])
    plans = {plan.what: (plan.provider, plan.url) for plan in plan_enrich(library, access)}
    assert plans.keys() == {"mine", "10.1000/x"}
    assert plans["mine"][0] == "Crossref"
    assert plans["10.1000/x"] == ("PubMed", f"{server.url}/efetch.fcgi?db=pubmed&retmode=xml&id=5")
    assert KEY not in str(plans)
    assert server.asked == []


def test_a_library_that_lacks_nothing(server: Loopback, library: Library, access: Access, clock: Clock) -> None:
    assert enriched(library, access, clock) == AddReport()
    assert server.asked == []
