"""Requests to Zotero's APIs: patient with what passes, no faster than it asks, and never with a key in a message."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt

from store.connection_failures import explain_connection_failure
from store.providers.transport import (
    PASSING,
    AuthTransport,
    RateLimiter,
    RetryLater,
    build_user_agent,
    hide_key,
    make_wait,
    quote_detail,
)
from store.zotero.access import ZoteroConflict, ZoteroForbidden, ZoteroRefused, ZoteroUnavailable

TRIES = 4
"""How often a request is made that fails in a way that passes; as for the providers, chosen by hand."""

LONGEST_WAIT = 120.0
"""Seconds that Zotero may ask to be left alone before the run ends; as for the providers, chosen by hand."""

MAX_BODY = 500_000_000
"""Bytes of an answer. The local API has no pages: 100,000 items of about 3 kB are 300 MB. Chosen by hand."""

_OF_WRITES = {409, 412, 428}
_WAIT = make_wait(1)


@dataclass(frozen=True)
class ZoteroAnswer:
    """What Zotero answered; ``body`` is None where there is none (204, 304)."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def version(self) -> int | None:
        """The version of the library, or of the one object that was asked for."""
        return self.get_number("last-modified-version")

    def get_number(self, header: str) -> int | None:
        """Return a header that is a number, None where it is none."""
        text = self.headers.get(header, "").strip()
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


