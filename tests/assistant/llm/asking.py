"""Ask a model in each of the ways there are, and look at what its errors give away."""

import asyncio
import traceback
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from langchain_core.language_models import BaseChatModel
from pydantic import SecretStr

SECRET = "sk-proj-Very5ecret0123456789"
KEY = SecretStr(SECRET)


class Page(NamedTuple):
    """What a server answers."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = {}  # noqa: RUF012  # never changed


def invoked(model: BaseChatModel) -> str:
    """Ask, and wait for the whole answer."""
    return str(model.invoke("Why?").content)


def ainvoked(model: BaseChatModel) -> str:
    """The same in an event loop."""
    return str(asyncio.run(model.ainvoke("Why?")).content)


def streamed(model: BaseChatModel) -> str:
    """Ask, and take the answer piece by piece."""
    return "".join(str(chunk.content) for chunk in model.stream("Why?"))


def astreamed(model: BaseChatModel) -> str:
    """The same in an event loop."""

    async def joined() -> str:
        return "".join([str(chunk.content) async for chunk in model.astream("Why?")])

    return asyncio.run(joined())


WAYS: tuple[Callable[[BaseChatModel], str], ...] = (invoked, ainvoked, streamed, astreamed)


def given_away(error: BaseException) -> Iterator[str]:
    """Everything that a log, a trace or a debugger would show of an error, its variables and its causes."""
    seen: list[BaseException | None] = [None]
    one: BaseException | None = error
    while one not in seen and one is not None:
        seen.append(one)
        yield f"{one} {one!r} {one.args} {vars(one)} {getattr(one, '__notes__', '')}"
        yield from traceback.TracebackException.from_exception(one, capture_locals=True).format()
        yield from _headers(one)
        one = one.__cause__ or one.__context__


def _headers(error: BaseException) -> Iterator[str]:
    """What an HTTP client's exception carries along."""
    for name in ("request", "response"):
        carried: Any = getattr(error, name, None)
        if carried is not None:
            yield str(dict(carried.headers))
