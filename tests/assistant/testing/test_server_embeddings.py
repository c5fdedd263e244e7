"""Embeddings, driven by OpenAI's own clients."""

import numpy as np
import pytest
from openai import AsyncOpenAI, BadRequestError, OpenAI

from assistant.testing import FakeOpenAIServer, HashEmbedder, fake_openai_server
from tests.assistant.testing.talking import KEY

TEXTS = ["the loss fell", "the loss rose", "a b c"]


def test_vectors_are_those_of_the_hash_embedder(server: FakeOpenAIServer, client: OpenAI) -> None:
    answer = client.embeddings.create(model="m", input=TEXTS)
    assert [item.index for item in answer.data] == [0, 1, 2]
    assert np.allclose([item.embedding for item in answer.data], HashEmbedder(64).embed(TEXTS))
    assert (answer.model, answer.usage.prompt_tokens) == ("m", 9)
    assert server.requests[0].body["encoding_format"] == "base64"


async def test_floats_and_base64_are_the_same_vectors(client: OpenAI, aclient: AsyncOpenAI) -> None:
    floats = client.embeddings.create(model="m", input="one", encoding_format="float")
    coded = await aclient.embeddings.create(model="m", input="one")
    assert np.allclose(floats.data[0].embedding, coded.data[0].embedding)


def test_the_length_of_vectors_can_be_chosen(client: OpenAI) -> None:
    assert len(client.embeddings.create(model="m", input="one", dimensions=17).data[0].embedding) == 17
    with (
        fake_openai_server(dimension=9) as server,
        OpenAI(base_url=server.base_url, api_key=KEY, timeout=60, max_retries=0) as other,
    ):
        assert len(other.embeddings.create(model="m", input="one").data[0].embedding) == 9


def test_texts_may_come_as_numbers_of_tokens(client: OpenAI) -> None:
    one = client.embeddings.create(model="m", input=[7, 8]).data
    many = client.embeddings.create(model="m", input=[[7, 8], [9]]).data
    assert (len(one), len(many)) == (1, 2)
    assert one[0].embedding == many[0].embedding


@pytest.mark.parametrize("texts", ["", [], ["a", ""], ["a"] * 2049], ids=["empty", "none", "one empty", "too many"])
def test_what_openai_refuses_is_refused(client: OpenAI, texts: str | list[str]) -> None:
    with pytest.raises(BadRequestError, match="2048"):
        client.embeddings.create(model="m", input=texts)
