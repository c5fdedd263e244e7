"""Spoils what a model says, in plain text and in JSON alike."""

import json
import re
from collections.abc import Callable
from typing import Any

from assistant.testing.obedience import obedient
from assistant.testing.testing_reply import Message, Reply

_NUMBER = re.compile(r"(?<![\w.\[])\d+(?:[.,]\d+)*(?![\w\]])")
_CITED = re.compile(r"\[\d+\]")
_MADE_UP = " in 97 % of cases."


def invalid_json(reply: Reply) -> Reply:
    """Talk around JSON that does not end."""
    return reply.saying(f"Sure! Here is the answer:\n```json\n{reply.text[:-1]}")


def truncated(reply: Reply, finish_reason: str = "length") -> Reply:
    """The first half."""
    steps = reply.steps
    return reply.saying(steps[: len(steps) // 2], finish_reason=finish_reason)


def wrong_schema(reply: Reply) -> Reply:
    """JSON that nobody asked for."""
    return reply.saying({"unexpected": {"answer": reply.text[:40]}})


def wrong_number(reply: Reply) -> Reply:
    """Other numbers in every sentence."""
    return _changed(reply, _misquoted, lambda numbers: numbers)


def invented_citation(reply: Reply, n: int) -> Reply:
    """Citations of a source that does not exist."""

    def cite(text: str) -> str:
        return _CITED.sub(f"[{n}]", text) if _CITED.search(text) else f"{text} [{n}]"

    return _changed(reply, cite, lambda numbers: [type(number)(n) for number in numbers] or [n])


def obeyed(messages: list[Message], reply: Reply) -> Reply:
    """What the texts in the prompt tell the model to say; put into the form of the reply, if that is JSON."""
    said = obedient(messages)
    return _changed(reply, lambda text: said, lambda numbers: numbers)


def _misquoted(text: str) -> str:
    changed = _NUMBER.sub(lambda number: f"{number[0]}7", text)
    return changed if changed != text else text.rstrip(". ") + _MADE_UP


def _changed(reply: Reply, words: Callable[[str], str], numbers: Callable[[list[Any]], list[Any]]) -> Reply:
    """Change the sentences of a reply and its lists of numbers; names and other values stay."""
    text = reply.text
    try:
        said = json.loads(text)
    except ValueError:
        return reply.saying(words(text))
    return reply.saying(json.dumps(_walked(said, words, numbers), ensure_ascii=False))


def _walked(value: Any, words: Callable[[str], str], numbers: Callable[[list[Any]], list[Any]]) -> Any:
    if isinstance(value, dict):
        return {key: _walked(part, words, numbers) for key, part in value.items()}
    if isinstance(value, list):
        if all(str(part).isdigit() for part in value):
            return numbers(value)
        return [_walked(part, words, numbers) for part in value]
    return words(value) if isinstance(value, str) and " " in value else value
