"""The settings of models, of how answers are made, and of the colours."""

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, NamedTuple

from pydantic import ValidationError
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Button, Checkbox, Input, Select, Static
from textual.worker import get_current_worker

from assistant import Check
from assistant import secrets as keys
from assistant.phrases import STRICT
from assistant.settings import NAMES, ModelSettings, Settings
from assistant.settings.save import list_overruling_variables, save_settings
from assistant.settings.sources import flatten_name
from store.errors import ConspectusError, InputError
from tui.preferences import Preferences, read_keymap, save_keymap, save_preferences, write_keymap
from tui.text import glyphs_of, one_line
from tui.widgets.controls import Field, PlainCheckbox
from tui.widgets.key_footer import MORE_KEYS, KeyFooter

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
# Columns that the buttons take side by side.
_BUTTONS = 72
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


Probe = Callable[[Settings, Mapping[str, str]], Iterator[Check]]
NO_KEYS = "Keys are not typed here: they stay in the variable, or in the keyring, that is named."


class SettingsScreen(Screen[Settings | None]):
    """Dismissed with other settings, or with None; the application then has the theme that was chosen.

    Args:
        settings: Those that hold now.
        preferences: Saved with the theme, when the settings are saved.
        probe: Asks every model (``Assistant.probe_models``); called in a thread.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        MORE_KEYS,
        Binding("ctrl+s", "use", "Use", id="settings.use"),
        Binding("ctrl+o", "save", "Use and save", id="settings.save"),
        Binding("f10", "check", "Check", id="settings.check"),
        Binding("escape", "leave", "Leave", id="settings.leave"),
    ]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (_BUTTONS, "-wide")]  # noqa: RUF012

    @dataclass
    class Checked(Message):
        """A model was asked; None where that was the last."""

        check: Check | None

    def __init__(self, settings: Settings, preferences: Preferences, probe: Probe) -> None:
        super().__init__()
        self._settings = settings
        self._preferences = preferences
        self._probe = probe
        self._theme = ""
        self._checks: list[Content] = []

    def compose(self) -> ComposeResult:
        """The models, what else there is to set, the checks, the buttons."""
        values = form_values(self._settings)
        with VerticalScroll(id="settings", can_focus=False):
            yield Static(NO_KEYS, markup=False, classes="settings-note")
            for role, title in ROLES.items():
                yield from self._compose_role(role, title, values)
            yield Static("How it answers", markup=False, classes="settings-title")
            yield Field("k", "Papers of a search", str(values["k"]))
            for name, label in SWITCHES.items():
                yield PlainCheckbox(Content(label), bool(values[name]), id=name, compact=True)
            with Horizontal(id="settings-colours"):
                yield Static("Colours", markup=False, classes="field-label")
                yield Select(self._list_themes(), value=self.app.theme, allow_blank=False, compact=True, id="colours")
            yield Field(
                "keymap", "Your keys", write_keymap(self._preferences.keymap), "retry=f5,ctrl+r list.down=ctrl+j"
            )
        yield Static(id="checks", markup=False)
        with Horizontal(id="settings-buttons"):
            yield Button("Use", variant="primary", action="screen.use", compact=True)
            yield Button("Use and save", action="screen.save", compact=True)
            yield Button("Check the models", action="screen.check", compact=True)
            yield Button("Leave", action="screen.leave", compact=True)
        yield KeyFooter()

    def _compose_role(self, role: str, title: str, values: Values) -> ComposeResult:
        with Vertical(classes="settings-role"):
            yield Static(title, markup=False, classes="settings-title")
            for name, label in MODEL_FIELDS.items():
                flat = flatten_name(role, name)
                yield Field(flat, label, str(values[flat]), "as for answers" if role == "report" else "")
            yield Static(id=f"asks-{role}", markup=False, classes="settings-note")

    def _list_themes(self) -> list[tuple[Content, str]]:
        return [(Content(name), name) for name in sorted(self.app.available_themes)]

    def on_mount(self) -> None:
        """Remember the theme, to go back to it where the user leaves without taking another."""
        self._theme = self.app.theme
        self._read_fields()
        self.query_one("#field-model Input", Input).focus()

    @on(Input.Changed)
    @on(Checkbox.Changed)
    def _on_field_edited(self, event: Message) -> None:
        event.stop()
        self._read_fields()

    @on(Input.Submitted)
    def _on_field_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_use()

    @on(Select.Changed)
    def _on_theme_selected(self, event: Select.Changed) -> None:
        event.stop()
        self.app.theme = str(event.value)

    def _field_values(self) -> dict[str, str | bool]:
        texts = {name: self.query_one(f"#field-{name}", Field).value for name in TEXTS}
        return texts | {name: self.query_one(f"#{name}", Checkbox).value for name in SWITCHES}

    def _read_fields(self) -> Settings | None:
        """Return what the fields say; None, and show the errors beside them, where that is not allowed."""
        settings, errors = read_form(self._settings, self._field_values())
        for name in TEXTS:
            self.query_one(f"#field-{name}", Field).show_error(errors.get(name, ""), glyphs_of(self.app).failed)
        self._show_keymap_error()
        for role in ROLES:
            text = describe_model(getattr(settings, role)) if settings else ""
            self.query_one(f"#asks-{role}", Static).update(Content(one_line(text)))
        return settings

    @property
    def keymap(self) -> Mapping[str, str]:
        """The keys that the user wants; those that he had where what stands there are none."""
        try:
            return read_keymap(self.query_one("#field-keymap", Field).value)
        except InputError:
            return self._preferences.keymap

    def _show_keymap_error(self) -> None:
        field = self.query_one("#field-keymap", Field)
        try:
            read_keymap(field.value)
        except InputError as error:
            field.show_error(str(error), glyphs_of(self.app).failed)
        else:
            field.show_error("", "")

    def _read_or_focus(self) -> Settings | None:
        """Return what the fields say; None, and go to the first error, where that is not allowed."""
        settings = self._read_fields()
        if settings is None:
            errors = read_form(self._settings, self._field_values()).errors
            self.query_one(f"#field-{next(iter(errors))} Input", Input).focus()
        return settings

    def action_use(self) -> None:
        """Go on with these settings."""
        settings = self._read_or_focus()
        if settings is not None:
            self.dismiss(settings)

    @work(exclusive=True, group="save")
    async def action_save(self) -> None:
        """Go on with them, and begin with them the next time."""
        settings, changed = self._read_or_focus(), list_changes(self._settings, self._field_values())
        if settings is None:
            return
        preferences = replace(self._preferences, theme=self.app.theme)
        keymap = self.keymap
        try:
            await asyncio.to_thread(_save_changes, changed, preferences)
            await asyncio.to_thread(save_keymap, keymap)
        except ConspectusError as error:
            self._show_checks(
                Content.styled(f"{glyphs_of(self.app).failed} {one_line(str(error), 1000)}", "$text-error")
            )
            return
        if over := list_overruling_variables(changed):
            self.app.notify(f"Saved, but {', '.join(over)} in the environment wins.", markup=False)
        self.dismiss(settings)

    def action_leave(self) -> None:
        """Leave everything as it was, the theme too."""
        self.app.theme = self._theme
        self.dismiss(None)

    def action_check(self) -> None:
        """Ask every model that the fields name."""
        settings = self._read_or_focus()
        if settings is not None:
            self._checks = []
            self._show_checks(Content(f"{glyphs_of(self.app).working} asking the models"))
            self._probe_models(settings)

    @work(thread=True, exclusive=True, group="check")
    def _probe_models(self, settings: Settings) -> None:
        worker = get_current_worker()
        for check in self._probe(settings, os.environ):
            if worker.is_cancelled:
                return
            self.post_message(self.Checked(check))
        self.post_message(self.Checked(None))

    @on(Checked)
    def _on_model_checked(self, event: Checked) -> None:
        event.stop()
        if event.check is not None:
            self._checks.append(self._describe_check(event.check))
        more = [] if event.check is None else [Content(f"{glyphs_of(self.app).working} asking on")]
        self._show_checks(Content("\n").join([*self._checks, *more]))

    def _describe_check(self, check: Check) -> Content:
        glyphs = glyphs_of(self.app)
        sign, word = (glyphs.done, "works") if check.ok else (glyphs.failed, "fails")
        if check.ok and not check.works:
            return Content.assemble((f"- {check.name}: ", "$text-muted"), one_line(check.detail, 500))
        text = one_line(f"{check.detail}. {check.hint}" if check.hint else check.detail, 500)
        return Content.assemble((f"{sign} {check.name} {word}: ", "$text-success" if check.ok else "$text-error"), text)

    def _show_checks(self, content: Content) -> None:
        checks = self.query_one("#checks", Static)
        checks.update(content)
        checks.display = True


def _save_changes(changed: Mapping[str, object], preferences: Preferences) -> None:
    if changed:
        save_settings(changed)
    save_preferences(preferences)
