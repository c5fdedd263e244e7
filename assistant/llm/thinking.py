"""What a model thinks, told from what it answers: by tags and channels in its text.

Servers that know a model hand its thinking over beside the text. Others leave it in, between tags of many spellings,
without the opening tag (the prompt ended with it), without the closing one (there was no room left), or in the channels
of gpt-oss, with their markers or without. What is thought is no answer, whatever form it has.
"""

import re
from typing import NamedTuple

from pydantic_core import from_json

_NAME = (
    r"(?:\w{1,20}[:_-])?(?:think(?:ing)?|thoughts?|reason(?:ing)?|reflect(?:ion)?|scratch_?pad|rationale|analysis|cot)"
)
# Other words in brackets may be headings.
_IN_BRACKETS = r"(?:think(?:ing)?|thoughts?|reasoning)"
_OPEN = (
    rf"<{_NAME}> | \[{_IN_BRACKETS}\] | ◁{_NAME}▷ | <\|(?:begin_of_|start_)?{_NAME}(?:_start|_begin)?\|>"
    r" | ^Thinking\.\.\.$"
)
_CLOSE = (
    rf"</{_NAME}> | \[/{_IN_BRACKETS}\] | ◁/{_NAME}▷ | <\|(?:end_of_|end_|/){_NAME}\|> | <\|{_NAME}_end\|>"
    r" | \.\.\.done\ thinking\."
)
_ANSWER = r"<(?:final_?)?(?:answer|response|solution|output)> | <\|(?:begin_of_|start_)(?:answer|response|solution)\|>"
_END = r"</(?:final_?)?(?:answer|response|solution|output)> | <\|(?:end_of_|end_)(?:answer|response|solution)\|>"
_CHANNEL = (
    r"(?:<\|start\|>)?(?:assistant)?<\|channel\|>\s{0,5}(?P<channel>\w{1,20})(?P<to>[^<]{0,80})"
    r"(?:<\|constrain\|>\w{1,20})?<\|message\|>"
)
_MARKER = re.compile(
    rf"(?P<close> {_CLOSE} ) | (?P<open> {_OPEN} ) | (?P<answer> {_ANSWER} ) | (?P<end> {_END} )"
    rf" | {_CHANNEL}",
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)
# What every marker has; looked for first, for a growing text is split with each token.
_SIGNS = ("<", "◁", "...")
_BRACKET = re.compile(r"\[/?[A-Za-z]")
# Channels whose markers a server has dropped: their names are glued to what they hold.
_BARE_ANALYSIS = re.compile(r"\s*(?:assistant)?analysis(?=[A-Z\"“(\n])")
_BARE_FINAL = re.compile(r"assistant\n?final\n?|\A\s*final(?=[A-Z{])")
# What ends a turn for a model, where its server passes it on.
_STOP = re.compile(r"<\|(?:end|return|call|start|im_end|im_start|eot_id|endoftext|end_of_text)\|>|</s>\s*$")


class Thought(NamedTuple):
    """What stands in a text as thinking, and the rest of it, which is the answer.

    ``open`` says that the thinking did not end: whatever follows is no answer yet.
    """

    thinking: str
    rest: str
    open: bool = False


def split_thinking(text: str) -> Thought:
    """Split a text, whole or still growing, into thinking and answer; one without thinking is given back as it is.

    Tags count where they open a line or are closed later on: a claim may be about a tag. JSON as a whole holds none.
    """
    signed = any(sign in text for sign in _SIGNS) or _BRACKET.search(text)
    markers = list(_MARKER.finditer(text)) if signed else []
    if not markers:
        return _split_bare_channels(text)
    if text.lstrip()[:1] in ("{", "[") and _is_json(text):
        return Thought("", text)
    last_close = max((marker.start() for marker in markers if marker["close"]), default=-1)
    indent = len(text) - len(text.lstrip())
    thinking: list[str] = []
    rest: list[str] = []
    now, start = rest, 0
    for marker in markers:
        before = text[marker.start() - 1 : marker.start()]
        opens = marker["open"] and (marker.start() < max(last_close, indent + 1) or before in ("\n", ">"))
        if marker["open"] and not opens:
            continue
        now.append(text[start : marker.start()])
        start = marker.end()
        if marker["answer"] or (marker["close"] and now is rest) or _is_final(marker):
            thinking += rest
            rest.clear()
        now = thinking if opens or (marker["channel"] and not _is_final(marker)) else rest
    now.append(text[start:])
    return Thought(_join(thinking), _join(rest), now is thinking)


def _is_final(marker: re.Match[str]) -> bool:
    """Whether a channel holds the answer: the last one, or the arguments of a tool that the model took it for."""
    return bool(marker["channel"]) and (marker["channel"].lower() == "final" or "to=" in marker["to"])


def _split_bare_channels(text: str) -> Thought:
    finals = list(_BARE_FINAL.finditer(text)) if "final" in text else []
    opening = _BARE_ANALYSIS.match(text)
    if finals and (opening or finals[-1].start() == 0):
        end = finals[-1]
        return Thought(_join([text[opening.end() if opening else 0 : end.start()]]), _join([text[end.end() :]]))
    if opening:
        return Thought(_join([text[opening.end() :]]), "", open=True)
    return Thought("", _STOP.sub("", text) if "<" in text else text)


def _is_json(text: str) -> bool:
    try:
        from_json(text)
    except ValueError:
        return False
    return True


def _join(parts: list[str]) -> str:
    return _STOP.sub("", "\n".join(part.strip() for part in parts if part.strip()))
