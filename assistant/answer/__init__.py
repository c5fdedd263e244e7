"""Answering without a model: evidence, quotes, checks, replies.

Answers by a model: evidence into a prompt, sentences out of a stream, each checked before it counts.
"""

from assistant.answer.pipeline import AnswerPipeline

__all__ = ["AnswerPipeline"]
