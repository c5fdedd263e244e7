"""The engine's events, matched in one place, on their way to an exchange."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from assistant.events import AnswerDone, AskEvent, ClaimChecked, EvidenceFound, Repairing, Searching, TextDelta
from assistant.phrases import count_worded
from assistant.types import Answer, Support
from tui.chat.exchange import Exchange


async def follow(events: AsyncGenerator[AskEvent, None], exchange: Exchange) -> Answer:
    """Show events as they come; returns the answer of the last one."""
    answer: Answer | None = None
    compared = sound = 0
    async with aclosing(events):
        async for event in events:
            match event:
                case Searching(query=query):
                    exchange.say(f"Searching: {query}")
                case EvidenceFound(paper_ids=ids):
                    exchange.say(f"{len(ids)} paper{'s' * (len(ids) != 1)} found")
                case TextDelta(text=text):
                    await exchange.write(text)
                case Repairing(claims=claims):
                    exchange.say(f"{claims} sentence{'s' * (claims != 1)} in doubt; they are written again")
                case ClaimChecked(claim=claim):
                    compared, sound = compared + 1, sound + (claim.support is Support.SUPPORTED)
                    exchange.checked(f"Words compared: {count_worded(sound, compared)}")
                case AnswerDone():
                    answer = event.answer
    if answer is None:
        raise AssertionError("the answer ended without its last event")
    return answer
