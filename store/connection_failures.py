"""Why there is no connection to a server, in words: the numbers of the system say nothing to most readers."""

import socket
from collections.abc import Iterator
from urllib.request import getproxies


def explain_connection_failure(fault: BaseException, place: str) -> str:
    """Say why there is no connection: the words of the system behind an error of httpx, and not its number.

    Args:
        fault: What httpx raised; the error of the system is among its causes.
        place: The host, and the port where it has one, as the message is to name them.
    """
    cause = next((error for error in _list_causes(fault) if isinstance(error, OSError)), None)
    if isinstance(cause, ConnectionRefusedError):
        return f"nothing listens at {place}{' or at the proxy' if getproxies() else ''}"
    if isinstance(cause, socket.gaierror):
        return f"the address of {place} cannot be found"
    return (cause.strerror if cause else "") or str(fault) or type(fault).__name__


def _list_causes(fault: BaseException) -> Iterator[BaseException]:
    """Yield an error and what it was raised from, down to the first."""
    error: BaseException | None = fault
    while error:
        yield error
        error = error.__cause__ or error.__context__
