"""The one place where screens and what they bring load: when they are first opened, so that the chat is there at once.

Together they take as long to import as everything that the first picture needs.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.dialogs.add import AddFiles as AddFiles
    from tui.reports import Reports as Reports
    from tui.screens.help import HelpScreen as HelpScreen
    from tui.screens.papers import PapersScreen as PapersScreen
    from tui.screens.sessions import SessionsScreen as SessionsScreen
    from tui.screens.settings import SettingsScreen as SettingsScreen
    from tui.screens.themes import ThemesScreen as ThemesScreen
else:
    from importlib import import_module

    _MODULES = {
        "AddFiles": "tui.dialogs.add",
        "HelpScreen": "tui.screens.help",
        "PapersScreen": "tui.screens.papers",
        "Reports": "tui.reports",
        "SessionsScreen": "tui.screens.sessions",
        "SettingsScreen": "tui.screens.settings",
        "ThemesScreen": "tui.screens.themes",
    }

    def __getattr__(name):
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(_MODULES[name]), name)
