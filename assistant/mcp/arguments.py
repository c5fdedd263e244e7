"""Reading the arguments of a tool: what a schema forbids is said in our words, with what to do instead."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, cast

from assistant.mcp.tool_table import Schema, ToolEntry
from assistant.types import FilterOptions
from store.errors import InputError

_NAMES = {"string": "a text", "integer": "a whole number", "boolean": "true or false", "array": "a list"}
_TYPES: dict[str, type] = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict}


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
        values["filters"] = read_filters(values["filters"])
    return values


def read_filters(given: Mapping[str, Any]) -> FilterOptions:
    """Return filters by the names of the API; their values are looked at where they are used.

    Raises:
        InputError: There is no such filter.
    """
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
