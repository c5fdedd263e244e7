"""From settings to the pipeline that they ask for."""

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from assistant.answer.model import Model
from assistant.answer.pipeline import AnswerPipeline
from assistant.cache import AnswerCache, Cache
from assistant.llm.connect import connect_chat_model, look_up_key
from assistant.llm.model_errors import describe_model, explain_error
from assistant.llm.model_limits import choose_context, find_price
from assistant.settings import ASSUMED_CONTEXT, ModelSettings, Settings
from assistant.verify.entailment import SecondStage
from prompts import Prompts
from store.errors import InputError
from store.library import Library

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


def build_pipeline(
    library: Library, settings: Settings, chat: "BaseChatModel | None" = None, stage: SecondStage | None = None
) -> AnswerPipeline | None:
    """Build the pipeline that settings ask for; None where they name no model.

    Args:
        library: What may be cited.
        settings: The chat role, the folder of prompts and the cache are taken from them.
        chat: A model to use in place of the one that they name.
        stage: Who looks at the sense of what the model writes; None for nobody.

    Raises:
        InputError: The model is not named in full, its key or its package is missing, or a prompt is broken.
    """
    if chat is not None:
        model = _wrap_model(chat)
    elif settings.chat.model:
        model = connect_model(settings.chat)
    else:
        return None
    cache = AnswerCache(library.folder / "answers") if settings.cache else None
    return AnswerPipeline(library, model, Prompts(settings.prompts), cache, stage)


def build_second_stage(library: Library, settings: Settings, chat: "BaseChatModel | None" = None) -> SecondStage | None:
    """Build the second stage that settings ask for; None where they ask for none.

    Args:
        library: Where decisions are kept.
        settings: The role ``check``, the folder of prompts and the cache are taken from them.
        chat: A model to use in place of the one that they name.

    Raises:
        InputError: No model is named, or not in full, its key or its package is missing, or a prompt is broken.
    """
    if settings.check.second_stage == "none":
        return None
    if settings.check.second_stage == "learned":
        return _open_cross_encoder(settings.check.folder)
    from assistant.llm.judge import KeptRating, ModelJudge  # late: most answers have no judge

    cache = Cache(library.folder / "decisions", KeptRating) if settings.cache else None
    prompts = Prompts(settings.prompts)
    if chat is not None:
        return ModelJudge(_wrap_model(chat), prompts, cache)
    about: ModelSettings = settings.check
    if not about.model:
        raise InputError(
            "There is no model to look at the sense of claims.",
            "Name one as the judge, for example openai:gpt-4o-mini, or as model in the table [check] of the settings.",
        )
    return ModelJudge(connect_model(about), prompts, cache, about.timeout * (about.retries + 1) + about.stall)


def _open_cross_encoder(folder: Path | None) -> SecondStage:
    from assistant.verify.learned_cross_encoder import CrossEncoder  # late: it loads onnxruntime

    if folder is None:
        raise InputError(
            "There is no cross-encoder to look at the sense of claims: none is shipped.",
            "Name the folder of one with folder in the table [check] of the settings (docs/cross-encoder.md).",
        )
    return CrossEncoder(folder.expanduser())


def connect_model(settings: ModelSettings, key: SecretStr | None = None) -> Model:
    """Connect to a model as the pipeline asks it; nothing is sent before it is asked.

    Args:
        settings: Of the role.
        key: Its API key; None looks it up.

    Raises:
        InputError: The model is not named in full, its key or its package is missing.
    """
    chat = connect_chat_model(settings, key)
    terms = getattr(chat, "terms", None)  # Of an endpoint; models of other providers are asked for plain text.
    plain = settings.provider != "openai" or (terms is not None and terms.response_format == "none")
    key = key or look_up_key(settings)
    return Model(
        chat,
        settings.name,
        choose_context(settings, chat),
        getattr(chat, "most_output", settings.max_output),
        False if plain else None,
        find_price(settings),
        explain=lambda error: explain_error(error, settings),
        title=describe_model(settings),
        identity=f"{settings.endpoint} {settings.temperature} {settings.max_output}"
        + ("" if settings.reasoning == "auto" else f" {settings.reasoning}"),
        key=key,
        note=_note_open_key(settings) if key else "",
    )


def _note_open_key(settings: ModelSettings) -> str:
    """Note that a key goes over the network for everybody on it to read; "" where it does not."""
    if settings.is_local or not settings.endpoint.startswith("http:"):
        return ""
    return f"the API key goes to {settings.host} in the clear (http); give its address with https, and change the key"


def _wrap_model(chat: "BaseChatModel") -> Model:
    """A model that the caller made, of which little is known."""
    name = str(getattr(chat, "model_name", "") or type(chat).__name__)
    kind = chat._llm_type
    about = ModelSettings(model=f"{kind}:{name}")
    return Model(chat, name, ASSUMED_CONTEXT, explain=lambda error: explain_error(error, about), identity=kind)
