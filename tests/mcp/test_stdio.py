"""The server as a real process: asked by the SDK's client, by a client that writes lines, stopped and closed."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from mcp import Client, StdioServerParameters, stdio_client

from tests.assistant.cli.running import environment
from tests.mcp.calling import QUESTION, SOUP, WRONG, call

FIRST = {
    "jsonrpc": "2.0",
    "id": 0,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}


def command(library: Path) -> list[str]:
    """The command of the server."""
    return [sys.executable, "-m", "assistant", "mcp", "--library", str(library)]


@contextmanager
def started(library: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """The server as a process, whose streams are pipes."""
    pipe = subprocess.PIPE
    with subprocess.Popen(command(library), env=environment(), stdin=pipe, stdout=pipe, stderr=pipe) as process:
        try:
            yield process
        finally:
            process.kill()


def write(process: "subprocess.Popen[bytes]", *messages: object) -> None:
    """Send messages."""
    assert process.stdin
    process.stdin.write(b"".join(json.dumps(message).encode() + b"\n" for message in messages))
    process.stdin.flush()


def read(process: "subprocess.Popen[bytes]") -> dict[str, object]:
    """Read the next message."""
    assert process.stdout
    message: dict[str, object] = json.loads(process.stdout.readline())
    return message


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_the_client_of_the_sdk_asks_and_compares(mode: str, built: Path) -> None:
    program, *args = command(built)
    transport = stdio_client(StdioServerParameters(command=program, args=args, env=environment()))
    async with Client(transport, mode=mode) as client:
        assert len((await client.list_tools()).tools) == 8
        answer = await call(client, "ask", question=QUESTION)
        [wrong] = await call(client, "verify", sentences=[WRONG])
        [draft] = await call(client, "check_draft", draft=f"{SOUP[:-1]} [@wortsman2022model].")
    assert "90.94%" in answer["text"]
    assert wrong["support"] == "contradicted"
    assert draft["outcome"] == "worded"


def test_messages_that_come_at_once_are_answered_each_once(built: Path) -> None:
    with started(built) as process:
        ready = {"jsonrpc": "2.0", "method": "notifications/initialized"}
        write(process, FIRST, ready, {"jsonrpc": "2.0", "id": 1, "method": "ping"})
        first, second = read(process), read(process)
        assert process.stdin
        assert process.stdout
        process.stdin.close()
        assert process.wait(60) == 0
        assert process.stdout.read() == b""
    assert (first["id"], second) == (0, {"jsonrpc": "2.0", "id": 1, "result": {}})


def test_what_is_no_message_is_answered_and_ends_nothing(built: Path) -> None:
    with started(built) as process:
        write(process, FIRST)
        read(process)
        assert process.stdin
        process.stdin.write(b"no json\n\n\xff\xfe\n")
        write(
            process,
            {"jsonrpc": "2.0", "id": 1, "method": "nothing/of/it"},
            {"jsonrpc": "2.0", "id": 2, "method": "ping"},
        )
        replies = {}
        while 2 not in replies:
            message = read(process)
            replies[message.get("id")] = message
    assert replies[1]["error"] == {"code": -32601, "message": "Method not found", "data": "nothing/of/it"}
    assert replies[2]["result"] == {}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_a_server_whose_agent_is_silent(number: int, built: Path) -> None:
    with started(built) as process:
        write(process, FIRST, {"jsonrpc": "2.0", "method": "notifications/initialized"})
        read(process)
        write(process, {"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
        read(process)
        process.send_signal(number)
        assert process.wait(60) == (130 if number == signal.SIGINT else 128 + number)
        assert process.stderr
        assert b"Traceback" not in process.stderr.read()


def test_an_agent_that_goes_at_once_ends_it(built: Path) -> None:
    done = subprocess.run(command(built), env=environment(), stdin=subprocess.DEVNULL, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_without_the_extra_it_is_said_what_to_install() -> None:
    code = "import sys; sys.modules['mcp'] = None; from assistant.cli.main import main; sys.exit(main(['mcp']))"
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == (
        "conspectus: What a server for agents needs is not installed. Install it with: pip install 'conspectus[mcp]'\n"
    )


def test_what_is_wrong_with_the_command_line_is_said() -> None:
    run = [sys.executable, "-m", "assistant", "mcp"]
    done = subprocess.run(
        [*run, "--json"], env=environment(), stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    assert done.returncode == 2
    assert b"prints no JSON of its own" in done.stderr
    done = subprocess.run([*run, "--http", "80"], env=environment(), capture_output=True, check=False)
    assert b"no port from 1024 to 65535" in done.stderr
