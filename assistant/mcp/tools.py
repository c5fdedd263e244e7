"""The tools of a library: it is opened, and the engine loaded, with the first call.

Settings are read then, too: what is wrong with them is said to the agent in a reply, where a server that does not start
says nothing.
"""

from collections.abc import Callable, Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any

from assistant.mcp.call_context import OpenLibrary, ReportProgress, in_thread
from assistant.mcp.tool_table import TOOLS
from assistant.secrets import hide_keys
from store.errors import ConspectusError, InputError

if TYPE_CHECKING:
    from assistant.mcp.replies import ToolReply


class Tools:
    """The tools of one library.

    Args:
        open_library: Opens it; called once, and again where it raised.
        write: Whether papers may be fetched and reports saved.
    """

    def __init__(self, open_library: Callable[[], OpenLibrary], write: bool = False) -> None:
        self.write = write
        self._open_library = open_library
        self._opened: OpenLibrary | None = None
        self._lock = Lock()

    async def call(self, name: str, given: Mapping[str, Any], progress: ReportProgress) -> "ToolReply":
        """Call a tool; whoever cancels it ends what it asked for.

        Args:
            name: Its name.
            given: Its arguments, as the agent sent them.
            progress: Where to say how far it is.

        Raises:
            ConspectusError: There is no such tool, an argument cannot be used, or what the API raises.
        """
        tool = next((tool for tool in TOOLS if tool.name == name), None)
        if tool is None:
            names = ", ".join(tool.name for tool in TOOLS)
            raise InputError(f"There is no tool {name[:80]!r}.", f"There are: {names}.")
        await in_thread(_load_engine)
        from assistant.mcp.arguments import read_arguments
        from assistant.mcp.runs import RUNS

        arguments = read_arguments(tool, given, self.write)
        return await RUNS[name](await in_thread(self.open), progress, **arguments)

    def open(self) -> OpenLibrary:
        """Open the library, or return it where it is open."""
        with self._lock:
            if self._opened is None:
                self._opened = self._open_library()
            return self._opened

    def close(self) -> None:
        """Close the library, if it was opened."""
        with self._lock:
            opened, self._opened = self._opened, None
        if opened:
            opened.assistant.close()


def _load_engine() -> None:
    """Import what takes its time, so that the event loop need not wait for it."""
    import assistant.mcp.runs  # noqa: F401


def word_error(error: Exception) -> str:
    """Say what went wrong, in the words of the project, without keys; of a fault of ours its kind alone."""
    if isinstance(error, ConspectusError):
        return hide_keys(str(error))
    return (
        f"Unexpected {type(error).__name__}. Please report it, with what CONSPECTUS_DEBUG=1 shows in the server's log."
    )
