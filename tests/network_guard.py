"""Keeps the tests off the network: whatever is not this machine's loopback is refused, and the test that tried fails.

It listens to the interpreter's own audit events, which every socket of this process raises before it connects,
sends or looks a name up, so no library can go around it. Processes that a test starts are not covered.
"""

import sys
from collections.abc import Iterator
from ipaddress import ip_address

import pytest

_LOOKUPS = {"socket.getaddrinfo", "socket.gethostbyaddr", "socket.gethostbyname"}
_SENDS = {"socket.connect", "socket.sendto", "socket.sendmsg"}


class NetworkRefused(ConnectionRefusedError):
    """A test tried to leave this machine."""


def is_local(host: object) -> bool:
    """Whether a host, as sockets take it, is this machine's loopback: 127.0.0.0/8, ::1, localhost or none."""
    name = host.decode(errors="replace") if isinstance(host, bytes | bytearray) else host
    if name in (None, "", "localhost"):
        return True
    try:
        return ip_address(str(name).partition("%")[0]).is_loopback
    except ValueError:
        return False


class Guard:
    """An audit hook; ``refused`` lists the hosts that the running test has tried."""

    def __init__(self) -> None:
        self.refused: list[str] = []

    def __call__(self, event: str, args: tuple[object, ...]) -> None:
        if event in _LOOKUPS:
            self._check(event, args[0])
        elif event in _SENDS and isinstance(args[1], tuple):  # a path (AF_UNIX) or None stays on this machine
            self._check(event, args[1][0])

    def _check(self, event: str, host: object) -> None:
        if not is_local(host):
            self.refused.append(f"{host!s} ({event})")
            raise NetworkRefused(f"The tests may not reach {host!s}: use a server on 127.0.0.1.")


@pytest.fixture(scope="session", autouse=True)
def network_guard() -> Guard:
    """The guard of this process; audit hooks cannot be taken away again, so there is one."""
    guard = Guard()
    sys.addaudithook(guard)
    return guard


@pytest.fixture(autouse=True)
def offline(network_guard: Guard) -> Iterator[Guard]:
    """Fail the test if it, or anything it called, tried to leave this machine, even where the error was swallowed."""
    yield network_guard
    tried = ", ".join(network_guard.refused)
    network_guard.refused.clear()
    assert not tried, f"the test tried to reach {tried}"
