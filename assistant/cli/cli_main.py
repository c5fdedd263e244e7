"""``conspectus``: reads arguments, runs a command, turns what happens into an exit code."""

import importlib
import os
import sys
from collections.abc import Sequence

from assistant.cli.main import build, parse
from assistant.cli.output import Output
from store.errors import ConspectusError, InputError

ERROR, USAGE, STOPPED, PIPE_CLOSED = 1, 2, 130, 141


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; never raises for what a user or a file can do wrong.

    Args:
        argv: The arguments, without the program's name; None for those of the process.
    """
    given = sys.argv[1:] if argv is None else list(argv)
    _prepare_streams()
    out = Output(json="--json" in given, colour=not os.environ.get("NO_COLOR") and "--no-color" not in given)
    try:
        code = _run(given, out)
        sys.stdout.flush()
    except SystemExit as stop:  # argparse, after the help.
        return int(stop.code or 0)
    except ConspectusError as error:
        out.error(error)
        return USAGE if type(error) is InputError else ERROR
    except KeyboardInterrupt:
        out.note("Stopped.")
        return STOPPED
    except BrokenPipeError:
        return _leave_quietly()
    except OSError as error:  # What the store does with files raises errors of its own; this is our output.
        out.error(ConspectusError(f"{error.strerror or error}.", "Check where the output goes."))
        return ERROR
    except Exception as error:  # A fault of ours: say so without a page of Python.
        if os.environ.get("CONSPECTUS_DEBUG"):
            raise
        out.error(_unexpected(error))
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


def _run(given: list[str], out: Output) -> int:
    args = parse(given)
    if not args.command:
        print(build(()).format_help(), end="", file=sys.stderr)
        return USAGE
    module = importlib.import_module(f"assistant.cli.commands.{args.command}")
    return int(module.run(args, out))


def _leave_quietly() -> int:
    """Whoever read our output has gone; Python must not complain when it flushes at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return PIPE_CLOSED


def _unexpected(error: Exception) -> ConspectusError:
    what = f"Unexpected {type(error).__name__}: {error}".strip().rstrip(".")
    return ConspectusError(f"{what}.", "Please report it, with what CONSPECTUS_DEBUG=1 shows when you run it again.")
