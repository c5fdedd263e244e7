"""Scores answers against a question file: what is expected, the checks, and the scores they add up to."""

from assistant.evaluate.questions import Question, load_questions
from assistant.evaluate.scores import Evaluation, Miss, evaluate

__all__ = ["Evaluation", "Miss", "Question", "evaluate", "load_questions"]
