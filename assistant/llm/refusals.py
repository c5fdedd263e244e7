"""What a server refuses of a request, read from its words: a prompt that is too long, or one part of the request."""

import re
from collections.abc import Collection, Mapping
from typing import Literal, NamedTuple

from assistant.llm.server_words import ServerWords

Part = Literal["response_format", "stream_options", "stream", "temperature", "max_tokens", "reasoning_effort"]
"""A part of a request that a server may refuse while it answers without it, or with another value."""

PARTS: tuple[Part, ...] = (
    "response_format",
    "stream_options",
    "temperature",
    "max_tokens",
    "reasoning_effort",
    "stream",
)

# Statuses of a request that a server does not take as it is; 500 and 503 are said by servers that fail over a part.
_REFUSED = frozenset({None, 400, 404, 405, 409, 413, 415, 422, 500, 501, 503})
_WORDS: Mapping[Part, str] = {
    "response_format": (
        r"response[_ ]?format|response[_ ]?schema|json[_ ]?(?:schema|object|mode)|structured[_ ]?outputs?"
        r"|additional_?properties|grammar|guided[_ ]?(?:json|decoding)|response_mime_type"
    ),
    "stream_options": r"stream[_ ]?options|include_usage",
    "temperature": r"temperature",
    "max_tokens": r"max_(?:completion_|new_|output_)?tokens|(?:completion|output) tokens",
    "reasoning_effort": r"reasoning(?:[_ ]?effort)?|\bthinking\b",
    "stream": r"\bstream(?:ing|ed)?\b(?![_ ]?options)",
}
_NAMES = {part: re.compile(words, re.IGNORECASE) for part, words in _WORDS.items()}
_DENIED = re.compile(
    r"not (?:be )?(?:support|allow|permit|implement|enabl|accept|available|valid)|un(?:supported|available)"
    r"|unrecogni[sz]ed|unknown|unexpected|invalid|must|should|only|extra|cannot|can't|disabled|does not|doesn't"
    r"|no such|deprecated|refus|incompatible|forbidden|failed|error|too (?:large|high|low|small)|at most|exceed",
    re.IGNORECASE,
)

_SIZE = (
    r"(?:context|prompts?|inputs?|messages?|tokens?|(?<!stop )sequence|conversation|n_ctx|max_seq_len|max_model_len"
    r"|n_keep|request(?!s\b)(?: body| entity| size)?|payload|body|entity|上下文|输入|长度)"
)
_EXCESS = (
    r"(?:exceed\w*|too (?:long|large|big|many)|(?:longer|larger|greater|bigger|more|less|fewer) than|at most|up to"
    r"|reduce|shorten|overflow\w*|max(?:imum)?\b|limit\w*|should be \[|must be (?:<|≤|less)|cannot be more|over the"
    r"|out of (?:range|context)|does(?: not|n't) fit|not enough (?:room|space|context)|超出|超过|超长|过长|限制)"
)
_TOO_LONG = re.compile(rf"{_SIZE}.{{0,80}}?{_EXCESS}|{_EXCESS}.{{0,80}}?{_SIZE}", re.IGNORECASE | re.DOTALL)
_TOO_LONG_CODE = re.compile(
    r"context.?(?:length|window|size|limit|overflow)|exceed.?context|(?:prompt|input|request).?too.?(?:long|large)"
    r"|too.?many.?(?:prompt.?|input.?)?tokens|max.?prompt.?tokens|tokens.?limit.?reached|(?:prompt|input).?length",
    re.IGNORECASE,
)
# Of the answer's length and not of the prompt's.
_OUTPUT = re.compile(r"max_(?:completion_|new_|output_)?tokens|(?:completion|output|generated) tokens", re.IGNORECASE)
_INPUT = re.compile(r"context|prompt|input|messages?\b|sequence|n_ctx|reduce the length", re.IGNORECASE)
# What a prompt leaves to the answer is less than nothing: how vLLM tells that the prompt alone is too long.
_NO_ROOM = re.compile(r"at least [01]\b.{0,20}\b(?:got|received|but)\D{0,5}-\d", re.IGNORECASE)
# Of how much may be asked in a time, or for one's money.
_RATE = re.compile(
    r"per[ -](?:min|sec|hour|day|month|week)|\b[TR]P[MDS]\b|rate.?limit|quota|billing|credit|balance|too many requests",
    re.IGNORECASE,
)
_TOKENS = re.compile(r"token|n_ctx|context|prompt|sequence", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.])\d{1,3}(?:,\d{3})+(?!\d)|(?<![\w.])\d+(?![\w.]*\d)")
# Numbers below are no lengths of prompts: the smallest context that can be set is 256.
_LEAST = 256


