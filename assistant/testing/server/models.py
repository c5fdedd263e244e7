"""The list of models."""

from assistant.testing.server.http import Json, Response
from assistant.testing.server.settings import Settings, unknown_model

_SAMPLE = ("fake-chat", "fake-embedding")


def models(name: str, settings: Settings) -> Response:
    """All models, or the one of this name.

    Raises:
        HttpError: There is no such model.
    """
    if not name:
        known = settings.models if settings.models is not None else _SAMPLE
        return Response.of({"object": "list", "data": [_model(one, settings) for one in known]})
    if settings.models is not None and name not in settings.models:
        raise unknown_model(name)
    return Response.of(_model(name, settings))


def _model(name: str, settings: Settings) -> Json:
    about: Json = {"id": name, "object": "model", "created": 1_700_000_000, "owned_by": "conspectus-testing"}
    # As vLLM says it; OpenAI does not say it at all.
    return about if settings.context_length is None else {**about, "max_model_len": settings.context_length}
