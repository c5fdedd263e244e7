"""Drafts of claims out of an answer in JSON, read leniently: what models make of the form that is asked for.

Talk and fences around it, an object without the list, one object a line, other names of the fields, JSON within a
string, the arguments of a tool call; and what json-repair mends: commas too many, single quotes, bad backslashes.
Of several whole answers the last one counts. Which papers carry a claim is checked later, however it was read.
"""

import html
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from pydantic_core import from_json

from assistant.answer.draft_claims import DraftClaim, ParsedAnswer
from assistant.answer.text_drafts import parse_sentence, parse_text

# Where the answer begins in what a talkative model writes around it. "[1]" begins none.
_OPENING = re.compile(r"\{\s{0,20}(?:[\"'}]|\w{1,30}\s?:|\Z)|\[\s{0,20}(?:[\"']?\{|\"|\][\s`]{0,20}\Z)")
_SIGN = re.compile(r"[{}\[\]\"'\\]")
_BEFORE_STRING = re.compile(r"[{\[,:(]\s*\Z")
_AFTER_STRING = re.compile(r"\s*+(?:[,:}\])]|\Z)")
# Backslashes that JSON does not know, and those that begin a command of LaTeX and would be read as a control character.
_STRAY_BACKSLASH = re.compile(r"\\(?![\"\\/bfnrtu])|\\u(?![0-9a-fA-F]{4})")
_COMMAND = re.compile(
    r"(?<!\\)\\(?=[bf][a-zA-Z]{2}|(?:theta|times|tau|text\w*|tilde|to|nu|neq?|nabla|not|rho|right\w*)(?![a-z]))"
)
# What is longer or nested deeper than any answer is not mended: json-repair would take quadratic time, or all of the
# stack. 16,000 tokens are about the most that a model writes at once; a claim's number is four deep.
LONGEST = 50_000
DEEPEST = 12
# Names of fields where they are not those asked for; of a list of claims, of the text of one and of what it cites.
_LISTS = re.compile(
    r"claim|sentence|statement|answer|finding|fact|result|point|response|output|argument|parameter|input|summary"
    r"|content|propert|function|tool",
    re.I,
)
_TEXTS = re.compile(r"text|claim|sentence|statement|answer|finding|fact|point|content|response|summary|result", re.I)
_SOURCES = re.compile(r"source|cit|ref|abstract|paper|doc|evidence|(?:\A|_)ids?\Z", re.I)
_NUMBER = re.compile(r"[^\d]{0,20}(\d{1,3})[^\d]{0,3}")


class _Value(NamedTuple):
    """JSON in a text, from ``start`` to ``end``; ``closed`` where all its brackets are closed."""

    start: int
    end: int
    closed: bool


def is_json(text: str) -> bool:
    """Whether an answer, perhaps only its beginning, is meant as JSON."""
    return text.lstrip().startswith(("{", "[{", "```", '"{', '"[{')) or _OPENING.search(text) is not None


def parse_json(text: str) -> ParsedAnswer:
    """Parse drafts from JSON, whatever the model wrote around it."""
    text = _unescape(text)
    values = _find_values(text)
    if not values:
        return parse_text(text.replace("```", "\n"))
    decoded = [decode_json(text[value.start : value.end]) for value in values if value.closed]
    lists = [claims for claims in map(_find_claims, decoded) if claims is not None]
    if not lists:
        return ParsedAnswer([], broken=True)
    single = [value for value in decoded if _is_claim(value)]
    claims = single if _is_claim(decoded[-1]) and len(single) > 1 else lists[-1]
    parsed = [_parse_claim(claim) for claim in claims]
    drafts = [draft for claim_drafts in parsed for draft in claim_drafts or () if draft.text]
    if not claims:
        beside = parse_text(_cut_out(text, values))
        if any(draft.sources for draft in beside.drafts):
            return beside
    return ParsedAnswer(drafts, broken=None in parsed)


def _unescape(text: str) -> str:
    """Take JSON out of a string, or out of what a server escaped as if it stood in one or in HTML."""
    bare = text.strip()
    if bare.startswith('"') and isinstance(inner := decode_json(bare), str):
        return inner
    if bare.startswith(('{\\"', '[{\\"')):
        return bare.replace('\\"', '"')
    return html.unescape(text) if "&quot;" in text and '"' not in text else text


def read_growing_json(text: str) -> str:
    """Read the sentences in JSON that is still being written; "" where its form is another one than was asked for."""
    opening = _OPENING.search(text)
    body = text[opening.start() :] if opening else text
    try:
        value = from_json(body, allow_partial="trailing-strings")
    except ValueError:
        try:
            value = from_json(body[: body.rfind("}") + 1], allow_partial="trailing-strings")
        except ValueError:
            return ""
    claims = value.get("claims") if isinstance(value, dict) else value
    claims = claims if isinstance(claims, list) else ()
    texts = (claim.get("text") for claim in claims if isinstance(claim, dict))
    return " ".join(text for text in texts if isinstance(text, str))


def salvage_json(text: str) -> list[DraftClaim]:
    """Read the whole claims of JSON that was cut off; a half sentence at the end is dropped."""
    values = _find_values(text)
    body = text[values[-1].start :] if values else text
    try:
        value = from_json(_STRAY_BACKSLASH.sub(_double, body), allow_partial=True)
    except ValueError:
        value = decode_json(body)
    parsed = [_parse_claim(claim) for claim in _find_claims(value) or ()]
    return [draft for drafts in parsed for draft in drafts or () if draft.text and draft.sources]


