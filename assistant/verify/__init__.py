"""Checking a sentence of an answer against the papers that it cites: pure functions, no model."""

from assistant.verify.check import verify
from assistant.verify.verdict import Finding, FindingKind, Verdict

__all__ = ["Finding", "FindingKind", "Verdict", "verify"]
