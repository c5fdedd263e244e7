"""What there is to say about how a question ended, as content with the colours of the theme."""

from textual.content import Content

from assistant.answer.turns import CANCELLED
from assistant.phrases import NOT_SO, count_worded
from assistant.types import EXTRACTIVE, Answer, Claim, Support, Turn
from tui.safe import one_line, safe
from tui.text import Glyphs

WAY_ON = "Ask in other words, widen the papers with /everything, or add some with /add."
AGAIN = "F5 asks again, F6 takes the question back for a change."


def notice(turn: Turn, glyphs: Glyphs) -> Content:
    """What the answer's text does not say: why there is none, or which sentences are in doubt and why."""
    if turn.answer is None:
        if turn.error == CANCELLED:
            return Content.assemble((f"{glyphs.failed} Cancelled. ", "bold $text-warning"), (AGAIN, "dim"))
        return Content.assemble(
            (f"{glyphs.failed} Failed: ", "bold $text-error"), safe(turn.error), "\n", (AGAIN, "dim")
        )
    answer = turn.answer
    parts = [Content.assemble("Note: ", safe(note)) for note in answer.trace.notes]
    if answer.abstained:
        parts = [
            Content.assemble((f"{glyphs.abstained} No answer. ", "bold $text-warning"), safe(answer.reason)),
            Content.styled(WAY_ON, "dim"),
            *parts,
        ]
    return Content("\n").join([*parts, *(_doubt(claim, glyphs) for claim in answer.claims if _doubtful(claim))])


def footer(turn: Turn, glyphs: Glyphs) -> Content:
    """Who wrote an answer, how far it is worded as in its sources, what it took."""
    return Content(f" {glyphs.separator} ".join(_facts(turn.answer))) if turn.answer else Content("")


def _facts(answer: Answer) -> list[str]:
    sound = sum(claim.support is Support.SUPPORTED for claim in answer.claims)
    facts = ["quoted excerpts; matches wording, not meaning" if answer.mode == EXTRACTIVE else one_line(answer.mode)]
    if answer.claims and answer.mode != EXTRACTIVE:
        facts.append(count_worded(sound, len(answer.claims)))
    if answer.references:
        facts.append(f"{len(answer.references)} cited")
    if answer.usage.input_tokens or answer.usage.output_tokens:
        facts.append(f"{answer.usage.input_tokens + answer.usage.output_tokens:,} tokens")
    if answer.usage.dollars is not None:
        facts.append(f"${answer.usage.dollars:.4f}")
    if answer.trace.cached:
        facts.append("from the cache")
    return [*facts, f"{answer.trace.seconds:.1f} s"]


def _doubtful(claim: Claim) -> bool:
    return claim.support is not Support.SUPPORTED


def _doubt(claim: Claim, glyphs: Glyphs) -> Content:
    colour = "$text-warning" if claim.support is Support.PARTIAL else "$text-error"
    why = "; ".join(claim.reasons) or NOT_SO
    return Content.assemble(
        (f"{glyphs.of(claim.support)} ", f"bold {colour}"), f"“{safe(claim.text)}”: ", (safe(why), "dim")
    )
