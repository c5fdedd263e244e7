"""Which model is to answer: one that a server on this machine offers, or one that is named."""

import asyncio
from typing import Any

from textual.app import App

from assistant import Assistant
from assistant.settings import Settings
from tui.dialogs.ask import TextDialog
from tui.dialogs.choose import Choice, ChoiceDialog
from tui.settings.form import with_model
from tui.settings.local_models import find_local_models

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
