"""Who may talk to the web server: this machine's browser, on a page of ours, with the token that was printed.

The token is the first part of every address and not a cookie: browsers send the cookies of 127.0.0.1 to all of its
ports, whatever program listens there.
"""

from hmac import compare_digest
from secrets import token_urlsafe
from typing import NamedTuple

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

HOST = "127.0.0.1"


class Guard(NamedTuple):
    """Lets requests into a server, or refuses them.

    Attributes:
        port: Where it listens.
        token: The first part of every address of it.
    """

    port: int
    token: str

    @property
    def host(self) -> str:
        """What a request's ``Host`` has to be: another name for this address is another page's, rebound to us."""
        return f"{HOST}:{self.port}"

    @property
    def origin(self) -> str:
        """Where scripts that talk to us have to come from."""
        return f"http://{self.host}"

    @property
    def url(self) -> str:
        """The address to open."""
        return f"{self.origin}/{self.token}/"

    def check_request(self, request: web.Request) -> str:
        """Say why a request is not let in, "" if it is."""
        origin = request.headers.get("Origin")
        if request.host != self.host:
            return "This address is not served under that name."
        if origin not in (None, self.origin) or (origin is None and "Upgrade" in request.headers):
            return "Other pages may not talk to this one."
        if not compare_digest(request.path.split("/")[1].encode("utf-8", "replace"), self.token.encode()):
            return "The token is missing or wrong: open the address that conspectus printed."
        return ""

    def build_middleware(self) -> Middleware:
        """Return what stands before every route, those that do not exist included."""

        @web.middleware
        async def check_and_handle(request: web.Request, handler: Handler) -> web.StreamResponse:
            if reason := self.check_request(request):
                return web.Response(status=403, text=f"{reason}\n")
            return await handler(request)

        return check_and_handle

    async def add_headers(self, _: web.Request, response: web.StreamResponse) -> None:
        """Keep the address to ourselves, and the page from loading anything from elsewhere or into another page."""
        response.headers.update(
            {
                "Content-Security-Policy": "default-src 'self'; script-src 'self' 'unsafe-inline'; "
                f"style-src 'self' 'unsafe-inline'; connect-src 'self' ws://{self.host}; img-src 'self' data:; "
                "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
                "Cross-Origin-Opener-Policy": "same-origin",
                "Cross-Origin-Resource-Policy": "same-origin",
                "Referrer-Policy": "no-referrer",
                "X-Content-Type-Options": "nosniff",
                "Cache-Control": "no-store",
            }
        )


def create_guard(port: int) -> Guard:
    """Return a guard with a token of its own, 256 bits of chance."""
    return Guard(port, token_urlsafe(32))
