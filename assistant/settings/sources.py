"""Where settings are read from: a TOML file, the environment, flags. Values come as they are, with where they stood."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from assistant import secrets as keys
from store.errors import InputError

PREFIX = "CONSPECTUS_"
# Names under which people try to keep a key in the file.
_KEY_NAMES = {"api_key", "apikey", "key", "token", "secret", "password", "openai_api_key"}


class SourcedValue(NamedTuple):
    """A value as it was given, and where, in words."""

    value: object
    where: str


class SettingNames(NamedTuple):
    """What may be set: the names at the top, and those in each table."""

    top: tuple[str, ...]
    tables: dict[str, tuple[str, ...]]

    def flat(self) -> dict[str, tuple[str, ...]]:
        """Map each setting's one name (``model``, ``embedding_model``, ``library``) to the path to it in the file."""
        paths = [*((name,) for name in self.top)] + [
            (table, name) for table in self.tables for name in self.tables[table]
        ]
        return {flatten_name(*path): path for path in paths}


def flatten_name(*path: str) -> str:
    """Make one name of a path: that of the chat model's settings is left out."""
    return "_".join(path[1:] if path[0] == "chat" and len(path) > 1 else path)


def read_flags(flags: Mapping[str, object], names: SettingNames) -> dict[str, SourcedValue]:
    """Read flags by their flat names; None is one that was not given.

    Raises:
        InputError: There is no such setting.
    """
    paths = names.flat()
    for name in flags:
        if name not in paths:
            raise InputError(f"There is no setting {name!r}.", f"There are: {', '.join(paths)}.")
    return {
        name: SourcedValue(value, f"--{name.replace('_', '-')}")
        for name, value in flags.items()
        if value not in (None, "")
    }


def read_environment(env: Mapping[str, str], names: SettingNames) -> dict[str, SourcedValue]:
    """Read ``CONSPECTUS_MODEL``, ``CONSPECTUS_EMBEDDING_MODEL`` and so on; an empty one counts as not set."""
    variables = {name: f"{PREFIX}{name.upper()}" for name in names.flat()}
    return {name: SourcedValue(env[var], f"${var}") for name, var in variables.items() if env.get(var)}


def read_file(path: Path, names: SettingNames) -> dict[str, SourcedValue]:
    """Read what a TOML file sets.

    Raises:
        InputError: It cannot be read, it holds an API key, or it sets something that does not exist.
    """
    tables = ", ".join(f"[{table}]" for table in names.tables)
    values = {}
    for name, value in _parse_file(path).items():
        if not isinstance(value, dict):
            _check_name(name, value, names.top, path, "at the top", f"; tables: {tables}")
            values[flatten_name(name)] = SourcedValue(value, f"{name} in {path}")
            continue
        if name not in names.tables:
            raise InputError(f"{path} has a table [{name}], which does not exist.", f"There are: {tables}.")
        for inner, inner_value in value.items():
            _check_name(inner, inner_value, names.tables[name], path, f"in [{name}]")
            values[flatten_name(name, inner)] = SourcedValue(inner_value, f"{inner} in [{name}] of {path}")
    return values


def _check_name(name: str, value: object, allowed: tuple[str, ...], path: Path, place: str, also: str = "") -> None:
    if name.lower().replace("-", "_") in _KEY_NAMES or keys.holds_key(str(value)):
        raise InputError(f"{path} holds what looks like an API key ({place}). It does not belong there.", keys.WHERE)
    if name not in allowed:
        raise InputError(
            f"{path} sets {name!r} {place}, which does not exist.", f"Allowed: {', '.join(allowed)}{also}."
        )


def _parse_file(path: Path) -> dict[str, object]:
    import tomllib  # Late: many have no such file.

    try:
        return tomllib.loads(path.read_bytes().decode())
    except OSError as error:
        raise InputError(
            f"The settings in {path} cannot be read: {error.strerror}.",
            "Give another file with --config or in $CONSPECTUS_CONFIG.",
        ) from error
    except UnicodeDecodeError as error:
        raise InputError(f"The settings in {path} are not UTF-8 (byte {error.start}).", "Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path} is not TOML: {error}.", 'It looks like: [chat], then model = "NAME".') from error
