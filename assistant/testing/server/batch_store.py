"""Batches of requests, worked off step by step, and files: those uploaded and those that batches write."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from assistant.testing.server.http_server import HttpError, HttpRequest, Json, Piece, Response

Run = Callable[[Json, str], tuple[int, Json]]
"""Answers the body of a request to a URL: a status and a body."""

_URLS = ("/v1/chat/completions", "/v1/embeddings")


@dataclass(frozen=True)
class BatchLine:
    """A request of a batch."""

    custom_id: str
    url: str
    body: Json


def read_lines(content: bytes, endpoint: str) -> tuple[list[BatchLine], list[Json]]:
    """Read the requests of an input file, and what is wrong with it in OpenAI's words."""
    lines: list[BatchLine] = []
    errors: list[Json] = []
    for n, text in enumerate(content.decode(errors="replace").splitlines(), 1):
        try:
            lines.append(_parse_line(text, endpoint, {line.custom_id for line in lines}))
        except ValueError as error:
            errors.append({"code": "invalid_request", "line": n, "message": str(error), "param": None})
    if not lines and not errors:
        errors.append({"code": "empty_file", "line": None, "message": "The batch input file is empty.", "param": None})
    return lines, errors


def _parse_line(text: str, endpoint: str, earlier_ids: set[str]) -> BatchLine:
    try:
        record: Any = json.loads(text)
        line = BatchLine(record["custom_id"], record["url"], record["body"])
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"This line is not a JSON object with custom_id, method, url and body: {error}") from error
    if line.url != endpoint or endpoint not in _URLS:
        raise ValueError(f"The URL provided for this request does not match the batch endpoint: {line.url}")
    if line.custom_id in earlier_ids:
        raise ValueError(f"The custom_id for this request is a duplicate of another request: {line.custom_id}")
    return line


def build_result_line(result_id: str, line: BatchLine, status: int, body: Json) -> Json:
    """Build a line of the output file or of the error file."""
    response = {"status_code": status, "request_id": f"req_{result_id}", "body": body}
    return {"id": result_id, "custom_id": line.custom_id, "response": response, "error": None}


def build_expired_line(line: BatchLine) -> Json:
    """Build a line of the error file for what was not done in time."""
    message = "This request could not be executed before the completion window expired."
    error = {"code": "batch_expired", "message": message}
    return {"id": f"batch_req_{line.custom_id}", "custom_id": line.custom_id, "response": None, "error": error}


def encode_lines(results: list[Json]) -> bytes:
    """Encode results as a file."""
    return b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in results)


@dataclass(frozen=True)
class _File:
    about: Json
    content: bytes


class Files:
    """The endpoint ``/v1/files``."""

    def __init__(self, new_id: Callable[[str], str]) -> None:
        self._new_id = new_id
        self._files: dict[str, _File] = {}

    def answer_request(self, request: HttpRequest) -> Response:
        """Upload, list, look at, read or delete.

        Raises:
            HttpError: No such file or no such request.
        """
        match (request.method, *request.parts[1:]):
            case ("POST",):
                return Response.of(self.upload(request.parse_form()))
            case ("GET",):
                return Response.of(
                    {"object": "list", "data": [f.about for f in self._files.values()], "has_more": False}
                )
            case ("GET", file_id):
                return Response.of(self._get_file(file_id).about)
            case ("GET", file_id, "content"):
                body: list[Piece] = [self.read_content(file_id)]
                return Response(body, kind="application/octet-stream")
            case ("DELETE", file_id):
                return Response.of(self.delete(file_id))
        raise HttpError(404, f"Invalid URL ({request.method} {request.path})")

    def upload(self, form: Json) -> Json:
        """Keep the file of an upload's form.

        Raises:
            HttpError: The form holds no file.
        """
        if not isinstance(form.get("file"), tuple):
            raise HttpError(400, "'file' is a required property")
        name, content = form["file"]
        return self.add(name, content, form.get("purpose", "batch"))

    def add(self, name: str, content: bytes, purpose: str) -> Json:
        """Keep a file, and give its description."""
        about: Json = {
            "id": self._new_id("file"),
            "object": "file",
            "bytes": len(content),
            "created_at": int(time.time()),
            "filename": name,
            "purpose": purpose,
            "status": "processed",
        }
        self._files[about["id"]] = _File(about, content)
        return about

    def delete(self, file_id: str) -> Json:
        """Forget a file.

        Raises:
            HttpError: There is no such file.
        """
        self._get_file(file_id)
        del self._files[file_id]
        return {"id": file_id, "object": "file", "deleted": True}

    def read_content(self, file_id: str) -> bytes:
        """Read the bytes of a file.

        Raises:
            HttpError: There is no such file.
        """
        return self._get_file(file_id).content

    def _get_file(self, file_id: str) -> _File:
        if file_id not in self._files:
            raise HttpError(404, f"No such File object: {file_id}")
        return self._files[file_id]


_DAY = 24 * 3600


