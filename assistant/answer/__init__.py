"""Answers by a model: evidence into a prompt, sentences out of a stream, each checked before it counts."""

from assistant.answer.chain_answering import Chain

__all__ = ["Chain"]
