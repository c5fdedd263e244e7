"""How Zotero is reached: through which door, where, and with the key of which variable."""

import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import Field, field_validator

from assistant import secrets as keys
from assistant.settings.base_model import KEY_ENV, KEY_ENV_PATTERN, Address, SettingsModel
from store.zotero.access import KEY_NAME, LOCAL_URL, WEB_URL, DoorName, ZoteroAccess

_ADDRESS = "an address without user, password and query"


class ZoteroSettings(SettingsModel):
    """Of Zotero. The descriptions of the fields say what is allowed; error messages quote them."""

    door: DoorName = Field(
        default="auto", description="auto (the first that is open), local, web or database: how Zotero is reached"
    )
    local_url: Address = Field(default=LOCAL_URL, description=_ADDRESS)
    web_url: Address = Field(default=WEB_URL, description=_ADDRESS)
    key_env: str = Field(default="", pattern=KEY_ENV_PATTERN, description=KEY_ENV)
    database: Path | None = Field(default=None, description="the file zotero.sqlite, or a copy of it")
    timeout: float = Field(
        default=30.0, gt=0, le=3600, description="seconds to wait for each piece of an answer, up to 3600"
    )

    @field_validator("database")
    @classmethod
    def _expand_home(cls, value: Path | None) -> Path | None:
        try:
            return value.expanduser() if value else None
        except RuntimeError:  # ~name, where there is nobody of that name; pydantic takes no other error.
            raise ValueError("no such home folder") from None

    @property
    def key_name(self) -> str:
        """The variable that holds the key, "" for none: Zotero's own key goes to zotero.org alone, unasked."""
        return self.key_env or (KEY_NAME if self.web_url == WEB_URL else "")


def build_zotero_access(
    settings: ZoteroSettings, door: str | None = None, env: Mapping[str, str] = os.environ
) -> ZoteroAccess:
    """Tell how Zotero is reached, with the key from the environment or the keyring.

    Args:
        settings: What is set.
        door: ``local``, ``web``, ``database``, or the path of a file zotero.sqlite, in place of what is set.
        env: The environment.

    Raises:
        InputError: What is set is no key, or the keyring cannot be read.
    """
    name, database = settings.door, settings.database
    if door in ("auto", "local", "web", "database"):
        name = door  # type: ignore[assignment]
    elif door:
        name, database = "database", Path(door).expanduser()
    key = keys.find_key(settings.key_name, env) if settings.key_name and name in ("auto", "web") else None
    return ZoteroAccess(
        door=name,
        local_url=settings.local_url,
        web_url=settings.web_url,
        key=key,
        key_name=settings.key_name or KEY_NAME,
        database=database,
        timeout=settings.timeout,
    )
