"""The question in what a model replies when it is asked to put a follow-up so that it stands on its own.

Whatever is searched for decides what is found, so a reply is only taken where it is one question that keeps what was
asked and adds nothing but what the conversation is about. Any other is left aside, and the follow-up understood without
a model.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from assistant.answer.json_drafts import decode_json
from assistant.question.topic_words import FRAME
from assistant.types import Turn
from store.index.index_schema import extract_terms
from store.text.clean import clean_text
from store.text.sentences import sentence_spans

# What a longer reply than a question is, in characters; chosen by hand, not measured.
LONGEST = 400
# Of the words of the question at least this share stays, where they are not so few that a rewording changes all of
# them, and of those that are new at least this share comes from the conversation; chosen by hand.
KEPT = 0.5
FEW = 1
KNOWN = 0.5
_MARKUP = re.compile(r"^(?:[\s>#*_`\"'“”«»-]|\d{1,2}[.)]\s)+|[\s*_`\"'“”«»]+$|</?[\w|]{1,30}>")
_LABEL = re.compile(r"^[^?:：]{0,60}[:：]\s*(?=\S)")
_ASKS = re.compile(
    r"(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|do|does|did|can|could|has|have|had|will|would|should"
    r"|may|list|show|find|give|compare|name|tell|describe|explain)\b",
    re.IGNORECASE,
)
# What stands in quotes, and a remark behind a question.
_QUOTED = re.compile(r"[\"“«]([^\"“”«»]{10,}[?？؟])[\"”»]")
_REMARK = re.compile(r"(?<=[?？؟])\s*[(\[][^()\[\]]*[)\]]$")
_TO_THE_READER = re.compile(r"\b(?:you|me|I|my)\b")
# A name that every language writes alike: with a digit, or with a capital that is not its first letter.
_NAME = re.compile(r"(?=\w*\d|\w+[A-Z])[A-Za-z0-9]{2,}")


# Words of a question itself, which a rewording may add.
_FRAME = frozenset(term for word in FRAME for term in extract_terms(word))


class _Candidate(NamedTuple):
    """A sentence that may be the question; ``labelled`` where the reply says what it is."""

    text: str
    labelled: bool = False

    @property
    def asks(self) -> bool:
        """Whether it ends as a question does."""
        return self.text.endswith(("?", "？", "؟"))


def find_question(reply: str) -> str:
    """Find the one question in a reply, without what is around it; "" where there is none or more than one.

    Of several the last one counts that has a label ("Original: …? Rewritten: …?"), else the one that is not put to the
    reader ("Shall I answer it?").
    """
    candidates = list(dict.fromkeys(_list_candidates(reply)))
    questions = [candidate for candidate in candidates if candidate.asks]
    if not questions and len(candidates) == 1 and _ASKS.match(candidates[0].text):
        questions = candidates
    labelled = [question for question in questions if question.labelled]
    if len(questions) > 1:
        questions = labelled[-1:] or [question for question in questions if not _TO_THE_READER.search(question.text)]
    texts = {question.text for question in questions}
    return texts.pop() if len(texts) == 1 and len(questions[0].text) <= LONGEST else ""


def shares_subject(condensed: str, question: str, history: Sequence[Turn], *, resolves: bool) -> bool:
    """Whether a question is the same as another one with the subject of the conversation put in.

    Args:
        condensed: What the model made of it.
        question: As it was typed.
        history: Earlier turns.
        resolves: Whether it points back, so that something has to be put in.
    """
    asked_terms, condensed_terms = set(extract_terms(question)), set(extract_terms(condensed))
    history_terms = set(extract_terms(" ".join(map(_join_turn, history))))
    new = condensed_terms - asked_terms - _FRAME
    if resolves and not new & history_terms:
        return False
    keeps_terms = len(asked_terms) <= FEW or len(asked_terms & condensed_terms) >= KEPT * len(asked_terms)
    return keeps_terms and len(new & history_terms) >= KNOWN * len(new)


def keeps_names(translated: str, question: str) -> bool:
    """Whether a translation has the names and numbers of a question; nothing else can be compared without a lexicon."""
    now = translated.lower()
    return all(name.lower() in now for name in _NAME.findall(question))


def _list_candidates(reply: str) -> Iterator[_Candidate]:
    """List the sentences of a reply that may be the question."""
    if reply.lstrip().startswith(("{", "[", "```json")):
        reply = _read_fields(reply)
    for line in reply.splitlines():
        bare = _MARKUP.sub("", line)
        if not any(map(str.isalnum, bare)) or bare.endswith((":", "：")):
            continue
        text = clean_text(bare)
        for start, end in sentence_spans(text):
            if not text[start:end].endswith("!"):
                yield _read_candidate(_MARKUP.sub("", text[start:end]))


def _read_candidate(sentence: str) -> _Candidate:
    """Read a sentence without its label: of "Rewritten question: Do soups …?", and not of "Soups: do they …?"."""
    if quoted := _QUOTED.search(sentence):
        return _Candidate(quoted[1], labelled=True)
    label = _LABEL.match(sentence)
    rest = _MARKUP.sub("", sentence[label.end() :]) if label else ""
    labelled = _ASKS.match(rest) is not None
    return _Candidate(_REMARK.sub("", rest if labelled else sentence), labelled)


def _read_fields(reply: str) -> str:
    """Read the texts in a reply that is JSON, a line each behind its name; any other reply is given back as it is."""
    value = decode_json(reply.strip().removeprefix("```json").strip("`\n "))
    return "\n".join(_list_fields(value)) if isinstance(value, dict | list) else reply


def _list_fields(value: Any) -> Iterator[str]:
    fields = value.items() if isinstance(value, dict) else (("", item) for item in value)
    for name, field in fields:
        if isinstance(field, str):
            yield f"{name}: {field}" if name else field
        elif isinstance(field, dict | list):
            yield from _list_fields(field)


def _join_turn(turn: Turn) -> str:
    """All that a turn says: its question, its answer, and the titles and authors that it cites."""
    if turn.answer is None:
        return turn.question
    cited = [" ".join([reference.title, *reference.authors]) for reference in turn.answer.references]
    return " ".join([turn.question, turn.answer.text, *cited])
