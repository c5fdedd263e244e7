"""What models' endpoints and clients raise, as errors that say what happened, with which model, and what to do next.

Exceptions of HTTP clients carry their request, and with it the API key. So an error of ours is never chained to one:
``explain_error`` makes it, and it is raised outside of the ``except`` block; see ``assistant.llm.chat_model``.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from pydantic import SecretStr

from assistant.llm.refusals import find_refusal, is_too_long
from assistant.llm.server_words import ServerWords, read_server_words
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
CHECK_ADDRESS = "Check the base_url; it mostly ends in /v1."
# Pages of the interface, which some write into the address.
_PAGES = ("/chat/completions", "/completions", "/models", "/responses")
# Characters of a server's own words that are passed on: a few sentences, not a page of HTML. Chosen by hand.
_LONGEST = 300
# Characters of an error's body that are read: no server has more to say of one. Chosen by hand.
_READ = 50_000
_FILTER = re.compile(r"content[ _](filter|policy|management)|ResponsibleAI|safety (system|policy)", re.IGNORECASE)
_NO_MODEL = re.compile(
    r"(?:model|deployment|engine)\b.{0,80}(?:not (?:be )?(?:found|exist|available|loaded|served)"
    r"|(?:does not|doesn't) exist|un(?:known|available))"
    r"|(?:no such|unknown|invalid|cannot find|find the) model|try pulling it|DeploymentNotFound",
    re.IGNORECASE | re.DOTALL,
)
# What a server says where it has nothing to say of the request: that there is no such page.
_NO_PAGE = re.compile(
    r"^(?:404)?\W*(?:page |route |path )?(?:not found)?[\W\d]*$|invalid url|no (?:route|handler)", re.IGNORECASE
)
_QUOTA = re.compile(
    r"quota|\b(?:per|a)[ -]?day\b|\bdaily\b|billing"
    r"|insufficient (?:funds|balance|credit)|more credits|credits? (?:are|is|has|have|limit|balance)"
    r"|payment|can only afford|out of credits?|余额",
    re.IGNORECASE,
)
_KEY = re.compile(
    r"\bapi[ _-]?(?:secret[ _-]?)?key\b|authenticat|unauthori[sz]ed|credentials?\b|access token", re.IGNORECASE
)
# What to do next, by what the server's words are about; the first that fits counts.
_HINTS = (
    (
        r"not (?:a )?chat|chat[ _]model|/completions?\b|chat template|does not support chat",
        "Name a model that is made for chats.",
    ),
    (
        r"data policy|privacy|guardrail|data retention",
        "Allow it in the privacy settings of the account, or name another model.",
    ),
    (
        r"region|country|territory|geograph|location is not supported",
        "Ask a provider that serves this place, or another model.",
    ),
    (_QUOTA.pattern, "Check plan and billing with the provider."),
    (r"requested parameters|json[_ ]?schema|response_format|structured output", "Set response_format to none."),
    (r"system (?:role|message|prompt)", "Use a model with a chat template."),
    (
        r"out of memory|(?:insufficient|not enough) (?:system )?(?:memory|resources)|more system memory|\boom\b",
        "Use a smaller model or a smaller context.",
    ),
    (
        r"(?:fail(?:ed|ure)?|error|unable|could ?n[o']t|cannot)\b.{0,20}\bload(?:ing)?\b",
        "Load it at the server, which says there why it fails, or name another model.",
    ),
    (
        r"load(?:ing)? (?:the )?model|model is (?:being )?load|warming up|starting up",
        "It is still being loaded: ask again in a minute.",
    ),
    (r"one request|concurren|parallel|simultaneous", "Ask one question at a time."),
    (r"temperature", "Set temperature to 1 or none."),
    (
        r"must be verified",
        "Verify the organisation with the provider; where it is streams that are refused, set stream to no.",
    ),
    (r"deprecated|retired|decommission|no longer (?:available|supported)|end of life", "Name a newer model."),
    (r"plain http|http request to an https|https port|upgrade required", "Give the base_url with https://."),
    (_KEY.pattern, "Check the API key: that it is whole, still valid, and of this provider."),
    (
        r"sign in|log ?in\b|captive|hotspot|accept the terms",
        "Sign in to the network in a browser first. Else check the base_url; it mostly ends in /v1.",
    ),
)


class ServerFacts(NamedTuple):
    """What is known of an error.

    Attributes:
        names: Class names in its chain.
        status: HTTP status, of the answer or named in its words.
        words: What the server says, without keys.
        wait: Seconds that it asks to wait.
        host: Where it redirects to.
        within_answer: Whether the server tells of an error in an answer that began as a good one.
    """

    names: frozenset[str]
    status: int | None
    words: ServerWords
    wait: float | None = None
    host: str = ""
    within_answer: bool = False

    @property
    def text(self) -> str:
        """The server's words, cut to a few sentences."""
        text = self.words.text
        return f"{text[:_LONGEST]}…" if len(text) > _LONGEST else text.rstrip(" .")

    @property
    def reason(self) -> str:
        """The server's words behind a colon, "" where it says nothing."""
        return f": {self.text}" if self.text else ""

    @property
    def code(self) -> str:
        """The status with the server's words."""
        return f"{self.status}{self.reason}"

    @property
    def is_filtered(self) -> bool:
        """Whether a filter of contents refused the request."""
        refused = self.status in (400, 404, 413, 415, 422, 501)
        message = f"{self.words.text} {' '.join(self.words.codes)}"
        return (refused and bool(_FILTER.search(message))) or "ContentFilterFinishReasonError" in self.names

    def choose_hint(self, otherwise: str) -> str:
        """Choose what to do next by the server's words."""
        message = f"{self.words.text} {' '.join(self.words.codes)}"
        return next((hint for words, hint in _HINTS if re.search(words, message, re.IGNORECASE)), otherwise)


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
    facts = collect_facts(error, key)
    explained = (
        _explain_request(facts, settings)
        or _explain_told(facts, settings, begun)
        or _explain_status(facts, settings)
        or _explain_kind(facts, settings, begun)
    )
    kind = type(error).__name__
    return explained or ModelError(
        f"{describe_model(settings)} does not answer as OpenAI's interface does ({kind}{facts.reason}).",
        f"{CHECK_ADDRESS} {DOCTOR}",
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


def read_retry_after(headers: Mapping[str, str]) -> float | None:
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


def _explain_request(facts: ServerFacts, settings: ModelSettings) -> ModelError | None:
    """Explain that the request has something that the model does not take."""
    refused = facts.status in (400, 404, 413, 415, 422, 501)
    if "ContextOverflowError" in facts.names or is_too_long(facts.status, facts.words, facts.within_answer):
        why = facts.reason or f" ({facts.status})"
        what = f"The prompt is too long for {_name_within(settings)}{why}."
        return PromptTooLong(what, "Set context to the tokens that it takes, or ask for fewer papers.", facts.status)
    if facts.is_filtered:
        what = f"The content filter of {_name_within(settings)} stopped the answer{facts.reason}."
        return ModelRefused(what, "Put the question in other words, or ask another model.", facts.status)
    if refused and find_refusal(facts.status, facts.words, ("response_format",)):
        what = f"{describe_model(settings)} takes no JSON schema for its answer{facts.reason}."
        return FormatRefused(what, "Set response_format to none, which asks for plain text.", facts.status)
    if "LengthFinishReasonError" in facts.names:
        what = f"The answer of {_name_within(settings)} is longer than {settings.max_output} tokens."
        return ModelError(what, "Set max_output to more.", facts.status)
    return None


def _explain_told(facts: ServerFacts, settings: ModelSettings, begun: bool) -> ModelError | None:
    """Explain what came in place of an answer, or in its midst, under a status that is good."""
    name = describe_model(settings)
    if "NoStream" in facts.names:
        what = f"{name} answers with something that is no stream of an answer{facts.reason}."
        return ModelError(what, facts.choose_hint(CHECK_ADDRESS))
    if "TooMuchData" in facts.names:
        return ModelStalled(f"{name} sends more at once than any answer has, and was left.", DOCTOR)
    if facts.within_answer and (begun or facts.status is None):
        return ModelStalled(f"{name} reports an error in its answer{facts.reason}.", facts.choose_hint(LATER))
    return None


def _explain_status(facts: ServerFacts, settings: ModelSettings) -> ModelError | None:
    status, name = facts.status, describe_model(settings)
    if status is None:
        return None
    if status == 401:
        return _explain_key(facts, settings)
    if status == 402 or (status in (403, 429) and _is_out_of_quota(facts)):
        what = f"The quota for {_name_within(settings)} is used up ({facts.code})."
        return ModelRefused(what, "Check plan and billing with the provider.", status)
    if status == 403:
        hint = facts.choose_hint(f"Check what the key may do, or name another model. {DOCTOR}")
        return ModelRefused(f"{name} may not be used with this key ({facts.code}).", hint, status)
    if status in (404, 405) or (status in (400, 410) and _names_no_model(facts)):
        return _explain_not_found(facts, settings)
    if status == 407:
        what = f"The proxy before {settings.endpoint} asks for a login ({facts.code})."
        return ModelRefused(what, "Put the login into HTTPS_PROXY (http://NAME:PASSWORD@HOST:PORT).", status)
    if status in (429, 503, 529):
        hint = facts.choose_hint(LATER) if facts.wait is None else f"It asks to wait for {_describe_wait(facts.wait)}."
        if _QUOTA.search(facts.words.text):
            hint = f"{hint} If it is a quota that is used up, check the plan, or name another model."
        return ModelBusy(f"{name} takes no more requests at present ({facts.code}).", hint, status)
    if 300 <= status < 400:
        where = f" at {facts.host}" if facts.host else ""
        what = f"{settings.endpoint} redirects to another address{where}, which is not followed ({status})."
        hint = "Set base_url to the address itself."
        if facts.host and facts.host not in settings.endpoint:
            hint += " If that is the login of a network, sign in with a browser first."
        return ModelRefused(what, facts.choose_hint(hint), status)
    if status in (408, 500) or status > 501:
        return ModelUnreachable(f"{name} fails ({facts.code}).", facts.choose_hint(LATER), status)
    return ModelRefused(f"{name} refuses the request ({facts.code}).", facts.choose_hint(DOCTOR), status)


def _describe_wait(seconds: float) -> str:
    for unit, size in (("days", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def _names_no_model(facts: ServerFacts) -> bool:
    codes = {"model_not_found", "DeploymentNotFound"} & set(facts.words.codes)
    return bool(codes) or _NO_MODEL.search(facts.words.text) is not None


def _is_out_of_quota(facts: ServerFacts) -> bool:
    codes = {"insufficient_quota", "billing_hard_limit_reached"} & set(facts.words.codes)
    return bool(codes) or (facts.wait is None and bool(_QUOTA.search(facts.words.text)))


def _explain_key(facts: ServerFacts, settings: ModelSettings) -> ModelRefused:
    if not settings.key_name:
        what = f"{describe_model(settings)} asks for an API key ({facts.code})."
        return ModelRefused(what, "Put it into an environment variable and name that with api_key_env.", 401)
    what = f"{describe_model(settings)} does not accept the API key in {settings.key_name} ({facts.code})."
    return ModelRefused(what, "Check that it is whole, still valid, and of this provider.", 401)


def _explain_not_found(facts: ServerFacts, settings: ModelSettings) -> ModelRefused:
    status, hint = facts.status, facts.choose_hint("")
    page = next((page for page in _PAGES if settings.endpoint.rstrip("/").endswith(page)), "")
    if page and not _names_no_model(facts):
        what = f"{settings.endpoint} has nothing of OpenAI's interface under this address ({facts.code})."
        return ModelRefused(what, f"Leave {page} out of the base_url.", status)
    if not hint and _names_no_model(facts):
        what = f"{settings.endpoint} has no model {settings.name!r}, or not for this key ({facts.code})."
        pull = f"Pull it at the server (ollama pull {settings.name}), or name" if "pull" in facts.words.text else "Name"
        return ModelRefused(what, f"{pull} another one with model.", status)
    if status == 405 or facts.words.is_page or _NO_PAGE.search(facts.words.text):
        what = f"{settings.endpoint} has nothing of OpenAI's interface under this address ({facts.code})."
        return ModelRefused(what, CHECK_ADDRESS, status)
    what = f"{describe_model(settings)} is not served ({facts.code})."
    return ModelRefused(what, hint or f"Check model and base_url. {DOCTOR}", status)


def _explain_kind(facts: ServerFacts, settings: ModelSettings, begun: bool) -> ModelError | None:
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
        return _make_unreachable_error(settings, f"the secure connection failed{facts.reason}")
    if names & {"RemoteProtocolError", "ReadError", "WriteError", "ConnectionResetError", "BrokenPipeError"}:
        where = "in the middle of its answer" if begun else "before its answer began"
        return ModelStalled(f"{describe_model(settings)} broke the connection off {where}.", "Ask again.")
    if names & {"JSONDecodeError", "UnicodeDecodeError"}:
        return ModelStalled(f"The answer of {_name_within(settings)} came garbled.", f"Ask again. {DOCTOR}")
    if names & {"APIConnectionError", "ConnectError", "RequestError", "OSError"}:
        return _make_unreachable_error(settings, f"the connection failed{facts.reason}")
    if "APIError" in names:
        return ModelStalled(f"{describe_model(settings)} reports an error in its answer{facts.reason}.", LATER)
    return None


def _make_unreachable_error(settings: ModelSettings, why: str) -> ModelUnreachable:
    hint = "Is the server running? Check the base_url."
    if not settings.is_local:
        hint = "Check the network, the proxy and the base_url."
    elif settings.endpoint.startswith("https:"):
        hint += " If the server has no TLS, give it with http://."
    return ModelUnreachable(f"{describe_model(settings)} cannot be reached: {why}.", f"{hint} {DOCTOR}")


def _name_within(settings: ModelSettings) -> str:
    """``who`` within a sentence."""
    return describe_model(settings).replace("The", "the", 1)


def collect_facts(error: BaseException, key: SecretStr | str | None) -> ServerFacts:
    """Collect what an error tells; its words come as one harmless line without the key."""
    chain = list(_list_causes(error))
    # The one with the server's answer says most; without one, the cause at the bottom does.
    answered = next((cause for cause in chain if _read_status(cause) is not None), None)
    server_words = next(
        (words for cause in chain if isinstance(words := getattr(cause, "words", None), ServerWords)), None
    )
    words = server_words if server_words is not None else _read_words(answered or error, chain[-1])
    words = words._replace(text=hide_keys(clean_characters(words.text), key))
    headers = getattr(getattr(answered, "response", None), "headers", {})
    wait = read_retry_after(headers)
    return ServerFacts(
        names=frozenset(kind.__name__ for cause in chain for kind in type(cause).__mro__),
        status=_read_status(answered) if answered else words.status if server_words else None,
        words=words,
        wait=_read_wait(words.text) if wait is None else wait,
        host=_read_host(headers),
        within_answer=server_words is not None,
    )


def _read_words(error: BaseException, cause: BaseException) -> ServerWords:
    """Read the words of the answer that an error carries, else its own."""
    body = getattr(getattr(error, "response", None), "text", None)
    if isinstance(body, str) and body.strip():
        return read_server_words(body[:_READ])
    words = read_server_words(getattr(error, "body", None))
    own = str(getattr(error, "message", None) or (error if _read_status(error) is not None else cause))
    return words if words.text else words._replace(text=re.sub(r"^Error code: \d+( - )?", "", own))


def _read_wait(text: str) -> float | None:
    """Read the wait that a server asks for in its words; it comes in seconds, or as 1m30s."""
    match = re.search(
        r"(?:try again|retry|wait)\D{0,24}?(?:(\d+)\s*m(?:in\w*)?\s*)?(\d+(?:\.\d+)?)\s*(ms|s\b|sec)",
        text,
        re.IGNORECASE,
    )
    if match is None:
        return None
    return int(match[1] or 0) * 60 + float(match[2]) * (0.001 if match[3].lower() == "ms" else 1.0)


def _read_host(headers: Mapping[str, str]) -> str:
    """Read the host that a response redirects to, "" for none; the rest of the address may hold a key."""
    try:
        return clean_characters(urlsplit(str(headers["location"])).hostname or "")
    except (KeyError, ValueError):
        return ""


def _list_causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        yield error
        seen.add(id(error))
        error = error.__cause__ or error.__context__


def _read_status(error: BaseException) -> int | None:
    status = getattr(error, "status_code", None)
    return status if isinstance(status, int) else None
