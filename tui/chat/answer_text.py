"""An answer as text: the Markdown of its sentences with their signs, and what there is to say beside it.

In the Markdown, citations are links to choose, and a sign stands for what the check found. Emphasis, inline
code and strike-through are used for these signs alone: text from papers and models is escaped, so none of it can look
like one. The style sheet gives each its colour.
"""

import re

from textual.content import Content

from assistant.escaping import SIGNS, renew_signs
from assistant.phrases import NEAREST, SCALE, count_supports, describe_excerpts
from assistant.types import CANCELLED, EXTRACTIVE, Answer, Citation, Claim, Reference, Support, Turn
from tui.text import COLOURS, Glyphs, one_line, safe

# What a link to a reference begins with; the place of the claim and the number follow: ``cite:3:1``.
_LINK = "cite:"
_CITE = re.compile(rf"{_LINK}(?P<claim>\d*):(?P<n>\d+)")
_SUPPORTS = {sign: Support(name) for name, sign in SIGNS.items()}
_SIGN = "|".join(map(re.escape, _SUPPORTS))
_MARKS = re.compile(rf"(?P<cited>(?: ?\[\d+\])*)(?P<sign>{_SIGN})|(?P<sound>(?: ?\[\d+\])+)")
_NUMBER = re.compile(r"\[(\d+)\]")
# Where one quote ends and the next begins in a line.
_BETWEEN_QUOTES = re.compile(rf"(\]\({_LINK}\d*:\d+\)) (?=“)")
Place = tuple[int | None, Reference, Citation | None]
"""Where the cursor may stand: the place of a claim, the paper that it rests on, and the citation."""


def list_places(answer: Answer | None) -> list[Place]:
    """List the citations of an answer, claim by claim, the first of each paper; its references where no claim is."""
    if answer is None:
        return []
    references = {reference.n: reference for reference in answer.references}
    places: list[Place] = []
    for number, claim in enumerate(answer.shown):
        first = {citation.n: citation for citation in reversed(claim.citations) if citation.n in references}
        places += [(number, references[n], first[n]) for n in sorted(first)]
    return places or [(None, reference, None) for reference in answer.references]


def read_link(href: str) -> tuple[int, int | None] | None:
    """Read a link to a reference: its number, and the place of the claim that it stands behind; None for another."""
    match = _CITE.fullmatch(href)
    return (int(match["n"]), int(match["claim"]) if match["claim"] else None) if match else None


def answer_text(turn: Turn | None, glyphs: Glyphs) -> str:
    """Return the Markdown of a turn's answer, or of the draft of one; "" where there is none, or it abstains."""
    answer = turn.answer if turn else None
    if turn and not answer:
        return safe(turn.draft)
    return answer_markdown(answer, glyphs) if answer and not answer.abstained else ""


def answer_markdown(answer: Answer, glyphs: Glyphs) -> str:
    """Return the answer's text, ``[n]`` as links ``cite:CLAIM:n``, a sign behind each sentence that was compared.

    Quotes of an answer that no model wrote have none, and a line each.
    An answer that was saved before there were six signs has none behind the sentences that were worded as in their
    sources or quoted.
    """
    quotes = answer.mode == EXTRACTIVE
    unmarked = Support.QUOTED if quotes else Support.WORDED
    numbers = [sorted({citation.n for citation in claim.citations}) for claim in answer.shown]
    place = 0

    def mark_match(match: re.Match[str]) -> str:
        nonlocal place
        marks = match["cited"] or match["sound"] or ""
        cited = sorted({int(n) for n in _NUMBER.findall(marks)})
        found = next((n for n in range(place, len(numbers)) if cited and numbers[n] == cited), None)
        place = place if found is None else found + 1
        links = _NUMBER.sub(rf"[\\[\1\\]]({_LINK}{'' if found is None else found}:\1)", marks)
        support = _SUPPORTS[match["sign"]] if match["sign"] else unmarked
        is_quote = quotes and support is Support.QUOTED  # It is a quote, and nobody checked more of it.
        return f"{links} {_sign_markdown(support, glyphs)}" if answer.claims and not is_quote else links

    text = _MARKS.sub(mark_match, safe(renew_signs(answer.text)))
    return _BETWEEN_QUOTES.sub(r"\1\n\n", text) if quotes else text


def _sign_markdown(support: Support, glyphs: Glyphs) -> str:
    sign, glyph = SCALE[support], glyphs.of(support)
    if sign.colour == "green":
        return f"`{glyph}`"
    mark = "*" if sign.colour == "yellow" else "~~"
    return f"{mark}{_escape_glyph(glyph)} {sign.words}{mark}"


