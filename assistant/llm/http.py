"""HTTP for models: requests go where the settings say, and nowhere else.

``EndpointHttp`` asks an endpoint by the HTTP client that OpenAI's package brings. That package takes longer to load
than all else of an answer: only what needs it (batches, embeddings) loads it, with a client from here. It reads the
environment (proxies, organisation, headers), follows redirects and waits up to two minutes where a server asks it to.
Here redirects are refused, nothing from the environment reaches another endpoint than OpenAI's, this machine is asked
directly, and a wait that is longer than the timeout ends in an error that names it.
"""

import random
from functools import cached_property
from typing import Any

import httpx2
from pydantic import SecretStr

from assistant.llm.chat import Json
from assistant.llm.model_errors import read_retry_after
from assistant.settings import ModelSettings

# Where no key is needed OpenAI's client wants one nevertheless.
NO_KEY = "none"
# Seconds for a connection; chosen by hand, not measured.
_CONNECT = 10.0
_NEEDED = {
    *("accept", "accept-encoding", "authorization", "connection", "content-length", "content-type", "host"),
    *("transfer-encoding", "user-agent"),
}
# Connections at a time, those that are kept among them, and seconds before the first and before each further try, which
# takes twice as long as the one before it: all as OpenAI's client has them.
_LIMITS = httpx2.Limits(max_connections=1000, max_keepalive_connections=100)
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 8.0


class StatusError(Exception):
    """A server answered with an error.

    Attributes:
        status_code: Of the answer.
        response: The answer, which has been read.
    """

    def __init__(self, response: httpx2.Response) -> None:
        super().__init__(f"Error code: {response.status_code}")
        self.status_code = response.status_code
        self.response = response


class EndpointHttp:
    """Asks one endpoint. A request that fails is told to the caller, who sends it again: see ``compute_wait``."""

    def __init__(self, settings: ModelSettings, key: SecretStr | None) -> None:
        self._settings = settings
        self._key = key

    @cached_property
    def _client(self) -> httpx2.AsyncClient:
        return build_async_client(self._settings, self._key)

    async def send(self, path: str, body: Json) -> httpx2.Response:
        """Send a request and return its answer, whose body has not been read: close it.

        Raises:
            StatusError: The answer is an error.
            httpx2.HTTPError: There is none.
        """
        request = self._client.build_request("POST", f"{self._settings.endpoint.rstrip('/')}{path}", json=body)
        response = await self._client.send(request, stream=True)
        if response.is_success:
            return response
        try:
            await response.aread()
        finally:
            await response.aclose()
        raise StatusError(response)

    def compute_wait(self, error: Exception, tried: int) -> float | None:
        """Compute the seconds to wait before a request that failed is sent again; None where that is of no use.

        A server that says that it is busy, or that fails in itself, may do better the next time, and so may a
        connection. Some say in a header whether to try again, and after how long.

        Args:
            error: What ``send`` raised.
            tried: How often it was sent again already.
        """
        if tried >= self._settings.retries or not isinstance(error, StatusError | httpx2.TransportError):
            return None
        asked = None
        if isinstance(error, StatusError):
            headers, status = error.response.headers, error.status_code
            advice = headers.get("x-should-retry")
            passing = status in (408, 409, 429) or status >= 500
            if advice == "false" or not (passing or advice == "true"):
                return None
            asked = read_retry_after(headers)
        if asked is not None and asked > 0:
            return asked
        return min(_FIRST_WAIT * 2.0 ** min(tried, 10), _LONGEST_WAIT) * random.uniform(0.75, 1.0)


def build_timeouts(settings: ModelSettings) -> httpx2.Timeout:
    """Build the timeouts of one try: for the connection, and for each piece of the answer as the settings say."""
    longest = max(settings.timeout, settings.stall)
    return httpx2.Timeout(settings.timeout, connect=min(settings.timeout, _CONNECT), read=longest)


def build_client(settings: ModelSettings, key: SecretStr | None) -> httpx2.Client:
    """Build a client for threads; it keeps its connections, and closes them when it is no longer used."""
    rules = _Rules(settings, key)
    hooks: dict[str, Any] = {"request": [rules.request], "response": [rules.response]}
    return _Client(event_hooks=hooks, **_build_options(settings))


def build_async_client(settings: ModelSettings, key: SecretStr | None) -> httpx2.AsyncClient:
    """Build a client for event loops, any number of them.

    A connection belongs to the loop that opened it, and breaks when it is used from the next one; so none is kept.
    """
    rules = _Rules(settings, key)
    hooks: dict[str, Any] = {"request": [rules.arequest], "response": [rules.aresponse]}
    return httpx2.AsyncClient(headers={"Connection": "close"}, event_hooks=hooks, **_build_options(settings))


def _build_options(settings: ModelSettings) -> Json:
    # Without TLS nobody looks at the certificates, and loading them takes longer than the question.
    plain = settings.is_local and settings.endpoint.startswith("http:")
    return {
        "timeout": build_timeouts(settings),
        "limits": _LIMITS,
        "follow_redirects": False,
        "trust_env": not settings.is_local,
        "verify": not plain,
    }


class _Client(httpx2.Client):
    def __del__(self) -> None:
        self.close()


class _Rules:
    """What holds for every request and response."""

    def __init__(self, settings: ModelSettings, key: SecretStr | None) -> None:
        self._settings = settings
        self._key = key

    def request(self, request: httpx2.Request) -> None:
        """To another endpoint than OpenAI's goes what it needs, and no more."""
        if not self._settings.is_openai:
            for name in [name for name in request.headers if name not in _NEEDED]:
                del request.headers[name]
        request.headers["authorization"] = f"Bearer {self._key.get_secret_value() if self._key else NO_KEY}"

    def response(self, response: httpx2.Response) -> None:
        """Do not wait for longer than the timeout."""
        wait = read_retry_after(response.headers)
        if wait is not None and wait > self._settings.timeout:
            response.headers["x-should-retry"] = "false"

    async def arequest(self, request: httpx2.Request) -> None:
        """``request``, as event loops want it."""
        self.request(request)

    async def aresponse(self, response: httpx2.Response) -> None:
        """``response``, as event loops want it."""
        self.response(response)
