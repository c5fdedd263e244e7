"""From what the caller of ``Assistant.open`` gives to its parts: the library, and the models that write."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from store.errors import InputError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from assistant.answer.pipeline import AnswerPipeline
    from assistant.settings import Settings
    from store.embedding import Embedder
    from store.library import Library


def open_library(
    path: str | Path | None, store: str | None, embedder: Embedder | None, settings: Settings | None
) -> Library:
    """Open the library; what is not given is that of the settings, else the user's folder and the shipped embedder.

    Raises:
        InputError: The path begins with the home folder of nobody (``~name``), or the embedder's key is missing.
    """
    from store.library import Library

    if settings is not None:
        path, store = path or settings.library, store or settings.store
        if embedder is None and settings.embedding.model:
            from assistant.llm.connect import connect_embedder as connect_embedder

            embedder = connect_embedder(settings.embedding)
    if embedder is None:
        from store.embedding.minilm import MiniLM

        embedder = MiniLM()
    try:
        folder = Path(path).expanduser() if path else default_folder()
    except RuntimeError as error:
        raise InputError(f"{path} cannot be found: {error}", "Give the whole path of the folder.") from error
    return Library(folder, embedder, store)


def connect_answerer(
    library: Library, model: str | BaseChatModel | None, base_url: str | None, settings: Settings | None
) -> tuple[AnswerPipeline | None, bool]:
    """Connect the model that answers.

    Returns:
        The chain, None where no model is set, and whether excerpts are quoted when it fails.

    Raises:
        InputError: The model is not named in full, or its key or its package is missing.
    """
    if model is None and (settings is None or not settings.chat.model):
        return None, False
    from assistant.answer.pipeline_factory import build_pipeline
    from assistant.settings import Settings, load

    if isinstance(model, str):
        settings, model = load({"model": model, "base_url": base_url}), None
    settings = settings or Settings()
    return build_pipeline(library, settings, model), settings.fallback


def default_folder() -> Path:
    """Return the folder of the library among the user's data."""
    import platformdirs

    return Path(platformdirs.user_data_dir("conspectus", appauthor=False)) / "library"
