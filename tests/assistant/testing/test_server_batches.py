"""Files and batches, driven by OpenAI's own clients."""

import json
from typing import Any, Final

import pytest
from openai import APIStatusError, AsyncOpenAI, ConflictError, NotFoundError, OpenAI
from openai.types import Batch

from assistant.testing import BatchPlan, FakeOpenAIServer, Reply, faults
from tests.assistant.testing.talking import KEY, MODEL, user

CHAT: Final = "/v1/chat/completions"


def line(n: int, url: str = CHAT, **body: Any) -> dict[str, Any]:
    """A request of a batch."""
    return {"custom_id": f"line-{n}", "method": "POST", "url": url, "body": {"model": MODEL, **body}}


def chats(count: int) -> list[dict[str, Any]]:
    """Requests that ask ``Question <n>``."""
    return [line(n, messages=user(f"Question {n}")) for n in range(count)]


def upload(client: OpenAI, lines: list[dict[str, Any]]) -> str:
    """The id of an input file."""
    content = "".join(f"{json.dumps(one)}\n" for one in lines).encode()
    return client.files.create(file=("in.jsonl", content), purpose="batch").id


def start(client: OpenAI, lines: list[dict[str, Any]], endpoint: Any = CHAT) -> Batch:
    """A new batch."""
    return client.batches.create(
        input_file_id=upload(client, lines), endpoint=endpoint, completion_window="24h", metadata={"run": "7"}
    )


def results(client: OpenAI, file_id: str | None) -> dict[str, dict[str, Any]]:
    """The lines of a result file by their ids."""
    assert file_id
    lines = [json.loads(text) for text in client.files.content(file_id).text.splitlines()]
    return {one["custom_id"]: one for one in lines}


@pytest.fixture(autouse=True)
def _echoing(server: FakeOpenAIServer) -> None:
    server.default = lambda messages: f"{messages[-1]['content']}: yes."


def test_files_are_kept_to_the_byte(server: FakeOpenAIServer, client: OpenAI) -> None:
    content = b'{"a": "\xc3\xa9"}\r\n\r\n--boundary\n\x00\xff\n'
    file = client.files.create(file=("in.jsonl", content), purpose="batch")
    assert (file.bytes, file.filename, file.purpose, file.object) == (len(content), "in.jsonl", "batch", "file")
    assert client.files.content(file.id).content == content
    assert client.files.retrieve(file.id) == file
    assert client.files.list().data == [file]
    assert server.requests[0].body == {"purpose": "batch", "file": ("in.jsonl", content)}
    assert client.files.delete(file.id).deleted
    for call in (client.files.retrieve, client.files.content, client.files.delete):
        with pytest.raises(NotFoundError, match="No such File"):
            call(file.id)


def test_what_is_no_upload_is_refused(server: FakeOpenAIServer, client: OpenAI) -> None:
    with pytest.raises(APIStatusError, match="multipart/form-data"):
        client.post("/files", cast_to=object, body={"file": "x"})
    head = {"Content-Type": "multipart/form-data"}
    with pytest.raises(APIStatusError, match="'file' is a required property"):
        client.post("/files", cast_to=object, body={}, files=[("other", b"x")], options={"headers": head})
    assert KEY not in repr(server.requests)


async def test_async_clients_upload_and_start_too(server: FakeOpenAIServer, aclient: AsyncOpenAI) -> None:
    content = json.dumps(chats(1)[0]).encode()
    file = await aclient.files.create(file=("in.jsonl", content), purpose="batch")
    made = await aclient.batches.create(input_file_id=file.id, endpoint=CHAT, completion_window="24h")
    assert (await aclient.batches.retrieve(made.id)).status == "completed"


def test_a_batch_is_done_at_the_first_look(client: OpenAI) -> None:
    made = start(client, chats(3))
    assert (made.status, made.endpoint, made.metadata) == ("validating", CHAT, {"run": "7"})
    done = client.batches.retrieve(made.id)
    assert done.status == "completed"
    assert done.request_counts
    assert (done.request_counts.total, done.request_counts.completed, done.request_counts.failed) == (3, 3, 0)
    assert done.completed_at
    assert done.error_file_id is None
    answers = results(client, done.output_file_id)
    assert [*answers] == ["line-0", "line-1", "line-2"]
    for n in range(3):
        response = answers[f"line-{n}"]["response"]
        assert response["status_code"] == 200
        assert response["body"]["choices"][0]["message"]["content"] == f"Question {n}: yes."
        assert response["body"]["usage"]["total_tokens"] > 0
    assert client.batches.retrieve(made.id) == done


def test_batches_embed_too(client: OpenAI) -> None:
    made = start(client, [line(1, "/v1/embeddings", input="one")], "/v1/embeddings")
    answers = results(client, client.batches.retrieve(made.id).output_file_id)
    assert len(answers["line-1"]["response"]["body"]["data"][0]["embedding"]) == 64


