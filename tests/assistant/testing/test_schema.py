"""Texts put into JSON schemas."""

import json
from enum import StrEnum
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from assistant.testing import Reply
from assistant.testing.reply import fit_schema, in_schema


class Verdict(StrEnum):
    YES = "yes"
    NO = "no"


class Claim(BaseModel):
    text: str
    sources: list[int]


class Answer(BaseModel):
    kind: Literal["answer"]
    claims: list[Claim]
    verdict: Verdict
    certain: bool
    score: float
    first: int | None
    note: str | None = None
    best: Claim
    ids: list[str] = Field(default_factory=list)


def test_each_sentence_is_an_object_with_what_it_cites() -> None:
    answer = Answer.model_validate(fit_schema("Loss fell [2]. It rose again [1][3].", Answer.model_json_schema()))
    assert answer.claims == [
        Claim(text="Loss fell.", sources=[2]),
        Claim(text="It rose again.", sources=[1, 3]),
    ]
    assert (answer.first, answer.ids, answer.note) == (2, ["2", "1", "3"], "Loss fell. It rose again.")


@given(st.text())
def test_any_text_fits(text: str) -> None:
    Answer.model_validate(fit_schema(text, Answer.model_json_schema()))


def test_citations_stay_in_the_text_where_they_have_no_other_place() -> None:
    schema = {"type": "object", "properties": {"answer": {"type": "string"}}}
    assert fit_schema("Loss fell [2].", schema) == {"answer": "Loss fell [2]."}


def test_lists_of_texts_hold_sentences_when_nothing_is_cited() -> None:
    assert fit_schema("One.\nTwo.", {"type": "array", "items": {"type": "string"}}) == ["One.", "Two."]


def test_types_may_come_as_a_list_or_not_at_all() -> None:
    schema = {"properties": {"a": {"type": ["null", "string"]}, "b": {"type": "null"}, "c": {}, "d": {"const": 3}}}
    assert fit_schema("x", schema) == {"a": "x", "b": None, "c": "x", "d": 3}


@pytest.mark.parametrize("said", ['{"done": true}', {"done": True}, ["one ", "two"], Reply({"done": True})])
def test_what_is_no_plain_text_stays_as_it_is(said: str | dict[str, bool] | list[str] | Reply) -> None:
    schema = {"type": "object", "properties": {"answer": {"type": "string"}}}
    before = said if isinstance(said, Reply) else Reply(said)
    assert in_schema(said, schema) == before


def test_nothing_is_put_anywhere_without_a_schema() -> None:
    assert in_schema("plain", None) == Reply("plain")
    schema = {"type": "object", "properties": {"answer": {"type": "string"}}}
    assert json.loads(in_schema(Reply("plain", finish_reason="length"), schema).text) == {"answer": "plain"}
    assert in_schema(Reply("plain", finish_reason="length"), schema).finish_reason == "length"
