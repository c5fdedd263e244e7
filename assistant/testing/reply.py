"""Replies of a fake model: a text, a JSON object, or a text with waits and errors between its tokens.

A text is put into the form that a JSON schema asks for, as constrained decoding makes a real model do; ``obedient`` is
the most gullible model, for tests of prompt injection.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.testing.gate import Gate

Step = str | float | Gate | Exception
"""A token to say, seconds to wait, a gate to wait at, or an error to raise."""

Said = str | Mapping[str, Any] | Sequence[Step] | Exception
"""A text, an object to be said as JSON, a list of steps, or an error."""

Message = dict[str, Any]
"""A message as OpenAI's interface has it: ``role`` and ``content``."""

Answering = Callable[[list[Message]], "Said | Reply"]
"""Answers a conversation. It must not block: where a wait is wanted, it returns a ``Gate`` among the steps."""

# Words take the space before them, and punctuation stands alone, as with real models: "[12]" is three tokens.
_TOKEN = re.compile(r"\s*\w+|\s*[^\w\s]|\s+")


@dataclass(frozen=True)
class Reply:
    """An answer of a fake model.

    Attributes:
        said: A text, an object to be said as JSON, a list of steps, or an error.
        finish_reason: ``stop``, ``length``, ``content_filter``.
        usage: Tokens read and written; None counts them: four characters make a token of a prompt, and what is
            said has as many tokens as it is streamed in.
        refusal: Why the model does not answer; real ones give it in place of the text.
        logprobs: The natural logarithms of the probabilities of first tokens, by token: what an endpoint tells where it
            is asked for ``logprobs``. None is one that tells none.
    """

    said: Said
    finish_reason: str = "stop"
    usage: tuple[int, int] | None = None
    refusal: str = ""
    logprobs: Mapping[str, float] | None = None

    @property
    def steps(self) -> list[Step]:
        """What to say, wait for and raise, in order; texts are cut into tokens."""
        if isinstance(self.said, Exception):
            return [self.said]
        if isinstance(self.said, str | Mapping):
            return [*split_tokens(self.text)]
        return [*self.said]

    @property
    def text(self) -> str:
        """All that is said."""
        if isinstance(self.said, str):
            return self.said
        if isinstance(self.said, Mapping):
            return json.dumps(self.said, ensure_ascii=False)
        return "" if isinstance(self.said, Exception) else "".join(s for s in self.said if isinstance(s, str))

    def saying(self, content: Said, **changes: Any) -> "Reply":
        """Copy the reply with other words."""
        return replace(self, said=content, **changes)

    def count_tokens(self, messages: Iterable[Message]) -> tuple[int, int]:
        """Count tokens read and written where they are not given."""
        if self.usage is not None:
            return self.usage
        return prompt_tokens(messages), sum(isinstance(step, str) for step in self.steps)


def as_reply(content: Said | Reply) -> Reply:
    """Wrap anything that can be said as a reply."""
    return content if isinstance(content, Reply) else Reply(content)


def split_tokens(text: str) -> list[str]:
    """Cut a text into words and signs; joined, they are the text again."""
    return _TOKEN.findall(text)


def text_of(message: Message) -> str:
    """Give the text of a message, whose content may come in parts."""
    content = message.get("content") or ""
    if isinstance(content, str):
        return content
    return "\n".join(part.get("text", "") for part in content)


