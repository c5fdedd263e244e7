"""Question files: JSON Lines that say what a good answer holds, to score answers against."""

from pathlib import Path
from typing import Annotated

from pydantic import StringConstraints, ValidationError

from store.errors import SourceError
from store.paper import Frozen

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Question(Frozen):
    """A question and what is expected of its answer.

    ``papers`` are the titles of the papers it is about (gold papers); one of them is enough unless
    ``need_all_papers``. The answer or its quotes hold one of ``answer_any`` and every one of ``answer_all``.
    ``abstain``: the library cannot answer it. ``history``: questions asked before it in the same session.
    ``type`` is a free word; ``metadata`` marks a question about the catalogue, such as one about years or authors.
    """

    id: Text
    type: str
    question: Text
    papers: tuple[Text, ...] = ()
    need_all_papers: bool = False
    answer_any: tuple[Text, ...] = ()
    answer_all: tuple[Text, ...] = ()
    abstain: bool = False
    history: tuple[Text, ...] = ()


def load_questions(path: Path) -> list[Question]:
    """Load the questions of a file, in its order; blank lines are skipped.

    Raises:
        SourceError: The file cannot be read, holds no question, a line that is none, or an id twice; names file and
            line.
    """
    questions: dict[str, Question] = {}
    for number, line in enumerate(_read_lines(path), 1):
        if not line.strip():
            continue
        question = _parse_question(line, f"{path}:{number}")
        if question.id in questions:
            raise SourceError(f"{path}:{number}: the id {question.id!r} comes twice.", "Give each question its own.")
        questions[question.id] = question
    if not questions:
        raise SourceError(f"{path} holds no question.", "Write one JSON object a line, with id, type and question.")
    return list(questions.values())


def _read_lines(path: Path) -> list[bytes]:
    try:
        return path.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n")
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}.", "Give a JSON Lines file.") from error


def _parse_question(line: bytes, where: str) -> Question:
    try:
        return Question.model_validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(map(str, first["loc"]))
        reason = f"{field}: {first['msg']}" if field else first["msg"]
        raise SourceError(f"{where}: not a question: {reason}.", "Mend that line, then try again.") from error