class ZoteroHttp:
    """The connection to one of Zotero's APIs.

    Args:
        url: Its address.
        label: What messages call it.
        key: The key, "" for none.
        timeout: Seconds to wait.
        pace: The clock.
        closed: What to do where nobody is let in, for messages.
        is_local: Whether it is the local API, which lets everybody in or nobody.
    """

    def __init__(
        self, url: str, label: str, key: str, timeout: float, pace: RateLimiter, closed: str, is_local: bool = False
    ) -> None:
        self.label = label
        self._refusal = ZoteroUnavailable if is_local else ZoteroForbidden
        self._url, self._key, self._timeout, self._pace, self._closed = url.rstrip("/"), key, timeout, pace, closed
        self._until = 0.0
        self._open: httpx.Client | None = None

    def close(self) -> None:
        """Let go of the connection."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def get(self, path: str, params: Mapping[str, str] | None = None, since: int | None = None) -> ZoteroAnswer:
        """Ask for something; with ``since`` the answer may be 304.

        Raises:
            ZoteroUnavailable: Nobody answers, or nobody is let in.
            ZoteroRefused: It does not take the request, or has no such thing (404).
        """
        headers = {"if-modified-since-version": str(since)} if since is not None else {}
        return self.request("GET", path, params, headers=headers)

    def request(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None = None,
        content: object = None,
        headers: Mapping[str, str] | None = None,
        is_once: bool = False,
    ) -> ZoteroAnswer:
        """Make a request; a body is sent as JSON. Raises as ``get``, and ZoteroConflict for 412.

        ``path`` is below the address; one that begins with ``//`` is below its host. What is to be asked ``is_once`` is
        not tried again: a person is asked.
        """
        tries = Retrying(
            stop=stop_after_attempt(1 if is_once else TRIES),
            wait=_WAIT,
            sleep=self._pace.wait,
            retry=retry_if_exception_type(RetryLater),
            reraise=True,
        )
        try:
            return tries(self._request_once, method, path, params or {}, content, headers or {})
        except RetryLater as fault:
            raise ZoteroUnavailable(
                f"{self.label} {fault}{'' if is_once else f', {TRIES} times in a row'}.",
                "Try again later; what was read is kept, and the same command goes on from there.",
            ) from fault

    def _request_once(
        self, method: str, path: str, params: Mapping[str, str], content: object, headers: Mapping[str, str]
    ) -> ZoteroAnswer:
        left = self._until - self._pace.clock()
        if left > 0:
            self._pace.wait(left)
        address = f"{self._origin}{path[1:]}" if path.startswith("//") else f"{self._url}{path}"
        data = json.dumps(content, ensure_ascii=False).encode() if content is not None else None
        sent = {**headers, **({"content-type": "application/json"} if data is not None else {})}
        try:
            with self._connection.stream(method, address, params=dict(params), headers=sent, content=data) as response:
                body = self._read_bytes(response)
        except (httpx.ConnectError, httpx.ProxyError) as fault:
            reason = explain_connection_failure(fault, urlsplit(self._url).netloc)
            raise ZoteroUnavailable(
                f"{self.label} cannot be reached: {hide_key(reason, self._key)}.", self._closed
            ) from None
        except httpx.TimeoutException as fault:
            raise RetryLater(f"does not answer within {self._timeout:g} s", is_of_host=True) from fault
        except (httpx.TransportError, httpx.DecodingError) as fault:
            raise RetryLater("breaks off in the middle of its answer") from fault
        self._note_backoff(response)
        return self._read_answer(response, body)

    @property
    def _origin(self) -> str:
        return "{0.scheme}://{0.netloc}".format(urlsplit(self._url))

    @property
    def _connection(self) -> httpx.Client:
        if self._open is None:
            try:
                transport = AuthTransport("zotero-api-key", "", self._key, self._url)
            except (ImportError, ValueError):  # not chained: there may be a password in the proxy's address
                raise ZoteroUnavailable(
                    f"{self.label} cannot be asked: the proxy that the environment names is none that can be used.",
                    "Let HTTPS_PROXY be like http://proxy:8080, or unset it.",
                ) from None
            self._open = httpx.Client(
                transport=transport,
                headers={
                    "user-agent": build_user_agent(""),
                    "zotero-api-version": "3",
                    "zotero-allowed-request": "1",  # without it the local API turns some programs away
                },
                timeout=self._timeout,
                follow_redirects=False,
            )
        return self._open

    def _read_bytes(self, response: httpx.Response) -> bytes:
        body = bytearray()
        for piece in response.iter_bytes():
            body += piece
            if len(body) > MAX_BODY:
                raise ZoteroRefused(
                    f"{self.label} answers with more than {MAX_BODY // 1_000_000} MB.", "Use another door: --from."
                )
        return bytes(body)

    def _note_backoff(self, response: httpx.Response) -> None:
        """Leave Zotero alone for as long as it asks in ``Backoff``, also where it answered."""
        seconds = self._pace.parse_retry_after(response.headers.get("backoff", ""))
        if seconds:
            self._until = self._pace.clock() + min(seconds, LONGEST_WAIT)

    def _read_answer(self, response: httpx.Response, body: bytes) -> ZoteroAnswer:
        headers = {name.lower(): value for name, value in response.headers.items()}
        if response.status_code in (204, 304):
            return ZoteroAnswer(response.status_code, headers, None)
        if not response.is_success:
            raise self._build_error(response, body)
        try:
            return ZoteroAnswer(response.status_code, headers, json.loads(body))
        except (ValueError, RecursionError) as fault:
            if "json" in headers.get("content-type", "json"):
                raise RetryLater("answers with JSON that is not whole") from fault
            return ZoteroAnswer(response.status_code, headers, body.decode(errors="replace"))

    def _build_error(self, response: httpx.Response, body: bytes) -> Exception:
        status, detail = response.status_code, self._read_detail(body)
        seconds = self._pace.parse_retry_after(response.headers.get("retry-after", ""))
        if status in PASSING and seconds > LONGEST_WAIT:
            return ZoteroUnavailable(
                f"{self.label} asks to be left alone for {seconds:,.0f} s.", "Run it again after that."
            )
        if status in PASSING:
            return RetryLater(f"answers with the error {status}{detail}", seconds, status in (429, 503))
        what = f"{self.label} refuses the request with the error {status}{detail}."
        if status in (401, 403):
            return self._refusal(what, self._closed)
        if status in _OF_WRITES:
            return ZoteroConflict(what, "It was changed in Zotero meanwhile: sync, then look at it again.")
        if status == 404:
            return ZoteroRefused(f"{self.label} has no such thing{detail}.", "Look at its name in Zotero.")
        if response.has_redirect_location:
            return ZoteroRefused(what, "If that is where it is now, set the address in [zotero].")
        return ZoteroRefused(what, "Change what is asked.")

    def _read_detail(self, body: bytes) -> str:
        """Read what the body says of the error, shortened; "" for a page."""
        text = body[:2000].decode(errors="replace")
        return quote_detail("" if "<" in text else text, self._key)
