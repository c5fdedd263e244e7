"""DOIs, arXiv ids, PubMed ids and web addresses in the forms in which people give them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.readers.identifiers import (
    find_urls,
    identify_text,
    normalise_arxiv_id,
    normalise_doi,
    normalise_pmid,
    trim_punctuation,
)


@pytest.mark.parametrize(
    "given_form",
    [
        "10.1145/3292500.3330701",
        "https://doi.org/10.1145/3292500.3330701",
        "http://dx.doi.org/10.1145/3292500.3330701.",
        "doi:10.1145/3292500.3330701",
        "DOI: 10.1145/3292500.3330701,",
        "doi 10.1145/3292500.3330701",
        "info:doi/10.1145/3292500.3330701",
        "https://doi.org/doi:10.1145/3292500.3330701",
        "www.doi.org/10.1145%2F3292500.3330701?utm=x",
        " 10.1145/3292500.3330701) ",
    ],
)
def test_forms_of_one_doi(given_form: str) -> None:
    assert normalise_doi(given_form) == "10.1145/3292500.3330701"


@pytest.mark.parametrize(
    ("given_form", "bare"),
    [
        ("10.1000/ABC(12)", "10.1000/abc(12)"),
        (
            "10.1002/(SICI)1097(199806)49:8<693::AID-ASI4>3.0.CO;2-O",
            "10.1002/(sici)1097(199806)49:8<693::aid-asi4>3.0.co;2-o",
        ),
        ("10.1000.10/x", "10.1000.10/x"),
    ],
)
def test_odd_dois_are_kept_whole(given_form: str, bare: str) -> None:
    assert normalise_doi(given_form) == bare


@pytest.mark.parametrize(
    "text", ["", "n/a", "10.1/x", "10.1000/", "10.1000/a b", "10.1000/\x1b[1m", "10.1000/" + "a" * 600]
)
def test_no_dois(text: str) -> None:
    assert normalise_doi(text) is None


@pytest.mark.parametrize(
    ("given_form", "bare"),
    [
        ("2203.05482", "2203.05482"),
        ("arXiv:2203.05482v2", "2203.05482"),
        ("ARXIV: 2203.05482v2 [cs.LG]", "2203.05482"),
        ("https://arxiv.org/abs/2203.05482v1", "2203.05482"),
        ("http://export.arxiv.org/pdf/2203.05482.pdf", "2203.05482"),
        ("arxiv.org/abs/0704.0002?context=math", "0704.0002"),
        ("math.ST/0601001", "math.ST/0601001"),
        ("arXiv:hep-th/9901001v3", "hep-th/9901001"),
        ("cond-mat.mes-hall/0601001", "cond-mat.mes-hall/0601001"),
    ],
)
def test_forms_of_arxiv_ids(given_form: str, bare: str) -> None:
    assert normalise_arxiv_id(given_form) == bare


@pytest.mark.parametrize("text", ["", "2213.05482", "12.345", "arxiv", "2203.05482 and more", "and/or", "x" * 5000])
def test_no_arxiv_ids(text: str) -> None:
    assert normalise_arxiv_id(text) is None


@pytest.mark.parametrize("text", ["12345678", "PMID: 12345678", "https://pubmed.ncbi.nlm.nih.gov/12345678/"])
def test_pubmed_ids(text: str) -> None:
    assert normalise_pmid(text) == "12345678"
    assert normalise_pmid(f"{text} x") is None


def test_a_text_that_is_an_identifier_identifies() -> None:
    assert identify_text("https://arxiv.org/abs/2203.05482") == {"arxiv": "2203.05482"}
    assert identify_text("doi:10.1000/X") == {"doi": "10.1000/x"}
    assert identify_text("see arXiv:2203.05482") == {}
    assert identify_text("12345678") == {}


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("Code is at https://github.com/a/b-c.", ("https://github.com/a/b-c",)),
        ("(see http://x.org/A_(b)), or https://y.org/?q=1&r=2!", ("http://x.org/A_(b)", "https://y.org/?q=1&r=2")),
        (r"\url{https://x.org/~a\_b} and \href{https://x.org/~a\_b}{here}", ("https://x.org/~a_b",)),
        ('<a href="https://x.org/a">x</a>', ("https://x.org/a",)),
        ("代码见https://x.org/a。谢谢", ("https://x.org/a",)),
        ("javascript:alert(1) ftp://x.org www.x.org", ()),
        ("", ()),
    ],
)
def test_web_addresses_in_a_text(text: str, urls: tuple[str, ...]) -> None:
    assert find_urls(text) == urls


def test_a_megabyte_of_brackets_does_not_hang() -> None:
    assert find_urls("https://x.org/" + ")" * 1_000_000) == ("https://x.org/",)
    assert normalise_doi("10.1000/" + ")" * 1_000_000) is None


@given(st.text())
def test_a_bare_identifier_is_its_own_bare_form(text: str) -> None:
    for normalise in (normalise_doi, normalise_arxiv_id, normalise_pmid):
        for form in (text, f"10.1000/{text}", f"math/0601001{text}", f"1{text}"):
            if bare := normalise(form):
                assert normalise(bare) == bare
    assert trim_punctuation(trim_punctuation(text)) == trim_punctuation(text)
