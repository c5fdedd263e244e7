"""The doctor of models: the same questions as ``ask`` has, and a sign of success for what worked alone."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from typing import Any

import pytest

from assistant.answer.pipeline_factory import connect_model
from assistant.answer.probe import forget_terms, probe_models
from assistant.llm.chat import ChatModel, Delta
from assistant.llm.endpoint_terms import EndpointTerms, TermsFile
from assistant.llm.langchain_chat import LangchainChat
from assistant.settings import CheckSettings, ModelSettings, Settings
from assistant.testing import FakeOpenAIServer, Gate, Reply, ScriptedChatModel, fake_openai_server, faults
from assistant.testing.faults import FAULTS
from store.doctor import Check
from tests.assistant.llm.asking import SECRET

# Seconds in which a server that says nothing any more is given up.
HURRY = {"timeout": 0.2, "stall": 0.3}
ENV = {"FAKE_KEY": SECRET}
LOUD = "The loudest call reached 92 decibels."


def answer(messages: Any) -> str:
    """Answer as a model that can do what is asked."""
    asked = messages[-1]["content"]
    return "Yes." if "yes or no" in asked else f"{LOUD[:-1]} [1]."


@pytest.fixture
def able() -> Iterator[FakeOpenAIServer]:
    """A server that says what it can, and answers as it is asked."""
    with fake_openai_server(answer, models=["m"], api_key=SECRET, context_length=16000) as server:
        yield server


def chat(server: FakeOpenAIServer, **more: Any) -> ModelSettings:
    """The settings of a role at a server."""
    given: dict[str, Any] = {
        "model": "m",
        "base_url": server.base_url,
        "api_key_env": "FAKE_KEY",
        "timeout": 120,
        "stall": 120,
    }
    return ModelSettings(**(given | more))


def asked(
    chat: ModelSettings, report: ModelSettings | None = None, embedding: ModelSettings | None = None
) -> dict[str, Check]:
    """The checks by their names."""
    settings = Settings(chat=chat, report=report or chat, embedding=embedding or ModelSettings())
    return {check.name: check for check in probe_models(settings, ENV)}


def failed(checks: dict[str, Check]) -> list[str]:
    """The names of those that failed."""
    return [name for name, check in checks.items() if not check.ok]


def lacking(checks: dict[str, Check]) -> list[str]:
    """The names of those that neither failed nor worked."""
    return [name for name, check in checks.items() if check.ok and not check.works]


def test_all_that_works_is_said(able: FakeOpenAIServer) -> None:
    checks = asked(chat(able), embedding=chat(able))
    assert (failed(checks), lacking(checks)) == ([], ["chat thinking", "chat logprobs"])
    said = {name: check.detail for name, check in checks.items()}
    assert said["chat reachable"].startswith(f"{able.base_url} answered in ")
    assert said["chat key"] == "the one in FAKE_KEY is accepted"
    assert said["chat model"] == said["embedding model"] == "m"
    assert said["chat answer"].startswith("as JSON (json_schema), ")
    assert said["chat answer"].endswith(LOUD)
    assert said["chat streaming"].startswith("works, ")
    assert "tokens read, " in said["chat streaming"]
    assert said["chat text"].startswith("works, ")
    assert said["chat context"].startswith("16000 tokens; a prompt of ")
    assert said["chat thinking"] == "none was seen"
    assert said["chat decisions"].startswith("works: “yes”, ")
    assert said["report"] == "the same as chat"
    assert said["embedding dimension"] == "64 numbers a vector"
    assert said["chat settings"].splitlines() == [
        "[chat]",
        'model = "m"',
        f'base_url = "{able.base_url}"',
        'api_key_env = "FAKE_KEY"',
        "context = 16000",
    ]


def test_the_longest_prompt_is_as_long_as_ask_would_send(able: FakeOpenAIServer) -> None:
    asked(chat(able, context=4000))
    longest = max(len(request.body["messages"][0]["content"]) for request in able.requests if request.body)
    assert 9_900 < longest < 10_600


def test_the_judge_is_asked_where_there_is_a_second_stage(able: FakeOpenAIServer) -> None:
    judge: dict[str, Any] = {"model": "judge", "base_url": able.base_url, "api_key_env": "FAKE_KEY"}
    able.fail(faults.no_such_model())
    names = {}
    for stage in ("none", "model"):
        settings = Settings(check=CheckSettings(**judge, second_stage=stage))
        names[stage] = [check.name for check in probe_models(settings, ENV) if not check.ok]
    assert names == {"none": [], "model": ["check model"]}


def test_a_judge_that_is_the_chat_model_is_asked_once(able: FakeOpenAIServer) -> None:
    both = chat(able)
    settings = Settings(chat=both, report=both, check=CheckSettings(**both.model_dump(), second_stage="model"))
    checks = {check.name: check.detail for check in probe_models(settings, ENV)}
    assert checks["check"] == "the same as chat"


def test_without_models_nothing_is_asked() -> None:
    checks = asked(ModelSettings())
    assert failed(checks) == []
    assert [check.detail.partition(":")[0] for check in checks.values()] == [
        *("no model is set", "the same as chat", "no model is set")
    ]


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        (faults.unauthorised(echo_key=True), "chat key"),
        (faults.no_such_model(), "chat model"),
        (faults.server_error(), "chat answer"),
        (faults.rate_limited(60), "chat answer"),
        (faults.cut(), "chat reachable"),
        (faults.stall(), "chat reachable"),
        (faults.content_filtered(), "chat answer"),
        (faults.empty(), "chat answer"),
        (faults.wrong_schema(), "chat answer"),
        (faults.slow_first_token(Gate(limit=None)), "chat reachable"),
    ],
)
def test_what_fails_is_said_with_what_to_do(able: FakeOpenAIServer, fault: Any, name: str) -> None:
    able.fail(fault)
    checks = asked(chat(able, **(HURRY if name == "chat reachable" else {})))
    assert failed(checks) == [name]
    assert checks[name].hint
    assert "conspectus doctor" not in checks[name].hint
    assert not checks["report"].works
    assert SECRET not in repr(checks)


def test_models_that_a_server_has_are_named_where_it_has_not_the_one(able: FakeOpenAIServer) -> None:
    checks = asked(chat(able, model="openai:n"))
    assert checks["chat model"].hint == "Name another one with model. It has: m."


@pytest.mark.parametrize(
    ("end", "hint"),
    [
        ("/chat/completions", "Leave /chat/completions out of the base_url."),
        ("/x", "Check the base_url; it mostly ends in /v1."),
    ],
)
def test_an_address_that_is_another_page_is_told(able: FakeOpenAIServer, end: str, hint: str) -> None:
    checks = asked(chat(able, base_url=able.base_url + end))
    assert checks["chat model"].hint == hint


@pytest.mark.parametrize("status", [302, 407, 511])
def test_a_proxy_that_answers_is_not_the_server(able: FakeOpenAIServer, status: int) -> None:
    able.fail(faults.raw_answer(b"", status))
    assert failed(asked(chat(able))) == ["chat reachable"]


def test_a_server_without_tls_is_hinted_at(able: FakeOpenAIServer) -> None:
    checks = asked(chat(able, base_url=able.base_url.replace("http:", "https:"), **HURRY))
    assert checks["chat reachable"].hint.endswith("If the server has no TLS, give it with http://.")


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_it_never_raises(able: FakeOpenAIServer, name: str) -> None:
    able.fail(FAULTS[name](), endpoint="all")
    assert asked(chat(able, **HURRY), embedding=chat(able, **HURRY))


def test_nothing_listens() -> None:
    away = ModelSettings(model="m", base_url="http://127.0.0.1:9/v1")
    checks = asked(away, report=away.model_copy(update={"model": "n"}), embedding=away)
    assert failed(checks) == ["chat reachable", "report reachable", "embedding reachable"]


def test_settings_that_lack_something_are_said() -> None:
    checks = asked(ModelSettings(model="m"), embedding=ModelSettings(model="n"))
    assert failed(checks) == ["chat settings", "embedding settings"]


def test_what_a_server_refuses_stands_among_the_settings() -> None:
    with fake_openai_server(answer, json_schema="refused") as server:
        server.fail(faults.parameter_refused("temperature"))
        server.fail(faults.parameter_refused("stream_options", 422))
        checks = asked(chat(server))
        requests = len(server.requests)
        assert forget_terms(Settings(chat=chat(server))) == ["m"]
        assert forget_terms(Settings(chat=chat(server))) == []
    assert failed(checks) == []
    assert checks["chat answer"].detail.startswith("as JSON (json_object), ")
    assert "tokens are not counted" in checks["chat streaming"].detail
    assert checks["chat settings"].detail.splitlines()[-3:] == [
        'response_format = "json_object"',
        'temperature = "none"',
        'stream_usage = "no"',
    ]
    # Three refusals, then an answer, plain text, a long prompt, a decision, logprobs; three addresses for the context.
    assert requests == 3 + 5 + 3


def test_thinking_is_said_with_its_tokens(able: FakeOpenAIServer) -> None:
    thought = b'data: {"choices": [{"delta": {"reasoning": "Let me see."}}]}\n\n'
    said = b'data: {"choices": [{"delta": {"content": "It reached 92 decibels [1]."}, "finish_reason": "stop"}]}\n\n'
    usage = b'data: {"choices": [], "usage": {"completion_tokens_details": {"reasoning_tokens": 7}}}\n\n'
    able.fail(faults.raw_answer(thought + said + usage))
    checks = asked(chat(able))
    assert (checks["chat thinking"].works, checks["chat thinking"].detail) == (True, "seen, 7 tokens before an answer")


def test_nothing_but_thinking_is_a_failure_that_says_so(able: FakeOpenAIServer) -> None:
    able.fail(faults.raw_answer(b'data: {"choices": [{"delta": {"reasoning": "Hm."}, "finish_reason": "length"}]}\n\n'))
    checks = asked(chat(able))
    assert failed(checks) == ["chat answer"]
    assert "on thinking" in checks["chat answer"].detail
    assert TermsFile().get(chat(able)).terms == EndpointTerms(thinks=True)


def test_a_prompt_that_is_cut_in_silence_is_a_failure(able: FakeOpenAIServer) -> None:
    able.default = lambda messages: Reply("92 [1]", usage=(300, 5)).text
    said = b'data: {"choices": [{"delta": {"content": "It reached 92 decibels [1]."}, "finish_reason": "stop"}]}\n\n'
    usage = b'data: {"choices": [], "usage": {"prompt_tokens": 300, "completion_tokens": 5}}\n\n'
    able.fail(faults.raw_answer(said + usage))
    check = asked(chat(able))["chat context"]
    assert (check.ok, check.hint) == (False, "Set context to 300.")
    assert "read only 300 tokens" in check.detail


@pytest.mark.parametrize(
    ("set_to", "served", "ok", "words"),
    [
        (None, None, True, "unknown, assuming 8192"),
        (4000, 16000, True, "4000 tokens, as set"),
        (32000, 16000, False, "set to 32000 tokens, but the server takes 16000"),
        (None, 4000, False, "the server takes 4000"),
    ],
)
def test_the_context_is_compared(set_to: int | None, served: int | None, ok: bool, words: str) -> None:
    with fake_openai_server(answer, models=["m"], context_length=served) as server:
        check = asked(chat(server, context=set_to))["chat context"]
    assert (check.ok, words in check.detail) == (ok, True)


def test_a_model_of_another_provider_is_asked_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def scripted(settings: ModelSettings, key: object) -> ChatModel:
        return LangchainChat(ScriptedChatModel(default=answer))

    monkeypatch.setattr("assistant.answer.pipeline_factory.connect_chat_model", scripted)
    checks = asked(ModelSettings(model="groq:m"))
    assert failed(checks) == []
    assert checks["chat answer"].detail.startswith("as plain text, ")
    assert checks["chat settings"].detail == '[chat]\nmodel = "groq:m"'


def test_an_embedder_of_known_dimension_is_asked_too() -> None:
    with fake_openai_server(dimension=64) as server:
        server.fail(faults.server_error(), endpoint="embeddings")
        checks = asked(ModelSettings(), embedding=chat(server, model="text-embedding-3-small"))
    assert failed(checks) == ["embedding answer"]


def test_it_can_be_asked_from_within_an_event_loop(able: FakeOpenAIServer) -> None:
    async def ask() -> dict[str, Check]:
        return asked(chat(able))

    assert failed(asyncio.run(ask())) == []


def test_what_the_model_says_wrongly_is_no_success() -> None:
    def reply(messages: Any) -> str:
        return "No." if "yes or no" in messages[-1]["content"] else "One sentence [1]."

    with fake_openai_server(reply, models=["m"], context_length=16000) as server:
        checks = asked(chat(server, api_key_env=""))
    assert failed(checks) == []
    assert {"chat answer", "chat decisions"} <= set(lacking(checks))
    assert checks["chat answer"].hint.startswith("The form is right, but it is not what the abstract says")
    assert "“no”" in checks["chat decisions"].detail
    assert checks["chat decisions"].hint == "A larger model may decide better."


def test_an_answer_that_does_not_end_is_told_from_one_that_does_not_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    class Endless:
        known_context, takes_logprobs = None, False

        async def ask(self, prompt: str, options: Any = None, config: Any = None) -> AsyncGenerator[Delta, None]:
            yield Delta(text="The")
            await asyncio.Event().wait()

    monkeypatch.setattr("assistant.answer.probe._ANSWER", 0.0)
    model = connect_model(ModelSettings(model="m", base_url="http://127.0.0.1:9/v1", timeout=0.2))
    model.chat = Endless()
    monkeypatch.setattr("assistant.answer.probe.connect_model", lambda *arguments: model)
    checks = asked(ModelSettings(model="m", base_url="http://127.0.0.1:9/v1", timeout=0.2))
    [wrong] = [check for check in checks.values() if not check.ok]
    assert wrong.detail.endswith("was still writing after 0.2 s.")
    assert wrong.hint.startswith("Set max_output to less")


def test_a_server_without_a_model_is_asked_which_it_has(able: FakeOpenAIServer) -> None:
    checks = asked(chat(able, model=""), report=chat(able))
    assert failed(checks) == ["chat"]
    assert f"no model is set, though a server is ({able.base_url})" in checks["chat"].detail
    assert checks["chat"].hint == "Set model. It has: m."
