"""A batch by OpenAI's Batch API: each run collects what has come, makes what can be made, sends what is missing, ends.

Drafts go in the first round, what the check found wanting in the second, and so on; mostly two are enough.
"""

import json
from collections import defaultdict
from collections.abc import Awaitable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Final, TypeVar

from assistant.answer.model import Completion, Model, build_form_options, explain_no_answer
from assistant.batch.batch_events import BatchDone, BatchEvent, BatchStarted, JobResult, JobStatus
from assistant.batch.budget import Budget, OverBudget
from assistant.batch.job import JobOptions, PreparedJob
from assistant.batch.paid_replies import CachedModel, CachedRequest, JudgePayments, ModelReply, scale_price
from assistant.batch.reply_sources import DryRunReplySource
from assistant.batch.runner import BUDGET, OWN_BUDGET, JobRunner, Limits
from assistant.batch.state import BatchState, SentBatch
from assistant.concurrency import Emit, in_thread
from assistant.llm.chat import ChatModel
from assistant.llm.chat_model import EndpointChat
from assistant.llm.http import NO_KEY, build_async_client
from assistant.llm.model_errors import describe_model, explain_error
from assistant.llm.token_counts import make_usage, read_counts
from assistant.secrets import take_key_out
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

T = TypeVar("T")
Json = dict[str, Any]
Requests = dict[str, CachedRequest]
Results = dict[str, "ModelReply | ModelError"]
"""What came of requests; both by their keys."""

SHARE = 0.5
"""Of the list price that the Batch API costs, by OpenAI's price list."""
TRIES = 3
"""How often a request is sent that fails for a passing reason, expires, or is cancelled. Chosen by hand."""
MOST = 5000
"""Requests in one of OpenAI's batches; with 20 kB each it is half of what they may weigh."""
_ENDED = ("completed", "expired", "cancelled", "failed")
_PASSING = (ModelBusy, ModelStalled, ModelUnreachable)
_URL: Final = "/v1/chat/completions"


class OpenAIBatchRun:
    """One run.

    Args:
        options: How jobs are done.
        batch_jobs: All jobs of the batch, in order.
        state: What is finished, kept and sent already; taken with its lock.
        limits: What this run and those before it may take.

    Raises:
        InputError: A model is not asked by OpenAI's interface.
    """

    def __init__(
        self, options: JobOptions, batch_jobs: Sequence[PreparedJob], state: BatchState, limits: Limits
    ) -> None:
        self._options = options
        self._batch_jobs = batch_jobs
        self._state = state
        self._limits = limits
        models = {prepared.chain.model.identity: prepared.chain.model for prepared in batch_jobs if prepared.chain}
        self._collector = BatchCollector(state, models)
        self._judging = JudgePayments(state.replies, Budget(*limits))

    async def run(self, emit: Emit[BatchEvent]) -> None:
        """Collect, make and send; the last event says what is waited for.

        Raises:
            InputError: What was sent belongs to a model that is named no longer.
            LibraryLocked: Another process is at it.
            LibraryError: The library or what the batch keeps cannot be read or written.
            ModelError: The endpoint gives no answer, or does not take a batch.
        """
        state = self._state
        with state.lock():
            under_way = await self._collector.collect()
            self._judging = JudgePayments(
                state.replies, Budget(*self._limits, await in_thread(state.replies.sum_usage))
            )
            runner = JobRunner(self._options, state, self._batch_jobs, self._make_model, self._add_up)
            results = runner.results
            await emit(BatchStarted(jobs=len(self._batch_jobs), finished=len(results)))
            missing: dict[str, Requests] = {}
            for prepared in runner.list_unfinished():
                try:
                    missing[prepared.job.name] = await self._list_missing(prepared)
                except OverBudget:
                    results[prepared.job.name] = prepared.make_result(JobStatus.STOPPED, OWN_BUDGET)
                except LibraryError:
                    raise
                except ConspectusError as error:
                    results[prepared.job.name] = prepared.make_result(JobStatus.FAILED, str(error))
            await runner.run([job for job in runner.list_unfinished() if not missing[job.job.name]], emit)
            incomplete = runner.list_unfinished()
            if not under_way:
                chosen = await self._choose_requests(incomplete, missing, results)
                await self._send_requests(chosen.values())
                under_way = f"{len(chosen):,} requests sent to OpenAI's Batch API"
            for prepared in incomplete:
                results.setdefault(prepared.job.name, prepared.make_result(JobStatus.WAITING, under_way))
            usage = await in_thread(state.replies.sum_usage)
            sent = tuple(batch.batch_id or "" for batch in state.sent.read().batches)
            await emit(BatchDone(report=runner.build_report(usage, sent)))

    async def _list_missing(self, prepared: PreparedJob) -> Requests:
        """The requests without a reply; none for a job that can be made."""
        source = DryRunReplySource(self._state.replies, self._collector.failures, prepared.make_budget())
        if prepared.chain:
            await source.record(self._options, prepared, SHARE, (self._judging,))
        return {key: request for key, (request, _) in source.requests.items()}

    def _add_up(self) -> Usage:
        return self._collector.paid + self._judging.paid

    def _make_model(self, prepared: PreparedJob) -> CachedModel:
        assert prepared.chain
        budget = prepared.make_budget()
        source = DryRunReplySource(self._state.replies, self._collector.failures, budget)
        return CachedModel(prepared.chain.model, source.get_reply, (budget,), SHARE, (budget, self._judging))

    async def _choose_requests(
        self, incomplete: Sequence[PreparedJob], missing: Mapping[str, Requests], results: dict[str, JobResult]
    ) -> Requests:
        """The requests that the budget goes round for; jobs that it does not reach are stopped."""
        budget = Budget(*self._limits, await in_thread(self._state.replies.sum_usage))
        chosen: Requests = {}
        for prepared in incomplete:
            fresh = {key: request for key, request in missing[prepared.job.name].items() if key not in chosen}
            try:
                for request in fresh.values():
                    budget.check(request.worst)
                    budget.take(request.worst)
            except OverBudget:
                results[prepared.job.name] = prepared.make_result(JobStatus.STOPPED, BUDGET)
                continue
            chosen |= fresh
        return chosen

    async def _send_requests(self, requests: Iterable[CachedRequest]) -> None:
        for identity, lot in _split_requests(requests):
            sent = SentBatch(token=token_hex(8), model=identity, keys=tuple(request.key for request in lot))
            await self._collector.record(sent)  # First, so that it is found again whatever happens then.
            batch_id = await self._collector.clients[identity].send(lot, sent.token)
            await self._collector.record(sent.model_copy(update={"batch_id": batch_id}))


