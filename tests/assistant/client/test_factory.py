from pathlib import Path
from typing import Any

import pytest

from assistant.client import Assistant
from assistant.client.factory import connect_answerer, open_library
from assistant.llm.chat_model import EndpointChat
from assistant.llm.judge import ModelJudge
from assistant.settings import CheckSettings, ModelSettings, Settings
from assistant.testing import HashEmbedder, ScriptedChatModel
from assistant.testing.judges import ScriptedJudge, always
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
    chain, falls_back, stage = connect_answerer(library, None, None, Settings(chat=LOCAL, fallback=fallback))
    assert chain is not None
    assert (chain.model.name, falls_back, stage, chain.stage) == ("m", fallback, None, None)


CHECK = CheckSettings(model="c", base_url="http://127.0.0.1:9/v1", second_stage="model")


@pytest.mark.parametrize(
    ("settings", "judge", "name"),
    [
        (Settings(chat=LOCAL, check=CHECK), None, "c"),
        (Settings(check=CHECK), None, "c"),
        (Settings(check=CHECK.model_copy(update={"second_stage": "none"})), None, None),
        (Settings(chat=LOCAL, check=CHECK.model_copy(update={"second_stage": "none"})), "d", "d"),
        (None, ScriptedChatModel(model_name="e"), "e"),
        (Settings(chat=LOCAL), ScriptedJudge(always("says"), "f"), "f"),
    ],
)
def test_who_looks_at_the_sense_is_set_or_given(
    tmp_path: Path, settings: Settings | None, judge: Any, name: str | None
) -> None:
    chain, _, stage = connect_answerer(Library(tmp_path, HashEmbedder()), None, None, settings, judge)
    assert (stage and stage.name) == name
    assert (chain is not None) is bool(settings and settings.chat.model)
    assert chain is None or chain.stage is stage


def test_a_second_stage_that_there_is_none_of_is_refused(tmp_path: Path) -> None:
    library = Library(tmp_path, HashEmbedder())
    with pytest.raises(InputError, match="There is no model to look at the sense"):
        connect_answerer(library, None, None, Settings(check=CheckSettings(second_stage="model")))
    with pytest.raises(InputError, match="There is no cross-encoder"):
        connect_answerer(library, None, None, Settings(check=CheckSettings(second_stage="learned")))


def test_a_judge_that_is_named_goes_where_openais_variable_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://localhost:1/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-any-0123456789abcdef")
    _, _, stage = connect_answerer(Library(tmp_path, HashEmbedder()), None, None, None, "openai:gpt-4o-mini")
    assert isinstance(stage, ModelJudge)
    chat = stage._model.chat
    assert isinstance(chat, EndpointChat)
    assert (chat.settings.endpoint, chat.settings.key_name) == ("http://localhost:1/v1", "OPENAI_API_KEY")
