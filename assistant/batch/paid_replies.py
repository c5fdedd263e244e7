"""What models replied, kept word for word: a reply that was paid for is never asked for again."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, NamedTuple

from assistant.answer.model import Completion, Form, Model, OnText, OnThinking, SchemaRefused, cut_thinking
from assistant.batch.budget import Budget
from assistant.cache import Cache, cache_key
from assistant.concurrency import in_thread
from assistant.llm.judge import RequestBudget
from assistant.llm.model_limits import estimate_tokens
from assistant.types import Usage
from store.errors import LibraryError
from store.paper import Frozen

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig


class Unanswered(Exception):
    """There is no reply yet; never leaves the batch."""


class ModelReply(Frozen):
    """What a model replied: its text, whether that was cut off, what it took. ``refused``: it takes no JSON schema."""

    text: str = ""
    cut: bool = False
    usage: Usage = Usage()
    refused: bool = False


class CachedRequest(NamedTuple):
    """A request: under what its reply is kept, whom to ask, what, and whether as JSON."""

    key: str
    model: Model
    prompt: str
    form: Form

    @property
    def worst(self) -> Usage:
        """What it takes at the most."""
        return self.model.with_price(
            Usage(input_tokens=estimate_tokens(self.prompt), output_tokens=self.model.max_output)
        )


ReplySource = Callable[[CachedRequest], Awaitable[ModelReply]]


def scale_price(usage: Usage, share: float) -> Usage:
    """Scale the price of usage; the tokens stay, and so does that a price is not known."""
    return usage if usage.dollars is None else usage.model_copy(update={"dollars": usage.dollars * share})


class CachedModel(Model):
    """A model as one job of a batch asks it: what it replies comes from a source.

    Args:
        inner: The model.
        source: Gives the reply to a request.
        budgets: Of the job: what is taken counts in them, whether it is paid now or was earlier.
        share: Of the list price that is to be paid.
        judging: Where it counts what a second stage takes that looks at what the model wrote.
    """

    def __init__(
        self,
        inner: Model,
        source: ReplySource,
        budgets: Sequence[Budget] = (),
        share: float = 1.0,
        judging: Sequence[RequestBudget] = (),
    ) -> None:
        super().__init__(inner.chat, inner.name, inner.context, inner.max_output, inner.schema)
        self.identity = inner.identity
        self.judging = judging
        self._inner = inner
        self._source = source
        self._budgets = budgets
        self._share = share
        self._times: Counter[str] = Counter()

    @property
    def writes_json(self) -> bool:
        """Whether the next answer is asked for as JSON; found out once for all jobs."""
        return self._inner.writes_json

    def with_price(self, usage: Usage) -> Usage:
        """Return usage with its price."""
        return scale_price(self._inner.with_price(usage), self._share)

    async def complete(
        self,
        prompt: str,
        config: "RunnableConfig | None" = None,
        *,
        form: Form = False,
        on_text: OnText | None = None,
        on_thinking: OnThinking | None = None,
    ) -> Completion:
        """Get the whole reply at once.

        Asked the same a second time, a job wants another reply, and that has a key of its own.

        Raises:
            OverBudget: It might take more than the job has left.
            SchemaRefused: The model takes no JSON schema.
            ConspectusError: As the source.
        """
        form = form if self.writes_json else False
        self._times[prompt] += 1
        key = cache_key({"model": self.identity, "prompt": prompt, "form": form, "again": self._times[prompt]})
        request = CachedRequest(key, self, prompt, form)
        with ExitStack() as reservations:
            for budget in self._budgets:
                reservations.enter_context(budget.reserve(request.worst))
            reply = await self._source(request)
        if reply.refused:
            self._inner.schema = False
            raise SchemaRefused
        for budget in self._budgets:
            budget.take(reply.usage)
        if reply.text and on_text:
            await on_text(reply.text)
        return cut_thinking(Completion(reply.text, reply.cut, reply.usage))

    async def ask(self, request: CachedRequest) -> ModelReply:
        """Have a request answered by the model itself.

        Raises:
            ModelError: It gives no answer.
        """
        try:
            completion = await self._inner.complete(request.prompt, form=request.form)
        except SchemaRefused:
            return ModelReply(refused=True)
        return ModelReply(text=completion.text, cut=completion.cut, usage=completion.usage)


class Replies:
    """A folder of replies, each with what it took and cost."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._cache = Cache(folder, ModelReply)

    async def get(self, request: CachedRequest) -> ModelReply | None:
        """Get the reply to a request, None where there is none yet."""
        return await in_thread(partial(self._cache.get, request.key))

    def sum_usage(self) -> Usage:
        """Add up what all of them took."""
        keys = sorted(file.stem for file in self.folder.glob("*.json"))
        replies = (self._cache.get(key) for key in keys)
        return sum((reply.usage for reply in replies if reply), Usage())

    def list_faults(self) -> tuple[int, list[str]]:
        """Read every reply; return how many there are, and the names of files that are not what was written."""
        return self._cache.list_faults()

    def put(self, key: str, reply: ModelReply) -> None:
        """Keep a reply.

        Raises:
            LibraryError: The disk refuses.
        """
        try:
            self._cache.put(key, reply)
        except OSError as error:
            raise LibraryError(
                f"A reply could not be kept in {self.folder}: {error.strerror or error}.",
                "Nothing more is asked for; free some room there, then go on with --resume.",
            ) from error


class JudgePayments:
    """What the second stage of a batch takes: it is asked directly, and its payments are kept beside the replies.

    So they count in what further runs may take.

    Args:
        replies: Of the batch.
        budget: Of all its jobs together.

    Attributes:
        paid: What was paid so far in this run.
    """

    def __init__(self, replies: Replies, budget: Budget) -> None:
        self.paid = Usage()
        self._replies = replies
        self._budget = budget

    def reserve(self, worst: Usage) -> AbstractContextManager[None]:
        """Keep room for a request while it is under way; raises OverBudget where there is none."""
        return self._budget.reserve(worst)

    def take(self, usage: Usage) -> None:
        """Count what a request took, and keep that.

        Raises:
            LibraryError: The disk refuses.
        """
        self._budget.take(usage)
        self.paid += usage
        self._replies.put(f"judge-{token_hex(16)}", ModelReply(usage=usage))
