"""Every command has its method, every method its command, and one rule names them all."""

import inspect

import pytest

from assistant import Assistant, FilterOptions, Filters
from assistant.cli.table import COMMANDS
from assistant.client import Assistant as Client
from store.filters import EXCLUDABLE
from tests.assistant.client.facade import public_methods, twin_of

METHODS = public_methods()
# What does each command in Python. The chat is an interface of its own, which asks as all others do.
COMMAND_METHODS = {
    "add": ("add",),
    "ask": ("ask", "check_question", "sessions.new", "sessions.last"),
    "batch": ("batches.run", "batches.estimate"),
    "chat": (
        "ask",
        "name",
        "prepare",
        "reports.identity",
        "papers.generation",
        "sessions.begin",
        "sessions.keep_draft",
        "sessions.record",
        "with_price",
        "papers.cite",
    ),
    "check": ("drafts.check", "verify"),
    "mcp": ("averify", "papers.awhere", "watches.reports", "place"),
    "skill": ("write_skill",),
    "demo": ("add", "ask", "default_folder", "papers.profiles"),
    "backup": ("backup",),
    "doctor": ("doctor", "reembed", "probe_models", "forget_terms", "warning"),
    "duplicates": ("papers.duplicates",),
    "embed": ("embed", "papers.count_pending"),
    "enrich": ("papers.enrich", "papers.enrich_plan"),
    "eval": ("evaluate", "model"),
    "export": ("papers.export", "papers.save", "papers.references", "papers.resolve_format"),
    "fetch": ("papers.fetch", "papers.fetch_plan"),
    "merge": ("papers.merge",),
    "papers": ("papers.list", "papers.count", "papers.describe", "place"),
    "remove": ("papers.remove",),
    "report": (
        "reports.create",
        "reports.replay",
        "reports.save",
        "reports.render",
        "reports.read",
        "reports.find_saved",
        "reports.diff",
        "reports.revise",
        "reports.figures",
        "reports.explain_missing_figures",
        "reports.check_output",
        "reports.estimate",
        "reports.model",
        "reports.correct",
        "reports.list_corrections",
        "reports.read_columns",
        "reports.writer",
    ),
    "restore": ("restore",),
    "search": ("search", "parse"),
    "sessions": (
        "sessions.list",
        "sessions.search",
        "sessions.get",
        "sessions.export",
        "sessions.fork",
        "sessions.rename",
        "sessions.delete",
        "sessions.usage",
    ),
    "overview": ("papers.overview",),
    "show": ("papers.get", "papers.find", "papers.similar", "papers.sources", "papers.roles"),
    "split": ("papers.split",),
    "undo": ("undo", "list_removed", "sessions.restore"),
    "where": ("papers.where",),
    "zotero": ("zotero.sync", "zotero.push", "zotero.push_missing", "zotero.undo", "zotero.writes"),
    "watch": ("watches.add", "watches.list", "watches.remove", "watches.reports"),
    "update": ("update", "watches.digests", "watches.render", "watches.save", "watches.check_output"),
}
LIFE = {"open", "close"}
"""What every command does, and no command is there for."""


def test_every_command_has_its_method() -> None:
    assert {command.name for command in COMMANDS} == COMMAND_METHODS.keys()
    assert [name for names in COMMAND_METHODS.values() for name in names if name not in METHODS] == []


@pytest.mark.parametrize("name", METHODS)
def test_every_method_has_its_command(name: str) -> None:
    commanded = {method for methods in COMMAND_METHODS.values() for method in methods} | LIFE
    assert twin_of(name, METHODS) in commanded


@pytest.mark.parametrize("name", METHODS)
def test_what_awaits_and_what_yields_is_named_so(name: str) -> None:
    value = METHODS[name]
    verb = name.rpartition(".")[2]
    awaits = inspect.iscoroutinefunction(value)
    is_twin = twin_of(name, METHODS) != name
    assert not awaits or (is_twin and verb.startswith("a"))
    if is_twin:
        returned = str(inspect.signature(value).return_annotation)  # type: ignore[arg-type]
        kind = "AsyncGenerator" if "astream" in verb else "Iterator" if "stream" in verb else ""
        assert awaits or returned.startswith((kind, "Generator"))


def test_every_method_is_documented() -> None:
    assert [name for name, value in METHODS.items() if not inspect.getdoc(value)] == []


def test_filters_of_calls_are_those_of_papers() -> None:
    excluded = {f"not_{name}" for name in EXCLUDABLE}
    assert FilterOptions.__annotations__.keys() == Filters.model_fields.keys() | excluded


def test_the_assistant_is_one_class() -> None:
    assert Assistant is Client
    assert Assistant.__mro__ == (Assistant, object)
