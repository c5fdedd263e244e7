"""``conspectus chat``: runs the chat in this terminal, or serves it to a browser on this machine."""

import importlib.util
import os
import select
import signal
import sys
from argparse import Namespace
from threading import Thread
from typing import TYPE_CHECKING

from assistant.cli.console import Output
from store.errors import InputError

if TYPE_CHECKING:
    from assistant import Assistant
    from assistant.settings import Settings

# Arguments that belong to the server alone.
_SERVER_ARGUMENTS = ("command", "web", "port")


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
    return _serve_browser(args, out) if args.web else _run_in_terminal(args, out)


def command_line(args: Namespace) -> list[str]:
    """Return the command that starts the same chat as a process; ``-P``: not from what lies in this folder."""
    values = {name: value for name, value in vars(args).items() if name not in _SERVER_ARGUMENTS and value is not None}
    flags = []
    for name, value in values.items():
        option = name.replace("_", "-")
        flags.append(f"--{option}={value}" if not isinstance(value, bool) else f"--{'' if value else 'no-'}{option}")
    return [sys.executable, "-P", "-m", "assistant", args.command, *flags]


def _run_in_terminal(args: Namespace, out: Output) -> int:
    _check_terminal()
    session = _find_session(args)
    from tui.app import ConspectusApp  # Here: a command that is refused above does not wait for it.
    from tui.preferences import load_preferences

    preferences, warning = load_preferences()
    if warning:
        out.write_note(warning)
    if _is_in_browser():
        Thread(target=_end_with_server, daemon=True).start()
    app = ConspectusApp(
        lambda chosen: _open_assistant(args, chosen), lambda: _read_settings(args), preferences, session
    )
    if refused := app.run():
        raise refused
    return app.return_code or 0


def _open_assistant(args: Namespace, chosen: "Settings | None") -> "Assistant":
    from assistant.cli.library_context import open_assistant  # Here, as below: it brings pydantic.

    return open_assistant(chosen or _read_settings(args)[0])


def _read_settings(args: Namespace) -> "tuple[Settings, InputError | None]":
    """Read the settings; where they are broken, those that say which library it is, and what is wrong."""
    from assistant.cli.library_context import read_settings

    try:
        return read_settings(args), None
    except InputError as error:
        from tui.settings.place import read_place

        place = read_place(args)
        if place is None:
            raise
        return place, error


def _check_terminal() -> None:
    is_terminal = sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    if not is_terminal and not _is_in_browser():
        raise InputError(
            "The chat needs a terminal to read from and to write to.", 'Without one: conspectus ask "…", or chat --web'
        )


def _is_in_browser() -> bool:
    return bool(os.environ.get("TEXTUAL_DRIVER"))


def _end_with_server() -> None:
    """Wait until the server hangs up, which Textual does not notice, and end as by a signal."""
    hang_up = select.poll()
    hang_up.register(sys.__stdin__ or 0, 0)  # No event is asked for: a hang-up is reported always.
    hang_up.poll()
    os.kill(os.getpid(), signal.SIGTERM)


def _find_session(args: Namespace) -> str | None:
    if args.session == "last":
        from assistant.cli.library_context import open_library

        with open_library(args) as assistant:
            return assistant.sessions.last()
    return None if args.session == "new" else args.session


def _serve_browser(args: Namespace, out: Output) -> int:
    if any(importlib.util.find_spec(name) is None for name in ("textual_serve", "aiohttp_jinja2")):
        raise InputError("What --web needs is not installed.", "Install it with: pip install 'conspectus[web]'")
    from assistant.cli.library_context import read_settings

    read_settings(args)  # Wrong settings are reported here, not by a page that stays empty.
    from tui.web import serve_chat

    def print_url(url: str) -> None:
        print(url, flush=True)  # Whole, also where it does not fit on a line.
        out.write_note("Open it in a browser on this machine; whoever has the address has the library. Ctrl-C ends it.")

    serve_chat(command_line(args), print_url, args.port or 0)
    return 0
