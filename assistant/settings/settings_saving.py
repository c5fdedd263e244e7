"""Saving what was chosen while it runs into the file that ``assistant.settings.load`` reads."""

import os
from collections.abc import Mapping
from functools import reduce
from pathlib import Path

from assistant import secrets as keys
from assistant.settings import NAMES, Settings, config_path, load
from assistant.settings import save as toml_file
from assistant.settings.sources import PREFIX
from store.errors import InputError


def save_settings(changes: Mapping[str, object], path: Path | None = None) -> None:
    """Write settings into the TOML file; its comments, its order and what else it sets stay.

    Args:
        changes: By flat names, as ``load`` takes flags: ``model``, ``embedding_model``, ``k``. None or "" takes one
            out of the file, so that its default holds.
        path: The file; None for the one that would be read.

    Raises:
        InputError: There is no such setting, a value is not allowed, one looks like an API key, or the file is broken.
            Nothing was written.
        ConspectusError: The file cannot be written.
    """
    file = path or config_path()
    for name, value in changes.items():
        if keys.holds_key(str(value)):
            raise InputError(f"What is given as {name} looks like an API key. It does not belong there.", keys.WHERE)
    settings = load(changes, env={}, file=file if file.exists() else Path(os.devnull))
    paths = NAMES.flat()
    toml_file.change(file, {paths[name]: _value(settings, paths[name], given) for name, given in changes.items()})


def overruled(changes: Mapping[str, object], env: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """The environment variables that win over what these changes put into the file, the next time it is read."""
    variables = (f"{PREFIX}{name.upper()}" for name in changes)
    return tuple(variable for variable in variables if env.get(variable))


def _value(settings: Settings, path: tuple[str, ...], given: object) -> object:
    """As the file holds it: the kind that the setting has, whatever kind it was given as."""
    if given in (None, ""):
        return None
    value: object = reduce(getattr, path, settings)
    return str(value) if isinstance(value, Path) else value
