"""Results on standard output, everything else on standard error."""

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from assistant.cli.console import Page
from assistant.cli.safe import safe, safe_json
from store.errors import ConspectusError

if TYPE_CHECKING:
    from pydantic import BaseModel


class Output:
    """Where a command writes.

    Attributes:
        json: One JSON document is wanted, and nothing else, on standard output.
        page: Standard output.
        notes: Standard error: progress, remarks, errors.
    """

    def __init__(self, json: bool = False, colour: bool = True) -> None:
        self.json = json
        self.page = Page(sys.stdout, colour)
        self.notes = Page(sys.stderr, colour)

    def document(self, value: "BaseModel | dict[str, Any]") -> None:
        """Write the JSON document."""
        print(self._encoded(value), file=self.page.stream)

    def array(self, values: "Iterable[BaseModel]") -> None:
        """Write the JSON document that is an array, an element a line, as they come."""
        before = "["
        for value in values:
            print(before, self._encoded(value), sep="\n", end="", file=self.page.stream)
            before = ","
        print("[]" if before == "[" else "\n]", file=self.page.stream)

    def text(self, text: str) -> None:
        """Write lines just as they are, but for what a terminal could take for a command."""
        for line in text.splitlines():
            print(safe(line), file=self.page.stream)

    def pieces(self, pieces: Iterable[str]) -> None:
        """Write a file as it comes: just as it is in a pipe, and harmless on a terminal."""
        for piece in pieces:
            if self.page.is_terminal:
                self.text(piece)
            else:
                self.page.stream.write(piece)

    def note(self, text: str) -> None:
        """Say something beside the result."""
        self.notes.line((text, "dim"))

    def error(self, error: ConspectusError) -> None:
        """Say what went wrong: one line, or one line of JSON."""
        if self.json:
            what = {"type": type(error).__name__, "what": error.what, "hint": error.hint}
            print(safe_json({"error": what}, ascii=True), file=self.notes.stream)
            return
        hint = f" {error.hint}" if error.hint else ""
        self.notes.line(("conspectus: ", "bold red"), error.what, (hint, "dim"))

    def _encoded(self, value: "BaseModel | dict[str, Any]") -> str:
        data = value if isinstance(value, dict) else value.model_dump(mode="json")
        return safe_json(data, ascii=not self.page.is_unicode)
