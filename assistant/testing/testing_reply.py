"""What a fake model says: a text, a JSON object, or a text with waits and errors between its tokens."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.testing.gate import Gate

Step = str | float | Gate | Exception
"""A token to say, seconds to wait, a gate to wait at, or an error to raise."""

Said = str | Mapping[str, Any] | Sequence[Step] | Exception
"""A text, an object to be said as JSON, a list of steps, or an error."""

Message = dict[str, Any]
"""A message as OpenAI's interface has it: ``role`` and ``content``."""

Answering = Callable[[list[Message]], "Said | Reply"]
"""Answers a conversation. It must not block: where a wait is wanted, it returns a ``Gate`` among the steps."""

# Words take the space before them, and punctuation stands alone, as with real models: "[12]" is three tokens.
_TOKEN = re.compile(r"\s*\w+|\s*[^\w\s]|\s+")


@dataclass(frozen=True)
class Reply:
    """An answer of a fake model.

    Attributes:
        said: A text, an object to be said as JSON, a list of steps, or an error.
        finish_reason: ``stop``, ``length``, ``content_filter``.
        usage: Tokens read and written; None counts them: four characters make a token of a prompt, and what is
            said has as many tokens as it is streamed in.
        refusal: Why the model does not answer; real ones give it in place of the text.
    """

    said: Said
    finish_reason: str = "stop"
    usage: tuple[int, int] | None = None
    refusal: str = ""

    @property
    def steps(self) -> list[Step]:
        """What to say, wait for and raise, in order; texts are cut into tokens."""
        if isinstance(self.said, Exception):
            return [self.said]
        if isinstance(self.said, str | Mapping):
            return [*tokens(self.text)]
        return [*self.said]

    @property
    def text(self) -> str:
        """All that is said."""
        if isinstance(self.said, str):
            return self.said
        if isinstance(self.said, Mapping):
            return json.dumps(self.said, ensure_ascii=False)
        return "" if isinstance(self.said, Exception) else "".join(s for s in self.said if isinstance(s, str))

    def saying(self, said: Said, **changes: Any) -> "Reply":
        """The same reply with other words."""
        return replace(self, said=said, **changes)

    def counted(self, messages: Iterable[Message]) -> tuple[int, int]:
        """Tokens read and written, counted where they are not given."""
        if self.usage is not None:
            return self.usage
        return prompt_tokens(messages), sum(isinstance(step, str) for step in self.steps)


def as_reply(said: Said | Reply) -> Reply:
    """Anything that can be said as a reply."""
    return said if isinstance(said, Reply) else Reply(said)


def tokens(text: str) -> list[str]:
    """Cut a text into words and signs; joined, they are the text again."""
    return _TOKEN.findall(text)


def text_of(message: Message) -> str:
    """The text of a message, whose content may come in parts."""
    content = message.get("content") or ""
    if isinstance(content, str):
        return content
    return "\n".join(part.get("text", "") for part in content)


def prompt_tokens(messages: Iterable[Message]) -> int:
    """About how many tokens a conversation has: one for four characters."""
    return sum(1 + len(text_of(message)) // 4 for message in messages)
