"""Where the library is, of settings that are broken elsewhere: a wrong setting locks nobody out of their papers."""

import os
import tomllib
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path

from assistant.settings import NAMES, Settings, config_path, load
from assistant.settings.sources import flatten_name, read_environment
from store.errors import InputError


def read_place(args: Namespace, env: Mapping[str, str] = os.environ) -> Settings | None:
    """Read which library is meant and how its papers are embedded, and nothing else.

    Args:
        args: What was given to the command; a wrong one of them is for who gave it to mend.
        env: The environment.

    Returns:
        The settings; None where that itself is what is wrong.
    """
    flags = {name: getattr(args, name, None) for name in NAMES.flat()}
    if _load_flags(flags) is None:
        return None
    file = Path(args.config) if args.config else config_path(env)
    values = _read_file(file) | {name: value.value for name, value in read_environment(env, NAMES).items()}
    values |= {name: value for name, value in flags.items() if value is not None}
    return _load_flags({name: value for name, value in values.items() if _is_place(name)})


def _read_file(file: Path) -> dict[str, object]:
    """Read what a file sets of the place, whatever else stands there; nothing where it is no TOML."""
    try:
        values = tomllib.loads(file.read_bytes().decode())
    except (OSError, ValueError):
        return {}
    embedding = values.get("embedding")
    inner = embedding if isinstance(embedding, dict) else {}
    return values | {flatten_name("embedding", name): value for name, value in inner.items()}


def _load_flags(flags: Mapping[str, object]) -> Settings | None:
    try:
        return load(flags, {}, Path(os.devnull))
    except InputError:
        return None


def _is_place(name: str) -> bool:
    return name in NAMES.flat() and (name in ("library", "store") or name.startswith("embedding_"))
