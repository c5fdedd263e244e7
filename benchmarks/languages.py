"""Questions in other languages than the abstracts': python -m benchmarks.languages [QUESTIONS.jsonl].

Each question of questions_languages.jsonl is asked with a scripted model that translates it as the file says, in words
of its own, over the shipped listing. gold@5: a right paper is among the first five that the model is given; the same
for the English question of QUESTIONS.jsonl is beside it. Told: the language was told. Without a model: answers that say
that the languages differ, or quote a right paper, ÷ questions; those that say that no abstract answers are apart.
"""

import asyncio
import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from assistant import Answer
from assistant.answer.model import Model
from assistant.answer.pipeline import AnswerPipeline, AnswerRequest, stream_answer
from assistant.evaluate import load_questions
from assistant.events import AnswerDone, EvidenceFound
from assistant.sessions import Sessions
from assistant.testing import ScriptedChatModel
from benchmarks.abstention import sample
from benchmarks.corpora import CACHE, SHARED
from prompts import Prompts
from store.library import Library
from store.text.language import tell_language

NEAR = 5


async def main() -> None:
    """Ask and print."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED / "eval" / "questions.jsonl"
    gold = {question.id: question for question in load_questions(path)}
    library = sample()
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    file = Path(__file__).with_name("questions_languages.jsonl")
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        english, right = gold[row["id"]].question, gold[row["id"]].papers
        count = counts[row["language"]]
        count["questions"] += 1
        count["told"] += tell_language(row["question"]) == row["language"]
        count["gold@5"] += has_gold(library, await find_evidence(library, row["question"], row["translated"]), right)
        count["gold@5 of the English"] += has_gold(library, await find_evidence(library, english), right)
        keyless = await ask_keyless(library, row["question"])
        said = "abstracts are in English" in keyless.reason
        count["keyless: said so or right"] += said or any(r.title in right for r in keyless.references)
        count["keyless: falsely silent"] += keyless.abstained and not said
    for language, count in counts.items():
        print(language, "  ".join(f"{name} {n}" for name, n in count.items()))


async def find_evidence(library: Library, question: str, *translation: str) -> tuple[str, ...]:
    """Find the papers that a model is given to answer from."""
    chat = ScriptedChatModel(turns=translation, default=lambda messages: '{"claims": []}')
    async for event in AnswerPipeline(library, Model(chat, "scripted"), Prompts()).stream(question):
        if isinstance(event, EvidenceFound):
            return event.paper_ids
        if isinstance(event, AnswerDone):
            return tuple(reference.paper_id for reference in event.answer.references)
    return ()


def has_gold(library: Library, ids: tuple[str, ...], right: Any) -> bool:
    """Whether a right paper is among the first."""
    return any(paper.title in right for paper in library.get(ids[:NEAR]))


async def ask_keyless(library: Library, question: str) -> Answer:
    """Ask without a model."""
    request = AnswerRequest(question=question)
    async for event in stream_answer(library, None, Sessions(CACHE / "sessions"), request):
        if isinstance(event, AnswerDone):
            return event.answer
    raise AssertionError


if __name__ == "__main__":
    asyncio.run(main())
