"""What a model wrote, what it took and how it ended."""

from collections.abc import Sequence
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import Field

from assistant.answer.model import Completion, Model, SchemaRefused
from assistant.answer.pipeline_factory import build_pipeline
from assistant.llm.langchain_chat import LangchainChat
from assistant.llm.model_limits import Price
from assistant.settings import ModelSettings, Settings
from assistant.types import Usage
from store.errors import FormatRefused, InputError, ModelError, NoAnswer
from store.library import Library


class Chunks(BaseChatModel):
    """Streams these chunks, or raises what stands among them."""

    pieces: Sequence[Any] = ()
    asked: list[dict[str, Any]] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "chunks"

    def _generate(self, *args: Any, **kwargs: Any) -> ChatResult:
        raise NotImplementedError

    async def _astream(self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **kwargs: Any):  # type: ignore[no-untyped-def]
        self.asked.append(kwargs)
        for piece in self.pieces:
            if isinstance(piece, Exception):
                raise piece
            yield ChatGenerationChunk(message=piece)


def chunk(text: str, read: int | None = None, wrote: int = 0, finish: str = "") -> AIMessageChunk:
    counted = UsageMetadata(input_tokens=read or 0, output_tokens=wrote, total_tokens=(read or 0) + wrote)
    return AIMessageChunk(
        content=text,
        usage_metadata=None if read is None else counted,
        response_metadata={"finish_reason": finish} if finish else {},
    )


def model_of(*pieces: Any, **options: Any) -> tuple[Model, Chunks]:
    chat = Chunks(pieces=pieces, asked=[])
    return Model(chat, "chunks", **options), chat


async def test_pieces_are_joined_and_shown_as_they_grow() -> None:
    seen: list[str] = []

    async def show(text: str) -> None:
        seen.append(text)

    model, _ = model_of(chunk("Frogs "), chunk(""), chunk("sing."))
    assert await model.complete("Who?", on_text=show) == Completion("Frogs sing.", False, Usage())
    assert seen == ["Frogs ", "Frogs sing."]


async def test_thinking_within_the_text_is_cut_for_whoever_asks() -> None:
    model, _ = model_of(chunk("<think>Frogs? "), chunk("Yes."), chunk("</think>\nFrogs sing."), identity="x")
    completion = await model.complete("Who?")
    assert (completion.text, completion.thinking) == ("Frogs sing.", "Frogs? Yes.")


async def test_an_answer_that_is_all_thinking_is_none() -> None:
    model, _ = model_of(chunk("<think>Frogs? Yes."), chunk("", 9, 5, finish="length"))
    with pytest.raises(NoAnswer, match="spent its 5 tokens on thinking"):
        await model.complete("Who?")


@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        (("a", "a", "b", "b"), "ab"),
        (("a", "a"), "aa"),
        (("a", "a", "b"), "aab"),
        (("a", "a", "b", "c"), "aabc"),
        (("a",), "a"),
    ],
)
async def test_pieces_that_all_came_twice_count_once(pieces: Sequence[str], text: str) -> None:
    model, _ = model_of(*(chunk(piece) for piece in pieces), chunk(""))
    assert (await model.complete("Who?")).text == text


async def test_tokens_are_counted_at_the_end_or_all_so_far() -> None:
    model, _ = model_of(chunk("a", 5, 1), chunk("b"), chunk("c", 7, 3), chunk("d", 6, 2))
    assert (await model.complete("Who?")).usage == Usage(input_tokens=7, output_tokens=3)


@pytest.mark.parametrize(("finishes", "cut"), [(("", "length", ""), True), (("", "stop"), False), ((), False)])
async def test_what_ended_for_want_of_room_is_cut(finishes: Sequence[str], cut: bool) -> None:
    model, _ = model_of(*(chunk("a", finish=finish) for finish in finishes), chunk("z"))
    assert (await model.complete("Who?")).cut is cut


async def test_the_schema_is_asked_for_until_it_is_refused() -> None:
    model, chat = model_of(chunk("a"))
    await model.complete("Who?")
    assert (chat.asked, model.schema, model.writes_json) == ([{}], None, True)
    await model.complete("Who?", form=True)
    assert model.schema is True
    assert chat.asked[1]["response_format"]["type"] == "json_schema"
    assert chat.asked[1]["response_format"]["json_schema"]["schema"]["required"] == ["claims"]
    await model.complete("Who?")
    assert (chat.asked[2], model.schema) == ({}, True)
    chat.pieces = (FormatRefused("No."),)
    with pytest.raises(SchemaRefused):
        await model.complete("Who?", form=True)
    assert (model.schema, model.writes_json) == (False, False)
    with pytest.raises(FormatRefused):
        await model.complete("Who?", form=True)
    assert chat.asked[4] == {}


