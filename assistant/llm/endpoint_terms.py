"""What an endpoint takes of a request: worked out once, and remembered for each endpoint and model.

Where a server refuses a part of a request, the request is sent again without it or with the value that the server
names, once for each. What then worked is kept in a small file with its date, so that the usual case stays one request.
"""

import json
import re
import threading
from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import ValidationError

from assistant.llm.refusals import PARTS, Part, Refusal, find_refusal, is_about_model, is_too_long
from assistant.llm.server_words import ServerWords
from assistant.settings import ModelSettings
from store.files import replace_file
from store.paper import Frozen

ResponseFormat = Literal["json_schema", "json_object", "none"]
MaxTokensName = Literal["max_tokens", "max_completion_tokens", "none"]
# Servers are updated, and then take what they refused; a month costs a few requests a year. Chosen by hand.
KEPT_DAYS = 30
_FORMATS: tuple[ResponseFormat, ...] = ("json_schema", "json_object", "none")


class EndpointTerms(Frozen):
    """What one model behind one endpoint takes; the defaults are those of OpenAI's interface.

    Attributes:
        response_format: The strictest form of JSON that it can be asked for.
        max_tokens: What it calls the bound of an answer; None goes by the model's name.
        most_output: The largest bound that it takes.
        temperature: The only one that it takes; ``none`` for none at all, None for any.
        stream: Whether it answers piece by piece.
        stream_options: Whether it can be asked to count tokens in a stream.
        reasoning_effort: Whether it takes one.
        thinks: Whether it was seen to think.
    """

    response_format: ResponseFormat = "json_schema"
    max_tokens: MaxTokensName | None = None
    most_output: int | None = None
    temperature: float | Literal["none"] | None = None
    stream: bool = True
    stream_options: bool = True
    reasoning_effort: bool = True
    thinks: bool = False

    def step_down(self, refusal: Refusal, sent: Mapping[str, Any]) -> "EndpointTerms | None":
        """The terms to try after a refusal; None where nothing is left to be tried.

        Args:
            refusal: The part that was refused.
            sent: The body that was sent.
        """
        changes = self._list_changes(refusal, sent)
        return self.model_copy(update=changes) if changes else None

    def _list_changes(self, refusal: Refusal, sent: Mapping[str, Any]) -> dict[str, Any]:
        match refusal.part:
            case "response_format":
                kind = (sent.get("response_format") or {}).get("type", "none")
                following = _FORMATS[_FORMATS.index(kind) + 1 :] if kind in _FORMATS else ()
                return {"response_format": following[0]} if following else {}
            case "temperature":
                tried = "temperature" not in sent or sent["temperature"] == refusal.value
                return {"temperature": "none" if refusal.value is None or tried else refusal.value}
            case "max_tokens":
                return self._bound_output(refusal.value, sent)
            case part:
                return {part: False}

    def _bound_output(self, most: float | None, sent: Mapping[str, Any]) -> dict[str, Any]:
        name = "max_tokens" if "max_tokens" in sent else "max_completion_tokens"
        if most is not None and most < (sent.get(name) or 0):
            return {"most_output": int(most)}
        if self.max_tokens is None:
            return {"max_tokens": "max_completion_tokens" if name == "max_tokens" else "max_tokens"}
        return {"max_tokens": "none"}

    def describe(self) -> str:
        """Say what is otherwise than usual; "" for nothing."""
        deviations = [
            f"no {name}" for name in ("stream", "stream_options", "reasoning_effort") if not getattr(self, name)
        ]
        if self.response_format != "json_schema":
            deviations.append(f"response_format {self.response_format}")
        if self.max_tokens:
            deviations.append("no bound of the answer" if self.max_tokens == "none" else self.max_tokens)
        if self.most_output:
            deviations.append(f"answers of at most {self.most_output} tokens")
        if self.temperature is not None:
            deviations.append("no temperature" if self.temperature == "none" else f"temperature {self.temperature:g}")
        return ", ".join([*deviations, *(["it thinks"] if self.thinks else [])])


# Parts that are left out by guess where a server refuses a request and names none of them; those that most servers
# refuse come first.
_GUESSED: tuple[Part, ...] = ("response_format", "stream_options", "temperature", "reasoning_effort")
# What every request has beside them; all else is what the caller asks for (tools, logprobs).
_ALWAYS = frozenset({"model", "messages", "max_completion_tokens", *PARTS})
_OF_PARAMETERS = re.compile(r"param|argument|field|option", re.IGNORECASE)


