"""Requests over HTTP: to no other host, no body without end, and not faster than a host allows.

The API key is added below everything that logs. Errors say what happened, at which host, what to do next; no key
stands in them.
"""

import json
import re
import time
import urllib.request
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, version
from ipaddress import ip_address
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
from tenacity import RetryCallState, wait_random_exponential

from store.connection_failures import explain_connection_failure
from store.providers.provider import Access, NoSuchPaper, Provider, ProviderUnavailable, RequestRefused

_LONGEST = 120.0
"""Seconds that a provider may ask to be left alone; beyond that the run ends. Chosen by hand."""

PASSING = {408, 425, 429, 500, 502, 503, 504}
"""Statuses of what passes: a request is made again."""
_OF_HOST = {429, 503}
_NO_KEY = {401, 403}
_HIDDEN = "(key hidden)"


class RetryLater(Exception):
    """A request failed in a way that passes.

    Args:
        reason: Completes "Crossref (host) …".
        seconds: How long the host asks to be left alone.
        is_of_host: Whether any other request would fare no better.
    """

    def __init__(self, reason: str, seconds: float = 0.0, is_of_host: bool = False) -> None:
        super().__init__(reason)
        self.seconds = seconds
        self.is_of_host = is_of_host


def make_wait(seconds: float) -> Callable[[RetryCallState], float]:
    """Make the wait between tries: as long as the host asks, and never less than what grows from try to try.

    Args:
        seconds: What the first wait is drawn from; each further one from twice as much, up to a minute.
    """
    backoff = wait_random_exponential(multiplier=seconds, min=1, max=60)

    def compute_wait(state: RetryCallState) -> float:
        fault = state.outcome.exception() if state.outcome else None
        return max(backoff(state), fault.seconds if isinstance(fault, RetryLater) else 0.0)

    return compute_wait


class AuthTransport(httpx.HTTPTransport):
    """Adds the API key where neither httpx's log nor its errors see it.

    Args:
        header: The header that carries it, or "".
        param: The parameter that carries it, or "".
        key: The key, or "".
        url: The provider's address, which says whether there is TLS and which proxy is asked.
    """

    def __init__(self, header: str, param: str, key: str, url: str) -> None:
        super().__init__(verify=url.startswith("https:"), proxy=_find_proxy(url))
        self._header, self._param, self._key = header, param, key

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a copy of the request that has the key."""
        if not self._key:
            return super().handle_request(request)
        url = request.url.copy_merge_params({self._param: self._key}) if self._param else request.url
        keyed = httpx.Request(
            request.method, url, headers=request.headers, stream=request.stream, extensions=request.extensions
        )
        if self._header:
            keyed.headers[self._header] = self._key
        return super().handle_request(keyed)


def build_user_agent(email: str) -> str:
    """Say who asks, and whom to write to."""
    try:
        number = version("conspectus")
    except PackageNotFoundError:
        number = "0"
    return f"conspectus/{number} (mailto:{email})" if email else f"conspectus/{number}"


def _find_proxy(url: str) -> str | None:
    """Find the proxy that environment and system name; this machine is asked directly."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if _is_loopback(host) or urllib.request.proxy_bypass(host):
        return None
    proxies = urllib.request.getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    return proxy if not proxy or "://" in proxy else f"http://{proxy}"


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


SLOWEST = 60.0
"""Most seconds between two requests, whatever a host says of its rate; chosen by hand."""


