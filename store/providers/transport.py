"""One request over the wire: to no other host, and no body without end.

How a provider is connected to: its key below everything that logs, its proxy, who asks.

Not faster than a host allows, and how long it asks to be left alone.
"""

import time
import urllib.request
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, version
from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx

from store.providers.base import Access, Closed, Provider, Refused
from store.providers.errors import Again, http_error, unreachable


class Keyed(httpx.HTTPTransport):
    """Adds the API key where neither httpx's log nor its errors see it.

    Args:
        header: The header that carries it, or "".
        param: The parameter that carries it, or "".
        key: The key, or "".
        url: The provider's address, which says whether there is TLS and which proxy is asked.
    """

    def __init__(self, header: str, param: str, key: str, url: str) -> None:
        super().__init__(verify=url.startswith("https:"), proxy=_proxy(url))
        self._header, self._param, self._key = header, param, key

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a copy of the request that has the key."""
        if not self._key:
            return super().handle_request(request)
        url = request.url.copy_merge_params({self._param: self._key}) if self._param else request.url
        keyed = httpx.Request(request.method, url, headers=request.headers, extensions=request.extensions)
        if self._header:
            keyed.headers[self._header] = self._key
        return super().handle_request(keyed)


def user_agent(email: str) -> str:
    """Who asks, and whom to write to."""
    try:
        number = version("conspectus")
    except PackageNotFoundError:
        number = "0"
    return f"conspectus/{number} (mailto:{email})" if email else f"conspectus/{number}"


def _proxy(url: str) -> str | None:
    """What the environment and the system say; this machine is asked directly."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if _is_loopback(host) or urllib.request.proxy_bypass(host):
        return None
    known = urllib.request.getproxies()
    proxy = known.get(parts.scheme) or known.get("all")
    return proxy if not proxy or "://" in proxy else f"http://{proxy}"


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


SLOWEST = 60.0
"""Seconds between two requests, whatever a host says of its rate."""


class Pace:
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

    def before(self, host: str, interval: float) -> None:
        """Wait until a host may be asked again; ``interval`` is what its documents say."""
        last = self._asked.get(host)
        if last is not None:
            left = last + max(interval, self._slower.get(host, 0.0)) - self.clock()
            if left > 0:
                self.wait(left)

    def after(self, host: str) -> None:
        """A host has answered, or not: from now on it is left alone for the interval."""
        self._asked[host] = self.clock()

    def told(self, host: str, limit: str, interval: str) -> None:
        """Take what a host says of its rate: so many requests (``50``) in such a time (``1s``)."""
        requests, seconds = _number(limit), _number(interval.strip().removesuffix("s"))
        if requests and seconds:
            self._slower[host] = min(seconds / requests, SLOWEST)

    def asked_to_wait(self, header: str) -> float:
        """The seconds that ``Retry-After`` names, as a number or a date; 0 for none."""
        seconds = _number(header)
        if seconds is not None:
            return seconds
        try:
            return max(0.0, parsedate_to_datetime(header).timestamp() - self.now())
        except (ValueError, TypeError, OverflowError):  # no date, and what no RFC knows
            return 0.0


def _number(text: str) -> float | None:
    text = text.strip()
    plain = text.isascii() and text.replace(".", "", 1).isdigit() and len(text) <= 9
    return float(text) if plain else None


MAX_BODY = 50_000_000
HOPS = 5
# How many timeouts a body may take in all: a host that sends a byte now and then would never end.
PATIENCE = 10