def _split_requests(requests: Iterable[CachedRequest]) -> Iterator[tuple[str, list[CachedRequest]]]:
    """Requests by the identity of their model, in lots that a batch can hold."""
    by_model: defaultdict[str, list[CachedRequest]] = defaultdict(list)
    for request in requests:
        by_model[request.model.identity].append(request)
    for identity, every in by_model.items():
        for start in range(0, len(every), MOST):
            yield identity, every[start : start + MOST]


class BatchCollector:
    """What was sent, on its way to replies that are kept.

    Args:
        state: Of the batch.
        models: By their identity.

    Attributes:
        clients: Who sends and fetches, by the models' identity.
        failures: What failed for good, by the keys of the requests.
        paid: What was collected in this run.

    Raises:
        InputError: A model is not asked by OpenAI's interface.
    """

    def __init__(self, state: BatchState, models: Mapping[str, Model]) -> None:
        self.clients = {identity: OpenAIBatchClient(model.chat) for identity, model in models.items()}
        self.failures: dict[str, ModelError] = {}
        self.paid = Usage()
        self._state = state
        self._models = models

    async def record(self, sent: SentBatch) -> None:
        """Write down what is sent, or is going to be."""
        await in_thread(partial(self._state.sent.write, self._state.sent.read().with_batch(sent)))

    async def collect(self) -> str:
        """Take in what has come; return in words what is still under way, "" for nothing.

        Raises:
            InputError: What was sent belongs to a model that is named no longer.
            ModelError: The endpoint gives no answer, or did not take a batch.
            LibraryError: What has come cannot be kept.
        """
        under_way: list[str] = []
        reasons: list[str] = []
        for sent in self._state.sent.read().batches:
            client = self.clients.get(sent.model)
            if client is None:
                what = f"Requests to the model {sent.model.strip()} are under way, and the batch names it no longer."
                raise InputError(what, "Name it again until they are collected.")
            batch_id = sent.batch_id or await client.find_batch(sent.token)
            if batch_id is None:  # The run that was about to send it came to its end before.
                await self._forget(sent)
                continue
            batch = await client.retrieve_batch(batch_id)
            if batch.status not in _ENDED:
                under_way.append(_format_progress(batch))
                await self.record(sent.model_copy(update={"batch_id": batch_id}))
                continue
            await self._keep_results(sent, await client.fetch_results(batch))
            reasons += _list_reasons(batch)
        if reasons:
            what = f"OpenAI's Batch API did not take the requests: {'; '.join(reasons)[:300]}."
            raise ModelError(what, "Mend that; --batch-api --resume sends them again.")
        return "; ".join(under_way)

    async def _keep_results(self, sent: SentBatch, results: Results) -> None:
        """Keep replies first and forget the batch then: a run that ends in between collects it again."""
        tries = self._state.sent.read().tries
        for key in sent.keys:
            result = results.get(key) or ModelStalled("OpenAI's Batch API did not come to this request.")
            if isinstance(result, ModelReply):
                usage = scale_price(self._models[sent.model].with_price(result.usage), SHARE)
                self.paid += usage
                reply = result.model_copy(update={"usage": usage})
                await in_thread(partial(self._state.replies.put, key, reply))
            elif not isinstance(result, _PASSING) or tries.get(key, 0) + 1 >= TRIES:
                self.failures[key] = result
        await self._forget(sent)

    async def _forget(self, sent: SentBatch) -> None:
        await in_thread(partial(self._state.sent.write, self._state.sent.read().without_batch(sent)))


