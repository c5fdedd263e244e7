import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant.answer.model import Completion, Model, SchemaRefused
from assistant.batch.budget import Budget, OverBudget
from assistant.batch.paid_replies import CachedModel, Replies
from assistant.batch.reply_sources import PaidReplySource
from assistant.llm.model_limits import Price
from assistant.testing import Gate, Reply, ScriptedChatModel
from assistant.testing.reply import Said
from assistant.types import Usage
from store.errors import FormatRefused, LibraryError, ModelBusy, ModelRefused, ModelStalled


def paying(
    folder: Path, budget: Budget | None = None, at_once: int = 4, patience: Sequence[float] = (0, 0)
) -> PaidReplySource:
    return PaidReplySource(Replies(folder), at_once, budget or Budget(), patience)


def model(
    *turns: Said | Reply, source: PaidReplySource, own: Budget | None = None, price: float | None = None
) -> CachedModel:
    chat = ScriptedChatModel(turns=turns)
    each = Price(price * 1e6, price * 1e6, price * 1e6, "2026-01") if price is not None else None
    inner = Model(chat, "scripted", max_output=50, price=each)
    return CachedModel(inner, source.get_reply, (own,) if own else ())


async def said(of: Model, prompt: str = "What?", form: bool = False) -> Completion:
    return await of.complete(prompt, form=form)


async def test_a_reply_is_paid_once_and_the_same_for_all_jobs(tmp_path: Path) -> None:
    source = paying(tmp_path)
    first = await said(model(Reply("So [1].", finish_reason="length", usage=(7, 3)), source=source))
    later = paying(tmp_path)
    again = await said(model(source=later))
    assert (
        (again.text, again.cut, again.usage)
        == (first.text, first.cut, first.usage)
        == ("So [1].", True, Usage(input_tokens=7, output_tokens=3))
    )
    assert (source.paid, later.paid) == (first.usage, Usage())
    assert Replies(tmp_path).sum_usage() == first.usage


async def test_asked_the_same_again_a_job_has_another_reply(tmp_path: Path) -> None:
    one = model("first", "second", source=paying(tmp_path))
    assert [(await said(one)).text, (await said(one)).text] == ["first", "second"]
    other = model(source=paying(tmp_path))
    assert [(await said(other)).text, (await said(other)).text] == ["first", "second"]


async def test_two_jobs_that_want_the_same_at_once_pay_once(tmp_path: Path) -> None:
    gate = Gate()
    source = paying(tmp_path)
    one = model(["So", gate, "."], source=source)
    both = asyncio.gather(said(one), said(CachedModel(one._inner, source.get_reply)))
    await asyncio.to_thread(gate.reached.wait, 60)
    gate.open()
    assert [writing.text for writing in await both] == ["So.", "So."]


async def test_only_so_many_are_asked_at_once(tmp_path: Path) -> None:
    gate = Gate()
    one = model([gate, "a"], "b", source=paying(tmp_path, at_once=1))
    both = asyncio.gather(said(one, "A?"), said(one, "B?"))
    await asyncio.to_thread(gate.reached.wait, 60)
    assert len(one.chat.model.requests) == 1  # type: ignore[attr-defined]
    gate.open()
    assert sorted(writing.text for writing in await both) == ["a", "b"]  # whichever came first


async def test_that_no_schema_is_taken_is_found_out_once(tmp_path: Path) -> None:
    one = model(FormatRefused("No schema."), source=paying(tmp_path))
    with pytest.raises(SchemaRefused):
        await said(one, form=True)
    assert not one.writes_json
    other = model(source=paying(tmp_path))
    with pytest.raises(SchemaRefused):
        await said(other, form=True)
    assert not other.writes_json


async def test_a_busy_model_is_waited_for_and_a_broken_answer_asked_for_once_more(tmp_path: Path) -> None:
    one = model(ModelBusy("Full."), ModelStalled("Gone."), ModelBusy("Full."), "So.", source=paying(tmp_path))
    assert (await said(one)).text == "So."
    for turns in ([ModelBusy("Full.")] * 3, [ModelStalled("Gone.")] * 2, [ModelRefused("No.")]):
        with pytest.raises(type(turns[0])):
            await said(model(*turns, source=paying(tmp_path / "other")))


async def test_a_reply_that_has_come_is_kept_whatever_is_cancelled_and_however_busy_the_threads_are(
    tmp_path: Path,
) -> None:
    gate, busy = Gate(), Gate()
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
    source = paying(tmp_path)
    asking = asyncio.create_task(said(model([gate, "So."], source=source)))
    while not gate.reached.is_set():
        await asyncio.sleep(0)
    blocked = asyncio.create_task(asyncio.to_thread(busy.wait))
    gate.open()
    while not source.paid.output_tokens:
        await asyncio.sleep(0)
    asking.cancel()
    busy.open()
    await asyncio.gather(asking, blocked, return_exceptions=True)
    assert source.paid.output_tokens > 0
    assert Replies(tmp_path).sum_usage() == source.paid


async def test_no_request_goes_out_that_might_take_more_than_is_left(tmp_path: Path) -> None:
    for limits in ({"max_tokens": 60}, {"max_cost": 0.6}):
        budget = Budget(**limits)
        one = model(Reply("So.", usage=(3, 5)), source=paying(tmp_path / str(limits), budget), price=0.01)
        await said(one)
        with pytest.raises(OverBudget):
            await said(one, "And now?")
        assert budget.spent
        assert budget.taken.input_tokens + budget.taken.output_tokens == 8
        assert (await said(CachedModel(one._inner, one._source))).text == "So."


async def test_requests_under_way_count(tmp_path: Path) -> None:
    gate = Gate()
    one = model([gate, "a"], source=paying(tmp_path, Budget(max_tokens=100)))
    first = asyncio.create_task(said(one, "A?"))
    await asyncio.to_thread(gate.reached.wait, 60)
    with pytest.raises(OverBudget):
        await said(one, "B?")
    gate.open()
    await first


async def test_a_job_has_a_budget_of_its_own_to_which_kept_replies_count(tmp_path: Path) -> None:
    await said(model(Reply("So.", usage=(30, 5)), source=paying(tmp_path)))
    own, source = Budget(max_tokens=60), paying(tmp_path)
    one = model(source=source, own=own)
    await said(one)
    with pytest.raises(OverBudget):
        await said(one, "And now?")
    assert own.taken.input_tokens == 30


async def test_a_full_disk_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LibraryError, match="could not be kept"):
        await said(model("So.", source=paying(tmp_path / "file" / "replies")))
