"""A chat model as the second stage of the check: it decides whether the sentences that carry a claim say it.

Which way an endpoint takes (see ``assistant.llm.decisions``) is found out with the first request and kept. What it
decided is kept in a cache, what it took is counted with its price. It fails closed: an error, a stall or a reply that
is no decision leaves a claim without an answer, and a note says why.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from typing import Literal, Protocol, Self

from assistant.cache import Cache, cache_key
from assistant.concurrency import in_thread
from assistant.llm.decisions import (
    AskedModel,
    DecisionMethod,
    DecisionReplies,
    NotTaken,
    format_statements,
    list_methods,
)
from assistant.llm.model_limits import estimate_tokens
from assistant.types import Usage
from assistant.verify.entailment import PATIENCE, Probabilities, Ratings, Statement
from prompts import JUDGING, Prompts
from store.errors import ModelError, PromptTooLong
from store.paper import Frozen

# Requests at a time, as many as a report writes sections; chosen by hand, not measured.
AT_ONCE = 4
# Seconds for a whole decision where nothing is set of a model's patience; chosen by hand, not measured.
LONGEST = 120.0
# Tokens that the frame of a prompt takes; rounded up from the shipped prompts.
_FRAME = 350


class JudgeModel(AskedModel, Protocol):
    """A model that may be asked; ``assistant.answer.model.Model`` is one."""

    identity: str

    def with_price(self, usage: Usage) -> Usage:
        """Usage with its price."""

    def explain_error(self, error: Exception) -> ModelError:
        """Put what its client raised into words."""


class RequestBudget(Protocol):
    """What a batch may take; ``assistant.batch.budget.Budget`` is one."""

    def reserve(self, worst: Usage) -> AbstractContextManager[None]:
        """Keep room for a request while it is under way."""

    def take(self, usage: Usage) -> None:
        """Count what a request took."""


class KeptRating(Frozen):
    """A decision of a model, as it is kept; ``usage`` is its share of what the request took."""

    says: float
    silent: float
    opposes: float
    measured: bool
    usage: Usage = Usage()

    @property
    def probabilities(self) -> Probabilities:
        """The decision."""
        return Probabilities(self.says, self.silent, self.opposes, self.measured)


class ModelJudge:
    """A chat model as second stage; may be used for many answers at a time.

    Args:
        model: Who decides.
        prompts: What it is asked.
        cache: Where decisions are kept; None keeps none.
        limit: Seconds for a whole decision.
    """

    stage: Literal["model"] = "model"

    def __init__(
        self,
        model: JudgeModel,
        prompts: Prompts,
        cache: Cache[KeptRating] | None = None,
        limit: float = LONGEST,
    ) -> None:
        self.name = model.name
        self._model = model
        self._prompts = prompts
        self._cache = cache
        self._limit = limit
        self._endpoint = _Endpoint(list_methods(model, prompts))
        self._budgets: Sequence[RequestBudget] = ()
        wording = "\0".join(prompts.read(role) for role in JUDGING)
        self.identity = cache_key({"model": model.identity, "wording": wording})[:16]

    def with_price(self, usage: Usage) -> Usage:
        """Usage with its price."""
        return self._model.with_price(usage)

    def with_budgets(self, budgets: Sequence[RequestBudget]) -> Self:
        """Return the same judge for a job of a batch: its requests count in budgets.

        What it takes is told of kept decisions, too, as it was when they were paid for: a job comes out the same
        whenever it is made.
        """
        copy = type(self)(self._model, self._prompts, self._cache, self._limit)
        copy._endpoint = self._endpoint
        copy._budgets = budgets
        return copy

    async def rate(self, statements: Sequence[Statement]) -> list[Probabilities | None]:
        """Rate statements, in their order; None where the model gives no answer."""
        return (await self.rate_and_count(statements)).rated

    async def rate_and_count(self, statements: Sequence[Statement]) -> Ratings:
        """Rate statements, in as few requests as the endpoint allows, and tell what that took and what went wrong.

        Raises:
            OverBudget: A request might take more than a budget has left.
        """
        stored_ratings = await in_thread(partial(self._look_up, statements))
        work = _Work({statement: rating.probabilities for statement, rating in stored_ratings.items()})
        if self._budgets:
            work.usage = sum((rating.usage for rating in stored_ratings.values()), Usage())
        room = self._model.context - min(self._model.max_output, self._model.context // 2)
        pending = {}
        for statement in dict.fromkeys(statements):
            if statement in work.rated:
                continue
            fitting = fit_statement(statement, room)
            if fitting is None:
                work.note("a claim is too long to be looked at")
            else:
                pending[fitting] = statement
        await self._ask_all([*pending], room, work)
        fresh = {pending[fitting]: rating for fitting, rating in work.fresh.items()}
        work.rated |= {statement: rating.probabilities for statement, rating in fresh.items()}
        await in_thread(partial(self._keep, fresh, work))
        rated = [work.rated.get(statement) for statement in statements]
        return Ratings(rated, work.usage, work.answered, work.failed, tuple(work.notes))

    async def _ask_all(self, statements: Sequence[Statement], room: int, work: "_Work") -> None:
        """Ask for all statements; the first request finds out which way the endpoint takes."""
        while statements:
            method = self._endpoint.method
            groups = group_statements(statements, room, method.most)
            if not self._endpoint.settled:
                try:
                    await self._ask(method, groups[0], work)
                except NotTaken as refusal:
                    work.usage += self._model.with_price(refusal.usage)
                    self._endpoint.drop(method)
                    continue
                groups = groups[1:]
            tasks = [asyncio.create_task(self._ask_quietly(method, group, work)) for group in groups]
            try:
                await asyncio.gather(*tasks)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
            return

    async def _ask_quietly(self, method: DecisionMethod, group: Sequence[Statement], work: "_Work") -> None:
        """Ask in a way that the endpoint took before: that it does not any more is a failure."""
        try:
            await self._ask(method, group, work)
        except NotTaken:
            work.fail(f"{self.name} answered otherwise than before")

    async def _ask(self, method: DecisionMethod, group: Sequence[Statement], work: "_Work") -> None:
        async with self._endpoint.take_turn():
            if work.in_row >= PATIENCE:
                work.note(f"it was not asked any more for it failed {PATIENCE} times in a row")
                return
            try:
                replies = await self._request(method, group)
            except PromptTooLong as error:
                failure: ModelError = error
            except ModelError as error:
                work.fail(error.what)
                return
            else:
                self._endpoint.settled = True
                work.count(group, replies._replace(usage=self._model.with_price(replies.usage)))
                return
        if len(group) == 1:
            work.fail(failure.what)
            return
        half = len(group) // 2
        for part in (group[:half], group[half:]):
            await self._ask(method, part, work)

    async def _request(self, method: DecisionMethod, group: Sequence[Statement]) -> DecisionReplies:
        """Make one request.

        Raises:
            NotTaken: The endpoint does not take it.
            ModelError: The model gives no answer.
            OverBudget: It might take more than is left.
        """
        worst = Usage(input_tokens=_count_input(group), output_tokens=method.count_output(len(group)))
        with ExitStack() as reservations:
            for budget in self._budgets:
                reservations.enter_context(budget.reserve(self._model.with_price(worst)))
            try:
                async with asyncio.timeout(self._limit):
                    replies = await method.decide(group)
            except ModelError:
                raise
            except NotTaken as refusal:
                self._take(refusal.usage)
                raise
            except Exception as error:  # Clients raise errors without a common root; one that is not known fails, too.
                failure = self._model.explain_error(error)
            else:
                self._take(replies.usage)
                return replies
        raise failure  # Not chained: what a client raises may hold the key.

    def _take(self, usage: Usage) -> None:
        for budget in self._budgets:
            budget.take(self._model.with_price(usage))

    def _build_key(self, statement: Statement) -> str:
        return cache_key({"judge": self.identity, "claim": statement.claim, "evidence": [*statement.evidence]})

    def _look_up(self, statements: Sequence[Statement]) -> dict[Statement, KeptRating]:
        if self._cache is None:
            return {}
        stored_ratings = {
            statement: self._cache.get(self._build_key(statement)) for statement in dict.fromkeys(statements)
        }
        return {statement: rating for statement, rating in stored_ratings.items() if rating}

    def _keep(self, fresh: Mapping[Statement, KeptRating], work: "_Work") -> None:
        if self._cache is None:
            return
        try:
            for statement, rating in fresh.items():
                self._cache.put(self._build_key(statement), rating)
        except OSError as error:
            work.note(f"its decisions could not be kept for the next time: {error.strerror}")


class _Endpoint:
    """What is found out about an endpoint: the way it takes; and whose turn it is."""

    def __init__(self, methods: list[DecisionMethod]) -> None:
        self.settled = False
        self._methods = methods
        self._loop: asyncio.AbstractEventLoop | None = None
        self._turns = asyncio.Semaphore(AT_ONCE)

    @property
    def method(self) -> DecisionMethod:
        """The best of the ways that are left."""
        return self._methods[0]

    def drop(self, method: DecisionMethod) -> None:
        """Leave a way out from now on; somebody else may have done so already."""
        if len(self._methods) > 1 and self._methods[0] is method:
            del self._methods[0]

    def take_turn(self) -> asyncio.Semaphore:
        """Wait for a turn, ``AT_ONCE`` at a time in each event loop."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._loop, self._turns = loop, asyncio.Semaphore(AT_ONCE)
        return self._turns


