"""The stream of an answer, read as leniently as servers write it: chunks in one shape, whatever they came as.

Servers put their words into ``delta``, ``message`` or ``text``, as text or as a list of parts, piece by piece or each
time all so far; they send comments, ``retry:``, events without data, lines of bare JSON, or the whole answer at once;
they tell of errors in the middle. ``ChunkReader`` reads all of these; what cannot be read raises, and is named.
"""

import json
import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from typing import Any

from assistant.llm.chat import CallPiece, Delta, Json
from assistant.llm.server_words import ServerWords, read_server_words
from assistant.llm.token_counts import read_counts
from store.text.clean import clean_characters

# The longest line of a stream, and the longest answer that comes at once, in bytes: an answer of the 100 000 tokens
# that the largest models write is half a megabyte. Doubled, and eight times that for what comes at once.
LONGEST_LINE, LONGEST_BODY = 1_000_000, 8_000_000
# Fields in which thinking comes beside the answer.
_THINKING = ("reasoning_content", "reasoning", "thinking", "thinking_content", "reasoning_text")
_PARTS_OF_THINKING = (
    "thinking",
    "reasoning",
    "reasoning_content",
    "redacted_thinking",
    "reasoning.text",
    "summary_text",
)
# Names of fields in which servers tell of an error, and what they say there where there is none.
_ERROR_WORDS = re.compile(r"(?:\A|_)(?:message|msg|detail|errors?)\Z|\A(?:reason|title)\Z", re.IGNORECASE)
_GOOD = frozenset({"success", "ok", "none"})
_GAP = re.compile(r"\s*")
# What a piece of text has, and what its choice has beside it where it tells more than that.
_OF_TEXT = frozenset({"role", "content"})
_BESIDE_TEXT = ("finish_reason", "native_finish_reason", "done_reason", "error", "usage", "logprobs")
# Words for why an answer ends that tell of a failure; a router may have put a good one beside that of the provider.
FAILED = re.compile(r"error|abort|cancel|insufficient|malformed|unavailable", re.IGNORECASE)
# Pieces after which the last may repeat the whole answer; fewer are what a proxy sends twice.
_PIECES = 3

# Lines of an event that may be whole without an empty line behind it: one with line breaks has some 30. Chosen by hand.
_LINES = 100
# Characters of the word for why an answer ends, which is shown. Chosen by hand.
_LONGEST_REASON = 60


class ServerError(Exception):
    """An error that a server tells of in an answer that began as a good one.

    Attributes:
        words: What it says.
    """

    def __init__(self, words: ServerWords) -> None:
        super().__init__(words.text)
        self.words = words


class NoStream(Exception):
    """What came is no stream of an answer; ``words`` are those of the page that came in its place."""

    def __init__(self, words: ServerWords) -> None:
        super().__init__(words.text)
        self.words = words


class TooMuchData(Exception):
    """A line or a body is longer than any answer."""


async def read_deltas(pieces: AsyncIterator[bytes]) -> AsyncGenerator[Delta, None]:
    """Read the body of a response, piece by piece, to its end, so that no connection is left half-read.

    Raises:
        Exception: As ``ChunkReader.feed``.
    """
    reader, ended = ChunkReader(), False
    async for data in pieces:
        for delta in () if ended else reader.feed(data):
            yield delta
            if delta.ended:
                ended = True
                break
    for delta in () if ended else reader.finish():
        yield delta


