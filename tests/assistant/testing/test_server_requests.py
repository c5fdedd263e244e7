"""What the server records, its connections, and how it ends."""

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from typing import Any

import pytest
from openai import APIConnectionError, AsyncOpenAI, AuthenticationError, OpenAI

from assistant.testing import FakeOpenAIServer, Gate, fake_openai_server, faults
from store.errors import InputError
from tests.assistant.testing.talking import KEY, MODEL, ask, astreamed, joined, said, streamed, user


@contextmanager
def raw(server: FakeOpenAIServer) -> Iterator[socket.socket]:
    """A bare connection to the server."""
    host, port = server.base_url.removeprefix("http://").removesuffix("/v1").split(":")
    with closing(socket.create_connection((host, int(port)), timeout=60)) as connection:
        yield connection


def everything(connection: socket.socket) -> bytes:
    """All that comes until the server closes the connection."""
    return b"".join(iter(lambda: connection.recv(65536), b""))


def test_requests_are_recorded_without_the_key(server: FakeOpenAIServer, client: OpenAI) -> None:
    client.chat.completions.create(
        model=MODEL, messages=user("Why?"), temperature=0.5, extra_headers={"api-key": KEY, "X-Session-Token": KEY}
    )
    client.models.list()
    chat, models = server.requests
    assert (chat.method, chat.path) == ("POST", "/v1/chat/completions")
    assert chat.body == {"model": MODEL, "messages": user("Why?"), "temperature": 0.5}
    assert chat.headers["authorization"] == "Bearer ***"
    assert chat.headers["api-key"] == chat.headers["x-session-token"] == "***"
    assert (models.method, models.path, models.body) == ("GET", "/v1/models", None)
    assert KEY not in repr(server.requests)


def test_only_the_right_key_is_accepted() -> None:
    with fake_openai_server(api_key=KEY) as server:
        with OpenAI(base_url=server.base_url, api_key=KEY, timeout=60, max_retries=0) as client:
            assert said(client)
        with OpenAI(base_url=server.base_url, api_key="wrong", timeout=60, max_retries=0) as client:
            with pytest.raises(AuthenticationError, match=r"provided: \*{5}\.") as caught:
                client.models.list()
            assert caught.value.code == "invalid_api_key"


def test_one_connection_serves_many_requests(server: FakeOpenAIServer, client: OpenAI) -> None:
    for n in range(5):
        assert said(client, str(n))
    assert server.connections == 1


async def test_streams_leave_their_connection_open(server: FakeOpenAIServer, aclient: AsyncOpenAI) -> None:
    for _ in range(5):
        assert await astreamed(aclient)
    assert server.connections == 1


def test_threads_do_not_hear_each_other(server: FakeOpenAIServer, client: OpenAI) -> None:
    server.default = lambda messages: f"{messages[-1]['content']} and that is all."
    questions = [f"Question {n}" for n in range(32)]
    with ThreadPoolExecutor(32) as threads:
        whole = threads.map(lambda question: said(client, question), questions)
        parts = threads.map(lambda question: joined(streamed(client, question)), questions)
        expected = [f"{question} and that is all." for question in questions]
        assert [*whole] == [*parts] == expected


async def test_tasks_do_not_hear_each_other(server: FakeOpenAIServer, aclient: AsyncOpenAI) -> None:
    meeting = Gate()
    server.default = lambda messages: [messages[-1]["content"], meeting, " is all."]
    tasks = [asyncio.create_task(astreamed(aclient, f"Question {n}")) for n in range(32)]
    async with asyncio.timeout(60):
        while len(server.requests) < 32:  # All 32 are under way at once.
            await asyncio.sleep(0)
        meeting.open()
        answers = await asyncio.gather(*tasks)
    assert [joined(answer) for answer in answers] == [f"Question {n} is all." for n in range(32)]


def test_a_client_that_goes_away_is_noticed(server: FakeOpenAIServer, client: OpenAI) -> None:
    server.reply(["first ", Gate(), "second"])
    with client.chat.completions.create(model=MODEL, messages=user("?"), stream=True) as stream:
        next(stream)
        assert not server.requests[0].hung_up.is_set()
    assert server.requests[0].hung_up.wait(60)


def test_leaving_ends_whatever_waits_and_the_thread() -> None:
    gate = Gate(limit=None)
    with (
        fake_openai_server() as server,
        OpenAI(base_url=server.base_url, api_key=KEY, max_retries=0) as client,
        ThreadPoolExecutor(1) as thread,
    ):
        server.fail(faults.stall(gate))
        answer = thread.submit(streamed, client)
        assert gate.reached.wait(60)
        server.close()
        with pytest.raises(APIConnectionError):
            answer.result(60)
    assert not [t for t in threading.enumerate() if t.name == "fake-openai-server"]
    server.close()  # Once more does no harm.


def test_a_reply_that_blocks_is_told_when_the_server_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.testing.server._PATIENCE", 0.05)
    blocked, release = threading.Event(), threading.Event()

    def blocking(messages: list[dict[str, Any]]) -> str:
        blocked.set()
        release.wait(60)
        return "late"

    with (
        fake_openai_server(blocking) as server,
        OpenAI(base_url=server.base_url, api_key=KEY, max_retries=0) as client,
        ThreadPoolExecutor(1) as thread,
    ):
        answer = thread.submit(ask, client)
        assert blocked.wait(60)
        with pytest.raises(InputError, match="its reply function blocks"):
            server.close()
        release.set()
        monkeypatch.undo()
        assert isinstance(answer.exception(60), APIConnectionError | None)


def test_chunked_requests_are_read(server: FakeOpenAIServer) -> None:
    body = json.dumps({"model": "m", "messages": user("?")}).encode()
    head = b"POST /v1/chat/completions HTTP/1.1\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    with raw(server) as connection:
        connection.sendall(head + b"5\r\n" + body[:5] + b"\r\n%x;x=y\r\n" % len(body[5:]) + body[5:] + b"\r\n0\r\n\r\n")
        assert everything(connection).startswith(b"HTTP/1.1 200 OK\r\n")


@pytest.mark.parametrize(
    "sent", [b"hello\r\n\r\n", b"GET / HTTP/1.1\r\ncontent-length: x\r\n\r\n", b"x" * 100_000, b"GET /v1/models HT"]
)
def test_what_is_not_http_ends_the_connection_and_nothing_else(
    server: FakeOpenAIServer, client: OpenAI, sent: bytes
) -> None:
    with raw(server) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        assert everything(connection) == b""
    assert said(client)


def test_closing_while_an_answer_waits_writes_nothing(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    gate = Gate(limit=None)
    with (
        fake_openai_server() as server,
        raw(server) as client,
    ):
        server.fail(faults.stall(gate))
        body = b'{"messages": [{"role": "user", "content": "Why?"}], "stream": true}'
        head = f"POST /v1/chat/completions HTTP/1.1\r\ncontent-length: {len(body)}\r\n\r\n"
        client.sendall(head.encode() + body)
        assert gate.reached.wait(60)
    assert capfd.readouterr().err == ""
    assert caplog.records == []


def test_who_connects_while_it_ends_is_hung_up_on() -> None:
    for _ in range(20):  # Whether it was let in already differs from time to time.
        with fake_openai_server(lambda messages: "Hm.") as server, raw(server) as connection:
            server.close()
            with suppress(ConnectionResetError):
                assert everything(connection) == b""
