"""Taking in what has come from OpenAI's Batch API."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from assistant.answer.model import Model
from assistant.batch.post import Post
from assistant.batch.replies import Reply
from assistant.batch.sent import Sent
from assistant.batch.state import State
from assistant.bridge import in_thread
from assistant.types import Usage
from store.errors import InputError, ModelBusy, ModelError, ModelStalled, ModelUnreachable

if TYPE_CHECKING:
    from openai.types import Batch

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
