"""How a provider is connected to: its key below everything that logs, its proxy, who asks."""

import urllib.request
from importlib.metadata import PackageNotFoundError, version
from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx


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
