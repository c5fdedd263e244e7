"""The line at the bottom: what is asked, by whom, at what cost."""

from time import monotonic

from textual.content import Content
from textual.reactive import reactive
from textual.timer import Timer
from textual.widgets import Static

from assistant.types import Usage

TICK = 0.5


class Status(Static):
    """Facts, the most important first; what does not fit is cut at the right."""

    library: reactive[str] = reactive("opening the library")
    scope: reactive[str] = reactive("")
    mode: reactive[str] = reactive("")
    strict: reactive[bool] = reactive(False)
    cost: reactive[str] = reactive("")
    busy: reactive[str] = reactive("")
    adding: reactive[str] = reactive("")

    def __init__(self, separator: str) -> None:
        super().__init__(id="status", markup=False)
        self._separator = f" {separator} "
        self._timer: Timer | None = None

    def begin(self) -> None:
        """Count the seconds of an answer."""
        began = monotonic()
        self.busy = "answering 0 s"
        self._timer = self.set_interval(TICK, lambda: setattr(self, "busy", f"answering {monotonic() - began:.0f} s"))

    def end(self) -> None:
        """Stop counting."""
        if self._timer:
            self._timer.stop()
        self.busy = ""

    def used(self, usage: Usage) -> None:
        """What the session took so far."""
        tokens = usage.input_tokens + usage.output_tokens
        price = "" if usage.dollars is None else f" ${usage.dollars:.4f}"
        self.cost = f"{tokens:,} tokens{price}" if tokens else ""

    def render(self) -> Content:
        """The line."""
        parts = (
            (self.busy, "bold $text-accent"),
            (self.library, ""),
            (f"only {self.scope}" if self.scope else "", "bold $text-warning"),
            (self.mode, ""),
            ("strict" if self.strict else "", ""),
            (self.cost, "dim"),
            (self.adding, "$text-accent"),
        )
        return Content(self._separator).join([Content.styled(text, style) for text, style in parts if text])
