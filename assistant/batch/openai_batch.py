"""Files and batches of an endpoint that speaks OpenAI's Batch API.

Taking in what has come from OpenAI's Batch API.

A batch by OpenAI's Batch API: each run collects what has come, makes what can be made, sends what is missing, ends.

Drafts go in the first round, what the check found wanting in the second, and so on; mostly two are enough.
"""

import json
from collections import defaultdict
from collections.abc import AsyncGenerator, Awaitable, Iterable, Iterator, Mapping, Sequence
from contextlib import aclosing
from functools import partial
from secrets import token_hex
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from pydantic import SecretStr

from assistant.answer.model import FORMAT, Model
from assistant.batch.budget import Budget, OverBudget
from assistant.batch.events import BatchDone, BatchEvent, BatchReport, BatchStarted, JobDone, Outcome, Status
from assistant.batch.job import Way, Work
from assistant.batch.replies import KeptModel, Reply, Wanted
from assistant.batch.runner import BUDGET, OWN_BUDGET, Crew, Limits, ordered, outcome_of
from assistant.batch.sources import Recorder, own_budget
from assistant.batch.state import Sent, State
from assistant.concurrency import in_thread
from assistant.llm.errors import explain, who
from assistant.types import Usage
from store.errors import (
    ConspectusError,
    FormatRefused,
    InputError,
    LibraryError,
    ModelBusy,
    ModelError,
    ModelRefused,
    ModelStalled,
    ModelUnreachable,
)

if TYPE_CHECKING:
    from openai.types import Batch

    from assistant.llm.chat import EndpointChat


T = TypeVar("T")
Json = dict[str, Any]
_URL = "/v1/chat/completions"


class Post:
    """Sends requests of one model away, and fetches the replies.

    Raises:
        InputError: The model is not behind an endpoint that speaks OpenAI's interface.
    """

    def __init__(self, chat: Any) -> None:
        if getattr(chat, "settings", None) is None or not hasattr(chat, "root_async_client"):
            raise InputError(
                "The Batch API is OpenAI's, and this model is not asked by its interface.", "Leave out --batch-api."
            )
        self._chat: EndpointChat = chat
        self._client = chat.root_async_client

    async def send(self, wanted: list[Wanted], token: str) -> str:
        """Send requests as a new batch; returns its id.

        Raises:
            ModelError: It is not taken.
        """
        lines = [json.dumps(self._line(one), ensure_ascii=False) for one in wanted]
        content = "".join(f"{line}\n" for line in lines).encode()
        file = await self._called(self._client.files.create(file=(f"{token}.jsonl", content), purpose="batch"))
        made = await self._called(
            self._client.batches.create(
                input_file_id=file.id, endpoint=_URL, completion_window="24h", metadata={"conspectus": token}
            )
        )
        return str(made.id)

    async def find(self, token: str) -> str | None:
        """The id of the batch that was sent under a token, None where it was not; raises ModelError."""
        return await self._called(self._found(token))

    async def look(self, batch_id: str) -> "Batch":
        """How a batch is doing; raises ModelError."""
        return await self._called(self._client.batches.retrieve(batch_id))

    async def results(self, batch: "Batch") -> "dict[str, Reply | ModelError]":
        """What came of the requests of a batch that has ended, by their keys; raises ModelError."""
        found: dict[str, Reply | ModelError] = {}
        for file_id in filter(None, (batch.output_file_id, batch.error_file_id)):
            content = await self._called(self._client.files.content(file_id))
            for line in content.text.splitlines():
                result = json.loads(line)
                if isinstance(result.get("response"), dict):
                    found[result["custom_id"]] = self._result(result["response"])
        return found

    async def _found(self, token: str) -> str | None:
        async for batch in self._client.batches.list(limit=100):
            if (batch.metadata or {}).get("conspectus") == token:
                return str(batch.id)
        return None

    def _line(self, wanted: Wanted) -> Json:
        options = {"response_format": FORMAT} if wanted.form else {}
        body = self._chat._get_request_payload(wanted.prompt, **options)
        body |= body.pop("extra_body", None) or {}
        body = {name: value for name, value in body.items() if name not in ("stream", "stream_options")}
        return {"custom_id": wanted.key, "method": "POST", "url": _URL, "body": body}

    def _result(self, response: Json) -> Reply | ModelError:
        body = response.get("body") or {}
        if response.get("status_code") != 200:
            return self._refused(explain(_LineError(response), self._chat.settings, self._key))
        try:
            choice, used = body["choices"][0], body.get("usage") or {}
            reason, message = choice.get("finish_reason"), choice["message"]
        except (KeyError, IndexError, TypeError):
            return ModelStalled(f"The answer of {self._name} came garbled.", "It is asked again.")
        if message.get("refusal") or reason == "content_filter":
            return ModelRefused(f"{self._name} declines to answer.", "Put it in other words, or ask another model.")
        usage = Usage(input_tokens=used.get("prompt_tokens", 0), output_tokens=used.get("completion_tokens", 0))
        return Reply(text=message.get("content") or "", cut=reason == "length", usage=usage)

    def _refused(self, error: ModelError) -> Reply | ModelError:
        return Reply(refused=True) if isinstance(error, FormatRefused) else error

    @property
    def _name(self) -> str:
        return who(self._chat.settings)

    @property
    def _key(self) -> SecretStr | None:
        key = self._chat.openai_api_key
        return key if isinstance(key, SecretStr) else None

    async def _called(self, call: Awaitable[T]) -> T:
        try:
            return await call
        except Exception as error:  # Clients raise errors without a common root; what they carry may hold the key.
            failure = explain(error, self._chat.settings, self._key)
        raise failure


