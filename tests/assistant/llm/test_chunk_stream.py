"""Streams as servers write them."""

import json
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.llm.chat import CallPiece, Delta
from assistant.llm.chunk_stream import (
    LONGEST_BODY,
    LONGEST_LINE,
    ChunkReader,
    NoStream,
    ServerError,
    TooMuchData,
)
from assistant.llm.token_counts import TokenCounts, round_usage


def event(**choice: Any) -> str:
    return f"data: {json.dumps({'choices': [{'index': 0, **choice}]})}\n\n"


def words(*pieces: str) -> str:
    return "".join(event(delta={"content": piece}) for piece in pieces)


def read(*pieces: str | bytes) -> list[Delta]:
    """Read a body that comes in these pieces."""

    def deltas() -> Iterator[Delta]:
        reader = ChunkReader()
        for piece in pieces:
            yield from reader.feed(piece.encode() if isinstance(piece, str) else piece)
        yield from reader.finish()

    return list(deltas())


def text(*pieces: str | bytes) -> str:
    return "".join(delta.text for delta in read(*pieces))


DONE = "data: [DONE]\n\n"


@pytest.mark.parametrize(
    "body",
    [
        f"\ufeff{words('Yes', ' [1].')}{DONE}",
        f"{words('Yes', ' [1].')}data: [done]\n\n",
        f"data: {words('Yes')}data: {words(' [1].')}{DONE}",
        words("Yes", " [1].").replace("\n\ndata: ", "") + DONE,
        json.dumps([{"choices": [{"delta": {"content": piece}}]} for piece in ("Yes", " [1].")]),
        words("Yes") + event(content_filter_results={}) + words(" [1].") + DONE,
        words("Yes", " [1].") + event(message={"content": "Yes [1]."}) + DONE,
        words("Yes", " [1].") + 'data: {"choices": [{"index": 1, "delta": {"content": "No"}}]}\n\n' + DONE,
        words("Yes", " [1].") + 'data: {"base_resp": {"status_code": 0, "status_msg": "success"}}\n\n' + DONE,
        'data: {"delta": {"type": "text_delta", "text": "Yes [1]."}}\n\n',
        'data: {"content": "Yes [1].", "stop": true}\n\n',
    ],
)
def test_an_answer_is_read_from_the_chunks_of_other_servers(body: str) -> None:
    assert text(body) == "Yes [1]."


@pytest.mark.parametrize(
    "body",
    [
        words("Yes")
        + 'data: {"choices": [{"delta": {}, "finish_reason": "error"}], "error": {"message": "Too hot"}}\n\n',
        words("Yes") + "data: Too hot\n\n",
        'data: {"base_resp": {"status_code": 1004, "status_msg": "Too hot"}}\n\n',
        '{"choices": null, "error_code": 7, "error_msg": "Too hot"}',
        '{"success": false, "errors": [{"message": "Too hot"}]}',
        '{"status": "error", "reason": "Too hot"}',
    ],
)
def test_an_error_is_told_in_the_servers_words(body: str) -> None:
    with pytest.raises(ServerError, match=r"^Too hot$"):
        read(body)


@pytest.mark.parametrize(
    "body",
    [
        words("Frogs ", "sing.") + DONE,
        ": alive\n\nretry: 3000\n\nid: 7\nevent: message\n" + words("Frogs ", "sing.") + "data:\n\n" + DONE,
        words("Frogs ", "sing.").replace("\n\n", "\n") + DONE,
        words("Frogs ", "sing.").replace("\n", "\r\n"),
        words("Frogs ", "Frogs sing"[:6] + "sing", "Frogs sing.") + DONE,
        words("Frogs ", "si", "ng", ".", "Frogs sing.") + DONE,
        event(message={"content": "Frogs sing."}) + DONE,
        event(text="Frogs ") + event(text="sing."),
        event(delta={"content": [{"type": "text", "text": "Frogs "}]}) + event(delta={"content": {"text": "sing."}}),
        event(delta={"content": "Frogs sing."}, message=None) + 'data: {"choices": []}\n\ndata: {"type": "ping"}\n\n',
        '{"choices": [{"message": {"content": "Frogs sing."}, "finish_reason": "stop"}]}',
        json.dumps({"choices": [{"message": {"content": "Frogs sing."}}]}, indent=2),
        '{"message": {"content": "Frogs "}, "done": false}\n{"message": {"content": "sing."}, "done": true}\n',
    ],
)
def test_the_words_are_read_whatever_they_stand_in(body: str) -> None:
    assert text(body) == "Frogs sing."


@given(st.lists(st.integers(1, 400), max_size=8), st.sampled_from(["\n", "\r\n"]))
def test_it_does_not_matter_where_a_body_is_cut_into_pieces(places: list[int], end: str) -> None:
    body = (": hi\n\n" + words("Früh ", "quaken ", "sie.") + DONE).replace("\n", end).encode()
    cuts = sorted({0, len(body), *(place for place in places if place < len(body))})
    assert text(*(body[start:stop] for start, stop in pairwise(cuts))) == "Früh quaken sie."


def test_words_that_only_repeat_themselves_are_kept() -> None:
    assert text(words("ha", "ha", "ha")) == "hahaha"
    assert text(words("1", "10", "100")) == "110100"


