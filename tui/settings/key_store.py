"""Keeping a key that was typed: in the keyring, else for as long as the process runs. Never in a file."""

import importlib
import os
from collections.abc import MutableMapping

from assistant.secrets import SERVICE, find_key
from store.errors import InputError


def store_key(name: str, key: str, env: MutableMapping[str, str] = os.environ) -> str:
    """Keep a key under the name of its variable, from now on; where the variable is set, in its place.

    Args:
        name: The variable that the settings name.
        key: As it was typed.
        env: The environment of this process.

    Returns:
        What became of it, in a line.

    Raises:
        InputError: It can be no key.
    """
    text = key.strip()
    find_key(name, {name: text})  # It says what no key has.
    if _put_into_keyring(name, text):
        if env.get(name):  # It wins over the keyring.
            env[name] = text
            return (
                f"Kept in the keyring. {name} is set in the environment, too, and wins the next time: change it there."
            )
        return f"Kept in the keyring as {name}."
    env[name] = text
    return f"There is no keyring here: the key holds until you leave. To keep it: export {name}=…"


def _put_into_keyring(name: str, key: str) -> bool:
    try:
        keyring = importlib.import_module("keyring")
    except ImportError:
        return False
    try:
        keyring.set_password(SERVICE, name, key)
    except keyring.errors.NoKeyringError:
        return False
    except keyring.errors.KeyringError as error:
        raise InputError(
            f"The keyring takes no key: {error}.", f"Unlock it, or set {name} in the environment."
        ) from error
    return True
