"""A second stage in batches: within their budgets, paid once, and in no estimate."""

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.answer.model import Model
from assistant.answer.pipeline import AnswerPipeline
from assistant.batch.batch_events import JobStatus
from assistant.batch.job import ModelRegistry
from assistant.batch.pipeline import BatchOptions, estimate_batch
from assistant.cache import Cache
from assistant.client import Assistant
from assistant.llm.judge import KeptRating, ModelJudge
from assistant.llm.model_limits import Price
from assistant.settings import Settings
from assistant.testing import ScriptedChatModel
from assistant.testing.judges import always, judge_chat
from assistant.testing.reply import Message
from prompts import Prompts
from store.errors import InputError
from tests.assistant.answer.asking import QUESTION, RIGHT, claims
from tests.assistant.batch.making import chains, files, made, spec

ONE = f'[[item]]\nquestion = "{QUESTION}"\n'


def write(messages: list[Message]) -> Any:
    return claims(RIGHT)


def chain_of(field: Assistant, folder: Path, **judge: Any) -> tuple[AnswerPipeline, ScriptedChatModel]:
    chat = ScriptedChatModel(default=judge_chat(always("says")))
    stage = ModelJudge(Model(chat, "a judge", **judge), Prompts(), Cache(folder / "decisions", KeptRating))
    writer = Model(ScriptedChatModel(default=write), "scripted")
    return AnswerPipeline(field.library, writer, Prompts(), None, stage), chat


def answer_in(file: Path) -> Any:
    [content] = [content for name, content in files(file).items() if name.endswith(".json")]
    return json.loads(content)


async def test_an_answer_is_judged_and_comes_out_the_same_when_it_is_made_again(
    field: Assistant, tmp_path: Path
) -> None:
    chain, chat = chain_of(field, tmp_path)
    file = spec(tmp_path, f'formats = "json"\n{ONE}')
    report = await made(field.library, chain, file)
    first = files(file)
    answer = answer_in(file)
    assert [claim["support"] for claim in answer["claims"]] == ["entailed"]
    assert report.paid == report.taken
    assert report.taken.input_tokens == answer["usage"]["input_tokens"]
    for made_file in file.parent.joinpath("b-reports").glob("*.json"):
        made_file.unlink()
    again = await made(field.library, chain, file, resume=True)
    assert files(file) == first
    assert len(chat.requests) == 1
    assert (again.paid.input_tokens, again.taken) == (0, report.taken)


async def test_what_the_judge_takes_counts_in_the_budget(field: Assistant, tmp_path: Path) -> None:
    chain, chat = chain_of(field, tmp_path)
    file = spec(tmp_path, f'formats = "json"\n{ONE}')
    report = await made(field.library, chain, file, max_tokens=1800)  # Enough for the answer alone.
    assert [outcome.status for outcome in report.outcomes] == [JobStatus.STOPPED]
    assert chat.requests == []
    report = await made(field.library, chain, file, max_tokens=5000, resume=True)
    assert [outcome.status for outcome in report.outcomes] == [JobStatus.FINISHED]
    assert len(chat.requests) == 1


async def test_an_estimate_asks_no_judge(field: Assistant, tmp_path: Path) -> None:
    chain, chat = chain_of(field, tmp_path)
    file = spec(tmp_path, f'formats = "json"\n{ONE}')
    await made(field.library, chain, file, max_tokens=1800)
    [estimate] = [one async for one in estimate_batch(chains(field.library, chain), file, BatchOptions())]
    assert len(estimate.jobs) == 1
    assert chat.requests == []


async def test_a_judge_whose_price_is_not_known_cannot_be_bounded_by_dollars(field: Assistant, tmp_path: Path) -> None:
    chain, _ = chain_of(field, tmp_path)
    chain.model._price = Price(1000.0, 1000.0, 1000.0, "2026-01")
    with pytest.raises(InputError, match="What a judge costs is not known"):
        await made(field.library, chain, spec(tmp_path, ONE), max_cost=1.0)


def test_models_that_items_name_are_judged_too(field: Assistant, tmp_path: Path) -> None:
    chain, _ = chain_of(field, tmp_path)
    registry = ModelRegistry(field.library, None, lambda: None, Settings(), chain.stage)
    item = _item(model="other", base_url="http://127.0.0.1:9/v1")
    found = registry.get_chain(item)
    assert found is not None
    assert found.stage is chain.stage


def _item(**values: Any) -> Any:
    from assistant.batch.spec import SpecItem

    return SpecItem(question=QUESTION, **values)