def decode_json(text: str) -> Any:
    """Decode JSON, mended where it has to be; None for what cannot be mended."""
    strict = _STRAY_BACKSLASH.sub(_double, _COMMAND.sub(r"\\\\", text)) if "\\" in text else text
    try:
        return from_json(strict)
    except ValueError:
        if len(text) > LONGEST or _measure_depth(text) > DEEPEST:
            return None
    from json_repair import repair_json  # Few answers need it, and it takes as long to load as all of this package.

    try:
        return repair_json(strict, return_objects=True, skip_json_loads=True)
    except (ValueError, RecursionError):
        return None


def _double(match: re.Match[str]) -> str:
    return "\\" + match[0]


def _measure_depth(text: str) -> int:
    depth = deepest = 0
    for sign in re.findall(r"[{}\[\]()]", text):
        depth += 1 if sign in "{[(" else -1
        deepest = max(deepest, depth)
    return deepest


def _find_values(text: str) -> list[_Value]:
    """Find the objects and lists of a text that stand by themselves; of the last one perhaps only the beginning."""
    values: list[_Value] = []
    depth, start, skip, quote = 0, 0, 0, ""
    for match in _SIGN.finditer(text):
        place, sign = match.start(), match[0]
        if place < skip:
            continue
        if depth == 0:
            if sign in "{[" and _OPENING.match(text, place):
                start, depth = place, 1
        elif sign == "\\":
            skip = place + 2
        elif quote:
            if sign == quote and _AFTER_STRING.match(text, place + 1):
                quote = ""
        elif sign == '"' or (sign == "'" and _BEFORE_STRING.search(text[max(0, place - 40) : place])):
            quote = sign
        elif sign != "'":
            depth += 1 if sign in "{[" else -1
            if depth == 0:
                values.append(_Value(start, place + 1, closed=True))
    return [*values, _Value(start, len(text), closed=False)] if depth else values


def _cut_out(text: str, values: Sequence[_Value]) -> str:
    """What stands around the values."""
    ends = [0, *(value.end for value in values)]
    starts = [*(value.start for value in values), len(text)]
    return "\n".join(text[end:start] for end, start in zip(ends, starts, strict=True))


# How deep a list of claims is looked for, as in {"name": "claims", "arguments": "{\"claims\": …}"}; chosen by hand.
_LEVELS = 4


def _find_claims(value: Any, level: int = 0) -> list[Any] | None:
    """Find the list of claims in what was decoded; None where there is none."""
    if level > _LEVELS:
        return None
    if isinstance(value, str):
        return _find_claims(decode_json(value), level + 1) if _OPENING.match(value.lstrip()) else None
    if isinstance(value, list):
        inner = [_find_claims(item, level + 1) for item in value if isinstance(item, dict) and not _is_claim(item)]
        return next((claims for claims in inner if claims), value)
    if not isinstance(value, dict):
        return None
    if "claims" in value:
        claims = value["claims"]
        if claims is None or isinstance(claims, list):
            return claims or []
        return _find_claims(claims, level + 1) if not isinstance(claims, str) else [claims]
    if _is_claim(value):
        return [value]
    if numbered := [item for name, item in value.items() if str(name).isdigit() and isinstance(item, str | dict)]:
        return numbered
    named = (item for name, item in value.items() if _LISTS.search(str(name)))
    return next((claims for claims in (_find_claims(item, level + 1) for item in named) if claims is not None), None)


def _is_claim(value: Any) -> bool:
    text = _find_text(value) if isinstance(value, dict) and "claims" not in value else None
    return text is not None and _OPENING.match(text.lstrip()) is None


def _find_text(claim: dict[str, Any]) -> str | None:
    """Find the text of a claim: by the name that was asked for, else by one that says as much."""
    if "text" in claim:
        return claim["text"] if isinstance(claim["text"], str) else None
    texts = ((str(name), text) for name, text in claim.items() if isinstance(text, str))
    return next((text for name, text in texts if _TEXTS.search(name) and not _SOURCES.search(name)), None)


def _find_sources(claim: dict[str, Any]) -> tuple[int, ...]:
    """Find the numbers that a claim cites."""
    named = [claim["sources"]] if "sources" in claim else [v for k, v in claim.items() if _SOURCES.search(str(k))]
    return next((numbers for numbers in map(_read_numbers, named) if numbers), ())


def _read_numbers(value: Any) -> tuple[int, ...]:
    """Read numbers from a list or by themselves, and from what a model writes around one ("[1]", "Abstract 1")."""
    if isinstance(value, bool):
        return ()
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return (int(value),)
    if isinstance(value, str):
        number = _NUMBER.fullmatch(value)
        return (int(number[1]),) if number else parse_sentence(value[:200]).sources
    if isinstance(value, dict):
        if all(name.isdigit() for name in value):
            return tuple(map(int, value))
        return next((numbers for numbers in map(_read_numbers, value.values()) if numbers), ())
    if isinstance(value, list):
        return tuple(dict.fromkeys(number for item in value for number in _read_numbers(item)))
    return ()


def _parse_claim(claim: Any) -> list[DraftClaim] | None:
    """Parse a claim, which may hold several sentences or say that there is none; None where it is none."""
    if isinstance(claim, str):
        parsed = parse_text(claim)
        is_claim = not parsed.drafts or any(draft.sources for draft in parsed.drafts)
        return parsed.drafts if is_claim and not parsed.broken else None
    text = _find_text(claim) if isinstance(claim, dict) else None
    if text is None or not text.strip():
        return None
    parsed, sentence, sources = parse_text(text), parse_sentence(text), _find_sources(claim)
    if not parsed.drafts and not parsed.broken and not sources:
        return []
    if not sources and (len(parsed.drafts) > 1 or any(draft.sources for draft in parsed.drafts)):
        return parsed.drafts
    return [DraftClaim(sentence.text, sources or sentence.sources)] if sentence.text else None
