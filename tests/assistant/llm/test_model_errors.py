import json
import socket
import ssl
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.llm.connect import connect_chat_model
from assistant.llm.model_errors import explain_error, read_retry_after
from assistant.settings import ModelSettings
from assistant.testing import FakeOpenAIServer
from store.errors import (
    FormatRefused,
    ModelBusy,
    ModelError,
    ModelRefused,
    ModelStalled,
    ModelUnreachable,
    NotFound,
    PromptTooLong,
)
from tests.assistant.llm.asking import SECRET, WAYS, asked

REMOTE = ModelSettings(model="openai:gpt-4o")
LOCAL = ModelSettings(model="m", base_url="http://127.0.0.1:9/v1", retries=0, timeout=0.3)


class AnswerError(Exception):
    """As HTTP clients raise it for an answer with an error."""

    def __init__(self, status: int, message: str = "", headers: dict[str, str] | None = None, **body: Any) -> None:
        super().__init__(f"Error code: {status} - {message}")
        self.status_code = status
        self.body = {"message": message, **body}
        self.response = SimpleNamespace(headers=headers or {})


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (AnswerError(401), ModelRefused, "does not accept the API key in OPENAI_API_KEY"),
        (AnswerError(403, "Country not supported"), ModelRefused, r"with this key \(403: Country not supported\)"),
        (AnswerError(404, "The model `x` does not exist"), ModelRefused, "has no model 'gpt-4o'"),
        (AnswerError(404, "Not Found"), ModelRefused, r"nothing of OpenAI's interface.*/v1"),
        (AnswerError(429, "slow down", {"retry-after": "7"}), ModelBusy, r"slow down.*wait for 7 s"),
        (AnswerError(429, "slow down"), ModelBusy, "Ask again later"),
        (AnswerError(429, "pay", code="insufficient_quota"), ModelRefused, "quota"),
        (AnswerError(400, "the request exceeds the available context size"), PromptTooLong, "too long"),
        (AnswerError(400, "Prompt has 9 tokens", code="context_length_exceeded"), PromptTooLong, "too long"),
        (AnswerError(500, "input is too large to process. increase the batch size"), PromptTooLong, "too long"),
        (AnswerError(400, "json_schema is unknown"), FormatRefused, "no JSON schema"),
        (AnswerError(400, "stopped", code="content_filter"), ModelRefused, "content filter"),
        (AnswerError(400, "Unsupported parameter: 'temperature'"), ModelRefused, "Set temperature to 1"),
        (
            AnswerError(400, "Your organization must be verified to stream this model"),
            ModelRefused,
            "Verify the organi",
        ),
        (AnswerError(400, "This model was retired"), ModelRefused, "Name a newer model"),
        (AnswerError(400, "API key not valid"), ModelRefused, "Check the API key"),
        (AnswerError(400, "Client sent an HTTP request to an HTTPS server."), ModelRefused, "with https://"),
        (AnswerError(400, "Invalid model name passed in"), ModelRefused, "has no model 'gpt-4o'"),
        (AnswerError(404, "try pulling it first"), ModelRefused, r"ollama pull gpt-4o"),
        (AnswerError(405, "Method Not Allowed"), ModelRefused, r"nothing of OpenAI's interface.*/v1"),
        (AnswerError(429, "3 requests per day", {"retry-after": "7200"}), ModelBusy, r"wait for 2 h\..*quota"),
        (AnswerError(302, "", {"location": "https://login.example/x"}), ModelRefused, "login of a network"),
        (AnswerError(418, "teapot"), ModelRefused, r"refuses the request \(418: teapot\)"),
        (AnswerError(501, "no embeddings here"), ModelRefused, r"refuses the request \(501"),
        (AnswerError(502, "Bad gateway"), ModelUnreachable, r"fails \(502"),
        (AnswerError(308), ModelRefused, "redirects"),
        (socket.gaierror(-2, "Name or service not known"), ModelUnreachable, "there is no host api.openai.com"),
        (ConnectionRefusedError(111, "refused"), ModelUnreachable, "nothing listens there"),
        (ssl.SSLCertVerificationError("certificate has expired"), ModelUnreachable, "secure connection failed"),
        (TimeoutError(), ModelStalled, "did not begin its answer in time"),
        (json.JSONDecodeError("Expecting value", "", 0), ModelStalled, "came garbled"),
        (KeyError("choices"), ModelError, r"not answer as OpenAI's interface does \(KeyError: 'choices'\)"),
    ],
)
def test_each_error_says_what_happened_where_and_what_next(
    error: Exception, kind: type[ModelError], words: str
) -> None:
    made = explain_error(error, REMOTE)
    assert type(made) is kind
    with pytest.raises(ModelError, match=words):
        raise made
    assert "api.openai.com" in made.what
    assert made.hint
    assert made.status_code == getattr(error, "status_code", None)


