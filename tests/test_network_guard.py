"""The guard is the reason why every other test can be trusted to need no network."""

import asyncio
import socket
import urllib.request

import pytest

from tests.network_guard import Guard, NetworkRefused, is_local

ELSEWHERE = "192.0.2.1"  # reserved for documentation (RFC 5737)


def test_refuses_an_address(offline: Guard) -> None:
    with socket.socket() as client, pytest.raises(NetworkRefused, match=ELSEWHERE):
        client.connect((ELSEWHERE, 80))
    with socket.socket(type=socket.SOCK_DGRAM) as client, pytest.raises(NetworkRefused):
        client.sendto(b"", (ELSEWHERE, 53))
    assert len(offline.refused) == 2
    offline.refused.clear()


def test_refuses_to_look_up_a_name(offline: Guard) -> None:
    with pytest.raises(NetworkRefused, match=r"papers\.example"):
        socket.create_connection(("papers.example", 80))
    with pytest.raises(NetworkRefused):
        socket.gethostbyname("papers.example")
    offline.refused.clear()


def test_notes_what_a_library_tried_and_swallowed(offline: Guard) -> None:
    with pytest.raises(OSError, match=ELSEWHERE):
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"http://{ELSEWHERE}/")
    assert offline.refused == [f"{ELSEWHERE} (socket.getaddrinfo)"]
    offline.refused.clear()


async def test_refuses_asyncio(offline: Guard) -> None:
    with pytest.raises(NetworkRefused):
        await asyncio.open_connection(ELSEWHERE, 80)
    offline.refused.clear()


def test_lets_loopback_pass() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()
    left, right = socket.socketpair()
    with left, right:
        left.sendall(b"x")
        assert right.recv(1) == b"x"


@pytest.mark.parametrize("host", ["127.0.0.1", b"127.9.9.9", "::1", "localhost", "", None])
def test_knows_this_machine(host: object) -> None:
    assert is_local(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "10.0.0.1", "192.168.0.1", "fe80::1%lo", b"localhost.example"])
def test_knows_other_machines(host: object) -> None:
    assert not is_local(host)