class ChunkReader:
    """Reads a body as it comes."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._data: list[str] = []
        self._data_size = 0
        self._event = ""
        self._bare: list[str] = []
        self._bare_size = 0
        self._is_stream = False
        # The answer so far, in the pieces in which it came: to join them with each new one takes quadratic time.
        self._parts: list[str] = []
        self._length = self._pieces = 0
        self._is_cumulative = False
        self._index: Any = None

    def feed(self, data: bytes) -> Iterator[Delta]:
        """Read a further piece of the body.

        Raises:
            ServerError: The server tells of an error.
            TooMuchData: A line is longer than any answer.
            ValueError: An event is no JSON.
        """
        self._buffer += data
        if b"\n" not in data and b"\r" not in data:
            self._check_size()
            return
        *lines, rest = bytes(self._buffer).replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        self._buffer = bytearray(rest)
        self._check_size()
        for line in lines:
            yield from self._read_line(line.decode("utf-8", "replace"))

    def finish(self) -> Iterator[Delta]:
        """Read what is left where the body ends.

        Raises:
            ServerError: The server tells of an error.
            NoStream: There was no answer in it.
            ValueError: An event is no JSON.
        """
        yield from self._read_line(self._buffer.decode("utf-8", "replace"))
        yield from self._read_line("")
        if not self._is_stream:
            yield from self._read_whole("\n".join(self._bare))

    def _check_size(self) -> None:
        if len(self._buffer) > (LONGEST_LINE if self._is_stream else LONGEST_BODY):
            raise TooMuchData

    def _read_line(self, line: str) -> Iterator[Delta]:
        if not line.strip():
            yield from self._read_data()
            return
        name, colon, value = line.removeprefix("\ufeff").partition(":")
        value = value.removeprefix(" ").removeprefix("data: ")
        if name == "data" and colon:
            self._is_stream = True
            # Servers that leave the empty lines out between events send one object a line.
            if value.lstrip().startswith(("{", "[DONE]")) and self._has_whole_event():
                yield from self._read_data()
            self._data.append(value)
            self._data_size += len(value) + 1
            if self._data_size > LONGEST_LINE:
                raise TooMuchData
        elif colon and name in ("", "event", "id", "retry"):  # Without a name it is a comment.
            self._is_stream = True
            self._event = value if name == "event" else self._event
        elif self._is_stream and _is_json(line):
            yield from self._read_event(line)
        elif not self._is_stream:
            self._bare.append(line)
            self._bare_size += len(line)
            if self._bare_size > LONGEST_BODY:
                raise TooMuchData

    def _has_whole_event(self) -> bool:
        return 0 < len(self._data) <= _LINES and _is_json("\n".join(self._data))

    def _read_data(self) -> Iterator[Delta]:
        """Read the event whose lines have come."""
        data, self._data, self._data_size = "\n".join(self._data), [], 0
        yield from self._read_event(data)

    def _read_event(self, data: str) -> Iterator[Delta]:
        event, self._event = self._event, ""
        bare = data.strip()
        if not bare:
            return
        if bare.strip('"')[: len("[DONE]")].upper() == "[DONE]":
            yield Delta(ended=True)
            return
        if event == "error":
            raise ServerError(read_server_words(data))
        if bare[0] not in '{["' and any(map(str.isalpha, data)):  # No JSON was meant.
            raise ServerError(read_server_words(data))
        for chunk in _decode(data):
            yield self._read_chunk(chunk)

    def _read_whole(self, body: str) -> Iterator[Delta]:
        """Read a body that is no stream: a whole answer, one object a line, an error, or a page."""
        if not body.strip():
            raise NoStream(ServerWords())
        try:
            chunks = _decode(body)
        except ValueError:
            try:
                chunks = [json.loads(line) for line in self._bare]
            except ValueError:
                raise NoStream(read_server_words(body)) from None
        for chunk in chunks:
            yield self._read_chunk(chunk)
        yield Delta(ended=True)

    def _read_usual(self, chunk: Any) -> Delta | None:
        """Read a piece of text in the shape in which nearly all come, in less time; None for any other chunk."""
        if type(chunk) is not dict or chunk.get("error") or chunk.get("usage") is not None:
            return None
        choices = chunk.get("choices")
        choice = choices[0] if type(choices) is list and len(choices) == 1 else None
        if type(choice) is not dict or any(map(choice.get, _BESIDE_TEXT)):
            return None
        message = choice.get("delta")
        if type(message) is not dict or not message.keys() <= _OF_TEXT:
            return None
        content, index = message.get("content"), choice.get("index")
        if type(content) is not str or index is None or self._index not in (None, index):
            return None
        self._index = index
        return Delta(text=self._cut_repetition(content, whole=False))

    def _read_chunk(self, chunk: Any) -> Delta:
        usual = self._read_usual(chunk)
        if usual is not None:
            return usual
        choices = chunk.get("choices") if isinstance(chunk, dict) else None
        if _tells_of_error(chunk, bool(choices)):
            raise ServerError(read_server_words(json.dumps(chunk)))
        if not isinstance(choices, list):  # Ollama's own interface has no choices.
            choices = [chunk] if {"message", "delta", "response", "text", "content"} & chunk.keys() else []
        choice = self._choose(choices)
        if choice.get("error"):
            raise ServerError(read_server_words(json.dumps({"error": choice["error"]})))
        message = _find_message(choice)
        text, thinking = _read_content(message.get("content") or message.get("text"))
        thinking += _read_thinking(message)
        reason = choice.get("finish_reason") or choice.get("done_reason")
        native = choice.get("native_finish_reason")
        if isinstance(native, str) and FAILED.search(native):
            reason = native
        usage = next((place["usage"] for place in (chunk, choice) if isinstance(place.get("usage"), dict)), None)
        refusal, logprobs = message.get("refusal"), choice.get("logprobs")
        return Delta(
            text=self._cut_repetition(text, whole=not choice.get("delta")),
            thinking=thinking,
            finish_reason=clean_characters(reason)[:_LONGEST_REASON] if isinstance(reason, str) else "",
            usage=read_counts(usage) if usage else None,
            calls=tuple(_read_calls(message)),
            refusal=refusal if isinstance(refusal, str) else "",
            logprobs=logprobs if isinstance(logprobs, dict) else None,
        )

    def _choose(self, choices: list[Any]) -> Json:
        """Choose the answer among several, which is the one that began first."""
        listed = [choice for choice in choices if isinstance(choice, dict)]
        if listed and self._index is None:
            self._index = listed[0].get("index")
        return next((choice for choice in listed if choice.get("index", self._index) == self._index), {})

    def _cut_repetition(self, piece: str, whole: bool) -> str:
        """Cut what came before off a piece, where each piece holds the answer so far or the last one all of it."""
        if not piece:
            return piece
        self._pieces += 1
        if len(piece) >= self._length:
            so_far = "".join(self._parts)
            longer = len(piece) > len(so_far) > 2 and piece.startswith(so_far)
            repeats = piece == so_far and (whole or self._is_cumulative or self._pieces > _PIECES)
            if longer or repeats:
                self._is_cumulative = self._is_cumulative or longer
                self._parts, self._length = [piece], len(piece)
                return piece[len(so_far) :]
        self._parts.append(piece)
        self._length += len(piece)
        return piece


def _decode(data: str) -> list[Any]:
    """Decode JSON: a chunk, a list of them, or several in a row."""
    try:
        value = json.loads(data)
    except json.JSONDecodeError as error:
        if not error.msg.startswith("Extra data"):
            raise
        return _decode_row(data)
    return value if isinstance(value, list) and any(isinstance(c, dict) and "choices" in c for c in value) else [value]


def _decode_row(data: str) -> list[Any]:
    values: list[Any] = []
    decoder, end = json.JSONDecoder(), 0
    while end < len(data):
        value, end = decoder.raw_decode(data, end)
        values.append(value)
        gap = _GAP.match(data, end)
        end = gap.end() if gap else end
    return values


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return text.lstrip().startswith(("{", "["))


def _tells_of_error(chunk: object, has_choices: bool) -> bool:
    """Whether a chunk is an error: one that says so, or that has words and no choices.

    Other chunks without choices are signs of life and counts.
    """
    if not isinstance(chunk, dict):
        return True
    if chunk.get("error") or has_choices:
        return bool(chunk.get("error"))
    inner = (field for value in chunk.values() if isinstance(value, dict) for field in value.items())
    told = (value for name, value in (*chunk.items(), *inner) if _ERROR_WORDS.search(name) and value)
    said = any(isinstance(value, str | list) and str(value).lower() not in _GOOD for value in told)
    return chunk.get("object") == "error" or said


def _find_message(choice: Json) -> Json:
    """The words of a choice in one shape."""
    for name in ("delta", "message"):
        message = choice.get(name)
        if isinstance(message, dict) and message:
            return message
        if isinstance(message, str) and message:
            return {"content": message}
    for name in ("text", "response", "content"):
        if isinstance(choice.get(name), str):
            return {"content": choice[name]}
    return {}


def _read_content(content: object) -> tuple[str, str]:
    """The text and the thinking of a content, which is a text or a list of parts."""
    if isinstance(content, str):
        return content, ""
    parts = content if isinstance(content, list) else [content] if isinstance(content, dict) else []
    text, thinking = "", ""
    for part in parts:
        if isinstance(part, str):
            text += part
        elif isinstance(part, dict):
            if part.get("type") in _PARTS_OF_THINKING or part.get("thought") is True:
                thinking += _join_texts(part)
            else:
                text += _join_texts(part)
    return text, thinking


def _read_thinking(message: Json) -> str:
    for name in _THINKING:
        if message.get(name):
            return _join_texts(message[name])
    return _join_texts(message.get("reasoning_details"))


def _read_calls(message: Json) -> Iterator[CallPiece]:
    """The pieces of tool calls, those of the older ``function_call`` among them."""
    calls = message.get("tool_calls")
    older = message.get("function_call")
    listed = calls if isinstance(calls, list) else [{"function": older}] if isinstance(older, dict) else []
    for n, call in enumerate(listed):
        function = call.get("function") if isinstance(call, dict) else None
        if isinstance(function, dict):
            arguments = function.get("arguments")
            args = arguments if isinstance(arguments, str) else json.dumps(arguments) if arguments else ""
            index, name = call.get("index"), function.get("name")
            yield CallPiece(index if isinstance(index, int) else n, name if isinstance(name, str) else "", args)


def _join_texts(value: object) -> str:
    """Join the texts in a value, however deep they are."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(_join_texts(item) for item in value)
    if isinstance(value, dict):
        names = ("text", "thinking", "reasoning", "content", "summary")
        return next((_join_texts(value[name]) for name in names if value.get(name)), "")
    return ""
