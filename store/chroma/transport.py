"""Requests to a Chroma server that end: within a time, with an answer or with words for what happened.

Chroma's own client (1.5) waits for ever, and tells every refusal as "an error". Here a request has a time for each
piece of its answer and one for the whole, is sent again where that may help, and what happened is told as it is.
"""

import json
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from email.utils import parsedate_to_datetime
from threading import local
from typing import Any

import httpcore
import httpx

from store.chroma.access import DATABASE, TENANT, ServerAccess
from store.connection_failures import explain_connection_failure
from store.errors import StoreUnreachable

# Bytes a second that an answer has at least, beside the timeout; a slower one is as good as none. Chosen by hand.
_RATE = 50_000
# Seconds between a request and the next try of it. Chosen by hand; together less than the timeout.
_PAUSES = (0.3, 1.5)
# Of an answer's text, characters that a message repeats.
_REPEATED = 200
_PASSING = frozenset({429, 502, 503, 504})
_HINT_RUNS = "Check that it runs (chroma run --path FOLDER) and that --store has its address. Nothing was lost."
_HINT_LATER = "Nothing was lost; try again later."


class DeadlineStream(httpcore.NetworkStream):
    """A connection of which no read or write goes on after a moment that is set for each request.

    Args:
        stream: The connection itself.
        left: Returns the seconds that are left until then, or the timeout that it is given where that is less.
        extend: Puts the moment off for a piece of so many bytes that came.
    """

    def __init__(
        self,
        stream: httpcore.NetworkStream,
        left: Callable[[float | None], float | None],
        extend: Callable[[int], None],
    ) -> None:
        self._stream, self._left, self._extend = stream, left, extend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read a piece."""
        piece = self._stream.read(max_bytes, self._left(timeout))
        self._extend(len(piece))
        return piece

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all of it."""
        self._stream.write(buffer, self._left(timeout))

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Go on encrypted."""
        stream = self._stream.start_tls(ssl_context, server_hostname, self._left(timeout))
        return DeadlineStream(stream, self._left, self._extend)

    def get_extra_info(self, info: str) -> Any:
        """Return what is known of the connection."""
        return self._stream.get_extra_info(info)


class DeadlineBackend(httpcore.NetworkBackend):
    """Opens such connections."""

    def __init__(self, backend: httpcore.NetworkBackend) -> None:
        self._backend = backend
        self._own = local()  # Two threads may ask at once.

    @property
    def until(self) -> float:
        """When this thread's request has to be over, by the monotonic clock."""
        return getattr(self._own, "until", float("inf"))

    @until.setter
    def until(self, moment: float) -> None:
        self._own.until = moment

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to a host."""
        stream = self._backend.connect_tcp(host, port, self._left(timeout), local_address, socket_options)
        return DeadlineStream(stream, self._left, self._extend)

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        """Connect to a socket of this machine."""
        stream = self._backend.connect_unix_socket(path, self._left(timeout), socket_options)
        return DeadlineStream(stream, self._left, self._extend)

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self._backend.sleep(seconds)

    def _extend(self, size: int) -> None:
        self.until += size / _RATE

    def _left(self, timeout: float | None) -> float | None:
        left = self.until - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the time for the whole answer is over")
        return left if timeout is None else min(timeout, left)


class ServerSession:
    """What Chroma's client sends its requests with.

    Args:
        access: Where to, and how to get in.
    """

    def __init__(self, access: ServerAccess) -> None:
        self._access = access
        self._http = httpx.Client(
            timeout=access.timeout, verify=_build_verify(access), headers=access.build_headers(), follow_redirects=False
        )
        self._deadline = DeadlineBackend(httpcore.SyncBackend())
        for transport in (self._http._transport, *self._http._mounts.values()):
            if isinstance(transport, httpx.HTTPTransport):
                transport._pool._network_backend = self._deadline
        self.requests = 0

    @property
    def headers(self) -> httpx.Headers:
        """The headers of every request."""
        return self._http.headers

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def request(self, method: str, url: str, content: bytes = b"", params: Mapping[str, Any] | None = None) -> Any:
        """Send a request and return its answer, which is what Chroma's client knows what to do with.

        Raises:
            StoreUnreachable: There is none, or it is a refusal.
        """
        began = time.monotonic()
        for pause in (*_PAUSES, None):
            self._deadline.until = began + self._access.timeout + len(content) / _RATE
            left = self._deadline.until - time.monotonic()
            try:
                answer = self._send(method, url, content, params)
            except (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError) as error:
                if pause is None or pause > left:
                    raise self._build_error("broke off in the middle of its answer.", _HINT_RUNS) from error
                wait = pause
            except httpx.TransportError as error:
                raise self._explain_transport(error) from error
            else:
                wait = max(pause or 0.0, _read_retry_after(answer))
                if answer.status_code not in _PASSING or pause is None or wait > left:
                    return self._check_answer(answer)
            time.sleep(wait)
        raise AssertionError("the last try returns or raises")

    def _send(self, method: str, url: str, content: bytes, params: Mapping[str, Any] | None) -> httpx.Response:
        self.requests += 1
        request = self._http.build_request(method, url, content=content, params=params)
        return self._http.send(request)

    def _check_answer(self, answer: httpx.Response) -> httpx.Response:
        status = answer.status_code
        is_json = "json" in answer.headers.get("content-type", "")
        if answer.is_success and is_json:
            return answer
        if status in (400, 404, 409, 422) and is_json and b'"error"' in answer.content:
            return answer  # Chroma's own words: its client makes errors of them.
        raise self._explain_status(answer)

    def _explain_status(self, answer: httpx.Response) -> StoreUnreachable:
        status, text = answer.status_code, self._read_text(answer)
        if status in (401, 403):
            return self._explain_refusal(status, text)
        if status == 429:
            seconds = _read_retry_after(answer)
            wait = f" for {seconds:,.0f} s" if seconds else ""
            return self._build_error(f"asks to be left alone{wait} (429): too many requests.", _HINT_LATER)
        if answer.is_redirect:
            target = _hide_parts(answer.headers.get("location", ""))
            return self._build_error(
                f"sends requests on to {target} ({status}), which is not followed.",
                "If that is where it is now, give that address with --store.",
            )
        if status >= 500:
            return self._build_error(f"failed ({status}){text}.", f"See its log. {_HINT_LATER}")
        if answer.is_success:
            kind = answer.headers.get("content-type", "nothing of a kind").split(";")[0]
            return self._build_error(f"is none: it answers with {kind}.", "Check the address in --store, and its path.")
        return self._build_error(f"does not answer as expected ({status}){text}.", _HINT_RUNS)

    def _explain_refusal(self, status: int, text: str) -> StoreUnreachable:
        name = self._access.token_name or "the token"
        if not self._access.token:
            what = f"wants a token ({status}){text}."
            return self._build_error(
                what, "Keep it in a variable or the keyring and say which: --server-token-env NAME."
            )
        if status == 401:
            return self._build_error(
                f"does not take what {name} holds (401){text}.", "Check it, and server.token_header."
            )
        where = f"tenant {self._access.tenant or TENANT}, database {self._access.database or DATABASE}"
        return self._build_error(
            f"does not let {name} in here: {where} (403){text}.",
            "Check server.tenant and server.database, or its rights.",
        )

    def _explain_transport(self, error: httpx.TransportError) -> StoreUnreachable:
        text = str(error) or type(error).__name__
        if isinstance(error, httpx.ConnectTimeout):
            return self._build_error(f"cannot be reached within {self._access.timeout:g} s.", _HINT_RUNS)
        if isinstance(error, httpx.TimeoutException):
            return self._build_error(
                f"did not answer within {self._access.timeout:g} s.",
                "See its log, or wait longer: --server-timeout SECONDS. Nothing was lost.",
            )
        if "certificate" in text.lower():
            return self._build_error(
                f"has a certificate that is not trusted: {text}.", "Name the file of its authority: server.ca."
            )
        if isinstance(error, httpx.ConnectError):
            reason = explain_connection_failure(error, self._access.address.netloc)
            return self._build_error(f"does not answer: {self._access.hide_token(reason)}.", _HINT_RUNS)
        return self._build_error(f"does not answer as expected: {self._access.hide_token(text)}.", _HINT_RUNS)

    def _build_error(self, what: str, hint: str) -> StoreUnreachable:
        return StoreUnreachable(f"The Chroma server at {self._access.place} {what}", hint)

    def _read_text(self, answer: httpx.Response) -> str:
        """Read what an answer says, shortened, " (…)"; "" for a page."""
        text = answer.content[:20_000].decode(errors="replace")
        text = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
        text = "" if "<" in text else self._access.hide_token(_find_message(text))
        return f" ({text[:_REPEATED]})" if text else ""


def _find_message(text: str) -> str:
    """Find what JSON of an error says in words; text as it is."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    named = [value.get(name) for name in ("message", "detail", "error")] if isinstance(value, dict) else []
    return next((part for part in named if isinstance(part, str)), "")


def _build_verify(access: ServerAccess) -> ssl.SSLContext | bool:
    if access.ca is None:
        return True
    try:
        return ssl.create_default_context(cafile=str(access.ca))
    except (OSError, ssl.SSLError) as error:
        raise StoreUnreachable(
            f"The certificates in {access.ca} cannot be read: {error}.", "Let server.ca name a file in PEM."
        ) from error


def _read_retry_after(answer: httpx.Response) -> float:
    """Read the seconds that ``Retry-After`` names, as a number or a date; 0 for none."""
    header = answer.headers.get("retry-after", "").strip()
    if header.isascii() and header.isdigit() and len(header) <= 9:
        return float(header)
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return 0.0


def _hide_parts(location: str) -> str:
    """Return the address of a redirect without what may be a key in it."""
    try:
        url = httpx.URL(location)
    except httpx.InvalidURL:
        return "what is no address"
    return str(url.copy_with(username=None, password=None, query=None, fragment=None))[:_REPEATED] or "nowhere"