@dataclass(frozen=True)
class BatchPlan:
    """How the next batches go.

    Attributes:
        stepwise: Each look at a batch takes it one step on (validating, in progress with half of its lines done,
            finalizing, completed); otherwise the first look finds it done.
        expire_after: It expires when so many lines are done; None means that it completes.
    """

    stepwise: bool = False
    expire_after: int | None = None

    def list_states(self) -> list[str]:
        """List the states that a batch will go through after ``validating``."""
        between = ["in_progress"] if self.expire_after is not None else ["in_progress", "finalizing"]
        return [*(between if self.stepwise else ()), "completed" if self.expire_after is None else "expired"]


class BatchStore:
    """The endpoint ``/v1/batches``. Lines are answered when their batch gets to them, by ``run``."""

    def __init__(self, files: Files, run: Run, new_id: Callable[[str], str]) -> None:
        self.plan = BatchPlan()
        self._files = files
        self._run = run
        self._new_id = new_id
        self._batches: dict[str, _Batch] = {}

    def answer_request(self, request: HttpRequest) -> Response:
        """Create, list, look at or cancel.

        Raises:
            HttpError: No such batch, or what is asked cannot be done.
        """
        match (request.method, *request.parts[1:]):
            case ("POST",):
                return Response.of(self._create_batch(request.parse_json()))
            case ("GET",):
                every = [batch.about for batch in reversed(self._batches.values())]
                return Response.of({"object": "list", "data": every, "has_more": False})
            case ("GET", batch_id):
                return Response.of(self._get_batch(batch_id).take_step())
            case ("POST", batch_id, "cancel"):
                return Response.of(self._get_batch(batch_id).cancel())
        raise HttpError(404, f"Invalid URL ({request.method} {request.path})")

    def _create_batch(self, fields: Json) -> Json:
        content = self._files.read_content(str(fields.get("input_file_id")))
        lines, errors = read_lines(content, fields.get("endpoint", ""))
        batch = _Batch(self._new_id("batch"), fields, lines, errors, self)
        self._batches[batch.about["id"]] = batch
        return batch.about

    def _get_batch(self, batch_id: str) -> "_Batch":
        if batch_id not in self._batches:
            raise HttpError(404, f"No batch found with id '{batch_id}'.")
        return self._batches[batch_id]

    def answer_line(self, line: BatchLine) -> Json:
        """Answer a line of a batch, in the form of the output file."""
        return build_result_line(self._new_id("batch_req"), line, *self._run(line.body, line.url))

    def write_results(self, name: str, results: list[Json]) -> str | None:
        """Keep results as a file, if there are any, and give its id."""
        return self._files.add(name, encode_lines(results), "batch_output")["id"] if results else None


class _Batch:
    """One batch: ``about`` is what a client sees of it."""

    def __init__(
        self, batch_id: str, fields: Json, lines: list[BatchLine], errors: list[Json], home: BatchStore
    ) -> None:
        now = int(time.time())
        self._home = home
        self._lines = lines
        self._results: list[Json] = []
        self._end = len(lines) if home.plan.expire_after is None else min(home.plan.expire_after, len(lines))
        self._states = ["failed"] if errors else home.plan.list_states()
        self._errors = errors
        self.about: Json = {
            "id": batch_id,
            "object": "batch",
            **{key: fields.get(key) for key in ("endpoint", "input_file_id", "completion_window", "metadata")},
            "status": "validating",
            "created_at": now,
            "expires_at": now + _DAY,
            "request_counts": {"total": len(lines), "completed": 0, "failed": 0},
        }

    def take_step(self) -> Json:
        """Advance by one state, if there is one left."""
        if self._states:
            self._enter_state(self._states.pop(0))
        return self.about

    def cancel(self) -> Json:
        """Stop before the next line; what is done stays.

        Raises:
            HttpError: It has ended already.
        """
        if not self._states:
            raise HttpError(409, f"Cannot cancel a batch with status '{self.about['status']}'.")
        self._enter_state("cancelling")
        self._states = ["cancelled"]
        return self.about

    def _enter_state(self, state: str) -> None:
        self.about = {**self.about, "status": state, f"{state}_at": int(time.time())}
        if state == "in_progress":
            self._work_until(self._end // 2)
        elif state in ("finalizing", "completed", "expired"):
            self._work_until(self._end)
        if state == "failed":
            self.about["errors"] = {"object": "list", "data": self._errors}
        elif not self._states:
            self._write_files(expired=state == "expired")

    def _work_until(self, until: int) -> None:
        self._results += [self._home.answer_line(line) for line in self._lines[len(self._results) : until]]
        failed = sum(not _went_well(result_line) for result_line in self._results)
        counts = self.about["request_counts"]
        self.about["request_counts"] = {**counts, "completed": len(self._results) - failed, "failed": failed}

    def _write_files(self, *, expired: bool) -> None:
        left = [build_expired_line(line) for line in self._lines[len(self._results) :]] if expired else []
        good = [result_line for result_line in self._results if _went_well(result_line)]
        bad = [result_line for result_line in self._results if not _went_well(result_line)]
        name = self.about["id"]
        self.about["output_file_id"] = self._home.write_results(f"{name}_output.jsonl", good)
        self.about["error_file_id"] = self._home.write_results(f"{name}_error.jsonl", bad + left)


def _went_well(result_line: Json) -> bool:
    response: Json = result_line["response"]
    return bool(response["status_code"] == 200)
