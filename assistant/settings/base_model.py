"""What all settings have in common."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, ConfigDict

from store.paper import Frozen

KEY_ENV_PATTERN = r"^([A-Z_][A-Z0-9_]*)?$"
KEY_ENV = "the NAME of an environment variable, in capitals; not the key"
"""Of each setting that names the variable with a key: what it may look like, and how messages say that."""


class SettingsModel(Frozen):
    """No unknown fields, and no values in pydantic's messages: one of them may be a key."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, str_strip_whitespace=True, allow_inf_nan=False)


def check_address(value: str) -> str:
    """Return an address without user, password and query, and cut a slash at its end.

    Raises:
        ValueError: It is none.
    """
    parts = urlsplit(value)
    plain = value.isprintable() and not set(value) & set(" @?#")
    if parts.scheme not in ("http", "https") or not parts.hostname or not plain:
        raise ValueError("no plain address")
    _ = parts.port  # Raises ValueError for what is no port.
    return value.rstrip("/")


def expand_home(value: Path | None) -> Path | None:
    """Expand the home folder at the beginning of a path.

    Raises:
        ValueError: It is that of nobody (``~name``); pydantic takes no other error.
    """
    try:
        return value.expanduser() if value else None
    except RuntimeError:
        raise ValueError("no such home folder") from None


Address = Annotated[str, AfterValidator(check_address)]
"""A setting that is an address."""
ADDRESS = "an address without user, password and query"
"""What messages say of one."""
UserPath = Annotated[Path | None, AfterValidator(expand_home)]
"""A setting that is a path, which may begin with ``~``."""
