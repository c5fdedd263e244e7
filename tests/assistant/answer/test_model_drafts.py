import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer.draft_claims import DraftClaim
from assistant.answer.json_drafts import is_json, salvage_json
from assistant.answer.model_drafts import parse_answer, read_growing_text

ONE = {"text": "Loss fell by 12 %.", "sources": [1]}
TWO = {"text": "It rose.", "sources": [2, 3]}
BOTH = [DraftClaim("Loss fell by 12 %.", (1,)), DraftClaim("It rose.", (2, 3))]
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


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n",
        "... [1]",
        "Sure!",
        "Yes.",
        "I can't help with that.",
        "{",
        WHOLE[:-1],
        '{"claims": 3}',
        '{"claims": [3]}',
        '{"other": []}',
    ],
)
def test_what_is_broken_is_said_to_be(text: str) -> None:
    assert parse_answer(text).broken


@pytest.mark.parametrize("end", range(len(WHOLE)))
def test_only_whole_sentences_are_saved(end: int) -> None:
    assert salvage_json(WHOLE[:end]) in ([], BOTH[:1], [BOTH[0], DraftClaim("It rose.", (2,))], BOTH)


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


@pytest.mark.parametrize(
    ("text", "drafts"),
    [
        ("It fell [1, 3].", [DraftClaim("It fell.", (1, 3))]),
        ("It fell [1; 3].", [DraftClaim("It fell.", (1, 3))]),
        ("It fell [2-4].", [DraftClaim("It fell.", (2, 3, 4))]),
        ("It fell [2–4, 9].", [DraftClaim("It fell.", (2, 3, 4, 9))]),
        ("It fell [1-900].", [DraftClaim("It fell.", tuple(range(1, 22)))]),
        ("It fell [4-2].", [DraftClaim("It fell.", ())]),
        ("It fell [2] and rose [2][1].", [DraftClaim("It fell and rose.", (2, 1))]),
        ("It fell! [1] [2] It rose? [3]", [DraftClaim("It fell!", (1, 2)), DraftClaim("It rose?", (3,))]),
        ("* It fell [1].\n\n• It rose [2].", [DraftClaim("It fell.", (1,)), DraftClaim("It rose.", (2,))]),
        ("It fell.", [DraftClaim("It fell.")]),
        ("Year [2024] is none.", [DraftClaim("Year [2024] is none.")]),
    ],
)
def test_sentences_and_the_numbers_that_they_cite(text: str, drafts: list[DraftClaim]) -> None:
    assert parse_answer(text) == (drafts, False)


@pytest.mark.parametrize(
    ("claim", "draft"),
    [
        ({"text": "It  fell [3].", "sources": [2, 1, 2]}, DraftClaim("It fell.", (2, 1))),
        ({"text": "It fell.", "sources": ["1", 2, None, 2.5]}, DraftClaim("It fell.", (1, 2))),
        ({"text": "It fell.", "sources": ["[1]", "Abstract 2", {"id": 4}, True]}, DraftClaim("It fell.", (1, 2, 4))),
        ({"text": "It fell.", "sources": 3}, DraftClaim("It fell.", (3,))),
        ({"text": "It fell.", "sources": "[3, 4]"}, DraftClaim("It fell.", (3, 4))),
        ({"text": "It fell [3].", "sources": []}, DraftClaim("It fell.", (3,))),
        ({"claim": "It fell.", "citations": [3], "year": 2020}, DraftClaim("It fell.", (3,))),
        ({"text": "It fell."}, DraftClaim("It fell.", ())),
    ],
)
def test_a_claim_of_json_is_read_as_far_as_it_can_be(claim: object, draft: DraftClaim) -> None:
    assert parse_answer(json.dumps({"claims": [claim]})) == ([draft], False)


@pytest.mark.parametrize("claim", [3, None, "It rose.", {"sources": [1]}, {"text": 3, "sources": [1]}, {"text": " "}])
def test_a_claim_that_is_none_is_left_out_and_the_answer_broken(claim: object) -> None:
    assert parse_answer(json.dumps({"claims": [ONE, claim, TWO]})) == (BOTH, True)
    assert salvage_json(json.dumps({"claims": [ONE, claim, TWO]})) == BOTH


@pytest.mark.parametrize("text", ["", "{", '{"claims": 3}', '{"claims": [3]}'])
def test_broken_text_has_no_drafts(text: str) -> None:
    assert parse_answer(text) == ([], True)
    assert salvage_json(text) == []


def test_a_sentence_without_a_source_is_not_salvaged() -> None:
    assert salvage_json(json.dumps({"claims": [ONE, {"text": "It rose.", "sources": []}, TWO]})) == BOTH


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("{", True),
        (' [{"text"', True),
        ("```", True),
        ('Here: { "claims": [', True),
        ("It fell [1].", False),
        ("[1] says so.", False),
        ("", False),
    ],
)
def test_json_is_told_by_its_beginning(text: str, meant: bool) -> None:
    assert is_json(text) is meant


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("It fell [1]. It", "It fell [1]. It"),
        ('It fell [1]. {"cl', "It fell [1]. "),
        ('It fell. {"cl', ""),
        ("It fell. It rose [1]. It", ""),
        ("Sure! It fell [1].", ""),
        ("<think>It rose [1]. It", ""),
        ("<think>It rose [1].</think>It fell [1]. It", "It fell [1]. It"),
        ('<think>{"claims": []}</think>{"claims": [{"text": "It f', "It f"),
        ("{", ""),
        ('{"claims": [{"text": "It f', "It f"),
        ('{"claims": [{"text": "It fell.", "sources": [1]}, {"text": "It', "It fell. It"),
        ('[{"text": "It fell."}, {"te', "It fell."),
        ('{"claims": [3, {"text": 4}, {"text": "It fell."}]}', "It fell."),
        ('{"claims": 3}', ""),
        ("{]", ""),
    ],
)
def test_what_is_shown_of_text_that_grows(text: str, shown: str) -> None:
    assert read_growing_text(text) == shown
