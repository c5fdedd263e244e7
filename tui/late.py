"""The one place where screens and what they bring load: when they are first opened, so that the chat is there at once.

Together they take as long to import as everything that the first picture needs.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.help import HelpScreen as HelpScreen
    from tui.papers.add_dialog import AddFiles as AddFiles
    from tui.papers.screen import PapersScreen as PapersScreen
    from tui.sessions.screen import SessionsScreen as SessionsScreen
    from tui.settings.screen import SettingsScreen as SettingsScreen
    from tui.themes.reports import Reports as Reports
    from tui.themes.screen import ThemesScreen as ThemesScreen
else:
    from importlib import import_module

    _MODULES = {
        "AddFiles": "tui.papers.add_dialog",
        "HelpScreen": "tui.help",
        "PapersScreen": "tui.papers.screen",
        "Reports": "tui.themes.reports",
        "SessionsScreen": "tui.sessions.screen",
        "SettingsScreen": "tui.settings.screen",
        "ThemesScreen": "tui.themes.screen",
    }

    def __getattr__(name):
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(_MODULES[name]), name)
