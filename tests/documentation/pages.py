"""The pages of the documentation, and the blocks of code in them.

A block whose commands cannot run here says so in the source, in a comment on the line above it, which no reader of the
page sees::

    <!-- not run: the network -->
"""

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md")))
SHELL = ("console", "bash", "sh")
# Why commands are not run, as the comments say it.
REASONS = ("the network", "a server", "an installation", "systemd", "a terminal")
_BLOCK = re.compile(
    r"(?:^<!-- not run: (?P<reason>[^\n]+?) -->\n)?^```(?P<language>\S*)[^\n]*\n(?P<text>.*?)^```$", re.M | re.S
)
_CODE = re.compile(r"`([^`\n]+)`")


class Block(NamedTuple):
    """A fenced block.

    Attributes:
        page: The file.
        line: Where its text begins, from 1.
        language: What stands behind the fence, "" for none.
        text: What is in it.
        reason: Why it is not run; "" for one that is.
    """

    page: Path
    line: int
    language: str
    text: str
    reason: str

    def list_commands(self) -> list[str]:
        """List its command lines: in a ``console`` block those behind a ``$``; a backslash at the end goes on."""
        text = self.text.replace("\\\n", " ")
        lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
        if self.language == "console":
            lines = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
        return lines


def name_page(page: Path) -> str:
    """Name a page as a test's id shows it."""
    return page.relative_to(ROOT).as_posix()


def read_blocks(page: Path) -> list[Block]:
    """Read the fenced blocks of a page."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(
            page, text.count("\n", 0, found.start("text")) + 1, found["language"], found["text"], found["reason"] or ""
        )
        for found in _BLOCK.finditer(text)
    ]


def list_inline_commands(page: Path) -> list[str]:
    """List the commands of ours that stand in the text of a page, in backticks."""
    text = _BLOCK.sub("", page.read_text(encoding="utf-8"))
    return [code for code in _CODE.findall(text) if code.startswith("conspectus ")]
