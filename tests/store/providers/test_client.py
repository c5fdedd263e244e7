"""The client against a server that misbehaves on purpose."""

import logging
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import pytest

from store.errors import SourceError
from store.providers import arxiv_api as arxiv
from store.providers import crossref_api as crossref
from store.providers import openalex_api as openalex
from store.providers import pubmed_api as pubmed
from store.providers import semantic_scholar_api as semantic_scholar
from store.providers.client import TRIES, Client
from store.providers.provider import NoSuchPaper, ProviderUnavailable, RequestRefused
from tests.store.providers import bodies
from tests.store.providers.conftest import KEY, TODAY, Clock, Connect
from tests.store.providers.loopback import Loopback, Reply, told

DOI = crossref.build_lookup("doi", ["10.1000/x"])
GOOD = bodies.crossref_one("10.1000/x")
PAGE = Reply(b"<!DOCTYPE html><html><body>Maintenance</body></html>", kind="text/html")


@pytest.mark.parametrize(
    "bad",
    [
        told({"message": "slow down"}, 429),
        Reply(b"oops", 500, "text/plain"),
        Reply(b"", 503),
        Reply(GOOD.body, promised=10),
        Reply(GOOD.body[:-20]),
        PAGE,
        Reply(b""),
        Reply(b"\x89PNG\r\n\x1a\n", kind="image/png"),
        Reply(b"[]"),
        told({"message": {"items": []}}),
    ],
    ids=["429", "500", "503", "cut", "truncated", "page", "nothing", "picture", "list", "no work"],
)
def test_what_passes_is_asked_again(server: Loopback, client: Client, clock: Clock, bad: Reply) -> None:
    server.says(bad, GOOD)
    assert client.get(crossref, DOI).body == GOOD.body
    assert len(server.asked) == 2
    assert sum(clock.waited) >= 1


def test_a_slow_server_is_asked_again_and_then_left_alone(server: Loopback, connect: Connect) -> None:
    server.says(Reply(hangs=True))
    said = r"Crossref \(127.0.0.1:\d+\) does not answer within 0.1 s, 4 times in a row"
    with connect(timeout=0.1) as client:
        with pytest.raises(SourceError, match=said):
            client.get(crossref, DOI)
        with pytest.raises(SourceError, match="does not answer"):
            client.get(crossref, crossref.build_lookup("doi", ["10.1000/other"]))
    assert len(server.asked) == TRIES


def test_an_error_for_ever_is_told(server: Loopback, client: Client) -> None:
    server.says(Reply(b"oops", 500, "text/plain"))
    with pytest.raises(SourceError, match=r"answers with the error 500 \(oops\), 4 times in a row") as raised:
        client.get(crossref, DOI)
    assert "Try again later" in raised.value.hint
    assert len(server.asked) == TRIES


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_it_waits_as_long_as_it_is_asked_to(server: Loopback, client: Client, clock: Clock, form: str) -> None:
    date = format_datetime(datetime.fromtimestamp(TODAY + 97, UTC), usegmt=True)
    server.says(told({}, 429, retry_after="97" if form == "seconds" else date), GOOD)
    client.get(crossref, DOI)
    assert max(clock.waited) == pytest.approx(97, abs=1)


def test_a_wait_that_is_too_long_ends_the_run(server: Loopback, client: Client, clock: Clock) -> None:
    server.says(told({}, 429, retry_after="3600"))
    with pytest.raises(ProviderUnavailable, match="asks to be left alone for 3,600 s"):
        client.get(crossref, DOI)
    assert (len(server.asked), clock.waited) == (1, [])


@pytest.mark.parametrize("header", ["soon", "-5", "1e9", "Thu, 99 Nov 2026", ""])
def test_a_strange_retry_after_is_passed_over(server: Loopback, client: Client, header: str) -> None:
    server.says(told({}, 429, retry_after=header), GOOD)
    assert client.get(crossref, DOI).body == GOOD.body


def test_each_host_is_asked_at_its_pace(server: Loopback, client: Client, clock: Clock) -> None:
    server.answering = lambda asked: bodies.arxiv(bodies.arxiv_entry(1))
    for number in range(3):
        client.get(arxiv, arxiv.build_lookup("arxiv", [f"2401.{number:05}"]))
    assert clock.waited == [3.0, 3.0]


def test_what_a_host_says_of_its_rate_counts(server: Loopback, client: Client, clock: Clock) -> None:
    slow = {"X-Rate-Limit-Limit": "2", "X-Rate-Limit-Interval": "10s"}
    server.answering = lambda asked: Reply(GOOD.body, headers=slow)
    client.get(crossref, DOI)
    client.get(crossref, crossref.build_lookup("doi", ["10.1000/y"]))
    assert clock.waited == [5.0]


def test_no_such_paper(server: Loopback, client: Client) -> None:
    with pytest.raises(NoSuchPaper, match="Crossref has no such paper"):
        client.get(crossref, DOI)
    with pytest.raises(NoSuchPaper):
        client.get(crossref, DOI)
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_request_that_is_refused(server: Loopback, client: Client, status: int) -> None:
    server.says(told({"error": "Invalid filter", "message": "Unknown field: x\u202e."}, status))
    with pytest.raises(RequestRefused, match=rf"error {status} \(Unknown field: x\)\. Change"):
        client.get(openalex, openalex.build_search("x", 10, True))


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_refused(server: Loopback, client: Client, status: int) -> None:
    server.says(told({"message": f"bad key {KEY}"}, status))
    with pytest.raises(ProviderUnavailable, match="Check the key that s2_key_env names") as raised:
        client.get(semantic_scholar, semantic_scholar.build_lookup("doi", ["10.1/x"]))
    assert KEY not in str(raised.value)
    assert "(key hidden)" in str(raised.value)


