"""What references yield, page after page, from a server that says what providers say."""

import pytest

from store.errors import SourceError
from tests.store.providers import bodies
from tests.store.providers.bodies import NOT_HERE, preprints
from tests.store.providers.conftest import Clock, Reading
from tests.store.providers.loopback import Asked, Loopback, Reply, told


def test_one_bad_id_does_not_cost_the_others(server: Loopback, read: Reading) -> None:
    error = "<entry><id>http://arxiv.org/api/errors#x</id><summary>incorrect id format</summary></entry>"
    server.answering = lambda asked: bodies.arxiv(error) if "00003" in asked.params["id_list"] else preprints(asked)
    report = read(*(f"2401.0000{number}" for number in range(1, 6)))
    assert len(report.papers) == 4
    assert report.reasons == ["arxiv:2401.00003: arXiv refuses the request: incorrect id format. Change what is asked."]


def test_a_query_is_paged_at_arxivs_pace(server: Loopback, read: Reading, clock: Clock) -> None:
    server.answering = preprints
    report = read('arxiv:query "au:Poe_A"')
    assert (len(report.papers), report.problems) == (250, [])
    assert [asked.params["start"] for asked in server.asked] == ["0", "100", "200"]
    assert server.asked[0].params["search_query"] == '"au:Poe_A"'
    assert clock.waited == [3.0, 3.0]


def test_the_limit_caps_and_says_so(server: Loopback, read: Reading) -> None:
    server.answering = preprints
    report = read("arxiv:query x", limit=120)
    assert (len(report.papers), len(server.asked)) == (120, 2)
    assert "has 250 papers, of which the first 120 were taken" in report.reasons[0]


def test_an_empty_page_in_the_middle_is_asked_for_again(server: Loopback, read: Reading) -> None:
    left = [bodies.arxiv(total=250)]
    server.answering = lambda asked: left.pop() if asked.params["start"] == "100" and left else preprints(asked)
    assert len(read("arxiv:query x").papers) == 250


def test_a_doi_that_crossref_does_not_have_is_asked_for_at_openalex(server: Loopback, read: Reading) -> None:
    work = bodies.openalex_work(1, doi="https://doi.org/10.5281/zenodo.1")
    server.answering = lambda asked: told(work) if asked.path == "/works/doi:10.5281/zenodo.1" else NOT_HERE
    assert len(read("10.5281/zenodo.1").papers) == 1
    assert server.paths == ["/works/10.5281/zenodo.1", "/works/doi:10.5281/zenodo.1"]


def test_what_nobody_has_is_a_problem(server: Loopback, read: Reading) -> None:
    server.says(NOT_HERE)
    report = read("10.1000/x", "openalex:W1", f"s2:{'a' * 40}")
    assert report.reasons == [
        "doi:10.1000/x: there is no such paper at Crossref and OpenAlex",
        "openalex:W1: there is no such paper at OpenAlex",
        f"s2:{'a' * 40}: there is no such paper at Semantic Scholar",
    ]
    assert all(problem.lost for problem in report.problems)


def test_the_works_of_an_author_go_on_by_cursor(server: Loopback, read: Reading) -> None:
    pages = {"*": (1, "two"), "two": (2, "three"), "three": (3, None)}

    def answering(asked: Asked) -> Reply:
        number, cursor = pages[asked.params["cursor"]]
        return bodies.openalex_list(bodies.openalex_work(number), total=3, cursor=cursor)

    server.answering = answering
    assert len(read("openalex:author/A5023888391").papers) == 3
    assert server.asked[0].params["filter"] == "author.id:A5023888391"


def test_without_a_key_openalex_counts_pages(server: Loopback, read: Reading) -> None:
    server.answering = lambda asked: bodies.openalex_list(bodies.openalex_work(int(asked.params["page"])), total=201)
    read("openalex:query x", keys={})
    assert [asked.params.get("page") for asked in server.asked] == ["1", "2", "3"]


def test_crossref_goes_on_by_a_cursor_that_may_stay_the_same(server: Loopback, read: Reading) -> None:
    def answering(asked: Asked) -> Reply:
        first = 100 * (len(server.asked) - 1)
        works = [bodies.crossref_work(f"10.1000/{number}") for number in range(first, min(first + 100, 230))]
        return bodies.crossref_list(*works, total=230, cursor="same")

    server.answering = answering
    report = read("crossref:query x")
    assert (len(report.papers), len(server.asked)) == (230, 3)


