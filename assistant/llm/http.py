"""HTTP clients for models: they go where the settings say, and nowhere else.

OpenAI's client reads the environment (proxies, organisation, headers), follows redirects and waits up to two minutes
where a server asks it to. Here redirects are refused, nothing from the environment reaches another endpoint than
OpenAI's, this machine is asked directly, and a wait that is longer than the timeout ends in an error that names it.
"""

from typing import Any

import openai
from pydantic import SecretStr

from assistant.llm.chunk_stream import ChunkStream, Delta
from assistant.llm.model_errors import read_retry_after
from assistant.settings import ModelSettings

# Where no key is needed the client wants one nevertheless.
NO_KEY = "none"
# Seconds for a connection; chosen by hand, not measured.
_CONNECT = 10.0
# What a request may have beside its body, as langchain and as OpenAI's client call it.
_BESIDE = {"extra_headers": "headers", "extra_query": "params", "extra_body": "extra_json", "timeout": "timeout"}
_NEEDED = {
    *("accept", "accept-encoding", "authorization", "connection", "content-length", "content-type", "host"),
    *("transfer-encoding", "user-agent"),
}


def build_timeouts(settings: ModelSettings) -> openai.Timeout:
    """Build the timeouts of one try: for the connection, and for each piece of the answer as the settings say."""
    longest = max(settings.timeout, settings.stall)
    return openai.Timeout(settings.timeout, connect=min(settings.timeout, _CONNECT), read=longest)


def build_client(settings: ModelSettings, key: SecretStr | None) -> Any:
    """Build a client for threads; it keeps its connections, and closes them when it is no longer used."""
    rules = _Rules(settings, key)
    hooks: dict[str, Any] = {"request": [rules.request], "response": [rules.response]}
    return _Client(event_hooks=hooks, **_build_options(settings))


def build_async_client(settings: ModelSettings, key: SecretStr | None) -> Any:
    """Build a client for event loops, any number of them.

    A connection belongs to the loop that opened it, and breaks when it is used from the next one; so none is kept.
    """
    rules = _Rules(settings, key)
    hooks: dict[str, Any] = {"request": [rules.arequest], "response": [rules.aresponse]}
    return openai.DefaultAsyncHttpxClient(
        headers={"Connection": "close"}, event_hooks=hooks, **_build_options(settings)
    )


async def open_stream(client: openai.AsyncOpenAI, payload: dict[str, Any]) -> ChunkStream:
    """Send a request for a chat completion, and read its answer as ``ChunkStream`` does.

    OpenAI's client makes objects of the chunks, which langchain turns back; together that takes longer than all else of
    a token, and neither reads what is not quite OpenAI's.
    """
    options: Any = {_BESIDE[name]: payload[name] for name in _BESIDE.keys() & payload.keys()}
    body = {name: value for name, value in payload.items() if name not in _BESIDE}
    return await client.post(
        "/chat/completions", cast_to=Delta, body=body, options=options, stream=True, stream_cls=ChunkStream
    )


def _build_options(settings: ModelSettings) -> dict[str, Any]:
    # Without TLS nobody looks at the certificates, and loading them takes longer than the question.
    plain = settings.is_local and settings.endpoint.startswith("http:")
    return {
        "timeout": build_timeouts(settings),
        "follow_redirects": False,
        "trust_env": not settings.is_local,
        "verify": not plain,
    }


class _Client(openai.DefaultHttpxClient):
    def __del__(self) -> None:
        self.close()


class _Rules:
    """What holds for every request and response."""

    def __init__(self, settings: ModelSettings, key: SecretStr | None) -> None:
        self._settings = settings
        self._key = key

    def request(self, request: Any) -> None:
        """To another endpoint than OpenAI's goes what it needs, and no more."""
        if self._settings.is_openai:
            return
        for name in [name for name in request.headers if name not in _NEEDED]:
            del request.headers[name]
        request.headers["authorization"] = f"Bearer {self._key.get_secret_value() if self._key else NO_KEY}"

    def response(self, response: Any) -> None:
        """Do not wait for longer than the timeout."""
        wait = read_retry_after(response.headers)
        if wait is not None and wait > self._settings.timeout:
            response.headers["x-should-retry"] = "false"

    async def arequest(self, request: Any) -> None:
        """``request``, as event loops want it."""
        self.request(request)

    async def aresponse(self, response: Any) -> None:
        """``response``, as event loops want it."""
        self.response(response)
