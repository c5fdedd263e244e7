import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer.generation import Draft, parse_answer, read_growing_text, salvage_json

ONE = {"text": "Loss fell by 12 %.", "sources": [1]}
TWO = {"text": "It rose.", "sources": [2, 3]}
BOTH = [Draft("Loss fell by 12 %.", (1,)), Draft("It rose.", (2, 3))]
WHOLE = json.dumps({"claims": [ONE, TWO]})


@pytest.mark.parametrize(
    "text",
    [
        WHOLE,
        f"```json\n{WHOLE}\n```",
        f"Sure! Here it is [1]:\n```json\n{WHOLE}\n```\nI hope that this helps.",
        f"Here: {WHOLE}",
        json.dumps([ONE, TWO]),
        "Loss fell by 12 % [1]. It rose [2][3].",
        "Loss fell by 12 %. [1] It rose. [2, 3]",
        "- Loss fell by 12 % [1].\n- It rose [2-3].",
        json.dumps({"claims": [{"text": "Loss fell by 12 % [9].", "sources": [1]}, TWO]}),
    ],
)
def test_both_forms_and_what_models_make_of_them(text: str) -> None:
    parsed = parse_answer(text)
    assert not parsed.broken
    assert parsed.drafts == BOTH


@pytest.mark.parametrize("text", ["NOT STATED", "Not stated.", "**NOT STATED**", '{"claims": []}'])
def test_nothing_is_an_answer(text: str) -> None:
    assert parse_answer(text) == ([], False)


@pytest.mark.parametrize("text", ["", " \n", "{", WHOLE[:-1], '{"claims": 3}', '{"claims": [3]}', '{"other": []}'])
def test_what_is_broken_is_said_to_be(text: str) -> None:
    assert parse_answer(text).broken


@pytest.mark.parametrize("end", range(len(WHOLE)))
def test_only_whole_sentences_are_saved(end: int) -> None:
    assert salvage_json(WHOLE[:end]) in ([], BOTH[:1], [BOTH[0], Draft("It rose.", (2,))], BOTH)


@given(st.lists(st.text(max_size=12), max_size=4), st.integers(0, 200), st.booleans())
def test_the_text_only_grows_and_ends_whole(texts: list[str], end: int, ascii_only: bool) -> None:
    claims = [{"text": text, "sources": [1]} for text in texts]
    whole = json.dumps({"claims": claims}, ensure_ascii=ascii_only)
    assert read_growing_text(whole) == " ".join(texts)
    assert read_growing_text(whole).startswith(read_growing_text(whole[:end]))


@given(st.text(max_size=60))
def test_any_text_is_taken(text: str) -> None:
    parse_answer(text)
    salvage_json(text)
    read_growing_text(text)
