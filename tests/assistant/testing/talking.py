"""Ask a question with OpenAI's clients, and read what is streamed."""

from openai import AsyncOpenAI, OpenAI
from openai.types.chat import ChatCompletion, ChatCompletionChunk, ChatCompletionUserMessageParam

KEY = "sk-very-secret-0123456789"
MODEL = "fake-chat"


def user(text: str) -> list[ChatCompletionUserMessageParam]:
    """A conversation of one message."""
    return [{"role": "user", "content": text}]


def ask(client: OpenAI, text: str = "Why?") -> ChatCompletion:
    """Ask and take the answer at once."""
    return client.chat.completions.create(model=MODEL, messages=user(text))


def said(client: OpenAI, text: str = "Why?") -> str:
    """The words of an answer that comes at once."""
    return ask(client, text).choices[0].message.content or ""


def streamed(client: OpenAI, text: str = "Why?") -> list[ChatCompletionChunk]:
    """Ask and take the answer in chunks."""
    with client.chat.completions.create(model=MODEL, messages=user(text), stream=True) as stream:
        return list(stream)


async def astreamed(client: AsyncOpenAI, text: str = "Why?") -> list[ChatCompletionChunk]:
    """Ask and take the answer in chunks, without a thread."""
    stream = await client.chat.completions.create(model=MODEL, messages=user(text), stream=True)
    return [chunk async for chunk in stream]


def joined(chunks: list[ChatCompletionChunk]) -> str:
    """The words of an answer in chunks."""
    return "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)


def finish(chunks: list[ChatCompletionChunk]) -> str | None:
    """Why an answer in chunks ends."""
    return next((choice.finish_reason for chunk in chunks for choice in chunk.choices if choice.finish_reason), None)