async def test_a_refusal_of_what_was_not_asked_for_says_nothing_of_the_schema() -> None:
    model, _ = model_of(FormatRefused("No."), schema=True)
    with pytest.raises(FormatRefused):
        await model.complete("Who?")
    assert model.schema is True


async def test_errors_of_clients_are_explained_without_their_cause() -> None:
    model, _ = model_of(ValueError("sk-secret"), explain=lambda error: ModelError("Failed.", type(error).__name__))
    with pytest.raises(ModelError) as caught:
        await model.complete("Who?")
    assert (caught.value.what, caught.value.hint, caught.value.__cause__) == ("Failed.", "ValueError", None)
    with pytest.raises(ValueError, match="sk-secret"):
        await model_of(ValueError("sk-secret"))[0].complete("Who?")
    with pytest.raises(InputError):
        await model_of(InputError("Own."), explain=lambda error: ModelError("Failed."))[0].complete("Who?")


def test_a_price_is_for_what_was_read_and_what_was_written() -> None:
    used = Usage(input_tokens=100, output_tokens=10)
    priced = model_of(price=Price(2e6, 1e6, 0.5e6, "2026-01"))[0].with_price(used)
    assert (priced.dollars, priced.priced, priced.price) == (205.0, "2026-01", "$205.0000 (prices of 2026-01)")
    assert (model_of()[0].with_price(priced).dollars, model_of()[0].with_price(priced).price) == (None, "")


def test_what_is_assumed_of_a_model() -> None:
    model, chat = model_of()
    assert isinstance(model.chat, LangchainChat)
    assert model.chat.model is chat
    assert (model.name, model.context, model.max_output, model.schema) == ("chunks", 8192, 1024, None)
    assert (model.identity, model_of(identity="here")[0].identity) == ("chunks ", "chunks here")


def thought(text: str) -> AIMessageChunk:
    return AIMessageChunk(content="", additional_kwargs={"reasoning_content": text})


def called(name: str, arguments: str) -> AIMessageChunk:
    call: Any = {"name": name, "args": arguments, "id": "1", "index": 0, "type": "tool_call_chunk"}
    return AIMessageChunk(content="", tool_call_chunks=[call])


class Thinker(LangchainChat):
    """A model that can be given more room for thinking, once."""

    most_output = 1024

    def note_thinking(self) -> bool:
        raised = self.most_output == 1024
        self.most_output = 5000
        return raised


async def test_thinking_is_counted_and_kept_apart() -> None:
    counts: list[int] = []

    async def show(tokens: int) -> None:
        counts.append(tokens)

    model, _ = model_of(thought("Let me "), thought("think."), chunk("Frogs."), chunk("", 5, 3, "stop"))
    completion = await model.complete("Who?", on_thinking=show)
    assert (completion.text, completion.thinking, completion.finish_reason) == ("Frogs.", "Let me think.", "stop")
    assert counts == [2, 4]


@pytest.mark.parametrize(
    ("pieces", "words"),
    [
        ((chunk(""),), "The model chunks wrote nothing. Ask again"),
        ((chunk(" ", finish="stop"),), "wrote nothing. It ended with “stop”."),
        ((chunk("", finish="length"),), "nothing before its answer was cut off.*max_output to more than 1024"),
        (
            (thought("Hm. " * 100), chunk("", 5, 99, "length")),
            r"its 99 tokens on thinking \(100 of .*reasoning to",
        ),
        (
            (thought("Hm."), chunk("", finish="stop")),
            r"but thinking.*It begins: “Hm\.…”.*Set reasoning to none",
        ),
        ((called("look_up", "{}"),), r"called a tool \(look_up\) and wrote no answer"),
    ],
)
async def test_what_is_no_answer_is_an_error_that_says_what_came(pieces: Sequence[Any], words: str) -> None:
    model, _ = model_of(*pieces)
    with pytest.raises(NoAnswer, match=words) as raised:
        await model.complete("Who?", form=True)
    assert raised.value.hint
    assert len(str(raised.value)) < 600


async def test_a_key_in_what_came_is_hidden() -> None:
    model, _ = model_of(thought("The key is sk-proj-Very5ecret0123456789."))
    with pytest.raises(NoAnswer, match="key hidden") as raised:
        await model.complete("Who?")
    assert "Very5ecret" not in str(raised.value)


async def test_the_arguments_of_a_call_are_the_answer_where_a_form_was_asked_for() -> None:
    model, _ = model_of(called("claims", '{"claims": '), called("", "[]}"))
    assert (await model.complete("Who?", form=True)).text == '{"claims": []}'
    with pytest.raises(NoAnswer):
        await model.complete("Who?")


