"""What stands in the chat before the first question."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from assistant.phrases import COMPARED
from tui.safe import safe
from tui.widgets.first_run import FirstRun

EXAMPLES = ("Which papers study …?", "What accuracy does … reach?", "How many papers are from 2024?")
NO_MODEL = "No model is set, and none is needed: answers are quoted excerpts, matched by wording. F7 sets one."
KEYS = "F1 help   F2 papers   F3 sessions   / commands"


class Welcome(Vertical):
    """What this is, and how to begin; for an empty library the ways to fill it."""

    def __init__(self) -> None:
        super().__init__(id="welcome")

    def compose(self) -> ComposeResult:
        """The text; the ways to fill a library come when it turns out to be empty."""
        yield Static(Content("Opening the library …"), id="welcome-text", markup=False)

    def ready(self, papers: int, model: str) -> None:
        """The library is open."""
        self.query(FirstRun).remove()
        if not papers:
            self._say(Content(""))
            self.mount(FirstRun())
            return
        how = f"{safe(model)} writes the answers; {COMPARED}." if model else NO_MODEL
        examples = "\n".join(f"  {example}" for example in EXAMPLES)
        title = f"Ask {papers:,} paper{'s' * (papers != 1)}.\n"
        self._say(
            Content.assemble((title, "bold"), how, ("\n\nFor example\n", "dim"), examples, (f"\n\n{KEYS}", "dim"))
        )

    def failed(self, what: str, hint: str) -> None:
        """The library cannot be opened."""
        title = ("The library cannot be opened.\n", "bold $text-error")
        self._say(Content.assemble(title, safe(what), "\n", (safe(hint), "dim")))

    def _say(self, content: Content) -> None:
        self.query_one("#welcome-text", Static).update(content)
