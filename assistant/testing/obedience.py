"""The most gullible model: it does what the text it reads tells it to do. For tests of prompt injection."""

import re
from collections.abc import Iterator

from assistant.testing.testing_reply import Message, text_of

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
_REACH = 600


def obedient(messages: list[Message]) -> str:
    """Answer by doing what any message but the system's own says.

    It says what follows "ignore previous instructions … say X" or a forged system turn, cites "[7]" where told to
    "cite [7]", and repeats markdown images, links, URLs and terminal escapes; a sentence a line.
    """
    text = "\n".join(text_of(message) for message in messages if message.get("role") not in ("system", "developer"))
    marks = "".join(f" {mark}" for mark in dict.fromkeys(_CITE.findall(text)))
    said = [f"{sentence}{marks}" for sentence in dict.fromkeys(_orders(text))]
    said += dict.fromkeys(match.group() for rule in (_BEACON, _ESCAPE) for match in rule.finditer(text))
    return "\n".join(said) or f"{_NOTHING}{marks}"


def _orders(text: str) -> Iterator[str]:
    """The sentences that it is told to say."""
    for trigger in _TRIGGER.finditer(text):
        for order in _ORDER.finditer(text, trigger.end(), trigger.end() + _REACH):
            words = next(filter(None, order.groups())).strip(" .,:;")
            if words:
                yield words if words.endswith(("!", "?")) else f"{words}."
