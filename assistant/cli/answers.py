"""An answer for a reader: text, which sentences are not worded as in their sources, references, and how it was made.

How far an answer is, while a model writes it: on a terminal only, and on standard error.

Which conversation is meant.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from assistant import Assistant, Sessions
from assistant.cli import phrases as wording
from assistant.cli.console import Page, parts
from assistant.cli.phrases import count
from assistant.escaping import DOUBTS, renew_signs
from assistant.events import (
    AnswerDone,
    AskEvent,
    ClaimChecked,
    EvidenceFound,
    Repairing,
    Searching,
    TextDelta,
    last_event,
)
from assistant.phrases import count_worded
from assistant.types import EXTRACTIVE, Answer, Claim, Reference, Support

_SIGNS = {
    Support.SUPPORTED: ("✓", "green"),
    Support.PARTIAL: ("~", "yellow"),
    Support.UNSUPPORTED: ("✗", "red"),
}
_TRY = "Try other words, look with `conspectus search`, or add papers with `conspectus add`."


def show_answer(page: Page, answer: Answer) -> None:
    """Write an answer; of one that abstains the reason, and what the model wrote only as what is in doubt."""
    if answer.abstained:
        page.line(("No answer. ", "bold yellow"), answer.reason)
        page.line((_TRY, "dim"))
    else:
        _text(page, renew_signs(answer.text))
    _checks(page, answer.claims)
    if answer.references:
        page.line()
        page.line(("References", "bold"))
    for reference in answer.references:
        _reference(page, reference)
    how = [*(f"Note: {_sentence(note)}" for note in answer.trace.notes), *_mode(answer)]
    if how:
        page.line()
    for line in how:
        page.line((line, "dim"))


def _text(page: Page, markdown: str) -> None:
    for line in markdown.splitlines():
        bullet = line.startswith("- ")
        page.line(*parts(line[2:] if bullet else line), indent=2 if bullet else 0, first="- " if bullet else "")


def _checks(page: Page, claims: tuple[Claim, ...]) -> None:
    doubtful = [claim for claim in claims if claim.support is not Support.SUPPORTED]
    if not doubtful:
        return
    page.line()
    of = wording.count(len(claims), "sentence")
    page.line((f"Compared with the words of the sources: {len(doubtful)} of {of} in doubt", "bold"))
    for claim in doubtful:
        sign, colour = _SIGNS[claim.support]
        cited = "".join(f"[{n}]" for n in dict.fromkeys(citation.n for citation in claim.citations))
        said = (f"{DOUBTS[claim.support]}: ", colour)
        page.line(said, f"{claim.text} {cited}".rstrip(), indent=2, first=(sign, colour))
        for reason in claim.reasons:
            page.line((_sentence(reason), "dim"), indent=4)


def _reference(page: Page, reference: Reference) -> None:
    page.line((reference.title, "bold"), indent=5, first=(f"[{reference.n}]", "cyan"))
    page.line((wording.of_reference(reference), "dim"), indent=5)


def _mode(answer: Answer) -> Iterator[str]:
    """Who wrote it and what that took."""
    taken = wording.taken(answer.usage)
    written = answer.mode != EXTRACTIVE
    if answer.abstained:
        if taken:
            yield f"{f'{answer.mode} was asked' if written else 'The model was asked what is meant'}: {taken}."
    elif not written:
        also = f" A model was asked what is meant: {taken}." if taken else ""
        yield f"Quoted excerpts, no model: matches wording, not meaning.{also}"
    else:
        who = ", ".join(filter(None, (answer.mode, "from the cache" if answer.trace.cached else "", taken)))
        sound = sum(claim.support is Support.SUPPORTED for claim in answer.claims)
        yield f"Written by {who}{f'; {count_worded(sound, len(answer.claims))}' if answer.claims else ''}."


def _sentence(words: str) -> str:
    """Words as a sentence."""
    return f"{words[:1].upper()}{words[1:]}{'' if words.endswith(('.', '!', '?')) else '.'}"


Told = Callable[[AskEvent], None]


def answered(assistant: Assistant, page: Page, question: str, *args: Any, **more: Any) -> Answer:
    """What ``Assistant.ask`` gives; where a model writes it and the page is a terminal, shows how far it is."""
    events = assistant.stream(question, *args, **more)
    with waiting(page, bool(assistant.model)) as told:
        return last_event(events, AnswerDone, told).answer


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


def named(sessions: Sessions, given: str) -> str:
    """The id that a person gave, or that of ``last``, the one used last; raises ``NotFound`` where there is none."""
    return sessions.last() if given == "last" else given


def begun(sessions: Sessions, given: str | None) -> str | None:
    """The same for a question, where ``new`` starts one and None is no conversation."""
    if given is None:
        return None
    return sessions.new().id if given == "new" else named(sessions, given)