class Wire:
    """The connections to the providers."""

    def __init__(self, access: Access, pace: Pace) -> None:
        self._access, self._pace = access, pace
        self._open: dict[str, httpx.Client] = {}

    def close(self) -> None:
        """Let go of the connections."""
        for http in self._open.values():
            http.close()

    def body(self, provider: Provider, address: str) -> bytes:
        """What a provider has under an address, which holds neither key nor contact.

        Raises:
            Again: It failed in a way that passes.
            Missing: There is no such paper.
            Refused: The provider does not take the request.
            Closed: There is no connection, or it sends the request to another host.
        """
        try:
            return self._followed(provider, httpx.URL(address))
        except (httpx.ConnectError, httpx.ProxyError) as fault:
            raise unreachable(provider, httpx.URL(address).host, fault) from fault
        except httpx.TimeoutException as fault:
            raise Again(f"does not answer within {self._access.timeout:g} s", is_of_host=True) from fault
        except (httpx.TransportError, httpx.DecodingError) as fault:
            raise Again("breaks off in the middle of its answer") from fault

    def _followed(self, provider: Provider, url: httpx.URL) -> bytes:
        for _ in range(HOPS):
            with self._connected(provider).stream("GET", url, params=self._contact(provider, url)) as response:
                limits = (response.headers.get(f"x-rate-limit-{name}", "") for name in ("limit", "interval"))
                self._pace.told(url.netloc.decode(), *limits)
                if not response.has_redirect_location:
                    return self._read(provider, response)
                after = _redirected(provider, response)
            if not _is_same_place(url, after):
                what = f"{provider.LABEL} ({url.host}) sends the request on to another host, {after.host}."
                raise Closed(what, f"If that is where it is now, set {provider.NAME}_url in [providers] to it.")
            url = after
        raise Refused(f"{provider.LABEL} ({url.host}) sends the request round in circles.", "Try again later.")

    def _read(self, provider: Provider, response: httpx.Response) -> bytes:
        body = self._bytes(provider, response)
        if response.is_success:
            return body
        seconds = self._pace.asked_to_wait(response.headers.get("retry-after", ""))
        raise http_error(provider, response, body, seconds, self._access.key(provider.NAME))

    def _bytes(self, provider: Provider, response: httpx.Response) -> bytes:
        until = self._pace.clock() + PATIENCE * self._access.timeout
        body = bytearray()
        for piece in response.iter_bytes():
            body += piece
            if len(body) > MAX_BODY:
                what = f"{provider.LABEL} ({response.url.host}) answers with more than {MAX_BODY // 1_000_000} MB."
                raise Refused(what, "Ask for less at once.")
            if self._pace.clock() > until:
                raise Again("sends its answer too slowly", is_of_host=True)
        return bytes(body)

    def _contact(self, provider: Provider, url: httpx.URL) -> httpx.QueryParams:
        email = self._access.email
        told = {name: value.format(email=email) for name, value in provider.CONTACT if email or "{" not in value}
        return url.params.merge(told)

    def _connected(self, provider: Provider) -> httpx.Client:
        if provider.NAME not in self._open:
            self._open[provider.NAME] = httpx.Client(
                transport=self._transport(provider),
                headers={"user-agent": user_agent(self._access.email)},
                timeout=self._access.timeout,
                follow_redirects=False,
            )
        return self._open[provider.NAME]

    def _transport(self, provider: Provider) -> Keyed:
        url, key = self._access.url(provider.NAME), self._access.key(provider.NAME)
        try:
            return Keyed(provider.KEY_HEADER, provider.KEY_PARAM, key, url)
        except (ImportError, ValueError):  # not chained: there may be a password in the proxy's address
            what = f"{provider.LABEL} cannot be asked: the proxy that the environment names is none that can be used."
            raise Closed(what, "Let HTTPS_PROXY be like http://proxy:8080, or unset it.") from None


def _redirected(provider: Provider, response: httpx.Response) -> httpx.URL:
    """Where a redirect leads, without the key that it may repeat."""
    try:
        after = response.url.join(response.headers["location"])
    except httpx.InvalidURL as fault:
        raise Again("sends the request on to what is no address") from fault
    return after.copy_remove_param(provider.KEY_PARAM) if provider.KEY_PARAM in after.params else after


def _is_same_place(before: httpx.URL, after: httpx.URL) -> bool:
    """Whether a redirect stays on the host, and does not fall back from TLS."""
    same = (before.scheme, before.port) == (after.scheme, after.port)
    return before.host == after.host and (same or (before.scheme == "http" and after.scheme == "https"))
