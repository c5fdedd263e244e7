"""What an assistant is made of, from what its user gives."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from assistant.client import late
from store.errors import InputError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from assistant.answer.pipeline import Chain
    from assistant.settings import Settings
    from store.embedding import Embedder
    from store.library import Library


def library_at(
    path: str | Path | None, store: str | None, embedder: Embedder | None, settings: Settings | None
) -> Library:
    """The library; what is not given is that of the settings, and without them the user's own and the shipped embedder.

    Raises:
        InputError: The path begins with the home folder of nobody (``~name``), or the embedder's key is missing.
    """
    if settings is not None:
        path, store = path or settings.library, store or settings.store
        if embedder is None and settings.embedding.model:
            embedder = late.embedder(settings.embedding)
    try:
        folder = Path(path).expanduser() if path else default_folder()
    except RuntimeError as error:
        raise InputError(f"{path} cannot be found: {error}", "Give the whole path of the folder.") from error
    return late.Library(folder, embedder or late.MiniLM(), store)


def answerer(
    library: Library, model: str | BaseChatModel | None, base_url: str | None, settings: Settings | None
) -> tuple[Chain | None, bool]:
    """The chain, None where no model is set, and whether excerpts are quoted when it fails.

    Raises:
        InputError: The model is not named in full, or its key or its package is missing.
    """
    if isinstance(model, str):
        settings, model = late.load({"model": model, "base_url": base_url}), None
    if model is None and (settings is None or not settings.chat.model):
        return None, False
    chosen = settings or late.Settings()
    return late.chain_from(library, chosen, model), chosen.fallback


def reporter(library: Library, chain: Chain | None, settings: Settings | None) -> Chain | None:
    """The chain that writes reports: that which answers, unless the settings name another model for them.

    Raises:
        InputError: The model is not named in full, or its key or its package is missing.
    """
    if settings is None or not settings.report.model or settings.report == settings.chat:
        return chain
    return late.chain_from(library, settings.model_copy(update={"chat": settings.report}))


def default_folder() -> Path:
    """The library in the user's data folder."""
    import platformdirs

    return Path(platformdirs.user_data_dir("conspectus", appauthor=False)) / "library"
