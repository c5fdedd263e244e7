"""Fetching from Python, and the page that documents it."""

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.client import Assistant
from assistant.settings import ProviderSettings, Settings, load
from assistant.testing import HashEmbedder
from store.errors import InputError
from store.providers.fetch import PROVIDERS
from store.providers.provider import URLS
from store.providers.references import parse_reference
from store.results import AddEvent
from tests.store.providers import bodies
from tests.store.providers.conftest import Clock
from tests.store.providers.loopback import Loopback

SAMPLE = Path(__file__).resolve().parents[3] / "assistant" / "data" / "namkoong_listing.txt"
# Who tells whether a text gives orders; what it said of a paper that was added is kept beside it.
CLASSIFIER = "assistant.verify.injection"
PAGE = (Path(__file__).resolve().parents[3] / "docs" / "providers.md").read_text(encoding="utf-8")


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback().running() as server:
        server.says(bodies.arxiv(*map(bodies.arxiv_entry, range(1, 101)), total=300))
        yield server


@pytest.fixture
def fetching(server: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Assistant]:
    """An assistant for whom every provider is the server."""
    monkeypatch.setattr("store.providers.fetch.RateLimiter", lambda: Clock().pace)
    providers = ProviderSettings(**{f"{name}_url": server.url for name in URLS})  # type: ignore[arg-type]
    embedder = HashEmbedder(32)
    with Assistant.open(tmp_path / "l", embedder=embedder, settings=Settings(providers=providers)) as assistant:
        yield assistant


def test_a_report_and_its_events(fetching: Assistant) -> None:
    events: list[AddEvent] = []
    report = fetching.papers.fetch("arxiv:query x", limit=70, on_event=events.append)
    assert report.added == 70
    assert events[0].event == "add_started"
    fractions = [event.fraction for event in events if event.event == "batch_stored"]
    assert fractions == sorted(fractions)
    assert 0 < fractions[0] < fractions[-1] == 1.0
    assert events[-1].event == "add_done"


def test_closing_the_events_stops_it(fetching: Assistant, server: Loopback) -> None:
    threads = threading.active_count()
    events = fetching.papers.stream_fetch("arxiv:query x")
    assert next(event for event in events if event.event == "batch_stored")
    getattr(events, "close")()  # noqa: B009 - an Iterator of the type has none
    assert fetching.papers.count() == 64
    assert len(server.asked) == 1
    assert threading.active_count() <= threads + 2  # the server's own
    assert fetching.papers.fetch("arxiv:query x", limit=64).unchanged == 64


def test_plans_ask_nothing(fetching: Assistant, server: Loopback) -> None:
    assert [plan.provider for plan in fetching.papers.fetch_plan("10.1000/x", "pmid:1")] == ["Crossref", "PubMed"]
    assert fetching.papers.enrich_plan() == ()
    assert server.asked == []


def test_a_reference_that_is_none_and_a_filter_that_is_none(fetching: Assistant) -> None:
    with pytest.raises(InputError, match="names nothing"):
        fetching.papers.fetch("something")
    with pytest.raises(InputError):
        fetching.papers.enrich(colour="red")  # type: ignore[call-arg]


def test_the_forms_on_the_page_are_understood() -> None:
    rows = re.findall(r"^\| (`.+?) \|", PAGE.split("## What can be fetched")[1].split("## ")[0], re.MULTILINE)
    forms = [form for row in rows for form in re.findall(r"`([^`]+)`", row) if len(form) > len("s2:")]
    assert len(forms) > 15
    kinds = {parse_reference(form).scheme for form in forms}
    assert kinds == {"arxiv", "doi", "pmid", "openalex", "author", "corpus", "query"}


def test_the_page_tells_of_each_provider_and_its_settings_hold(tmp_path: Path) -> None:
    for name, provider in PROVIDERS.items():
        assert re.search(rf"^\| `{name}` \| \[{provider.LABEL}\]", PAGE, re.MULTILINE)
    (example,) = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    file = tmp_path / "config.toml"
    file.write_text(example, encoding="utf-8")
    settings = load(env={}, file=file).providers
    assert settings.email == "you@example.org"
    assert settings.key_name("openalex") == "MY_OPENALEX_KEY"


def test_whoever_lists_papers_waits_for_no_answers(tmp_path: Path) -> None:
    with Assistant.open(tmp_path / "library") as assistant:
        assistant.add(SAMPLE)
    code = """
import sys
from assistant import Assistant
from assistant.display import warn_of_orders
with Assistant.open(sys.argv[1], embeds=False) as assistant:
    papers = list(assistant.papers.list())
    assert len(papers) == assistant.papers.count() == 45, len(papers)
    assert not any(map(warn_of_orders, papers))
print(*(name for name in sys.argv[2:] if name in sys.modules))
"""
    unwanted = ("chromadb", "onnxruntime", "assistant.answer.pipeline", "assistant.verify.check", CLASSIFIER)
    listed = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "library"), *unwanted], capture_output=True, text=True, check=True
    )
    assert listed.stdout.split() == []
