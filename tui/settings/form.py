"""Settings as a form has them: texts and switches by flat names, and back, with an error for each field."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic import ValidationError

from assistant import secrets as keys
from assistant.phrases import STRICT
from assistant.settings import NAMES, ModelSettings, Settings
from assistant.settings.sources import flat_name
from store.errors import InputError
from tui.text import one_line

ROLES = {
    "chat": "Answers",
    "embedding": "Search by meaning (a library keeps its embedder)",
    "report": "Reports (empty: as for answers)",
}
MODEL_FIELDS = {"model": "Model", "base_url": "Address", "api_key_env": "Variable with the key"}
SWITCHES = {
    "strict": STRICT.capitalize(),
    "retracted": "Answer from retracted papers, too",
    "fallback": "Quote excerpts when the model fails",
    "cache": "Answer the same question from the cache",
}
TEXTS = (*(flat_name(role, name) for role in ROLES for name in MODEL_FIELDS), "k")
Values = Mapping[str, str | bool]


class Filled(NamedTuple):
    """What a form says: settings, None where there are errors; those by the names of the fields."""

    settings: Settings | None
    errors: dict[str, str]


def values_of(settings: Settings) -> dict[str, str | bool]:
    """What stands in the fields. Those of the report are empty where it has what chat has."""
    values: dict[str, str | bool] = {name: _text(settings, name) for name in TEXTS}
    own_address = settings.report.base_url != settings.chat.base_url
    for name in MODEL_FIELDS:
        kept = name == "api_key_env" and own_address
        if getattr(settings.report, name) == getattr(settings.chat, name) and not kept:
            values[flat_name("report", name)] = ""
    return values | {name: bool(getattr(settings, name)) for name in SWITCHES}


def filled(settings: Settings, values: Values) -> Filled:
    """The settings with what stands in the fields; what no field shows stays.

    A model or an address that changes forgets the context, which was that of another model.
    """
    errors = {name: keys.WHERE for name in TEXTS if keys.holds_key(str(values[name]))}
    given = _completed({name: str(values[name]).strip() for name in TEXTS})
    data = settings.model_dump() | {"k": given["k"]} | {name: values[name] for name in SWITCHES}
    for role in ROLES:
        data[role] = _role(getattr(settings, role), {name: given[flat_name(role, name)] for name in MODEL_FIELDS})
    try:
        made = Settings.model_validate(data)
    except ValidationError as error:
        return Filled(None, _errors(error, values) | errors)
    return Filled(None if errors else made, errors)


def with_model(settings: Settings, name: str) -> Settings:
    """The settings with another chat model, "" for none; the report goes on with it where it had the same.

    Raises:
        InputError: It cannot be a model's name.
    """
    made = filled(settings, values_of(settings) | {"model": name})
    if made.settings is None:
        raise InputError(f"{one_line(name)} is no model.", " ".join(made.errors.values()))
    return made.settings


def changes(settings: Settings, values: Values) -> dict[str, object]:
    """The fields that differ from what the settings have, by flat names, as ``save_settings`` takes them."""
    before = values_of(settings)
    return {name: value for name, value in values.items() if value != before[name]}


def asks(model: ModelSettings) -> str:
    """Whom it asks and which key it sends, in words."""
    if not model.model:
        return "No model: nothing is sent anywhere."
    key = f"the key in {model.key_name}" if model.key_name else "no key"
    return f"Asks {model.endpoint or 'nobody that is known'}; sends {key}."


def _text(settings: Settings, name: str) -> str:
    value: Any = settings
    for part in NAMES.flat()[name]:
        value = getattr(value, part)
    return "" if value is None else str(value)


def _completed(given: dict[str, str]) -> dict[str, str]:
    """The same with chat's values in the report's empty fields; a key stays with its address."""
    kept = {"api_key_env"} if given["report_base_url"] else set()
    taken = [name for name in MODEL_FIELDS if name not in kept and not given[flat_name("report", name)]]
    return given | {flat_name("report", name): given[name] for name in taken}


def _role(before: ModelSettings, given: dict[str, str]) -> dict[str, object]:
    same = (before.model, before.base_url or "") == (given["model"], given["base_url"])
    return before.model_dump() | ({} if same else {"context": None}) | given


def _errors(error: ValidationError, values: Values) -> dict[str, str]:
    """By the fields. What the report has from chat is told of there."""
    errors = {}
    for one in error.errors(include_url=False, include_input=False):
        path = [str(part) for part in one["loc"][:2]]
        name = flat_name(*path)
        fields = ModelSettings.model_fields if path[0] in ROLES else Settings.model_fields
        if values.get(name) or name == "k":
            errors[name] = f"Allowed: {fields[path[-1]].description}."
    return errors
