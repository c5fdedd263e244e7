"""``conspectus``: reads arguments, runs a command, turns what happens into an exit code."""

import argparse
import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn

from assistant.cli.arguments import add_common_options
from assistant.cli.console import Output
from assistant.cli.table import COMMANDS, CommandEntry
from assistant.phrases import COMPARED
from store.errors import ConspectusError, InputError

ABOUT = f"Ask a library of paper abstracts, and get answers: {COMPARED}."
AFTER = """\
start here:
  conspectus demo
  conspectus add papers.jsonl
  conspectus ask "Which papers study fairness?"

`conspectus COMMAND --help` tells more, with examples.
Exit codes: 0 done, 1 error, 2 wrong usage, 3 the library holds no answer, 4 a batch is not
finished yet, 130 stopped with Ctrl-C."""
# Exit codes: that of argparse for wrong usage, and 128 + the number of a signal, as shells have it.
ERROR, USAGE, STOPPED, PIPE_CLOSED = 1, 2, 130, 141
# Objects between two looks for garbage. What is loaded at the start stays: looking through it costs time
# and finds nothing. Chosen by hand.
SELDOM = 100_000


class CommandParser(argparse.ArgumentParser):
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


def parse_arguments(argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line; ``command`` is None where no command was given.

    Raises:
        InputError: It cannot be understood.
        SystemExit: It asked for help or the version, which was printed.
    """
    parser = build_parser(argv)
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


def build_parser(argv: Sequence[str]) -> CommandParser:
    """Build the parser with all commands, and the arguments of those that ``argv`` names: declaring takes its time."""
    listed = "\n".join(f"  {command.name:<12}{command.help}" for command in COMMANDS)
    parser = CommandParser(
        "conspectus",
        usage="conspectus [OPTIONS] COMMAND …",
        description=f"{ABOUT}\n\ncommands:\n{listed}",
        epilog=AFTER,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add_common_options(parser, default=None)
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", help=argparse.SUPPRESS, prog="conspectus")
    for command in COMMANDS:
        described = _add_command(commands, command)
        if command.name in argv:
            command.arguments(described)
            add_common_options(described)
    return parser


def _add_command(commands: "argparse._SubParsersAction[CommandParser]", command: CommandEntry) -> CommandParser:
    return commands.add_parser(
        command.name,
        usage=f"conspectus {command.name} [OPTIONS] {command.operands}".strip(),
        description=f"{command.help}.\n{command.about}".strip(),
        epilog="\n".join(("examples:", *(f"  {example}" for example in command.examples))),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; never raises for what a user or a file can do wrong.

    Args:
        argv: The arguments, without the program's name; None for those of the process.
    """
    if argv is None:  # The process is ours.
        gc.set_threshold(SELDOM)
    words = sys.argv[1:] if argv is None else list(argv)
    _prepare_streams()
    out = Output(json="--json" in words, colour=not os.environ.get("NO_COLOR") and "--no-color" not in words)
    try:
        code = _run_command(words, out)
        sys.stdout.flush()
    except SystemExit as stop:  # argparse, after the help.
        return int(stop.code or 0)
    except ConspectusError as error:
        out.write_error(error)
        return USAGE if type(error) is InputError else ERROR
    except KeyboardInterrupt:
        out.write_note("Stopped.")
        return STOPPED
    except BrokenPipeError:
        return _leave_quietly()
    except OSError as error:  # What the store does with files raises errors of its own; this is our output.
        out.write_error(ConspectusError(f"{error.strerror or error}.", "Check where the output goes."))
        return ERROR
    except Exception as error:  # A fault of ours: say so without a page of Python.
        if os.environ.get("CONSPECTUS_DEBUG"):
            raise
        out.write_error(_wrap_unexpected(error))
        return ERROR
    return code


def _prepare_streams() -> None:
    """Never fail over a letter that the terminal does not have, nor over a stream that the caller has closed."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        else:
            stream.reconfigure(errors="backslashreplace")


def _run_command(words: list[str], out: Output) -> int:
    args = parse_arguments(words)
    if not args.command:
        print(build_parser(()).format_help(), end="", file=sys.stderr)
        return USAGE
    command = next(command for command in COMMANDS if command.name == args.command)
    with show_warnings(out):
        return command.load()(args, out)


@contextmanager
def show_warnings(out: Output) -> Iterator[None]:
    """Show what the library warns of, that it is damaged though it can be read, as notes."""
    import logging  # Takes as long as the help.

    class NoteHandler(logging.Handler):
        """Writes each warning as a note."""

        def emit(self, record: logging.LogRecord) -> None:
            out.write_note(record.getMessage())

    logger, handler = logging.getLogger("conspectus"), NoteHandler(logging.WARNING)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


def _leave_quietly() -> int:
    """Whoever read our output has gone; Python must not complain when it flushes at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return PIPE_CLOSED


def _wrap_unexpected(error: Exception) -> ConspectusError:
    what = f"Unexpected {type(error).__name__}: {error}".strip().rstrip(".")
    return ConspectusError(f"{what}.", "Please report it, with what CONSPECTUS_DEBUG=1 shows when you run it again.")
