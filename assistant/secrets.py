"""API keys: where they are kept, and how they are kept out of every text."""

import importlib
import os
import re
from collections.abc import Mapping
from itertools import takewhile

from pydantic import SecretStr

from store.environment import find_taken
from store.errors import InputError

SERVICE = "conspectus"
HIDDEN = "(key hidden)"
WHERE = (
    "Keys are kept in environment variables or in the keyring, never in a file: export NAME=…, "
    f"or: keyring set {SERVICE} NAME. The setting api_key_env takes another name."
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
# Characters from the first on by which a key is told in what a model writes: words of a language may begin like a short
# key, and go on otherwise. Chosen by hand.
_TELLING = 12


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


def take_key_out(text: str, key: SecretStr | None, growing: bool = False) -> str:
    """Return what a model wrote without the key that it was asked with, which a server may write back.

    Only this key is taken out, whole or cut off: words that look like one belong to the papers of some fields.

    Args:
        text: What it wrote.
        key: The key; None where there was none.
        growing: Whether more is to come; an end with which the key may begin waits for it, then.
    """
    secret = key.get_secret_value() if key else ""
    if len(secret) < _SHORTEST:
        return text
    head, clean = secret[:_TELLING], ""
    while (start := text.find(head)) >= 0:
        same = takewhile(lambda pair: pair[0] == pair[1], zip(text[start:], secret, strict=False))
        end = start + sum(1 for _ in same)
        if growing and end == len(text):
            return clean + text[:start] + (HIDDEN if end - start == len(secret) else "")
        clean, text = clean + text[:start] + HIDDEN, text[end:]
    waiting = next((n for n in range(len(head) - 1, 0, -1) if text.endswith(head[:n])), 0) if growing else 0
    return clean + text[: len(text) - waiting]


def holds_key(text: str) -> bool:
    """Say whether something in the text looks like an API key."""
    return _LIKELY.search(text) is not None


def find_key(name: str, env: Mapping[str, str]) -> SecretStr | None:
    """Find the key that an environment variable of this name holds, else the keyring's, None where there is none.

    Raises:
        InputError: It is no key, or the keyring cannot be read.
    """
    taken = find_taken(name) if env is os.environ else None
    key = (env.get(name) or taken or _from_keyring(name) or "").strip()
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
