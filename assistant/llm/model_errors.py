"""What models' endpoints and clients raise, as errors that say what happened, with which model, and what to do next.

Exceptions of HTTP clients carry their request, and with it the API key. So an error of ours is never chained to one:
``explain_error`` makes it, and it is raised outside of the ``except`` block; see ``assistant.llm.chat_model``.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

from pydantic import SecretStr

from assistant.secrets import hide_keys
from assistant.settings import ModelSettings
from store.errors import (
    FormatRefused,
    ModelBusy,
    ModelError,
    ModelRefused,
    ModelStalled,
    ModelUnreachable,
    PromptTooLong,
)
from store.text.clean import clean_characters

DOCTOR = "Try: conspectus doctor --models."
LATER = "Ask again later."
# Characters of a server's own words that are passed on: a few sentences, not a page of HTML. Chosen by hand.
_LONGEST = 300
_TOO_LONG = re.compile(
    r"context[ _-]?(length|window|size)|maximum (context|prompt|input)|prompt is too long|too many (input )?tokens"
    r"|input is too (large|long)|exceeds? (the|this model's|your) .{0,30}tokens|tokens exceed|reduce the length",
    re.IGNORECASE,
)
_FORMAT = re.compile(r"response_format|json_schema|json schema|structured output|grammar", re.IGNORECASE)
_FILTER = re.compile(r"content[ _](filter|policy|management)|ResponsibleAI|safety (system|policy)", re.IGNORECASE)
_NO_MODEL = re.compile(r"\bmodel\b", re.IGNORECASE)


class _Facts(NamedTuple):
    """What is known of an error: class names in its chain, HTTP status, code, the server's words, seconds to wait."""

    names: frozenset[str]
    status: int | None
    code: str
    text: str
    wait: float | None


def explain_error(
    error: BaseException, settings: ModelSettings, key: SecretStr | str | None = None, begun: bool = False
) -> ModelError:
    """Make the error to raise in place of one that a model's client raised; never chain it to that.

    Args:
        error: Anything that came out of a call to the model; errors of ours are given back as they are.
        settings: The model that was called.
        key: The API key in use; it and all that looks like one is taken out of what the server said.
        begun: Whether the answer had begun.
    """
    if isinstance(error, ModelError):
        return error
    facts = _collect_facts(error, key)
    explained = (
        _explain_request(facts, settings) or _explain_status(facts, settings) or _explain_kind(facts, settings, begun)
    )
    what = f"{type(error).__name__}{_format_words(facts)}"
    return explained or ModelError(
        f"{describe_model(settings)} does not answer as OpenAI's interface does ({what}).",
        f"Check the base_url; it mostly ends in /v1. {DOCTOR}",
        facts.status,
    )


def describe_model(settings: ModelSettings) -> str:
    """Name the model and where it is, at the beginning of a sentence."""
    return f"The model {settings.name} at {settings.endpoint}"


def make_stalled_error(settings: ModelSettings, begun: bool) -> ModelStalled:
    """Make the error for a model that has said nothing for longer than it may, before its first word or after it."""
    if begun:
        what = f"{describe_model(settings)} fell silent in the middle of its answer for {settings.stall:g} s."
        return ModelStalled(what, "Ask again, or allow more with stall.")
    what = f"{describe_model(settings)} did not begin its answer in time."
    return ModelStalled(what, f"Ask again, or set timeout to more than {settings.timeout:g} s.")


