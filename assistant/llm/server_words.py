"""What a server says of an error, whatever the shape of the body that it says it in.

Servers answer with ``{"error": {"message": …}}`` as OpenAI does, with a text, a list, ``detail`` as FastAPI has it,
with another server's whole answer quoted in ``metadata.raw``, or with a page of HTML. ``read_server_words`` makes one
line of any of them and finds the code, the parameter and the status where they are named.
"""

import html
import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

# The last words of the names of fields that hold words for people (``error_msg``, ``fieldViolations``), those that say
# most first; ``raw`` quotes the answer of a server behind the server.
_TOLD = ("message", "msg", "detail", "error", "reason", "description", "title", "hint", "violation", "raw")
_CODES = ("code", "type", "status")
_PARAMETERS = ("param", "parameter", "loc")
# Fields with what was asked or answered, which some servers send along.
_ASKED = frozenset({"input", "request", "messages", "prompt", "ctx", "headers", "usage", "choices"})
# How deep bodies are looked into; four objects, two of them in lists, were the most that was seen, in Google's
# violations of fields. One more of each.
_DEEPEST = 8
# Characters of a page that are read: what it says to people stands in its first paragraphs. Chosen by hand.
_PAGE = 20_000
# Texts of a body that are read: of a list of errors the first say enough. Chosen by hand.
_MOST = 50
_WORD = re.compile(r"[A-Z]?[a-z]+")
_PLURAL = re.compile(r"(?<!u)s\Z")  # and not "status"
_TAG = re.compile(r"<(?:script|style)\b.*?</(?:script|style)\s*>|<!--.*?-->|<[^>]*>", re.DOTALL | re.IGNORECASE)
_HTML = re.compile(r"^\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html|head|body|title|h\d|p|center)\b", re.IGNORECASE)


class ServerWords(NamedTuple):
    """What a body says.

    Attributes:
        text: Its words in one line, "" where it has none.
        codes: Everything that stands for a code or a kind of error.
        parameter: The part of the request that is named.
        status: An HTTP status that stands in it.
        is_page: Whether it is a page of HTML.
    """

    text: str = ""
    codes: tuple[str, ...] = ()
    parameter: str = ""
    status: int | None = None
    is_page: bool = False


def read_server_words(body: object) -> ServerWords:
    """Read a body: text, bytes, or what JSON it holds."""
    if isinstance(body, bytes):
        body = body.decode("utf-8", "replace")
    raw = ""
    if isinstance(body, str):
        raw = " ".join(body.split())
        if _HTML.search(body):
            text = html.unescape(_TAG.sub(" ", body[:_PAGE]))
            return ServerWords(" ".join(text.split()), is_page=True)
        parsed = _parse_json(body)
        if parsed is None:
            return ServerWords(raw)
        body = parsed
    texts = dict.fromkeys(islice(_list_texts(body, 0), _MOST))
    # What is quoted within another text would be said twice.
    separate = [text for text in texts if not any(text != longer and text in longer for longer in texts)]
    codes = tuple(dict.fromkeys(str(code) for code in _list_fields(body, _CODES, 0) if code not in (None, "", [])))
    parameters = [_join_place(value) for value in _list_fields(body, _PARAMETERS, 0) if value]
    text = ": ".join(separate) or (raw if body and not codes else "")
    return ServerWords(text, codes, " ".join(parameters), _find_status(codes))


def _parse_json(text: str) -> object | None:
    if not text.lstrip().startswith(("{", "[", '"')):
        return None
    try:
        parsed: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return parsed


def _list_texts(value: object, depth: int) -> Iterator[str]:
    """List the words of a value, those that are meant for people first."""
    if depth > _DEEPEST:
        return
    if isinstance(value, str):
        quoted = _parse_json(value) if depth else None
        if isinstance(quoted, dict | list):
            yield from _list_texts(quoted, depth + 1)
        elif value.strip():
            yield " ".join(value.split())
    elif isinstance(value, list):
        for item in value:
            yield from _list_texts(item, depth + 1)
    elif isinstance(value, dict):
        for inner in _list_fields_by_rank(value, _TOLD):
            yield from _list_texts(inner, depth + 1)
        for inner in _list_containers(value):
            yield from _list_texts(inner, depth + 1)
        if isinstance(value.get("loc"), list):  # FastAPI says where beside what.
            yield _join_place(value["loc"])


def _list_fields(value: object, names: tuple[str, ...], depth: int) -> Iterator[Any]:
    if depth > _DEEPEST:
        return
    if isinstance(value, str) and depth:
        quoted = _parse_json(value)
        if isinstance(quoted, dict | list):
            yield from _list_fields(quoted, names, depth + 1)
    elif isinstance(value, list):
        for item in value:
            yield from _list_fields(item, names, depth + 1)
    elif isinstance(value, dict):
        yield from (field for field in _list_fields_by_rank(value, names) if not isinstance(field, dict))
        for inner in (*_list_fields_by_rank(value, _TOLD), *_list_containers(value)):
            yield from _list_fields(inner, names, depth + 1)


def _list_fields_by_rank(value: dict[str, Any], names: tuple[str, ...]) -> list[Any]:
    """List the fields whose names end in one of the words, in the order of these."""
    ranks = {word: rank for rank, word in enumerate(names)}
    ends = {name: _read_last_word(name) for name in value if name not in _ASKED}
    return [
        value[name] for name in sorted((n for n, end in ends.items() if end in ranks), key=lambda n: ranks[ends[n]])
    ]


def _list_containers(value: dict[str, Any]) -> list[Any]:
    """List the objects and lists in other fields."""
    return [
        field
        for name, field in value.items()
        if isinstance(field, dict | list) and name not in _ASKED and _read_last_word(name) not in _TOLD
    ]


def _read_last_word(name: str) -> str:
    words = _WORD.findall(name)
    return _PLURAL.sub("", words[-1].lower()) if words else ""


def _join_place(place: Any) -> str:
    return ".".join(map(str, place)) if isinstance(place, list) else str(place)


def _find_status(codes: tuple[str, ...]) -> int | None:
    numbers = [int(code) for code in codes if re.fullmatch(r"[3-5]\d\d", code)]
    return numbers[0] if numbers else None