def test_a_redirect_on_the_host_is_followed(server: Loopback, client: Client) -> None:
    moved = Reply(status=301, headers={"location": f"/works/W2?api_key={KEY}"})
    server.answering = lambda asked: moved if asked.path.endswith("W1") else told(bodies.openalex_work(2))
    assert b"W2" in client.get(openalex, openalex.build_lookup("openalex", ["W1"])).body
    assert server.asked[1].params == {"mailto": "ann@example.org", "api_key": KEY}


def test_a_redirect_to_another_host_is_not_followed(server: Loopback, client: Client) -> None:
    with Loopback().running() as other:
        server.says(Reply(status=302, headers={"location": other.url.replace("127.0.0.1", "localhost")}))
        with pytest.raises(ProviderUnavailable, match="sends the request on to another host, localhost") as raised:
            client.get(openalex, openalex.build_lookup("openalex", ["W1"]))
        assert other.asked == []
    assert "openalex_url" in raised.value.hint


def test_a_redirect_to_another_port_is_not_followed(server: Loopback, client: Client) -> None:
    with Loopback().running() as other:
        server.says(Reply(status=302, headers={"location": other.url}))
        with pytest.raises(ProviderUnavailable):
            client.get(openalex, openalex.build_lookup("openalex", ["W1"]))
        assert other.asked == []


def test_a_redirect_in_circles(server: Loopback, client: Client) -> None:
    server.says(Reply(status=302, headers={"location": "/again"}))
    with pytest.raises(RequestRefused, match="in circles"):
        client.get(crossref, DOI)


def test_a_body_without_end(server: Loopback, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.providers.transport.MAX_BODY", 1_000_000)
    server.says(Reply(endless=True))
    with pytest.raises(RequestRefused, match="more than 1 MB"):
        client.get(crossref, DOI)


def test_no_connection_is_an_error_at_once(connect: Connect, clock: Clock) -> None:
    with Loopback().running() as server:
        gone = server.url
    with connect(urls={"crossref": gone}) as client:
        for _ in range(2):
            with pytest.raises(
                SourceError, match=r"Crossref \(127.0.0.1\) cannot be reached: nothing listens at"
            ) as raised:
                client.get(crossref, DOI)
    assert "Check the network" in raised.value.hint
    assert "\n" not in str(raised.value)
    assert clock.waited == []


def test_keys_and_contacts_go_where_they_belong(server: Loopback, client: Client) -> None:
    server.answering = lambda asked: told(
        {"id": "https://openalex.org/W1", "paperId": "1", "message": {"DOI": "10.1/x"}, "title": "A"}
    )
    client.get(openalex, openalex.build_lookup("openalex", ["W1"]))
    client.get(semantic_scholar, semantic_scholar.build_lookup("s2", ["a" * 40]))
    client.get(crossref, DOI)
    server.says(bodies.pubmed(1))
    client.get(pubmed, pubmed.build_lookup("pmid", ["1"]))
    by_openalex, by_s2, by_crossref, by_pubmed = server.asked
    assert by_openalex.params == {"mailto": "ann@example.org", "api_key": KEY}
    assert by_s2.headers["x-api-key"] == KEY
    assert "mailto:ann@example.org" in by_crossref.headers["user-agent"]
    assert by_crossref.params == {"mailto": "ann@example.org"}
    assert {"tool": "conspectus", "email": "ann@example.org", "api_key": KEY}.items() <= by_pubmed.params.items()


def test_who_says_nothing_of_himself_tells_nothing(server: Loopback, connect: Connect) -> None:
    server.says(GOOD)
    with connect(email="", keys={}) as client:
        client.get(crossref, DOI)
    assert server.asked[0].params == {}
    assert "mailto" not in server.asked[0].headers["user-agent"]


def test_no_key_in_a_log_an_error_or_a_file(
    server: Loopback, client: Client, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    server.says(Reply(bodies.openalex_list(total=0).body), told({"error": f"?api_key={KEY}"}, 500))
    client.get(openalex, openalex.build_search("x", 10, True))
    with pytest.raises(SourceError) as raised:
        client.get(openalex, openalex.build_search("y", 10, True))
    error: BaseException | None = raised.value
    seen = [caplog.text, *(str(path) + path.read_text() for path in tmp_path.rglob("*.body"))]
    while error:
        seen += [repr(error), str(vars(error))]
        error = error.__cause__ or error.__context__
    assert server.asked[0].params["api_key"] == KEY
    assert len(seen) > 3
    assert [text for text in seen if KEY in text] == []


def test_what_was_answered_is_not_asked_again(server: Loopback, connect: Connect, clock: Clock) -> None:
    server.says(GOOD)
    for _ in range(2):
        with connect() as client:
            client.get(crossref, DOI)
    assert len(server.asked) == 1
    clock.time += 8 * 86_400
    with connect() as client:
        assert not client.get(crossref, DOI).is_cached
    assert len(server.asked) == 2


def test_a_broken_file_in_the_cache_is_asked_for_again(server: Loopback, connect: Connect, tmp_path: Path) -> None:
    server.says(GOOD)
    with connect() as client:
        client.get(crossref, DOI)
        (file,) = (tmp_path / "kept").iterdir()
        file.write_bytes(GOOD.body[:-9])
        assert client.get(crossref, DOI).body == GOOD.body
    assert len(server.asked) == 2


def test_nothing_is_kept_for_no_days(server: Loopback, connect: Connect, tmp_path: Path) -> None:
    server.says(GOOD)
    with connect(cache_days=0.0) as client:
        client.get(crossref, DOI)
    assert not list(tmp_path.rglob("*.body"))
