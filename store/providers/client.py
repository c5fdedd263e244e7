"""The one HTTP client of all providers: paced, cached, patient with what passes, quick with what does not.

Bodies are kept on the disk, so that what was answered is not asked again.
"""

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlencode, urlsplit

from tenacity import Retrying, retry_if_exception_type, stop_after_attempt

from store.errors import SourceError
from store.files import replace_file, translate_write_errors
from store.providers.provider import (
    Access,
    BadResponse,
    NoSuchPaper,
    PageInfo,
    Provider,
    ProviderRequest,
    ProviderUnavailable,
)
from store.providers.transport import Connections, RateLimiter, RetryLater, build_no_paper_error, make_wait

NONE = b""
"""The body of what a provider does not have; it is kept for a day at the most, for it may come."""

_DAY = 86_400


class BodyCache:
    """One file a body. Its key holds no API key, and neither does it.

    Args:
        folder: Where; made by the first body.
        days: How old a body may be; older ones are deleted by ``sweep``. 0 keeps nothing.
        now: Seconds since 1970.
    """

    def __init__(self, folder: Path, days: float, now: Callable[[], float]) -> None:
        self._folder = folder
        self._seconds = days * _DAY
        self._now = now

    def get(self, key: str) -> bytes | None:
        """Return a body that is young enough."""
        path = self._build_path(key)
        try:
            status = path.stat()
            if self._is_old(status.st_mtime, _DAY if status.st_size == 0 else self._seconds):
                return None
            return path.read_bytes()
        except OSError:  # none there, or none that can be read: it is asked for then
            return None

    def put(self, key: str, body: bytes) -> None:
        """Keep a body; raises LibraryError where the disk refuses."""
        if not self._seconds:
            return
        path = self._build_path(key)
        with translate_write_errors(self._folder):
            replace_file(path, (body,), private=True)
            os.utime(path, (self._now(), self._now()))

    def forget(self, key: str) -> None:
        """Drop a body that turned out to be of no use."""
        with translate_write_errors(self._folder):
            self._build_path(key).unlink(missing_ok=True)

    def sweep(self) -> None:
        """Delete what is too old, and what a crash left half written."""
        if not self._folder.is_dir():
            return
        with translate_write_errors(self._folder):
            for path in self._folder.iterdir():
                with suppress(FileNotFoundError):  # another process sweeps, too
                    if self._is_old(path.stat().st_mtime, self._seconds):
                        path.unlink()

    def _is_old(self, written: float, seconds: float) -> bool:
        return abs(self._now() - written) > min(seconds, self._seconds)

    def _build_path(self, key: str) -> Path:
        return self._folder / f"{hashlib.sha256(key.encode()).hexdigest()}.body"


# How often a request is made that fails in a way that passes. Chosen by hand; not measured.
TRIES = 4

_WAIT = make_wait(2)


@dataclass(frozen=True)
class ProviderResponse:
    """A body, what it says beside its papers, and whether it was kept from an earlier run."""

    body: bytes
    answer: PageInfo
    is_cached: bool


class Client:
    """Asks providers. Use it with ``with``; it holds connections, and no thread.

    Args:
        access: Addresses, keys, patience.
        cache: Where bodies are kept.
        pace: The clock that it goes by.
    """

    def __init__(self, access: Access, cache: BodyCache, pace: RateLimiter) -> None:
        self._access, self._cache, self._pace = access, cache, pace
        self._wire = Connections(access, pace)
        self._down: dict[str, SourceError] = {}

    def __enter__(self) -> Self:
        """Sweep the cache when a ``with`` block begins."""
        self._cache.sweep()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the connections."""
        self._wire.close()

    def is_keyed(self, provider: Provider) -> bool:
        """Return whether there is a key for a provider."""
        return bool(self._access.key(provider.NAME))

    def build_address(self, provider: Provider, ask: ProviderRequest) -> str:
        """Return the whole address of a request, without key and contact."""
        query = f"?{urlencode(ask.params)}" if ask.params else ""
        return f"{self._access.url(provider.NAME)}{ask.path}{query}"

    def get(self, provider: Provider, ask: ProviderRequest) -> ProviderResponse:
        """Return the answer to a request: the one that is kept, else what the provider says now.

        Raises:
            Missing: There is no such paper.
            Refused: The provider does not take the request.
            SourceError: It cannot be reached, or gives nothing that can be used, several times in a row.
            LibraryError: The answer cannot be kept.
        """
        key = self._build_key(provider, ask)
        body = self._cache.get(key)
        if body == NONE:
            raise build_no_paper_error(provider)
        if body is not None:
            try:
                return ProviderResponse(body, provider.parse_page(ask, body), is_cached=True)
            except BadResponse:  # the file is broken
                self._cache.forget(key)
        try:
            got = self._request_with_retries(provider, ask)
        except NoSuchPaper:
            self._cache.put(key, NONE)
            raise
        self._cache.put(key, got.body)
        return got

    def forget(self, provider: Provider, ask: ProviderRequest) -> None:
        """Drop what is kept of a request, so that it is asked again the next time."""
        self._cache.forget(self._build_key(provider, ask))

    def _build_key(self, provider: Provider, ask: ProviderRequest) -> str:
        return f"{self.build_address(provider, ask)}#{ask.page}"

    def _request_with_retries(self, provider: Provider, ask: ProviderRequest) -> ProviderResponse:
        host = urlsplit(self._access.url(provider.NAME)).netloc
        if host in self._down:
            raise ProviderUnavailable(self._down[host].what, self._down[host].hint)
        tries = Retrying(
            stop=stop_after_attempt(TRIES),
            wait=_WAIT,
            sleep=self._pace.wait,
            retry=retry_if_exception_type(RetryLater),
            reraise=True,
        )
        try:
            return tries(self._request_once, provider, ask, host)
        except RetryLater as fault:
            raise self._mark_down(host, _build_retries_error(provider, host, fault, TRIES)) from fault
        except ProviderUnavailable as fault:
            self._mark_down(host, fault)
            raise

    def _mark_down(self, host: str, fault: SourceError) -> SourceError:
        """Do not ask a host again that does not answer anyway."""
        if isinstance(fault, ProviderUnavailable):
            self._down[host] = fault
        return fault

    def _request_once(self, provider: Provider, ask: ProviderRequest, host: str) -> ProviderResponse:
        self._pace.wait_for_turn(host, provider.get_interval(self.is_keyed(provider)))
        try:
            body = self._wire.fetch_body(provider, self.build_address(provider, ask))
        finally:
            self._pace.start_interval(host)
        try:
            return ProviderResponse(body, provider.parse_page(ask, body), is_cached=False)
        except BadResponse as fault:
            raise RetryLater(f"answers with {fault}") from fault


def _build_retries_error(provider: Provider, host: str, fault: RetryLater, tries: int) -> SourceError:
    """Build the error for what failed each time."""
    what = f"{provider.LABEL} ({host}) {fault}, {tries} times in a row."
    kind = ProviderUnavailable if fault.is_of_host else SourceError
    return kind(what, "Try again later; what was fetched is kept, and not asked for again.")
