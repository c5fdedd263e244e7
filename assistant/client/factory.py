"""From what the caller of ``Assistant.open`` gives to its parts: the library, and the models that write."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from store.errors import InputError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from assistant.answer.pipeline import AnswerPipeline
    from assistant.settings import Settings
    from assistant.verify.entailment import SecondStage
    from store.embedding import Embedder
    from store.library import Library


def open_library(
    path: str | Path | None,
    store: str | None,
    embedder: Embedder | None,
    settings: Settings | None,
    embeds: bool = True,
) -> Library:
    """Open the library; what is not given is that of the settings, else the user's folder and the shipped embedder.

    Without ``embeds`` a library in a folder is opened with whatever embedder it was made, which need not be there.

    Raises:
        InputError: The path begins with the home folder of nobody (``~name``), or the embedder's key is missing.
    """
    library = _build_library(path, store, embedder, settings, embeds)
    library.embeds_at_once = settings is None or settings.embed_at_once
    return library


def _build_library(
    path: str | Path | None, store: str | None, embedder: Embedder | None, settings: Settings | None, embeds: bool
) -> Library:
    from assistant.client.screening import OrdersScreening
    from assistant.settings.server import ServerSettings
    from store.library import Library

    if settings is not None:
        path, store = path or settings.library, store or settings.store
    try:
        folder = Path(path).expanduser() if path else default_folder()
    except RuntimeError as error:
        raise InputError(f"{path} cannot be found: {error}", "Give the whole path of the folder.") from error
    access = (settings.server if settings else ServerSettings()).build_access(store) if store is not None else None
    if embedder is None and not embeds and store is None:
        from store.stored_embedder import find_stored_embedder

        embedder = find_stored_embedder(folder)
    if embedder is None and settings is not None and settings.embedding.model:
        from assistant.llm.connect import connect_embedder

        embedder = connect_embedder(settings.embedding)
    if embedder is not None:
        return Library(folder, embedder, access, OrdersScreening())
    from store.embedding.minilm import find_earlier, share_minilm

    return Library(folder, share_minilm(), access, OrdersScreening(), find_earlier)


def connect_answerer(
    library: Library,
    model: str | BaseChatModel | None,
    base_url: str | None,
    settings: Settings | None,
    judge: str | BaseChatModel | SecondStage | None = None,
) -> tuple[AnswerPipeline | None, bool, SecondStage | None]:
    """Connect the model that answers, and who looks at the sense of claims.

    Returns:
        The chain, None where no model is set, whether excerpts are quoted when it fails, and the second stage, None
        where none is set.

    Raises:
        InputError: A model is not named in full, or its key or its package is missing.
    """
    asked = model is not None or bool(settings and settings.chat.model)
    staged = judge is not None or bool(settings and settings.check.second_stage != "none")
    if not asked and not staged:
        return None, False, None
    from assistant.answer.pipeline_factory import build_pipeline
    from assistant.settings import Settings, load

    if isinstance(model, str):
        flags = {"model": model, "base_url": base_url}
        settings, model = load(flags), None
    settings = settings or Settings()
    stage = _connect_stage(library, settings, judge, model)
    chain = build_pipeline(library, settings, model, stage) if asked else None
    return chain, settings.fallback and asked, stage


def _connect_stage(
    library: Library,
    settings: Settings,
    judge: str | BaseChatModel | SecondStage | None,
    model: BaseChatModel | None,
) -> SecondStage | None:
    """Connect the second stage: the one that is given, or a model that is named or given, or what the settings say."""
    from assistant.answer.pipeline_factory import build_second_stage
    from assistant.settings import find_openai_address

    chat: BaseChatModel | None = None
    if judge is not None and not isinstance(judge, str):
        from langchain_core.language_models import BaseChatModel  # late: it takes a second to load

        if not isinstance(judge, BaseChatModel):
            return judge
        chat = judge
    check = settings.check
    if judge is not None:
        check = check.model_copy(update={"second_stage": "model"})
    if isinstance(judge, str):
        named = judge != check.model
        own = {} if check.base_url else find_openai_address(judge, check.api_key_env)
        check = check.model_copy(update={"model": judge, **own, **({"context": None} if named else {})})
    shared = chat is None and not check.model
    return build_second_stage(library, settings.model_copy(update={"check": check}), model if shared else chat)


def default_folder() -> Path:
    """Return the folder of the library among the user's data."""
    import platformdirs

    return Path(platformdirs.user_data_dir("conspectus", appauthor=False)) / "library"
