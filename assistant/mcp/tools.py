"""The tools of a library: it is opened, and the engine loaded, with the first call.

Settings are read then, too: what is wrong with them is said to the agent in a reply, where a server that does not start
says nothing.
"""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

from assistant.mcp.call_context import OpenLibrary, ReportProgress, in_thread
from assistant.mcp.tool_table import TOOLS, Schema, ToolEntry
from assistant.secrets import hide_keys
from store.errors import ConspectusError, InputError

if TYPE_CHECKING:
    from assistant.mcp.replies import ToolReply
    from assistant.types import FilterOptions

_NAMES = {"string": "a text", "integer": "a whole number", "boolean": "true or false", "array": "a list"}
_TYPES: dict[str, type] = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict}


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


def read_arguments(tool: ToolEntry, given: Mapping[str, Any], write: bool) -> dict[str, Any]:
    """Return the arguments of a call; one that is null was not given.

    Args:
        tool: What is called.
        given: Its arguments, as the agent sent them.
        write: Whether writing is allowed.

    Raises:
        InputError: One is missing, unknown, or not what it can be.
    """
    schemas = tool.list_arguments(write)
    values = {name: value for name, value in given.items() if value is not None}
    for name in values:
        if name in schemas:
            continue
        if name in tool.writing:
            raise InputError(f"{tool.name} takes no {name!r} here.", "Start the server with: conspectus mcp --write")
        raise _refuse_name(f"{tool.name} has no argument", name, schemas)
    for name in tool.required:
        if name not in values:
            raise InputError(f"{tool.name} needs {name!r}.", f"It takes: {', '.join(schemas)}.")
    for name, value in values.items():
        _check_value(f"{tool.name}: {name!r}", value, schemas[name])
    if "filters" in values:
        values["filters"] = _read_filters(values["filters"])
    return values


def _read_filters(given: Mapping[str, Any]) -> "FilterOptions":
    """Return filters by the names of the API; their values are looked at where they are used.

    Raises:
        InputError: There is no such filter.
    """
    from assistant.types import FilterOptions  # With the engine.

    names = FilterOptions.__annotations__
    for name in given:
        if name not in names:
            raise _refuse_name("There is no filter", name, names)
    return cast("FilterOptions", {name: value for name, value in given.items() if value is not None})


def _refuse_name(what: str, name: str, known: Mapping[str, Any]) -> InputError:
    near = get_close_matches(name, list(known), 1)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    return InputError(f"{what} {name[:80]!r}.", f"{hint}There are: {', '.join(known)}.")


def _check_value(what: str, value: Any, schema: Schema) -> None:
    if "enum" in schema:
        if value not in schema["enum"]:
            raise InputError(f"{what} cannot be {str(value)[:80]!r}.", f"It is one of: {', '.join(schema['enum'])}.")
        return
    kind = schema["type"]
    fits: bool = isinstance(value, _TYPES[kind])
    if not fits or (kind == "integer" and isinstance(value, bool)):
        raise InputError(
            f"{what} is not what it has to be.", f"Give {_NAMES.get(kind, 'an object of names and values')}."
        )
    size, unit = (len(value), "entries") if kind == "array" else (value, "")
    low, high = (schema.get(name) for name in (("minItems", "maxItems") if unit else ("minimum", "maximum")))
    if (low is not None and size < low) or (high is not None and size > high):
        span = f"from {low} to {high}" if high is not None else f"from {low} up"
        raise InputError(f"{what} is {size}{f' {unit}' if unit else ''}.", f"Give {span}.")
    if kind == "array":
        for number, item in enumerate(value, 1):
            _check_value(f"{what}, entry {number},", item, schema["items"])
