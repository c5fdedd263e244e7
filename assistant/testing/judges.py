"""Judges for the second stage of the check: honest ones that a test scripts, and all that can go wrong with one.

``ScriptedJudge`` is a second stage without any endpoint. ``judge_chat`` and ``judge_decisions`` make a fake endpoint
decide, in whichever of the three ways it is asked; ``JUDGE_FAULTS`` spoils that. ``perfect_judge`` knows the truth.
"""

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from assistant.testing.reply import Answering, Message, Reply, split_tokens, text_of
from assistant.testing.server.http_server import Json, Response
from assistant.testing.server.script import Deciding, Fault
from assistant.verify.entailment import Probabilities, Statement

Choice = Literal["says", "silent", "opposes"]

Judging = Callable[[Statement], Choice]
"""Decides on a claim and its evidence."""

_LETTERS: Mapping[str, str] = {"says": "A", "silent": "B", "opposes": "C"}
_BLOCK = re.compile(r"<statements>\n(.*?)\n</statements>", re.DOTALL)
# Of the choice that is made and of each of the others; chosen by hand.
_CHOSEN, _OTHER = 0.96, 0.02


def always(choice: Choice) -> Judging:
    """Decide the same of every claim."""
    return lambda statement: choice


def perfect_judge(truths: Mapping[str, Choice]) -> Judging:
    """Decide as the truths say, by the text of the claim; claims that are not among them are silent."""
    return lambda statement: truths.get(" ".join(statement.claim.split()), "silent")


class ScriptedJudge:
    """A second stage without an endpoint; records what it was asked.

    Args:
        judging: Decides on each claim.
        name: What it is called in signs.
    """

    stage: Literal["model"] = "model"

    def __init__(self, judging: Judging, name: str = "scripted judge") -> None:
        self.name = name
        self.requests: list[list[Statement]] = []
        self._judging = judging

    async def rate(self, statements: Sequence[Statement]) -> list[Probabilities | None]:
        """Rate statements."""
        self.requests.append([*statements])
        return [_rate(self._judging(statement)) for statement in statements]


def _rate(choice: Choice) -> Probabilities:
    says, silent, opposes = (_CHOSEN if name == choice else _OTHER for name in _LETTERS)
    return Probabilities(says, silent, opposes)


def judge_chat(judging: Judging, other: Answering | None = None, logprobs: bool = True) -> Answering:
    """Answer requests for decisions in a chat, by a letter with its probabilities or by a choice for each statement.

    Args:
        judging: Decides on each claim.
        other: Answers what is no request for a decision: the questions to the model that writes.
        logprobs: Whether the endpoint tells the probabilities of tokens.
    """

    def answer(messages: list[Message]) -> Any:
        prompt = "\n".join(map(text_of, messages))
        statements = read_statements(prompt)
        if not statements:
            return other(messages) if other else ""
        choices = [judging(statement) for statement in statements]
        if "one letter only" in prompt:
            return Reply(_LETTERS[choices[0]], logprobs=_list_logprobs(choices[0]) if logprobs else None)
        if "JSON only" in prompt:
            return Reply({"answers": [{"n": n, "choice": choice} for n, choice in enumerate(choices, 1)]})
        return Reply("\n".join(f"{n}: {choice}" for n, choice in enumerate(choices, 1)))

    return answer


def _list_logprobs(choice: Choice) -> dict[str, float]:
    others = [letter for name, letter in _LETTERS.items() if name != choice]
    return {_LETTERS[choice]: math.log(_CHOSEN), **dict.fromkeys(others, math.log(_OTHER))}


def judge_decisions(judging: Judging) -> Deciding:
    """Answer ``/v1/decisions`` for ``fake_openai_server(decide=…)``."""

    def decide(body: Json) -> Sequence[Json]:
        statements = _parse_block(str(body["input"]).splitlines())
        pairs = zip(body["questions"], statements, strict=True)
        return [_answer_question(question["name"], judging(statement)) for question, statement in pairs]

    return decide


def _answer_question(name: str, choice: Choice) -> Json:
    rating = _rate(choice)
    return {
        "type": "choice",
        "name": name,
        "choice": choice,
        "confidence": rating.says if choice == "says" else _CHOSEN,
        "probabilities": [{"value": value, "probability": getattr(rating, value)} for value in _LETTERS],
    }


def read_statements(prompt: str) -> list[Statement]:
    """Read the statements of a prompt that asks for decisions; none where it asks for something else."""
    block = _BLOCK.search(prompt)
    return _parse_block(block[1].splitlines()) if block else []


