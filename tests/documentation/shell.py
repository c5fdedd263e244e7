"""As much of a shell as the pages use, with ``conspectus`` run in this process.

A process of its own for each of some hundred commands would take three minutes; that the program starts as one is
tested elsewhere.
"""

import io
import os
import re
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from assistant.cli.main import main

_SEPARATORS = {";", "&&", "|"}
_CODE = re.compile(r"#.*\bexit code (\d+)")
_ASSIGNMENT = re.compile(r"[A-Z_]+=")
LOCAL = "http://localhost:"


class Shell:
    """Runs command lines one after the other.

    Attributes:
        model: The address of the model that stands in for every one that a page names.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, model: str) -> None:
        self._monkeypatch = monkeypatch
        self.model = model

    def run(self, line: str) -> None:
        """Run a line; it has to end as the page says: with 0, or with the number after "exit code" in its comment."""
        expected = int(found[1]) if (found := _CODE.search(line)) else 0
        lexer = shlex.shlex(line, posix=True, punctuation_chars=";&|<>")
        lexer.whitespace_split = True
        command: list[str] = []
        given = ""
        for word in [*lexer, ";"]:
            if word not in _SEPARATORS:
                command.append(word)
                continue
            code, printed = self._run_command(command, given)
            assert code == expected or word == "|", f"ends with {code}, not {expected}: {line}"
            given, command = printed if word == "|" else "", []

    def _run_command(self, words: list[str], given: str) -> tuple[int, str]:
        while words and _ASSIGNMENT.match(words[0]):
            self._set(words.pop(0))
        words, source, target = _redirect(words)
        words = [os.path.expanduser(os.path.expandvars(word)) for word in words]
        with _streams(self._monkeypatch, Path(source).read_text(encoding="utf-8") if source else given) as out:
            code = self._dispatch(words)
        out.seek(0)
        printed = out.read()
        if target:
            Path(os.path.expanduser(target)).write_text(printed, encoding="utf-8")
        return code, printed

    def _dispatch(self, words: list[str]) -> int:
        match words:
            case []:
                return 0
            case ["conspectus", *rest]:
                return main([self.model if word.startswith(LOCAL) else word for word in rest])
            case ["export", *pairs]:
                for pair in pairs:
                    self._set(pair)
            case ["mkdir", "-p", *folders]:
                for folder in folders:
                    Path(folder).mkdir(parents=True, exist_ok=True)
            case ["cat", *files]:
                for file in files:
                    sys.stdout.write(Path(file).read_text(encoding="utf-8"))
            case _:
                pytest.fail(f"{words[0]} is no command that runs here; say above the block why it does not")
        return 0

    def _set(self, pair: str) -> None:
        name, _, value = pair.partition("=")
        if "…" not in value:  # Else what the reader has to fill in, which is there.
            self._monkeypatch.setenv(name, os.path.expanduser(value))


def _redirect(words: list[str]) -> tuple[list[str], str, str]:
    rest, ends = [], {"<": "", ">": ""}
    waiting = iter(words)
    for word in waiting:
        if word in ends:
            ends[word] = next(waiting)
        else:
            rest.append(word)
    return rest, ends["<"], ends[">"]


@contextmanager
def _streams(monkeypatch: pytest.MonkeyPatch, given: str) -> Iterator[io.TextIOWrapper]:
    """Standard input with a text in it, and standard output that is kept."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with monkeypatch.context() as streams:
        streams.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(given.encode()), encoding="utf-8"))
        streams.setattr("sys.stdout", out)
        yield out
