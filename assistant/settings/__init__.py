"""What can be set: the models of the four roles, the library, how answers are made.

Settings are read once, with ``load``, where the parts are put together; everything below takes plain arguments.
``sources`` reads them from where they stand, ``save`` writes them to the file.
"""

import os
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator

from assistant import secrets as keys
from assistant.folders import config_folder as config_folder
from assistant.phrases import STRICT
from assistant.secrets import find_key
from assistant.settings.base_model import (
    ADDRESS,
    KEY_ENV,
    KEY_ENV_PATTERN,
    Address,
    SettingsModel,
    UserPath,
    check_address,
)
from assistant.settings.server import ServerSettings
from assistant.settings.sources import (
    PREFIX,
    SettingNames,
    SourcedValue,
    flatten_name,
    read_environment,
    read_file,
    read_flags,
)
from store.errors import InputError
from store.providers.provider import URLS, Access
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


# The variables that the providers' own documentation names.
_KEY_NAMES: Mapping[str, str] = MappingProxyType(
    {"openalex": "OPENALEX_API_KEY", "s2": "S2_API_KEY", "pubmed": "NCBI_API_KEY"}
)


class ProviderSettings(SettingsModel):
    """Of all providers. The descriptions of the fields say what is allowed; error messages quote them."""

    email: str = Field(
        default="",
        pattern=r"^([A-Za-z0-9_.+-]+@[A-Za-z0-9.-]+)?$",
        description="an e-mail address that they may write to",
    )
    arxiv_url: Address = Field(default=URLS["arxiv"], description=ADDRESS)
    openalex_url: Address = Field(default=URLS["openalex"], description=ADDRESS)
    crossref_url: Address = Field(default=URLS["crossref"], description=ADDRESS)
    s2_url: Address = Field(default=URLS["s2"], description=ADDRESS)
    pubmed_url: Address = Field(default=URLS["pubmed"], description=ADDRESS)
    openalex_key_env: str = Field(default="", pattern=KEY_ENV_PATTERN, description=KEY_ENV)
    s2_key_env: str = Field(default="", pattern=KEY_ENV_PATTERN, description=KEY_ENV)
    pubmed_key_env: str = Field(default="", pattern=KEY_ENV_PATTERN, description=KEY_ENV)
    timeout: float = Field(
        default=30.0, gt=0, le=3600, description="seconds to wait for each piece of an answer, up to 3600"
    )
    cache_days: float = Field(default=7.0, ge=0, le=3650, description="days that an answer is kept, from 0 to 3650")

    def key_name(self, provider: str) -> str:
        """Name the variable that holds a provider's key, "" for none: an unnamed one goes to the provider alone."""
        name: str = getattr(self, f"{provider}_key_env")
        is_itself = getattr(self, f"{provider}_url") == URLS[provider]
        return name or (_KEY_NAMES[provider] if is_itself else "")

    def build_access(self, env: Mapping[str, str] = os.environ) -> Access:
        """Tell how to ask, with the keys from the environment or the keyring.

        Raises:
            InputError: What is set is no key, or the keyring cannot be read.
        """
        names = {provider: self.key_name(provider) for provider in _KEY_NAMES}
        values = {provider: find_key(name, env) for provider, name in names.items() if name}
        return Access(
            urls={provider: getattr(self, f"{provider}_url") for provider in URLS},
            keys={provider: key for provider, key in values.items() if key},
            email=self.email,
            timeout=self.timeout,
            cache_days=self.cache_days,
        )


OPENAI = "https://api.openai.com/v1"
OPENAI_KEY = "OPENAI_API_KEY"
# Tokens that a model reads and writes in all, where nobody says: what small local servers are started with.
ASSUMED_CONTEXT = 8192


