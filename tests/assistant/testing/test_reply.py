"""What can be said, and how it falls into tokens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.testing import Gate, Reply
from assistant.testing.reply import prompt_tokens, split_tokens, text_of


@given(st.text())
def test_tokens_joined_are_the_text(text: str) -> None:
    assert "".join(split_tokens(text)) == text
    assert all(split_tokens(text))


def test_citations_are_cut_as_real_models_cut_them() -> None:
    assert split_tokens("Loss fell [12].") == ["Loss", " fell", " [", "12", "]", "."]


def test_an_object_is_said_as_json() -> None:
    reply = Reply({"text": "café"})
    assert reply.text == '{"text": "café"}'
    assert "".join(map(str, reply.steps)) == reply.text


def test_steps_stay_as_they_are_and_only_words_are_text() -> None:
    gate = Gate()
    reply = Reply(["one ", gate, 0.5, "two"])
    assert reply.steps == ["one ", gate, 0.5, "two"]
    assert reply.text == "one two"


def test_an_error_says_nothing() -> None:
    error = ValueError("no")
    assert (Reply(error).steps, Reply(error).text) == ([error], "")


@pytest.mark.parametrize(("usage", "expected"), [(None, (3, 4)), ((7, 9), (7, 9))])
def test_tokens_are_counted_unless_they_are_given(usage: tuple[int, int] | None, expected: tuple[int, int]) -> None:
    assert Reply("one two [3]"[:-1], usage=usage).count_tokens([{"role": "user", "content": "eight le"}]) == expected


def test_a_message_may_come_in_parts() -> None:
    parts = [{"type": "text", "text": "one"}, {"type": "image_url"}, {"type": "text", "text": "two"}]
    assert text_of({"role": "user", "content": parts}) == "one\n\ntwo"
    assert text_of({"role": "assistant", "content": None}) == ""
    assert prompt_tokens([{"content": "x" * 40}]) == 11
