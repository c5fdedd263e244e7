"""A provider on loopback, a clock that tests turn, a client between them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from pydantic import SecretStr

from store.paper import Paper, Problem
from store.providers.client import BodyCache, Client
from store.providers.fetch import start_run
from store.providers.provider import URLS, Access
from store.providers.references import parse_references
from store.providers.transport import RateLimiter
from tests.store.providers.loopback import Loopback

KEY = "sEcReT/k3y"
TODAY = 1_800_000_000.0


class Clock:
    """Time that passes when somebody waits, and not otherwise."""

    def __init__(self) -> None:
        self.time = TODAY
        self.waited: list[float] = []

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.time += seconds

    def now(self) -> float:
        return self.time

    @property
    def pace(self) -> RateLimiter:
        return RateLimiter(self.wait, self.now, self.now)


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback().running() as server:
        yield server


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def access(server: Loopback) -> Access:
    """Every provider is the server; there are keys, an e-mail address, and much patience."""
    keys = {name: SecretStr(KEY) for name in ("openalex", "s2", "pubmed")}
    return Access(urls=dict.fromkeys(URLS, server.url), keys=keys, email="ann@example.org", timeout=60)


Connect = Callable[..., Client]


@pytest.fixture
def connect(access: Access, clock: Clock, tmp_path: Path) -> Connect:
    """A client; ``access`` may be changed by keywords."""

    def connect(**changes: object) -> Client:
        changed = access.model_copy(update=changes)
        return Client(changed, BodyCache(tmp_path / "kept", changed.cache_days, clock.now), clock.pace)

    return connect


@pytest.fixture
def client(connect: Connect) -> Iterator[Client]:
    with connect() as client:
        yield client


class Read(NamedTuple):
    """What references yield, without a library."""

    papers: list[str]
    problems: list[Problem]

    @property
    def reasons(self) -> list[str]:
        return [f"{problem.file}: {problem.reason}" for problem in self.problems]


@pytest.fixture
def read(connect: Connect) -> Callable[..., Read]:
    """The ids of the papers, and the problems, that references yield."""

    def read(*references: str, limit: int = 1000, **access: object) -> Read:
        with connect(**access) as client:
            run = start_run(client, parse_references(references), limit)
            items = list(run.items())
            assert run.fraction() == 1.0
        papers = [item.id for item in items if isinstance(item, Paper)]
        return Read(papers, [item for item in items if isinstance(item, Problem)])

    return read


Reading = Callable[..., Read]
