"""``conspectus mcp``: serves the library to an agent, over standard input and output or over HTTP on this machine."""

import importlib.util
from argparse import Namespace
from typing import TYPE_CHECKING

from assistant.cli.console import Output
from store.errors import InputError

if TYPE_CHECKING:
    from assistant.mcp.tools import Tools


def run(args: Namespace, out: Output) -> int:
    """Serve until the agent goes, or a signal comes."""
    if args.json:
        raise InputError("The server prints no JSON of its own.", "Leave out --json: agents are sent JSON always.")
    if importlib.util.find_spec("mcp") is None:
        raise InputError(
            "What a server for agents needs is not installed.", "Install it with: pip install 'conspectus[mcp]'"
        )
    if args.http is None:
        from assistant.mcp.wire import serve_wire

        serve_wire(lambda: _make_tools(args))
        return 0
    from assistant.mcp.http import AccessGuard, serve_http

    def announce(guard: AccessGuard) -> None:
        out.write_note(
            f"Serving agents of this machine at {guard.url}; Ctrl-C ends it. Whoever has the header has the library."
        )
        out.notes.write_line(guard.header)

    serve_http(_make_tools(args), args.http, announce)
    return 0


def _make_tools(args: Namespace) -> "Tools":
    """Make the tools; settings are read and the library is opened by the first call."""
    from assistant.mcp.call_context import OpenLibrary
    from assistant.mcp.tools import Tools

    def open_library() -> OpenLibrary:
        from assistant.cli.library_context import open_assistant, read_settings

        settings = read_settings(args)
        return OpenLibrary(open_assistant(settings), settings)

    return Tools(open_library, args.write)
