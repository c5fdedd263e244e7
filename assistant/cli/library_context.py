"""From arguments to settings, and from these to the API. The only place where settings are read."""

import os
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from assistant import Assistant
from assistant.phrases import describe_empty
from assistant.settings import NAMES, CheckSettings, ModelSettings, Settings, load
from store.errors import InputError

if TYPE_CHECKING:
    from assistant.types import FilterOptions

# Arguments that are settings, by the same names.
_FLAGS = (
    *("library", "store", "model", "base_url", "api_key_env", "cache", "fallback", "prompts", "strict", "retracted"),
    "embed_at_once",
    *(f"server_{name}" for name in NAMES.tables["server"]),
)


def read_settings(args: Namespace) -> Settings:
    """Read what is set: defaults, then the file, then the environment, then the arguments.

    Raises:
        InputError: Something is set to what it cannot be, or the file cannot be read.
    """
    flags = {name: getattr(args, name, None) for name in _FLAGS}
    if getattr(args, "command", "") in ("report", "batch"):  # A model on the command line writes them.
        flags |= {f"report_{name}": flags[name] for name in ("model", "base_url", "api_key_env")}
    judge, judge_model = getattr(args, "judge", None), getattr(args, "judge_model", None)
    if judge is not None or judge_model:  # Who names a judge wants it asked.
        flags["check_second_stage"] = "none" if judge is False else "model"
        flags["check_model"] = judge_model
    if judge is False:
        flags["check_nearness"] = "false"
    file = getattr(args, "config", None)
    settings = load(flags, os.environ, Path(file) if file else None)
    if flags["base_url"] and not settings.chat.model and getattr(args, "command", "") != "doctor":
        raise InputError(
            "--base-url names a server, and none of its models is set.",
            "Say which with --model. What it has is listed by: conspectus doctor --models --base-url URL",
        )
    if settings.store and not settings.store.startswith(("http://", "https://")):
        raise InputError(f"{settings.store!r} is no address of a Chroma server.", "It looks like http://localhost:8000")
    return settings


def open_library(args: Namespace, judged: bool = False, embeds: bool = True) -> Assistant:
    """Open the library that is set without a model: for commands that ask none, and need no key of it.

    Args:
        args: What was given.
        judged: Whether a second stage looks at the sense of claims, where one is set.
        embeds: Whether anything is embedded; without, the embedder need not be there.

    Raises:
        InputError: As ``read_settings``, or the key of the embedder is missing.
    """
    return open_assistant(read_settings(args), asks=False, judged=judged, embeds=embeds)


def open_assistant(settings: Settings, asks: bool = True, judged: bool = True, embeds: bool = True) -> Assistant:
    """Open the library that is set; where the command ``asks`` a model that one, and who judges claims, if any is set.

    Raises:
        InputError: The model or the embedder is not named in full, or its key or its package is missing.
    """
    unused: dict[str, ModelSettings] = {} if asks else {"chat": ModelSettings()}
    unused |= {} if judged else {"check": CheckSettings()}
    return Assistant.open(settings=settings.model_copy(update=unused), embeds=embeds)


_NAMED = (
    *("not_author", "first_author", "last_author", "venue", "not_venue", "keyword", "tag", "collection", "kind"),
    *("not_kind", "language", "not_title", "states"),
)
_BOUNDS = ("min_authors", "max_authors", "min_citations", "max_citations")


def read_filters(args: Namespace) -> "FilterOptions":
    """Read the filters that the arguments ask for, as the API takes them.

    Raises:
        InputError: No year is among those that were asked for.
    """
    first = [year for year in (args.year[0], args.since) if year is not None]
    last = [year for year in (args.year[1], args.until) if year is not None]
    if first and last and max(first) > min(last):
        raise InputError(
            f"No year is {max(first)} or later and {min(last)} or earlier.", "Look at --year, --since and --until."
        )
    values = {
        "author": args.in_author,
        "year_from": max(first, default=None),
        "year_to": min(last, default=None),
        "category": args.in_category,
        "source": args.in_source,
        "text": " ".join(args.in_text or ()),
        "has_code": args.code,
        "retracted": getattr(args, "in_retracted", None),
        "ids": args.in_id,
        "has_abstract": args.abstract,
        "title": " ".join(args.in_title or ()),
        "without": [{"states": [field]} for field in args.in_lacks or ()] or None,
        **{name: getattr(args, name) for name in _BOUNDS},
        **{name: getattr(args, f"in_{name}") for name in _NAMED},
    }
    return cast("FilterOptions", {name: value for name, value in values.items() if value not in (None, "")})


def read_evidence_filters(args: Namespace, settings: Settings) -> "FilterOptions":
    """Read the filters of answers and reports, which draw on retracted papers only where that is set."""
    filters = read_filters(args)
    if settings.retracted:
        filters["retracted"] = None
    return filters


def explain_empty(assistant: Assistant, filters: "FilterOptions | None" = None) -> str:
    """Say why a list is empty under some filters, and what to do."""
    return describe_empty(assistant.place, assistant.papers.count(), (filters or {}).get("kind"))
