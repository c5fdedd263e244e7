"""Adding a file, a folder or an archive: its path with completion, and how it goes; it goes on without the dialog."""

import asyncio
import shlex
from os.path import commonprefix
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit
from urllib.request import url2pathname

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from assistant import Assistant
from store.errors import InputError
from tui.papers.import_queue import SAMPLE, ImportProgress, Imports
from tui.text import one_line, safe
from tui.widgets.controls import Choices
from tui.widgets.row_filter import type_into

TITLE = Content.assemble(
    "Add a file, a folder or an archive\n",
    ("such as BibTeX, RIS, PubMed, EndNote, CSV, arXiv, OpenAlex, Crossref", "not bold $text-muted"),
)
KEYS = "Tab completes, Enter adds, Ctrl+T stops, Esc closes (adding goes on)"


class AddFilesDialog(ModalScreen[None]):
    """Dismissed with nothing: what it began is seen in ``imports``.

    Args:
        assistant: Whose library is added to.
        imports: Who does it.
        path: What stands in the line at first; with ``start``, that is added at once.
        start: Whether to begin with it.
        sample: Whether to begin with the papers that come with Conspectus.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", "Complete", id="add.complete", priority=True),
        Binding("down", "offered", "Names", id="add.names", show=False),
        Binding("ctrl+t", "stop", "Stop adding", id="add.stop"),
        Binding("escape", "back", "Close", id="add.close"),
    ]

    def __init__(
        self, assistant: Assistant, imports: Imports, path: str = "", start: bool = False, sample: bool = False
    ) -> None:
        super().__init__(classes="dialog")
        self._assistant = assistant
        self._imports = imports
        self._path = path
        self._start = start
        self._sample = sample
        self._added = ""
        """What was added last: nothing of it is offered while it still stands in the line."""

    def compose(self) -> ComposeResult:
        """The name, what it may go on as, how it goes, and the keys."""
        with Vertical():
            yield Static(TITLE, markup=False, classes="dialog-title")
            yield Input(self._path, placeholder="library.bib, ~/papers/, export.zip", select_on_focus=False)
            yield Static(id="add-problem", markup=False)
            yield Choices(id="add-names")
            yield ImportProgress()
            yield Static(KEYS, markup=False, classes="dialog-keys")

    def on_mount(self) -> None:
        """Show what runs already."""
        self._show_problem("")
        self._offer_names([])
        if self._start:
            self._add_paths(self._path)
        if self._sample:
            self._imports.add(self._assistant, SAMPLE)
        self._imports.listen(self.query_one(ImportProgress))  # Now: how another import ended is not told again.

    # The name

    def on_key(self, event: Key) -> None:
        """Let what is typed go on with the name, also from the list of names."""
        type_into(self.query_one(Input), event)

    @on(Input.Changed)
    @work(exclusive=True, group="names")
    async def _on_path_typed(self, event: Input.Changed) -> None:
        event.stop()
        is_typed = event.value not in ("", self._added)
        self._offer_names(await asyncio.to_thread(list_completions, event.value) if is_typed else [])

    def _offer_names(self, names: list[str]) -> None:
        choices = self.query_one(Choices)
        choices.clear_options()
        choices.add_options(Option(Content(one_line(name.rstrip("/").rpartition("/")[2]))) for name in names)
        choices.display = bool(names)
        self._names = names

    @work(exclusive=True, group="names")
    async def action_complete(self) -> None:
        """Go on as far as all names do; else to the names, or where there is nothing to complete, to what is below."""
        line = self.query_one(Input)
        if not line.has_focus:
            self.focus_next()
            return
        self._offer_names(await asyncio.to_thread(list_completions, line.value))
        extended = extend_path(line.value, self._names)
        if extended != line.value:
            self._write_path(extended)
        elif self._names != [line.value]:
            self.action_offered()
        else:
            self.focus_next()

    def action_offered(self) -> None:
        """Go to the names."""
        if not self._names:
            self.focus_next()
        else:
            choices = self.query_one(Choices)
            choices.highlighted = 0
            choices.focus()

    @on(OptionList.OptionSelected)
    def _on_name_picked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._write_path(self._names[event.option_index])

    def _write_path(self, path: str) -> None:
        line = self.query_one(Input)
        line.value = path
        line.cursor_position = len(path)
        line.focus()

    # The import

    @on(Input.Submitted)
    def _on_path_entered(self, event: Input.Submitted) -> None:
        event.stop()
        self._add_paths(event.value)

    def _add_paths(self, text: str) -> None:
        try:
            for path in parse_paths(text):
                self._imports.add(self._assistant, path)
        except InputError as error:
            self._show_problem(str(error))
        else:
            self._added = text
            self._show_problem("")
            self._offer_names([])

    def _show_problem(self, text: str) -> None:
        line = self.query_one("#add-problem", Static)
        line.update(Content(one_line(text, 500)))
        line.display = bool(text)

    @on(ImportProgress.Stopped)
    def action_stop(self) -> None:
        """Stop adding; what was stored stays."""
        self._imports.stop()

    def action_back(self) -> None:
        """From the names to the line; from there, close."""
        if self.query_one(Choices).has_focus:
            self.query_one(Input).focus()
        else:
            self.dismiss(None)


# Paths that are typed

# Names that are offered at once (chosen by hand; not measured).
_MAX_OFFERED = 100


def parse_path(text: str) -> Path:
    """Return the path that was typed, ``~`` written out.

    Raises:
        InputError: It begins with the home folder of nobody, or nothing was typed.
    """
    if not text.strip():
        raise InputError("No file was given.", "Type its name; Tab completes it.")
    try:
        return Path(text.strip()).expanduser()
    except RuntimeError as error:
        raise InputError(f"{text} cannot be found: {error}", "Give the whole path.") from error


def parse_paths(text: str) -> list[Path]:
    """Return the path that was typed, or those that were dropped on the terminal.

    Terminals write what is dropped on them as an address (``file:///a%20b``), in quotation marks or with backslashes
    before the spaces, several behind each other. What is there under the name as it stands is meant by it.

    Raises:
        InputError: As ``parse_path``.
    """
    typed = parse_path(text)
    dropped = [parse_path(_read_address(word)) for word in _split_words(text.strip()) if word]
    is_plain = _exists(typed) or not dropped or (len(dropped) > 1 and not all(map(_exists, dropped)))
    return [typed] if is_plain else dropped


def is_dropped(text: str) -> bool:
    """Tell whether a text is nothing but the whole paths of files and folders that are there.

    That of all files, or of all of one's own, is none: who types ``/`` or ``~`` has begun something else.
    """
    try:
        paths = parse_paths(text)
        wide = {Path.home(), *(Path(path.anchor) for path in paths)}
    except (InputError, RuntimeError):
        return False
    return all(path.is_absolute() and path not in wide and _exists(path) for path in paths)


_ADDRESS = "file://"


def _split_words(text: str) -> list[str]:
    """Split a line as a shell does; it is one word where its quotation marks do not fit together."""
    try:
        return shlex.split(text)
    except ValueError:
        return [text]


def _read_address(word: str) -> str:
    return url2pathname(urlsplit(word).path) if word.startswith(_ADDRESS) else word


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # Too long for a name, or with a zero byte: a question that begins with a slash.
        return False


def list_completions(text: str) -> list[str]:
    """Return what the path may go on as: folders end with a slash; nothing where there is no such folder."""
    head, slash, begun = text.rpartition("/")
    try:
        folder = Path(head + slash).expanduser()
        names = sorted(
            f"{path.name}/" if path.is_dir() else path.name
            for path in folder.iterdir()
            if path.name.startswith(begun) and (begun or not path.name.startswith("."))
        )
    except (OSError, RuntimeError, ValueError):  # Nothing to complete is no error while someone types.
        return []
    return [f"{head}{slash}{name}" for name in names if safe(name) == name][:_MAX_OFFERED]


def extend_path(text: str, completions: list[str]) -> str:
    """Return the path as far as all of its completions go on the same."""
    return commonprefix(completions) if completions else text  # noqa: RUF071 - of characters is what is wanted.
