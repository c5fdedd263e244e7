"""Puts a text into the form that a JSON schema asks for, as constrained decoding makes a real model do."""

import json
import re
from collections.abc import Mapping
from typing import Any

from assistant.testing.testing_reply import Reply, Said, as_reply

Schema = Mapping[str, Any]

_CITED = re.compile(r"\s*\[(\d+)\]")
_SENTENCE_END = re.compile(r"(?<=[.!?\])])\s+(?!\[)|\n+")


def in_schema(said: Said | Reply, schema: Schema | None) -> Reply:
    """Put a reply into a schema; one that is JSON already, or not a text, stays as it is."""
    reply = as_reply(said)
    if schema is None or not isinstance(reply.said, str) or _is_json(reply.said):
        return reply
    return reply.saying(json.dumps(fitted(reply.said, schema), ensure_ascii=False))


def fitted(text: str, schema: Schema) -> Any:
    """A value of ``schema`` that says ``text``: objects in a list hold a sentence each, numbers are what it cites.

    Of several forms the first is taken; truths are False.
    """
    return _Fitting(schema.get("$defs") or schema.get("definitions") or {}).value(text, schema)


class _Fitting:
    def __init__(self, definitions: Schema) -> None:
        self._definitions = definitions

    def value(self, text: str, schema: Schema) -> Any:
        schema = self._resolved(schema)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return schema["enum"][0]
        match _kind(schema):
            case "object":
                return self._object(text, schema)
            case "array":
                return self._array(text, schema.get("items") or {"type": "string"})
            case "integer" | "number":
                return next(iter(_cited(text)), 0)
            case "boolean":
                return False
            case "null":
                return None
        return text

    def _object(self, text: str, schema: Schema) -> dict[str, Any]:
        parts = {name: self._resolved(part) for name, part in (schema.get("properties") or {}).items()}
        # Where citations have a place of their own, the words beside them go without.
        words = _CITED.sub("", text) if any(_kind(part) == "array" for part in parts.values()) else text
        return {name: self.value(words if _kind(part) == "string" else text, part) for name, part in parts.items()}

    def _array(self, text: str, items: Schema) -> list[Any]:
        kind = _kind(self._resolved(items))
        if kind in ("object", "array"):
            return [self.value(sentence, items) for sentence in _sentences(text)]
        cited = _cited(text)
        if kind == "string":
            return [str(n) for n in cited] or _sentences(text)
        return cited

    def _resolved(self, schema: Schema) -> Schema:
        while True:
            if "$ref" in schema:
                schema = self._definitions[schema["$ref"].rpartition("/")[2]]
            elif forms := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
                schema = next((form for form in forms if form.get("type") != "null"), forms[0])
            else:
                return schema


def _kind(schema: Schema) -> str:
    kind = schema.get("type") or ("object" if "properties" in schema else "string")
    return kind if isinstance(kind, str) else next((k for k in kind if k != "null"), "null")


def _cited(text: str) -> list[int]:
    return [int(n) for n in dict.fromkeys(_CITED.findall(text))]


def _sentences(text: str) -> list[str]:
    return [sentence for sentence in _SENTENCE_END.split(text) if sentence.strip()]


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
