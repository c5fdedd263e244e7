"""What the chat tells beside its answers: the line at the bottom, and the welcome before the first question."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.timer import Timer
from textual.widgets import Static

from assistant.phrases import COMPARED
from tui.text import glyphs_of, safe
from tui.widgets.first_run import FirstRun

if TYPE_CHECKING:
    from assistant import Overview
    from assistant.types import Usage
    from store.errors import InputError

# Seconds between two looks at the clock; whole seconds are shown, and none of them is to be skipped.
_TICK = 0.5


class Status(Static):
    """What is asked, by whom, at what cost: the most important first; what does not fit is cut at the right."""

    library: reactive[str] = reactive("opening the library")
    mode: reactive[str] = reactive("")
    strict: reactive[bool] = reactive(False)
    cost: reactive[str] = reactive("")
    busy: reactive[str] = reactive("")
    adding: reactive[str] = reactive("")
    embedding: reactive[str] = reactive("")

    def __init__(self) -> None:
        super().__init__(id="status", markup=False)
        self._timer: Timer | None = None

    def start_timer(self) -> None:
        """Count the seconds of an answer."""
        began = monotonic()
        self.busy = "answering 0 s"
        self._timer = self.set_interval(_TICK, lambda: setattr(self, "busy", f"answering {monotonic() - began:.0f} s"))

    def stop_timer(self) -> None:
        """Stop counting."""
        if self._timer:
            self._timer.stop()
        self.busy = ""

    def show_usage(self, usage: "Usage") -> None:
        """Show what the session took so far."""
        tokens = usage.input_tokens + usage.output_tokens
        price = f" {usage.price}" if usage.price else ""
        self.cost = f"{tokens:,} tokens{price}" if tokens else ""

    def render(self) -> Content:
        """The line."""
        parts = (
            (self.busy, "bold $text-accent"),
            (self.library, ""),
            (self.mode, ""),
            ("strict" if self.strict else "", ""),
            (self.cost, "$text-muted"),
            (self.adding, "$text-accent"),
            (self.embedding, "$text-muted"),
        )
        separator = f" {glyphs_of(self.app).separator} "
        return Content(separator).join([Content.styled(text, style) for text, style in parts if text])


# Themes that are named; chosen by hand: two lines of them.
_THEMES = 6
EXAMPLES = ("Which papers study …?", "What accuracy does … reach?", "How many papers are from 2024?")
NO_MODEL = "No model is set, and none is needed: answers are quoted excerpts, matched by wording. F7 sets one."
QUOTED_UNTIL = "Answers are quoted until this is set right (F7, or /key for a key):"
KEYS = "F1 help   F2 papers   F3 sessions   Alt+J jump   / commands"


def _describe_themes(overview: "Overview") -> str:
    """Name the themes of a library with their numbers of papers, and its years."""
    years = [tally.name for tally in overview.years]
    span = f"  {years[0]}–{years[-1]}" if len(years) > 1 else ""
    themes = ", ".join(f"{safe(theme.name)} ({theme.papers:,})" for theme in overview.themes[:_THEMES])
    return "\n".join(filter(None, (f"  {themes}" if themes else "", span)))


class ExampleQuestions(Static):
    """Questions that this very library answers; a click asks one. Before they are known, the kinds that there are."""

    @dataclass
    class Chosen(Message):
        """One of them is to be asked."""

        question: str

    def __init__(self) -> None:
        super().__init__(id="examples", markup=False)
        self._questions: Sequence[str] = ()
        self.display = False

    def show_questions(self, questions: Sequence[str]) -> None:
        """Show them."""
        self._questions, self.display = questions, True
        lines = [
            Content.assemble("  ", (safe(question), f"underline @click=ask({place})" if questions else ""))
            for place, question in enumerate(questions or EXAMPLES)
        ]
        title = "\nFor example (a click asks it)" if questions else "\nFor example"
        self.update(Content("\n").join([Content.styled(title, "$text-muted"), *lines]))

    def action_ask(self, place: int) -> None:
        """Ask one of them."""
        self.post_message(self.Chosen(self._questions[place]))


class Welcome(Vertical):
    """What this is, and how to begin; for an empty library the ways to fill it."""

    class Empty(Message):
        """The library is empty, and ways to fill it are offered."""

    def __init__(self) -> None:
        super().__init__(id="welcome")

    def compose(self) -> ComposeResult:
        """The text; the ways to fill a library come when it turns out to be empty."""
        yield Static(Content("Opening the library …"), id="welcome-text", markup=False)
        yield ExampleQuestions()
        yield Static(id="welcome-keys", markup=False)

    def show_ready(
        self, papers: int, model: str, overview: "Overview | None" = None, problem: "InputError | None" = None
    ) -> None:
        """Say how to begin; for an empty library, offer ways to fill it.

        Args:
            papers: How many papers the library holds.
            model: The name of the model that answers, "" for none.
            overview: What they are about, and questions that they answer; None where it is not known yet.
            problem: Why no model answers although one is set, or why the settings do not hold; None where all is well.
        """
        self.query(FirstRun).remove()
        if not papers:
            self._show_text(Content(""))
            self.mount(FirstRun())
            self.post_message(self.Empty())
            return
        how = Content(f"{safe(model)} writes the answers; {COMPARED}." if model else NO_MODEL)
        if problem:
            how = Content.assemble((f"{QUOTED_UNTIL} {safe(problem.what)}", "$text-warning"), f"\n{safe(problem.hint)}")
        themes = _describe_themes(overview) if overview else ""
        title = f"Ask {papers:,} paper{'s' * (papers != 1)}.\n"
        self._show_text(
            Content.assemble(
                (title, "bold"),
                how,
                *((("\n\nWhat they are about\n", "$text-muted"), themes) if themes else ()),
            )
        )
        self.query_one(ExampleQuestions).show_questions(overview.questions if overview else ())
        self.query_one("#welcome-keys", Static).update(Content.styled(f"\n{KEYS}", "$text-muted"))

    def show_failure(self, what: str, hint: str) -> None:
        """Say why the library cannot be opened, and what to do."""
        self.query_one(ExampleQuestions).display = False
        title = ("The library cannot be opened.\n", "bold $text-error")
        self._show_text(Content.assemble(title, safe(what), "\n", (safe(hint), "$text-muted")))

    def _show_text(self, content: Content) -> None:
        self.query_one("#welcome-text", Static).update(content)
