"""Settings as a form has them, texts and switches by flat names, and back, with the errors of each field."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic import ValidationError

from assistant import secrets as keys
from assistant.phrases import STRICT
from assistant.settings import NAMES, ModelSettings, Settings
from assistant.settings.sources import flatten_name
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
TEXTS = (*(flatten_name(role, name) for role in ROLES for name in MODEL_FIELDS), "k")
Values = Mapping[str, str | bool]


class FormResult(NamedTuple):
    """What a form says: settings, None where there are errors; those by the names of the fields."""

    settings: Settings | None
    errors: dict[str, str]


def form_values(settings: Settings) -> dict[str, str | bool]:
    """Return what stands in the fields. Those of the report are empty where it has what chat has."""
    values: dict[str, str | bool] = {name: _read_text(settings, name) for name in TEXTS}
    own_address = settings.report.base_url != settings.chat.base_url
    for name in MODEL_FIELDS:
        is_own_key = name == "api_key_env" and own_address
        if getattr(settings.report, name) == getattr(settings.chat, name) and not is_own_key:
            values[flatten_name("report", name)] = ""
    return values | {name: bool(getattr(settings, name)) for name in SWITCHES}


def read_form(settings: Settings, values: Values) -> FormResult:
    """Return the settings with what stands in the fields; what no field shows stays.

    A model or an address that changes forgets the context, which was that of another model.
    """
    errors = {name: keys.WHERE for name in TEXTS if keys.holds_key(str(values[name]))}
    texts = _fill_report_texts({name: str(values[name]).strip() for name in TEXTS})
    data = settings.model_dump() | {"k": texts["k"]} | {name: values[name] for name in SWITCHES}
    for role in ROLES:
        fields = {name: texts[flatten_name(role, name)] for name in MODEL_FIELDS}
        data[role] = _update_model(getattr(settings, role), fields)
    try:
        edited = Settings.model_validate(data)
    except ValidationError as error:
        return FormResult(None, _describe_errors(error, values) | errors)
    return FormResult(None if errors else edited, errors)


def with_model(settings: Settings, name: str, base_url: str | None = None) -> Settings:
    """Return the settings with another chat model, "" for none; the report goes on with it where it had the same.

    Args:
        settings: What is set.
        name: The model's.
        base_url: Where it is asked, and no key is sent; None to leave that as it is.

    Raises:
        InputError: It cannot be a model's name.
    """
    place = {} if base_url is None else {"base_url": base_url, "api_key_env": ""}
    result = read_form(settings, form_values(settings) | {"model": name} | place)
    if result.settings is None:
        raise InputError(f"{one_line(name)} is no model.", " ".join(result.errors.values()))
    return result.settings


def list_changes(settings: Settings, values: Values) -> dict[str, object]:
    """Return the fields that differ from what the settings have, by flat names, as ``save_settings`` takes them."""
    before = form_values(settings)
    return {name: value for name, value in values.items() if value != before[name]}


def describe_model(model: ModelSettings) -> str:
    """Say which service a model is asked at, and which key is sent there."""
    if not model.model:
        return "No model: nothing is sent anywhere."
    key = f"the key in {model.key_name}" if model.key_name else "no key"
    return f"Asks {model.endpoint or 'nobody that is known'}; sends {key}."


def _read_text(settings: Settings, name: str) -> str:
    value: Any = settings
    for part in NAMES.flat()[name]:
        value = getattr(value, part)
    return "" if value is None else str(value)


def _fill_report_texts(texts: dict[str, str]) -> dict[str, str]:
    """Return the texts with chat's values in the report's empty fields; a key stays with its address."""
    own = {"api_key_env"} if texts["report_base_url"] else set()
    empty = [name for name in MODEL_FIELDS if name not in own and not texts[flatten_name("report", name)]]
    return texts | {flatten_name("report", name): texts[name] for name in empty}


def _update_model(before: ModelSettings, fields: dict[str, str]) -> dict[str, object]:
    same = (before.model, before.base_url or "") == (fields["model"], fields["base_url"])
    return before.model_dump() | ({} if same else {"context": None}) | fields


def _describe_errors(error: ValidationError, values: Values) -> dict[str, str]:
    """Return the errors by the fields; what the report has from chat is an error there."""
    errors = {}
    for details in error.errors(include_url=False, include_input=False):
        path = [str(part) for part in details["loc"][:2]]
        name = flatten_name(*path)
        fields = ModelSettings.model_fields if path[0] in ROLES else Settings.model_fields
        if values.get(name) or name == "k":
            errors[name] = f"Allowed: {fields[path[-1]].description}."
    return errors
