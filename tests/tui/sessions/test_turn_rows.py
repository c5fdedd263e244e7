import pytest

from assistant.types import Answer, Turn
from tests.tui.saved import HOSTILE, turn
from tui.sessions.lists import turn_content
from tui.text import ASCII


def shown(of: Turn) -> list[str]:
    return turn_content(3, of, ASCII).plain.split("\n")


def test_question_and_answer_without_markdown() -> None:
    assert shown(turn("What?", r"“A \*star\*.” [1] **(partly)**")) == ["> 3. What?", "“A *star*.” [1] (partly)"]


def test_how_else_it_ended() -> None:
    silent = Turn.now("What?", Answer(question="What?", text="", abstained=True, reason="Nothing on it."))
    assert shown(silent)[1] == "0 No answer. Nothing on it."
    assert shown(Turn.now("What?", error="cancelled"))[1] == "! Cancelled"
    assert shown(Turn.now("What?", error="The model\nfell silent."))[1] == "! Failed: The model fell silent."


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_is_text_and_not_long(text: str) -> None:
    for of in (turn(text, text), Turn.now(text, error=text)):
        lines = shown(of)
        assert len(lines) == 2
        assert all(len(line) <= 520 and "\x1b" not in line and "\u202e" not in line for line in lines)
