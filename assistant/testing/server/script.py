"""What the server says next, and which faults strike which request."""

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from assistant.testing.reply import in_schema
from assistant.testing.server.http import HttpError, Request, Response
from assistant.testing.testing_reply import Answering, Message, Reply, Said, as_reply

Endpoint = Literal["all", "batch_lines", "batches", "chat", "embeddings", "files", "models"]


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong with a request; ``assistant.testing.faults`` makes them.

    Attributes:
        error: The request is answered with this error.
        reply: Changes what the model says; only chat completions have that.
        wire: Changes the answer as it goes over the wire.
    """

    error: Callable[[Request], HttpError] | None = None
    reply: Callable[[list[Message], Reply], Reply] | None = None
    wire: Callable[[Response], Response] | None = None


@dataclass
class _Planned:
    fault: Fault
    endpoint: Endpoint
    left: int | None

    def strikes(self, endpoint: Endpoint) -> bool:
        """Whether this request to ``endpoint`` is the one; counts it."""
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

    def add(self, said: Said | Reply) -> None:
        """Queue a reply."""
        self._replies.append(as_reply(said))

    def plan(self, fault: Fault, endpoint: Endpoint, nth: int | None) -> None:
        """Let ``fault`` strike the ``nth`` request to ``endpoint`` from now on, from 1; None means all."""
        with self._lock:
            self._planned.append(_Planned(fault, endpoint, nth))

    def clear(self) -> None:
        """Forget all faults."""
        with self._lock:
            self._planned.clear()

    def faults(self, endpoint: Endpoint) -> list[Fault]:
        """The faults that strike this request to ``endpoint``."""
        with self._lock:
            struck = [planned for planned in self._planned if planned.strikes(endpoint)]
            self._planned = [planned for planned in self._planned if planned.left != 0]
        return [planned.fault for planned in struck]

    def next(self, messages: list[Message], schema: Mapping[str, Any] | None) -> Reply:
        """The next reply of the queue to the letter, or else what ``default`` says, put into ``schema``."""
        try:
            return self._replies.popleft()
        except IndexError:
            return in_schema(self.default(messages), schema)
