"""Which model is to answer: one that a server on this machine offers, or one that is named."""

import asyncio
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from textual.app import App

from assistant import Assistant
from assistant.settings import Settings
from tui.dialogs.ask import TextDialog
from tui.dialogs.choose import Choice, ChoiceDialog
from tui.settings.screen import with_model

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


_NAMED, _NONE = "named", "none"
_NAME = "Which model answers? PROVIDER:NAME as in openai:gpt-4o-mini; nothing for none. F7 has its address."
_NO_SERVER = "No server of this machine offers one (Ollama, LM Studio and llama.cpp were asked)."


async def choose_model(app: App[Any], settings: Settings) -> Settings | None:
    """Let one be chosen, and return the settings with it; None where nothing is to change.

    Raises:
        InputError: It cannot be a model's name.
    """
    models = await asyncio.to_thread(find_local_models)
    chosen: str | None = _NAMED
    if models:
        choices = [Choice(str(place), model.name, model.server) for place, model in enumerate(models)]
        others = [Choice(_NAMED, "Another one, by its name"), Choice(_NONE, "None", "answers are quoted")]
        chosen = await app.push_screen_wait(ChoiceDialog("Which model answers?", [*choices, *others]))
    if chosen is None:
        return None
    if chosen == _NONE:
        return with_model(settings, "")
    if chosen == _NAMED:
        dialog = TextDialog(_NAME if models else f"{_NO_SERVER}\n{_NAME}", settings.chat.model, empty=True)
        name: str | None = await app.push_screen_wait(dialog)
        return None if name is None else with_model(settings, name)
    model = models[int(chosen)]
    return with_model(settings, model.name, model.base_url)


def try_model(settings: Settings) -> str:
    """Ask the model that answers a real question, as ``doctor`` does; returns what is wrong with it, "" for nothing."""
    without = settings.model_copy(update={"embedding": Settings().embedding, "report": settings.chat})
    failed = [check for check in Assistant.probe_models(without) if not check.ok]
    return " ".join(filter(None, (failed[0].detail, failed[0].hint))) if failed else ""