class Refusal(NamedTuple):
    """A part that is refused, and the value that is taken in its place, None where none is named.

    ``guessed`` says that the server names no part.
    """

    part: Part
    value: float | None = None
    guessed: bool = False


# That the model itself is not to be had: no other request would get it.
_OF_MODEL = re.compile(
    r"\bload(?:ing)? (?:the )?model|\bmodels?\b.{0,80}?\b(?:decommission\w*|retired"
    r"|no longer (?:available|supported|served|hosted)|(?:not|n't) (?:be )?(?:found|exist|loaded|served)|crashed)",
    re.IGNORECASE | re.DOTALL,
)


def is_about_model(words: ServerWords) -> bool:
    """Whether a server says that it has not the model, or has it no more, and nothing of the request."""
    return _OF_MODEL.search(words.text) is not None


def is_too_long(status: int | None, words: ServerWords, within_answer: bool = False) -> bool:
    """Whether a prompt is refused because it is longer than the server takes.

    It is told by the status (413), by codes, by a word for the prompt near one for excess, or by two numbers of tokens
    of which one is over the other. What may be asked in a time is something else, unless one request is over it.

    Args:
        status: HTTP status, None where there is none.
        words: What the server says.
        within_answer: Whether it says so in an answer whose own status is good.
    """
    text = words.text
    if (status is None and not within_answer) or status in (401, 402, 403, 404, 407, 408, 504):
        return False
    if _RATE.search(f"{text} {' '.join(words.codes)}"):
        return status in (400, 413, 429) and _asks_for_more_than_ever(text)
    if status == 413 or any(_TOO_LONG_CODE.search(code) for code in words.codes):
        return True
    numbers = {number for number in _list_numbers(text) if number >= _LEAST}
    if status == 429 or (status is not None and status >= 502):
        compared = len(numbers) > 1 and _INPUT.search(text) and _TOO_LONG.search(text)
        return bool(compared or re.search(r"too (?:long|large)|context (?:length|window|size)", text, re.IGNORECASE))
    if _NO_ROOM.search(text):
        return True
    if _OUTPUT.search(text) and not _INPUT.search(text):
        return False
    if any(_NAMES[part].search(f"{words.parameter} {text}") for part in ("response_format", "temperature")):
        return False
    return bool(_TOO_LONG.search(text)) or (bool(_TOKENS.search(text)) and len(numbers) > 1)


def find_refusal(status: int | None, words: ServerWords, sent: Collection[str]) -> Refusal | None:
    """Find the part of a request that a server refuses; None where its words name none that was sent.

    Args:
        status: HTTP status, None for an error within a stream.
        words: What the server says.
        sent: The parts that were sent.
    """
    if status not in _REFUSED:
        return None
    message = f"{words.text} {' '.join(words.codes)}"
    if not _DENIED.search(message):
        return None
    places: list[tuple[int, Part]] = []
    for part in PARTS:
        if part not in sent:
            continue
        if _NAMES[part].search(words.parameter):
            places.append((-1, part))
        elif named := _NAMES[part].search(words.text):
            places.append((named.start(), part))
    if not places:
        return None
    part = min(places, key=lambda place: (place[0], PARTS.index(place[1])))[1]
    return Refusal(part, _find_value(part, words.text))


def _find_value(part: Part, text: str) -> float | None:
    if part == "temperature":
        if re.search(r"positive|greater than 0|> ?0|non-?zero|cannot be 0", text, re.IGNORECASE):
            return SMALLEST
        if re.search(r"\bdefault\b", text, re.IGNORECASE):  # Sent it may be refused all the same.
            return None
        if re.search(r"(?:only|must be|should be|be set to|equal)\D{0,20}\b1(?:\.0)?\b(?!\.\d)", text, re.IGNORECASE):
            return 1.0
    if part == "max_tokens":
        numbers = [number for number in _list_numbers(text) if number >= 16]
        bounded = re.search(r"at most|less than|maximum|too large|<=|≤|exceed|up to|limit|range", text, re.IGNORECASE)
        return float(min(numbers)) if numbers and bounded else None
    return None


# A temperature for servers that take none of 0: as good as 0 for every sampler. Chosen by hand.
SMALLEST = 0.01


def _asks_for_more_than_ever(text: str) -> bool:
    """Whether one request is over what may be asked in a time, so that no waiting helps."""
    limit = re.search(r"limit\D{0,12}(\d[\d,]*)", text, re.IGNORECASE)
    request = re.search(r"request(?:ed)?\D{0,12}(\d[\d,]*)", text, re.IGNORECASE)
    if limit and request:
        return int(request[1].replace(",", "")) > int(limit[1].replace(",", ""))
    return bool(re.search(r"request (?:is )?too large|too large for", text, re.IGNORECASE))


def _list_numbers(text: str) -> list[int]:
    return [int(number.replace(",", "")) for number in _NUMBER.findall(text)]
