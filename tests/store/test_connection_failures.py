"""Why there is no connection, in words."""

import socket

import httpx
import pytest

from store.connection_failures import explain_connection_failure


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (ConnectionRefusedError(111, "Connection refused"), "nothing listens at 127.0.0.1:9"),
        (socket.gaierror(-2, "Name or service not known"), "the address of 127.0.0.1:9 cannot be found"),
        (OSError(101, "Network is unreachable"), "Network is unreachable"),
        (ValueError("odd"), "handshake failed"),
    ],
)
def test_the_number_of_the_system_is_not_repeated(
    cause: Exception, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.connection_failures.getproxies", dict)
    fault = httpx.ConnectError("handshake failed")
    fault.__cause__ = RuntimeError("between")
    fault.__cause__.__cause__ = cause
    assert explain_connection_failure(fault, "127.0.0.1:9") == words


def test_where_there_is_a_proxy_it_may_be_that_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.connection_failures.getproxies", lambda: {"https": "http://proxy.example"})
    assert explain_connection_failure(ConnectionRefusedError(), "a.example") == (
        "nothing listens at a.example or at the proxy"
    )
