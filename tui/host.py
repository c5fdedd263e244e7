"""What a screen may ask of the application that it runs in, whichever that is."""

from collections.abc import Mapping
from typing import Any

from textual.app import App

from tui.preferences import Preferences
from tui.text import UNICODE, Glyphs


def glyphs_of(app: App[Any]) -> Glyphs:
    """The signs that the application chose for its terminal."""
    chosen = getattr(app, "glyphs", UNICODE)
    return chosen if isinstance(chosen, Glyphs) else UNICODE


def keymap_of(app: App[Any]) -> Mapping[str, str]:
    """The keys that the user chose, by the ids of bindings."""
    preferences = getattr(app, "preferences", None)
    return preferences.keymap if isinstance(preferences, Preferences) else {}
