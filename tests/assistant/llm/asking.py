"""Ask a model in each of the ways there are, and look at what its errors give away."""

import asyncio
import traceback
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from pydantic import SecretStr

from assistant.llm.chat import ChatModel, Delta, join_deltas

SECRET = "sk-proj-Very5ecret0123456789"
KEY = SecretStr(SECRET)


class Page(NamedTuple):
    """What a server answers."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = {}  # noqa: RUF012  # never changed


def list_deltas(model: ChatModel, config: Any = None, **options: Any) -> list[Delta]:
    """Ask, and list the pieces of the answer."""

    async def within() -> list[Delta]:
        return [delta async for delta in model.ask("Why?", options, config)]

    return asyncio.run(within())


def ask(model: ChatModel, **options: Any) -> Delta:
    """Ask, and wait for the whole answer."""
    return join_deltas(list_deltas(model, **options))


def asked(model: ChatModel) -> str:
    """Ask for the text of the answer."""
    return ask(model).text


def observed(model: ChatModel) -> str:
    """The same as a run that langchain's callbacks see."""
    return join_deltas(list_deltas(model, {"callbacks": []})).text


WAYS: tuple[Callable[[ChatModel], str], ...] = (asked, observed)


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
