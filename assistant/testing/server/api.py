"""From a request to its answer: the faults that strike it, its endpoint, and the shorter endpoints themselves."""

import base64
from itertools import count
from typing import TYPE_CHECKING

from assistant.testing.embedder import HashEmbedder
from assistant.testing.reply import split_tokens
from assistant.testing.server.batch_store import BatchStore, Files
from assistant.testing.server.completions import Chat
from assistant.testing.server.http_server import HttpError, HttpRequest, Json, Response
from assistant.testing.server.script import Endpoint, EndpointScript, Fault, Script, make_unknown_model_error

if TYPE_CHECKING:
    from store.embedding import Vectors


# Texts of one request, as OpenAI takes them.
_MOST = 2048


def embed_texts(body: Json, settings: EndpointScript) -> Json:
    """Answer a request for embeddings; texts come as text or as lists of token numbers.

    Raises:
        HttpError: No input, an empty one, or more than 2048.
    """
    settings.check_model(body)
    texts = _parse_texts(body.get("input"))
    vectors = HashEmbedder(body.get("dimensions") or settings.dimension).embed(texts)
    embeddings = _encode_base64(vectors) if body.get("encoding_format") == "base64" else vectors.tolist()
    data = [{"object": "embedding", "index": n, "embedding": embedding} for n, embedding in enumerate(embeddings)]
    read = sum(len(split_tokens(text)) for text in texts)
    usage = {"prompt_tokens": read, "total_tokens": read}
    return {"object": "list", "data": data, "model": body.get("model", ""), "usage": usage}


def _parse_texts(value: object) -> list[str]:
    is_single = isinstance(value, str) or (isinstance(value, list) and all(isinstance(item, int) for item in value))
    items = [value] if is_single else value
    if not isinstance(items, list) or not all(items) or len(items) > _MOST:
        raise HttpError(400, f"'$.input' is invalid: from 1 to {_MOST} texts are expected, none of them empty.")
    return [item if isinstance(item, str) else " ".join(map(str, item)) for item in items]


def _encode_base64(vectors: "Vectors") -> list[str]:
    return [base64.b64encode(vector.astype("<f4").tobytes()).decode() for vector in vectors]


_SAMPLE = ("fake-chat", "fake-embedding")


def list_models(name: str, settings: EndpointScript) -> Response:
    """List all models, or describe the one of this name.

    Raises:
        HttpError: There is no such model.
    """
    if not name:
        names = settings.models if settings.models is not None else _SAMPLE
        return Response.of({"object": "list", "data": [_describe_model(model_name, settings) for model_name in names]})
    if settings.models is not None and name not in settings.models:
        raise make_unknown_model_error(name)
    return Response.of(_describe_model(name, settings))


def _describe_model(name: str, settings: EndpointScript) -> Json:
    about: Json = {"id": name, "object": "model", "created": 1_700_000_000, "owned_by": "conspectus-testing"}
    # As vLLM says it; OpenAI does not say it at all.
    return about if settings.context_length is None else {**about, "max_model_len": settings.context_length}


def decide_questions(body: Json, settings: EndpointScript) -> Json:
    """Answer a request for decisions.

    Raises:
        HttpError: The server has no such endpoint.
    """
    if settings.decide is None:
        raise HttpError(404, "Invalid URL (POST /v1/decisions)")
    settings.check_model(body)
    usage = {"input_tokens": len(str(body.get("input", ""))) // 4, "output_tokens": len(body.get("questions") or ())}
    return {"model": body.get("model", ""), "answers": [*settings.decide(body)], "usage": usage}


_ENDPOINTS: tuple[Endpoint, ...] = ("batches", "chat", "decisions", "embeddings", "files", "models")


class Api:
    """OpenAI's interface over one script. All requests of a server are answered in one thread, one by one."""

    def __init__(self, script: Script, settings: EndpointScript) -> None:
        self._script = script
        self._settings = settings
        self._numbers = count(1)
        self._files = Files(self.new_id)
        self._chat = Chat(script, settings, self.new_id)
        self.batches = BatchStore(self._files, self._run_line, self.new_id)

    def new_id(self, kind: str) -> str:
        """Make a name that nothing else has: ``chatcmpl-7``."""
        return f"{kind}-{next(self._numbers)}"

    def answer_request(self, request: HttpRequest) -> Response:
        """Answer a request, with an error where OpenAI would and where a fault says so."""
        try:
            return self._answer_with_faults(request)
        except HttpError as error:
            return Response.of(error.body, error.status, error.headers)
        # A bug in a test's own function must not end the server: the client gets it, and need not try again.
        except Exception as error:
            bug = HttpError(500, f"The fake server's reply failed: {type(error).__name__}: {error}")
            return Response.of(bug.body, 500, {"x-should-retry": "false"})

    def _answer_with_faults(self, request: HttpRequest) -> Response:
        self._settings.check_key(request)
        faults = self._take_faults(request)
        _raise_faults(faults, request)
        response = self._route_request(request, faults)
        for fault in faults:
            response = fault.wire(response) if fault.wire else response
        return response

    def _take_faults(self, request: HttpRequest) -> list[Fault]:
        endpoint = next((name for name in _ENDPOINTS if request.parts[:1] == [name]), None)
        return self._script.take_faults(endpoint) if endpoint else []

    def _route_request(self, request: HttpRequest, faults: list[Fault]) -> Response:
        match (request.method, *request.parts):
            case ("POST", "chat", "completions"):
                return self._chat.build_response(request.parse_json(), faults)
            case ("POST", "embeddings"):
                return Response.of(embed_texts(request.parse_json(), self._settings))
            case ("POST", "decisions"):
                return Response.of(decide_questions(request.parse_json(), self._settings))
            case ("GET", "models", *name):
                return list_models("/".join(name), self._settings)
            case (_, "files", *_):
                return self._files.answer_request(request)
            case (_, "batches", *_):
                return self.batches.answer_request(request)
        raise HttpError(404, f"Invalid URL ({request.method} {request.path})")

    def _run_line(self, body: Json, url: str) -> tuple[int, Json]:
        """Answer a line of a batch as if it were a request of its own."""
        request = HttpRequest("POST", url, {}, b"")
        faults = self._script.take_faults("batch_lines")
        try:
            _raise_faults(faults, request)
            if url.endswith("/embeddings"):
                return 200, embed_texts(body, self._settings)
            return 200, self._chat.build_completion({**body, "stream": False}, faults)
        except HttpError as error:
            return error.status, error.body


def _raise_faults(faults: list[Fault], request: HttpRequest) -> None:
    for fault in faults:
        if fault.error and (error := fault.error(request)):
            raise error
