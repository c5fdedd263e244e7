import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer.replies import format_sentences
from assistant.cli.answers import split_markdown
from assistant.escaping import escape_markdown, strip_markup
from assistant.phrases import SCALE
from assistant.types import Claim, Support


@given(st.text())
def test_escaped_text_is_shown_as_it_was(text: str) -> None:
    shown = list(split_markdown(escape_markdown(text)))
    assert "".join(part if isinstance(part, str) else part[0] for part in shown) == " ".join(text.split())
    assert {part[1] for part in shown if not isinstance(part, str)} <= {""}


def test_bold_and_citations_have_a_style() -> None:
    styled = [part for part in split_markdown(r"- **A \*title\*** (2018): “said” [12] \[3\]") if part[1]]
    assert styled == [("A ", "bold"), ("*", "bold"), ("title", "bold"), ("*", "bold"), ("[12]", "cyan")]


@pytest.mark.parametrize(("support", "colour"), [(Support(name), sign.colour) for name, sign in SCALE.items()])
def test_what_the_check_made_of_a_sentence_stands_out(support: Support, colour: str) -> None:
    claim = Claim(text="It is *all* of it.", support=support)
    *text, sign = split_markdown(format_sentences([claim]))
    assert "".join(part[0] for part in text) == claim.text
    assert sign[1] == colour
    assert SCALE[support].glyph in sign[0]
    assert "*" not in sign[0]


def test_the_same_text_as_without_styles() -> None:
    line = r"**Model soups** (2022): “90.94\% \[top\-1\]” [1]"
    assert "".join(part[0] for part in split_markdown(line)) == strip_markup(line)
