"""``conspectus``: reads arguments, runs a command, turns what happens into an exit code."""

import argparse
import errno
import gc
import io
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any, NoReturn

from assistant.cli.arguments import CommandHelp, add_common_options
from assistant.cli.console import Output
from assistant.cli.exit_codes import ERROR, PIPE_CLOSED, STOPPED, USAGE
from assistant.cli.table import COMMANDS, CommandEntry
from assistant.phrases import COMPARED
from store.environment import restrict
from store.errors import ConspectusError, InputError

ABOUT = f"Ask a library of paper abstracts, and get answers: {COMPARED}."
AFTER = """\
start here:
  conspectus demo
  conspectus add papers.jsonl
  conspectus ask "Which papers study fairness?"

`conspectus help COMMAND` tells more, with examples.
Exit codes: 0 done, 1 error, 2 wrong usage, 3 the library holds no answer, 4 a batch is not
finished yet, 130 stopped with Ctrl-C."""
# Objects between two looks for garbage. What is loaded at the start stays: looking through it costs time
# and finds nothing. Chosen by hand.
SELDOM = 100_000
# How near a name has to be to the one that was typed to be asked about, as difflib counts it: one letter wrong of four,
# two of eight. Chosen by hand.
_NEAR = 0.66


class CommandParser(argparse.ArgumentParser):
    """An argument parser whose errors are those of the project.

    Attributes:
        commands: Its commands, where it has any.
    """

    commands: "argparse._SubParsersAction[CommandParser]"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in (None, "store"):
            self.register("action", name, _StoreOnce)

    @property
    def options(self) -> list[str]:
        """The options, as they are typed."""
        return list(self._option_string_actions)

    def error(self, message: str) -> NoReturn:
        """Raise InputError."""
        raise InputError(f"{message}.", f"See: {self.prog} --help")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """Refuse what is none of the choices; of commands and actions, say what may have been meant."""
        if isinstance(action, argparse._SubParsersAction) and value not in action.choices:
            what = "command" if action.dest == "command" else "action"
            near = get_close_matches(str(value), [*action.choices, *(["help"] if what == "command" else [])], 1, _NEAR)
            meant = f"Did you mean: {self.prog} {near[0]}? Or see" if near else "See"
            raise InputError(f"There is no {what} {value!r}.", f"{meant}: {self.prog} --help")
        super()._check_value(action, value)


class _StoreOnce(argparse._StoreAction):
    """An option with one value: given twice, one of the two would count in silence."""

    _given = False

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any, option_string: Any = None
    ) -> None:
        if option_string and self._given and getattr(namespace, self.dest, None) != values:
            raise InputError(f"{option_string} is given twice, and takes one value.", f"See: {parser.prog} --help")
        self._given = True
        super().__call__(parser, namespace, values, option_string)


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        import importlib.metadata  # Takes as long as all the rest of the help.

        try:
            version = importlib.metadata.version("conspectus")
        except importlib.metadata.PackageNotFoundError:
            version = "(not installed)"
        print(f"conspectus {version}")
        parser.exit()


class _Completion(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, _: object, shell: object, option: object = None) -> NoReturn:
        from assistant.cli.completion import write_completion  # For this alone.

        every = build_parser([command.name for command in COMMANDS])
        print(
            write_completion(str(shell), every.commands, {command.name: command.help for command in COMMANDS}), end=""
        )
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
            raise _explain_unknown(parser, args.command, rest[0])
    else:  # Words after an option that stands between them.
        getattr(args, several).extend(rest)
    return args