async def test_a_model_that_ran_out_of_room_while_thinking_is_given_more_once() -> None:
    chat = Chunks(pieces=(thought("Hm."), chunk("", 5, 3, "length")), asked=[])
    model = Model(Thinker(chat), "thinker")
    with pytest.raises(NoAnswer, match="more than 5000"):
        await model.complete("Who?")
    assert (len(chat.asked), model.max_output) == (2, 5000)
    with pytest.raises(NoAnswer):
        await model.complete("Who?")
    assert len(chat.asked) == 3


async def test_a_prompt_that_was_cut_in_silence_is_noted() -> None:
    prompt = "Frogs sing. " * 1000
    [note] = (await model_of(chunk("a", 900))[0].complete(prompt)).notes
    assert "read only 900 tokens of a prompt of at least 2000" in note
    for read in (None, 0, 1000, 3000):
        assert (await model_of(chunk("a", read))[0].complete(prompt)).notes == ()


async def test_tokens_of_the_cache_and_of_thinking_are_counted() -> None:
    counted = UsageMetadata(
        input_tokens=9,
        output_tokens=5,
        total_tokens=14,
        input_token_details={"cache_read": 4},
        output_token_details={"reasoning": 2},
    )
    model, _ = model_of(AIMessageChunk(content="a", usage_metadata=counted))
    usage = (await model.complete("Who?")).usage
    assert usage == Usage(input_tokens=9, output_tokens=5, cached_tokens=4, reasoning_tokens=2)
    assert (usage + usage).cached_tokens == 8
    priced = model_of(price=Price(1e6, 2e6, 0.0, "2026-01"))[0].with_price(usage)
    assert priced.dollars == 13.0


class TestFactory:
    def test_settings_describe_the_model(self, library: Library) -> None:
        about = ModelSettings(model="m", base_url="http://localhost:1/v1", temperature=0.5, max_output=77, context=2000)
        chain = build_pipeline(library, Settings(chat=about, cache=False))
        assert chain is not None
        model = chain.model
        assert (model.name, model.context, model.max_output, model.schema) == ("m", 2000, 77, None)
        assert model.identity == "m http://localhost:1/v1 0.5 77"
        assert model.with_price(Usage(input_tokens=1)).dollars is None
        assert (chain.library, chain.cache) == (library, None)

    async def test_errors_of_a_client_name_the_model_that_is_set(
        self, library: Library, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(
            "assistant.answer.pipeline_factory.connect_chat_model",
            lambda settings, key: LangchainChat(Chunks(pieces=(ValueError("sk-secret"),))),
        )
        chain = build_pipeline(library, Settings(chat=ModelSettings(model="ollama:frog-1")))
        assert chain is not None
        with pytest.raises(ModelError, match="frog-1"):
            await chain.model.complete("Who?")

    @pytest.mark.parametrize(
        ("about", "schema", "dollars"),
        [
            (ModelSettings(model="openai:gpt-4o-mini"), None, 0.75),
            (ModelSettings(model="openai:gpt-4o-mini", base_url="http://localhost:1/v1"), None, None),
            (ModelSettings(model="ollama:frog-1"), False, None),
        ],
    )
    def test_only_openai_has_known_prices_and_only_its_interface_a_schema(
        self,
        library: Library,
        monkeypatch: pytest.MonkeyPatch,
        about: ModelSettings,
        schema: bool | None,
        dollars: float | None,
    ) -> None:
        monkeypatch.setattr(
            "assistant.answer.pipeline_factory.connect_chat_model", lambda settings, key: LangchainChat(Chunks())
        )
        chain = build_pipeline(library, Settings(chat=about))
        assert chain is not None
        assert chain.model.schema is schema
        # A million tokens each at 0.15 and 0.60 dollars.
        used = Usage(input_tokens=1_000_000, output_tokens=1_000_000)
        assert chain.model.with_price(used).dollars == dollars

    async def test_a_given_model_signs_with_its_own_name_and_its_errors_name_it(self, library: Library) -> None:
        class Named(Chunks):
            model_name: str = "frog-1"

        chain = build_pipeline(library, Settings(), Named(pieces=(ValueError("sk-secret"),)))
        assert chain is not None
        assert (chain.model.name, chain.model.identity) == ("frog-1", "frog-1 chunks")
        with pytest.raises(ModelError, match="frog-1"):
            await chain.model.complete("Who?")

    def test_without_a_model_there_is_no_pipeline(self, library: Library) -> None:
        assert build_pipeline(library, Settings()) is None

    def test_of_a_given_model_little_is_known(self, library: Library) -> None:
        chain = build_pipeline(library, Settings(), Chunks())
        assert chain is not None
        assert (chain.model.name, chain.model.context, chain.model.identity) == ("Chunks", 8192, "Chunks chunks")
        assert chain.cache is not None
        assert chain.cache._folder == library.folder / "answers"