def read_retry_after(headers: Any) -> float | None:
    """Read how many seconds a response asks to wait for, None where it does not."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            return float(headers[name]) * unit
        except (KeyError, ValueError):
            continue
    try:
        until = parsedate_to_datetime(headers["retry-after"])
        return max(0.0, (until - datetime.now(UTC)).total_seconds())
    except (KeyError, ValueError, TypeError):
        return None


def _explain_request(facts: _Facts, settings: ModelSettings) -> ModelError | None:
    """Explain that the request has something that the model does not take."""
    words = f"{facts.code} {facts.text}"
    refused = facts.status in (400, 404, 413, 415, 422, 501)
    if "ContextOverflowError" in facts.names or (facts.status not in (401, 403, 429) and _TOO_LONG.search(words)):
        what = f"The prompt is too long for {_name_within(settings)}{_format_words(facts)}."
        return PromptTooLong(what, "Set context to the tokens that it takes, or ask for fewer papers.", facts.status)
    if (refused and _FILTER.search(words)) or "ContentFilterFinishReasonError" in facts.names:
        what = f"The content filter of {_name_within(settings)} stopped the answer{_format_words(facts)}."
        return ModelRefused(what, "Put the question in other words, or ask another model.", facts.status)
    if refused and _FORMAT.search(words):
        what = f"{describe_model(settings)} takes no JSON schema for its answer{_format_words(facts)}."
        return FormatRefused(what, "Ask for plain text.", facts.status)
    if "LengthFinishReasonError" in facts.names:
        what = f"The answer of {_name_within(settings)} is longer than {settings.max_output} tokens."
        return ModelError(what, "Set max_output to more.", facts.status)
    return None


def _explain_status(facts: _Facts, settings: ModelSettings) -> ModelError | None:
    status = facts.status
    if status is None:
        return None
    if status == 401:
        return _explain_key(settings)
    if status == 403:
        what = f"{describe_model(settings)} may not be used with this key (403{_format_words(facts)})."
        return ModelRefused(what, f"Check what the key may do, or name another model. {DOCTOR}", status)
    if status == 404:
        return _explain_not_found(facts, settings)
    if status in (429, 503, 529):
        return _explain_busy(facts, settings)
    if 300 <= status < 400:
        what = f"{settings.endpoint} redirects to another address, which is not followed ({status})."
        return ModelRefused(what, "Set base_url to the address itself.", status)
    if status in (408, 500) or status > 501:
        return ModelUnreachable(f"{describe_model(settings)} fails ({status}{_format_words(facts)}).", LATER, status)
    hint = "Set temperature to 1." if "temperature" in facts.text.lower() else DOCTOR
    return ModelRefused(
        f"{describe_model(settings)} refuses the request ({status}{_format_words(facts)}).", hint, status
    )


def _explain_key(settings: ModelSettings) -> ModelRefused:
    if not settings.key_name:
        what = f"{describe_model(settings)} asks for an API key (401)."
        return ModelRefused(what, "Put it into an environment variable and name that with api_key_env.", 401)
    what = f"{describe_model(settings)} does not accept the API key in {settings.key_name} (401)."
    return ModelRefused(what, "Check that it is whole, still valid, and of this provider.", 401)


def _explain_not_found(facts: _Facts, settings: ModelSettings) -> ModelRefused:
    if facts.code == "model_not_found" or _NO_MODEL.search(facts.text):
        what = f"{settings.endpoint} has no model {settings.name!r}, or not for this key (404)."
        return ModelRefused(what, "Name another one with model.", 404)
    what = f"{settings.endpoint} has nothing of OpenAI's interface under this address (404)."
    return ModelRefused(what, "Check the base_url; it mostly ends in /v1.", 404)


def _explain_busy(facts: _Facts, settings: ModelSettings) -> ModelError:
    if facts.code in ("insufficient_quota", "billing_hard_limit_reached"):
        what = f"The quota for {_name_within(settings)} is used up ({facts.status}{_format_words(facts)})."
        return ModelRefused(what, "Check plan and billing with the provider.", facts.status)
    hint = LATER if facts.wait is None else f"It asks to wait for {facts.wait:.0f} s."
    return ModelBusy(
        f"{describe_model(settings)} takes no more requests at present ({facts.status}{_format_words(facts)}).",
        hint,
        facts.status,
    )


def _explain_kind(facts: _Facts, settings: ModelSettings, begun: bool) -> ModelError | None:
    """Explain an error without a status: there was no answer, or it broke off."""
    names = facts.names
    if names & {"ConnectTimeout", "PoolTimeout"}:
        return _make_unreachable_error(settings, "the connection took too long")
    if names & {"ReadTimeout", "WriteTimeout", "APITimeoutError", "TimeoutError"}:
        return make_stalled_error(settings, begun)
    if "gaierror" in names:
        return _make_unreachable_error(settings, f"there is no host {settings.host}")
    if "ConnectionRefusedError" in names:
        return _make_unreachable_error(settings, "nothing listens there")
    if "SSLError" in names:
        return _make_unreachable_error(settings, f"the secure connection failed{_format_words(facts)}")
    if names & {"RemoteProtocolError", "ReadError", "WriteError", "ConnectionResetError", "BrokenPipeError"}:
        return ModelStalled(
            f"{describe_model(settings)} broke the connection off in the middle of its answer.", "Ask again."
        )
    if names & {"JSONDecodeError", "UnicodeDecodeError"}:
        return ModelStalled(f"The answer of {_name_within(settings)} came garbled.", f"Ask again. {DOCTOR}")
    if names & {"APIConnectionError", "ConnectError", "RequestError", "OSError"}:
        return _make_unreachable_error(settings, f"the connection failed{_format_words(facts)}")
    if "APIError" in names:
        return ModelStalled(f"{describe_model(settings)} reports an error in its answer{_format_words(facts)}.", LATER)
    return None


def _make_unreachable_error(settings: ModelSettings, why: str) -> ModelUnreachable:
    hint = f"Is the server running? Check the base_url. {DOCTOR}"
    if not settings.is_local:
        hint = f"Check the network, the proxy and the base_url. {DOCTOR}"
    return ModelUnreachable(f"{describe_model(settings)} cannot be reached: {why}.", hint)


def _name_within(settings: ModelSettings) -> str:
    """``who`` within a sentence."""
    return describe_model(settings).replace("The", "the", 1)


def _format_words(facts: _Facts) -> str:
    return f": {facts.text}" if facts.text else ""


def _collect_facts(error: BaseException, key: SecretStr | str | None) -> _Facts:
    chain = list(_list_causes(error))
    # The one with the server's answer says most; without one, the cause at the bottom does.
    answered = next((cause for cause in chain if _read_status(cause) is not None), None)
    body = getattr(answered or error, "body", None)
    fields = body if isinstance(body, dict) else {}
    text = str(fields.get("message") or getattr(answered, "message", None) or answered or chain[-1])
    text = hide_keys(clean_characters(re.sub(r"^Error code: \d+( - )?", "", text)), key)
    headers = getattr(getattr(answered, "response", None), "headers", {})
    return _Facts(
        names=frozenset(kind.__name__ for cause in chain for kind in type(cause).__mro__),
        status=_read_status(answered) if answered else None,
        code=str(fields.get("code") or fields.get("type") or getattr(error, "code", None) or ""),
        text=f"{text[:_LONGEST]}…" if len(text) > _LONGEST else text.rstrip(" ."),
        wait=read_retry_after(headers),
    )


def _list_causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        yield error
        seen.add(id(error))
        error = error.__cause__ or error.__context__


def _read_status(error: BaseException) -> int | None:
    status = getattr(error, "status_code", None)
    return status if isinstance(status, int) else None
