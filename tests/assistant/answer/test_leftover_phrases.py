"""A model is asked what the rules could not use of a question, and only then."""

from pathlib import Path

from assistant.client import Assistant
from assistant.testing import HashEmbedder, ScriptedChatModel
from tests.assistant import small


def ask(folder: Path, question: str, *replies: str) -> tuple[list[str], tuple[str, ...], tuple[str, ...]]:
    """Titles that are cited, the conditions and the notes."""
    small.assistant(folder, small.FIELD).close()
    chat = ScriptedChatModel(turns=list(replies))
    with Assistant.open(folder, embedder=HashEmbedder(), model=chat) as asked:
        answer = asked.ask(question)
    return [reference.title for reference in answer.references], answer.trace.conditions, answer.trace.notes


def test_a_phrase_that_the_model_explains_is_used(tmp_path: Path) -> None:
    titles, _, notes = ask(tmp_path, "papers by Che modulo those of 2023", "modulo those of 2023 => not from 2023")
    assert titles == ["Queues with Differentiable Simulators"]
    assert notes == ()


def test_a_phrase_that_it_does_not_explain_is_said_to_be_unused(tmp_path: Path) -> None:
    titles, conditions, notes = ask(tmp_path, "papers by Che modulo those of 2023", "I cannot say.")
    assert len(titles) == 2
    assert conditions == ("by Che",)
    assert notes == ("I did not use: “modulo those of 2023”",)
