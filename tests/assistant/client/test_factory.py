from pathlib import Path

import pytest

from assistant.client import Assistant
from assistant.client.factory import connect_answerer, open_library
from assistant.settings import ModelSettings, Settings
from assistant.testing import HashEmbedder
from store.errors import InputError
from store.library import Library

LOCAL = ModelSettings(model="m", base_url="http://127.0.0.1:9/v1")


def test_settings_say_what_is_not_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", "not-a-real-key")
    embedding = ModelSettings(model="openai:text-embedding-3-small", api_key_env="MY_KEY")
    settings = Settings(library=tmp_path / "set", embedding=embedding)
    with Assistant.open(settings=settings) as made:
        assert made.library.folder == tmp_path / "set"
        assert type(made.library.embedder).__name__ == "EndpointEmbedder"
        assert made.chain is None
    own = HashEmbedder()
    with Assistant.open(tmp_path / "given", embedder=own, settings=settings) as made:
        assert made.library.folder == tmp_path / "given"
        assert made.library.embedder is own


def test_an_embedder_without_its_key_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NONE_SET", raising=False)
    embedding = ModelSettings(model="openai:e", api_key_env="NONE_SET")
    with pytest.raises(InputError, match="NONE_SET is not set"):
        open_library(tmp_path, None, None, Settings(embedding=embedding))


@pytest.mark.parametrize("fallback", [True, False])
def test_the_model_of_the_settings_answers(tmp_path: Path, fallback: bool) -> None:
    library = Library(tmp_path, HashEmbedder())
    chain, falls_back = connect_answerer(library, None, None, Settings(chat=LOCAL, fallback=fallback))
    assert chain is not None
    assert (chain.model.name, falls_back) == ("m", fallback)
