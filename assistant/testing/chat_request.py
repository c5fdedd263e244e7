"""What a chat model was asked, as langchain asks it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from langchain_core.messages import BaseMessage, convert_to_openai_messages
from pydantic import BaseModel

from assistant.testing.testing_reply import Message


@dataclass(frozen=True)
class ChatRequest:
    """What a scripted model was asked.

    Attributes:
        messages: The conversation.
        options: What came with it: ``stop``, ``response_format``, ``temperature`` and the like.
    """

    messages: tuple[BaseMessage, ...]
    options: dict[str, Any]

    @property
    def text(self) -> str:
        """All messages' texts, one below the other."""
        return "\n".join(message.text for message in self.messages)

    @property
    def schema(self) -> Mapping[str, Any] | None:
        """The JSON schema that the answer should have, if one was asked for."""
        wanted = self.options.get("response_format")
        if isinstance(wanted, type) and issubclass(wanted, BaseModel):
            return wanted.model_json_schema()
        return wanted.get("json_schema", {}).get("schema") if isinstance(wanted, Mapping) else None

    def as_openai(self) -> list[Message]:
        """The conversation in the form of OpenAI's interface."""
        return list(convert_to_openai_messages([*self.messages]))
