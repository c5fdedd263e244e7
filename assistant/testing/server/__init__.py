"""A real HTTP server on loopback that speaks OpenAI's interface and says what a test wants."""

import asyncio
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count

from assistant.testing.reply import Answering, Message, Reply, Said
from assistant.testing.server.api import Api
from assistant.testing.server.batch_store import BatchPlan
from assistant.testing.server.http_server import HttpRequest, HungUp, RecordedRequest
from assistant.testing.server.script import Deciding, Endpoint, EndpointScript, Fault, JsonSchema, Script
from store.errors import InputError

# Connections that may wait to be accepted, and seconds in which the server has to end; chosen by hand, not measured.
_BACKLOG, _PATIENCE = 256, 5.0


def first_source(messages: list[Message]) -> str:
    """Say this where a test set nothing else."""
    return "This is what the first source says [1]."


@contextmanager
def fake_openai_server(
    default: Answering = first_source,
    *,
    models: Sequence[str] | None = None,
    api_key: str | None = None,
    context_length: int | None = None,
    json_schema: JsonSchema = "followed",
    dimension: int = 64,
    decide: Deciding | None = None,
) -> "Iterator[FakeOpenAIServer]":
    """Start a server on a free port of 127.0.0.1; leaving the ``with`` ends it, and whatever still waits in it.

    It answers ``/v1/chat/completions``, ``/v1/embeddings``, ``/v1/models``, ``/v1/files`` and ``/v1/batches`` as
    OpenAI does, at once, in one thread.

    Args:
        default: Answers the messages of a chat when the queue of replies is empty; it must not block.
        models: The models that there are; None takes any name.
        api_key: The only key that is accepted; None takes any.
        context_length: Tokens that a prompt may have, four characters each; None for no limit.
        json_schema: Where a request asks for a JSON schema, the text of ``default`` is put into it (``followed``),
            or said as it is (``ignored``), or the request is refused with 400 (``refused``).
        dimension: Length of an embedding; those of ``HashEmbedder`` are given.
        decide: Answers ``/v1/decisions``; None has no such endpoint, as most servers.
    """
    settings = EndpointScript(models, api_key, context_length, json_schema, dimension, decide)
    server = FakeOpenAIServer(default, settings)
    try:
        yield server
    finally:
        server.close()


class FakeOpenAIServer:
    """The running server; ``fake_openai_server`` starts it. Everything here may be used from any thread.

    Attributes:
        base_url: What clients take as theirs: ``http://127.0.0.1:<port>/v1``.
        connections: How many connections clients have opened.
    """

    def __init__(self, default: Answering, settings: EndpointScript) -> None:
        self.connections = 0
        self._script = Script(default)
        self._api = Api(self._script, settings)
        self._requests: list[RecordedRequest] = []
        self._numbers = count(1)
        # Bound and listening before the thread runs: who connects early waits in the backlog.
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=_BACKLOG)
        self.base_url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/v1"
        self._loop = asyncio.new_event_loop()
        self._open: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._closed = asyncio.Event()
        self._thread = threading.Thread(target=self._run_loop, name="fake-openai-server", daemon=True)
        self._thread.start()

    @property
    def requests(self) -> list[RecordedRequest]:
        """Every request so far, in the order in which they came; keys are masked."""
        return [*self._requests]

    @property
    def default(self) -> Answering:
        """Answers chats when the queue of replies is empty; can be set."""
        return self._script.default

    @default.setter
    def default(self, answering: Answering) -> None:
        """Answer with this from now on."""
        self._script.default = answering

    @property
    def batch_plan(self) -> BatchPlan:
        """How the batches created from now on go; can be set."""
        return self._api.batches.plan

    @batch_plan.setter
    def batch_plan(self, plan: BatchPlan) -> None:
        """Let new batches go like this."""
        self._api.batches.plan = plan

    def reply(self, *answers: "Said | Reply") -> None:
        """Queue what the next chats are answered, to the letter; a request that gets an error takes nothing."""
        for answer in answers:
            self._script.add_reply(answer)

    def fail(self, fault: Fault, *, nth: int | None = None, endpoint: Endpoint = "chat") -> None:
        """Let something go wrong.

        Args:
            fault: One of ``assistant.testing.faults``. Several for the same request all strike.
            nth: Which request from now on, 1 being the next; None means all until ``recover``.
            endpoint: Requests to what; ``batch_lines`` are the requests in a batch, ``all`` is everything.
        """
        self._script.plan_fault(fault, endpoint, nth)

    def recover(self) -> None:
        """Let nothing go wrong any more."""
        self._script.clear_faults()

    def close(self) -> None:
        """End the server and everything that waits in it.

        Raises:
            InputError: Its thread does not end, because a reply function blocks.
        """
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._closed.set)
            self._thread.join(_PATIENCE)
        if self._thread.is_alive():
            raise InputError(
                f"The fake server at {self.base_url} does not end within {_PATIENCE:g} s:",
                "its reply function blocks; let it return a Gate among its steps instead.",
            )

    def _run_loop(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve_until_closed())

    async def _serve_until_closed(self) -> None:
        # A callback that is no coroutine: asyncio's own tasks for those write to stderr when they are cancelled.
        server = await asyncio.start_server(self._accept_connection, sock=self._socket)
        await self._closed.wait()
        self._loop.remove_reader(self._socket)
        await self._hang_up()
        # Who was let in at the last moment is no connection yet but asyncio's own task, which a closed server breaks.
        await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()}, return_exceptions=True)
        # Not ``async with``: that would wait for clients to close their connections.
        server.close()
        await self._hang_up()

    async def _hang_up(self) -> None:
        """Let nothing wait any longer, and no socket be left open."""
        connections = dict(self._open)
        for connection in connections:
            connection.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
        for writer in connections.values():  # One that was cancelled before its first step has closed nothing.
            writer.transport.abort()
        await asyncio.gather(*(writer.wait_closed() for writer in connections.values()), return_exceptions=True)

    def _accept_connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        accepted: socket.socket = writer.get_extra_info("socket")
        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # A token is sent when it is said.
        task = asyncio.get_running_loop().create_task(self._serve_connection(reader, writer))
        self._open[task] = writer
        task.add_done_callback(self._open.pop)

    async def _serve_connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while await self._answer_next(reader, writer):
                pass
        except ConnectionError:
            pass  # The client went away, as it may.
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def _answer_next(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer the next request of a connection, and tell whether another one may follow."""
        request = await HttpRequest.read(reader)
        if request is None:
            return False
        record = request.to_record()
        self._requests.append(record)
        try:
            response = self._api.answer_request(request)
            goes_on = await response.send(f"req-{next(self._numbers)}", reader, writer)
        except HungUp:
            record.hung_up.set()
            raise
        return goes_on and request.headers.get("connection", "").lower() != "close"
