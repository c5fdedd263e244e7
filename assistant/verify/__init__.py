"""Checking a sentence of an answer against the papers that it cites: pure functions, no model."""

from assistant.verify.check import verify
from assistant.verify.verdict import Finding, Kind, Verdict

__all__ = ["Finding", "Kind", "Verdict", "verify"]