def test_an_error_of_ours_stays_as_it_is() -> None:
    error = ModelBusy("It is busy.")
    assert explain_error(error, REMOTE) is error
    assert type(explain_error(NotFound("gone"), REMOTE)) is ModelError


def test_the_cause_counts_where_the_error_itself_says_nothing() -> None:
    error = RuntimeError("Connection error.")
    error.__cause__ = OSError("All attempts failed")
    error.__cause__.__context__ = ConnectionRefusedError(111, "refused")
    assert "nothing listens there" in explain_error(error, REMOTE).what


def test_where_no_key_is_sent_401_says_how_to_send_one() -> None:
    assert "api_key_env" in str(explain_error(AnswerError(401), LOCAL))


@given(st.text())
def test_what_a_server_says_comes_as_one_harmless_line_without_the_key(text: str) -> None:
    error = AnswerError(400, f"\x1b[2J{text} {SECRET}\n Bearer {SECRET}\u202e{text}")
    said = str(explain_error(error, REMOTE, SECRET))
    assert said.isprintable() or all(
        character.isprintable() or character == " " for character in said if ord(character) < 128
    )
    assert SECRET not in said
    assert len(said) < 700


@given(
    st.one_of(st.none(), st.text(), st.integers(), st.dictionaries(st.text(), st.none()), st.lists(st.integers())),
    st.one_of(st.none(), st.text(), st.integers()),
)
def test_any_body_can_be_explained(body: Any, status: Any) -> None:
    error = Exception("odd")
    error.__dict__.update(body=body, status_code=status)
    assert isinstance(explain_error(error, REMOTE), ModelError)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "2.5"}, 2.5),
        ({"retry-after-ms": "500", "retry-after": "9"}, 0.5),
        ({"retry-after": "soon"}, None),
        ({}, None),
    ],
)
def test_how_long_a_server_asks_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    assert read_retry_after(headers) == seconds


def test_a_server_may_name_the_time_to_wait_for() -> None:
    at = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)
    assert read_retry_after({"retry-after": at}) == pytest.approx(100, abs=5)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_nothing_listens(way: Any) -> None:
    with pytest.raises(ModelUnreachable, match=r"127\.0\.0\.1:9/v1 cannot be reached: nothing listens there.*running"):
        way(connect_chat_model(LOCAL))


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_server_that_does_not_speak_tls(way: Any, server: FakeOpenAIServer) -> None:
    secure = LOCAL.model_copy(update={"base_url": server.base_url.replace("http:", "https:")})
    with pytest.raises(ModelUnreachable, match="cannot be reached"):
        way(connect_chat_model(secure))


def test_no_such_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is looked up by nobody: the tests stay off the network."""

    def unknown(*args: Any, **kwargs: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    away = LOCAL.model_copy(update={"base_url": "http://nowhere.example/v1"})
    with pytest.raises(ModelUnreachable, match=r"there is no host nowhere\.example.*network"):
        asked(connect_chat_model(away))
