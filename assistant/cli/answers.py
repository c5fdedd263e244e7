"""Answers on the command line: asking for one, how far it is while a model writes it, and how it is shown."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from assistant import Assistant, Sessions, events
from assistant.cli.console import ConsolePage, Part
from assistant.cli.formatting import count_noun, format_byline, format_usage, join_parts
from assistant.escaping import ESCAPED, SIGNS, renew_signs
from assistant.phrases import MORE, NEAREST, SCALE, count_supports, describe_excerpts
from assistant.types import EXTRACTIVE, Answer, Claim, Reference

_ADD = "conspectus add"
_TRY = f"Try other words, look with `conspectus search`, or add papers with `{_ADD}`."
# Colours of the signs.
_COLOURS = {SIGNS[support]: sign.colour for support, sign in SCALE.items()}
_TOKEN = re.compile(rf"{ESCAPED}|({'|'.join(map(re.escape, _COLOURS))})|(\*\*)|(\[\d+\])")
# Where one quote ends, with its sign, and the next begins in a line.
_BETWEEN_QUOTES = re.compile(rf"((?:{'|'.join(map(re.escape, _COLOURS))})) (?=“)")
AskListener = Callable[[events.AskEvent], None]


def show_answer(page: ConsolePage, answer: Answer, more: bool = False) -> None:
    """Write an answer; of one that abstains the reason, and what the model wrote only as what is in doubt.

    ``more`` writes the further sentences of its papers, too; else only how many there are.
    """
    claims = answer.claims if more else answer.shown
    cited = {citation.n for claim in claims for citation in claim.citations}
    references = [reference for reference in answer.references if reference.n in cited or not answer.further]
    if answer.abstained:
        page.write_line(("No answer. ", "bold yellow"), answer.reason)
        nearest = [claim for claim in answer.claims if claim.holds]
        for claim in nearest:
            page.write_line((f"{NEAREST}: ", "dim"), f"“{claim.text}”", (f" [{claim.citations[0].n}]", "cyan"))
        if not nearest and _ADD not in answer.reason:  # Of an empty library that is all there is to do.
            page.write_line((_TRY, "dim"))
    else:
        text = renew_signs(answer.text)
        _write_markdown(page, _BETWEEN_QUOTES.sub(r"\1\n", text) if answer.mode == EXTRACTIVE else text)
        _write_further(page, answer.further, more)
    _write_doubts(page, claims)
    if references:
        page.write_line()
        page.write_line(("References", "bold"))
    for reference in references:
        _write_reference(page, reference)
    how = [f"Read as: {answer.trace.query}"] if answer.trace.query else []
    how += [*(f"Note: {_make_sentence(note)}" for note in answer.trace.notes), *_describe_mode(answer)]
    if how:
        page.write_line()
    for line in how:
        page.write_line((line, "dim"))


def _write_markdown(page: ConsolePage, markdown: str) -> None:
    for line in markdown.splitlines():
        bullet = line.startswith("- ")
        page.write_line(
            *split_markdown(line[2:] if bullet else line), indent=2 if bullet else 0, first="- " if bullet else ""
        )


def _write_further(page: ConsolePage, claims: Sequence[Claim], more: bool) -> None:
    if not claims:
        return
    page.write_line()
    if not more:
        count = count_noun(len(claims), "more sentence")
        page.write_line((f"{count} from these papers: add --more", "dim"))
        return
    page.write_line((MORE, "bold"))
    for claim in claims:
        page.write_line(f"“{claim.text}”", (f" [{claim.citations[0].n}]", "cyan"), indent=2, first="-")


def _write_doubts(page: ConsolePage, claims: tuple[Claim, ...]) -> None:
    doubtful = [claim for claim in claims if not claim.holds]
    if not doubtful:
        return
    page.write_line()
    of = count_noun(len(claims), "sentence")
    page.write_line((f"Compared with the sources: {len(doubtful)} of {of} not to be relied on", "bold"))
    for claim in doubtful:
        sign = SCALE[claim.support]
        cited = "".join(f"[{n}]" for n in dict.fromkeys(citation.n for citation in claim.citations))
        verdict = (f"{claim.words}: ", sign.colour)
        page.write_line(verdict, f"{claim.text} {cited}".rstrip(), indent=2, first=(sign.glyph, sign.colour))
        for reason in claim.reasons:
            page.write_line((_make_sentence(reason), "dim"), indent=4)


def _write_reference(page: ConsolePage, reference: Reference) -> None:
    page.write_line((reference.title, "bold"), indent=5, first=(f"[{reference.n}]", "cyan"))
    authors = format_byline(reference.authors, reference.authors_truncated)
    about = join_parts(authors, reference.year, reference.venue, reference.paper_id, *reference.urls[:1])
    page.write_line((about, "dim"), indent=5)


def _describe_mode(answer: Answer) -> Iterator[str]:
    """Say who wrote an answer, and what that took."""
    cost = format_usage(answer.usage)
    written = answer.mode != EXTRACTIVE
    if answer.abstained:
        if cost:
            yield f"{f'{answer.mode} was asked' if written else 'The model was asked what is meant'}: {cost}."
    elif not written:
        routing = f" A model was asked what is meant: {cost}." if cost else ""
        yield f"{_make_sentence(describe_excerpts(answer.of_the_catalogue))}{routing}"
    else:
        who = ", ".join(filter(None, (answer.mode, "from the cache" if answer.trace.cached else "", cost)))
        counts = f"; {count_supports(claim.support for claim in answer.claims)}" if answer.claims else ""
        yield f"Written by {who}{counts}."


def _make_sentence(words: str) -> str:
    """Begin words with a capital and end them with a full stop."""
    return f"{words[:1].upper()}{words[1:]}{'' if words.endswith(('.', '!', '?')) else '.'}"


def ask_question(assistant: Assistant, page: ConsolePage, question: str, *args: Any, **more: Any) -> Answer:
    """Ask, and show how far the answer is where a model writes it and the page is a terminal."""
    stream = assistant.stream(question, *args, **more)
    with show_waiting(page, bool(assistant.model)) as listen:
        return events.last_event(stream, events.AnswerDone, listen).answer


@contextmanager
def show_waiting(page: ConsolePage, model: bool) -> Iterator[AskListener]:
    """Show what is being done, and nothing of the draft; what is yielded takes the events.

    Args:
        page: Where to.
        model: Whether a model answers: without one there is nothing to wait for.
    """
    if not model:
        yield lambda event: None
        return
    with page.show_status("asking") as show:

        def listen(event: events.AskEvent) -> None:
            if step := _name_step(event):
                show(step)

        yield listen


def _name_step(event: events.AskEvent) -> str:
    match event:
        case events.Searching():
            return "searching"
        case events.EvidenceFound():
            return f"reading {count_noun(len(event.paper_ids), 'paper')}"
        case events.Thinking():
            return f"thinking, {event.seconds:.0f} s, {count_noun(event.tokens, 'token')}"
        case events.RequestRetried():
            return event.words
        case events.TextDelta():
            return "writing"
        case events.Repairing():
            return f"comparing: {count_noun(event.claims, 'sentence')} in doubt, to be written again"
        case events.ClaimChecked():
            return "comparing"
        case _:
            return ""


def resolve_session(sessions: Sessions, name: str) -> str:
    """Return the id of a session from what was typed: an id, or ``last`` for the one used last.

    Raises:
        NotFound: There is no session yet.
    """
    return sessions.last() if name == "last" else name


def split_markdown(line: str) -> Iterator[Part]:
    """Split a line into its text and styles; only what ``assistant.escaping`` writes is read as Markdown."""
    style, last = "", 0
    for token in _TOKEN.finditer(line):
        yield from _add_style(line[last : token.start()], style)
        escaped, sign, bold, citation = token.groups()
        if sign:
            yield sign.replace("*", ""), _COLOURS[sign]
        elif bold:
            style = "" if style else "bold"
        else:
            yield (escaped, style) if escaped else (citation, "cyan")
        last = token.end()
    yield from _add_style(line[last:], style)


def _add_style(text: str, style: str) -> Iterator[Part]:
    if text:
        yield text, style
