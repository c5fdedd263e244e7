"""What models replied, kept word for word: a reply that was paid for is never asked for again."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from assistant.answer.context import tokens
from assistant.answer.model import Completion, Model, OnText, SchemaRefused
from assistant.batch.budget import Budget
from assistant.cache import Cache, cache_key
from assistant.concurrency import in_thread
from assistant.types import Usage
from store.errors import LibraryError
from store.paper import Frozen

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig


class Reply(Frozen):
    """What a model replied: its text, whether that was cut off, what it took. ``refused``: it takes no JSON schema."""

    text: str = ""
    cut: bool = False
    usage: Usage = Usage()
    refused: bool = False


class Wanted(NamedTuple):
    """A request: under what its reply is kept, whom to ask, what, and whether as JSON."""

    key: str
    model: Model
    prompt: str
    form: bool

    @property
    def worst(self) -> Usage:
        """What it takes at the most."""
        return self.model.priced(Usage(input_tokens=tokens(self.prompt), output_tokens=self.model.max_output))


Source = Callable[[Wanted], Awaitable[Reply]]


class KeptModel(Model):
    """A model as one job of a batch asks it: what it replies comes from a source.

    Args:
        inner: The model.
        source: Gives the reply to a request.
        budgets: Of the job: what is taken counts in them, whether it is paid now or was earlier.
        share: Of the list price that is to be paid.
    """

    def __init__(self, inner: Model, source: Source, budgets: Sequence[Budget] = (), share: float = 1.0) -> None:
        super().__init__(inner.chat, inner.name, inner.context, inner.max_output, inner.schema)
        self.identity = inner.identity
        self._inner = inner
        self._source = source
        self._budgets = budgets
        self._share = share
        self._asked: Counter[str] = Counter()

    @property
    def writes_json(self) -> bool:
        """Whether the next answer is asked for as JSON; found out once for all jobs."""
        return self._inner.writes_json

    def priced(self, usage: Usage) -> Usage:
        """Usage with its price."""
        found = self._inner.priced(usage)
        return found if found.dollars is None else found.model_copy(update={"dollars": found.dollars * self._share})

    async def complete(
        self,
        prompt: str,
        config: "RunnableConfig | None" = None,
        *,
        form: bool = False,
        on_text: OnText | None = None,
    ) -> Completion:
        """The whole reply at once. Asked the same again, a job wants another reply, and that has its own key."""
        form = form and self.writes_json
        self._asked[prompt] += 1
        known = {"model": self.identity, "prompt": prompt, "form": form, "again": self._asked[prompt]}
        wanted = Wanted(cache_key(known), self, prompt, form)
        with ExitStack() as held:
            for budget in self._budgets:
                held.enter_context(budget.holding(wanted.worst))
            reply = await self._source(wanted)
        if reply.refused:
            self._inner.schema = False
            raise SchemaRefused
        for budget in self._budgets:
            budget.take(reply.usage)
        if reply.text and on_text:
            await on_text(reply.text)
        return Completion(reply.text, reply.cut, reply.usage)

    async def ask(self, wanted: Wanted) -> Reply:
        """Have a request answered by the model itself.

        Raises:
            ModelError: It gives no answer.
        """
        try:
            completion = await self._inner.complete(wanted.prompt, form=wanted.form)
        except SchemaRefused:
            return Reply(refused=True)
        return Reply(text=completion.text, cut=completion.cut, usage=completion.usage)


class Replies:
    """A folder of replies, each with what it took and cost."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._kept = Cache(folder, Reply)

    async def get(self, wanted: Wanted) -> Reply | None:
        """The reply to a request, None where there is none yet."""
        return await in_thread(partial(self._kept.get, wanted.key))

    def taken(self) -> Usage:
        """What all of them took."""
        keys = sorted(file.stem for file in self.folder.glob("*.json"))
        found = (self._kept.get(key) for key in keys)
        return sum((reply.usage for reply in found if reply), Usage())

    def put(self, key: str, reply: Reply) -> None:
        """Keep a reply.

        Raises:
            LibraryError: The disk refuses.
        """
        try:
            self._kept.put(key, reply)
        except OSError as error:
            raise LibraryError(
                f"A reply could not be kept in {self.folder}: {error.strerror or error}.",
                "Nothing more is asked for; free some room there, then go on with --resume.",
            ) from error
