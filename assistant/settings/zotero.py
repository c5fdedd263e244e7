"""How Zotero is reached: through which door, where, and with the key of which variable."""

import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import Field

from assistant.secrets import find_key
from assistant.settings.base_model import ADDRESS, KEY_ENV, KEY_ENV_PATTERN, Address, SettingsModel, UserPath
from store.zotero.access import KEY_NAME, LOCAL_URL, WEB_URL, DoorName, ZoteroAccess


class ZoteroSettings(SettingsModel):
    """Of Zotero. The descriptions of the fields say what is allowed; error messages quote them."""

    door: DoorName = Field(
        default="auto", description="auto (the first that is open), local, web or database: how Zotero is reached"
    )
    local_url: Address = Field(default=LOCAL_URL, description=ADDRESS)
    web_url: Address = Field(default=WEB_URL, description=ADDRESS)
    key_env: str = Field(default="", pattern=KEY_ENV_PATTERN, description=KEY_ENV)
    database: UserPath = Field(default=None, description="the file zotero.sqlite, or a copy of it")
    timeout: float = Field(
        default=30.0, gt=0, le=3600, description="seconds to wait for each piece of an answer, up to 3600"
    )

    @property
    def key_name(self) -> str:
        """The variable that holds the key, "" for none: Zotero's own key goes to zotero.org alone, unasked."""
        return self.key_env or (KEY_NAME if self.web_url == WEB_URL else "")

    def build_access(self, door: str | None = None, env: Mapping[str, str] = os.environ) -> ZoteroAccess:
        """Tell how Zotero is reached, with the key from the environment or the keyring.

        Args:
            door: ``local``, ``web``, ``database``, or the path of a file zotero.sqlite, in place of what is set.
            env: The environment.

        Raises:
            InputError: What is set is no key, or the keyring cannot be read.
        """
        name, database = self.door, self.database
        if door in ("auto", "local", "web", "database"):
            name = door  # type: ignore[assignment]
        elif door:
            name, database = "database", Path(door).expanduser()
        key = find_key(self.key_name, env) if self.key_name and name in ("auto", "web") else None
        return ZoteroAccess(
            door=name,
            local_url=self.local_url,
            web_url=self.web_url,
            key=key,
            key_name=self.key_name or KEY_NAME,
            database=database,
            timeout=self.timeout,
        )
