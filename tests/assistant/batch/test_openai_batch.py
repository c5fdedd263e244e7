"""OpenAI's Batch API: sent, left alone, collected; whatever goes wrong in between."""

import json
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import openai
import pytest

from assistant.answer.model import Model
from assistant.batch.batch_events import BatchReport, JobStatus
from assistant.batch.openai_batch import OpenAIBatchClient
from assistant.batch.state import BatchState
from assistant.client import Assistant
from assistant.llm.model_limits import Price
from assistant.testing import BatchPlan, FakeOpenAIServer, ScriptedChatModel, fake_openai_server, faults
from assistant.testing.reply import Message
from store.errors import InputError, ModelError, ModelUnreachable
from tests.assistant import small
from tests.assistant.batch.making import ITEMS, JOBS, assistant_of, erring, files, made, spec
from tests.assistant.report.writing import chain_of, copying

ONE = '[[item]]\nreport = "annotated"\nfilters = { year_to = 2018 }\n'


@pytest.fixture
def server() -> Iterator[FakeOpenAIServer]:
    with fake_openai_server(copying) as server:
        yield server


@pytest.fixture
def remote(own: Assistant, server: FakeOpenAIServer) -> Iterator[Assistant]:
    """The small library with a model behind the fake endpoint."""
    with assistant_of(own.library.folder, server) as assistant:
        yield assistant


def run(assistant: Assistant, file: Path, **options: Any) -> BatchReport:
    return assistant.batches.run(file, batch_api=True, resume=True, **options)


def lines(server: FakeOpenAIServer) -> list[list[dict[str, Any]]]:
    """The requests of each batch that was sent."""
    sent = [request.body["file"][1] for request in server.requests if request.path == "/v1/files"]
    return [[json.loads(line) for line in content.splitlines()] for content in sent]


def statuses(report: BatchReport) -> set[JobStatus]:
    return {outcome.status for outcome in report.outcomes}


def test_sent_left_alone_collected(remote: Assistant, server: FakeOpenAIServer, tmp_path: Path) -> None:
    server.batch_plan = BatchPlan(stepwise=True)
    first = remote.batches.run(spec(tmp_path), batch_api=True)
    assert statuses(first) == {JobStatus.WAITING}
    assert len(first.sent) == 1
    assert "requests sent" in first.outcomes[0].note
    second = run(remote, spec(tmp_path))
    assert "is in progress" in second.outcomes[0].note
    run(remote, spec(tmp_path))
    last = run(remote, spec(tmp_path))
    assert statuses(last) == {JobStatus.FINISHED}
    assert last.sent == ()
    assert len(lines(server)) == 1
    assert not [request for request in server.requests if request.path == "/v1/chat/completions"]
    assert last.paid == last.taken
    assert last.taken.input_tokens > 0


def test_the_files_are_those_of_direct_requests(
    remote: Assistant, server: FakeOpenAIServer, own: Assistant, tmp_path: Path
) -> None:
    server.default = erring
    remote.batches.run(spec(tmp_path), batch_api=True)
    second = run(remote, spec(tmp_path))
    assert JobStatus.WAITING in statuses(second)  # what failed the check is written again
    assert statuses(run(remote, spec(tmp_path))) == {JobStatus.FINISHED}
    sent = [one["custom_id"] for batch in lines(server) for one in batch]
    assert len(lines(server)) == 2
    assert max(Counter(sent).values()) == 1
    by_batches = files(spec(tmp_path))
    (tmp_path / "b-reports").rename(tmp_path / "other")
    remote.batches.run(spec(tmp_path))
    assert files(spec(tmp_path)) == by_batches


def test_a_request_is_the_one_that_would_be_sent_directly(
    remote: Assistant, server: FakeOpenAIServer, tmp_path: Path
) -> None:
    remote.batches.run(spec(tmp_path, ONE), batch_api=True)
    (tmp_path / "b-reports" / ".batch").rename(tmp_path / "gone")
    remote.batches.run(spec(tmp_path, ONE))
    direct = [request.body for request in server.requests if request.path == "/v1/chat/completions"]
    streaming = ("stream", "stream_options")
    bare = [{key: value for key, value in body.items() if key not in streaming} for body in direct]
    batched = [line["body"] for line in lines(server)[0]]
    as_text = partial(json.dumps, sort_keys=True)
    assert sorted(map(as_text, batched)) == sorted(map(as_text, bare)) != []