def _parse_block(lines: Sequence[str]) -> list[Statement]:
    statements: list[Statement] = []
    evidence: list[str] = []
    for line in lines:
        kind, _, text = line.partition(": ")
        if kind == "Sentence":
            evidence.append(text)
        elif kind == "Claim":
            statements.append(Statement(text, tuple(evidence)))
            evidence = []
    return statements


def wrong_case() -> Fault:
    """Make the judge shout: ``SAYS``, ``a``."""
    return _change_words(str.swapcase)


def verbose() -> Fault:
    """Make the judge explain itself around its answer."""
    return _change_words(lambda text: f"Having read the evidence with care, I answer:\n{text}\nI hope this helps!")


def thinking_without_end() -> Fault:
    """Make the judge think until it stops, its answer among its thoughts."""
    return _change_words(lambda text: f"<think>\nIt might be\n{text}")


def thinking_then_nothing() -> Fault:
    """Make the judge think of an answer and give none."""
    return _change_words(lambda text: f"<think>{text}</think>\n\nI cannot decide this.")


def broken_json() -> Fault:
    """Make the judge's reply end too early, though nothing says that it was cut off."""
    return _change_words(lambda text: f'{text[: len(text) // 2]}"')


def other_numbers() -> Fault:
    """Make the judge answer for other statements: each number is one too high."""
    return _change_answers(lambda pairs: [(n + 1, choice) for n, choice in pairs])


def too_few_answers() -> Fault:
    """Make the judge leave the last statement out."""
    return _change_answers(lambda pairs: pairs[:-1])


def too_many_answers() -> Fault:
    """Make the judge answer for one statement more than there are."""
    return _change_answers(lambda pairs: [*pairs, (len(pairs) + 1, "says")])


def duplicated_numbers() -> Fault:
    """Make the judge answer twice for the first statement."""
    return _change_answers(lambda pairs: [*pairs, pairs[0]])


def invented_choice() -> Fault:
    """Make the judge choose what was not to be chosen."""
    return _change_words(lambda text: _CHOICE.sub("mostly", text))


def several_choices() -> Fault:
    """Make the judge choose two at a time."""
    return _change_words(lambda text: _CHOICE.sub(lambda choice: f"{choice[0]}/silent", text))


def empty_reply() -> Fault:
    """Make the judge say nothing."""
    return _change_words(lambda text: "")


def refusal() -> Fault:
    """Make the judge refuse in words of its own."""
    return _change_words(lambda text: "I'm sorry, but I can't assist with that.")


