"""Saving what was chosen while it runs into the file that ``assistant.settings.load`` reads.

A person wrote that file: comments, order and everything else in it stay as they are.
"""

import os
import tempfile
from collections.abc import Mapping, MutableMapping
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant import secrets as keys
from assistant.settings import NAMES, Settings, config_path, load
from assistant.settings.sources import PREFIX
from store.errors import ConspectusError, InputError

if TYPE_CHECKING:
    from tomlkit import TOMLDocument


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
    paths = NAMES.flat()
    for name, value in changes.items():
        if keys.holds_key(str(value)):
            raise InputError(f"What is given as {name} looks like an API key. It does not belong there.", keys.WHERE)
    settings = load(changes, env={}, file=file if file.exists() else Path(os.devnull))
    change_file(file, {paths[name]: _convert_value(settings, paths[name], value) for name, value in changes.items()})


def _convert_value(settings: Settings, path: tuple[str, ...], change: object) -> object:
    """A change as the file holds it: the kind that the setting has, whatever kind it came as."""
    if change in (None, ""):
        return None
    value: object = reduce(getattr, path, settings)
    return str(value) if isinstance(value, Path) else value


def list_overruling_variables(changes: Mapping[str, object], env: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """List the environment variables that win over what these changes put into the file, the next time it is read."""
    variables = (f"{PREFIX}{name.upper()}" for name in changes)
    return tuple(variable for variable in variables if env.get(variable))


Changes = Mapping[tuple[str, ...], object]
"""Values by their path in the file, ``("k",)`` or ``("chat", "model")``; None takes one out."""


def change_file(path: Path, changes: Changes) -> None:
    """Change values of a file, which is made where there is none; a crash leaves the old one or the new one.

    Args:
        path: The file; one that a link leads to is changed where it lies.
        changes: Text, numbers, truth values, lists and dictionaries of them.

    Raises:
        InputError: What is there is no TOML; it is not touched.
        ConspectusError: The file cannot be read or written; it is as it was.
    """
    try:
        place = path.resolve()
        document = _read_document(place)
        for keys, value in changes.items():
            _set_value(place, document, keys, value)
        _write_file(place, document.as_string().encode())
    except OSError as error:
        raise ConspectusError(
            f"{path} cannot be written: {error.strerror or error}.",
            "Check room and permissions there; nothing changed.",
        ) from error


def _read_document(path: Path) -> "TOMLDocument":
    import tomlkit  # Late: nothing but saving needs it.
    from tomlkit.exceptions import TOMLKitError

    try:
        return tomlkit.parse(path.read_bytes().decode())
    except FileNotFoundError:
        return tomlkit.document()
    except (UnicodeDecodeError, TOMLKitError) as error:
        raise InputError(f"{path} is not TOML: {error}.", "Mend it in a text editor; nothing was changed.") from error


def _set_value(path: Path, document: "TOMLDocument", keys: tuple[str, ...], value: object) -> None:
    *tables, last = keys
    table: MutableMapping[str, Any] = document
    for name in tables:
        if value is None and name not in table:
            return
        table = table.setdefault(name, {})
        if not isinstance(table, MutableMapping):
            raise InputError(f"In {path}, {name!r} is no table.", "Mend it in a text editor; nothing was changed.")
    if value is None:
        table.pop(last, None)
    else:
        table[last] = value


def _write_file(path: Path, content: bytes) -> None:
    """Replace a file whole or not at all; unlike ``store.files.write_atomic`` it keeps the permissions."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        if path.exists():
            os.chmod(name, path.stat().st_mode & 0o777)
        os.replace(name, path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
