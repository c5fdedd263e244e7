"""The settings of models, of how answers are made, and of the colours."""

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

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
from assistant.settings import Settings
from assistant.settings.save import list_overruling_variables, save_settings
from assistant.settings.sources import flatten_name
from store.errors import ConspectusError, InputError
from tui.preferences import Preferences, read_keymap, save_keymap, save_preferences, write_keymap
from tui.settings.form import (
    MODEL_FIELDS,
    ROLES,
    SWITCHES,
    TEXTS,
    Values,
    describe_model,
    form_values,
    list_changes,
    read_form,
)
from tui.text import glyphs_of, one_line
from tui.widgets.controls import Field, PlainCheckbox
from tui.widgets.key_footer import MORE_KEYS, KeyFooter

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