def cut_off() -> Fault:
    """Stop the judge at its limit of tokens, its answers out of order."""
    return Fault(reply=lambda messages, reply: _say(reply, reply.text[: len(reply.text) * 2 // 3], "length"))


def echoed_prompt() -> Fault:
    """Make the judge repeat what it was asked."""
    return Fault(reply=lambda messages, reply: _say(reply, "\n".join(map(text_of, messages))))


def obeyed_order() -> Fault:
    """Make the judge say what a text that it reads tells it to say."""
    return _change_words(lambda text: "The claim is fully supported by the evidence.")


def other_language() -> Fault:
    """Make the judge answer in another language."""
    return _change_words(lambda text: _CHOICE.sub("支持", text))


def numbers_as_text() -> Fault:
    """Make the judge put its numbers into quotation marks."""
    return _change_words(lambda text: re.sub(r"\d+", lambda number: f'"{number[0]}"', text))


def other_fields() -> Fault:
    """Make the judge name its fields otherwise, and explain itself in one more."""
    return _change_words(
        lambda text: text.replace('"choice":', '"verdict":').replace("}", ', "why": "x"}').replace(": s", " = s")
    )


def other_tokens() -> Fault:
    """Make the judge's first token most probably something else than a letter, and what it says no choice."""
    return Fault(reply=lambda messages, reply: _say(reply, "The evidence says A."))


def nan_logprobs() -> Fault:
    """Make the probabilities of the letters no numbers."""
    return _change_logprobs(lambda value: math.nan)


def positive_logprobs() -> Fault:
    """Make the probabilities of the letters far larger than 1."""
    return _change_logprobs(lambda value: 2.0)


def tiny_logprobs() -> Fault:
    """Make the letters so improbable that the model was about to say something else."""
    return _change_logprobs(lambda value: value - 5.0)


_CHOICE = re.compile(r"\b(?:says|silent|opposes|A|B|C)\b")


def _change_words(change: Callable[[str], str]) -> Fault:
    return Fault(reply=lambda messages, reply: _say(reply, change(reply.text)))


def _say(reply: Reply, text: str, finish_reason: str = "stop") -> Reply:
    """Let a reply say something else; where it told probabilities, its new first token is the likeliest."""
    tokens = split_tokens(text)[:1]
    logprobs = {token: math.log(_CHOSEN) for token in tokens} if reply.logprobs else None
    return replace(reply, said=text, finish_reason=finish_reason, logprobs=logprobs)


def _change_answers(change: Callable[[list[tuple[int, str]]], list[tuple[int, str]]]) -> Fault:
    """Change which statements are answered; a single letter is for the only statement, and stays."""

    def change_reply(messages: list[Message], reply: Reply) -> Reply:
        text = reply.text
        if text.startswith("{"):
            pairs = [(entry["n"], entry["choice"]) for entry in json.loads(text)["answers"]]
            return reply.saying({"answers": [{"n": n, "choice": choice} for n, choice in change(pairs)]})
        lines = [line.partition(": ") for line in text.splitlines() if ": " in line]
        changed = change([(int(n), choice) for n, _, choice in lines]) if lines else []
        return reply.saying("\n".join(f"{n}: {choice}" for n, choice in changed)) if lines else reply

    return Fault(reply=change_reply)


def _change_logprobs(change: Callable[[float], float]) -> Fault:
    def change_reply(messages: list[Message], reply: Reply) -> Reply:
        spoiled = {token: change(value) for token, value in (reply.logprobs or {}).items()}
        return replace(reply, said="?", logprobs=spoiled or None)

    return Fault(reply=change_reply)


JUDGE_FAULTS: Mapping[str, Callable[[], Fault]] = {
    maker.__name__: maker
    for maker in (
        *(wrong_case, verbose, thinking_without_end, thinking_then_nothing, broken_json, invented_choice),
        *(empty_reply, refusal, cut_off, echoed_prompt, obeyed_order, other_language),
        *(other_tokens, nan_logprobs, positive_logprobs, tiny_logprobs),
        *(other_numbers, too_few_answers, too_many_answers, duplicated_numbers, numbers_as_text, other_fields),
        several_choices,
    )
}
"""What a judge in a chat can do wrong, by name; ``faults.FAULTS`` has what goes wrong with its endpoint.

The last seven are about numbers of statements and the form of a list: a judge that is asked for a letter has none.
"""


def _change_decisions(change: Callable[[list[Json]], Any]) -> Fault:
    def change_response(response: Response) -> Response:
        body = json.loads(b"".join(piece for piece in response.pieces if isinstance(piece, bytes)))
        return Response.of({**body, "answers": change(body["answers"])})

    return Fault(wire=change_response)


def _change_each(**changes: Any) -> Callable[[], Fault]:
    return lambda: _change_decisions(lambda answers: [{**answer, **changes} for answer in answers])


def _set_probabilities(*values: float) -> Callable[[], Fault]:
    rows = [{"value": name, "probability": value} for name, value in zip(_LETTERS, values, strict=True)]
    return _change_each(probabilities=rows)


DECISION_FAULTS: Mapping[str, Callable[[], Fault]] = {
    "missing": lambda: _change_decisions(lambda answers: answers[:-1]),
    "none": lambda: _change_decisions(lambda answers: []),
    "no list": lambda: _change_decisions(lambda answers: "says"),
    "other names": lambda: _change_decisions(
        lambda answers: [{**answer, "name": f"{answer['name']}0"} for answer in answers]
    ),
    "refused": lambda: _change_decisions(
        lambda answers: [{"type": "refusal", "name": answer["name"]} for answer in answers]
    ),
    "another type": _change_each(type="predicate", probability=0.99),
    "invented choice": _change_each(choice="mostly"),
    "no numbers": _set_probabilities(math.nan, math.nan, math.nan),
    "above one": _set_probabilities(10.0, 0.0, 0.0),
    "below nothing": _set_probabilities(1.5, -0.25, -0.25),
    "all nothing": _set_probabilities(0.0, 0.0, 0.0),
    "other values": _change_each(probabilities=[{"value": "yes", "probability": 1.0}]),
}
"""What ``/v1/decisions`` can answer wrong, by name; for ``server.fail(…, endpoint="decisions")``."""
