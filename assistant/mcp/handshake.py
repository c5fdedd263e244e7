"""The first message of an agent, answered before the SDK is loaded, which takes several times as long as the start.

The SDK is given the same message later and answers it once more, for nobody: ``wire`` leaves that out. What is answered
here is what the SDK answers, and a test compares the two for every version of the protocol. A first message of any
other kind, or one that is not as it should be, is left to the SDK.
"""

import json
from typing import Any, NamedTuple

from assistant.mcp import identity

VERSIONS = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")
"""Versions of the protocol that begin with a handshake, the newest last: the answer to one that nobody knows."""


class Handshake(NamedTuple):
    """An answer to ``initialize``: the id of the request, and the line to send."""

    id: int | str
    answer: str


def answer_first(line: str) -> Handshake | None:
    """Answer the first message; None where it is no handshake, or not a sound one."""
    try:
        request = json.loads(line)
    except ValueError:
        return None
    if not isinstance(request, dict) or request.get("method") != "initialize" or request.get("jsonrpc") != "2.0":
        return None
    number, params = request.get("id"), request.get("params")
    if not isinstance(number, int | str) or isinstance(number, bool):
        return None
    if not isinstance(params, dict) or not _is_sound(params):
        return None
    wanted = params["protocolVersion"]
    answer = {
        "jsonrpc": "2.0",
        "id": number,
        "result": describe_server(wanted if wanted in VERSIONS else VERSIONS[-1]),
    }
    return Handshake(number, json.dumps(answer, ensure_ascii=False))


def describe_server(version: str) -> dict[str, Any]:
    """Describe the server in a version of the protocol."""
    return {
        "protocolVersion": version,
        "capabilities": {
            "prompts": {"listChanged": False},
            "resources": {"subscribe": False, "listChanged": False},
            "tools": {"listChanged": False},
        },
        "serverInfo": {"name": identity.NAME, "title": identity.TITLE, "version": identity.read_version()},
        "instructions": identity.INSTRUCTIONS,
    }


def _is_sound(params: dict[str, Any]) -> bool:
    """Whether the SDK would take them, as far as that is sure: it says what is wrong with all others."""
    if set(params) - {"protocolVersion", "capabilities", "clientInfo", "_meta"}:
        return False
    client = params.get("clientInfo")
    return (
        isinstance(params.get("protocolVersion"), str)
        and isinstance(params.get("capabilities"), dict)
        and isinstance(client, dict)
        and isinstance(client.get("name"), str)
        and isinstance(client.get("version"), str)
        and isinstance(params.get("_meta", {}), dict)
    )
