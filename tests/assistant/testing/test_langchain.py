"""langchain's own OpenAI classes over the fake server."""

from collections.abc import Iterator

import httpx2
import numpy as np
import openai
import pytest
from langchain_core.messages import AIMessageChunk
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from pydantic import BaseModel, SecretStr

from assistant.testing import FakeOpenAIServer, HashEmbedder, Reply, faults
from tests.assistant.testing.talking import KEY, MODEL


class Finding(BaseModel):
    text: str
    sources: list[int]


@pytest.fixture
def http() -> Iterator[httpx2.Client]:
    with httpx2.Client() as client:
        yield client


@pytest.fixture
def chat(server: FakeOpenAIServer, http: httpx2.Client) -> ChatOpenAI:
    return ChatOpenAI(
        model=MODEL,
        base_url=server.base_url,
        api_key=SecretStr(KEY),
        timeout=60,
        max_retries=0,
        stream_usage=True,
        http_client=http,
    )


def test_answers_at_once_with_usage(server: FakeOpenAIServer, chat: ChatOpenAI) -> None:
    server.reply(Reply("Cut sho", finish_reason="length", usage=(11, 2)))
    message = chat.invoke("Why?")
    assert message.text == "Cut sho"
    assert message.response_metadata["finish_reason"] == "length"
    assert message.usage_metadata
    assert message.usage_metadata["total_tokens"] == 13
    assert KEY not in repr(server.requests)


def test_answers_in_tokens_with_usage(server: FakeOpenAIServer, chat: ChatOpenAI) -> None:
    server.reply(Reply("Loss fell [1].", usage=(11, 6)))
    chunks = list(chat.stream("Why?"))
    assert [chunk.text for chunk in chunks if chunk.text] == ["Loss", " fell", " [", "1", "]", "."]
    whole = sum(chunks[1:], chunks[0])
    assert isinstance(whole, AIMessageChunk)
    assert whole.usage_metadata
    assert whole.usage_metadata["total_tokens"] == 17
    assert whole.response_metadata["finish_reason"] == "stop"


async def test_async_streams(server: FakeOpenAIServer) -> None:
    async with httpx2.AsyncClient() as http:
        chat = ChatOpenAI(model=MODEL, base_url=server.base_url, api_key=SecretStr(KEY), http_async_client=http)
        server.reply("Loss fell.")
        assert "".join([chunk.text async for chunk in chat.astream("Why?")]) == "Loss fell."


def test_structured_output(server: FakeOpenAIServer, chat: ChatOpenAI) -> None:
    server.default = lambda messages: "Loss fell [2]."
    assert chat.with_structured_output(Finding).invoke("Why?") == Finding(text="Loss fell.", sources=[2])
    # A class in place of the schema makes langchain-openai 1.7 warn about the serialised answer.
    described = {"name": "finding", "schema": Finding.model_json_schema()}
    bound = chat.bind(response_format={"type": "json_schema", "json_schema": described})
    streamed = "".join(chunk.text for chunk in bound.stream("Why?"))
    assert Finding.model_validate_json(streamed) == Finding(text="Loss fell.", sources=[2])


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (faults.unauthorised(), openai.AuthenticationError),
        (faults.no_such_model(), openai.NotFoundError),
        (faults.rate_limited(), openai.RateLimitError),
        (faults.overloaded(), openai.InternalServerError),
        (faults.context_exceeded(), openai.BadRequestError),
        (faults.cut(), openai.APIConnectionError),
    ],
)
def test_errors_keep_their_kind(
    server: FakeOpenAIServer, chat: ChatOpenAI, fault: faults.Fault, kind: type[Exception]
) -> None:
    server.fail(fault)
    with pytest.raises(kind):
        chat.invoke("Why?")
    with pytest.raises(kind):
        list(chat.stream("Why?"))


def test_embeddings(server: FakeOpenAIServer, http: httpx2.Client) -> None:
    embeddings = OpenAIEmbeddings(
        model="fake-embedding",
        base_url=server.base_url,
        api_key=SecretStr(KEY),
        check_embedding_ctx_length=False,
        http_client=http,
    )
    texts = ["one two", "three"]
    vectors = embeddings.embed_documents(texts)
    assert np.allclose(vectors, HashEmbedder(64).embed(texts))
    assert np.allclose(embeddings.embed_query("one two"), vectors[0])
