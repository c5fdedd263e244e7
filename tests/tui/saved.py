"""Saved conversations for tests, and what stands in for an assistant where only those matter."""

from datetime import UTC, datetime
from pathlib import Path

from assistant.sessions import Sessions
from assistant.types import Answer, Turn

HOSTILE = (
    "[/] [red]closed[/red]",
    "\x1b[31mred\x1b]0;owned\x07",
    "\u202etxet desrever",
    "漢字の題名 " * 30,
    "عنوان بالعربية",
    "word " * 20_000,
)
NOW = datetime.now(UTC)


class Exported(Sessions):
    """Conversations whose export only says what it is: what is exported is tested where it is made."""

    def export(self, session_id: str, format: str = "md") -> str:
        """A line in place of the conversation."""
        return f"{format} of {self.get(session_id).title}\n"


class Saved:
    """An assistant as far as the screens of conversations need one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sessions = Exported(folder)

    def add(self, *turns: Turn, title: str = "") -> str:
        """Save a conversation; its id."""
        made = self.sessions.new(title)
        for turn in turns:
            self.sessions.record(made.id, turn)
        return made.id

    def damage(self, id: str) -> None:
        """Break the file of a conversation."""
        (self.folder / f"{id}.jsonl").write_text("no JSON\n")


def turn(question: str, text: str = "") -> Turn:
    """A question and its answer."""
    return Turn(asked_at=NOW, question=question, answer=Answer(question=question, text=text))
