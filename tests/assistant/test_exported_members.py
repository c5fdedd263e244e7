"""What ``assistant`` exports, and that importing it loads next to nothing."""

import ast
import importlib
import inspect
import subprocess
import sys
from pathlib import Path
from types import UnionType

import pytest

import assistant
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
def test_each_name_is_what_type_checkers_see(name: str) -> None:
    value = getattr(assistant, name)
    home = for_type_checkers("assistant/__init__.py").get(name)
    assert home is None or value is getattr(importlib.import_module(home), name)


@pytest.mark.parametrize("name", assistant.__all__)
def test_each_name_is_a_documented_class_or_the_events_of_a_stream(name: str) -> None:
    value = getattr(assistant, name)
    if isinstance(value, UnionType):
        assert name.endswith("Event")
        return
    assert value.__name__ == name
    assert inspect.isclass(value)
    assert vars(value).get("__doc__")


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Paperclip'"):
        getattr(assistant, "Paperclip")  # noqa: B009


def test_importing_and_opening_load_nothing_heavy(tmp_path: Path) -> None:
    code = "import sys, assistant; assistant.InputError; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert {"chromadb", "numpy", "onnxruntime", "pydantic", "tantivy", "tokenizers"} & loaded == set()
    assert "asyncio" not in loaded
