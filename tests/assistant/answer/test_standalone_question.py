"""Follow-ups put by a model so that they stand on their own, and what is done where it replies anything else."""

import pytest

from assistant.answer.standalone_question import find_question, keeps_names, shares_subject
from assistant.testing.reply import Said
from assistant.types import Answer, Turn
from store.errors import ModelUnreachable, PromptTooLong
from store.library import Library
from tests.assistant.answer.asking import QUESTION, RIGHT, answered, chain_of, claims

DO = "Do model soups add inference cost?"


@pytest.mark.parametrize(
    "reply",
    [
        DO,
        f"Sure! Here is the rewritten question:\n\n{DO}",
        f"Sure! {DO}",
        f"```\n{DO}\n```",
        f'"{DO}"',
        f"**{DO}**",
        f"Rewritten question: {DO}",
        f"- {DO}",
        f"{DO}\n\nI have put in what it stands for.",
        f'{{"question": "{DO}"}}',
        f"{DO}\n{DO}",
        DO.removesuffix("?"),
        f"1. {DO}",
        f"**Standalone question:** {DO}",
        f'Rewritten: "{DO}"',
        f'The question would be "{DO}".',
        f"<question>{DO}</question>",
        f"{DO} (it = model soups)",
        f"{DO}\n\nWould you like me to answer it?",
        f"Original: Does it add cost?\nRewritten: {DO}",
        f'{{"follow_up": "Does it add cost?", "question": {{"text": "{DO}"}}}}',
    ],
)
def test_one_question_is_found_in_what_is_around_it(reply: str) -> None:
    assert find_question(reply).removesuffix("?") == DO.removesuffix("?")


@pytest.mark.parametrize(
    "reply",
    ["", "```", "Sure!", "Model soups add no cost [1].", f"{DO}\nAnd what else do they do?", f"Do {'soups ' * 100}?"],
)
def test_no_question_and_several_are_none(reply: str) -> None:
    assert find_question(reply) == ""


@pytest.mark.parametrize(
    ("condensed", "shares"),
    [
        (DO, True),
        ("Do model soups add inference cost compared with an ensemble?", True),
        ("Does it add inference cost?", False),
        ("Do large transformers add inference cost?", False),
        ("What ImageNet top-1 accuracy does the ViT-G model soup reach?", False),
        ("Who won the world cup?", False),
    ],
)
def test_a_question_shares_its_subject_with_what_was_said(condensed: str, shares: bool) -> None:
    before = "What ImageNet top-1 accuracy does the ViT-G model soup reach?"
    history = [Turn.now(before, Answer(question=before, text="The model soup reaches 90.94%.", mode="m"))]
    assert shares_subject(condensed, "Does it add inference cost?", history, resolves=True) is shares


def test_a_translation_keeps_names_and_numbers() -> None:
    assert keeps_names("What accuracy does ViT-G reach on ImageNet in 2020?", "Was erreicht ViT-G auf ImageNet 2020?")
    assert not keeps_names("What accuracy does it reach in 2021?", "Was erreicht es 2020?")
    assert not keeps_names("What accuracy is reached?", "Was erreicht WiSE auf ImageNet?")


FAILURES = [
    ModelUnreachable("The model scripted fails (500)."),
    PromptTooLong("The prompt is too long."),
    ValueError("anything"),
    "```",
    "I cannot do that.",
    "Who won the world cup?",
]


@pytest.mark.parametrize("reply", FAILURES, ids=repr)
async def test_a_step_that_fails_leaves_the_follow_up_to_the_rules(reply: Said, library: Library) -> None:
    first, _ = chain_of(library, claims(RIGHT))
    turn = Turn.now(QUESTION, await answered(first))
    chain, chat = chain_of(library, reply, claims(RIGHT))
    answer = await answered(chain, "How much faster is it?", history=[turn])
    assert [claim.text for claim in answer.claims] == [RIGHT]
    asked = chat.requests[1].text
    assert f"Question: How much faster is it? (asked after: {QUESTION})" in asked
    assert answer.references[0].title == turn.answer.references[0].title  # type: ignore[union-attr]
    assert answer.question == "How much faster is it?"
    assert answer.trace.notes[0].startswith("the question was taken as it was typed: ")


async def test_thinking_before_the_question_is_not_searched_for(library: Library) -> None:
    first, _ = chain_of(library, claims(RIGHT))
    turn = Turn.now(QUESTION, await answered(first))
    chain, chat = chain_of(library, f"<think>\nit = the estimate\n</think>\n\n{QUESTION}", claims(RIGHT))
    answer = await answered(chain, "How much faster is it?", history=[turn])
    assert f"Question: {QUESTION}" in chat.requests[1].text
    assert answer.trace.notes == ()
