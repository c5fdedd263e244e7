"""Every command and every example of every page runs as it stands there."""

import re
import shlex
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from assistant.cli.main import parse_arguments
from assistant.cli.table import COMMANDS
from store.errors import InputError
from tests.documentation.pages import (
    DOCS,
    PAGES,
    REASONS,
    ROOT,
    SHELL,
    Block,
    list_inline_commands,
    name_page,
    read_blocks,
)
from tests.documentation.shell import Shell

BLOCKS = {page: read_blocks(page) for page in PAGES}
# Their examples are run by tests of their own, in worlds of their own.
_RUN_ELSEWHERE = {DOCS / "api.md", DOCS / "testing.md"}
# Files that a page prints, by what tells them, and the name that its commands give them.
_FILES = {"[[item]]": "batch.toml", "[[column]]": "columns.toml", '"type": "fact"': "questions.jsonl"}
# Commands that no test can run, at the most: whoever adds one looks first whether a stand-in does as well.
MOST_NOT_RUN = 36


def runnable(page: Path) -> list[Block]:
    """The blocks of a page that run, in order."""
    languages = SHELL if page in _RUN_ELSEWHERE else (*SHELL, "python")
    return [block for block in BLOCKS[page] if block.language in languages and not block.reason]


@pytest.mark.parametrize("page", [page for page in PAGES if runnable(page)], ids=name_page)
def test_what_a_page_shows_runs_in_order(page: Path, shell: Shell) -> None:
    for block in BLOCKS[page]:
        for sign, name in _FILES.items():
            if block.language in ("toml", "json") and sign in block.text:
                Path(name).write_text(block.text, encoding="utf-8")
    namespace: dict[str, Any] = {"__name__": "page"}
    for block in runnable(page):
        if block.language == "python":
            # As many empty lines in front as the page has, so that a failure names its line.
            exec(compile("\n" * (block.line - 1) + block.text, page, "exec"), namespace)
            continue
        for command in block.list_commands():
            shell.run(command)


def test_what_does_not_run_says_why_and_is_little() -> None:
    waived = [block for blocks in BLOCKS.values() for block in blocks if block.reason]
    assert {block.reason for block in waived} <= set(REASONS)
    counts = Counter({block.reason: 0 for block in waived})
    for block in waived:
        counts[block.reason] += len(block.list_commands()) or 1
    assert counts.total() <= MOST_NOT_RUN, counts


@pytest.mark.parametrize("page", PAGES, ids=name_page)
def test_commands_stand_in_blocks_that_are_run(page: Path) -> None:
    stray = [
        f"line {block.line}: {line}"
        for block in BLOCKS[page]
        if block.language not in SHELL
        for line in block.text.splitlines()
        if line.startswith(("$ ", "conspectus "))
    ]
    assert stray == []


_WITHOUT_COMMAND = ("help", "--help", "--version", "--completion")


@contextmanager
def suppress_missing_operands() -> Iterator[None]:
    """A command may be mentioned without what it is about."""
    try:
        yield
    except InputError as error:
        if "arguments are required" not in error.what:
            raise


_ANY = re.compile(r"[…]|\.\.\.")


@pytest.mark.parametrize("page", PAGES, ids=name_page)
def test_commands_in_the_text_are_understood(page: Path) -> None:
    names = {command.name for command in COMMANDS}
    for code in list_inline_commands(page):
        words = shlex.split(_ANY.sub("", code))[1:]
        command = next((word for word in words if not word.startswith("-") and word in names), "")
        if command and {"--help", "-h"}.isdisjoint(words):
            with suppress_missing_operands():
                parse_arguments(words)
        else:
            assert command or words[0].isupper() or words[0] in _WITHOUT_COMMAND, code


def test_targets_of_make_are_there() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    told = {name for page in PAGES for name in re.findall(r"`make ([a-z]+)", page.read_text(encoding="utf-8"))}
    told |= {
        words[1] for blocks in BLOCKS.values() for block in blocks for words in map(str.split, block.list_commands())
        if words[0] == "make"
    }  # fmt: skip
    assert {"demo", "test", "docs"} <= told
    assert told - targets == set()
