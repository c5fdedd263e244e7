"""Batches of requests: created, worked off step by step, finished, failed, expired or cancelled."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from assistant.testing.server.batch_lines import Line, Run, finished, read_lines, result, unfinished
from assistant.testing.server.files import Files
from assistant.testing.server.http import HttpError, Json, Request, Response

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

    def states(self) -> list[str]:
        """The states that a batch will go through after ``validating``."""
        between = ["in_progress"] if self.expire_after is not None else ["in_progress", "finalizing"]
        return [*(between if self.stepwise else ()), "completed" if self.expire_after is None else "expired"]


class Batches:
    """The endpoint ``/v1/batches``. Lines are answered when their batch gets to them, by ``run``."""

    def __init__(self, files: Files, run: Run, new_id: Callable[[str], str]) -> None:
        self.plan = BatchPlan()
        self._files = files
        self._run = run
        self._new_id = new_id
        self._batches: dict[str, _Batch] = {}

    def answer(self, request: Request) -> Response:
        """Create, list, look at or cancel.

        Raises:
            HttpError: No such batch, or what is asked cannot be done.
        """
        match (request.method, *request.parts[1:]):
            case ("POST",):
                return Response.of(self._create(request.json()))
            case ("GET",):
                every = [batch.about for batch in reversed(self._batches.values())]
                return Response.of({"object": "list", "data": every, "has_more": False})
            case ("GET", batch_id):
                return Response.of(self._batch(batch_id).step())
            case ("POST", batch_id, "cancel"):
                return Response.of(self._batch(batch_id).cancel())
        raise HttpError(404, f"Invalid URL ({request.method} {request.path})")

    def _create(self, wanted: Json) -> Json:
        content = self._files.content(str(wanted.get("input_file_id")))
        lines, errors = read_lines(content, wanted.get("endpoint", ""))
        batch = _Batch(self._new_id("batch"), wanted, lines, errors, self)
        self._batches[batch.about["id"]] = batch
        return batch.about

    def _batch(self, batch_id: str) -> "_Batch":
        if batch_id not in self._batches:
            raise HttpError(404, f"No batch found with id '{batch_id}'.")
        return self._batches[batch_id]

    def answered(self, line: Line) -> Json:
        """What a line of a batch gets, in the words of the output file."""
        return result(self._new_id("batch_req"), line, *self._run(line.body, line.url))

    def write(self, name: str, results: list[Json]) -> str | None:
        """Keep results as a file, if there are any; gives its id."""
        return self._files.add(name, finished(results), "batch_output")["id"] if results else None


class _Batch:
    """One batch: ``about`` is what a client sees of it."""

    def __init__(self, batch_id: str, wanted: Json, lines: list[Line], errors: list[Json], home: Batches) -> None:
        now = int(time.time())
        self._home = home
        self._lines = lines
        self._results: list[Json] = []
        self._end = len(lines) if home.plan.expire_after is None else min(home.plan.expire_after, len(lines))
        self._states = ["failed"] if errors else home.plan.states()
        self._errors = errors
        self.about: Json = {
            "id": batch_id,
            "object": "batch",
            **{key: wanted.get(key) for key in ("endpoint", "input_file_id", "completion_window", "metadata")},
            "status": "validating",
            "created_at": now,
            "expires_at": now + _DAY,
            "request_counts": {"total": len(lines), "completed": 0, "failed": 0},
        }

    def step(self) -> Json:
        """Go one state on, if there is one left."""
        if self._states:
            self._enter(self._states.pop(0))
        return self.about

    def cancel(self) -> Json:
        """Stop before the next line; what is done stays.

        Raises:
            HttpError: It has ended already.
        """
        if not self._states:
            raise HttpError(409, f"Cannot cancel a batch with status '{self.about['status']}'.")
        self._enter("cancelling")
        self._states = ["cancelled"]
        return self.about

    def _enter(self, state: str) -> None:
        self.about = {**self.about, "status": state, f"{state}_at": int(time.time())}
        if state == "in_progress":
            self._work(self._end // 2)
        elif state in ("finalizing", "completed", "expired"):
            self._work(self._end)
        if state == "failed":
            self.about["errors"] = {"object": "list", "data": self._errors}
        elif not self._states:
            self._write(expired=state == "expired")

    def _work(self, until: int) -> None:
        self._results += [self._home.answered(line) for line in self._lines[len(self._results) : until]]
        failed = sum(not _went_well(done) for done in self._results)
        counts = self.about["request_counts"]
        self.about["request_counts"] = {**counts, "completed": len(self._results) - failed, "failed": failed}

    def _write(self, *, expired: bool) -> None:
        left = [unfinished(line) for line in self._lines[len(self._results) :]] if expired else []
        good = [done for done in self._results if _went_well(done)]
        bad = [done for done in self._results if not _went_well(done)]
        name = self.about["id"]
        self.about["output_file_id"] = self._home.write(f"{name}_output.jsonl", good)
        self.about["error_file_id"] = self._home.write(f"{name}_error.jsonl", bad + left)


def _went_well(done: Json) -> bool:
    response: Json = done["response"]
    return bool(response["status_code"] == 200)
