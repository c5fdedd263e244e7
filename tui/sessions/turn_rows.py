"""A turn of a saved conversation in a few lines."""

from textual.content import Content

from assistant.answer.turns import CANCELLED
from assistant.escaping import plain
from assistant.types import Turn
from tui.safe import one_line
from tui.text import Glyphs

QUESTION_CHARS = 300
ANSWER_CHARS = 500


def turn_content(number: int, turn: Turn, glyphs: Glyphs) -> Content:
    """The question and how its answer begins."""
    question = one_line(turn.question, QUESTION_CHARS)
    return Content.assemble((f"{glyphs.question} {number}. {question}", "bold"), "\n", _outcome(turn, glyphs))


def _outcome(turn: Turn, glyphs: Glyphs) -> Content:
    if turn.answer is None:
        if turn.error == CANCELLED:
            return Content.styled(f"{glyphs.failed} Cancelled", "$text-warning")
        return Content.styled(f"{glyphs.failed} Failed: {one_line(turn.error)}", "$text-error")
    if turn.answer.abstained:
        return Content.styled(f"{glyphs.abstained} No answer. {one_line(turn.answer.reason)}", "$text-warning")
    # Cut first: escaped text is at most twice as long as what it shows.
    shown = plain(turn.answer.text[: 8 * ANSWER_CHARS])
    return Content(one_line(shown, ANSWER_CHARS))
