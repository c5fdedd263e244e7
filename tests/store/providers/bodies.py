"""Answers of the providers, small and of our own making."""

from typing import Any

from tests.store.providers.loopback import Asked, Reply, told

NOT_HERE = told({}, 404)


def arxiv_entry(number: int) -> str:
    return (
        f"<entry><id>http://arxiv.org/abs/2401.{number:05}v1</id><title>Preprint {number}</title>"
        f"<summary>We study widget {number}.</summary><published>2024-01-0{1 + number % 9}T00:00:00Z</published>"
        "<author><name>Ann Poe</name></author></entry>"
    )


def arxiv(*entries: str, total: int | None = None) -> Reply:
    count = len(entries) if total is None else total
    feed = (
        '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">'
        f"<id>http://arxiv.org/api/x</id><opensearch:totalResults>{count}</opensearch:totalResults>{''.join(entries)}</feed>"
    )
    return Reply(feed.encode(), kind="application/atom+xml")


def crossref_work(doi: str, **more: Any) -> dict[str, Any]:
    return {
        "DOI": doi,
        "title": [f"Work {doi}"],
        "author": [{"given": "Ann", "family": "Poe"}],
        "issued": {"date-parts": [[2020]]},
        "is-referenced-by-count": 1,
        **more,
    }


def crossref_list(*works: dict[str, Any], total: int, cursor: str = "") -> Reply:
    message: dict[str, Any] = {"total-results": total, "items": list(works)}
    return told(
        {"status": "ok", "message-type": "work-list", "message": message | ({"next-cursor": cursor} if cursor else {})}
    )


def crossref_one(doi: str, **more: Any) -> Reply:
    return told({"status": "ok", "message-type": "work", "message": crossref_work(doi, **more)})


def openalex_work(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": f"https://openalex.org/W{number}",
        "title": f"Open work {number}",
        "publication_year": 2021,
        "authorships": [{"author": {"display_name": "Ann Poe"}}],
        "abstract_inverted_index": {"We": [0], "count": [1], f"{number}.": [2]},
        **more,
    }


def openalex_list(*works: dict[str, Any], total: int, cursor: str | None = None) -> Reply:
    return told({"meta": {"count": total, "next_cursor": cursor}, "results": list(works)})


def s2_paper(number: int, **more: Any) -> dict[str, Any]:
    return {
        "paperId": f"{number:040x}",
        "title": f"Scholarly paper {number}",
        "abstract": f"It has number {number}.",
        "year": 2022,
        "authors": [{"name": "Ann Poe"}],
        "externalIds": {"CorpusId": number},
        **more,
    }


def pubmed(*pmids: int) -> Reply:
    articles = "".join(
        f"<PubmedArticle><MedlineCitation><PMID>{pmid}</PMID><Article><ArticleTitle>Trial {pmid}</ArticleTitle>"
        f"<Abstract><AbstractText>Patients of trial {pmid} got better.</AbstractText></Abstract></Article>"
        "</MedlineCitation></PubmedArticle>"
        for pmid in pmids
    )
    return Reply(f'<?xml version="1.0"?><PubmedArticleSet>{articles}</PubmedArticleSet>'.encode(), kind="text/xml")


def pubmed_search(count: int) -> Reply:
    return told({"esearchresult": {"count": str(count), "webenv": "MCID_1", "querykey": "1", "idlist": []}})


def preprints(asked: Asked) -> Reply:
    """An arXiv with 2401.00001–00250, which pages as it does."""
    numbers = range(1, 251)
    if asked.params.get("id_list"):
        wanted = [int(one.split(".")[1]) for one in asked.params["id_list"].split(",")]
        return arxiv(*(arxiv_entry(number) for number in wanted if number in numbers))
    start, size = int(asked.params["start"]), int(asked.params["max_results"])
    return arxiv(*map(arxiv_entry, numbers[start : start + size]), total=250)