class _Work:
    """What is asked for and came of it, in one call."""

    def __init__(self, rated: dict[Statement, Probabilities]) -> None:
        self.rated = rated
        self.fresh: dict[Statement, KeptRating] = {}
        self.usage = Usage()
        self.answered = self.failed = self.in_row = 0
        self.notes: list[str] = []

    def count(self, group: Sequence[Statement], replies: DecisionReplies) -> None:
        """Count a request that was answered."""
        shares = _share_usage(replies.usage, len(group))
        for statement, rating, share in zip(group, replies.rated, shares, strict=True):
            if rating:
                self.fresh[statement] = KeptRating(**rating._asdict(), usage=share)
        self.usage += replies.usage
        self.answered += 1
        self.in_row = 0
        if None in replies.rated:
            self.note("what it replied is no decision")

    def fail(self, note: str) -> None:
        """Count a request that failed."""
        self.failed += 1
        self.in_row += 1
        self.note(note)

    def note(self, note: str) -> None:
        """Note what went wrong, once."""
        self.notes += [note] if note not in self.notes else []


def fit_statement(statement: Statement, room: int) -> Statement | None:
    """Fit a statement into so many tokens by leaving out its last sentences; None where its claim alone is too long."""
    for count in range(len(statement.evidence), 0, -1):
        fitting = statement._replace(evidence=statement.evidence[:count])
        if _FRAME + estimate_tokens(format_statements([fitting])) <= room:
            return fitting
    return None


