"""A command as its user knows it: what the parser, the help and the documentation are made of."""

import importlib
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, cast

if TYPE_CHECKING:
    from assistant.cli.console import Output


class CommandEntry(NamedTuple):
    """A command of the table.

    Attributes:
        name: What is typed.
        operands: What follows it beside options.
        help: What it does, in one line.
        examples: Complete command lines.
        arguments: Declares its arguments.
        several: The argument that takes any number of words, which may stand apart; "" for none.
        about: What there is to say beyond ``help``.
        module: The module whose ``run(args, out)`` runs it; "" for ``assistant.cli.commands.<name>_command``.
    """

    name: str
    operands: str
    help: str
    examples: tuple[str, ...]
    arguments: Callable[[ArgumentParser], None]
    several: str = ""
    about: str = ""
    module: str = ""

    def load(self) -> "Callable[[Namespace, Output], int]":
        """Import what runs it, which is not imported before."""
        module = importlib.import_module(self.module or f"assistant.cli.commands.{self.name}_command")
        return cast("Callable[[Namespace, Output], int]", module.run)
