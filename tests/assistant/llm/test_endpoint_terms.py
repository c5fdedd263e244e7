"""What an endpoint refuses is worked out with one request each, remembered, and can be set by hand."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from assistant.llm.chat import Delta
from assistant.llm.connect import connect_chat_model
from assistant.llm.endpoint_terms import EndpointTerms, TermsFile
from assistant.settings import ModelSettings
from assistant.testing import FakeOpenAIServer, faults
from assistant.testing.server.http_server import HttpError
from assistant.testing.server.script import Fault
from store.errors import FormatRefused, ModelError, ModelRefused
from tests.assistant.llm import asking
from tests.assistant.llm.asking import KEY, asked

FORM: dict[str, Any] = {"type": "json_schema", "json_schema": {"name": "any", "schema": {"type": "object"}}}


def refuse(words: str, status: int = 400, **takes: Any) -> Fault:
    """Refuse requests, unless each of these parts has the value, or one of the values; None is a part left out."""

    def error(request: Any) -> HttpError | None:
        body = request.parse_json()
        allowed = {part: values if isinstance(values, tuple) else (values,) for part, values in takes.items()}
        taken = all(body.get(part) in values for part, values in allowed.items())
        return None if taken else HttpError(status, words)

    return Fault(error=error)


def ask(settings: ModelSettings, **options: Any) -> Delta:
    """Ask a model that is connected to anew, and return the whole answer."""
    return asking.ask(connect_chat_model(settings, KEY), **options)


@pytest.mark.parametrize(
    ("fault", "requests", "terms"),
    [
        (faults.parameter_refused("stream_options", 422), 2, {"stream_options": False}),
        (faults.parameter_refused("temperature"), 2, {"temperature": "none"}),
        (refuse("invalid temperature: only 1 is allowed", temperature=1), 2, {"temperature": 1.0}),
        (refuse("`temperature` must be strictly positive", 422, temperature=(0.01, 1)), 2, {"temperature": 0.01}),
        (refuse("temperature must be 1", temperature=None), 3, {"temperature": "none"}),
        (faults.parameter_refused("max_tokens"), 2, {"max_tokens": "max_completion_tokens"}),
        (refuse("max_tokens is not supported", max_tokens=None, max_completion_tokens=None), 3, {"max_tokens": "none"}),
        (refuse("max_tokens may be at most 512 for this model", max_tokens=512), 2, {"most_output": 512}),
        (refuse("streaming is not supported", stream=False), 2, {"stream": False}),
        (refuse("Something is wrong.", stream_options=None), 2, {"stream_options": False}),
        (refuse("Something is wrong.", temperature=None), 3, {"temperature": "none"}),
    ],
)
def test_what_is_refused_is_left_out_and_remembered(
    fault: Fault, requests: int, terms: dict[str, Any], settings: ModelSettings, server: FakeOpenAIServer
) -> None:
    server.fail(fault)
    first, second = ask(settings), ask(settings)
    assert first.text == second.text == "This is what the first source says [1]."
    assert len(server.requests) == requests + 1
    assert TermsFile().get(settings).terms == EndpointTerms(**terms)
    assert len(first.notes) >= 1
    assert second.notes == ()


def test_a_server_that_takes_everything_is_asked_once_and_nothing_is_kept(
    settings: ModelSettings, server: FakeOpenAIServer
) -> None:
    ask(settings, response_format=FORM)
    assert len(server.requests) == 1
    assert not TermsFile().path.exists()


def test_a_form_goes_from_the_schema_to_any_json_to_none(settings: ModelSettings, server: FakeOpenAIServer) -> None:
    server.fail(faults.parameter_refused("response_format", 422))
    with pytest.raises(FormatRefused):
        ask(settings, response_format=FORM)
    assert [request.body["response_format"]["type"] for request in server.requests] == ["json_schema", "json_object"]
    assert ask(settings, response_format=FORM).text
    assert "response_format" not in server.requests[2].body


def test_a_refusal_without_a_name_is_guessed_at_and_the_first_one_is_told(
    settings: ModelSettings, server: FakeOpenAIServer
) -> None:
    server.fail(faults.raw_answer({"error": "I do not want to."}, 400))
    with pytest.raises(ModelRefused, match=r"400: I do not want to"):
        ask(settings, response_format=FORM)
    sent = [{"response_format", "stream_options", "temperature"} - request.body.keys() for request in server.requests]
    assert sent == [set(), {"response_format"}, {"stream_options"}, {"temperature"}]
    assert not TermsFile().path.exists()


@pytest.mark.parametrize(
    "fault",
    [
        faults.unauthorised(),
        faults.no_such_model(),
        faults.context_exceeded(),
        faults.prompt_filtered(),
        faults.quota_exhausted(),
        faults.raw_answer({"error": {"message": "Invalid value.", "param": "messages"}}, 400),
        faults.raw_answer({"error": "This is not a chat model"}, 404),
    ],
)
def test_other_refusals_are_told_at_once(fault: Fault, settings: ModelSettings, server: FakeOpenAIServer) -> None:
    server.fail(fault)
    with pytest.raises(ModelError):
        asked(connect_chat_model(settings, KEY))
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("by_hand", "sent"),
    [
        ({"temperature": "none"}, {"temperature": None}),
        ({"response_format": "json_object"}, {"response_format": {"type": "json_object"}}),
        ({"response_format": "none"}, {"response_format": None}),
        ({"max_tokens_name": "max_completion_tokens"}, {"max_completion_tokens": 1024, "max_tokens": None}),
        ({"max_tokens_name": "none"}, {"max_completion_tokens": None, "max_tokens": None}),
        ({"stream": "no"}, {"stream": False, "stream_options": None}),
        ({"stream_usage": "no"}, {"stream": True, "stream_options": None}),
        ({"reasoning": "low"}, {"reasoning_effort": "low"}),
    ],
)
def test_each_can_be_set_by_hand(
    by_hand: dict[str, str], sent: dict[str, Any], settings: ModelSettings, server: FakeOpenAIServer
) -> None:
    assert ask(settings.model_copy(update=by_hand), response_format=FORM).text
    assert {name: server.requests[0].body.get(name) for name in sent} == sent


def test_what_is_set_by_hand_stays(settings: ModelSettings, server: FakeOpenAIServer) -> None:
    server.fail(faults.parameter_refused("stream_options"))
    with pytest.raises(ModelRefused, match="stream_options"):
        ask(settings.model_copy(update={"stream_usage": "yes"}))
    assert len(server.requests) == 1


def test_the_effort_is_left_out_where_it_is_not_taken(settings: ModelSettings, server: FakeOpenAIServer) -> None:
    server.fail(faults.parameter_refused("reasoning_effort"))
    assert ask(settings.model_copy(update={"reasoning": "high"})).text
    assert [request.body.get("reasoning_effort") for request in server.requests] == ["high", None]


def test_a_model_that_thinks_gets_more_room(settings: ModelSettings, server: FakeOpenAIServer) -> None:
    model: Any = connect_chat_model(settings, KEY)
    assert (model.most_output, model.note_thinking(), model.most_output) == (1024, True, 1024 + 3584)
    assert not model.note_thinking()
    asked(model)
    large: Any = connect_chat_model(settings.model_copy(update={"context": 100_000, "reasoning_tokens": 2000}), KEY)
    assert large.most_output == 3024
    asked(large)
    assert [request.body["max_tokens"] for request in server.requests] == [1024 + 3584, 3024]


class TestFile:
    def test_it_is_small_and_has_a_date(self, settings: ModelSettings, tmp_path: Path) -> None:
        file = TermsFile(tmp_path / "new" / "endpoints.json")
        file.put(settings, EndpointTerms(stream=False))
        today = datetime.now(UTC).date().isoformat()
        assert json.loads(file.path.read_text()) == {
            f"{settings.base_url} fake-chat": {"date": today, "terms": {"stream": False}}
        }

    @pytest.mark.parametrize(
        "content",
        ["", "[]", "{", '{"NAME": 7}', '{"NAME": {"date": "x", "terms": {}}}', '{"NAME": {"date": "2026-01-01"}}'],
    )
    def test_what_cannot_be_read_is_as_good_as_none(
        self, content: str, settings: ModelSettings, tmp_path: Path
    ) -> None:
        path = tmp_path / "endpoints.json"
        path.write_text(content.replace("NAME", f"{settings.base_url} fake-chat"))
        assert TermsFile(path).get(settings) == (EndpointTerms(), None)

    @pytest.mark.parametrize(("days", "known"), [(30, True), (31, False)])
    def test_what_is_old_is_worked_out_anew(
        self, days: int, known: bool, settings: ModelSettings, tmp_path: Path
    ) -> None:
        path = tmp_path / "endpoints.json"
        day = (datetime.now(UTC).date() - timedelta(days=days)).isoformat()
        path.write_text(json.dumps({f"{settings.base_url} fake-chat": {"date": day, "terms": {"stream": False}}}))
        assert TermsFile(path).get(settings).terms.stream is not known

    def test_one_model_is_forgotten_and_no_other(self, settings: ModelSettings, tmp_path: Path) -> None:
        file, other = TermsFile(tmp_path / "endpoints.json"), settings.model_copy(update={"model": "other"})
        for model in (settings, other):
            file.put(model, EndpointTerms(stream=False))
        assert file.forget(settings)
        assert not file.forget(settings)
        assert (file.get(settings).terms.stream, file.get(other).terms.stream) == (True, False)

    def test_a_folder_that_cannot_be_written_is_no_failure(self, settings: ModelSettings, tmp_path: Path) -> None:
        (tmp_path / "a file").write_text("")
        TermsFile(tmp_path / "a file" / "endpoints.json").put(settings, EndpointTerms(stream=False))


def test_terms_are_described() -> None:
    assert EndpointTerms().describe() == ""
    described = EndpointTerms(
        response_format="none", max_tokens="none", most_output=9, temperature=1.0, stream=False, thinks=True
    ).describe()
    assert described == (
        "no stream, response_format none, no bound of the answer, answers of at most 9 tokens, temperature 1, it thinks"
    )