def _explain_unknown(parser: CommandParser, command: str | None, word: str) -> InputError:
    """Build the error of an option that nobody knows, without what stands behind its "=": that may be an API key."""
    option = word.partition("=")[0]
    see = f"See: conspectus {command} --help" if command else "See: conspectus --help"
    chosen = parser.commands.choices[command] if command else parser
    names = [name[2:] for name in chosen.options if name.startswith("--")]
    near = get_close_matches(option[2:], names, 1, _NEAR) if option.startswith("--") else []
    return InputError(f"unknown argument {option!r}.", f"Did you mean --{near[0]}? {see}" if near else see)


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
    parser.add_argument(
        "--completion", action=_Completion, metavar="SHELL", choices=("bash", "zsh", "fish"), help="print its script"
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", help=argparse.SUPPRESS, prog="conspectus")
    parser.commands = commands
    named = any(command.name in argv[:1] for command in COMMANDS)  # Then nobody asks for another one.
    for command in COMMANDS:
        if named and command.name not in argv:
            continue
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
        formatter_class=CommandHelp,
        allow_abbrev=False,
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; never raises for what a user or a file can do wrong.

    Args:
        argv: The arguments, without the program's name; None for those of the process.
    """
    if argv is None:
        _prepare_process()
    words = sys.argv[1:] if argv is None else list(argv)
    _prepare_streams()
    out = Output(json="--json" in words, colour=not os.environ.get("NO_COLOR") and "--no-color" not in words)
    try:
        code = _run_command(words, out, ours=argv is None)
        _finish_output()
        if argv is None:
            gc.freeze()  # Python looks through all that is left once more before it ends, for nothing.
    except SystemExit as stop:  # A signal.
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


class _ClosedOutput(io.TextIOBase):
    """Stands for the standard output that the caller has closed, and notes whether anything was lost on it."""

    encoding = "utf-8"
    lost = False

    def writable(self) -> bool:
        """Whether anybody may try."""
        return True

    def write(self, text: str) -> int:
        """Lose a text."""
        self.lost = self.lost or bool(text)
        return len(text)


def _prepare_process() -> None:
    """Let nothing but the settings count in a process that is ours, and have its streams open."""
    gc.set_threshold(SELDOM)
    restrict()
    for number in range(3):  # Or the next file that is opened becomes a stream, and what is printed goes into it.
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def _prepare_streams() -> None:
    """Never fail over a letter that the terminal does not have, nor over a stream that the caller has closed."""
    if sys.stdin is None:
        sys.stdin = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    if sys.stdout is None:
        sys.stdout = _ClosedOutput()
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _finish_output() -> None:
    """See to it that what was printed is written; raises ``OSError`` where it is not."""
    sys.stdout.flush()
    if isinstance(sys.stdout, _ClosedOutput) and sys.stdout.lost:
        raise OSError(errno.EBADF, "Standard output is closed, and what belongs there was not written")


def _clean_up_on_signals() -> None:
    """Let SIGTERM and SIGHUP end the process as an error does: temporary files are taken away, locks let go."""

    def end(number: int, frame: object) -> NoReturn:
        signal.signal(number, signal.SIG_DFL)  # Whoever insists is obeyed at once.
        raise SystemExit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, end)


# Options for every command that take no value.
_FLAGS = ("--json", "--no-color")


def _find_help(words: Sequence[str]) -> int | None:
    """Find the place of ``help`` where it stands for a command, also behind options; None where it does not."""
    names = {command.name for command in COMMANDS}
    for place, word in enumerate(words):
        before = words[place - 1] if place else ""
        if before.startswith("--") and "=" not in before and before not in _FLAGS:
            continue  # The value of an option.
        if word == "help":
            return place
        if word in names:
            return None
    return None


def _run_command(words: list[str], out: Output, ours: bool) -> int:
    try:
        if (place := _find_help(words)) is not None:  # `conspectus help ask` is `conspectus ask --help`.
            words = [*words[:place], *words[place + 1 :], "--help"]
        args = parse_arguments(words)
    except SystemExit as stop:  # argparse, after the help.
        return int(stop.code or 0)
    if not args.command:
        print(build_parser(()).format_help(), end="", file=sys.stderr)
        return USAGE
    command = next(command for command in COMMANDS if command.name == args.command)
    if ours and command.name != "chat":  # The chat, which saves as it goes, ends in its own way.
        _clean_up_on_signals()
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