def group_statements(statements: Sequence[Statement], room: int, most: int) -> list[list[Statement]]:
    """Group statements into requests of so many tokens and statements at the most, in their order."""
    groups: list[list[Statement]] = []
    size = 0
    for statement in statements:
        tokens = estimate_tokens(format_statements([statement]))
        if not groups or len(groups[-1]) == most or size + tokens > room:
            groups.append([])
            size = _FRAME
        groups[-1].append(statement)
        size += tokens
    return groups


def _count_input(statements: Sequence[Statement]) -> int:
    """Count the tokens of a request, rather too many than too few."""
    return _FRAME + estimate_tokens(format_statements(statements))


def _share_usage(usage: Usage, count: int) -> list[Usage]:
    """Share usage among so many statements; the shares add up to it."""
    dollars = None if usage.dollars is None else usage.dollars / count
    return [
        Usage(
            input_tokens=usage.input_tokens // count + (n < usage.input_tokens % count),
            output_tokens=usage.output_tokens // count + (n < usage.output_tokens % count),
            dollars=dollars,
            cached_tokens=usage.cached_tokens // count + (n < usage.cached_tokens % count),
            reasoning_tokens=usage.reasoning_tokens // count + (n < usage.reasoning_tokens % count),
            priced=usage.priced,
        )
        for n in range(count)
    ]