def test_what_fails_in_passing_is_sent_again_and_what_fails_for_good_is_told(
    remote: Assistant, server: FakeOpenAIServer, tmp_path: Path
) -> None:
    server.fail(faults.server_error(), nth=1, endpoint="batch_lines")
    server.fail(faults.rate_limited(), nth=2, endpoint="batch_lines")
    server.fail(faults.prompt_filtered(), nth=3, endpoint="batch_lines")
    remote.batches.run(spec(tmp_path), batch_api=True)
    second = run(remote, spec(tmp_path))
    assert second.count_status(JobStatus.FAILED) >= 1
    assert any("content filter" in outcome.note for outcome in second.outcomes)
    assert second.count_status(JobStatus.WAITING) + second.count_status(
        JobStatus.FINISHED
    ) == JOBS - second.count_status(JobStatus.FAILED)
    assert len(lines(server)[1]) == 2
    run(remote, spec(tmp_path))
    assert statuses(run(remote, spec(tmp_path))) == {JobStatus.FINISHED}


def test_what_never_works_is_given_up(remote: Assistant, server: FakeOpenAIServer, tmp_path: Path) -> None:
    server.fail(faults.server_error(), endpoint="batch_lines")
    remote.batches.run(spec(tmp_path, ONE), batch_api=True)
    assert [statuses(run(remote, spec(tmp_path, ONE))) for _ in range(3)] == [
        {JobStatus.WAITING},
        {JobStatus.WAITING},
        {JobStatus.FAILED},
    ]


@pytest.mark.parametrize("done", [0, 2])
def test_an_expired_batch_is_made_use_of_and_the_rest_sent_again(
    done: int, remote: Assistant, server: FakeOpenAIServer, tmp_path: Path
) -> None:
    server.batch_plan = BatchPlan(expire_after=done)
    remote.batches.run(spec(tmp_path), batch_api=True)
    server.batch_plan = BatchPlan()
    assert JobStatus.WAITING in statuses(run(remote, spec(tmp_path)))
    first, second = lines(server)
    assert len(second) == len(first) - done
    assert statuses(run(remote, spec(tmp_path))) == {JobStatus.FINISHED}


def test_a_batch_that_was_cancelled_too(remote: Assistant, server: FakeOpenAIServer, tmp_path: Path) -> None:
    server.batch_plan = BatchPlan(stepwise=True)
    (batch_id,) = remote.batches.run(spec(tmp_path), batch_api=True).sent
    assert "in progress" in run(remote, spec(tmp_path)).outcomes[0].note  # half of it is done
    with openai.OpenAI(base_url=server.base_url, api_key="any") as client:
        client.batches.cancel(batch_id)
    server.batch_plan = BatchPlan()
    run(remote, spec(tmp_path))
    first, second = lines(server)
    assert 0 < len(second) < len(first)
    assert statuses(run(remote, spec(tmp_path))) == {JobStatus.FINISHED}