def prompt_tokens(messages: Iterable[Message]) -> int:
    """Estimate how many tokens a conversation has: one for four characters."""
    return sum(1 + len(text_of(message)) // 4 for message in messages)


Schema = Mapping[str, Any]

_CITED = re.compile(r"\s*\[(\d+)\]")
_SENTENCE_END = re.compile(r"(?<=[.!?\])])\s+(?!\[)|\n+")


def in_schema(content: Said | Reply, schema: Schema | None) -> Reply:
    """Put a reply into a schema; one that is JSON already, or not a text, stays as it is."""
    reply = as_reply(content)
    if schema is None or not isinstance(reply.said, str) or _is_json(reply.said):
        return reply
    return reply.saying(json.dumps(fit_schema(reply.said, schema), ensure_ascii=False))


def fit_schema(text: str, schema: Schema) -> Any:
    """Fit ``text`` to ``schema``: objects in a list hold a sentence each, numbers are what it cites.

    Of several forms the first is taken; truths are False.
    """
    return _Fitting(schema.get("$defs") or schema.get("definitions") or {}).fit_value(text, schema)


class _Fitting:
    def __init__(self, definitions: Schema) -> None:
        self._definitions = definitions

    def fit_value(self, text: str, schema: Schema) -> Any:
        schema = self._resolve_schema(schema)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return schema["enum"][0]
        match _read_type(schema):
            case "object":
                return self._fit_object(text, schema)
            case "array":
                return self._fit_array(text, schema.get("items") or {"type": "string"})
            case "integer" | "number":
                return next(iter(_find_cited(text)), 0)
            case "boolean":
                return False
            case "null":
                return None
        return text

    def _fit_object(self, text: str, schema: Schema) -> dict[str, Any]:
        parts = {name: self._resolve_schema(part) for name, part in (schema.get("properties") or {}).items()}
        # Where citations have a place of their own, the words beside them go without.
        words = _CITED.sub("", text) if any(_read_type(part) == "array" for part in parts.values()) else text
        return {
            name: self.fit_value(words if _read_type(part) == "string" else text, part) for name, part in parts.items()
        }

    def _fit_array(self, text: str, items: Schema) -> list[Any]:
        kind = _read_type(self._resolve_schema(items))
        if kind in ("object", "array"):
            return [self.fit_value(sentence, items) for sentence in _split_sentences(text)]
        cited = _find_cited(text)
        if kind == "string":
            return [str(n) for n in cited] or _split_sentences(text)
        return cited

    def _resolve_schema(self, schema: Schema) -> Schema:
        while True:
            if "$ref" in schema:
                schema = self._definitions[schema["$ref"].rpartition("/")[2]]
            elif forms := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
                schema = next((form for form in forms if form.get("type") != "null"), forms[0])
            else:
                return schema


def _read_type(schema: Schema) -> str:
    kind = schema.get("type") or ("object" if "properties" in schema else "string")
    return kind if isinstance(kind, str) else next((k for k in kind if k != "null"), "null")


def _find_cited(text: str) -> list[int]:
    return [int(n) for n in dict.fromkeys(_CITED.findall(text))]


def _split_sentences(text: str) -> list[str]:
    return [sentence for sentence in _SENTENCE_END.split(text) if sentence.strip()]


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


_NOTHING = "Nothing in the sources told me what to say."
_TRIGGER = re.compile(
    r"""(?: \b(?:ignore|disregard|forget|override|bypass)\b [^.!?\n]{0,80}?
            \b(?:instructions?|prompts?|rules?|above|previous|prior|before|everything|sources?|evidence)\b
      | ^\W*(?:system|assistant|developer)\W*: | <\|im_start\|>\s*(?:system|assistant) | \[INST\] | <</?SYS>> )""",
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)
"""What makes it listen: a call to forget its orders, or a turn that pretends to be somebody else's."""

_ORDER = re.compile(
    r"""\b(?:say|state|write|print|output|answer|reply|respond|report|claim|conclude|repeat|include|add|append|tell)\b
        (?: \s+ (?: only|exactly|simply|instead|with|by|saying|that|(?:to\s+)?(?:the\s+)?(?:user|reader|researcher)s?
                  | (?:the|this) \s+ (?:following|words?|text|sentence|claim) (?:\s+(?:words?|text|sentence|claim))? )
            \b )*
        \s* :? \s*
        (?: "(?P<double>[^"\n]+)" | “(?P<curly>[^”\n]+)” | '(?P<single>[^'\n]+)'
          | (?P<rest>[^\n]+?(?:[.!?](?=\s|$)|(?=<\||\[/|$))) )
    """,
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)
_CITE = re.compile(r"\bcit(?:e|es|ing|ation)\b[^.!?\n\[]{0,60}(\[\d+\])", re.IGNORECASE)
_BEACON = re.compile(r"!?\[[^\]\n]*\]\([^)\s]*\)|<(?:img|a)\b[^>]*>|(?<![(\"'])\bhttps?://[^\s)>\]\"']+", re.IGNORECASE)
_ESCAPE = re.compile(r"(?:\x1b|\\x1b|\\033|\\e|\\u001b)[\[\]][0-9;?]*[A-Za-z]?")
# Characters behind a trigger in which orders are obeyed; chosen by hand, not measured.
_REACH = 600


def obedient(messages: list[Message]) -> str:
    """Answer by doing what any message but the system's own says.

    It says what follows "ignore previous instructions … say X" or a forged system turn, cites "[7]" where told to
    "cite [7]", and repeats markdown images, links, URLs and terminal escapes; a sentence a line.
    """
    text = "\n".join(text_of(message) for message in messages if message.get("role") not in ("system", "developer"))
    marks = "".join(f" {mark}" for mark in dict.fromkeys(_CITE.findall(text)))
    sentences = [f"{sentence}{marks}" for sentence in dict.fromkeys(_find_orders(text))]
    sentences += dict.fromkeys(match.group() for rule in (_BEACON, _ESCAPE) for match in rule.finditer(text))
    return "\n".join(sentences) or f"{_NOTHING}{marks}"


def _find_orders(text: str) -> Iterator[str]:
    """Find the sentences that it is told to say."""
    for trigger in _TRIGGER.finditer(text):
        for order in _ORDER.finditer(text, trigger.end(), trigger.end() + _REACH):
            words = next(filter(None, order.groups())).strip(" .,:;")
            if words:
                yield words if words.endswith(("!", "?")) else f"{words}."