class _LineError(Exception):
    """The error of a line, as ``explain`` reads those of OpenAI's client."""

    def __init__(self, response: Json) -> None:
        body = response.get("body") or {}
        self.body = body.get("error") if isinstance(body.get("error"), dict) else body
        self.status_code = response.get("status_code")
        super().__init__(str((self.body or {}).get("message", "no reason given")))


SHARE = 0.5
"""Of the list price that the Batch API costs."""
TRIES = 3
"""How often a request is sent that fails for a passing reason, expires, or is cancelled."""
_ENDED = ("completed", "expired", "cancelled", "failed")
_PASSING = (ModelBusy, ModelStalled, ModelUnreachable)


class Collecting:
    """What was sent, on its way to replies that are kept.

    Args:
        state: Of the batch.
        models: By their identity.

    Attributes:
        posts: Who fetches, by the models' identity.
        failures: What failed for good, by the keys of the requests.
        paid: What was collected in this run.

    Raises:
        InputError: A model is not asked by OpenAI's interface.
    """

    def __init__(self, state: State, models: Mapping[str, Model]) -> None:
        self.posts = {identity: Post(model.chat) for identity, model in models.items()}
        self.failures: dict[str, ModelError] = {}
        self.paid = Usage()
        self._state = state
        self._models = models

    async def write(self, sent: Sent) -> None:
        """Write down what is sent, or is going to be."""
        await in_thread(partial(self._state.sent.write, self._state.sent.read().having(sent)))

    async def collect(self) -> str:
        """Take in what has come; gives in words what is still under way, "" for nothing.

        Raises:
            InputError: What was sent belongs to a model that is named no longer.
            ModelError: The endpoint gives no answer, or did not take a batch.
            LibraryError: What has come cannot be kept.
        """
        words: list[str] = []
        failed: list[str] = []
        for sent in self._state.sent.read().batches:
            post = self.posts.get(sent.model)
            if post is None:
                what = f"Requests to the model {sent.model.strip()} are under way, and the batch names it no longer."
                raise InputError(what, "Name it again until they are collected.")
            batch_id = sent.batch_id or await post.find(sent.token)
            if batch_id is None:  # The run that was about to send it came to its end before.
                await self._forget(sent)
                continue
            batch = await post.look(batch_id)
            if batch.status not in _ENDED:
                words.append(_progress(batch))
                await self.write(sent.model_copy(update={"batch_id": batch_id}))
                continue
            await self._take(sent, await post.results(batch))
            failed += _reasons(batch)
        if failed:
            what = f"OpenAI's Batch API did not take the requests: {'; '.join(failed)[:300]}."
            raise ModelError(what, "Mend that; --batch-api --resume sends them again.")
        return "; ".join(words)

    async def _take(self, sent: Sent, results: "Mapping[str, Reply | ModelError]") -> None:
        """Keep replies first and forget the batch then: a run that ends in between collects it again."""
        tried = self._state.sent.read().tries
        for key in sent.keys:
            result = results.get(key) or ModelStalled("OpenAI's Batch API did not come to this request.")
            if isinstance(result, Reply):
                used = self._priced(sent.model, result.usage)
                self.paid += used
                kept = result.model_copy(update={"usage": used})
                await in_thread(partial(self._state.replies.put, key, kept))
            elif not isinstance(result, _PASSING) or tried.get(key, 0) + 1 >= TRIES:
                self.failures[key] = result
        await self._forget(sent)

    async def _forget(self, sent: Sent) -> None:
        await in_thread(partial(self._state.sent.write, self._state.sent.read().without(sent)))

    def _priced(self, identity: str, usage: Usage) -> Usage:
        found = self._models[identity].priced(usage)
        return found if found.dollars is None else found.model_copy(update={"dollars": found.dollars * SHARE})


def _progress(batch: "Batch") -> str:
    counts = batch.request_counts
    done = f", {counts.completed + counts.failed} of {counts.total} requests" if counts else ""
    return f"{batch.id} at OpenAI's Batch API is {batch.status.replace('_', ' ')}{done}"


def _reasons(batch: "Batch") -> list[str]:
    if batch.status != "failed":
        return []
    return [one.message or "" for one in ((batch.errors and batch.errors.data) or ())][:3] or ["no reason given"]


MOST = 5000
"""Requests in one of OpenAI's batches; with 20 kB each it is half of what they may weigh."""


