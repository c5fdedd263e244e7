"""Files and batches of an endpoint that speaks OpenAI's Batch API."""

import json
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import SecretStr

from assistant.answer.model import FORMAT
from assistant.batch.replies import Reply, Wanted
from assistant.llm.errors import explain, who
from assistant.types import Usage
from store.errors import FormatRefused, InputError, ModelError, ModelRefused, ModelStalled

if TYPE_CHECKING:
    from openai.types import Batch

    from assistant.llm.chat import EndpointChat

T = TypeVar("T")
Json = dict[str, Any]
_URL = "/v1/chat/completions"


class Post:
    """Sends requests of one model away, and fetches the replies.

    Raises:
        InputError: The model is not behind an endpoint that speaks OpenAI's interface.
    """

    def __init__(self, chat: Any) -> None:
        if getattr(chat, "settings", None) is None or not hasattr(chat, "root_async_client"):
            raise InputError(
                "The Batch API is OpenAI's, and this model is not asked by its interface.", "Leave out --batch-api."
            )
        self._chat: EndpointChat = chat
        self._client = chat.root_async_client

    async def send(self, wanted: list[Wanted], token: str) -> str:
        """Send requests as a new batch; returns its id.

        Raises:
            ModelError: It is not taken.
        """
        lines = [json.dumps(self._line(one), ensure_ascii=False) for one in wanted]
        content = "".join(f"{line}\n" for line in lines).encode()
        file = await self._called(self._client.files.create(file=(f"{token}.jsonl", content), purpose="batch"))
        made = await self._called(
            self._client.batches.create(
                input_file_id=file.id, endpoint=_URL, completion_window="24h", metadata={"conspectus": token}
            )
        )
        return str(made.id)

    async def find(self, token: str) -> str | None:
        """The id of the batch that was sent under a token, None where it was not; raises ModelError."""
        return await self._called(self._found(token))

    async def look(self, batch_id: str) -> "Batch":
        """How a batch is doing; raises ModelError."""
        return await self._called(self._client.batches.retrieve(batch_id))

    async def results(self, batch: "Batch") -> "dict[str, Reply | ModelError]":
        """What came of the requests of a batch that has ended, by their keys; raises ModelError."""
        found: dict[str, Reply | ModelError] = {}
        for file_id in filter(None, (batch.output_file_id, batch.error_file_id)):
            content = await self._called(self._client.files.content(file_id))
            for line in content.text.splitlines():
                result = json.loads(line)
                if isinstance(result.get("response"), dict):
                    found[result["custom_id"]] = self._result(result["response"])
        return found

    async def _found(self, token: str) -> str | None:
        async for batch in self._client.batches.list(limit=100):
            if (batch.metadata or {}).get("conspectus") == token:
                return str(batch.id)
        return None

    def _line(self, wanted: Wanted) -> Json:
        options = {"response_format": FORMAT} if wanted.form else {}
        body = self._chat._get_request_payload(wanted.prompt, **options)
        body |= body.pop("extra_body", None) or {}
        body = {name: value for name, value in body.items() if name not in ("stream", "stream_options")}
        return {"custom_id": wanted.key, "method": "POST", "url": _URL, "body": body}

    def _result(self, response: Json) -> Reply | ModelError:
        body = response.get("body") or {}
        if response.get("status_code") != 200:
            return self._refused(explain(_LineError(response), self._chat.settings, self._key))
        try:
            choice, used = body["choices"][0], body.get("usage") or {}
            reason, message = choice.get("finish_reason"), choice["message"]
        except (KeyError, IndexError, TypeError):
            return ModelStalled(f"The answer of {self._name} came garbled.", "It is asked again.")
        if message.get("refusal") or reason == "content_filter":
            return ModelRefused(f"{self._name} declines to answer.", "Put it in other words, or ask another model.")
        usage = Usage(input_tokens=used.get("prompt_tokens", 0), output_tokens=used.get("completion_tokens", 0))
        return Reply(text=message.get("content") or "", cut=reason == "length", usage=usage)

    def _refused(self, error: ModelError) -> Reply | ModelError:
        return Reply(refused=True) if isinstance(error, FormatRefused) else error

    @property
    def _name(self) -> str:
        return who(self._chat.settings)

    @property
    def _key(self) -> SecretStr | None:
        key = self._chat.openai_api_key
        return key if isinstance(key, SecretStr) else None

    async def _called(self, call: Awaitable[T]) -> T:
        try:
            return await call
        except Exception as error:  # Clients raise errors without a common root; what they carry may hold the key.
            failure = explain(error, self._chat.settings, self._key)
        raise failure


class _LineError(Exception):
    """The error of a line, as ``explain`` reads those of OpenAI's client."""

    def __init__(self, response: Json) -> None:
        body = response.get("body") or {}
        self.body = body.get("error") if isinstance(body.get("error"), dict) else body
        self.status_code = response.get("status_code")
        super().__init__(str((self.body or {}).get("message", "no reason given")))
