"""Messages that concern the whole application."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from tui.engine import Scope


@dataclass
class LibraryChanged(Message):
    """Papers were added, removed, merged or split; ``removed`` are the ids of those that are gone."""

    removed: frozenset[str] = frozenset()


@dataclass
class ScopeChosen(Message):
    """The chat is to answer from these papers only."""

    scope: Scope


@dataclass
class EvidenceShown(Message):
    """The user shows or hides the panel beside the chat; it is to stay so."""

    shown: bool


@dataclass
class EvidenceResized(Message):
    """The user gave the panel beside the chat so many hundredths of the screen; it is to stay so."""

    share: int


@dataclass
class ReportEnded(Message):
    """A report was saved, or could not be; in words."""

    text: str
    failed: bool = False
