"""Answering without a model: evidence, quotes, checks, replies."""
