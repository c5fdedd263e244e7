"""What can go wrong with a model's endpoint, for ``FakeOpenAIServer.fail``.

The first kind answers with an error, the second spoils the answer on its way, the third spoils what the model says.
``FAULTS`` holds a maker of each, so that a test can go through them all.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from assistant.testing.gate import Gate
from assistant.testing.reply import Reply, obedient, prompt_tokens
from assistant.testing.server.completions import encode_event, make_no_schema_error, make_too_long_error
from assistant.testing.server.http_server import Cut, HttpError, HttpRequest, Json, Piece, Response
from assistant.testing.server.script import Fault as Fault
from assistant.testing.server.script import make_unknown_model_error, make_wrong_key_error

_PAGE = b"<!doctype html><title>Sign in</title><p>Please sign in to the network."


def unauthorised(*, echo_key: bool = False) -> Fault:
    """Answer 401; with ``echo_key`` the whole key stands in the message, as some proxies do it."""
    return Fault(error=lambda request: make_wrong_key_error(request, echo=echo_key))


def no_such_model() -> Fault:
    """Answer 404 for the model of the request."""
    return Fault(
        error=lambda request: make_unknown_model_error(
            str(request.parse_json().get("model", "")) if request.content else ""
        )
    )


def rate_limited(retry_after: float | None = 1.0) -> Fault:
    """Answer 429, with the seconds to wait in ``Retry-After`` if there are any."""
    headers = {} if retry_after is None else {"retry_after": f"{retry_after:g}"}
    return _make_error(
        429, "Rate limit reached for requests. Please try again later.", "rate_limit_exceeded", **headers
    )


def quota_exhausted() -> Fault:
    """Answer 429 that no waiting cures: there is no money left."""
    return _make_error(
        429, "You exceeded your current quota, please check your plan and billing.", "insufficient_quota"
    )


def server_error() -> Fault:
    """Answer 500."""
    return _make_error(500, "The server had an error while processing your request. Sorry about that!")


def overloaded() -> Fault:
    """Answer 503."""
    return _make_error(503, "The engine is currently overloaded, please try again later.")


def context_exceeded(limit: int = 8192) -> Fault:
    """Answer 400: the prompt is longer than the model takes."""
    return Fault(
        error=lambda request: make_too_long_error(
            limit, limit + prompt_tokens(request.parse_json().get("messages") or [])
        )
    )


def prompt_filtered() -> Fault:
    """Answer 400: a content filter stopped the prompt."""
    return _make_error(
        400, "The response was filtered due to the prompt triggering the content policy.", "content_filter"
    )


def json_schema_refused() -> Fault:
    """Answer 400: the endpoint takes no JSON schema."""
    return Fault(error=lambda request: make_no_schema_error())


def parameter_refused(name: str = "stream_options", status: int = 400) -> Fault:
    """Answer an error as long as a parameter stands in the request, as OpenAI words it."""

    def refuse(request: HttpRequest) -> HttpError | None:
        if name not in request.parse_json():
            return None
        words = f"Unsupported parameter: '{name}' is not supported with this model."
        return HttpError(status, words, "unsupported_parameter")

    return Fault(error=refuse)


def _make_error(status: int, message: str, code: str | None = None, **headers: str) -> Fault:
    return Fault(error=lambda request: HttpError(status, message, code, **headers))


def slow_first_token(until: Gate | float = 0.5) -> Fault:
    """Send nothing for some seconds, or until a gate opens."""
    return _change_rest(0, lambda rest: [until, *rest])


def stall(until: Gate | None = None, after: int = 3) -> Fault:
    """Send nothing more after ``after`` events, until the gate opens; without one, until the server closes."""
    gate = until or Gate(limit=None)
    return _change_rest(after, lambda rest: [gate, *rest])


def cut(after: int = 3) -> Fault:
    """Break the connection after ``after`` events."""
    return _change_rest(after, lambda rest: [Cut.CUT])


def malformed_sse(after: int = 3) -> Fault:
    """Send half an event after ``after`` events; what is not streamed ends half-way."""

    def halve(rest: list[Piece]) -> list[Piece]:
        event = rest[0] if len(rest) > 1 and isinstance(rest[0], bytes) else b""
        return [event[: len(event) // 2] + b"\n\n", *rest[1:]] if event else []

    return _change_rest(after, halve)


def error_in_stream(after: int = 3) -> Fault:
    """Send an error in place of what comes after ``after`` events; 500 if the answer is not streamed."""
    error = HttpError(500, "The server had an error while processing your request.").body

    def change_answer(response: Response) -> Response:
        if not response.streamed:
            return Response.of(error, 500)
        return replace(response, pieces=[*response.pieces[:after], encode_event(error)])

    return Fault(wire=change_answer)


def duplicated_chunks() -> Fault:
    """Send every event but the last twice."""

    def double(pieces: list[Piece]) -> list[Piece]:
        return [*(piece for piece in pieces[:-1] for _ in range(2)), *pieces[-1:]]

    return Fault(wire=lambda response: replace(response, pieces=double(response.pieces)))


def web_page() -> Fault:
    """Answer 200, but with the page of a proxy."""
    return Fault(wire=lambda response: Response([_PAGE], kind="text/html"))


def raw_answer(
    body: bytes | Json | list[Any] = b'{"error": "upstream is down"}', status: int = 200, kind: str = ""
) -> Fault:
    """Answer just this, whatever was asked: bytes, or a value as JSON; ``kind`` is the media type."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    stream = content.lstrip().startswith((b"data:", b":", b"event:", b"retry:", b"id:"))
    media = kind or ("text/event-stream" if stream else "application/json")
    return Fault(wire=lambda response: Response([content], status, media))


