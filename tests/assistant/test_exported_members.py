"""What ``assistant`` exports, and that importing it loads next to nothing."""

import ast
import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import assistant
from assistant.client import late
from store import errors

ROOT = Path(__file__).resolve().parents[2]


def for_type_checkers(module: str) -> dict[str, str]:
    """Each name that a module imports under TYPE_CHECKING, and the module that it comes from."""
    tree = ast.parse((ROOT / module).read_text(encoding="utf-8"))
    blocks = [node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    imports = [node for block in blocks for node in block.body if isinstance(node, ast.ImportFrom)]
    return {alias.asname or alias.name: str(node.module) for node in imports for alias in node.names}


def test_all_is_sorted_and_complete() -> None:
    assert list(assistant.__all__) == sorted(set(assistant.__all__))
    public = {name for name in for_type_checkers("assistant/__init__.py") if not name.startswith("_")}
    tree_of_errors = {name for name, value in vars(errors).items() if inspect.isclass(value)}
    assert (
        public | {"Assistant", "ConspectusError"} <= set(assistant.__all__) <= public | tree_of_errors | {"Assistant"}
    )


@pytest.mark.parametrize("name", assistant.__all__)
def test_each_name_is_there_and_documented(name: str) -> None:
    value = getattr(assistant, name)
    assert value.__name__ == name
    assert inspect.isclass(value)
    assert vars(value).get("__doc__")


def test_the_public_methods_are_documented() -> None:
    methods = {name: value for name, value in inspect.getmembers(assistant.Assistant) if not name.startswith("_")}
    assert {
        "open",
        "add",
        "papers",
        "paper",
        "remove",
        "search",
        "ask",
        "aask",
        "astream",
        "sessions",
    } <= methods.keys()
    assert [name for name, value in methods.items() if not inspect.getdoc(value)] == []


def test_what_loads_late_is_what_type_checkers_see() -> None:
    assert for_type_checkers("assistant/client/late.py") == late._MODULES  # type: ignore[attr-defined]
    assert for_type_checkers("assistant/__init__.py") == assistant._TYPES  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", sorted(for_type_checkers("assistant/client/late.py")))
def test_what_loads_late_is_there(name: str) -> None:
    assert getattr(late, name) is getattr(
        importlib.import_module(for_type_checkers("assistant/client/late.py")[name]), name
    )


@pytest.mark.parametrize("module", [assistant, late])
def test_another_name_is_an_attribute_error(module: object) -> None:
    with pytest.raises(AttributeError, match="no attribute 'Paperclip'"):
        getattr(module, "Paperclip")  # noqa: B009


def test_importing_and_opening_load_nothing_heavy(tmp_path: Path) -> None:
    code = "import sys, assistant; assistant.InputError; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert {"chromadb", "numpy", "onnxruntime", "pydantic", "tantivy", "tokenizers"} & loaded == set()
    assert "asyncio" not in loaded
