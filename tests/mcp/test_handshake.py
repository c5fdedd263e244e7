"""The first message: what is answered before the SDK is loaded is what the SDK answers."""

import json
import subprocess
import sys
from typing import Any

import pytest
from mcp.shared.memory import create_client_server_memory_streams
from mcp.shared.message import SessionMessage
from mcp_types import JSONRPCRequest, JSONRPCResponse
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS

from assistant.mcp.server import build_server
from assistant.mcp.tools import Tools
from assistant.mcp.wire import VERSIONS, answer_first

PARAMS = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}


def line(**changes: Any) -> str:
    """A first message; what is None is left out."""
    message = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": PARAMS} | changes
    return json.dumps({name: value for name, value in message.items() if value is not None})


def open_nothing() -> Any:
    raise AssertionError("the library was opened")


@pytest.mark.parametrize("version", [*VERSIONS, "2026-07-28", "1999-01-01"])
async def test_it_is_what_the_sdk_answers(version: str) -> None:
    import anyio

    server = build_server(Tools(open_nothing))
    params = {**PARAMS, "protocolVersion": version}
    async with create_client_server_memory_streams() as (client, ours), anyio.create_task_group() as group:
        group.start_soon(server.run, *ours, server.create_initialization_options())
        await client[1].send(SessionMessage(JSONRPCRequest(jsonrpc="2.0", id=7, method="initialize", params=params)))
        message = await client[0].receive()
        assert isinstance(message, SessionMessage)
        assert isinstance(message.message, JSONRPCResponse)
        theirs = message.message.model_dump(by_alias=True, exclude_unset=True)
        await client[1].aclose()
    handshake = answer_first(line(id=7, params=params))
    assert handshake is not None
    assert handshake.id == 7
    assert json.loads(handshake.answer)["result"] == theirs["result"]


def test_the_versions_are_those_of_the_sdk() -> None:
    assert VERSIONS == HANDSHAKE_PROTOCOL_VERSIONS


@pytest.mark.parametrize(
    "first",
    [
        "",
        "no json",
        "[]",
        "3",
        line(method="ping"),
        line(method="server/discover"),
        line(jsonrpc=None),
        line(id=None),
        line(id=True),
        line(id=1.5),
        line(params=None),
        line(params=[]),
        *(line(params={**PARAMS, name: None}) for name in PARAMS),
        line(params={**PARAMS, "clientInfo": {"name": "test"}}),
        line(params={**PARAMS, "clientInfo": {"version": "1"}}),
        line(params={**PARAMS, "colour": "red"}),
        line(params={**PARAMS, "_meta": []}),
    ],
)
def test_what_is_no_sound_handshake_is_left_to_the_sdk(first: str) -> None:
    assert answer_first(first) is None


def test_an_id_may_be_a_text() -> None:
    handshake = answer_first(line(id="a"))
    assert handshake is not None
    assert json.loads(handshake.answer)["id"] == "a"


def test_neither_the_sdk_nor_the_engine_is_loaded_for_it() -> None:
    code = (
        "import sys; from assistant.cli.main import parse_arguments; import assistant.mcp.cli, assistant.mcp.wire;"
        f"from assistant.mcp.wire import answer_first; assert answer_first({line()!r});"
        "print({'mcp', 'mcp_types', 'pydantic', 'anyio', 'numpy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
