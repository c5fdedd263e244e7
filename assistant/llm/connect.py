"""From settings to models. What a model needs loads when it is connected to: langchain for other providers alone."""

import os
import re
from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from assistant import secrets as keys
from assistant.llm.model_errors import explain_error
from assistant.settings import ModelSettings
from store.errors import ConspectusError, InputError

if TYPE_CHECKING:
    from assistant.llm.chat import ChatModel
    from store.embedding import Embedder


def connect_chat_model(settings: ModelSettings, key: SecretStr | None = None) -> "ChatModel":
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
        from assistant.llm.chat_model import EndpointChat  # late: an HTTP client comes with it

        return EndpointChat(settings, key)
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
        raise InputError(
            what,
            f"Say openai:{settings.model}, or give its server's address by base_url (--base-url).",
        )


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


def _connect_other(settings: ModelSettings, key: SecretStr | None) -> "ChatModel":
    """Connect to a model of another provider, by its own langchain package."""
    from assistant.llm.langchain_chat import LangchainChat  # late: langchain takes a second to load

    init_chat_model = import_module("langchain.chat_models").init_chat_model
    options: dict[str, Any] = {"api_key": key} if key else {}
    failure: ConspectusError
    try:
        model = init_chat_model(
            settings.name,
            model_provider=settings.provider,
            temperature=settings.temperature,
            max_tokens=settings.max_output,
            timeout=settings.timeout,
            max_retries=settings.retries,
            **options,
        )
        return LangchainChat(model)
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


def look_up_key(settings: ModelSettings, env: Mapping[str, str] = os.environ) -> SecretStr | None:
    """Look up the key of a model in the environment or the keyring; None where it needs none, or none is set.

    Raises:
        InputError: What is set is no key, or the keyring cannot be read.
    """
    return keys.find_key(settings.key_name, env) if settings.key_name else None