def _change_rest(after: int, change: Callable[[list[Piece]], list[Piece]]) -> Fault:
    """Change what comes after ``after`` events of a stream, or after the first half of what is not streamed."""

    def change_answer(response: Response) -> Response:
        pieces, first = response.pieces, after
        if not response.streamed and after and isinstance(body := pieces[-1], bytes):
            pieces, first = [*pieces[:-1], body[: len(body) // 2], body[len(body) // 2 :]], len(pieces)
        return replace(response, pieces=[*pieces[:first], *change(pieces[first:])])

    return Fault(wire=change_answer)


def invalid_json() -> Fault:
    """Make the model talk around JSON that does not end."""
    return _change_reply(lambda reply: reply.saying(f"Sure! Here is the answer:\n```json\n{reply.text[:-1]}"))


def truncated() -> Fault:
    """Stop the model half-way at its limit of tokens (``finish_reason`` is ``length``)."""
    return _change_reply(lambda reply: _halve_reply(reply, "length"))


def wrong_schema() -> Fault:
    """Make the model say JSON that fits no schema."""
    return _change_reply(lambda reply: reply.saying({"unexpected": {"answer": reply.text[:40]}}))


def empty() -> Fault:
    """Make the model say nothing."""
    return _change_reply(lambda reply: reply.saying(""))


def content_filtered() -> Fault:
    """Stop the model half-way by a content filter (``finish_reason`` is ``content_filter``)."""
    return _change_reply(lambda reply: _halve_reply(reply, "content_filter"))


def refused() -> Fault:
    """Make the model refuse; the text is missing."""
    return _change_reply(lambda reply: reply.saying("", refusal="I'm sorry, I can't assist with that."))


def wrong_number() -> Fault:
    """Make every number that the model says wrong; one is made up where there is none."""

    def change(text: str) -> str:
        changed = _NUMBER.sub(lambda number: f"{number[0]}7", text)
        return changed if changed != text else text.rstrip(". ") + " in 97 % of cases."

    return _change_reply(lambda reply: _change_words(reply, change))


def invented_citation(n: int = 99) -> Fault:
    """Make everything that the model says cite ``[n]``."""

    def cite(text: str) -> str:
        return _CITED.sub(f"[{n}]", text) if _CITED.search(text) else f"{text} [{n}]"

    def renumber(numbers: list[Any]) -> list[Any]:
        return [type(number)(n) for number in numbers] or [n]

    return _change_reply(lambda reply: _change_words(reply, cite, renumber))


def injection_obeyed() -> Fault:
    """Make the model do what the texts that it reads tell it to do, in the form of its reply; see ``obedient``."""
    return Fault(reply=lambda messages, reply: _change_words(reply, lambda text: obedient(messages)))


_NUMBER = re.compile(r"(?<![\w.\[])\d+(?:[.,]\d+)*(?![\w\]])")
_CITED = re.compile(r"\[\d+\]")


def _change_reply(change: Callable[[Reply], Reply]) -> Fault:
    return Fault(reply=lambda messages, reply: change(reply))


def _halve_reply(reply: Reply, finish_reason: str) -> Reply:
    return reply.saying(reply.steps[: len(reply.steps) // 2], finish_reason=finish_reason)


def _change_words(
    reply: Reply, words: Callable[[str], str], numbers: Callable[[list[Any]], list[Any]] = lambda numbers: numbers
) -> Reply:
    """Change the sentences of a reply, plain or in JSON, and its lists of numbers; names and other values stay."""

    def change(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: change(part) for key, part in value.items()}
        if isinstance(value, list):
            return numbers(value) if all(str(part).isdigit() for part in value) else [change(part) for part in value]
        return words(value) if isinstance(value, str) and " " in value else value

    try:
        value = json.loads(reply.text)
    except ValueError:
        return reply.saying(words(reply.text))
    return reply.saying(json.dumps(change(value), ensure_ascii=False))


FAULTS: Mapping[str, Callable[[], Fault]] = {
    maker.__name__: maker
    for maker in (
        *(unauthorised, no_such_model, rate_limited, quota_exhausted, server_error, overloaded),
        *(context_exceeded, prompt_filtered, json_schema_refused, parameter_refused),
        *(slow_first_token, stall, cut, malformed_sse, error_in_stream, duplicated_chunks, web_page, raw_answer),
        *(invalid_json, truncated, wrong_schema, empty, content_filtered, refused),
        *(wrong_number, invented_citation, injection_obeyed),
    )
}
"""Every fault by its name, as it is by default."""