def _escape_glyph(glyph: str) -> str:
    return rf"\{glyph}" if glyph in "~*+-" else glyph


# What there is to say of how it ended

_ADD = "or add papers with /add."
WAY_ON = f"Ask in other words, {_ADD}"
WIDEN = f"Ask in other words, widen the papers with /everything, {_ADD}"
LOOSEN = f"Ask in other words, take a condition out by its cross above, {_ADD}"
DRAFT = "Above is a draft that nobody compared with its sources; it is no answer, and later questions do not see it."
AGAIN = "F5 asks again, F6 takes the question back for a change."


def is_looked_up(answer: Answer) -> bool:
    """Tell whether an answer rests on a look into the library, and not alone on what was typed, such as thanks."""
    trace = answer.trace
    is_idle = not (trace.papers_considered or trace.filters or trace.searched)
    return not (answer.abstained and trace.query and is_idle)  # Without a query nothing is known of it.


def _find_way_on(turn: Turn, answer: Answer) -> str:
    """Say what to do where nothing answers: only what can change it."""
    if not is_looked_up(answer):
        return ""
    return WIDEN if turn.scope else LOOSEN if answer.trace.conditions else WAY_ON


def notice_content(turn: Turn, glyphs: Glyphs) -> Content:
    """Say what the answer's text does not: why there is none, or which sentences are in doubt and why."""
    if turn.answer is None:
        draft = (f"{DRAFT}\n" if turn.draft else "", "$text-warning")
        if turn.error == CANCELLED:
            cancelled = (f"{glyphs.failed} Cancelled. ", "bold $text-warning")
            return Content.assemble(cancelled, draft, (AGAIN, "$text-muted"))
        return Content.assemble(
            (f"{glyphs.failed} Failed: ", "bold $text-error"), safe(turn.error), "\n", draft, (AGAIN, "$text-muted")
        )
    answer = turn.answer
    parts = [Content.assemble("Note: ", safe(note)) for note in answer.trace.notes]
    nearest = [claim for claim in answer.claims if claim.holds]
    if answer.abstained:
        head = f"{glyphs.abstained} No answer. " if is_looked_up(answer) else ""
        way_on = "" if nearest else _find_way_on(turn, answer)
        parts = [
            Content.assemble((head, "bold $text-warning"), safe(answer.reason)),
            *(Content.assemble((f"{NEAREST}: ", "$text-muted"), f"“{safe(claim.text)}”") for claim in nearest),
            *([Content.styled(way_on, "$text-muted")] if way_on else []),
            *parts,
        ]
    doubted = [claim for claim in answer.shown if not claim.holds]
    return Content("\n").join([*parts, *(_doubt_content(claim, glyphs) for claim in doubted)])


def _doubt_content(claim: Claim, glyphs: Glyphs) -> Content:
    colour = COLOURS[SCALE[claim.support].colour]
    why = "; ".join(claim.reasons) or claim.words
    return Content.assemble(
        (f"{glyphs.of(claim.support)} ", f"bold {colour}"), f"“{safe(claim.text)}”: ", (safe(why), "$text-muted")
    )


def footer_content(turn: Turn, glyphs: Glyphs) -> Content:
    """Say who wrote an answer, how many of its sentences have which sign, what it took; of a draft, what that took."""
    if turn.answer is None:
        tokens = turn.usage.input_tokens + turn.usage.output_tokens
        price = f"at least {turn.usage.price}" if turn.usage.price else ""  # What it had read is not known.
        facts = ("draft", f"about {tokens:,} tokens written", price)
        return Content(f" {glyphs.separator} ".join(filter(None, facts)) if turn.draft else "")
    return Content(f" {glyphs.separator} ".join(_list_facts(turn.answer, glyphs)))


def _list_facts(answer: Answer, glyphs: Glyphs) -> list[str]:
    tokens = answer.usage.input_tokens + answer.usage.output_tokens
    written = answer.mode != EXTRACTIVE
    facts = [one_line(answer.mode) if written else describe_excerpts(answer.of_the_catalogue)]
    quoted = sum(bool(claim.citations and claim.citations[0].quote) for claim in answer.shown)
    if quoted and not written and not answer.abstained:
        facts.append(f"{quoted} quote{'s' * (quoted != 1)}")
    if answer.claims and answer.mode != EXTRACTIVE:
        facts.append(count_supports((claim.support for claim in answer.claims), glyphs.is_ascii))
    if answer.references:
        facts.append(f"{len(answer.references)} cited")
    if tokens:
        facts.append(f"{tokens:,} tokens")
    if answer.usage.price:
        facts.append(answer.usage.price)
    if answer.trace.cached:
        facts.append("from the cache")
    return [*facts, f"{answer.trace.seconds:.1f} s"]
