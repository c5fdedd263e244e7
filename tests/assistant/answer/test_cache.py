"""The second answer is free; and what is kept on disk holds no key."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.answer.pipeline_factory import build_pipeline
from assistant.cache import AnswerCache
from assistant.client import Assistant
from assistant.testing import FakeOpenAIServer, faults
from assistant.types import Usage
from prompts import Prompts
from store.errors import ModelError, NoAnswer
from store.library import Library
from tests.assistant import small
from tests.assistant.answer.asking import QUESTION, RIGHT, SECRET, answered, chain_of, claims, settings_of
from tests.assistant.llm.asking import given_away


class TestCache:
    async def test_the_second_answer_is_free_and_the_same(self, library: Library, tmp_path: Path) -> None:
        chain, chat = chain_of(library, claims(RIGHT), cache=AnswerCache(tmp_path))
        first, second = await answered(chain), await answered(chain)
        assert len(chat.requests) == 1
        assert second.usage == Usage()
        assert second.trace.cached
        same = {"usage", "trace"}
        assert first.model_dump(exclude=same) == second.model_dump(exclude=same)

    async def test_other_prompts_models_and_evidence_are_asked(self, library: Library, tmp_path: Path) -> None:
        cache = AnswerCache(tmp_path)
        chain, _ = chain_of(library, claims(RIGHT), cache=cache)
        await answered(chain)
        folder = tmp_path / "prompts"
        folder.mkdir()
        (folder / "form_text.md").write_text("Say it.")
        chain, chat = chain_of(library, claims(RIGHT), claims(RIGHT), claims(RIGHT), cache=cache)
        chain.model.identity = "another"
        await answered(chain)
        chain.model.identity, chain.prompts = "scripted ", Prompts(folder)
        await answered(chain)
        chain.prompts, chain.model.context = Prompts(), 600
        await answered(chain)
        assert len(chat.requests) == 3

    def test_it_can_be_turned_off(self, library: Library, server: FakeOpenAIServer) -> None:
        server.default = lambda messages: f"{RIGHT} [1]"
        settings = settings_of(server)
        assistant = Assistant(library, build_pipeline(library, settings))
        assert [assistant.ask(QUESTION).trace.cached for _ in range(2)] == [False, False]
        kept = Assistant(library, build_pipeline(library, settings.model_copy(update={"cache": True})))
        assert [kept.ask(QUESTION).trace.cached for _ in range(2)] == [False, True]
        assert len(server.requests) == 3

    async def test_what_may_go_better_is_not_kept(self, library: Library, tmp_path: Path) -> None:
        chain, _ = chain_of(library, "{", "{", claims(RIGHT), cache=AnswerCache(tmp_path))
        with pytest.raises(NoAnswer):
            await answered(chain)
        assert (await answered(chain)).claims

    async def test_a_folder_that_takes_nothing_is_noted(self, library: Library, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        chain, _ = chain_of(library, claims(RIGHT), cache=AnswerCache(tmp_path / "file"))
        answer = await answered(chain)
        assert answer.claims
        assert "could not be kept" in answer.trace.notes[0]


class TestSecrets:
    @pytest.fixture
    def assistant(
        self, tmp_path: Path, server: FakeOpenAIServer, monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[Assistant]:
        monkeypatch.setenv("FAKE_KEY", SECRET)
        settings = settings_of(server, api_key_env="FAKE_KEY").model_copy(update={"cache": True})
        with small.assistant(tmp_path / "library", small.FIELD) as made:
            yield Assistant(made.library, build_pipeline(made.library, settings))

    def test_the_key_is_nowhere(self, assistant: Assistant, server: FakeOpenAIServer) -> None:
        server.reply(claims(RIGHT))
        session = assistant.sessions.new().id
        answer = assistant.ask(QUESTION, session)
        server.fail(faults.unauthorised(echo_key=True))
        with pytest.raises(ModelError) as raised:
            assistant.ask("How are crash probabilities of vehicles estimated?", session)
        assert assistant.chain is not None
        told = [answer.model_dump_json(), repr(assistant), repr(assistant.chain), repr(vars(assistant.chain.model))]
        told += given_away(raised.value)
        assert [text for text in told if SECRET in text] == []
        files = [path for path in assistant.library.folder.rglob("*") if path.is_file()]
        assert any(path.parent.name == "answers" for path in files)
        assert any(path.parent.name == "sessions" for path in files)
        assert [path for path in files if SECRET.encode() in path.read_bytes()] == []

    @pytest.mark.parametrize("place", ["quote", "text", "claim", "start"])
    async def test_a_kept_answer_that_does_not_rest_on_its_papers_is_asked_for_again(
        self, library: Library, tmp_path: Path, place: str
    ) -> None:
        cache = AnswerCache(tmp_path)
        chain, chat = chain_of(library, claims(RIGHT), claims(RIGHT), cache=cache)
        first = await answered(chain)
        (key,) = cache.list_keys()
        kept = cache.get(key)
        assert kept
        claim, *others = kept.claims
        citation, *further = claim.citations
        match place:
            case "quote":
                citation = citation.model_copy(update={"quote": citation.quote.replace(" ", " not ", 1)})
            case "start":
                citation = citation.model_copy(update={"start": citation.start + 1})
            case "claim":
                claim = claim.model_copy(update={"text": f"{claim.text} It failed 99 times."})
        claim = claim.model_copy(update={"citations": (citation, *further)})
        text = kept.text if place != "text" else f"{kept.text} It failed 99 times."
        cache.put(key, kept.model_copy(update={"claims": (claim, *others), "text": text}))
        second = await answered(chain)
        assert len(chat.requests) == 2
        assert (second.text, second.claims, second.trace.cached) == (first.text, first.claims, False)