class _Left(NamedTuple):
    """A job that lacks replies, and the requests for them."""

    work: Work
    wanted: Mapping[str, Wanted]


class Remote:
    """One run."""

    def __init__(self, way: Way, works: Sequence[Work], state: State, limits: Limits) -> None:
        self._way = way
        self._works = works
        self._state = state
        self._limits = limits
        self._outcomes: dict[str, Outcome] = {}
        models = {work.chain.model.identity: work.chain.model for work in works if work.chain}
        self._collecting = Collecting(state, models)

    async def events(self) -> AsyncGenerator[BatchEvent, None]:
        """The events; the last one says what is waited for.

        Raises:
            InputError: A model is none of OpenAI's interface, or what was sent belongs to one that is gone.
            LibraryLocked: Another process is at it.
            LibraryError: The library or what the batch keeps cannot be read or written.
            ModelError: The endpoint gives no answer, or does not take a batch.
        """
        with self._state.alone():
            under_way = await self._collecting.collect()
            works = {work.job.name: self._state.finished(work.key) for work in self._works}
            self._outcomes = {name: found for name, found in works.items() if found}
            yield BatchStarted(jobs=len(self._works), finished=len(self._outcomes))
            async with aclosing(self._advanced(under_way)) as events:
                async for event in events:
                    if isinstance(event, JobDone):
                        self._outcomes[event.outcome.name] = event.outcome
                    yield event
            sent = tuple(one.batch_id or "" for one in self._state.sent.read().batches)
            taken = await in_thread(self._state.replies.taken)
            outcomes = ordered(self._works, self._outcomes)
            folder = str(self._state.output)
            yield BatchDone(
                report=BatchReport(folder=folder, outcomes=outcomes, paid=self._collecting.paid, taken=taken, sent=sent)
            )

    async def _advanced(self, under_way: str) -> AsyncGenerator[BatchEvent, None]:
        ready: list[Work] = []
        left: list[_Left] = []
        for work in self._works:
            if work.job.name not in self._outcomes:
                await self._sorted(work, ready, left)
        crew = Crew(self._way, self._state, self._model, lambda: self._collecting.paid)
        async with aclosing(crew.events(ready, len(self._outcomes), len(self._works))) as events:
            async for event in events:
                yield event
        if not under_way:
            under_way = await self._send(left)
        for one in left:
            if one.work.job.name not in self._outcomes:
                self._outcomes[one.work.job.name] = outcome_of(one.work, Status.WAITING, under_way)

    def _model(self, work: Work) -> KeptModel:
        assert work.chain
        own = own_budget(work)
        recorder = Recorder(self._state.replies, self._collecting.failures, own)
        return KeptModel(work.chain.model, recorder.reply, (own,), SHARE)

    async def _sorted(self, work: Work, ready: list[Work], left: list[_Left]) -> None:
        """Put a job to those that can be made, to those that lack replies, or to those that have come to their end."""
        recorder = Recorder(self._state.replies, self._collecting.failures, own_budget(work))
        try:
            if work.chain:
                await recorder.record(self._way, work, SHARE)
        except OverBudget:
            self._outcomes[work.job.name] = outcome_of(work, Status.STOPPED, OWN_BUDGET)
        except LibraryError:
            raise
        except ConspectusError as error:
            self._outcomes[work.job.name] = outcome_of(work, Status.FAILED, str(error))
        else:
            wanted = {key: one for key, (one, _) in recorder.wanted.items()}
            if wanted:
                left.append(_Left(work, wanted))
            else:
                ready.append(work)

    async def _send(self, left: Sequence[_Left]) -> str:
        """Send what is missing, as far as the budget goes; jobs that it does not reach are stopped."""
        budget = Budget(*self._limits, await in_thread(self._state.replies.taken))
        chosen: dict[str, Wanted] = {}
        for work, wanted in left:
            fresh = {key: one for key, one in wanted.items() if key not in chosen}
            try:
                for one in fresh.values():
                    budget.check(one.worst)
                    budget.take(one.worst)
            except OverBudget:
                self._outcomes[work.job.name] = outcome_of(work, Status.STOPPED, BUDGET)
                continue
            chosen |= fresh
        for identity, part in _parts(chosen.values()):
            sent = Sent(token=token_hex(8), model=identity, keys=tuple(one.key for one in part))
            await self._collecting.write(sent)  # First, so that it is found again whatever happens then.
            batch_id = await self._collecting.posts[identity].send(part, sent.token)
            await self._collecting.write(sent.model_copy(update={"batch_id": batch_id}))
        return f"{len(chosen):,} requests sent to OpenAI's Batch API"


def _parts(wanted: Iterable[Wanted]) -> Iterator[tuple[str, list[Wanted]]]:
    """Requests by model, in lots that a batch can hold."""
    by_model: defaultdict[str, list[Wanted]] = defaultdict(list)
    for one in wanted:
        by_model[one.model.identity].append(one)
    for identity, every in by_model.items():
        for start in range(0, len(every), MOST):
            yield identity, every[start : start + MOST]