def test_a_batch_that_is_not_taken_is_told_and_sent_again(
    remote: Assistant, server: FakeOpenAIServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(OpenAIBatchClient, "_build_line", lambda self, request: {"custom_id": request.key})
        remote.batches.run(spec(tmp_path), batch_api=True)
    with pytest.raises(ModelError, match="did not take the requests: This line is not a JSON object"):
        run(remote, spec(tmp_path))
    run(remote, spec(tmp_path))
    assert statuses(run(remote, spec(tmp_path))) == {JobStatus.FINISHED}


@pytest.mark.parametrize("endpoint", ["files", "batches"])
def test_an_endpoint_that_fails_while_sending_is_told(
    endpoint: Any, remote: Assistant, server: FakeOpenAIServer, tmp_path: Path
) -> None:
    server.fail(faults.server_error(), endpoint=endpoint)
    with pytest.raises(ModelUnreachable):
        remote.batches.run(spec(tmp_path), batch_api=True)
    server.recover()
    assert statuses(run(remote, spec(tmp_path))) == {JobStatus.WAITING}
    assert statuses(run(remote, spec(tmp_path))) == {JobStatus.FINISHED}


def test_a_batch_whose_id_was_lost_in_a_crash_is_found_again(
    remote: Assistant, server: FakeOpenAIServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = OpenAIBatchClient.send

    async def crash(self: OpenAIBatchClient, *args: Any) -> str:
        await send(self, *args)
        raise RuntimeError("crash")

    with monkeypatch.context() as patched:
        patched.setattr(OpenAIBatchClient, "send", crash)
        with pytest.raises(RuntimeError, match="crash"):
            remote.batches.run(spec(tmp_path), batch_api=True)
    assert statuses(run(remote, spec(tmp_path))) == {JobStatus.FINISHED}
    assert len(lines(server)) == 1


def test_what_is_there_is_not_asked_directly_as_well(remote: Assistant, tmp_path: Path) -> None:
    remote.batches.run(spec(tmp_path), batch_api=True)
    with pytest.raises(InputError, match="begun before"):
        remote.batches.run(spec(tmp_path), batch_api=True)
    with pytest.raises(InputError, match=r"at OpenAI's Batch API \(batch-\d+\), and would be paid twice"):
        remote.batches.run(spec(tmp_path), resume=True)


def test_the_budget_decides_what_is_sent(remote: Assistant, server: FakeOpenAIServer, tmp_path: Path) -> None:
    first = remote.batches.run(spec(tmp_path), batch_api=True, max_tokens=12_000)
    assert statuses(first) == {JobStatus.WAITING, JobStatus.STOPPED}
    second = run(remote, spec(tmp_path), max_tokens=12_000)
    assert second.count_status(JobStatus.FINISHED) == first.count_status(JobStatus.WAITING)
    assert second.taken.input_tokens + second.taken.output_tokens <= 12_000
    run(remote, spec(tmp_path))
    assert statuses(run(remote, spec(tmp_path))) == {JobStatus.FINISHED}


def test_an_item_has_its_own_budget(remote: Assistant, server: FakeOpenAIServer, tmp_path: Path) -> None:
    text = f'{ONE}max_tokens = 4000\n{ONE}name = "other"\nmax_tokens = 40_000'
    first = remote.batches.run(spec(tmp_path, text), batch_api=True)
    assert [outcome.status for outcome in first.outcomes] == [JobStatus.STOPPED, JobStatus.WAITING]
    assert run(remote, spec(tmp_path, text)).outcomes[1].status is JobStatus.FINISHED


def test_an_endpoint_without_schemas_is_asked_in_plain_text(own: Assistant, tmp_path: Path) -> None:
    with (
        fake_openai_server(copying, json_schema="refused") as server,
        assistant_of(own.library.folder, server) as assistant,
    ):
        assistant.batches.run(spec(tmp_path, ONE), batch_api=True)
        run(assistant, spec(tmp_path, ONE))
        assert statuses(run(assistant, spec(tmp_path, ONE))) == {JobStatus.FINISHED}
        first, second = lines(server)
        assert all("response_format" in line["body"] for line in first)
        assert not any("response_format" in line["body"] for line in second)


async def test_it_costs_half(remote: Assistant, own: Assistant, tmp_path: Path) -> None:
    price = Price(1000.0, 1000.0, 1000.0, "2026-01")
    assert remote.chain
    chain = remote.chain
    chain.model = Model(chain.model.chat, "m", price=price)
    await made(own.library, chain, spec(tmp_path, ONE), batch_api=True)
    report = await made(own.library, chain, spec(tmp_path, ONE), batch_api=True, resume=True)
    taken = report.taken
    assert taken.dollars == pytest.approx(price.compute(taken.input_tokens, taken.output_tokens) / 2)
    assert report.outcomes[0].usage.dollars == pytest.approx(taken.dollars)


async def test_other_models_have_no_batches(own: Assistant, tmp_path: Path) -> None:
    chain, chat = chain_of(own.library, default=copying)
    assert isinstance(chat, ScriptedChatModel)
    with pytest.raises(InputError, match="Leave out --batch-api"):
        await made(own.library, chain, spec(tmp_path), batch_api=True)


def test_an_item_without_a_model_is_made_at_once(remote: Assistant, tmp_path: Path) -> None:
    text = f'{ONE}[[item]]\nreport = "annotated"\nname = "quoted"\nmodel = ""\n'
    report = remote.batches.run(spec(tmp_path, text), batch_api=True)
    assert [outcome.status for outcome in report.outcomes] == [JobStatus.WAITING, JobStatus.FINISHED]
    with pytest.raises(InputError, match="was begun before"):
        BatchState(tmp_path / "b-reports").check_fresh(resume=False)


def test_no_key_is_kept(remote: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "sk-proj-Very5ecret0123456789")
    text = ITEMS.replace("[[item]]", '[[item]]\nbase_url = "http://127.0.0.1:1"\napi_key_env = "SECRET_KEY"')
    report = remote.batches.run(spec(tmp_path, text))
    assert report.count_status(JobStatus.FAILED) == JOBS
    kept = [file.read_bytes() for file in (tmp_path / "b-reports").rglob("*") if file.is_file()]
    assert not any(b"Very5ecret" in content for content in kept)


def test_a_report_on_themes_is_made_round_by_round_and_nothing_is_sent_twice(
    remote: Assistant, server: FakeOpenAIServer, tmp_path: Path
) -> None:
    file = spec(tmp_path, '[[item]]\nreport = "themes"\nformats = "json"\n')
    remote.batches.run(file, batch_api=True)
    report = run(remote, file)
    while JobStatus.WAITING in statuses(report):
        report = run(remote, file)
    assert statuses(report) == {JobStatus.FINISHED}
    rounds = lines(server)
    prompts = [[line["body"]["messages"][-1]["content"] for line in batch] for batch in rounds]
    assert sum("List at most" in prompt for prompt in prompts[0]) == 7  # The facts of each paper with an abstract …
    assert not any("true of most of these papers" in prompt for prompt in prompts[0])
    assert any("true of most of these papers" in prompt for prompt in prompts[1])  # … and then what is made of them.
    sent = [line["custom_id"] for batch in rounds for line in batch]
    assert max(Counter(sent).values()) == 1
    assert not [request for request in server.requests if request.path == "/v1/chat/completions"]
    assert report.paid.output_tokens > 0


def test_papers_that_a_model_told_nothing_of_together_are_compared_in_a_later_round(
    server: FakeOpenAIServer, tmp_path: Path
) -> None:
    shared = "Adaptive batches need fewer samples than uniform sampling"
    papers = [small.paper(what, what.title(), f"{shared} on {what}.") for what in ("mice", "dogs")]
    small.assistant(tmp_path / "alike", papers)

    def reply(messages: list[Message]) -> str:
        text = str(messages[-1]["content"])
        if "Compare them" in text:
            return json.dumps({"1": "", "2": "", "shared": f"{shared}."})
        facts = [{"sentence": 1, "kind": "result", "fact": ""}]
        return json.dumps({"facts": facts} if "List at most" in text else {"claims": []})

    server.default = reply
    file = spec(tmp_path, '[[item]]\nreport = "themes"\nformats = "json"\n')
    with assistant_of(tmp_path / "alike", server) as remote:
        remote.batches.run(file, batch_api=True)
        report = run(remote, file)
        while JobStatus.WAITING in statuses(report):
            report = run(remote, file)
    assert statuses(report) == {JobStatus.FINISHED}
    rounds = [[line["body"]["messages"][-1]["content"] for line in batch] for batch in lines(server)]
    assert [sum("Compare them" in prompt for prompt in prompts) for prompts in rounds] == [0, 0, 1, 0]
    assert sum("sets these papers apart" in prompt for prompt in rounds[3]) == 1  # No two clauses held.
    sent = [line["custom_id"] for batch in lines(server) for line in batch]
    assert max(Counter(sent).values()) == 1
    assert report.outcomes[0].claims > 0
