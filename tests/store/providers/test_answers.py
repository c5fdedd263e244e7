"""Whatever a provider sends, it is an answer, garbled or refused: nothing else comes of it."""

import json
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.providers import arxiv_api as arxiv
from store.providers import crossref_api as crossref
from store.providers import openalex_api as openalex
from store.providers import pubmed_api as pubmed
from store.providers import semantic_scholar_api as semantic_scholar
from store.providers.provider import BadResponse, PageInfo, Provider, ProviderRequest, RequestRefused, quote_path
from store.providers.transport import RateLimiter, _build_http_error
from tests.store.providers.conftest import TODAY, Clock
from tests.store.readers.reading import anything

ASKS: list[tuple[Provider, ProviderRequest]] = [
    (arxiv, arxiv.build_lookup("arxiv", ["2401.00001"])),
    (arxiv, arxiv.build_search("x", 10, False)),
    (crossref, crossref.build_lookup("doi", ["10.1000/x"])),
    (crossref, crossref.build_lookup("title", ["x"])),
    (crossref, crossref.build_search("x", 10, False)),
    (openalex, openalex.build_lookup("doi", ["10.1000/x"])),
    (openalex, openalex.build_search("x", 10, True)),
    (openalex, openalex.build_search("x", 10, False)),
    (semantic_scholar, semantic_scholar.build_lookup("corpus", ["1"])),
    (semantic_scholar, semantic_scholar.build_search("x", 10, True)),
    (pubmed, pubmed.build_lookup("pmid", ["1"])),
    (pubmed, pubmed.build_search("x", 10, True)),
    (pubmed, ProviderRequest("/efetch.fcgi", (("retstart", "0"),), 1, 500)),
]
NAMES = (
    *("message", "items", "total-results", "next-cursor", "DOI", "results", "meta", "count", "next_cursor", "id"),
    *("data", "token", "total", "paperId", "esearchresult", "error", "ERROR", "webenv", "querykey"),
)
nested: st.SearchStrategy[Any] = st.recursive(
    anything,
    lambda inner: st.dictionaries(st.sampled_from(NAMES), inner, max_size=5) | st.lists(inner, max_size=3),
    max_leaves=12,
)
tags = st.sampled_from(["feed", "entry", "id", "summary", "totalResults", "PubmedArticleSet", "eFetchResult", "ERROR"])
xml = st.recursive(
    st.sampled_from(["", "5", "-1", "http://arxiv.org/api/errors#x", "<!-- c -->", "<?p i?>", "&lt;", "&x;"]),
    lambda inner: st.tuples(tags, st.lists(inner, max_size=3)).map(
        lambda one: f"<{one[0]}>{''.join(one[1])}</{one[0]}>"
    ),
    max_leaves=8,
)
bodies = st.one_of(
    st.binary(max_size=200),
    nested.map(lambda value: json.dumps(value).encode()),
    xml.map(str.encode),
    xml.map(lambda text: f'<?xml version="1.0" encoding="x"?>{text}'.encode()),
)


@pytest.mark.parametrize(("provider", "ask"), ASKS)
@given(body=bodies)
def test_any_body_is_an_answer_or_an_error_of_ours(provider: Provider, ask: ProviderRequest, body: bytes) -> None:
    try:
        said = provider.parse_page(ask, body)
    except (BadResponse, RequestRefused):
        return
    assert isinstance(said, PageInfo)
    assert said.next is None or said.next.page == ask.page + 1


@given(value=st.text(max_size=30))
def test_a_value_in_a_path_stays_there(value: str) -> None:
    try:
        quoted = quote_path(value)
    except UnicodeEncodeError:  # half a character is in no identifier
        return
    assert not {"?", "#", " ", "\\"} & set(quoted)
    assert ".." not in quoted.split("/")


@given(header=st.text(max_size=40) | st.integers().map(str))
def test_any_retry_after_is_a_time_to_wait(header: str) -> None:
    assert Clock().pace.parse_retry_after(header) >= 0


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("12", 12), ("1.5", 1.5), ("Fri, 15 Jan 2027 08:00:30 GMT", 30), ("Fri, 15 Jan 2027 07:00:00 GMT", 0), ("", 0)],
)
def test_times_to_wait(header: str, seconds: float) -> None:
    assert RateLimiter(now=lambda: TODAY).parse_retry_after(header) == seconds


@given(status=st.integers(300, 599), body=bodies, seconds=st.floats(0, 1e6))
def test_any_error_of_a_server_is_one_line(status: int, body: bytes, seconds: float) -> None:
    response = httpx.Response(status, request=httpx.Request("GET", "https://h"))
    for provider, _ in ASKS:
        assert str(_build_http_error(provider, response, body, seconds, "k3y")).isprintable()
