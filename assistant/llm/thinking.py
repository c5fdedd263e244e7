"""What a model thinks, told from what it answers: by tags and channels in its text.

Servers that know a model hand its thinking over beside the text. Others leave it in, between tags of many spellings,
without the opening tag (the prompt ended with it), without the closing one (there was no room left), or in the channels
of gpt-oss, with their markers or without. What is thought is no answer, whatever form it has.
"""

import re
from typing import NamedTuple

from pydantic_core import from_json

_NAME = (
    r"(?:\w{1,20}[:_-])?(?:think(?:ing)?|thoughts?|reason(?:ing)?|reflect(?:ion)?|scratch_?pad|rationale|analysis|cot"
    r"|monologue)(?:[:_-]\w{1,30})?"
)
# Other words in brackets may be headings.
_IN_BRACKETS = r"(?:think(?:ing)?|thoughts?|reasoning)"
_LESS, _GREATER = r"(?:<|＜|&lt;)", r"\s?(?:>|＞|&gt;)"
_OPEN = (
    rf"{_LESS}{_NAME}(?:\s[\w-]{{1,30}}=[^<>]{{0,200}})?{_GREATER} | \[{_IN_BRACKETS}\] | ◁{_NAME}▷"
    rf" | <\|{_NAME}\|> | <\|inner_prefix\|> | <(?:unused\d{{1,4}}|\|channel)>thought\n | ^Thinking\.\.\.$"
)
_CLOSE = (
    rf"{_LESS}\s?\\?/{_NAME}{_GREATER} | \[/{_IN_BRACKETS}\] | ◁/{_NAME}▷"
    rf" | <\|(?:end_of_|end_|/){_NAME}\|> | <\|{_NAME}_end\|> | <\|inner_suffix\|> | <channel\|>"
    r" | (?<!\A)<unused\d{1,4}>(?!thought) | \.\.\.done\ thinking\."
)
_ANSWERS = r"(?:final_?)?(?:answer|response|solution|output)"
_ANSWER = rf"<(?:{_ANSWERS}|final)> | <\|(?:begin_of_|start_)?(?:answer|response|solution|content)(?:_start|_begin)?\|>"
_END = rf"</(?:{_ANSWERS}|final)> | <\|(?:end_of_|end_)(?:answer|response|solution)\|> | <\|(?:answer|response)_end\|>"
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
_SIGN = re.compile(r"[<◁＜]|\.\.\.|&lt;|\[/?[A-Za-z]")
# Thinking in a block of Markdown or HTML.
_BLOCK = re.compile(
    r"^```(?:think\w*|thoughts?|reason\w*)[ \t]*\n(?P<fenced>.*?)(?P<fence>\n```|\Z)"
    r"|<details(?P<about>[^<>]{0,200}>\s{0,9}(?:<summary>[^<>]{0,80}</summary>)?)(?P<folded>.*?)(?P<fold></details>|\Z)",
    re.IGNORECASE | re.DOTALL | re.MULTILINE,
)
_OF_THINKING = re.compile(r"think|thought|reason", re.IGNORECASE)
# A text in two parts under headings: "Here is my thought process: … Here is my response: …".
_BEFORE_LABEL = r"(?:(?:step[ -]by[ -]step|my|the|final|here(?: is|['’]s) my)\s+){0,2}"


def _build_label(words: str) -> str:
    """Make a pattern of a heading: marked as one, in bold, or before a colon."""
    label = rf"{_BEFORE_LABEL}(?:{words})"
    return rf"(?:#{{1,6}} {label}:?[ \t]*$|(?:\*\*|__){label}:?(?:\*\*|__):?|{label}:)"


_TITLED = re.compile(
    rf"\s*{_build_label('(?:thought|thinking|reasoning)(?: process)?|thoughts|analysis')}(?P<thinking>.*)"
    rf"^{_build_label('answer|response')}(?P<answer>.*)",
    re.IGNORECASE | re.DOTALL | re.MULTILINE,
)
# An answer under a heading of its own stands for itself: it cites, or is JSON. Else its reasoning is a part of it.
_CITES = re.compile(r"[\[{【]")
# Channels whose markers a server has dropped: their names are glued to what they hold.
_BARE_ANALYSIS = re.compile(r"\s*(?:assistant)?analysis(?=[A-Z\"“(\n])")
_BARE_FINAL = re.compile(r"assistant\n?final\n?|\A\s*final(?=[A-Z{])")
# What a chat template puts around turns, where a server passes it on: tokens, the heads of turns, and turns of others
# that a model makes up behind its own.
_TOKEN = r"<\|[\w ]{1,40}\|>|<｜[^｜<>\n]{1,40}｜>|\[\|\w{1,30}\|\]"
_EDGE = r"(?:</?(?:s|eos|bos|pad|sep|(?:start|end)_of_turn|unused\d{1,4})>|\[/?INST\])"
_BEGIN = r"(?:<\|[\w ]{1,40}\|>|<start_of_turn>)"
_OTHERS_TURN = re.compile(
    rf"(?<=\S)\s*(?:{_BEGIN}\s?(?:user|human|system)\b|<\|(?:user|human|system)\|>|\[INST\]).*",
    re.IGNORECASE | re.DOTALL,
)
_TEMPLATE = re.compile(
    rf"{_BEGIN}\s?(?:assistant|model)\b|{_TOKEN}|\A(?:\s*{_EDGE}\s*)+|(?<!\s)(?:\s*+{_EDGE})+\s*+\Z", re.IGNORECASE
)


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
    if "```" in text or "<details" in text:
        text = _BLOCK.sub(_put_into_tags, text)
    signed = _SIGN.search(text)
    markers = list(_MARKER.finditer(text)) if signed else []
    if not markers:
        return _split_titled(text) or _split_bare_channels(text)
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


# What stands in all that ends thinking, and the most characters of it: a tag with the longest names is shorter.
_ENDING = re.compile(r"[<◁＜]|&lt;|\[/|```|done thinking|assistant\n?final", re.IGNORECASE)
_LONGEST_ENDING = 120


def goes_on(text: str, start: int) -> bool:
    """Whether thinking that was open where a text had ``start`` characters is open still; sooner told than by parts.

    False where it may have ended: the text is to be split then.
    """
    return _ENDING.search(text, max(0, start - _LONGEST_ENDING)) is None


def _put_into_tags(block: re.Match[str]) -> str:
    """Put a block of thinking into tags, the closing one where the block is closed."""
    if block["fenced"] is None and not _OF_THINKING.search(block["about"]):
        return block[0]
    closed = block["fence"] or block["fold"]
    return f"<think>{block['fenced'] or block['folded']}{'</think>' if closed else ''}"


def _split_titled(text: str) -> Thought | None:
    titled = _TITLED.match(text)
    if titled is None or not _CITES.search(titled["answer"]):
        return None
    return Thought(_join([titled["thinking"]]), _join([titled["answer"]]))


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
    return Thought("", _drop_template(text))


def _is_json(text: str) -> bool:
    try:
        from_json(text)
    except ValueError:
        return False
    return True


def _join(parts: list[str]) -> str:
    return _drop_template("\n".join(part.strip() for part in parts if part.strip()))


def _drop_template(text: str) -> str:
    """Drop what a chat template puts around a turn, and the turns behind it."""
    if "<" not in text and "[" not in text:
        return text
    return _TEMPLATE.sub("", _OTHERS_TURN.sub("", text))
