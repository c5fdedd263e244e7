"""The script of the server: what it says next, which faults strike which request, and its settings."""

import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from assistant.testing.reply import Answering, Message, Reply, Said, as_reply, in_schema
from assistant.testing.server.http_server import HttpError, HttpRequest, Json, Response

Endpoint = Literal["all", "batch_lines", "batches", "chat", "decisions", "embeddings", "files", "models"]

Deciding = Callable[[Json], Sequence[Json]]
"""Answers the body of a request to ``/v1/decisions``: the ``answers``, as OpenAI's interface has them."""


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong with a request; ``assistant.testing.faults`` makes them.

    Attributes:
        error: The request is answered with this error.
        reply: Changes what the model says; only chat completions have that.
        wire: Changes the answer as it goes over the wire.
    """

    error: Callable[[HttpRequest], HttpError | None] | None = None
    reply: Callable[[list[Message], Reply], Reply] | None = None
    wire: Callable[[Response], Response] | None = None


@dataclass
class _Planned:
    fault: Fault
    endpoint: Endpoint
    left: int | None

    def should_strike(self, endpoint: Endpoint) -> bool:
        """Tell whether this request to ``endpoint`` is the one that is meant, and count it."""
        if self.endpoint not in (endpoint, "all"):
            return False
        if self.left is None:
            return True
        self.left -= 1
        return self.left == 0


class Script:
    """Replies in a queue, what is answered after them, and faults; may be used from any thread."""

    def __init__(self, default: Answering) -> None:
        self.default = default
        self._replies: deque[Reply] = deque()
        self._planned: list[_Planned] = []
        self._lock = threading.Lock()

    def add_reply(self, content: Said | Reply) -> None:
        """Queue a reply."""
        self._replies.append(as_reply(content))

    def plan_fault(self, fault: Fault, endpoint: Endpoint, nth: int | None) -> None:
        """Let ``fault`` strike the ``nth`` request to ``endpoint`` from now on, from 1; None means all."""
        with self._lock:
            self._planned.append(_Planned(fault, endpoint, nth))

    def clear_faults(self) -> None:
        """Forget all faults."""
        with self._lock:
            self._planned.clear()

    def take_faults(self, endpoint: Endpoint) -> list[Fault]:
        """Take the faults that strike this request to ``endpoint``."""
        with self._lock:
            struck = [planned for planned in self._planned if planned.should_strike(endpoint)]
            self._planned = [planned for planned in self._planned if planned.left != 0]
        return [planned.fault for planned in struck]

    def next_reply(self, messages: list[Message], schema: Mapping[str, Any] | None) -> Reply:
        """Take the next reply of the queue to the letter, or else what ``default`` says, put into ``schema``."""
        try:
            return self._replies.popleft()
        except IndexError:
            return in_schema(self.default(messages), schema)


JsonSchema = Literal["followed", "ignored", "refused"]


@dataclass(frozen=True)
class EndpointScript:
    """How ``fake_openai_server`` was asked to behave; see there."""

    models: Sequence[str] | None = None
    api_key: str | None = None
    context_length: int | None = None
    json_schema: JsonSchema = "followed"
    dimension: int = 64
    decide: Deciding | None = None

    def check_key(self, request: HttpRequest) -> None:
        """Refuse a wrong key.

        Raises:
            HttpError: 401.
        """
        if self.api_key is not None and request.key != self.api_key:
            raise make_wrong_key_error(request)

    def check_model(self, body: Json) -> None:
        """Refuse an unknown model.

        Raises:
            HttpError: 404.
        """
        model = str(body.get("model", ""))
        if self.models is not None and model not in self.models:
            raise make_unknown_model_error(model)


def make_wrong_key_error(request: HttpRequest, *, echo: bool = False) -> HttpError:
    """Make the error that the key is not valid; OpenAI shows ends of it, and some proxies, with ``echo``, the whole."""
    key = request.key
    masked = key if echo else f"{key[:4]}{'*' * 8}{key[-4:]}" if len(key) > 12 else "*" * len(key)
    return HttpError(401, f"Incorrect API key provided: {masked}.", "invalid_api_key")


def make_unknown_model_error(model: str) -> HttpError:
    """Make the error that there is no such model."""
    return HttpError(404, f"The model `{model}` does not exist or you do not have access to it.", "model_not_found")
