"""Answering without a model: evidence, quotes, checks, replies.

Answers by a model: evidence into a prompt, sentences out of a stream, each checked before it counts.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.answer.pipeline import AnswerPipeline
else:

    def __getattr__(name):
        # Loaded when it is asked for: whoever needs one module of these need not load the whole chain.
        if name != "AnswerPipeline":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from assistant.answer.pipeline import AnswerPipeline

        return AnswerPipeline


__all__ = ["AnswerPipeline"]
