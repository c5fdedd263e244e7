"""What all settings have in common."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, ConfigDict

from store.paper import Frozen


class Strict(Frozen):
    """No unknown fields, and no values in pydantic's messages: one of them may be a key."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, str_strip_whitespace=True, allow_inf_nan=False)


def plain_address(value: str) -> str:
    """An address without user, password, query and a slash at its end; raises ValueError where it is none."""
    parts = urlsplit(value)
    plain = value.isprintable() and not set(value) & set(" @?#")
    if parts.scheme not in ("http", "https") or not parts.hostname or not plain:
        raise ValueError("no plain address")
    _ = parts.port  # Raises ValueError for what is no port.
    return value.rstrip("/")


Address = Annotated[str, AfterValidator(plain_address)]
"""A setting that is an address."""
