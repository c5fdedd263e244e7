"""The chat in a browser: the page is textual-serve's, each page has a process, all on this machine alone.

Files that the chat writes are on this machine, too: there are no downloads.
"""

import os
import socket
from collections.abc import Callable, Sequence

import aiohttp_jinja2
from aiohttp import web
from jinja2 import FileSystemLoader
from textual_serve.server import Server

from store.errors import InputError
from tui.web import GOODBYE, Pages
from tui.web.guard import HOST, Guard, new_guard

TITLE = "Conspectus"


def serve(command: Sequence[str], announce: Callable[[str], object], port: int = 0) -> None:
    """Serve a terminal application until Ctrl-C.

    Args:
        command: The program that is it, and its arguments.
        announce: Told the address to open, token included, once it is served.
        port: Where to listen; 0 for any that is free.

    Raises:
        InputError: The port is in use or may not be used.
    """
    with _listening(port) as listener:
        guard = new_guard(listener.getsockname()[1])
        app = application(command, guard)

        async def ready(_: web.Application) -> None:
            announce(guard.url)

        app.on_startup.append(ready)
        web.run_app(app, sock=listener, print=None, access_log=None, shutdown_timeout=GOODBYE)


def application(command: Sequence[str], guard: Guard) -> web.Application:
    """The web application: the page, its files, and the websocket of each page."""
    page = Server(TITLE, HOST, guard.port, TITLE, guard.origin)
    pages = Pages(command)
    app = web.Application(middlewares=[guard.middleware()])
    aiohttp_jinja2.setup(app, loader=FileSystemLoader(page.templates_path))
    app.on_response_prepare.append(guard.add_headers)
    app.on_shutdown.append(pages.stop)
    app.add_routes(
        [
            web.get(f"/{guard.token}/", page.handle_index, name="index"),
            web.get(f"/{guard.token}/ws", pages.serve, name="websocket"),
            web.static(f"/{guard.token}/static", page.statics_path, name="static"),
        ]
    )
    return app


def _listening(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        raise InputError(
            f"Port {port} of {HOST} cannot be listened on: {os.strerror(error.errno or 0)}.",
            "Give another one, or no --port.",
        ) from error