class ModelSettings(SettingsModel):
    """One model. The descriptions of the fields say what is allowed; error messages quote them."""

    model: str = Field(
        default="", description="PROVIDER:NAME (openai:gpt-4o-mini), or with a base_url the server's own name"
    )
    base_url: str | None = Field(
        default=None, description="an address like http://localhost:11434/v1, without user, password and query"
    )
    api_key_env: str = Field(default="", pattern=KEY_ENV_PATTERN, description=KEY_ENV)
    context: int | None = Field(default=None, ge=256, description="tokens that it reads and writes in all, 256 or more")
    max_output: int = Field(default=1024, ge=16, description="tokens of an answer at the most, 16 or more")
    temperature: Annotated[float, Field(ge=0, le=2)] | Literal["none"] = Field(
        default=0.0, description="a number from 0 to 2, or none to send none"
    )
    timeout: float = Field(default=60.0, gt=0, le=3600, description="seconds to wait for the first words, up to 3600")
    stall: float = Field(default=30.0, gt=0, le=3600, description="seconds without a further word, up to 3600")
    longest: float = Field(
        default=900.0, gt=0, le=86400, description="seconds from an answer's first words to its last, up to 86400"
    )
    retries: int = Field(default=2, ge=0, le=10, description="how often to ask again after an error, from 0 to 10")
    reasoning: Literal["auto", "none", "minimal", "low", "medium", "high"] = Field(
        default="auto",
        description="how much it thinks: auto (as it does by itself), none, minimal, low, medium or high",
    )
    reasoning_tokens: int = Field(
        default=4096, ge=0, description="tokens for thinking beside max_output, once a model was seen to think"
    )
    response_format: Literal["auto", "json_schema", "json_object", "none"] = Field(
        default="auto", description="auto (worked out), json_schema, json_object or none: how JSON is asked for"
    )
    max_tokens_name: Literal["auto", "max_tokens", "max_completion_tokens", "none"] = Field(
        default="auto",
        description="auto (worked out), max_tokens, max_completion_tokens or none: how max_output is sent",
    )
    stream: Literal["auto", "yes", "no"] = Field(
        default="auto", description="auto (worked out), yes or no: whether the answer comes piece by piece"
    )
    stream_usage: Literal["auto", "yes", "no"] = Field(
        default="auto", description="auto (worked out), yes or no: whether stream_options asks to count tokens"
    )

    @field_validator("base_url")
    @classmethod
    def _check_base_url(cls, value: str | None) -> str | None:
        return check_address(value) if value else None

    @property
    def provider(self) -> str:
        """Who serves it: ``openai`` for every endpoint that speaks OpenAI's interface; "" where nobody can tell."""
        if self.base_url:
            return "openai"
        before, colon, _ = self.model.partition(":")
        return before if colon else ""

    @property
    def name(self) -> str:
        """The model's name as its provider knows it."""
        prefix = "openai:" if self.base_url else f"{self.provider}:"
        return self.model.removeprefix(prefix)

    @property
    def endpoint(self) -> str:
        """The address that is asked; the provider's name where its own package knows the address."""
        return self.base_url or (OPENAI if self.provider == "openai" else self.provider)

    @property
    def host(self) -> str:
        """The endpoint's host; ``localhost`` for every name of this machine's loopback."""
        host = urlsplit(self.endpoint).hostname or self.endpoint
        return "localhost" if _is_loopback(host) else host

    @property
    def is_local(self) -> bool:
        """Whether the endpoint is on this machine."""
        return self.host == "localhost"

    @property
    def is_openai(self) -> bool:
        """Whether the endpoint is OpenAI itself."""
        return self.host == urlsplit(OPENAI).hostname and self.endpoint.startswith("https:")

    @property
    def key_name(self) -> str:
        """The variable that holds the key, "" where none is sent: OpenAI's own key goes to OpenAI alone, unasked."""
        return self.api_key_env or (OPENAI_KEY if self.is_openai else "")


class CheckSettings(ModelSettings):
    """The second stage of the check, and its model where that is a chat model."""

    second_stage: Literal["none", "learned", "model"] = Field(
        default="none", description="none, learned or model: who looks at the sense of a claim after the rules"
    )
    folder: Path | None = Field(default=None, description="the folder of a cross-encoder, for learned")
    nearness: bool = Field(
        default=True, description="true or false: whether a small network weighs sentences of your own behind the rules"
    )


