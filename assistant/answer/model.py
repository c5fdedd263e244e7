"""A chat model as the pipeline uses it: a prompt goes in, text comes out and grows meanwhile, usage is counted."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from assistant.llm.chat import ChatModel, Delta, is_cut_off, join_deltas
from assistant.llm.model_limits import Price
from assistant.llm.thinking import split_thinking
from assistant.llm.token_counts import make_usage
from assistant.secrets import hide_keys, take_key_out
from assistant.types import Usage
from store.errors import ConspectusError, FormatRefused, ModelError, NoAnswer
from store.text.clean import clean_characters

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.runnables import RunnableConfig
    from pydantic import SecretStr


SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "claims": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "text": {"type": "string"},
                    "sources": {"type": "array", "items": {"type": "integer"}},
                },
                "required": ["text", "sources"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["claims"],
    "additionalProperties": False,
}


FORMAT = {"type": "json_schema", "json_schema": {"name": "claims", "strict": True, "schema": SCHEMA}}

Form = bool | Mapping[str, Any]
"""How an answer is asked for: as text, as the JSON of claims (True), or as JSON of a schema of its own (its
``response_format``)."""


def build_form_options(form: Form) -> dict[str, Any]:
    """Build what is sent with a request for an answer in a form; nothing for text."""
    return {"response_format": FORMAT if form is True else form} if form else {}


class ToolCall(NamedTuple):
    """A tool that a model called, though none was offered, and its arguments as they came, mostly JSON."""

    name: str
    arguments: str


class Completion(NamedTuple):
    """What a model wrote to a prompt.

    Attributes:
        text: What it wrote, without its thinking.
        cut: Whether it ended for want of room.
        usage: Tokens that it took, those of thinking among them.
        thinking: What came beside the text as thinking (``reasoning``, ``reasoning_content``, thinking parts) or in it.
        finish_reason: Why it ended in the server's word; "" where it does not say.
        tool_calls: Tools that it called.
        notes: What went otherwise than usual with the request.
    """

    text: str = ""
    cut: bool = False
    usage: Usage = Usage()
    thinking: str = ""
    finish_reason: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    notes: tuple[str, ...] = ()


# Characters of what came in place of an answer that its error shows.
_SHOWN = 200
OnText = Callable[[str], Awaitable[None]]
"""Called with the text so far whenever it has grown."""

OnThinking = Callable[[int], Awaitable[None]]
"""Called with the tokens of thinking so far, roughly, whenever more has come."""


class Model:
    """A chat model and what is known of it.

    Args:
        chat: Who is asked: a model of ours, or any langchain chat model.
        name: What answers are signed with.
        context: Tokens that it reads and writes in all.
        max_output: Tokens of an answer at the most.
        schema: Whether its endpoint takes ``json_schema``; None finds out with the first answer.
        price: Of its tokens; None where it is not known.
        explain: Puts what its client raises into words.
        identity: What else its answers depend on (its endpoint, its temperature), for the cache of answers.
        title: How errors name it and where it is, at the beginning of a sentence.
        key: The API key that it is asked with, which is taken out of what it writes.
        note: What every answer is to tell of how it is asked; "" for nothing.
    """

    def __init__(
        self,
        chat: "ChatModel | BaseChatModel",
        name: str,
        context: int = 8192,
        max_output: int = 1024,
        schema: bool | None = None,
        price: Price | None = None,
        explain: Callable[[Exception], ModelError] | None = None,
        identity: str = "",
        title: str = "",
        key: "SecretStr | None" = None,
        note: str = "",
    ) -> None:
        self.chat = _adapt_chat(chat)
        self.name = name
        self.context = context
        self.max_output = max_output
        self.schema = schema
        self.title = title or f"The model {name}"
        self.identity = f"{name} {identity}"
        self._price = price
        self._explain = explain
        self._key = key
        self.note = note

    def with_price(self, usage: Usage) -> Usage:
        """Usage with its price."""
        if self._price is None:
            return usage.model_copy(update={"dollars": None, "priced": ""})
        dollars = self._price.compute(usage.input_tokens, usage.output_tokens, usage.cached_tokens)
        return usage.model_copy(update={"dollars": dollars, "priced": self._price.as_of})

    def explain_error(self, error: Exception) -> ModelError:
        """Put what its client raised into words; where nobody can, its class is told and nothing that it says."""
        if isinstance(error, ModelError):
            return error
        return self._explain(error) if self._explain else ModelError(f"{self.name} failed ({type(error).__name__}).")

    @property
    def writes_json(self) -> bool:
        """Whether the next answer is asked for as JSON."""
        return self.schema is not False

    async def complete(
        self,
        prompt: str,
        config: "RunnableConfig | None" = None,
        *,
        form: Form = False,
        on_text: OnText | None = None,
        on_thinking: OnThinking | None = None,
    ) -> Completion:
        """Have a prompt completed.

        An answer without a word is asked for once more where it was asked for in a form, and where the model was seen
        to think and can be given more room.

        Args:
            prompt: All that the model is told.
            config: Langchain's, for its callbacks.
            form: Ask for the schema of claims, or for another.
            on_text: Told how the text grows.
            on_thinking: Told how much has come of thinking.

        Raises:
            SchemaRefused: The endpoint does not take ``json_schema``; ask again in plain text.
            NoAnswer: Nothing came that is an answer, twice.
            ModelError: It gives no answer.
        """
        usage = Usage()
        for last in (False, True):
            completion = await self._complete_once(prompt, config, form, on_text, on_thinking)
            usage += completion.usage
            thinks = bool(completion.thinking or completion.usage.reasoning_tokens)
            has_more_room = thinks and self._make_room()
            if completion.text.strip():
                break
            once_more = has_more_room or (bool(form) and not completion.cut and not completion.tool_calls)
            if last or not once_more:
                raise explain_no_answer(self.title, completion, self.max_output)
        return completion._replace(usage=usage)

    def _make_room(self) -> bool:
        """Make room for thinking, where the model can be told to take more; whether there is more now."""
        note_thinking = getattr(self.chat, "note_thinking", None)
        if note_thinking is None or not note_thinking():
            return False
        self.max_output = self.chat.most_output  # type: ignore[attr-defined]
        return True

    async def _complete_once(
        self,
        prompt: str,
        config: "RunnableConfig | None",
        form: Form,
        on_text: OnText | None,
        on_thinking: OnThinking | None,
    ) -> Completion:
        options = build_form_options(form) if self.writes_json else {}
        failure: Exception
        try:
            completion = cut_thinking(await self._read_stream(prompt, config, options, on_text, on_thinking))
            self.schema = True if options else self.schema
            return _use_call(completion) if form else completion
        except FormatRefused as error:
            # Others may have found it out at the same time, or the server be another one since.
            self.schema = False if options else self.schema
            failure = SchemaRefused(error.what) if options else error
        except ConspectusError:
            raise
        except Exception as error:  # Clients of other providers raise errors of their own, and without a common root.
            failure = self._explain(error) if self._explain else error
        raise failure  # Not chained: what a client raises may hold the key.

    async def _read_stream(
        self,
        prompt: str,
        config: "RunnableConfig | None",
        options: dict[str, Any],
        on_text: OnText | None,
        on_thinking: OnThinking | None,
    ) -> Completion:
        answer = _GrowingAnswer(prompt)
        async with aclosing(self.chat.ask(prompt, options, config)) as deltas:
            async for delta in deltas:
                grown = answer.add_delta(delta)
                if grown == "text" and on_text:
                    await on_text(take_key_out(answer.text, self._key, growing=True))
                elif grown == "thinking" and on_thinking:
                    await on_thinking(answer.count_thinking())
        completion = _hide_key(answer.complete(), self._key)
        return completion._replace(notes=(*completion.notes, self.note)) if self.note else completion


def _hide_key(completion: Completion, key: "SecretStr | None") -> Completion:
    calls = (
        ToolCall(take_key_out(call.name, key), take_key_out(call.arguments, key)) for call in completion.tool_calls
    )
    return completion._replace(
        text=take_key_out(completion.text, key),
        thinking=take_key_out(completion.thinking, key),
        tool_calls=tuple(calls),
    )


class _GrowingAnswer:
    """What has come of an answer."""

    def __init__(self, prompt: str) -> None:
        self.text = ""
        self._prompt = prompt
        self._deltas: list[Delta] = []
        self._thought = 0

    def add_delta(self, delta: Delta) -> Literal["text", "thinking", ""]:
        """Add a piece, and tell what has grown."""
        self._deltas.append(delta)
        self._thought += len(delta.thinking)
        self.text += delta.text
        return "text" if delta.text else "thinking" if delta.thinking else ""

    def count_thinking(self) -> int:
        """Count the tokens of thinking so far, roughly: servers say how many they were only at the end."""
        return self._thought // 4 + 1

    def complete(self) -> Completion:
        """The whole of it."""
        whole = join_deltas(self._deltas)
        usage = make_usage(whole.usage)
        cut_prompt = note_cut_prompt(self._prompt, usage)
        return Completion(
            text=_drop_doubled([delta.text for delta in self._deltas if delta.text]),
            cut=is_cut_off(whole.finish_reason),
            usage=usage,
            thinking=whole.thinking,
            finish_reason=whole.finish_reason,
            tool_calls=tuple(ToolCall(call.name, call.arguments) for call in whole.calls),
            notes=(*whole.notes, *filter(None, [cut_prompt])),
        )


def _adapt_chat(chat: "ChatModel | BaseChatModel") -> ChatModel:
    if isinstance(chat, ChatModel):
        return chat
    # Late: whoever hands over a model of langchain has langchain loaded.
    from assistant.llm.langchain_chat import LangchainChat

    return LangchainChat(chat)


def cut_thinking(completion: Completion) -> Completion:
    """Take what stands in the text as thinking for that: whoever asked reads the answer alone."""
    thinking, rest, _ = split_thinking(completion.text)
    if rest == completion.text:
        return completion
    return completion._replace(text=rest, thinking="\n".join(filter(None, (completion.thinking, thinking))))


def _use_call(completion: Completion) -> Completion:
    """Take the arguments of a tool call for the answer where there is no other: some models call the form."""
    if completion.text.strip():
        return completion
    arguments = [call.arguments for call in completion.tool_calls if call.arguments.strip(" {}")]
    return completion._replace(text=arguments[-1]) if arguments else completion


# Characters that go into a token at the most, on an average over a prompt; English has 4 to 5, and tokenizers with
# large vocabularies 6. A server that counts fewer than half of what that gives has not read all of it. Chosen by hand.
_DENSEST = 6
_SHARE = 0.5


def note_cut_prompt(prompt: str, usage: Usage) -> str:
    """Note that a server read far less than it was sent, as Ollama does in silence; "" where it did not."""
    least = len(prompt) / _DENSEST
    read = usage.input_tokens + (usage.cached_tokens if usage.input_tokens < usage.cached_tokens else 0)
    if not 0 < read < least * _SHARE:
        return ""
    return (
        f"the server read only {read} tokens of a prompt of at least {least:.0f}: it cuts longer ones in silence; "
        f"give it a larger context (num_ctx in Ollama), or set context to what it takes"
    )


def explain_no_answer(title: str, completion: Completion, max_output: int) -> NoAnswer:
    """Explain what came in place of an answer, and what to set.

    Args:
        title: The model, at the beginning of a sentence.
        completion: What came.
        max_output: Tokens that it might write.
    """
    thought = completion.usage.reasoning_tokens or len(completion.thinking) // 4
    came = hide_keys(clean_characters(completion.thinking or completion.text))[:_SHOWN]
    end = f" It ended with “{completion.finish_reason}”." if completion.finish_reason else ""
    begins = f" It begins: “{came}…”" if came else ""
    if completion.tool_calls:
        called = ", ".join(clean_characters(call.name)[:60] or "without a name" for call in completion.tool_calls)
        what = f"{title} called a tool ({called}) and wrote no answer, though no tool was offered."
        return NoAnswer(f"{what}{end}", "Set response_format to none, or name another model.")
    if completion.thinking or thought:
        if completion.cut:
            what = f"{title} spent its {completion.usage.output_tokens or thought} tokens on thinking"
            hint = f"Set max_output to more than {max_output}, reasoning_tokens to more, or reasoning to low or none."
            return NoAnswer(f"{what} ({thought} of reasoning) and wrote no answer.{end}{begins}", hint)
        what = f"{title} wrote nothing but thinking ({thought} tokens of reasoning), and no answer."
        return NoAnswer(f"{what}{end}{begins}", "Set reasoning to none, or turn thinking off at the server.")
    if completion.cut:
        what = f"{title} wrote nothing before its answer was cut off.{end}{begins}"
        return NoAnswer(what, f"Set max_output to more than {max_output}, or reasoning to low or none.")
    return NoAnswer(f"{title} wrote nothing.{end}{begins}", "Ask again. Try: conspectus doctor --models.")


def _drop_doubled(pieces: list[str]) -> str:
    """Join the pieces; where each came twice, as through a proxy that tries again, one of the two goes."""
    once, again = pieces[::2], pieces[1::2]
    return "".join(once if len(once) > 1 and once == again else pieces)


class SchemaRefused(Exception):
    """The endpoint does not take ``json_schema``; never leaves the chain."""
