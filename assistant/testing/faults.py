"""What can go wrong with a model's endpoint, for ``FakeOpenAIServer.fail``.

The first kind answers with an error, the second spoils the answer on its way, the third spoils what the model says.
``FAULTS`` holds a maker of each, so that a test can go through them all.

Spoils what a model says, in plain text and in JSON alike.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from assistant.testing.gate import Gate
from assistant.testing.reply import Message, Reply, obedient, prompt_tokens
from assistant.testing.server.chat import encode_event, make_no_schema_error, make_too_long_error
from assistant.testing.server.http import Cut, HttpError, Piece, Response
from assistant.testing.server.script import Fault as Fault
from assistant.testing.server.script import make_unknown_model_error, make_wrong_key_error

_NUMBER = re.compile(r"(?<![\w.\[])\d+(?:[.,]\d+)*(?![\w\]])")
_CITED = re.compile(r"\[\d+\]")
_MADE_UP = " in 97 % of cases."


def _break_json(reply: Reply) -> Reply:
    """Talk around JSON that does not end."""
    return reply.saying(f"Sure! Here is the answer:\n```json\n{reply.text[:-1]}")


def _truncate_reply(reply: Reply, finish_reason: str = "length") -> Reply:
    """The first half."""
    steps = reply.steps
    return reply.saying(steps[: len(steps) // 2], finish_reason=finish_reason)


def _ignore_schema(reply: Reply) -> Reply:
    """JSON that nobody asked for."""
    return reply.saying({"unexpected": {"answer": reply.text[:40]}})


def _change_numbers(reply: Reply) -> Reply:
    """Other numbers in every sentence."""
    return _change_reply(reply, _change_number, lambda numbers: numbers)


def _invent_citations(reply: Reply, n: int) -> Reply:
    """Citations of a source that does not exist."""

    def cite(text: str) -> str:
        return _CITED.sub(f"[{n}]", text) if _CITED.search(text) else f"{text} [{n}]"

    return _change_reply(reply, cite, lambda numbers: [type(number)(n) for number in numbers] or [n])


def _obey_prompt(messages: list[Message], reply: Reply) -> Reply:
    """What the texts in the prompt tell the model to say; put into the form of the reply, if that is JSON."""
    orders = obedient(messages)
    return _change_reply(reply, lambda text: orders, lambda numbers: numbers)


def _change_number(text: str) -> str:
    changed = _NUMBER.sub(lambda number: f"{number[0]}7", text)
    return changed if changed != text else text.rstrip(". ") + _MADE_UP


def _change_reply(reply: Reply, words: Callable[[str], str], numbers: Callable[[list[Any]], list[Any]]) -> Reply:
    """Change the sentences of a reply and its lists of numbers; names and other values stay."""
    text = reply.text
    try:
        value = json.loads(text)
    except ValueError:
        return reply.saying(words(text))
    return reply.saying(json.dumps(_change_value(value, words, numbers), ensure_ascii=False))


def _change_value(value: Any, words: Callable[[str], str], numbers: Callable[[list[Any]], list[Any]]) -> Any:
    if isinstance(value, dict):
        return {key: _change_value(part, words, numbers) for key, part in value.items()}
    if isinstance(value, list):
        if all(str(part).isdigit() for part in value):
            return numbers(value)
        return [_change_value(part, words, numbers) for part in value]
    return words(value) if isinstance(value, str) and " " in value else value


_PAGE = b"<!doctype html><title>Sign in</title><p>Please sign in to the network."


def unauthorised(*, echo_key: bool = False) -> Fault:
    """401; with ``echo_key`` the whole key stands in the message, as some proxies do it."""
    return Fault(error=lambda request: make_wrong_key_error(request, echo=echo_key))


def no_such_model() -> Fault:
    """404 for the model that was asked for."""
    return Fault(
        error=lambda request: make_unknown_model_error(
            str(request.parse_json().get("model", "")) if request.content else ""
        )
    )


def rate_limited(retry_after: float | None = 1.0) -> Fault:
    """429, with the seconds to wait in ``Retry-After`` if there are any."""
    headers = {} if retry_after is None else {"retry_after": f"{retry_after:g}"}
    return _make_error(
        429, "Rate limit reached for requests. Please try again later.", "rate_limit_exceeded", **headers
    )


def quota_exhausted() -> Fault:
    """429 that no waiting cures: there is no money left."""
    return _make_error(
        429, "You exceeded your current quota, please check your plan and billing.", "insufficient_quota"
    )


def server_error() -> Fault:
    """500."""
    return _make_error(500, "The server had an error while processing your request. Sorry about that!")


def overloaded() -> Fault:
    """503."""
    return _make_error(503, "The engine is currently overloaded, please try again later.")


def context_exceeded(limit: int = 8192) -> Fault:
    """400: the prompt is longer than the model takes."""
    return Fault(
        error=lambda request: make_too_long_error(
            limit, limit + prompt_tokens(request.parse_json().get("messages") or [])
        )
    )


def prompt_filtered() -> Fault:
    """400: a content filter stopped the prompt."""
    return _make_error(
        400, "The response was filtered due to the prompt triggering the content policy.", "content_filter"
    )


def json_schema_refused() -> Fault:
    """400: the endpoint takes no JSON schema."""
    return Fault(error=lambda request: make_no_schema_error())


def _make_error(status: int, message: str, code: str | None = None, **headers: str) -> Fault:
    return Fault(error=lambda request: HttpError(status, message, code, **headers))


def slow_first_token(until: Gate | float = 0.5) -> Fault:
    """Nothing comes for some seconds, or until a gate opens."""
    return _change_rest(0, lambda rest: [until, *rest])


def stall(until: Gate | None = None, after: int = 3) -> Fault:
    """Nothing more comes after ``after`` events, until the gate opens; without one, until the server closes."""
    gate = until or Gate(limit=None)
    return _change_rest(after, lambda rest: [gate, *rest])


def cut(after: int = 3) -> Fault:
    """The connection breaks after ``after`` events."""
    return _change_rest(after, lambda rest: [Cut.CUT])


def malformed_sse(after: int = 3) -> Fault:
    """After ``after`` events half an event comes; what is not streamed ends half-way."""

    def halved(rest: list[Piece]) -> list[Piece]:
        event = rest[0] if len(rest) > 1 and isinstance(rest[0], bytes) else b""
        return [event[: len(event) // 2] + b"\n\n", *rest[1:]] if event else []

    return _change_rest(after, halved)


def error_in_stream(after: int = 3) -> Fault:
    """After ``after`` events an error comes in place of the rest; 500 if it is not streamed."""
    error = HttpError(500, "The server had an error while processing your request.").body

    def broken(response: Response) -> Response:
        if not response.streamed:
            return Response.of(error, 500)
        return replace(response, pieces=[*response.pieces[:after], encode_event(error)])

    return Fault(wire=broken)


def duplicated_chunks() -> Fault:
    """Every event but the last comes twice."""

    def doubled(pieces: list[Piece]) -> list[Piece]:
        return [*(piece for piece in pieces[:-1] for _ in range(2)), *pieces[-1:]]

    return Fault(wire=lambda response: replace(response, pieces=doubled(response.pieces)))


def web_page() -> Fault:
    """200, but with the page of a proxy in place of an answer."""
    return Fault(wire=lambda response: Response([_PAGE], kind="text/html"))


def _change_rest(after: int, change: Callable[[list[Piece]], list[Piece]]) -> Fault:
    """Change what comes after ``after`` events of a stream, or after the first half of what is not streamed."""

    def broken(response: Response) -> Response:
        pieces, first = response.pieces, after
        if not response.streamed and after and isinstance(body := pieces[-1], bytes):
            pieces, first = [*pieces[:-1], body[: len(body) // 2], body[len(body) // 2 :]], len(pieces)
        return replace(response, pieces=[*pieces[:first], *change(pieces[first:])])

    return Fault(wire=broken)


def invalid_json() -> Fault:
    """What the model says is talk around JSON that does not end."""
    return Fault(reply=lambda messages, reply: _break_json(reply))


def truncated() -> Fault:
    """The model stops half-way at its limit of tokens (``finish_reason`` is ``length``)."""
    return Fault(reply=lambda messages, reply: _truncate_reply(reply))


def wrong_schema() -> Fault:
    """The model says JSON that fits no schema."""
    return Fault(reply=lambda messages, reply: _ignore_schema(reply))


def empty() -> Fault:
    """The model says nothing."""
    return Fault(reply=lambda messages, reply: reply.saying(""))


def content_filtered() -> Fault:
    """The model is stopped half-way by a content filter (``finish_reason`` is ``content_filter``)."""
    return Fault(reply=lambda messages, reply: _truncate_reply(reply, "content_filter"))


def refused() -> Fault:
    """The model refuses; the text is missing."""
    return Fault(reply=lambda messages, reply: reply.saying("", refusal="I'm sorry, I can't assist with that."))


def wrong_number() -> Fault:
    """Every number that the model says is wrong; one is made up where there is none."""
    return Fault(reply=lambda messages, reply: _change_numbers(reply))


def invented_citation(n: int = 99) -> Fault:
    """Everything that the model says cites ``[n]``."""
    return Fault(reply=lambda messages, reply: _invent_citations(reply, n))


def injection_obeyed() -> Fault:
    """The model does what the texts that it reads tell it to do; see ``obedient``."""
    return Fault(reply=_obey_prompt)


FAULTS: Mapping[str, Callable[[], Fault]] = {
    maker.__name__: maker
    for maker in (
        *(unauthorised, no_such_model, rate_limited, quota_exhausted, server_error, overloaded),
        *(context_exceeded, prompt_filtered, json_schema_refused),
        *(slow_first_token, stall, cut, malformed_sse, error_in_stream, duplicated_chunks, web_page),
        *(invalid_json, truncated, wrong_schema, empty, content_filtered, refused),
        *(wrong_number, invented_citation, injection_obeyed),
    )
}
"""Every fault by its name, as it is by default."""
