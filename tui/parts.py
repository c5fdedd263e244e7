"""The parts of the application behind its first picture: each is imported when it is first asked for.

Together they take longer to import than everything that the picture needs, for they bring pydantic and half of the
engine. ``parts.PapersScreen`` is the class itself; where it is written is said here and nowhere else.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.settings import Settings as Settings
    from tui.chat.conversation_pane import FAULT as FAULT
    from tui.chat.screen import ChatScreen as ChatScreen
    from tui.dialogs.ask import TextDialog as TextDialog
    from tui.dialogs.choose import Choice as Choice
    from tui.dialogs.choose import ChoiceDialog as ChoiceDialog
    from tui.engine import EVERYTHING as EVERYTHING
    from tui.engine import EngineHolder as EngineHolder
    from tui.hang_up import TerminalDriver as TerminalDriver
    from tui.hang_up import catch_signals as catch_signals
    from tui.help import HelpScreen as HelpScreen
    from tui.jump import JumpScreen as JumpScreen
    from tui.jump import list_places as list_places
    from tui.papers.add_dialog import AddFilesDialog as AddFilesDialog
    from tui.papers.import_queue import SAMPLE as SAMPLE
    from tui.papers.import_queue import Imports as Imports
    from tui.papers.screen import PapersScreen as PapersScreen
    from tui.sessions.screen import SessionsScreen as SessionsScreen
    from tui.settings.key_store import store_key as store_key
    from tui.settings.model_choice import choose_model as choose_model
    from tui.settings.model_choice import try_model as try_model
    from tui.settings.screen import SettingsScreen as SettingsScreen
    from tui.settings.screen import with_model as with_model
    from tui.themes.report_tasks import ReportTasks as ReportTasks
    from tui.themes.screen import ThemesScreen as ThemesScreen
    from tui.vectors import VectorsFollow as VectorsFollow
    from tui.zotero import ZoteroSync as ZoteroSync
else:
    _MODULES = {
        "assistant.settings": ("Settings",),
        "tui.chat.conversation_pane": ("FAULT",),
        "tui.chat.screen": ("ChatScreen",),
        "tui.dialogs.ask": ("TextDialog",),
        "tui.dialogs.choose": ("Choice", "ChoiceDialog"),
        "tui.engine": ("EVERYTHING", "EngineHolder"),
        "tui.hang_up": ("TerminalDriver", "catch_signals"),
        "tui.help": ("HelpScreen",),
        "tui.jump": ("JumpScreen", "list_places"),
        "tui.papers.add_dialog": ("AddFilesDialog",),
        "tui.papers.import_queue": ("SAMPLE", "Imports"),
        "tui.papers.screen": ("PapersScreen",),
        "tui.sessions.screen": ("SessionsScreen",),
        "tui.settings.key_store": ("store_key",),
        "tui.settings.model_choice": ("choose_model", "try_model"),
        "tui.settings.screen": ("SettingsScreen", "with_model"),
        "tui.themes.report_tasks": ("ReportTasks",),
        "tui.themes.screen": ("ThemesScreen",),
        "tui.vectors": ("VectorsFollow",),
        "tui.zotero": ("ZoteroSync",),
    }

    def __getattr__(name):
        for module, names in _MODULES.items():
            if name in names:
                return getattr(import_module(module), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