def test_a_batch_may_go_step_by_step(server: FakeOpenAIServer, client: OpenAI) -> None:
    server.batch_plan = BatchPlan(stepwise=True)
    seen = [start(client, chats(4))]
    seen += [client.batches.retrieve(seen[0].id) for _ in range(4)]
    assert [batch.status for batch in seen] == ["validating", "in_progress", "finalizing", "completed", "completed"]
    assert [batch.request_counts and batch.request_counts.completed for batch in seen] == [0, 2, 4, 4, 4]
    assert [bool(batch.output_file_id) for batch in seen] == [False, False, False, True, True]


def test_lines_may_fail(server: FakeOpenAIServer, client: OpenAI) -> None:
    server.fail(faults.server_error(), nth=2, endpoint="batch_lines")
    server.fail(faults.truncated(), nth=3, endpoint="batch_lines")
    lines = [*chats(3), line(3, messages=[])]
    done = client.batches.retrieve(start(client, lines).id)
    assert done.request_counts
    assert (done.status, done.request_counts.completed, done.request_counts.failed) == ("completed", 2, 2)
    bad = results(client, done.error_file_id)
    assert {name: one["response"]["status_code"] for name, one in bad.items()} == {"line-1": 500, "line-3": 400}
    good = results(client, done.output_file_id)
    assert [*good] == ["line-0", "line-2"]
    assert good["line-2"]["response"]["body"]["choices"][0]["finish_reason"] == "length"


@pytest.mark.parametrize("stepwise", [False, True])
def test_a_batch_may_expire(server: FakeOpenAIServer, client: OpenAI, stepwise: bool) -> None:
    server.batch_plan = BatchPlan(stepwise=stepwise, expire_after=2)
    made = start(client, chats(3))
    looks = [client.batches.retrieve(made.id) for _ in range(1 + stepwise)]
    assert [batch.status for batch in looks] == [*["in_progress"] * stepwise, "expired"]
    assert looks[-1].expired_at
    assert [*results(client, looks[-1].output_file_id)] == ["line-0", "line-1"]
    late = results(client, looks[-1].error_file_id)
    assert late["line-2"]["error"]["code"] == "batch_expired"
    assert late["line-2"]["response"] is None


def test_a_batch_can_be_cancelled_until_it_is_done(server: FakeOpenAIServer, client: OpenAI) -> None:
    server.batch_plan = BatchPlan(stepwise=True)
    made = start(client, chats(4))
    client.batches.retrieve(made.id)
    assert client.batches.cancel(made.id).status == "cancelling"
    done = client.batches.retrieve(made.id)
    assert (done.status, done.error_file_id) == ("cancelled", None)
    assert len(results(client, done.output_file_id)) == 2
    with pytest.raises(ConflictError, match="status 'cancelled'"):
        client.batches.cancel(made.id)


def test_a_batch_cancelled_before_it_began_has_no_results(client: OpenAI) -> None:
    made = start(client, chats(2))
    client.batches.cancel(made.id)
    assert client.batches.retrieve(made.id).output_file_id is None


@pytest.mark.parametrize(
    ("lines", "n", "message"),
    [
        ([*chats(1), {"custom_id": "x"}], 2, "not a JSON object with custom_id"),
        ([*chats(1), 7], 2, "not a JSON object with custom_id"),
        ([line(1, "/v1/embeddings")], 1, "does not match the batch endpoint"),
        ([*chats(1), *chats(1)], 2, "duplicate"),
        ([], None, "empty"),
    ],
)
def test_a_bad_input_file_fails_the_batch(client: OpenAI, lines: list[Any], n: int | None, message: str) -> None:
    failed = client.batches.retrieve(start(client, lines).id)
    assert (failed.status, failed.output_file_id) == ("failed", None)
    assert failed.errors
    assert failed.errors.data
    assert failed.errors.data[0].line == n
    assert message in str(failed.errors.data[0].message)


def test_batches_are_listed_newest_first(client: OpenAI) -> None:
    made = [start(client, chats(1)).id for _ in range(2)]
    assert [batch.id for batch in client.batches.list()] == made[::-1]


def test_what_does_not_exist_is_not_found(client: OpenAI) -> None:
    with pytest.raises(NotFoundError, match="No such File"):
        client.batches.create(input_file_id="nothing", endpoint=CHAT, completion_window="24h")
    for call in (client.batches.retrieve, client.batches.cancel):
        with pytest.raises(NotFoundError, match="No batch found"):
            call("nothing")


def test_waits_do_not_hold_batches_up(server: FakeOpenAIServer, client: OpenAI) -> None:
    server.reply(Reply(["slow ", 30.0, "answer"]))
    done = client.batches.retrieve(start(client, chats(1)).id)
    body = results(client, done.output_file_id)["line-0"]["response"]["body"]
    assert body["choices"][0]["message"]["content"] == "slow answer"
