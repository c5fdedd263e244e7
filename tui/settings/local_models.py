"""Models that servers on this machine offer: Ollama, llama.cpp, LM Studio, at the ports that they take unasked."""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

SERVERS: Mapping[str, int] = {"Ollama": 11434, "LM Studio": 1234, "llama.cpp": 8080}
"""Their ports, by what the servers are called."""
# Seconds for an answer: a server of this machine that runs answers at once. Chosen by hand.
_TIMEOUT = 0.5
# Bytes that are read of a list, and models that are shown of a server. Chosen by hand.
_MOST_BYTES, _MOST_MODELS = 1_000_000, 50


class LocalModel(NamedTuple):
    """A model on this machine.

    Attributes:
        name: As the server calls it.
        base_url: Where it is asked.
        server: What the server is called.
    """

    name: str
    base_url: str
    server: str


def find_local_models(servers: Mapping[str, int] = SERVERS) -> list[LocalModel]:
    """Ask each server which models it has; one that does not answer has none. No key is sent, and no proxy asked."""
    with ThreadPoolExecutor(len(servers) or 1) as threads:
        return [model for models in threads.map(_list_models, servers, servers.values()) for model in models]


def _list_models(server: str, port: int) -> list[LocalModel]:
    base_url = f"http://127.0.0.1:{port}/v1"
    try:
        with build_opener(ProxyHandler({})).open(f"{base_url}/models", timeout=_TIMEOUT) as reply:
            listed = json.loads(reply.read(_MOST_BYTES))
    except (OSError, URLError, ValueError):
        return []
    entries = listed.get("data") if isinstance(listed, dict) else None
    names = [entry.get("id") for entry in entries or () if isinstance(entry, dict)] if isinstance(entries, list) else []
    return [LocalModel(name, base_url, server) for name in names if isinstance(name, str) and name][:_MOST_MODELS]
