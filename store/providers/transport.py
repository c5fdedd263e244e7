"""One request over the wire: to no other host, and no body without end."""

import httpx

from store.providers.access import Access
from store.providers.base import Closed, Provider, Refused
from store.providers.errors import Again, http_error, unreachable
from store.providers.keyed import Keyed, user_agent
from store.providers.pace import Pace

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
