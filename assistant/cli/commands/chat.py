"""``conspectus chat``."""

import importlib.util
import os
import select
import signal
import sys
from argparse import Namespace
from threading import Thread

from assistant.cli.console import Output
from assistant.cli.context import opened, opened_with, settings_of
from store.errors import InputError

# Arguments that belong to the server alone.
_OF_THE_SERVER = ("command", "web", "port")


def run(args: Namespace, out: Output) -> int:
    """Run the chat, in this terminal or in a browser, until it is left."""
    if args.json:
        raise InputError("The chat prints no JSON.", 'Ask without it: conspectus ask --json "…"')
    if args.port is not None and not args.web:
        raise InputError("--port is for --web.", "Give both, or none.")
    if args.no_color:  # Textual takes it from there, and so does the chat of each page.
        os.environ["NO_COLOR"] = "1"
    if args.config:  # What is chosen in the chat is saved there.
        os.environ["CONSPECTUS_CONFIG"] = args.config
    return _web(args, out) if args.web else _terminal(args, out)


def command_line(args: Namespace) -> list[str]:
    """The command that starts the same chat as a process of its own; ``-P``: not from what lies in this folder."""
    given = {name: value for name, value in vars(args).items() if name not in _OF_THE_SERVER and value is not None}
    flags = []
    for name, value in given.items():
        option = name.replace("_", "-")
        flags.append(f"--{option}={value}" if not isinstance(value, bool) else f"--{'' if value else 'no-'}{option}")
    return [sys.executable, "-P", "-m", "assistant", args.command, *flags]


def _terminal(args: Namespace, out: Output) -> int:
    _check_terminal()
    settings = settings_of(args)
    session = _session(args)
    from tui.app import ConspectusApp  # Late: whoever is refused above need not wait for it.
    from tui.preferences import load_preferences

    preferences, warning = load_preferences()
    if warning:
        out.note(warning)
    if _in_browser():
        Thread(target=_end_with_the_server, daemon=True).start()
    app = ConspectusApp(lambda chosen: opened_with(chosen or settings), settings, preferences, session)
    app.run()
    return app.return_code or 0


def _check_terminal() -> None:
    is_terminal = sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    if not is_terminal and not _in_browser():
        raise InputError(
            "The chat needs a terminal to read from and to write to.", 'Without one: conspectus ask "…", or chat --web'
        )


def _in_browser() -> bool:
    return bool(os.environ.get("TEXTUAL_DRIVER"))


def _end_with_the_server() -> None:
    """Wait until nobody is left to write to us, which Textual does not notice, and end as if told to."""
    watched = select.poll()
    watched.register(sys.__stdin__ or 0, 0)  # Nothing is read: only that it was hung up is told.
    watched.poll()
    os.kill(os.getpid(), signal.SIGTERM)


def _session(args: Namespace) -> str | None:
    if args.session == "last":
        with opened(args) as assistant:
            return assistant.sessions.last()
    return None if args.session == "new" else args.session


def _web(args: Namespace, out: Output) -> int:
    if any(importlib.util.find_spec(name) is None for name in ("textual_serve", "aiohttp_jinja2")):
        raise InputError("What --web needs is not installed.", "Install it with: pip install 'conspectus[web]'")
    settings_of(args)  # What is wrong there is said here, not by a page that stays empty.
    from tui.web import serve_chat

    def announce(url: str) -> None:
        print(url, flush=True)  # Whole, also where it does not fit on a line.
        out.note("Open it in a browser on this machine; whoever has the address has the library. Ctrl-C ends it.")

    serve_chat(command_line(args), announce, args.port or 0)
    return 0
