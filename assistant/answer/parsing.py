"""What a model writes, as drafts of claims: from JSON that is still growing, or from sentences with ``[n]``."""

import re
from typing import Any, NamedTuple

from pydantic_core import from_json

from store.text.clean import clean_text
from store.text.sentences import sentence_spans

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "claims": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "text": {"type": "string"},
                    "sources": {"type": "array", "items": {"type": "integer"}},
                },
                "required": ["text", "sources"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["claims"],
    "additionalProperties": False,
}
_MARKS = re.compile(r"\s*\[(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)\]")
_NOTHING = re.compile(r"^\W*not\s+stated\W*$", re.I)
# Where the answer begins in what a talkative model writes around it, and what it writes behind it.
_OPENING = re.compile(r'\{\s*"claims"')
_FENCE = re.compile(r"^\s*```(?:json)?\s*|\s*```[^`\"]*$")


class Draft(NamedTuple):
    """A sentence as the model wrote it and the numbers that it cites; nothing of it is checked."""

    text: str
    sources: tuple[int, ...] = ()


class ParsedAnswer(NamedTuple):
    """Drafts in order; ``broken`` says that the text is not of the form asked for."""

    drafts: list[Draft]
    broken: bool = False


def parse_answer(text: str) -> ParsedAnswer:
    """Parse a whole answer, in whichever of the two forms it is; an empty one is broken."""
    if not text.strip():
        return ParsedAnswer([], broken=True)
    return parse_json(text) if is_json(text) else parse_text(text)


def is_json(text: str) -> bool:
    """Whether an answer, perhaps only its beginning, is meant as JSON."""
    return text.lstrip().startswith(("{", "[{", "```")) or bool(_OPENING.search(text))


def parse_json(text: str) -> ParsedAnswer:
    """Parse drafts from JSON, whatever the model wrote around it."""
    try:
        claims = _find_claims(from_json(_find_body(text)))
    except ValueError:
        return ParsedAnswer([], broken=True)
    drafts = [_parse_draft(claim) for claim in claims or ()]
    readable = [draft for draft in drafts if draft is not None and draft.text]
    return ParsedAnswer(readable, broken=claims is None or len(readable) < len(claims))


def read_growing_text(text: str) -> str:
    """Read the sentences in an answer that is still being written, as they are; it only ever grows with the answer."""
    if not is_json(text):
        return text.partition("{")[0]
    try:
        claims = _find_claims(from_json(_find_body(text), allow_partial="trailing-strings"))
    except ValueError:
        return ""
    texts = (claim.get("text") for claim in claims or () if isinstance(claim, dict))
    return " ".join(text for text in texts if isinstance(text, str))


def salvage_json(text: str) -> list[Draft]:
    """Read the whole claims of JSON that was cut off; a half sentence at the end is dropped."""
    try:
        claims = _find_claims(from_json(_find_body(text), allow_partial=True))
    except ValueError:
        return []
    drafts = [_parse_draft(claim) for claim in claims or ()]
    return [draft for draft in drafts if draft is not None and draft.text and draft.sources]


def parse_text(text: str) -> ParsedAnswer:
    """Parse drafts from sentences that end in ``[n]``; a number behind the stop belongs to the sentence before it."""
    if _NOTHING.match(text):
        return ParsedAnswer([])
    plain = clean_text(re.sub(r"([.!?])((?:\s*\[\d[\d\s,;–-]*\])+)", r"\2\1", text))
    drafts = []
    for start, end in sentence_spans(plain):
        sentence = plain[start:end]
        numbers = tuple(dict.fromkeys(n for match in _MARKS.finditer(sentence) for n in _parse_numbers(match.group(1))))
        bare = clean_text(_MARKS.sub("", sentence).strip(" -*•"))
        if any(character.isalnum() for character in bare):
            drafts.append(Draft(bare, numbers))
    return ParsedAnswer(drafts)


def _find_body(text: str) -> str:
    opening = _OPENING.search(text)
    return _FENCE.sub("", text[opening.start() :] if opening else text)


def _find_claims(value: Any) -> list[Any] | None:
    claims = value.get("claims") if isinstance(value, dict) else value
    return claims if isinstance(claims, list) else None


def _parse_draft(claim: Any) -> Draft | None:
    if not isinstance(claim, dict) or not isinstance(claim.get("text"), str):
        return None
    sources = claim.get("sources", [])
    numbers = [n for n in sources if isinstance(n, int)] if isinstance(sources, list) else []
    return Draft(clean_text(_MARKS.sub("", claim["text"])), tuple(dict.fromkeys(numbers)))


def _parse_numbers(mark: str) -> list[int]:
    """Parse the numbers of ``1, 3`` or ``2-4``."""
    numbers: list[int] = []
    for part in re.split(r"[,;]", mark):
        ends = [int(end) for end in re.findall(r"\d+", part)]
        # "1-900" is no list of sources: what ends far behind its beginning is cut; 20 chosen by hand.
        numbers += range(ends[0], min(ends[-1], ends[0] + 20) + 1) if len(ends) == 2 else ends
    return numbers
