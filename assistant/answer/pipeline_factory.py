"""From settings to the pipeline that they ask for."""

from functools import partial
from typing import TYPE_CHECKING

from assistant.answer.model import Model
from assistant.answer.pipeline import AnswerPipeline
from assistant.cache import AnswerCache
from assistant.llm.connect import connect_chat_model
from assistant.llm.model_errors import describe_model, explain_error
from assistant.llm.model_limits import choose_context, compute_cost
from assistant.settings import ASSUMED_CONTEXT, ModelSettings, Settings
from prompts import Prompts
from store.library import Library

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


def build_pipeline(library: Library, settings: Settings, chat: "BaseChatModel | None" = None) -> AnswerPipeline | None:
    """Build the pipeline that settings ask for; None where they name no model.

    Args:
        library: What may be cited.
        settings: The chat role, the folder of prompts and the cache are taken from them.
        chat: A model to use in place of the one that they name.

    Raises:
        InputError: The model is not named in full, its key or its package is missing, or a prompt is broken.
    """
    if chat is not None:
        model = _wrap_model(chat)
    elif settings.chat.model:
        model = _connect_model(settings.chat)
    else:
        return None
    cache = AnswerCache(library.folder / "answers") if settings.cache else None
    return AnswerPipeline(library, model, Prompts(settings.prompts), cache)


def _connect_model(settings: ModelSettings) -> Model:
    chat = connect_chat_model(settings)
    price = partial(compute_cost, settings.name) if settings.is_openai else None
    terms = getattr(chat, "terms", None)  # Of an endpoint; models of other providers are asked for plain text.
    plain = settings.provider != "openai" or (terms is not None and terms.response_format == "none")
    return Model(
        chat,
        settings.name,
        choose_context(settings, chat),
        getattr(chat, "most_output", settings.max_output),
        False if plain else None,
        price,
        explain=lambda error: explain_error(error, settings),
        title=describe_model(settings),
        identity=f"{settings.endpoint} {settings.temperature} {settings.max_output}"
        + ("" if settings.reasoning == "auto" else f" {settings.reasoning}"),
    )


def _wrap_model(chat: "BaseChatModel") -> Model:
    """A model that the caller made, of which little is known."""
    name = str(getattr(chat, "model_name", "") or type(chat).__name__)
    kind = chat._llm_type
    about = ModelSettings(model=f"{kind}:{name}")
    return Model(chat, name, ASSUMED_CONTEXT, explain=lambda error: explain_error(error, about), identity=kind)