def _format_progress(batch: "Batch") -> str:
    counts = batch.request_counts
    progress = f", {counts.completed + counts.failed} of {counts.total} requests" if counts else ""
    return f"{batch.id} at OpenAI's Batch API is {batch.status.replace('_', ' ')}{progress}"


def _list_reasons(batch: "Batch") -> list[str]:
    if batch.status != "failed":
        return []
    errors = (batch.errors and batch.errors.data) or ()
    return [error.message or "" for error in errors][:3] or ["no reason given"]


class OpenAIBatchClient:
    """Sends requests of one model away, and fetches the replies. Each method raises ``ModelError``.

    Args:
        chat: The model, behind an endpoint that speaks OpenAI's interface.

    Raises:
        InputError: It is not.
    """

    def __init__(self, chat: ChatModel) -> None:
        if not isinstance(chat, EndpointChat):
            raise InputError(
                "The Batch API is OpenAI's, and this model is not asked by its interface.", "Leave out --batch-api."
            )
        import openai  # late: it takes half a second to load

        self._chat = chat
        self._client = openai.AsyncOpenAI(
            base_url=chat.settings.endpoint,
            api_key=chat.key.get_secret_value() if chat.key else NO_KEY,
            max_retries=chat.settings.retries,
            http_client=build_async_client(chat.settings, chat.key),
        )

    async def send(self, requests: list[CachedRequest], token: str) -> str:
        """Send requests as a new batch that can be found by a token; return its id."""
        lines = [json.dumps(self._build_line(request), ensure_ascii=False) for request in requests]
        content = "".join(f"{line}\n" for line in lines).encode()
        file = await self._call(self._client.files.create(file=(f"{token}.jsonl", content), purpose="batch"))
        batch = await self._call(
            self._client.batches.create(
                input_file_id=file.id, endpoint=_URL, completion_window="24h", metadata={"conspectus": token}
            )
        )
        return str(batch.id)

    async def find_batch(self, token: str) -> str | None:
        """Find the id of the batch that was sent under a token, None where it was not."""

        async def search() -> str | None:
            async for batch in self._client.batches.list(limit=100):  # 100 a page is the most that OpenAI gives.
                if (batch.metadata or {}).get("conspectus") == token:
                    return str(batch.id)
            return None

        return await self._call(search())

    async def retrieve_batch(self, batch_id: str) -> "Batch":
        """Ask how a batch is doing."""
        return await self._call(self._client.batches.retrieve(batch_id))

    async def fetch_results(self, batch: "Batch") -> Results:
        """Fetch what came of the requests of a batch that has ended."""
        results: Results = {}
        for file_id in filter(None, (batch.output_file_id, batch.error_file_id)):
            content = await self._call(self._client.files.content(file_id))
            for line in content.text.splitlines():
                result = json.loads(line)
                if isinstance(result.get("response"), dict):
                    results[result["custom_id"]] = self._parse_response(result["response"])
        return results

    def _build_line(self, request: CachedRequest) -> Json:
        body = self._chat.build_body(request.prompt, build_form_options(request.form))
        return {"custom_id": request.key, "method": "POST", "url": _URL, "body": body}

    def _parse_response(self, response: Json) -> ModelReply | ModelError:
        body = response.get("body") or {}
        if response.get("status_code") != 200:
            error = self._explain(_LineError(response))
            return ModelReply(refused=True) if isinstance(error, FormatRefused) else error
        name = describe_model(self._chat.settings)
        try:
            choice, used = body["choices"][0], body.get("usage") or {}
            reason, message = choice.get("finish_reason"), choice["message"]
        except (KeyError, IndexError, TypeError):
            return ModelStalled(f"The answer of {name} came garbled.", "It is asked again.")
        if message.get("refusal") or reason == "content_filter":
            return ModelRefused(f"{name} declines to answer.", "Put it in other words, or ask another model.")
        usage = make_usage(read_counts(used))
        texts = (message.get("content") or "", message.get("reasoning_content") or "")
        text, thinking = (take_key_out(str(text), self._chat.key) for text in texts)
        if not text.strip():
            came = Completion(text, reason == "length", usage, str(thinking), str(reason or ""))
            return explain_no_answer(name, came, self._chat.most_output)
        return ModelReply(text=text, cut=reason == "length", usage=usage)

    async def _call(self, call: Awaitable[T]) -> T:
        try:
            return await call
        except Exception as error:  # Clients raise errors without a common root; what they carry may hold the key.
            failure = self._explain(error)
        raise failure

    def _explain(self, error: Exception) -> ModelError:
        return explain_error(error, self._chat.settings, self._chat.key)


class _LineError(Exception):
    """The error of a line, as ``explain`` reads those of OpenAI's client."""

    def __init__(self, response: Json) -> None:
        body = response.get("body") or {}
        self.body = body.get("error") if isinstance(body.get("error"), dict) else body
        self.status_code = response.get("status_code")
        super().__init__(str((self.body or {}).get("message", "no reason given")))
