import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.llm.thinking import goes_on, split_thinking

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
    ("<internal_monologue>", "</internal_monologue>"),
    ('<think time="3 s">', "</think >"),
    ("&lt;think&gt;", "&lt;/think&gt;"),
    ("＜think＞", "＜/think＞"),
    ("<|inner_prefix|>", "<|inner_suffix|>"),
    ("<|channel>thought\n", "<channel|>"),
    ("<unused94>thought\n", "<unused95>"),
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
        ("<|think|>A<|end|><|begin|>assistant<|content|>Yes [1].<|end|>", "A", "Yes [1]."),
        ("<think>A</think><|begin_of_box|>Yes [1].<|end_of_box|>", "A", "Yes [1]."),
        ("```thinking\nA [2].\n```\nYes [1].", "A [2].", "Yes [1]."),
        ("```thinking\nA [2].", "A [2].", ""),
        ("<details open><summary>Thoughts</summary>A</details>Yes [1].", "A", "Yes [1]."),
        (
            "<details><summary>Papers</summary>A [2].</details>",
            "",
            "<details><summary>Papers</summary>A [2].</details>",
        ),
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


@given(st.sampled_from(TAGS), st.lists(st.sampled_from(["a", "\n", "<", "[1] ", "final ", "</b>"])))
def test_thinking_goes_on_until_it_is_split_otherwise(tags: tuple[str, str], parts: list[str]) -> None:
    opening, closing = tags
    begun = f"{opening}\nIt may be soups {''.join(parts)}"
    whole = f"{begun}\n{closing}\nIt is soups [1]."
    for size in range(len(begun), len(whole)):
        if goes_on(whole[: size + 1], size):
            assert split_thinking(whole[: size + 1]).open
    assert not goes_on(whole, len(begun))


def test_thinking_without_a_sign_of_its_end_goes_on() -> None:
    text = "<think>" + "It may be soups [2]. " * 9
    assert goes_on(text, 150)
    assert not goes_on(f"{text}</th", len(text))


@given(st.text())
def test_any_text_is_taken(text: str) -> None:
    split_thinking(text)
    split_thinking(f"<think>{text}")


@pytest.mark.parametrize(
    "text",
    [
        "Here is my thought process:\nIt may be soups.\n\nHere is my response:\nSoups [1].",
        "## Reasoning\nIt may be soups.\n\n## Answer\nSoups [1].",
        "**Thinking:** It may be soups.\n**Final answer:** Soups [1].",
    ],
)
def test_thinking_under_a_heading_is_cut_from_the_answer_under_another(text: str) -> None:
    assert split_thinking(text) == ("It may be soups.", "Soups [1].", False)


@pytest.mark.parametrize(
    "text",
    [
        "Reasoning: Soups attain 90.94% [1].\nAnswer: 90.94%",  # The answer rests on what is cited above it.
        "Reasoning: Soups [1].",
        "Soups [1].\nAnswer: Soups [1].",
    ],
)
def test_headings_without_an_answer_that_cites_are_left(text: str) -> None:
    assert split_thinking(text) == ("", text, False)


@pytest.mark.parametrize(
    "text",
    [
        "<|start_header_id|>assistant<|end_header_id|>\n\nSoups [1].<|eot_id|>",
        "<s> Soups [1].</s>",
        "Soups [1].<｜end▁of▁sentence｜>",
        "Soups [1]. <eos> <pad><pad>",
        "Soups [1].<|im_end|>\n<|im_start|>user\nThanks!<|im_end|>\n<|im_start|>assistant\nWelcome [2].",
        "Soups [1].\n<|user|>\nAnd ensembles?",
        "Soups [1]. [/INST] [INST] And ensembles? [/INST] No [2].",
    ],
)
def test_what_a_template_puts_around_a_turn_is_cut(text: str) -> None:
    assert split_thinking(text).rest.strip() == "Soups [1]."


def test_white_space_without_end_is_split_in_no_time() -> None:
    text = "[1]" + " " * 200_000 + "<"
    assert split_thinking(text).rest == text
