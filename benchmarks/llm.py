"""Answers of a real model: python -m benchmarks.llm MODEL BASE_URL [QUESTIONS.jsonl] [--text] [--think] [--every N].

For example the shared rig, ``../shared/rig/serve-llm qwen2.5-coder-1.5b 8081``, then
``python -m benchmarks.llm qwen2.5-coder-1.5b http://127.0.0.1:8081/v1``. ``--text`` asks for plain text in place of
JSON, ``--think`` by a prompt for thinking in tags and JSON behind it, without a schema; ``--context`` is what the
server reads. Prints a line a question, and at the end:

right and cited: answerable questions whose answer cites a right paper and holds what it has to, ÷ answerable questions;
abstained: unanswerable ones without an answer; wrong that hold: claims that hold in answers that were expected to
abstain, and in answers to facts that lack what they have to hold, ÷ claims that hold.
"""

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from assistant import Answer, Assistant
from assistant.evaluate import Question, load_questions
from assistant.evaluate.scores import QuestionRun, check_cited, check_contains
from assistant.settings import Settings, load
from benchmarks.abstention import sample
from benchmarks.corpora import CACHE, SHARED
from prompts import PromptRole, Prompts
from store.errors import ModelError

# Stands behind the shipped form of JSON, for which no schema is sent: that would let an answer begin with nothing else.
THINKING = (
    "\n\nBegin your reply with <think>, think there step by step about which abstract answers, close it with </think>, "
    "and write the answer behind it.\n"
)


def read_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("base_url")
    parser.add_argument("questions", nargs="?", type=Path, default=SHARED / "eval" / "questions.jsonl")
    parser.add_argument("--text", action="store_true", help="ask for plain text")
    parser.add_argument("--think", action="store_true", help="have the model think in tags before its answer")
    parser.add_argument("--every", type=int, default=1, help="ask each so-manieth question")
    parser.add_argument("--context", type=int, default=None, help="tokens that the server reads")
    return parser.parse_args()


def main() -> None:
    """Ask and print."""
    arguments = read_arguments()
    sample()
    values = {"timeout": 600, "stall": 300, "max_output": 512, "cache": False, "context": arguments.context}
    if arguments.text or arguments.think:
        values["response_format"] = "none"
    with tempfile.TemporaryDirectory() as folder:
        if arguments.think:
            form = Prompts().read(PromptRole.FORM_JSON).strip() + THINKING
            (Path(folder) / "form_text.md").write_text(form, encoding="utf-8")
            values["prompts"] = folder
        settings = load({"model": arguments.model, "base_url": arguments.base_url, **values}, env={})
        ask_all(settings, load_questions(arguments.questions)[:: arguments.every])


def ask_all(settings: Settings, questions: Sequence[Question]) -> None:
    """Ask each question and print what comes of them."""
    right = asked = abstained = unanswerable = wrong = sound = claims = failed = 0
    with Assistant.open(CACHE / "sample", settings=settings) as assistant:
        for question in questions:
            unanswerable += question.abstain
            asked += not question.abstain
            try:
                answer = answered(assistant, question)
            except ModelError as error:
                failed += 1
                print(f"{question.id} FAILED {error}", flush=True)
                continue
            good = is_right(answer, question)
            carried = sum(claim.holds for claim in answer.claims)
            claims += len(answer.claims)
            sound += carried
            abstained += question.abstain and answer.abstained
            right += good and not question.abstain
            wrong += 0 if good else carried
            told(question, answer, good)
    print(f"right and cited {right}/{asked}  abstained {abstained}/{unanswerable}")
    print(f"failures of the model {failed}")
    print(f"claims {claims}, that hold {sound}, of those in wrong answers {wrong}")


def answered(assistant: Assistant, question: Question) -> Answer:
    """Ask a question after those before it, in a session of its own."""
    session = assistant.sessions.new().id
    try:
        for earlier in question.history:
            assistant.ask(earlier, session)
        return assistant.ask(question.question, session)
    finally:
        assistant.sessions.delete(session)


def is_right(answer: Answer, question: Question) -> bool:
    """Whether it cites a right paper and holds what it has to; abstains where it has to."""
    if question.abstain or answer.abstained:
        return question.abstain and answer.abstained
    run = QuestionRun(question, answer)
    return all(outcome.value for check in (check_cited, check_contains) for outcome in check(run))


def told(question: Question, answer: Answer, good: bool) -> None:
    """Print what became of a question."""
    used = f"{answer.usage.input_tokens}+{answer.usage.output_tokens} tokens"
    print(f"{question.id} {'right' if good else 'WRONG'} {answer.trace.seconds:.0f} s {answer.mode} {used}", flush=True)
    print(f"    {question.question}\n    {answer.text or answer.reason}", flush=True)
    for claim in answer.claims:
        print(f"    {claim.support:<12}{claim.text}  {'; '.join(claim.reasons)}", flush=True)
    for note in answer.trace.notes:
        print(f"    note: {note}", flush=True)


if __name__ == "__main__":
    main()
