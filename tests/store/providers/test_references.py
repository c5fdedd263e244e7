"""The forms in which a reference is understood, and that nothing else is."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.errors import InputError
from store.providers.references import FORMS, FetchReference, parse_reference, parse_references

HEX = "649def34f8be52c8b66281af98ae884c09aef38b"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("arxiv:2203.05482", "arxiv:2203.05482"),
        ("arXiv: 2203.05482v3", "arxiv:2203.05482"),
        ("2203.05482", "arxiv:2203.05482"),
        ("https://arxiv.org/abs/2203.05482", "arxiv:2203.05482"),
        ("arxiv.org/pdf/2203.05482v1.pdf", "arxiv:2203.05482"),
        ("arxiv:astro-ph/0601001", "arxiv:astro-ph/0601001"),
        ("doi:10.48550/arXiv.2203.05482", "arxiv:2203.05482"),
        ("doi:10.1145/3292500", "doi:10.1145/3292500"),
        ("10.1145/3292500", "doi:10.1145/3292500"),
        (" https://doi.org/10.1000/A(b)c. ", "doi:10.1000/a(b)c"),
        ("pmid:31671389", "pmid:31671389"),
        ("PubMed:31671389", "pmid:31671389"),
        ("https://pubmed.ncbi.nlm.nih.gov/31671389/", "pmid:31671389"),
        ("openalex:W2741809807", "openalex:W2741809807"),
        ("https://openalex.org/w2741809807", "openalex:W2741809807"),
        ("https://api.openalex.org/works/W1", "openalex:W1"),
        ("openalex:author/A5023888391", "openalex:author/A5023888391"),
        ("openalex:A5023888391", "openalex:author/A5023888391"),
        ("https://openalex.org/authors/A5023888391", "openalex:author/A5023888391"),
        (f"s2:{HEX.upper()}", f"s2:{HEX}"),
        (f"https://www.semanticscholar.org/paper/Some-Title/{HEX}", f"s2:{HEX}"),
        ("CorpusID:215416146", "CorpusID:215416146"),
        ("s2:CorpusId:215416146", "CorpusID:215416146"),
        ("s2:215416146", "CorpusID:215416146"),
        ('ARXIV:query  au:Namkoong_H  AND cat:"cs.LG"', 'arxiv:query au:Namkoong_H AND cat:"cs.LG"'),
        ("openalex:query deep learning", "openalex:query deep learning"),
        ("crossref:query a", "crossref:query a"),
        ("s2:query a", "s2:query a"),
        ("pubmed:query asthma[mh]", "pubmed:query asthma[mh]"),
    ],
)
def test_what_is_understood(text: str, expected: str) -> None:
    assert str(parse_reference(text)) == expected


@pytest.mark.parametrize(
    "text",
    ["", "31671389", "W1", "deep learning", "openalex:", "openalex:X1", "s2:", "pmid:x", "doi:11.1/x", "\x1b[2J"],
)
def test_what_is_not_understood_lists_the_forms(text: str) -> None:
    with pytest.raises(InputError) as raised:
        parse_reference(text)
    assert FORMS in str(raised.value)
    assert str(raised.value).isprintable()


def test_every_form_that_is_listed_is_understood() -> None:
    listed = re.findall(r'\b(?:arxiv|doi|pmid|openalex|CorpusID):(?!query)[^\s,]+|\w+:query "[^"]+"', FORMS)
    assert len(listed) == 11
    assert {parse_reference(form).scheme for form in listed} >= {"arxiv", "doi", "pmid", "openalex", "author", "query"}


@pytest.mark.parametrize("text", ["arxiv:query", "arxiv:query   ", "s2:query a\x00b", "s2:query " + "x" * 2001])
def test_a_query_that_is_none(text: str) -> None:
    with pytest.raises(InputError, match="has to be followed by a query"):
        parse_reference(text)


def test_several_at_once_each_once() -> None:
    given = ["arxiv:query", "au:Poe_A", "10.1/x", "10.1000/x", "https://doi.org/10.1000/X", "2203.05482"]
    with pytest.raises(InputError, match=r"10\.1/x"):
        parse_references(given)
    given.remove("10.1/x")
    assert [str(one) for one in parse_references(given)] == [
        "arxiv:query au:Poe_A",
        "doi:10.1000/x",
        "arxiv:2203.05482",
    ]


def test_nothing_at_all() -> None:
    with pytest.raises(InputError, match="nothing to fetch"):
        parse_references([])


words = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=20)
references = st.one_of(
    st.builds(
        FetchReference,
        scheme=st.just("doi"),
        value=st.from_regex(r"10\.[0-9]{4,6}/[a-z0-9()_-]{0,20}[a-z0-9]", fullmatch=True),
    ),
    st.builds(
        FetchReference, scheme=st.just("arxiv"), value=st.from_regex(r"[0-9]{2}0[1-9]\.[0-9]{5}", fullmatch=True)
    ),
    st.builds(FetchReference, scheme=st.just("pmid"), value=st.from_regex(r"[1-9][0-9]{0,7}", fullmatch=True)),
    st.builds(FetchReference, scheme=st.just("openalex"), value=st.from_regex(r"W[0-9]{1,15}", fullmatch=True)),
    st.builds(FetchReference, scheme=st.just("author"), value=st.from_regex(r"A[0-9]{1,15}", fullmatch=True)),
    st.builds(FetchReference, scheme=st.just("s2"), value=st.from_regex(r"[0-9a-f]{40}", fullmatch=True)),
    st.builds(FetchReference, scheme=st.just("corpus"), value=st.from_regex(r"[0-9]{1,15}", fullmatch=True)),
    st.builds(
        FetchReference,
        scheme=st.just("query"),
        value=st.lists(words, min_size=1, max_size=5).map(" ".join),
        provider=st.sampled_from(["arxiv", "openalex", "crossref", "s2", "pubmed"]),
    ),
)


@given(reference=references)
def test_what_is_written_is_understood_again(reference: FetchReference) -> None:
    assert parse_reference(str(reference)) == reference


@given(text=st.text(max_size=200))
def test_any_text_is_a_reference_or_an_input_error(text: str) -> None:
    try:
        found = parse_reference(text)
    except InputError:
        return
    assert parse_reference(str(found)) == found
