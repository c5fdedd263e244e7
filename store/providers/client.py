"""The one HTTP client of all providers: paced, cached, patient with what passes, quick with what does not."""

from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import urlencode, urlsplit

from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from store.errors import SourceError
from store.providers.access import Access
from store.providers.base import Answer, Ask, Closed, Garbled, Missing, Provider
from store.providers.cache import NONE, BodyCache
from store.providers.errors import Again, no_such_paper, worn_out
from store.providers.pace import Pace
from store.providers.transport import Wire

TRIES = 4

_backoff = wait_random_exponential(multiplier=2, min=1, max=60)


@dataclass(frozen=True)
class Got:
    """A body, what it says beside its papers, and whether it was kept from an earlier run."""

    body: bytes
    answer: Answer
    kept: bool


class Client:
    """Asks providers. Use it with ``with``; it holds connections, and no thread.

    Args:
        access: Addresses, keys, patience.
        cache: Where bodies are kept.
        pace: The clock that it goes by.
    """

    def __init__(self, access: Access, cache: BodyCache, pace: Pace) -> None:
        self._access, self._cache, self._pace = access, cache, pace
        self._wire = Wire(access, pace)
        self._down: dict[str, SourceError] = {}

    def __enter__(self) -> Self:
        """For ``with``."""
        self._cache.sweep()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the connections."""
        self._wire.close()

    def is_keyed(self, provider: Provider) -> bool:
        """Whether there is a key for a provider."""
        return bool(self._access.key(provider.NAME))

    def address(self, provider: Provider, ask: Ask) -> str:
        """The whole address of a request, without key and contact."""
        query = f"?{urlencode(ask.params)}" if ask.params else ""
        return f"{self._access.url(provider.NAME)}{ask.path}{query}"

    def get(self, provider: Provider, ask: Ask) -> Got:
        """The answer to a request: the one that is kept, else what the provider says now.

        Raises:
            Missing: There is no such paper.
            Refused: The provider does not take the request.
            SourceError: It cannot be reached, or gives nothing that can be used, several times in a row.
            LibraryError: The answer cannot be kept.
        """
        key = self._key(provider, ask)
        body = self._cache.get(key)
        if body == NONE:
            raise no_such_paper(provider)
        if body is not None:
            try:
                return Got(body, provider.answer(ask, body), kept=True)
            except Garbled:  # the file is broken
                self._cache.forget(key)
        try:
            got = self._asked(provider, ask)
        except Missing:
            self._cache.put(key, NONE)
            raise
        self._cache.put(key, got.body)
        return got

    def forget(self, provider: Provider, ask: Ask) -> None:
        """Ask anew the next time."""
        self._cache.forget(self._key(provider, ask))

    def _key(self, provider: Provider, ask: Ask) -> str:
        return f"{self.address(provider, ask)}#{ask.page}"

    def _asked(self, provider: Provider, ask: Ask) -> Got:
        host = urlsplit(self._access.url(provider.NAME)).netloc
        if host in self._down:
            raise Closed(self._down[host].what, self._down[host].hint)
        tries = Retrying(
            stop=stop_after_attempt(TRIES),
            wait=_wait,
            sleep=self._pace.wait,
            retry=retry_if_exception_type(Again),
            reraise=True,
        )
        try:
            return tries(self._once, provider, ask, host)
        except Again as fault:
            raise self._closed(host, worn_out(provider, host, fault, TRIES)) from fault
        except Closed as fault:
            self._closed(host, fault)
            raise

    def _closed(self, host: str, fault: SourceError) -> SourceError:
        """Do not ask a host again that does not answer anyway."""
        if isinstance(fault, Closed):
            self._down[host] = fault
        return fault

    def _once(self, provider: Provider, ask: Ask, host: str) -> Got:
        self._pace.before(host, provider.interval(self.is_keyed(provider)))
        try:
            body = self._wire.body(provider, self.address(provider, ask))
        finally:
            self._pace.after(host)
        try:
            return Got(body, provider.answer(ask, body), kept=False)
        except Garbled as fault:
            raise Again(f"answers with {fault}") from fault


def _wait(state: RetryCallState) -> float:
    """What the host asks for, and never less than what grows from try to try."""
    fault = state.outcome.exception() if state.outcome else None
    return max(_backoff(state), fault.seconds if isinstance(fault, Again) else 0.0)
