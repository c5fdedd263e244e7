"""What models write beside the form that is asked for: python -m benchmarks.replies [NAME …] [--cases FOLDER].

Each case of FOLDER (``../shared/cases/answers``; with ``--half``, of that half) is a question over the shipped listing,
answered by a model that writes what the case says: out of a script, or over HTTP where the reply is kept as it came.
Right is what the case's ``right_value`` says:

plain-text answer: the drafts are those that are named, text and numbers; with none the answer abstains, else not.
server:form, server:thinking: the claims hold, say the accuracy, and nothing of what the model thought or talked; or the
failure is told as the model's, in the words that are named.
server:follow-up: what is searched for is the question with its subject; nothing of the reply's markup, and no failure.

Prints what is wrong, and the rate of each kind.
"""

import ast
import asyncio
import re
from collections import Counter
from typing import Any

from assistant import Answer
from assistant.answer.model import Model
from assistant.answer.model_drafts import parse_answer
from assistant.answer.pipeline import AnswerPipeline, AnswerRequest, stream_answer
from assistant.answer.pipeline_factory import build_pipeline
from assistant.events import AnswerDone, TextDelta
from assistant.llm.thinking import split_thinking
from assistant.sessions import Sessions
from assistant.settings import ModelSettings, Settings
from assistant.testing import ScriptedChatModel
from assistant.types import Turn
from benchmarks.abstention import sample
from benchmarks.corpora import CACHE
from benchmarks.replay import read_arguments, replay
from prompts import Prompts
from store.errors import ConspectusError, ModelError, ModelUnreachable, PromptTooLong
from store.library import Library

QUESTION = "What ImageNet top-1 accuracy does the ViT-G model soup reach?"
ANSWER = '{"claims": [{"text": "The ViT-G model soup attains 90.94% top-1 accuracy on ImageNet.", "sources": [1]}]}'
KINDS = ("plain-text answer", "server:form", "server:thinking", "server:follow-up")
# What only thinking, talk and markup have.
_THOUGHT = re.compile(r"user|97|I should|think|assistant|analysis|channel")
_NOT_SAID = re.compile(rf"{_THOUGHT.pattern}|Sure|provided|References|\*\*|claims|\[\^|rewritten|```")


async def main() -> None:
    """Play the cases and print."""
    library = sample()
    cases, right = Counter[str](), Counter[str]()
    for case in read_arguments().read():
        if case["kind"] not in KINDS:
            continue
        wrong = await judge_case(library, case)
        cases[case["kind"]] += 1
        right[case["kind"]] += not wrong
        if wrong:
            print(f"{case['kind']} {case['name']}: {wrong}")
    for kind, count in cases.items():
        print(f"{kind:20} {right[kind]}/{count}  {right[kind] / count:.2f}")


async def judge_case(library: Library, case: dict[str, Any]) -> str:
    """Play a case; returns what is wrong with what came of it, "" where nothing is."""
    if case["kind"] == "plain-text answer":
        return await judge_text(library, case)
    if case["kind"] == "server:follow-up":
        return await judge_follow_up(library, case)
    answer = await ask_server(library, case)
    if case["right_value"].startswith("says clearly"):
        clear = re.search(r"\(clear:(.*)\)", case["right_value"])
        if isinstance(answer, Answer):
            return describe(answer) if clear or judge_accuracy(answer) else ""
        return "" if re.search(clear[1] if clear else "", str(answer), re.IGNORECASE) else str(answer)
    return judge_accuracy(answer) if isinstance(answer, Answer) else str(answer)


async def judge_text(library: Library, case: dict[str, Any]) -> str:
    """Judge an answer in plain text by its drafts, and by whether the answer abstains."""
    reply, expected = case["data"]["reply"], ast.literal_eval(case["right_value"])
    drafts = parse_answer(split_thinking(reply).rest).drafts
    if len(drafts) != len(expected):
        return f"drafts {drafts}"
    for draft, (text, sources) in zip(drafts, expected, strict=True):
        if draft.sources != sources or text not in (None, draft.text):
            return f"drafts {drafts}"
    chat = ScriptedChatModel(turns=[reply], default=lambda messages: reply)
    answer = await ask(AnswerPipeline(library, Model(chat, "scripted", schema=False), Prompts()))
    if not isinstance(answer, Answer):
        return str(answer)
    return "" if bool(answer.claims) == bool(expected) else describe(answer)


async def judge_follow_up(library: Library, case: dict[str, Any]) -> str:
    """Judge a follow-up by what was searched for, and by what was found."""
    data = case["data"]
    first = await ask(AnswerPipeline(library, Model(ScriptedChatModel(turns=[ANSWER]), "scripted"), Prompts()))
    assert isinstance(first, Answer)
    failure: ConspectusError | None = None
    if re.match(r"HTTP \d", data["reply"]):
        failure = ModelUnreachable("The model scripted fails (500).")
    elif re.match(r"\d{3} ", data["reply"]):
        failure = PromptTooLong(f"The prompt is too long for the model scripted ({data['reply']}).")
    chat = ScriptedChatModel(turns=[failure or data["reply"], ANSWER], default=lambda messages: ANSWER)
    pipeline = AnswerPipeline(library, Model(chat, "scripted"), Prompts())
    answer = await ask(pipeline, data["turn2"], (Turn.now(data["turn1"], first),))
    if not isinstance(answer, Answer):
        return str(answer)
    asked = chat.requests[-1].text.partition("Question:")[2]
    searched = answer.trace.searched
    if _NOT_SAID.search(searched) or _NOT_SAID.search(asked.partition("\n")[0]):
        return f"searched {searched!r}, asked {asked[:200]!r}"
    titles = [reference.title for reference in answer.references]
    found = any(title.startswith("Model soups") for title in titles)
    return "" if found and "inference cost" in searched else f"searched {searched!r}, {describe(answer)}"


def judge_accuracy(answer: Answer) -> str:
    """Judge an answer by its claims: they hold, one says the accuracy, and none says anything else."""
    said = " ".join(claim.text for claim in answer.claims)
    sound = all(claim.holds for claim in answer.claims)
    return "" if sound and "90.94" in said and not _NOT_SAID.search(said) else describe(answer)


def describe(answer: Answer) -> str:
    """Describe an answer in a line."""
    claims = "; ".join(f"[{claim.support}] {claim.text}" for claim in answer.claims)
    return f"abstained {answer.reason}" if answer.abstained and not claims else f"claims {claims}"


async def ask_server(library: Library, case: dict[str, Any]) -> Answer | ConspectusError:
    """Ask the server that replays a case."""
    with replay(case) as server:
        model = ModelSettings(model="m", base_url=f"{server.address}/v1", timeout=20, stall=20, retries=0)
        pipeline = build_pipeline(library, Settings(chat=model, cache=False))
        assert pipeline is not None
        return await ask(pipeline)


async def ask(
    pipeline: AnswerPipeline, question: str = QUESTION, history: tuple[Turn, ...] = ()
) -> Answer | ConspectusError:
    """Ask; returns the answer, or the error that it failed with. What is shown meanwhile is never thinking."""
    request = AnswerRequest(question=question, history=history)
    shown = ""
    try:
        async for event in stream_answer(pipeline.library, pipeline, Sessions(CACHE / "sessions"), request):
            if isinstance(event, TextDelta):
                shown += event.text
            if isinstance(event, AnswerDone):
                wrong = _THOUGHT.search(shown)
                return ModelError(f"shown meanwhile: {shown}") if wrong else event.answer
    except ConspectusError as error:
        return error
    raise AssertionError


if __name__ == "__main__":
    asyncio.run(main())