@pytest.mark.parametrize("cursor", ["same", "new"])
def test_paging_without_end_is_stopped(server: Loopback, read: Reading, cursor: str) -> None:
    works = [bodies.openalex_work(number) for number in range(5)]
    server.answering = lambda asked: bodies.openalex_list(
        *works, total=1000, cursor=cursor if cursor == "same" else str(len(server.asked))
    )
    report = read("openalex:query x")
    assert (len(report.papers), len(server.asked)) == (5, 2)
    assert "page after page without a further paper" in report.reasons[0]


def test_semantic_scholar_goes_on_by_token(server: Loopback, read: Reading) -> None:
    def answering(asked: Asked) -> Reply:
        if "token" in asked.params:
            return told({"total": 2, "token": None, "data": [bodies.s2_paper(2)]})
        return told({"total": 2, "token": "next", "data": [bodies.s2_paper(1)]})

    server.answering = answering
    assert len(read("s2:query x").papers) == 2
    assert server.paths == ["/paper/search/bulk"] * 2
    assert "abstract" in server.asked[0].params["fields"]


def test_pubmed_keeps_the_search_and_hands_out_its_papers(server: Loopback, read: Reading) -> None:
    def answering(asked: Asked) -> Reply:
        if asked.path == "/esearch.fcgi":
            return bodies.pubmed_search(250)
        start = int(asked.params["retstart"])
        return bodies.pubmed(*range(start + 1, min(start + 200, 250) + 1))

    server.answering = answering
    assert len(read("pubmed:query asthma").papers) == 250
    assert [asked.params.get("retstart") for asked in server.asked] == [None, "0", "200"]
    assert server.asked[1].params["WebEnv"] == "MCID_1"
    assert "total" not in server.asked[1].params


def test_a_search_that_pubmed_has_forgotten_is_made_anew(server: Loopback, read: Reading) -> None:
    forgotten = {"1"}

    def answering(asked: Asked) -> Reply:
        if asked.path == "/esearch.fcgi":
            forgotten.discard("2")
            return bodies.pubmed_search(250)
        if asked.params["retstart"] == "200" and forgotten:
            return told({}, 400) if "2" in forgotten else Reply(b"", 500)
        start = int(asked.params["retstart"])
        return bodies.pubmed(*range(start + 1, min(start + 200, 250) + 1))

    server.answering = answering
    assert len(read("pubmed:query asthma").papers) == 200
    forgotten.add("2")
    forgotten.discard("1")
    report = read("pubmed:query asthma")
    assert (len(report.papers), report.problems) == (250, [])


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"esearchresult": {"ERROR": "Invalid query"}}, "PubMed refuses the request: Invalid query"),
        ({"error": "Search Backend failed: x"}, "answers with an error: Search Backend failed: x, 4 times in a row"),
        ({"esearchresult": {}}, "JSON that is no result of a search"),
    ],
)
def test_errors_in_pubmeds_bodies(server: Loopback, read: Reading, said: object, expected: str) -> None:
    server.says(told(said))
    with pytest.raises(SourceError, match=expected):
        read("pubmed:query x")


def test_pmids(server: Loopback, read: Reading) -> None:
    server.says(bodies.pubmed(1, 3))
    report = read("pmid:1", "pmid:2", "pmid:3")
    assert (len(report.papers), len(server.asked)) == (2, 1)
    assert report.reasons == ["pmid:2: there is no such paper at PubMed"]


def test_one_provider_that_fails_does_not_stop_the_others(server: Loopback, read: Reading) -> None:
    server.answering = lambda asked: Reply(b"", 500) if asked.path == "/query" else bodies.pubmed(1)
    report = read("arxiv:2401.00001", "pmid:1")
    assert len(report.papers) == 1
    assert "arXiv (127.0.0.1" in report.reasons[0]
    assert report.problems[0].lost


def test_a_query_that_finds_nothing(server: Loopback, read: Reading) -> None:
    server.says(bodies.openalex_list(total=0))
    report = read("openalex:query x")
    assert (len(report.papers), report.reasons) == (0, ["openalex:query x: OpenAlex finds nothing"])
