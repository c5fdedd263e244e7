"""API keys: where they are kept, and how they are kept out of every text."""

import importlib
import re
from collections.abc import Mapping

from pydantic import SecretStr

from store.errors import InputError

SERVICE = "conspectus"
HIDDEN = "(key hidden)"
WHERE = (
    "Keys are kept in environment variables or in the keyring, never in a file: export NAME=…, "
    f"or: keyring set {SERVICE} NAME. Then say api_key_env = NAME."
)
# What keys look like: the prefixes of the providers that have one, also where most of it is already starred out.
_LIKELY = re.compile(
    r"""\b(?:sk|pk|rk|ak|gsk|xai|hf|r8|nvapi|pplx|lsv2|ghp|csk|fw)[-_][\w*.…-]{6,} | \bAIza[\w*.…-]{8,}
  | (?<=\bBearer\s)\S+ | (?<=\bBasic\s)\S+ | (?<=://)[^/\s@]+(?=@)
  | (?<=[?&]key=)[^\s&"']+ | (?<=[?&]api_key=)[^\s&"']+ | (?<=[?&]api-key=)[^\s&"']+""",
    re.VERBOSE | re.IGNORECASE,
)
# Shorter ones are words like "none" and "ollama", that local servers are given.
_SHORTEST = 8
# Characters of a key that a provider may repeat before it cuts or stars it out; chosen by hand.
_BEGINNING = 6


def hide_keys(text: str, key: SecretStr | str | None = None) -> str:
    """Return the text without API keys.

    Args:
        text: Anything that is to be shown or kept.
        key: The key in use. It is taken out whole, and from its first characters on where it is cut or starred out.
    """
    secret = key.get_secret_value() if isinstance(key, SecretStr) else key or ""
    if len(secret) >= _SHORTEST:
        text = re.sub(rf"{re.escape(secret)}|{re.escape(secret[:_BEGINNING])}[^\s\"',;)]*", HIDDEN, text)
    return _LIKELY.sub(HIDDEN, text)


def holds_key(text: str) -> bool:
    """Say whether something in the text looks like an API key."""
    return _LIKELY.search(text) is not None


def find_key(name: str, env: Mapping[str, str]) -> SecretStr | None:
    """Find the key that an environment variable of this name holds, else the keyring's, None where there is none.

    Raises:
        InputError: It is no key, or the keyring cannot be read.
    """
    key = (env.get(name) or _from_keyring(name) or "").strip()
    if not key:
        return None
    if not key.isascii() or not key.isprintable() or " " in key:
        raise InputError(
            f"What {name} holds is no API key: there are characters in it that no key has.", "Set it again."
        )
    return SecretStr(key)


def _from_keyring(name: str) -> str | None:
    try:
        keyring = importlib.import_module("keyring")
    except ImportError:
        return None
    try:
        key = keyring.get_password(SERVICE, name)
    except keyring.errors.NoKeyringError:
        return None
    except keyring.errors.KeyringError as error:
        raise InputError(
            f"The keyring cannot be read: {error}.", f"Unlock it, or set {name} in the environment."
        ) from error
    return str(key) if key else None