class Negotiation:
    """Works out what an endpoint takes of one request; ``terms`` are those to try next.

    Args:
        terms: What is known.
        fixed: Parts that are set by hand, and stay.
    """

    def __init__(self, terms: EndpointTerms, fixed: Collection[Part] = ()) -> None:
        self.terms = terms
        self.notes: list[str] = []
        self._fixed = set(fixed)
        self._tried: list[EndpointTerms] = [terms]
        self._guess: tuple[EndpointTerms, str] | None = None
        self._rest = [part for part in _GUESSED if part not in self._fixed]

    def find_terms(self, status: int | None, words: ServerWords, body: Mapping[str, Any]) -> Refusal | None:
        """Find other terms after a refusal, and tell what was refused; None where there is nothing more to try.

        Args:
            status: HTTP status of the refusal.
            words: What the server says.
            body: The body that was sent.
        """
        sent = [part for part in list_parts(body) if part not in self._fixed]
        refusal = find_refusal(status, words, sent)
        if refusal is None:
            return self._guess_part(status, words, sent, body)
        following = self.terms.step_down(refusal, body)
        if following is None or following in self._tried:
            return None
        self._tried.append(following)
        self._guess, self.terms = None, following
        self.notes.append(f"the server refused {refusal.part}, so it was asked again ({following.describe()})")
        return refusal

    def _guess_part(
        self, status: int | None, words: ServerWords, sent: Collection[Part], body: Mapping[str, Any]
    ) -> Refusal | None:
        """Leave out one part by guess; the one before it comes back where the server says the same without it."""
        about = status in (400, 422, 501) or (status == 404 and _OF_PARAMETERS.search(words.text))
        # A server that names a part of the request means that, be it one that the caller alone can leave out.
        others = [name for name in body if name not in _ALWAYS]
        others_named = any(re.search(rf"\b{re.escape(name)}\b", words.text) for name in others)
        named = words.parameter or find_refusal(status, words, PARTS) or others_named
        if not about or named or is_too_long(status, words) or is_about_model(words):
            return None
        if self._guess and self._guess[1] == words.text:
            self.terms = self._guess[0]
            self.notes.pop()
        part = next((part for part in self._rest if part in sent), None)
        if part is None:
            return None
        self._rest.remove(part)
        self._guess = self.terms, words.text
        left_out: Any = "none" if part in ("response_format", "temperature") else False
        self.terms = self.terms.model_copy(update={part: left_out})
        self.notes.append(f"the server refused the request, so it was asked again without {part}")
        return Refusal(part, guessed=True)


class WorkedOut(NamedTuple):
    """Terms and the day on which they were worked out; None where the defaults hold."""

    terms: EndpointTerms
    day: date | None = None


def default_file() -> Path:
    """Name the file in the user's folder for caches."""
    import platformdirs

    return Path(platformdirs.user_cache_dir("conspectus", appauthor=False)) / "endpoints.json"


class TermsFile:
    """The file in which terms are kept. A file that cannot be read or written is as good as none."""

    _lock = threading.Lock()

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or default_file()

    def get(self, settings: ModelSettings) -> WorkedOut:
        """Get the terms of a model, unless they are older than ``KEPT_DAYS``."""
        entry: Any = self._read().get(_name_entry(settings))
        try:
            day = date.fromisoformat(entry["date"])
            terms = EndpointTerms.model_validate(entry["terms"])
        except (KeyError, TypeError, ValueError, ValidationError):
            return WorkedOut(EndpointTerms())
        if _read_today() - day > timedelta(days=KEPT_DAYS):
            return WorkedOut(EndpointTerms())
        return WorkedOut(terms, day)

    def put(self, settings: ModelSettings, terms: EndpointTerms) -> None:
        """Keep the terms of a model with the date of today."""
        changed = terms.model_dump(exclude_defaults=True)
        with self._lock:
            self._write({**self._read(), _name_entry(settings): {"date": _read_today().isoformat(), "terms": changed}})

    def forget(self, settings: ModelSettings) -> bool:
        """Forget the terms of a model; whether there were any."""
        with self._lock:
            entries = self._read()
            existed = entries.pop(_name_entry(settings), None) is not None
            if existed:
                self._write(entries)
        return existed

    def _read(self) -> dict[str, Any]:
        try:
            entries = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return entries if isinstance(entries, dict) else {}

    def _write(self, entries: dict[str, Any]) -> None:
        with suppress(OSError):  # It is a memory and no result: without it a few requests are sent again.
            replace_file(
                self.path, (json.dumps(entries, indent=1, sort_keys=True).encode(),), private=True, durable=False
            )


def _name_entry(settings: ModelSettings) -> str:
    return f"{settings.endpoint} {settings.name}"


def _read_today() -> date:
    return datetime.now(UTC).date()


def list_parts(body: Mapping[str, Any]) -> list[Part]:
    """List the parts of a body that a server may refuse."""
    named: dict[Part, bool] = {
        "response_format": bool(body.get("response_format")),
        "stream_options": "stream_options" in body,
        "temperature": "temperature" in body,
        "max_tokens": "max_tokens" in body or "max_completion_tokens" in body,
        "reasoning_effort": "reasoning_effort" in body,
        "stream": bool(body.get("stream")),
    }
    return [part for part, is_sent in named.items() if is_sent]
