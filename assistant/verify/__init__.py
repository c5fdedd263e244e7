"""Checking a sentence of an answer against the papers that it cites: pure functions, no model."""

from typing import TYPE_CHECKING

from assistant.verify.verdict import Finding, FindingKind, Verdict

if TYPE_CHECKING:
    from assistant.verify.check import verify
else:

    def __getattr__(name):
        # Loaded when it is asked for: whoever lists papers needs to know which give orders, and checks no sentence.
        if name != "verify":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from assistant.verify.check import verify

        return verify


__all__ = ["Finding", "FindingKind", "Verdict", "verify"]