class ArchiveSettings(SettingsModel):
    """What an archive of papers may unpack to: ``store.readers.archives.ArchiveLimits``, where the origin stands."""

    ratio: int = Field(default=200, ge=1, le=100_000, description="bytes that a packed byte may become, from 1")
    members: int = Field(default=10_000, ge=1, description="files that a zip may hold, from 1")
    records: int = Field(
        default=100_000, ge=1, description="records in an archive; where that is more, one for 20 packed bytes"
    )
    seconds: float = Field(default=3600.0, gt=0, description="seconds that reading an archive may take")


class Settings(SettingsModel):
    """Everything that can be set; ``load`` gives ``report`` and ``check`` what they lack of ``chat``."""

    chat: ModelSettings = Field(
        default=ModelSettings(), description="the model that answers; without one, excerpts are quoted"
    )
    embedding: ModelSettings = Field(
        default=ModelSettings(), description="the embedder; without one, the one that is shipped"
    )
    report: ModelSettings = Field(default=ModelSettings(), description="the model that writes reports")
    check: CheckSettings = Field(
        default=CheckSettings(), description="the model that looks at the sense of claims; only where it is asked to"
    )
    providers: ProviderSettings = Field(default=ProviderSettings(), description="where papers are fetched from")
    zotero: ZoteroSettings = Field(default=ZoteroSettings(), description="how Zotero is reached")
    archives: ArchiveSettings = Field(default=ArchiveSettings(), description="what an archive may unpack to")
    library: UserPath = Field(default=None, description="the folder of the library")
    server: ServerSettings = Field(default=ServerSettings(), description="the Chroma server that store names")
    store: str | None = Field(
        default=None,
        description="the address of a Chroma server (http://localhost:8000), without user, password and query",
    )
    prompts: UserPath = Field(default=None, description="a folder with prompts that replace those that are shipped")
    fallback: bool = Field(default=False, description="true or false: whether excerpts are quoted when the model fails")
    cache: bool = Field(default=True, description="true or false: whether the same question is answered from the cache")
    strict: bool = Field(default=False, description=f"true or false: whether to {STRICT}")
    retracted: bool = Field(
        default=False, description="true or false: whether answers and reports draw on retracted papers, too"
    )
    embed_at_once: bool = Field(
        default=True,
        description="true or false: whether papers that are added get their vectors before the command ends",
    )
    k: int = Field(default=10, ge=1, le=100, description="papers that a search shows, from 1 to 100")

    @field_validator("store")
    @classmethod
    def _check_store(cls, value: str | None) -> str | None:
        if set(value or "") & set("@?#"):
            raise ValueError("no plain address")
        return value


_ROLES = ("chat", "embedding", "report")
_TABLES: dict[str, type[SettingsModel]] = {
    **dict.fromkeys(_ROLES, ModelSettings),
    "check": CheckSettings,
    "providers": ProviderSettings,
    "server": ServerSettings,
    "zotero": ZoteroSettings,
    "archives": ArchiveSettings,
}
NAMES = SettingNames(
    top=tuple(name for name in Settings.model_fields if name not in _TABLES),
    tables={table: tuple(fields.model_fields) for table, fields in _TABLES.items()},
)
"""All names that can be set: as flags, in the environment, in the file."""


def load(
    flags: Mapping[str, object] = MappingProxyType({}), env: Mapping[str, str] = os.environ, file: Path | None = None
) -> Settings:
    """Read the settings: defaults, then the file, then the environment, then flags; the later wins.

    Args:
        flags: By flat names: ``model``, ``embedding_model``, ``library``; None is one that was not given.
        env: The environment. ``OPENAI_BASE_URL`` counts where nothing of ours names an address.
        file: A TOML file; None for the one that ``CONSPECTUS_CONFIG`` names, else the user's own if there is one.

    Raises:
        InputError: Something is set that does not exist or to what it cannot be, or an API key stands in the file.
    """
    values: dict[str, SourcedValue] = {}
    path = file or config_path(env)
    if file or _find_named_file(env) or path.exists():
        values |= read_file(path, NAMES)
    values |= read_environment(env, NAMES) | read_flags(flags, NAMES)
    values |= _openai_address("chat", values, env) | _openai_address("embedding", values, env)
    for role in ("report", "check"):
        values |= _inherit_from_chat(role, values)
        values |= _openai_address(role, values, env)
    settings = _build_settings(values)
    _check_room(settings, values)
    return settings