class RateLimiter:
    """When each host may be asked next. One run has one of it; it starts no thread.

    Args:
        wait: Waits so many seconds.
        clock: Seconds that only go forward.
        now: Seconds since 1970.
    """

    def __init__(
        self,
        wait: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.wait, self.clock, self.now = wait, clock, now
        self._asked: dict[str, float] = {}
        self._slower: dict[str, float] = {}

    def wait_for_turn(self, host: str, interval: float) -> None:
        """Wait until a host may be asked again; ``interval`` is what its documents say."""
        last = self._asked.get(host)
        if last is not None:
            left = last + max(interval, self._slower.get(host, 0.0)) - self.clock()
            if left > 0:
                self.wait(left)

    def start_interval(self, host: str) -> None:
        """Leave a host alone for the interval from now on: it has answered, or not."""
        self._asked[host] = self.clock()

    def set_rate(self, host: str, limit: str, interval: str) -> None:
        """Take what a host says of its rate: so many requests (``50``) in such a time (``1s``)."""
        requests, seconds = _parse_number(limit), _parse_number(interval.strip().removesuffix("s"))
        if requests and seconds:
            self._slower[host] = min(seconds / requests, SLOWEST)

    def parse_retry_after(self, header: str) -> float:
        """Read the seconds that ``Retry-After`` names, as a number or a date; 0 for none."""
        seconds = _parse_number(header)
        if seconds is not None:
            return seconds
        try:
            return max(0.0, parsedate_to_datetime(header).timestamp() - self.now())
        except (ValueError, TypeError, OverflowError):  # no date, and what no RFC knows
            return 0.0


def _parse_number(text: str) -> float | None:
    text = text.strip()
    plain = text.isascii() and text.replace(".", "", 1).isdigit() and len(text) <= 9
    return float(text) if plain else None


# Bytes of an answer: pages of 1000 papers with abstracts have a few million. Chosen by hand, as the next two are.
MAX_BODY = 50_000_000
# Redirects that are followed.
HOPS = 5
# How many timeouts a body may take in all: a host that sends a byte now and then would never end.
PATIENCE = 10


class Connections:
    """The connections to the providers."""

    def __init__(self, access: Access, pace: RateLimiter) -> None:
        self._access, self._pace = access, pace
        self._open: dict[str, httpx.Client] = {}

    def close(self) -> None:
        """Let go of the connections."""
        for http in self._open.values():
            http.close()

    def fetch_body(self, provider: Provider, address: str) -> bytes:
        """Return what a provider has under an address, which holds neither key nor contact.

        Raises:
            Again: It failed in a way that passes.
            Missing: There is no such paper.
            Refused: The provider does not take the request.
            Closed: There is no connection, or it sends the request to another host.
        """
        try:
            return self._follow_redirects(provider, httpx.URL(address))
        except (httpx.ConnectError, httpx.ProxyError) as fault:
            raise _build_unreachable_error(provider, httpx.URL(address).host, fault) from fault
        except httpx.TimeoutException as fault:
            raise RetryLater(f"does not answer within {self._access.timeout:g} s", is_of_host=True) from fault
        except (httpx.TransportError, httpx.DecodingError) as fault:
            raise RetryLater("breaks off in the middle of its answer") from fault

    def _follow_redirects(self, provider: Provider, url: httpx.URL) -> bytes:
        for _ in range(HOPS):
            with self._get_connection(provider).stream("GET", url, params=self._add_contact(provider, url)) as response:
                limits = (response.headers.get(f"x-rate-limit-{name}", "") for name in ("limit", "interval"))
                self._pace.set_rate(url.netloc.decode(), *limits)
                if not response.has_redirect_location:
                    return self._read_response(provider, response)
                after = _parse_redirect(provider, response)
            if not _is_same_place(url, after):
                what = f"{provider.LABEL} ({url.host}) sends the request on to another host, {after.host}."
                raise ProviderUnavailable(
                    what, f"If that is where it is now, set {provider.NAME}_url in [providers] to it."
                )
            url = after
        raise RequestRefused(f"{provider.LABEL} ({url.host}) sends the request round in circles.", "Try again later.")

    def _read_response(self, provider: Provider, response: httpx.Response) -> bytes:
        body = self._read_bytes(provider, response)
        if response.is_success:
            return body
        seconds = self._pace.parse_retry_after(response.headers.get("retry-after", ""))
        raise _build_http_error(provider, response, body, seconds, self._access.key(provider.NAME))

    def _read_bytes(self, provider: Provider, response: httpx.Response) -> bytes:
        until = self._pace.clock() + PATIENCE * self._access.timeout
        body = bytearray()
        for piece in response.iter_bytes():
            body += piece
            if len(body) > MAX_BODY:
                what = f"{provider.LABEL} ({response.url.host}) answers with more than {MAX_BODY // 1_000_000} MB."
                raise RequestRefused(what, "Ask for less at once.")
            if self._pace.clock() > until:
                raise RetryLater("sends its answer too slowly", is_of_host=True)
        return bytes(body)

    def _add_contact(self, provider: Provider, url: httpx.URL) -> httpx.QueryParams:
        email = self._access.email
        contact = {name: value.format(email=email) for name, value in provider.CONTACT if email or "{" not in value}
        return url.params.merge(contact)

    def _get_connection(self, provider: Provider) -> httpx.Client:
        if provider.NAME not in self._open:
            self._open[provider.NAME] = httpx.Client(
                transport=self._build_transport(provider),
                headers={"user-agent": build_user_agent(self._access.email)},
                timeout=self._access.timeout,
                follow_redirects=False,
            )
        return self._open[provider.NAME]

    def _build_transport(self, provider: Provider) -> AuthTransport:
        url, key = self._access.url(provider.NAME), self._access.key(provider.NAME)
        try:
            return AuthTransport(provider.KEY_HEADER, provider.KEY_PARAM, key, url)
        except (ImportError, ValueError):  # not chained: there may be a password in the proxy's address
            what = f"{provider.LABEL} cannot be asked: the proxy that the environment names is none that can be used."
            raise ProviderUnavailable(what, "Let HTTPS_PROXY be like http://proxy:8080, or unset it.") from None


def _parse_redirect(provider: Provider, response: httpx.Response) -> httpx.URL:
    """Read where a redirect leads, without the key that it may repeat."""
    try:
        after = response.url.join(response.headers["location"])
    except httpx.InvalidURL as fault:
        raise RetryLater("sends the request on to what is no address") from fault
    return after.copy_remove_param(provider.KEY_PARAM) if provider.KEY_PARAM in after.params else after


def _is_same_place(before: httpx.URL, after: httpx.URL) -> bool:
    """Return whether a redirect stays on the host, and does not fall back from TLS."""
    same = (before.scheme, before.port) == (after.scheme, after.port)
    return before.host == after.host and (same or (before.scheme == "http" and after.scheme == "https"))


def _build_http_error(provider: Provider, response: httpx.Response, body: bytes, seconds: float, key: str) -> Exception:
    """Build the error for a status other than success; ``seconds`` are those of its ``Retry-After``."""
    status, place = response.status_code, f"{provider.LABEL} ({response.url.host})"
    detail = _read_detail(body, key)
    if status in (404, 410):
        return build_no_paper_error(provider)
    if status in PASSING and seconds > _LONGEST:
        return ProviderUnavailable(f"{place} asks to be left alone for {seconds:,.0f} s.", "Run it again after that.")
    if status in PASSING:
        return RetryLater(f"answers with the error {status}{detail}", seconds, status in _OF_HOST)
    what = f"{place} refuses the request with the error {status}{detail}."
    if status not in _NO_KEY:
        return RequestRefused(what, "Change what is asked.")
    keyed = provider.KEY_HEADER or provider.KEY_PARAM
    return ProviderUnavailable(
        what, f"Check the key that {provider.NAME}_key_env names." if keyed else "Try again later."
    )


def build_no_paper_error(provider: Provider) -> NoSuchPaper:
    """Build the error for what a provider does not have."""
    return NoSuchPaper(f"{provider.LABEL} has no such paper.", "Check the reference, or try another provider.")


def _build_unreachable_error(provider: Provider, host: str, fault: Exception) -> ProviderUnavailable:
    """Build the error for a host to which there is no connection."""
    return ProviderUnavailable(
        f"{provider.LABEL} ({host}) cannot be reached: {explain_connection_failure(fault, host)}.",
        "Check the network; then the same command goes on from there.",
    )


def _read_detail(body: bytes, key: str) -> str:
    """Read what the body tells of the error, shortened; "" for a page."""
    text = body[:20_000].decode(errors="replace")
    try:
        text = _find_message(json.loads(text))
    except (ValueError, RecursionError):
        text = "" if "<" in text else text
    return quote_detail(text, key)


def quote_detail(text: str, key: str) -> str:
    """Quote what a server says of an error, in brackets, on one line, shortened and without the key; "" for nothing."""
    text = hide_key(text, key)
    text = re.sub(r"\s+", " ", "".join(letter if letter.isprintable() else " " for letter in text)).strip(" .")
    return f" ({text[:200]})" if text else ""


def hide_key(text: str, key: str) -> str:
    """Hide a key in a text, also as it stands in an address."""
    for secret in {key, quote(key, safe="")} - {""}:
        text = text.replace(secret, _HIDDEN)
    return text


def _find_message(value: Any) -> str:
    """Find the first text under a name that errors have."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return _find_message(value[0]) if value else ""
    if isinstance(value, dict):
        return next((_find_message(value[name]) for name in ("message", "error", "detail") if value.get(name)), "")
    return ""
