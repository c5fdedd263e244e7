"""What kind of server it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.testing.server.http import HttpError, Json, Request

JsonSchema = Literal["followed", "ignored", "refused"]


@dataclass(frozen=True)
class Settings:
    """What ``fake_openai_server`` was asked to be; see there."""

    models: Sequence[str] | None = None
    api_key: str | None = None
    context_length: int | None = None
    json_schema: JsonSchema = "followed"
    dimension: int = 64

    def check_key(self, request: Request) -> None:
        """Refuse a wrong key.

        Raises:
            HttpError: 401.
        """
        if self.api_key is not None and request.key != self.api_key:
            raise wrong_key(request)

    def check_model(self, body: Json) -> None:
        """Refuse an unknown model.

        Raises:
            HttpError: 404.
        """
        model = str(body.get("model", ""))
        if self.models is not None and model not in self.models:
            raise unknown_model(model)


def wrong_key(request: Request, *, echo: bool = False) -> HttpError:
    """The key is not valid; OpenAI shows ends of it, and some proxies, with ``echo``, the whole."""
    key = request.key
    shown = key if echo else f"{key[:4]}{'*' * 8}{key[-4:]}" if len(key) > 12 else "*" * len(key)
    return HttpError(401, f"Incorrect API key provided: {shown}.", "invalid_api_key")


def unknown_model(model: str) -> HttpError:
    """There is no such model."""
    return HttpError(404, f"The model `{model}` does not exist or you do not have access to it.", "model_not_found")
