"""From settings to models. langchain and OpenAI's client load here, when the first model is connected to.

langchain's tracing stays off: variables that other programs want must not send questions and papers to LangSmith.
"""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from assistant import secrets as keys
from assistant.llm.model_errors import explain_error
from assistant.settings import ModelSettings
from store.errors import ConspectusError, InputError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from store.embedding import Embedder


def connect_chat_model(settings: ModelSettings, key: SecretStr | None = None) -> "BaseChatModel":
    """Connect to the chat model of a role; nothing is sent before it is asked.

    Every endpoint that speaks OpenAI's interface raises ``ModelError`` only. The models of other providers
    (``anthropic:…``) come from langchain as they are: give what they raise to ``explain``.

    Args:
        settings: The role's; its model has to be set.
        key: Its API key; None looks it up in the environment and the keyring.

    Raises:
        InputError: The model is not named in full, its provider's package is missing, or its key is.
    """
    _check_model_name(settings)
    key = key or require_key(settings)
    if settings.provider == "openai":
        from assistant.llm.chat_model import connect_endpoint  # late: langchain's client of OpenAI comes with it

        return connect_endpoint(settings, key)
    return _connect_other(settings, key)


def connect_embedder(settings: ModelSettings, key: SecretStr | None = None, dimension: int | None = None) -> "Embedder":
    """Connect to the embedder behind an endpoint that speaks OpenAI's interface, for ``Library(…, embedder=…)``.

    Args:
        settings: The role's; its model has to be set. ``context`` is where a text is cut.
        key: Its API key; None looks it up in the environment and the keyring.
        dimension: Length of its vectors; None for what is known of the model, else its first answer tells it.

    Raises:
        InputError: The model is not named in full, its key is missing, or its provider is another than OpenAI.
    """
    _check_model_name(settings)
    if settings.provider != "openai":
        what = f"Embeddings come from endpoints that speak OpenAI's interface; {settings.provider!r} is none."
        raise InputError(what, "Give its address with base_url.")
    from assistant.llm.embedding import EndpointEmbedder  # late: OpenAI's client comes with it

    return EndpointEmbedder(settings, key or require_key(settings), dimension)


def _check_model_name(settings: ModelSettings) -> None:
    if not settings.model:
        raise InputError("No model is set.", "Name one with model, such as openai:gpt-4o-mini.")
    if not settings.name or not settings.provider:
        what = f"Nobody can tell where the model {settings.model!r} is."
        raise InputError(what, f"Say openai:{settings.model}, or give the address of a server with base_url.")


def require_key(settings: ModelSettings, env: Mapping[str, str] = os.environ) -> SecretStr | None:
    """Find the API key of a model, None where it needs none.

    Raises:
        InputError: It needs one, and there is none.
    """
    key = look_up_key(settings, env)
    if key is None and settings.key_name:
        what = f"The model {settings.name} needs an API key, and {settings.key_name} is not set."
        raise InputError(what, keys.WHERE.replace("NAME", settings.key_name))
    return key


def _connect_other(settings: ModelSettings, key: SecretStr | None) -> "BaseChatModel":
    """Connect to a model of another provider, by its own langchain package."""
    init_chat_model = import_module("langchain.chat_models").init_chat_model
    options: dict[str, Any] = {"api_key": key} if key else {}
    failure: ConspectusError
    try:
        model: BaseChatModel = init_chat_model(
            settings.name,
            model_provider=settings.provider,
            temperature=settings.temperature,
            max_tokens=settings.max_output,
            timeout=settings.timeout,
            max_retries=settings.retries,
            **options,
        )
        return model
    except ImportError as error:
        failure = _make_missing_package_error(settings, str(error))
    except Exception as error:  # Each provider's package checks its settings in its own way.
        unknown = "Unsupported provider" in str(error)
        failure = _make_unknown_provider_error(settings) if unknown else explain_error(error, settings, key)
    raise failure


def _make_missing_package_error(settings: ModelSettings, message: str) -> InputError:
    """Name what has to be installed: the package that the message names, else by the custom of langchain's."""
    named = re.search(r"pip install ([\w-]+)", message)
    package = named[1] if named else f"langchain-{settings.provider.replace('_', '-')}"
    hint = f"Run: pip install {package}. Or give the address of its OpenAI-compatible endpoint with base_url."
    return InputError(f"Models of {settings.provider} need the package {package}, which is not installed.", hint)


def _make_unknown_provider_error(settings: ModelSettings) -> InputError:
    what = f"There is no provider {settings.provider!r} ({settings.model})."
    return InputError(
        what, "Providers are openai, anthropic, google_genai, mistralai, …; for a server of your own give base_url."
    )


@contextmanager
def disable_tracing() -> Iterator[None]:
    """Trace no run that starts inside, whatever the environment and the caller's own trace say.

    langchain looks at LANGSMITH_TRACING and its like whenever a run starts. They belong to the whole process, in which
    others may want their own chains traced; so tracing is off only while a run of ours is started. Callbacks that a
    caller hands over are the caller's own wish, and stay.
    """
    from langsmith import tracing_context

    _retire_old_variables()
    with tracing_context(parent=False, enabled=False):
        yield


def _retire_old_variables() -> None:
    """Put away the two variables of langchain's first tracing: where that is off, langchain (1.x) fails over them.

    LANGCHAIN_TRACING is also the last name that LangSmith looks for; LANGSMITH_TRACING, the one before it, takes over.
    """
    os.environ.pop("LANGCHAIN_HANDLER", None)
    old = os.environ.pop("LANGCHAIN_TRACING", None)
    if old and not os.environ.get("LANGSMITH_TRACING", "").strip():
        os.environ["LANGSMITH_TRACING"] = old


def look_up_key(settings: ModelSettings, env: Mapping[str, str] = os.environ) -> SecretStr | None:
    """Look up the key of a model in the environment or the keyring; None where it needs none, or none is set.

    Raises:
        InputError: What is set is no key, or the keyring cannot be read.
    """
    return keys.find_key(settings.key_name, env) if settings.key_name else None
