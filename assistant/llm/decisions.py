"""A chat model's decision on statements, in three ways: typed decisions, the probabilities of a letter, a choice.

Endpoints with ``/v1/decisions`` are asked for the probabilities of three choices.
Others are asked for one letter, and for the probabilities that it had (``logprobs``). Where neither is to be had the
model chooses, and its reply is read strictly: what is not exactly one choice for each statement is no answer to any.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol, cast

from assistant.llm.chat import ChatModel, Json, collect_answer, is_cut_off
from assistant.llm.thinking import split_thinking
from assistant.llm.token_counts import make_usage, read_counts
from assistant.types import Usage
from assistant.verify.entailment import Probabilities, Statement
from prompts import PromptRole, Prompts
from store.errors import FormatRefused, ModelError, ModelRefused, PromptTooLong
from store.text.clean import clean_characters

CHOICES: Mapping[str, str] = {
    "says": "The evidence states all of the claim.",
    "silent": "The evidence states only a part of the claim, or something else.",
    "opposes": "The evidence states something that cannot be true together with the claim.",
}
"""What there is to choose from, and what each means; the order is that of ``Probabilities`` and of the letters."""
_LETTERS = "ABC"
# Alternatives to the first token that are asked for: the three letters with a space before them and without, and what
# else a model begins with. Chosen by hand; OpenAI gives 20 at the most.
_ALTERNATIVES = 10
_LETTER_OPTIONS = {"logprobs": True, "top_logprobs": _ALTERNATIVES, "max_completion_tokens": 1}
# The letters must have more than half of the probability: else the model was about to say something else.
_LEAST_MASS = 0.5
# Statements of one request, chosen by hand: a small model loses count among more.
_MOST_STATEMENTS = 10
# Tokens that the entry of one statement in a reply takes; rounded up from the shipped prompts.
_ENTRY = 16
# HTTP statuses that say that an endpoint has no such page, or does not take such a request.
_NOT_TAKEN = frozenset({400, 403, 404, 405, 410, 415, 422, 501})


class AskedModel(Protocol):
    """What has to be known of a model to ask it; ``assistant.answer.model.Model`` is one."""

    chat: ChatModel
    name: str
    context: int
    max_output: int

    @property
    def writes_json(self) -> bool:
        """Whether it may take a JSON schema."""


class DecisionReplies(NamedTuple):
    """What a model decided on the statements of a request, None where it gave no answer, and what that took."""

    rated: list[Probabilities | None]
    usage: Usage


class NotTaken(Exception):
    """The endpoint cannot be asked in this way; never leaves the judge. ``usage`` is what finding out took."""

    def __init__(self, usage: Usage = Usage()) -> None:  # noqa: B008  # frozen
        super().__init__()
        self.usage = usage


class DecisionMethod(Protocol):
    """One way to ask. ``most`` statements go into a request, each with ``entry`` tokens in the reply."""

    most: int

    def count_output(self, statements: int) -> int:
        """Count the tokens of a reply at the most."""

    async def decide(self, statements: Sequence[Statement]) -> DecisionReplies:
        """Have statements decided in one request.

        Raises:
            NotTaken: The endpoint does not take such a request, or answers it with something else.
            Exception: As the client; the model gives no answer.
        """


def list_methods(model: AskedModel, prompts: Prompts) -> list[DecisionMethod]:
    """List the ways in which a model may be asked, the best first; the last one is taken by every model."""
    methods: list[DecisionMethod] = []
    if hasattr(model.chat, "request"):
        methods.append(TypedDecisions(model, prompts))
    if model.chat.takes_logprobs:
        methods.append(LetterProbabilities(model, prompts))
    return [*methods, StrictChoices(model, prompts)]


def format_statements(statements: Sequence[Statement]) -> str:
    """Format statements as data, numbered from 1: a line each, so that no text can end its own line or the block."""
    lines = []
    for n, statement in enumerate(statements, 1):
        lines.append(f"Statement {n}")
        lines += [f"Sentence: {_format_line(sentence)}" for sentence in statement.evidence]
        lines.append(f"Claim: {_format_line(statement.claim)}")
    return "\n".join(lines)


def _format_line(text: str) -> str:
    return " ".join(clean_characters(text).split()).replace("<", "‹").replace(">", "›")


class TypedDecisions:
    """Asks ``/v1/decisions`` for the probability of each choice, many statements at once.

    Args:
        model: A model behind an endpoint that speaks OpenAI's interface.
        prompts: The instructions of each question.
    """

    most = _MOST_STATEMENTS

    def __init__(self, model: AskedModel, prompts: Prompts) -> None:
        self._model = model
        self._prompts = prompts

    def count_output(self, statements: int) -> int:
        """Count the tokens of a reply at the most."""
        return statements * _ENTRY

    async def decide(self, statements: Sequence[Statement]) -> DecisionReplies:
        """Have statements decided in one request; raises as ``DecisionMethod.decide``."""
        names = {f"statement_{n}": n for n in range(1, len(statements) + 1)}
        body = {
            "model": self._model.name,
            "input": format_statements(statements),
            "questions": [self._build_question(name, n) for name, n in names.items()],
        }
        try:
            reply = await cast("Any", self._model.chat).request("/decisions", body)
        except ModelError as error:
            failure = _tell_refusal(error)
        else:
            answers = _read_decisions(reply)
            return DecisionReplies([answers.get(name) for name in names], _count_decisions(reply))
        raise failure

    def _build_question(self, name: str, n: int) -> Json:
        choices = [{"value": value, "description": meaning} for value, meaning in CHOICES.items()]
        instructions = self._prompts.render(PromptRole.DECISION, n=str(n))
        return {"type": "choice", "name": name, "instructions": instructions, "choices": choices}


def _read_decisions(reply: Any) -> dict[str, Probabilities | None]:
    """Read the decisions by the names of their questions; None for one that is none.

    Raises:
        NotTaken: The reply has no list of answers to questions.
    """
    answers = reply.get("answers") if isinstance(reply, dict) else None
    if not isinstance(answers, list) or not all(isinstance(answer, dict) and "name" in answer for answer in answers):
        raise NotTaken
    return {str(answer["name"]): _read_decision(answer) for answer in answers if answer.get("type") == "choice"}


def _read_decision(answer: Json) -> Probabilities | None:
    try:
        chances = {item["value"]: float(item["probability"]) for item in answer["probabilities"]}
    except (KeyError, TypeError, ValueError):
        return None
    if answer.get("choice") not in CHOICES or set(chances) != set(CHOICES):
        return None
    says, silent, opposes = (chances[name] for name in CHOICES)
    rating = Probabilities(says, silent, opposes)
    return rating if rating.is_sound else None


def _count_decisions(reply: Json) -> Usage:
    used = reply.get("usage")
    return make_usage(read_counts(used) if isinstance(used, dict) else None)


class LetterProbabilities:
    """Asks for one letter and reads the probabilities that the three letters had, a statement a request.

    Args:
        model: A model that tells ``logprobs``.
        prompts: What it is asked.
    """

    most = 1

    def __init__(self, model: AskedModel, prompts: Prompts) -> None:
        self._model = model
        self._prompts = prompts
        self._taken = False

    def count_output(self, statements: int) -> int:
        """Count the tokens of a reply at the most."""
        return statements

    async def decide(self, statements: Sequence[Statement]) -> DecisionReplies:
        """Have the only statement decided; raises as ``DecisionMethod.decide``."""
        form = self._prompts.render(PromptRole.FORM_LETTER)
        prompt = self._prompts.render(PromptRole.JUDGE, statements=format_statements(statements), form=form)
        try:
            answer = await collect_answer(self._model.chat.ask(prompt, _LETTER_OPTIONS))
        except ModelError as error:
            failure = _tell_refusal(error)
        else:
            rating = read_letter(answer.logprobs)
            # A model that thinks first, or an endpoint that tells no probabilities, is asked in another way.
            if rating is None and not self._taken:
                raise NotTaken(make_usage(answer.usage))
            self._taken = self._taken or rating is not None
            return DecisionReplies([rating], make_usage(answer.usage))
        raise failure


def read_letter(logprobs: object) -> Probabilities | None:
    """Read the probabilities of the choices from those of the first token; None where it was to be something else."""
    try:
        alternatives = cast("Any", logprobs)["content"][0]["top_logprobs"]
        chances = [(str(item["token"]).strip(), math.exp(item["logprob"])) for item in alternatives]
    except (KeyError, IndexError, TypeError, ValueError, OverflowError):
        return None
    masses = [math.fsum(chance for token, chance in chances if token == letter) for letter in _LETTERS]
    total = math.fsum(masses)
    if not _LEAST_MASS < total <= 1.0 + 1e-3:  # NaN compares to nothing; a little more than 1 is rounding.
        return None
    says, silent, opposes = (mass / total for mass in masses)
    return Probabilities(says, silent, opposes)


class StrictChoices:
    """Has a model choose for many statements at once; as JSON where the endpoint takes a schema, else in lines.

    Args:
        model: Any chat model.
        prompts: What it is asked.
    """

    def __init__(self, model: AskedModel, prompts: Prompts) -> None:
        self._model = model
        self._prompts = prompts
        self._as_json = model.writes_json
        self.most = max(1, min(_MOST_STATEMENTS, model.max_output // _ENTRY - 1))

    def count_output(self, statements: int) -> int:
        """Count the tokens of a reply at the most."""
        return self._model.max_output

    async def decide(self, statements: Sequence[Statement]) -> DecisionReplies:
        """Have statements decided in one request; raises as ``DecisionMethod.decide``."""
        as_json = self._as_json
        form = self._prompts.render(PromptRole.FORM_CHOICES_JSON if as_json else PromptRole.FORM_CHOICES)
        prompt = self._prompts.render(PromptRole.JUDGE, statements=format_statements(statements), form=form)
        options: dict[str, Any] = {"response_format": _FORMAT} if as_json else {}
        try:
            answer = await collect_answer(self._model.chat.ask(prompt, options))
        except FormatRefused:
            if not as_json:
                raise
        else:
            is_cut = is_cut_off(answer.finish_reason)
            choices = None if is_cut else read_choices(answer.text, len(statements))
            return DecisionReplies(choices or [None] * len(statements), make_usage(answer.usage))
        self._as_json = False
        return await self.decide(statements)


_FORMAT: dict[str, Any] = {
    "type": "json_schema",
    "json_schema": {
        "name": "answers",
        "strict": True,
        "schema": {
            "type": "object",
            "properties": {
                "answers": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {"n": {"type": "integer"}, "choice": {"type": "string", "enum": [*CHOICES]}},
                        "required": ["n", "choice"],
                        "additionalProperties": False,
                    },
                }
            },
            "required": ["answers"],
            "additionalProperties": False,
        },
    },
}
_LINE = re.compile(r"([1-9][0-9]{0,2}) ?: ?(says|silent|opposes)")


def read_choices(reply: str, count: int) -> list[Probabilities | None] | None:
    """Read a choice for each of so many statements; None where the reply is anything else.

    A number that is missing, comes twice or was not asked for spoils the whole reply: who miscounts may have answered
    for another statement.
    """
    text = split_thinking(reply).rest.strip()
    pairs = _parse_json(text) if text.startswith("{") else _parse_lines(text)
    if pairs is None or sorted(n for n, _ in pairs) != list(range(1, count + 1)):
        return None
    return [_choose(choice) for _, choice in sorted(pairs)]


def _parse_json(text: str) -> list[tuple[int, str]] | None:
    try:
        value = json.loads(text)
    except ValueError:
        return None
    if set(value) != {"answers"} or not isinstance(value["answers"], list):
        return None
    pairs = []
    for entry in value["answers"]:
        if not isinstance(entry, dict) or set(entry) != {"n", "choice"}:
            return None
        if type(entry["n"]) is not int or entry["choice"] not in [*CHOICES]:
            return None
        pairs.append((entry["n"], entry["choice"]))
    return pairs


def _parse_lines(text: str) -> list[tuple[int, str]] | None:
    matches = [_LINE.fullmatch(line.strip()) for line in text.splitlines()]
    pairs = [(int(match[1]), match[2]) for match in matches if match]
    return pairs if len(pairs) == len(matches) else None


def _choose(choice: str) -> Probabilities:
    says, silent, opposes = (float(name == choice) for name in CHOICES)
    return Probabilities(says, silent, opposes, measured=False)


def _tell_refusal(error: ModelError) -> Exception:
    """Tell that the endpoint does not take such a request, or give the error back."""
    refused = isinstance(error, ModelRefused) and not isinstance(error, PromptTooLong)
    return NotTaken() if refused and error.status_code in _NOT_TAKEN else error
