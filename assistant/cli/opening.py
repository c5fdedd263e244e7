"""From arguments to the API."""

from argparse import Namespace
from typing import Any

from assistant.api import Assistant
from store.errors import InputError


def opened(args: Namespace) -> Assistant:
    """The library that the arguments name.

    Raises:
        InputError: The store is no address.
    """
    if args.store and not args.store.startswith(("http://", "https://")):
        raise InputError(f"{args.store!r} is no address of a Chroma server.", "It looks like http://localhost:8000")
    return Assistant.open(args.library, args.store)


def conditions(args: Namespace) -> dict[str, Any]:
    """The filters that the arguments ask for, as the API takes them."""
    first = [year for year in (args.year[0], args.since) if year is not None]
    last = [year for year in (args.year[1], args.until) if year is not None]
    asked = {
        "author": args.in_author,
        "year_from": max(first, default=None),
        "year_to": min(last, default=None),
        "category": args.in_category,
        "source": args.in_source,
        "text": " ".join(args.in_text or ()),
        "has_code": args.code,
        "ids": args.in_id,
    }
    return {name: value for name, value in asked.items() if value not in (None, "")}


def nothing(assistant: Assistant) -> str:
    """Why a list is empty, and what to do."""
    library = assistant.library
    view = library.view()
    if view is None or not view.count:
        place = library.chroma.place if library.chroma.is_server else library.folder
        return f"The library {place} is empty. Add papers with: conspectus add FILE"
    return f"No paper meets these conditions; the library holds {view.count:,}."
