import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from assistant.llm.connect import connect_embedder
from assistant.llm.embedding import BATCH
from assistant.settings import ModelSettings
from assistant.testing import FakeOpenAIServer, HashEmbedder, faults
from assistant.testing.server.http_server import HttpError
from assistant.testing.server.script import Fault
from store.embedding import EmbedderStamp
from store.errors import EmbedderError, EmbedderMismatch
from store.library import Library
from store.paper import Paper
from tests.assistant.llm.asking import KEY, SECRET, Page, given_away

Serve = Callable[[dict[str, Page]], str]


def test_vectors_are_of_length_one_and_in_order(settings: ModelSettings) -> None:
    texts = [f"text number {n}" for n in range(2 * BATCH + 5)]
    vectors = connect_embedder(settings, KEY).embed(texts)
    assert vectors.shape == (len(texts), 64)
    assert vectors.dtype == np.float32
    assert np.allclose(vectors, HashEmbedder(64).embed(texts), atol=1e-6)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)


def test_texts_go_in_batches_of_floats(settings: ModelSettings, server: FakeOpenAIServer) -> None:
    connect_embedder(settings, KEY).embed(["a"] * (BATCH + 1))
    assert [len(request.body["input"]) for request in server.requests] == [BATCH, 1]
    assert {request.body["encoding_format"] for request in server.requests} == {"float"}


def test_no_texts_are_no_vectors(settings: ModelSettings, server: FakeOpenAIServer) -> None:
    assert len(connect_embedder(settings, KEY, dimension=64).embed([])) == 0
    assert server.requests == []


def test_an_empty_text_has_a_vector_too(settings: ModelSettings) -> None:
    assert connect_embedder(settings, KEY).embed([""]).shape == (1, 64)


def test_the_stamp_asks_once_for_the_dimension(settings: ModelSettings, server: FakeOpenAIServer) -> None:
    made = connect_embedder(settings.model_copy(update={"context": 512}), KEY)
    stamp = EmbedderStamp(model="fake-chat@localhost", weights="", dimension=64, max_tokens=512)
    assert (made.stamp, made.stamp) == (stamp, stamp)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("given", "dimension", "stamp"),
    [
        (ModelSettings(model="openai:text-embedding-3-large"), None, ("text-embedding-3-large@api.openai.com", 3072)),
        (ModelSettings(model="bge", base_url="https://gpu.example.org:8000/v1"), 1024, ("bge@gpu.example.org", 1024)),
    ],
)
def test_a_known_dimension_is_not_asked_for(
    given: ModelSettings, dimension: int | None, stamp: tuple[str, int]
) -> None:
    made = connect_embedder(given, KEY, dimension).stamp
    assert (made.model, made.dimension) == stamp


def test_a_text_that_is_too_long_is_cut(settings: ModelSettings, server: FakeOpenAIServer) -> None:
    connect_embedder(settings.model_copy(update={"context": 256}), KEY).embed(["word " * 1000])
    assert len(server.requests[0].body["input"][0]) == 4 * 256


def test_where_it_is_still_too_long_it_is_cut_shorter(settings: ModelSettings, server: FakeOpenAIServer) -> None:
    too_long = Fault(error=lambda request: HttpError(400, "This model's maximum context length is 256 tokens."))
    texts = ["short", "x" * 2000]
    for nth in (1, 3):
        server.fail(too_long, nth=nth, endpoint="embeddings")
    vectors = connect_embedder(settings.model_copy(update={"context": 256}), KEY).embed(texts)
    lengths = [[len(text) for text in request.body["input"]] for request in server.requests]
    assert lengths == [[5, 1024], [5], [1024], [768]]
    assert vectors.shape == (2, 64)


def test_what_stays_too_long_is_said(settings: ModelSettings, server: FakeOpenAIServer) -> None:
    server.fail(faults.context_exceeded(), endpoint="embeddings")
    with pytest.raises(EmbedderError, match=r"too long.*Set context"):
        connect_embedder(settings, KEY).embed(["text"])


@pytest.mark.parametrize("fault", [faults.unauthorised(echo_key=True), faults.no_such_model(), faults.web_page()])
def test_what_goes_wrong_is_an_embedders_error_without_the_key(
    fault: Fault, settings: ModelSettings, server: FakeOpenAIServer
) -> None:
    server.fail(fault, endpoint="embeddings")
    with pytest.raises(EmbedderError, match="fake-chat") as raised:
        connect_embedder(settings, KEY).embed(["text"])
    assert raised.value.hint
    assert [text for text in given_away(raised.value) if SECRET in text] == []


@pytest.mark.parametrize(
    ("vectors", "words"),
    [
        ([[0.0, 0.0], [1.0, 0.0]], "zero or not numbers"),
        ([[1.0, 0.0], [1e999, 0.0]], "zero or not numbers"),
        ([[1.0, 0.0], [1.0]], "of 2 dimensions, not of 3"),
        ([[1.0, 0.0, 0.0]], "not answer with 2 vectors"),
    ],
)
def test_broken_vectors_are_refused(serve: Serve, vectors: list[list[float]], words: str) -> None:
    data = [{"object": "embedding", "index": n, "embedding": row} for n, row in enumerate(vectors)]
    answer = Page(
        body=json.dumps({"object": "list", "data": data, "model": "m"}).encode(),
        headers={"content-type": "application/json"},
    )
    base = serve({"/v1/embeddings": answer})
    dimension = 3 if "not of 3" in words or "answer with" in words else 2
    with pytest.raises(EmbedderError, match=words):
        connect_embedder(ModelSettings(model="m", base_url=f"{base}/v1", retries=0), None, dimension).embed(["a", "b"])


def test_threads_share_it(settings: ModelSettings) -> None:
    made = connect_embedder(settings, KEY)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: made.embed([f"text {n}"])[0], range(40)))
    assert np.allclose(found, HashEmbedder(64).embed([f"text {n}" for n in range(40)]), atol=1e-6)


def test_a_library_uses_it(settings: ModelSettings, tmp_path: Path) -> None:
    library = Library(tmp_path / "library", connect_embedder(settings, KEY))
    with library.open_writer("test") as writer:
        writer.put([Paper(id="1", title="Bandits", abstract="Thompson sampling."), Paper(id="2", title="Cats")])
    assert library.search("Thompson sampling")[0].paper.id == "1"
    library.close()
    other = Library(tmp_path / "library", HashEmbedder(64))
    with pytest.raises(EmbedderMismatch, match="fake-chat@localhost"):
        other.search("cats")
    other.close()