def config_path(env: Mapping[str, str] = os.environ) -> Path:
    """Name the file that settings are read from: the one that ``CONSPECTUS_CONFIG`` names, else the user's own."""
    return _find_named_file(env) or config_folder() / "config.toml"


def _find_named_file(env: Mapping[str, str]) -> Path | None:
    name = env.get(f"{PREFIX}CONFIG")
    return Path(name).expanduser() if name else None


def find_openai_address(model: str, key: str = "", env: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Find the address that OpenAI's own variable names for a model of OpenAI's, and its key; empty for none.

    Args:
        model: As it is named, in full.
        key: The variable of its key, where one is set; "" for OpenAI's own.
        env: The environment.
    """
    address = env.get("OPENAI_BASE_URL", "") if model.startswith("openai:") else ""
    return {"base_url": address, "api_key_env": key or OPENAI_KEY} if address else {}


def _openai_address(role: str, values: Mapping[str, SourcedValue], env: Mapping[str, str]) -> dict[str, SourcedValue]:
    """OpenAI's own variable for another address; the key that belongs to it is in OpenAI's own variable, too."""
    model, address, key = (flatten_name(role, name) for name in ("model", "base_url", "api_key_env"))
    own = find_openai_address(str(values[model].value) if model in values else "", env=env)
    if address in values or not own:
        return {}
    where = "$OPENAI_BASE_URL"
    return {
        address: SourcedValue(own["base_url"], where),
        key: values.get(key) or SourcedValue(own["api_key_env"], where),
    }


def _inherit_from_chat(role: str, values: Mapping[str, SourcedValue]) -> dict[str, SourcedValue]:
    """What another role takes over from chat. A key stays with its address, a context with its model."""
    own = {name for name in ModelSettings.model_fields if flatten_name(role, name) in values}
    bound = {"api_key_env", "context"} if "base_url" in own else {"context"} if "model" in own else set()
    # Who decides between three words has no use for a temperature that is meant for prose.
    bound |= {"temperature"} if role == "check" else set()
    names = [name for name in ModelSettings.model_fields if name in values and name not in own | bound]
    return {flatten_name(role, name): values[name] for name in names}


def _build_settings(values: Mapping[str, SourcedValue]) -> Settings:
    fields: dict[str, Any] = {table: {} for table in _TABLES}
    for name, path in NAMES.flat().items():
        if name in values:
            (fields[path[0]] if len(path) > 1 else fields)[path[-1]] = values[name].value
    try:
        return Settings(**fields)
    except ValidationError as error:
        loc = [str(part) for part in error.errors(include_url=False, include_input=False)[0]["loc"]]
    # Not chained: the cause would hold what was given, and that may be a key.
    raise _explain_value_error(loc, values[flatten_name(*loc[:2])])


def _explain_value_error(path: list[str], sourced: SourcedValue) -> InputError:
    fields = _TABLES.get(path[0], Settings).model_fields
    name = path[-1] if path[-1] in fields else path[0]
    # What stands there may be a key or an address with a password: these are not repeated. Others up to 60 characters.
    value = (
        ""
        if name.endswith(("_env", "_url", "store", "user"))
        else f" is {keys.hide_keys(str(sourced.value))[:60]!r}, which"
    )
    bare = name == "base_url" and not str(sourced.value).startswith(("http://", "https://"))
    why = ": it begins with neither http:// nor https://" if bare else ""
    return InputError(f"{sourced.where}{value} is not allowed{why}.", f"Allowed: {fields[name].description}.")


def _check_room(settings: Settings, values: Mapping[str, SourcedValue]) -> None:
    for role in ("chat", "report", "check"):
        model: ModelSettings = getattr(settings, role)
        if model.context is not None and model.context <= model.max_output:
            where = values[flatten_name(role, "context")].where
            raise InputError(
                f"{where} is {model.context} tokens, which leaves no room beside the answer's {model.max_output}.",
                "Let context be larger than max_output.",
            )


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False
