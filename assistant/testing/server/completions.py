"""Chat completions, at once and streamed."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from assistant.testing.reply import Message, Reply, prompt_tokens
from assistant.testing.server.http_server import HttpError, Json, Piece, Response
from assistant.testing.server.script import EndpointScript, Fault, Script


class Chat:
    """The endpoint ``/v1/chat/completions``. Tools are ignored."""

    def __init__(self, script: Script, settings: EndpointScript, new_id: Callable[[str], str]) -> None:
        self._script = script
        self._settings = settings
        self._new_id = new_id

    def build_response(self, body: Json, faults: list[Fault]) -> Response:
        """Answer a request, streamed if it wants that.

        Raises:
            HttpError: As OpenAI would: the model does not exist, the prompt is too long.
        """
        answer = self._make_answer(body, faults)
        return answer.to_stream() if body.get("stream") else answer.to_response()

    def build_completion(self, body: Json, faults: list[Fault]) -> Json:
        """Build the body of the answer to a line of a batch; waits are left out. Raises as ``build_response`` does."""
        return self._make_answer(body, faults).to_completion()

    def _make_answer(self, body: Json, faults: list[Fault]) -> "_Answer":
        messages: list[Message] = body.get("messages") or []
        self._check_request(body, messages)
        reply = self._script.next_reply(messages, self._read_schema(body))
        for fault in faults:
            reply = fault.reply(messages, reply) if fault.reply else reply
        return _Answer(reply, body, self._new_id("chatcmpl"))

    def _check_request(self, body: Json, messages: list[Message]) -> None:
        self._settings.check_model(body)
        if not messages:
            raise HttpError(400, "Invalid 'messages': empty array. Expected an array with minimum length 1.")
        limit = self._settings.context_length
        if limit is not None and (length := prompt_tokens(messages)) > limit:
            raise make_too_long_error(limit, length)
        if self._settings.json_schema == "refused" and _read_format(body):
            raise make_no_schema_error()

    def _read_schema(self, body: Json) -> Json | None:
        if self._settings.json_schema == "ignored":
            return None
        schema: Json | None = _read_format(body).get("schema")
        return schema


def make_too_long_error(limit: int, length: int) -> HttpError:
    """Make the error that a prompt of ``length`` tokens is more than the model's ``limit``."""
    message = (
        f"This model's maximum context length is {limit} tokens. However, your messages resulted in {length} tokens."
    )
    return HttpError(400, f"{message} Please reduce the length of the messages.", "context_length_exceeded")


def make_no_schema_error() -> HttpError:
    """Make the error that the endpoint takes no ``response_format`` with a schema."""
    return HttpError(
        400, "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model."
    )


def _read_format(body: Json) -> Json:
    json_schema: Json = (body.get("response_format") or {}).get("json_schema") or {}
    return json_schema


class _Answer:
    """One completion in OpenAI's words."""

    def __init__(self, reply: Reply, body: Json, completion_id: str) -> None:
        self._reply = reply
        self._common = {"id": completion_id, "created": int(time.time()), "model": body.get("model", "")}
        self._logprobs = _describe_logprobs(reply.logprobs) if body.get("logprobs") else None
        self._with_usage = bool((body.get("stream_options") or {}).get("include_usage"))
        read, written = reply.count_tokens(body.get("messages") or [])
        self._usage = {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}

    def to_response(self) -> Response:
        """Answer all at once, after all waits."""
        waits = [piece for piece in map(_read_wait, self._reply.steps) if piece is not None]
        return Response([*waits, *Response.of(self.to_completion()).pieces])

    def to_completion(self) -> Json:
        """Build the body of what is not streamed."""
        refusal = self._reply.refusal or None
        message = {"role": "assistant", "content": None if refusal else self._reply.text, "refusal": refusal}
        choice = {
            "index": 0,
            "message": message,
            "logprobs": self._logprobs,
            "finish_reason": self._reply.finish_reason,
        }
        return {**self._common, "object": "chat.completion", "choices": [choice], "usage": self._usage}

    def to_stream(self) -> Response:
        """Answer token by token."""
        return Response([*self._list_events(), b"data: [DONE]\n\n"], kind="text/event-stream")

    def _list_events(self) -> Iterator[Piece]:
        yield self._build_event({"role": "assistant", "content": None if self._reply.refusal else ""})
        if self._reply.refusal:
            yield self._build_event({"refusal": self._reply.refusal})
        logprobs = self._logprobs
        for step in self._reply.steps:
            wait = _read_wait(step)
            if wait is not None:
                yield wait
                continue
            yield self._build_event({"content": step}, logprobs=logprobs)
            logprobs = None  # Those of the first token are all that a test needs.
        yield self._build_event({}, self._reply.finish_reason)
        if self._with_usage:
            yield self._build_chunk([], self._usage)

    def _build_event(self, delta: Json, finish_reason: str | None = None, logprobs: Json | None = None) -> bytes:
        return self._build_chunk([{"index": 0, "delta": delta, "logprobs": logprobs, "finish_reason": finish_reason}])

    def _build_chunk(self, choices: list[Json], usage: Json | None = None) -> bytes:
        chunk = {**self._common, "object": "chat.completion.chunk", "choices": choices}
        return encode_event({**chunk, "usage": usage} if self._with_usage else chunk)


def _describe_logprobs(logprobs: Mapping[str, float] | None) -> Json | None:
    """Describe the probabilities of the first token as OpenAI does, the likeliest first."""
    if not logprobs:
        return None
    rows = [{"token": token, "logprob": value, "bytes": [*token.encode()]} for token, value in logprobs.items()]
    return {"content": [{**rows[0], "top_logprobs": rows}], "refusal": None}


def _read_wait(step: Any) -> Piece | None:
    """Read what is waited for at a step; None where something is said."""
    if isinstance(step, Exception):
        raise step
    return None if isinstance(step, str) else step


def encode_event(data: Json) -> bytes:
    """Encode a server-sent event."""
    return b"data: " + json.dumps(data, ensure_ascii=False).encode() + b"\n\n"
