"""Ids of a record that stand in no place for them."""

import pytest

from store.readers.own_ids import find_own_ids, identify_address
from tests.store.readers.reading import Read, papers


@pytest.mark.parametrize(
    ("fields", "ids"),
    [
        ({"note": "PMID: 23690738"}, {"pmid": "23690738"}),
        ({"note": "Cited By :12\nPMCID: PMC3654245"}, {"pmcid": "PMC3654245"}),
        ({"note": "PubMed PMID: 2369; PubMed Central PMCID: PMC3654245."}, {"pmid": "2369", "pmcid": "PMC3654245"}),
        ({"note": "arXiv preprint arXiv:cond-mat/0701001"}, {"arxiv": "cond-mat/0701001"}),
        ({"note": "DOI: 10.1000/ABC"}, {"doi": "10.1000/abc"}),
        ({"custom": "PMC3654245"}, {"pmcid": "PMC3654245"}),
        ({"U1": "23690738[pmid]"}, {"pmid": "23690738"}),
        ({"PubMed ID": 23690738}, {"pmid": "23690738"}),
        ({"accession": "23690738", "database": "Ovid MEDLINE(R)"}, {"pmid": "23690738"}),
        ({"accession": "23690738", "database": "Embase"}, {}),
        ({"note": "Comment on J Foo 2004; PMID: 23690738"}, {}),
        ({"note": "See PMID 23690738 for the data"}, {}),
        ({"note": "23690738"}, {}),
    ],
)  # fmt: skip
def test_what_is_labelled_as_an_id_is_one(fields: dict[str, object], ids: dict[str, str]) -> None:
    assert find_own_ids(fields) == ids


@pytest.mark.parametrize(
    ("url", "ids"),
    [
        ("https://pubmed.ncbi.nlm.nih.gov/23690738/", {"pmid": "23690738"}),
        ("https://www.ncbi.nlm.nih.gov/pubmed/23690738?dopt=x", {"pmid": "23690738"}),
        ("https://www.ncbi.nlm.nih.gov/pmc/articles/PMC3654245/", {"pmcid": "PMC3654245"}),
        ("https://europepmc.org/articles/PMC3654245?pdf=render", {"pmcid": "PMC3654245"}),
        ("https://www.scopus.com/inward/record.uri?eid=2&doi=10.1016%2fj.x.2019&id=4", {"doi": "10.1016/j.x.2019"}),
        ("https://onlinelibrary.wiley.com/doi/full/10.1111/abc.12", {"doi": "10.1111/abc.12"}),
        ("https://www.biorxiv.org/content/10.1101/2020.01.02.123456v1.full", {"doi": "10.1101/2020.01.02.123456"}),
        ("https://link.springer.com/book/10.1007/978-3-1", {}),
        ("https://www.ncbi.nlm.nih.gov/books/NBK1/", {}),
        ("https://example.org/23690738", {}),
    ],
)  # fmt: skip
def test_a_page_of_a_publisher_is_that_of_its_paper(url: str, ids: dict[str, str]) -> None:
    assert identify_address(url) == ids


def test_the_dois_of_arxiv_hold_its_ids(read: Read) -> None:
    (paper,) = papers(read("TY  - JOUR\nTI  - A title\nDO  - 10.48550/arXiv.2101.00003\nER  - \n"))
    assert paper.identifiers == {"doi": "10.48550/arxiv.2101.00003", "arxiv": "2101.00003"}


@pytest.mark.parametrize(
    "content",
    [
        "%0 Journal Article\n%T A title\n%2 PMC3654245\n",
        "@article{a, title={A title}, note={PMCID: PMC3654245}}",
        "Title,Year,Remarks\nA title,2020,PMC3654245\n",
        "TY  - JOUR\nTI  - A title\nN1  - PMCID: PMC3654245\nER  - \n",
    ],
)
def test_every_format_tells_them(read: Read, content: str) -> None:
    assert papers(read(content))[0].identifiers["pmcid"] == "PMC3654245"
