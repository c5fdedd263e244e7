"""How far an answer is, while a model writes it: on a terminal only, and on standard error."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

from assistant.cli.console import Page
from assistant.cli.phrases import count
from assistant.client import Assistant
from assistant.events import AnswerDone, AskEvent, ClaimChecked, EvidenceFound, Repairing, Searching, TextDelta
from assistant.types import Answer

Told = Callable[[AskEvent], None]


def answered(assistant: Assistant, page: Page, question: str, *args: Any, **more: Any) -> Answer:
    """What ``Assistant.ask`` gives; where a model writes it and the page is a terminal, shows how far it is."""
    events = assistant.asking(question, *args, **more)
    with waiting(page, assistant.chain is not None) as told, closing(events):
        for event in events:
            told(event)
            if isinstance(event, AnswerDone):
                return event.answer
    raise AssertionError("the answer ended without its last event")


@contextmanager
def waiting(page: Page, model: bool) -> Iterator[Told]:
    """Show what is being done, and nothing of the draft; what is yielded takes the events.

    Args:
        page: Where to.
        model: Whether a model answers: without one there is nothing to wait for.
    """
    if not (page.is_terminal and model):
        yield lambda event: None
        return
    from rich.text import Text

    with page.console.status(Text("asking")) as status:

        def told(event: AskEvent) -> None:
            step = _step(event)
            if step:
                status.update(Text(step))

        yield told


def _step(event: AskEvent) -> str:
    match event:
        case Searching():
            return "searching"
        case EvidenceFound():
            return f"reading {count(len(event.paper_ids), 'paper')}"
        case TextDelta():
            return "writing"
        case Repairing():
            return f"comparing: {count(event.claims, 'sentence')} in doubt, to be written again"
        case ClaimChecked():
            return "comparing"
        case _:
            return ""