@pytest.mark.parametrize(
    "delta",
    [
        {"content": "", "reasoning_content": "Hm."},
        {"reasoning": "Hm."},
        {"content": None, "thinking": {"text": "Hm."}},
        {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}]},
        {"reasoning_details": [{"type": "reasoning.text", "text": "Hm."}]},
        {"reasoning": "Hm.", "reasoning_details": [{"type": "reasoning.text", "text": "Hm."}]},
    ],
)
def test_thinking_is_read_apart(delta: dict[str, Any]) -> None:
    [read_delta] = read(event(delta=delta))
    assert (read_delta.text, read_delta.thinking) == ("", "Hm.")


def test_the_end_is_told_by_its_reason_or_by_done() -> None:
    assert [delta.finish_reason for delta in read(event(delta={}, finish_reason="length"))] == ["length"]
    assert [delta.ended for delta in read(event(delta={}, finish_reason=""), DONE)] == [False, True]
    assert not any(delta.ended for delta in read(words("Frogs")))


def test_the_providers_own_reason_counts_where_it_tells_of_a_failure() -> None:
    failed = event(delta={"content": ""}, finish_reason="stop", native_finish_reason="network_error")
    sound = event(delta={"content": ""}, finish_reason="stop", native_finish_reason="STOP")
    assert [delta.finish_reason for delta in read(failed, sound)] == ["network_error", "stop"]


@pytest.mark.parametrize(
    ("choice", "delta"),
    [
        ({"delta": {"content": "Yes"}, "logprobs": {"content": [1]}}, Delta(text="Yes", logprobs={"content": [1]})),
        ({"delta": {"content": "Yes", "reasoning": "Hm."}}, Delta(text="Yes", thinking="Hm.")),
        ({"delta": {"content": "Yes"}, "finish_reason": "stop"}, Delta(text="Yes", finish_reason="stop")),
        ({"delta": {"content": ["Yes"]}}, Delta(text="Yes")),
        ({"delta": {"content": "Yes", "refusal": "No."}}, Delta(text="Yes", refusal="No.")),
        ({"delta": {"role": "assistant", "content": "Yes"}}, Delta(text="Yes")),
    ],
)
def test_what_stands_beside_a_piece_of_text_is_read(choice: dict[str, Any], delta: Delta) -> None:
    assert read(event(**choice)) == [delta]


def test_of_several_answers_the_one_that_began_first_is_read() -> None:
    rows = [{"index": n, "delta": {"content": text}} for n, text in ((1, "Yes"), (0, "No"), (1, " [1]."), (0, " [2]."))]
    assert text(*(f"data: {json.dumps({'choices': [row]})}\n\n" for row in rows), DONE) == "Yes [1]."


def test_tokens_are_counted_in_whole_numbers() -> None:
    usage = {"prompt_tokens": 3.0, "completion_tokens": "7", "x": None, "completion_tokens_details": {"a": 1.6}}
    assert round_usage(usage) == {"prompt_tokens": 3, "completion_tokens": 7, "completion_tokens_details": {"a": 2}}
    assert round_usage({"prompt_tokens": -1, "completion_tokens": float("nan"), "total_tokens": "many"}) == {}
    assert read('data: {"choices": [], "usage": {"prompt_tokens": 3.2}}\n\n')[0].usage == TokenCounts(3, 0)


def test_tool_calls_are_read_in_both_forms() -> None:
    [new] = read(event(delta={"tool_calls": [{"index": 1, "id": "c", "function": {"name": "f", "arguments": "{"}}]}))
    assert new.calls == (CallPiece(1, "f", "{"),)
    [old] = read(event(delta={"function_call": {"name": "f", "arguments": {"a": 1}}}))
    assert old.calls == (CallPiece(0, "f", '{"a": 1}'),)


@pytest.mark.parametrize(
    "body",
    [
        'data: {"error": {"message": "It broke."}}\n\n',
        '{"error": "It broke."}',
        '[{"error": {"message": "It broke."}}]',
        'event: error\ndata: {"message": "It broke."}\n\n',
        words("Frogs") + '{"error": "It broke."}\n',
        event(delta={}, error={"message": "It broke."}),
        '{"detail": "It broke."}',
    ],
)
def test_errors_are_told_in_the_servers_words(body: str) -> None:
    with pytest.raises(ServerError, match=r"^It broke\.$"):
        read(body)


def test_what_is_no_answer_is_named() -> None:
    with pytest.raises(NoStream, match="Sign in"):
        read("<html><title>Sign in</title></html>")
    with pytest.raises(NoStream):
        read("")
    with pytest.raises(ValueError, match="Expecting"):
        read("data: {half\n\n")


def test_no_line_and_no_body_is_longer_than_any_answer() -> None:
    with pytest.raises(TooMuchData):
        read(":\n\n", b"data: " + b"x" * LONGEST_LINE)
    with pytest.raises(TooMuchData):
        read(b"x" * (LONGEST_BODY + 1))
    with pytest.raises(TooMuchData):
        read(*[b"x" * 1000 + b"\n"] * (LONGEST_BODY // 1000 + 1))

    with pytest.raises(TooMuchData):
        read(*["data: {\n"] * (LONGEST_LINE // 2 + 1))


def test_what_came_before_is_cut_off_wherever_an_answer_is_repeated() -> None:
    assert text(words("The ", "The frogs ", "The frogs call.")) == "The frogs call."
    assert text(words("The ", "frogs ", "call", "."), words("The frogs call.")) == "The frogs call."
    assert text(words("The ", "frogs ", "call."), words("The frogs call. Loudly.", "The frogs call. Loudly.")) == (
        "The frogs call. Loudly."
    )


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_named(body: bytes) -> None:
    with suppress(ServerError, NoStream, ValueError):
        read(body)
