"""Rules that the whole project keeps: the size of its files, its docstrings, what it never says, what loads when."""

import ast
import re
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = tuple(
    sorted(path.parent.name for path in ROOT.glob("*/__init__.py") if path.parent.name not in {"tests", "benchmarks"})
)
MODULES = tuple(sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py")))
SOURCES = (*MODULES, *sorted((ROOT / "tests").rglob("*.py")), *sorted((ROOT / "benchmarks").rglob("*.py")))

HEAVY = {
    *("chromadb", "langchain", "langchain_core", "langchain_openai", "numpy", "onnxruntime", "openai"),
    *("matplotlib", "scipy", "sklearn"),
    *("pylatexenc", "rich", "tantivy", "textual", "tokenizers"),
}
_HOSTS = ("pypi", "pythonhosted", "npmjs", "anaconda", "crates")
REGISTRY = re.compile(rf"(?:{'|'.join(_HOSTS)})[.](?:org|com|io)|proxy[.]golang[.]org")
MACHINE = re.compile(r"(?<![\w.$~)}/-])/(?:(?:root|work|opt)(?![\w-])|(?:home|Users)/\w)")


def name(path: Path) -> str:
    """A path as a test's id shows it."""
    return path.relative_to(ROOT).as_posix()


def lines(path: Path) -> int:
    """How many lines a file has."""
    return len(path.read_text(encoding="utf-8").splitlines())


def tracked() -> list[Path]:
    """The files that are in git or about to be."""
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        pytest.skip("not a git checkout")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [ROOT / file for file in listed.split("\0") if file and (ROOT / file).is_file()]


def undocumented(node: ast.AST, path: str) -> Iterator[str]:
    """Public modules, classes, functions and methods under ``node`` that have no docstring."""
    kinds = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    if isinstance(node, kinds) and not ast.get_docstring(node):
        yield path
    for child in node.body if isinstance(node, ast.Module | ast.ClassDef) else ():
        if isinstance(child, kinds) and not child.name.startswith("_") and not is_overload(child):
            yield from undocumented(child, f"{path}:{child.name}")


def is_overload(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a definition is only a signature for type checkers."""
    return any(ast.unparse(decorator).endswith("overload") for decorator in node.decorator_list)


def test_files_are_short() -> None:
    sizes = {name(path): lines(path) for path in SOURCES}
    assert {file: size for file, size in sizes.items() if size > 300} == {}
    assert statistics.median(sizes.values()) < 100


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_public_names_have_docstrings(path: Path) -> None:
    assert list(undocumented(ast.parse(path.read_text(encoding="utf-8")), name(path))) == []


@pytest.mark.parametrize("path", [path for path in MODULES if "cli" not in path.with_suffix("").parts], ids=name)
def test_only_the_command_line_prints(path: Path) -> None:
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    assert [f"line {call.lineno}" for call in calls if ast.unparse(call.func) == "print"] == []


def test_no_file_names_a_registry_or_a_machine() -> None:
    found = []
    for path in tracked():
        text = path.read_bytes().decode(errors="replace")
        found += [f"{name(path)}: {match.group()}" for rule in (REGISTRY, MACHINE) for match in rule.finditer(text)]
    assert found == []


# Escapes, lest the rules find their own examples.
@pytest.mark.parametrize(
    "text", ["cd \x2fwork", "'\x2froot/x'", "\x2fhome/ann.", "at \x2fUsers/ann", "//pypi\x2eorg/x"]
)
def test_the_rules_find_what_they_are_for(text: str) -> None:
    assert REGISTRY.search(text) or MACHINE.search(text)


@pytest.mark.parametrize("text", ["in/work", "~/work", "$HOME/work", "/workshop", "https://example.org/work", "/home"])
def test_the_rules_let_other_text_pass(text: str) -> None:
    assert not REGISTRY.search(text)
    assert not MACHINE.search(text)


@pytest.mark.parametrize("module", ["store", "assistant", "assistant.cli.main"])
def test_importing_loads_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert HEAVY & set(done.stdout.split()) == set()
