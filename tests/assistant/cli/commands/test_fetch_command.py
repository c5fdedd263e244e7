"""``conspectus fetch`` and ``conspectus enrich`` against a server that says what providers say."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.providers.provider import URLS
from tests.assistant.cli.running import Run, environment, process
from tests.store.providers import bodies
from tests.store.providers.conftest import KEY, Clock
from tests.store.providers.loopback import Asked, Loopback, Reply, told

pytestmark = pytest.mark.usefixtures("hashed")

NOT_HERE = told({}, 404)


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    """All providers; time passes when it is waited for, and not otherwise."""
    with Loopback().running() as server:
        for name in URLS:
            monkeypatch.setenv(f"CONSPECTUS_PROVIDERS_{name.upper()}_URL", server.url)
        monkeypatch.setenv("CONSPECTUS_PROVIDERS_TIMEOUT", "60")
        monkeypatch.setattr("store.providers.fetch.RateLimiter", lambda: Clock().pace)
        yield server


def replies(asked: Asked) -> Reply:
    if asked.path == "/query":
        return bodies.arxiv(bodies.arxiv_entry(1))
    return bodies.crossref_one("10.1000/x") if asked.path == "/works/10.1000/x" else NOT_HERE


def test_papers_are_fetched_and_counted(run: Run, provider: Loopback, tmp_path: Path) -> None:
    provider.answering = replies
    done = run("fetch", "2401.00001", "10.1000/x", "10.1000/none", library=tmp_path / "l")
    assert done.code == 0
    assert done.out == "fetch: 2 added, 0 updated, 0 unchanged, 1 record not taken.\n"
    assert done.err == "doi:10.1000/none: there is no such paper at Crossref and OpenAlex\n"
    again = run("fetch", "2401.00001", "--json", library=tmp_path / "l")
    assert (again.json["unchanged"], again.json["error"]) == (1, None)


def test_a_query_is_two_words_and_the_limit_holds(run: Run, provider: Loopback, tmp_path: Path) -> None:
    provider.answering = lambda asked: bodies.arxiv(*map(bodies.arxiv_entry, (1, 2, 3)), total=9)
    done = run("fetch", "arxiv:query", "au:Poe_A", "--limit", "2", library=tmp_path / "l")
    assert done.out == "fetch: 2 added, 0 updated, 0 unchanged.\n"
    assert "the first 2 were taken" in done.err
    assert provider.asked[0].params["search_query"] == "au:Poe_A"


def test_a_dry_run_asks_nothing_and_stores_nothing(run: Run, provider: Loopback, tmp_path: Path) -> None:
    done = run("fetch", "2401.00001", "openalex:author/A1", "--dry-run", library=tmp_path / "l")
    assert done.code == 0
    assert "arxiv:2401.00001 · arXiv · http://127.0.0.1" in done.out
    assert "openalex:author/A1 · OpenAlex · http://127.0.0.1" in done.out
    assert "2 requests to begin with; nothing was asked" in done.err
    assert provider.asked == []
    assert not (tmp_path / "l").exists()


def test_a_dry_run_in_json(run: Run, provider: Loopback, tmp_path: Path) -> None:
    (plan,) = run("fetch", "2401.00001", "--dry-run", "--json", library=tmp_path / "l").json
    assert plan.keys() == {"what", "provider", "url"}


def test_what_is_no_reference_is_wrong_usage(run: Run, provider: Loopback, tmp_path: Path) -> None:
    done = run("fetch", "deep", "learning", library=tmp_path / "l")
    assert done.code == 2
    assert "'deep' names nothing that can be fetched. Understood are arxiv:2203.05482" in done.err
    assert done.err.count("\n") == 1


def test_without_a_network_there_is_one_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, provider: Loopback, tmp_path: Path
) -> None:
    with Loopback().running() as gone:
        monkeypatch.setenv("CONSPECTUS_PROVIDERS_ARXIV_URL", gone.url)
    done = run("fetch", "2401.00001", library=tmp_path / "l")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("conspectus: arXiv (127.0.0.1) cannot be reached: ")
    assert done.err.endswith("Check the network; then the same command goes on from there.\n")
    assert done.err.count("\n") == 1


def test_nothing_at_all_is_an_error(run: Run, provider: Loopback, tmp_path: Path) -> None:
    provider.says(NOT_HERE)
    done = run("fetch", "10.1000/x", library=tmp_path / "l")
    assert (done.code, done.out) == (1, "fetch: 0 added, 0 updated, 0 unchanged, 1 record not taken.\n")


def test_a_failure_in_json_is_in_the_document(run: Run, provider: Loopback, tmp_path: Path) -> None:
    provider.says(Reply(b"", 500))
    done = run("fetch", "10.1000/x", "--json", library=tmp_path / "l")
    assert done.code == 1
    assert done.json["error"]["type"] == "SourceError"
    assert "Crossref" in done.json["error"]["what"]


def test_a_key_from_the_environment_is_sent_and_never_shown(
    run: Run, monkeypatch: pytest.MonkeyPatch, provider: Loopback, tmp_path: Path
) -> None:
    monkeypatch.setenv("MY_KEY", KEY)
    monkeypatch.setenv("CONSPECTUS_PROVIDERS_OPENALEX_KEY_ENV", "MY_KEY")
    provider.says(told({"error": f"bad {KEY}"}, 403))
    done = run("fetch", "openalex:query x", library=tmp_path / "l")
    assert provider.asked[0].params["api_key"] == KEY
    assert done.code == 1
    assert "Check the key that openalex_key_env names" in done.err
    assert KEY not in done.err + done.out


def test_enriching(run: Run, provider: Loopback, tmp_path: Path) -> None:
    file = tmp_path / "mine.jsonl"
    record = {"id": "mine", "title": "Preprint 1", "authors": ["Ann Poe"], "date": "2024", "arxiv": "2401.00001"}
    file.write_text(json.dumps(record))
    run("add", str(file), library=tmp_path / "l")
    provider.answering = replies
    plan = run("enrich", "--dry-run", library=tmp_path / "l")
    assert plan.out.startswith("mine · arXiv · http://127.0.0.1")
    assert run("enrich", library=tmp_path / "l") == (0, "enrich: 0 added, 0 updated, 1 merged, 0 unchanged.\n", "")
    assert "We study widget 1." in run("show", "mine", library=tmp_path / "l").out
    assert run("enrich", library=tmp_path / "l") == (0, "enrich: 0 added, 0 updated, 0 unchanged.\n", "")


def test_ctrl_c_while_a_provider_says_nothing(tmp_path: Path) -> None:
    with Loopback().running() as server:
        server.says(Reply(hangs=True))
        variables = environment(CONSPECTUS_PROVIDERS_CROSSREF_URL=server.url, HOME=str(tmp_path))
        with process("fetch", "10.1000/x", "--library", str(tmp_path / "l"), env=variables) as running:
            server.came.wait(60)
            running.send_signal(signal.SIGINT)
            out, err = running.communicate(timeout=60)
    assert (running.returncode, out) == (130, b"")
    assert err.startswith(b"fetch: 0 added, 0 updated, 0 unchanged before it was stopped.")
    assert err.endswith(b"\nStopped.\n")
