"""The parser, made from the table of commands."""

import argparse
from collections.abc import Sequence
from typing import NoReturn

from assistant.cli.arguments import common
from assistant.cli.table import COMMANDS, Command
from assistant.phrases import COMPARED
from store.errors import InputError

ABOUT = f"Ask a library of paper abstracts, and get answers: {COMPARED}."
AFTER = """\
start here:
  conspectus demo
  conspectus add papers.jsonl
  conspectus ask "Which papers study fairness?"

`conspectus COMMAND --help` tells more, with examples.
Exit codes: 0 done, 1 error, 2 wrong usage, 3 the library holds no answer, 4 a batch is not
finished yet, 130 stopped with Ctrl-C."""


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are those of the project."""

    def error(self, message: str) -> NoReturn:
        """Raise InputError."""
        raise InputError(f"{message}.", f"See: {self.prog} --help")


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        import importlib.metadata  # Takes as long as all the rest of the help.

        try:
            version = importlib.metadata.version("conspectus")
        except importlib.metadata.PackageNotFoundError:
            version = "(not installed)"
        print(f"conspectus {version}")
        parser.exit()


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line; ``command`` is None where no command was given.

    Raises:
        InputError: It cannot be understood.
        SystemExit: It asked for help or the version, which was printed.
    """
    parser = build(argv)
    args, rest = parser.parse_known_args(argv)
    several = next((command.several for command in COMMANDS if command.name == args.command), "")
    if not several or any(word.startswith("-") for word in rest):
        if rest:
            # Not what stands behind the "=": somebody may have tried --api-key=….
            raise InputError(
                f"unknown argument {rest[0].partition('=')[0]!r}.", f"See: conspectus {args.command} --help"
            )
    else:  # Words after an option that stands between them.
        getattr(args, several).extend(rest)
    return args


def build(argv: Sequence[str]) -> Parser:
    """The parser with all commands, and the arguments of those that ``argv`` names: declaring takes its time."""
    listed = "\n".join(f"  {command.name:<12}{command.help}" for command in COMMANDS)
    parser = Parser(
        "conspectus",
        usage="conspectus [OPTIONS] COMMAND …",
        description=f"{ABOUT}\n\ncommands:\n{listed}",
        epilog=AFTER,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    common(parser, default=None)
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", help=argparse.SUPPRESS, prog="conspectus")
    for command in COMMANDS:
        described = _add(commands, command)
        if command.name in argv:
            command.arguments(described)
            common(described)
    return parser


def _add(commands: "argparse._SubParsersAction[Parser]", command: Command) -> Parser:
    return commands.add_parser(
        command.name,
        usage=f"conspectus {command.name} [OPTIONS] {command.operands}".strip(),
        description=f"{command.help}.\n{command.about}".strip(),
        epilog="\n".join(("examples:", *(f"  {example}" for example in command.examples))),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
