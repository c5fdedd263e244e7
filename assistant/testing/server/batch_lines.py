"""The lines of a batch: requests read from the input file, results written to the output file."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from assistant.testing.server.http import Json

Run = Callable[[Json, str], tuple[int, Json]]
"""Answers the body of a request to a URL: a status and a body."""

_URLS = ("/v1/chat/completions", "/v1/embeddings")


@dataclass(frozen=True)
class Line:
    """A request of a batch."""

    custom_id: str
    url: str
    body: Json


def read_lines(content: bytes, endpoint: str) -> tuple[list[Line], list[Json]]:
    """The requests of an input file, and what is wrong with it in OpenAI's words."""
    lines: list[Line] = []
    errors: list[Json] = []
    for n, text in enumerate(content.decode(errors="replace").splitlines(), 1):
        try:
            lines.append(_line(text, endpoint, {line.custom_id for line in lines}))
        except ValueError as error:
            errors.append({"code": "invalid_request", "line": n, "message": str(error), "param": None})
    if not lines and not errors:
        errors.append({"code": "empty_file", "line": None, "message": "The batch input file is empty.", "param": None})
    return lines, errors


def _line(text: str, endpoint: str, known: set[str]) -> Line:
    try:
        record: Any = json.loads(text)
        line = Line(record["custom_id"], record["url"], record["body"])
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"This line is not a JSON object with custom_id, method, url and body: {error}") from error
    if line.url != endpoint or endpoint not in _URLS:
        raise ValueError(f"The URL provided for this request does not match the batch endpoint: {line.url}")
    if line.custom_id in known:
        raise ValueError(f"The custom_id for this request is a duplicate of another request: {line.custom_id}")
    return line


def result(result_id: str, line: Line, status: int, body: Json) -> Json:
    """A line of the output file or of the error file."""
    response = {"status_code": status, "request_id": f"req_{result_id}", "body": body}
    return {"id": result_id, "custom_id": line.custom_id, "response": response, "error": None}


def unfinished(line: Line) -> Json:
    """A line of the error file for what was not done in time."""
    message = "This request could not be executed before the completion window expired."
    error = {"code": "batch_expired", "message": message}
    return {"id": f"batch_req_{line.custom_id}", "custom_id": line.custom_id, "response": None, "error": error}


def finished(results: list[Json]) -> bytes:
    """Results as a file."""
    return b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in results)
