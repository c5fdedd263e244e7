import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.llm.thinking import split_thinking

TAGS = [
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<Thought>", "</Thought>"),
    ("<reasoning>", "</reasoning>"),
    ("<reflection>", "</reflection>"),
    ("<seed:think>", "</seed:think>"),
    ("<ant_thinking>", "</ant_thinking>"),
    ("[THINK]", "[/THINK]"),
    ("◁think▷", "◁/think▷"),
    ("<|begin_of_thought|>", "<|end_of_thought|>"),
    ("<|START_THINKING|>", "<|END_THINKING|>"),
    ("Thinking...", "...done thinking."),
]


@pytest.mark.parametrize(("opening", "closing"), TAGS)
def test_thinking_is_cut_with_both_tags_with_one_and_without_an_end(opening: str, closing: str) -> None:
    assert split_thinking(f"{opening}\nIt may be soups [2].\n{closing}\n\nIt is soups [1].") == (
        "It may be soups [2].",
        "It is soups [1].",
        False,
    )
    assert split_thinking(f"It may be soups [2].\n{closing}\nIt is soups [1].").rest == "It is soups [1]."
    assert split_thinking(f"{opening}\nIt may be soups [2].") == ("It may be soups [2].", "", True)
    assert split_thinking(f"{opening}\nA{closing}\nB\n{opening}\nC{closing}\nD").rest == "B\nD"


FINAL = "<|start|>assistant<|channel|>final<|message|>"
CALL = "<|start|>assistant<|channel|>commentary to=functions.claims <|constrain|>json<|message|>"


@pytest.mark.parametrize(
    ("text", "thinking", "rest"),
    [
        (f"<|channel|>analysis<|message|>Soups?<|end|>{FINAL}Yes [1].<|return|>", "Soups?", "Yes [1]."),
        ("<|channel|>analysis<|message|>Soups?<|end|>", "Soups?", ""),
        (f'<|channel|>analysis<|message|>A<|end|>{CALL}{{"claims": []}}<|call|>', "A", '{"claims": []}'),
        ("analysisWe look. Abstract [1] says so.assistantfinalYes [1].", "We look. Abstract [1] says so.", "Yes [1]."),
        ("analysis\nWe look.\nassistant\nfinal\nYes [1].", "We look.", "Yes [1]."),
        ("analysisWe look.", "We look.", ""),
        ("finalYes [1].", "", "Yes [1]."),
        ("Let me see. <answer>Yes [1].</answer>", "Let me see.", "Yes [1]."),
        ("<think>A</think><answer>Yes [1].</answer>", "A", "Yes [1]."),
        ("<think>A</think>", "A", ""),
        ("Yes [1].<|im_end|>", "", "Yes [1]."),
    ],
)
def test_channels_and_answers_between_tags(text: str, thinking: str, rest: str) -> None:
    assert split_thinking(text)[:2] == (thinking, rest)


@pytest.mark.parametrize(
    "text",
    [
        "Loss fell [1].",
        "The <think> token helps [1].",
        '{"claims": [{"text": "Between <think> and </think> models reason.", "sources": [1]}]}',
        "Analysis of variance was used [1].",
        "analysis of variance was used [1].",
        "The assistant finalizes plans [1].",
        "[Analysis] Loss fell [1].",
        " x\n",
        "",
    ],
)
def test_what_is_no_thinking_stays_as_it_is(text: str) -> None:
    assert split_thinking(text) == ("", text, False)


def test_a_draft_within_the_thinking_is_no_answer() -> None:
    text = '<think>Maybe {"claims": [{"text": "97 %", "sources": [2]}]}, no.</think>{"claims": []}'
    assert split_thinking(text).rest == '{"claims": []}'


@given(st.lists(st.sampled_from(["a", "\n", " ", *(opening for opening, _ in TAGS)])))
def test_nothing_is_shown_of_what_is_open(parts: list[str]) -> None:
    assert split_thinking("<think>" + "".join(parts)).rest == ""


@given(st.text())
def test_any_text_is_taken(text: str) -> None:
    split_thinking(text)
    split_thinking(f"<think>{text}")
