"""What Conspectus is installed with is bounded, free, listed, and reads of the environment only what is said."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import distribution

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from benchmarks.dependencies import PAGE, Package, is_known, list_packages, read_requirements, write_page
from tests.test_project import ROOT

RUN = ROOT / "requirements" / "run.txt"


@pytest.fixture(scope="module")
def packages() -> list[Package]:
    """The packages of a plain install, as they are here."""
    return list_packages()


def read_pins(name: str) -> dict[str, str]:
    """The releases that a file pins."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    return {canonicalize_name(package): release for package, release in re.findall(r"^([\w.-]+)==(\S+)", text, re.M)}


def read_unused() -> set[str]:
    """What the Makefile leaves out of what Conspectus runs with."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n", " ")
    found = re.search(r"^UNUSED := (.*)$", text, re.M)
    assert found
    return set(found[1].split())


def test_what_runs_native_code_is_bounded_from_above(packages: list[Package]) -> None:
    native = {one.name for one in packages if one.native}
    direct = [Requirement(line) for line in read_requirements()]
    open_ended = [
        str(one)
        for one in direct
        if canonicalize_name(one.name) in native and not any(part.operator in ("<", "==") for part in one.specifier)
    ]
    assert open_ended == []


def test_every_licence_is_one_that_is_known(packages: list[Package]) -> None:
    assert [f"{one.name}: {one.licence}" for one in packages if not is_known(one.licence)] == []


@pytest.mark.parametrize("licence", ["", "GPL-3.0-only", "MIT AND AGPL-3.0", "LicenseRef-Proprietary"])
def test_a_licence_that_binds_is_not_passed_over(licence: str) -> None:
    assert not is_known(licence)


def test_the_page_lists_what_is_installed(packages: list[Package]) -> None:
    pins = read_pins("dev")
    other = [one.name for one in packages if pins.get(one.name) != one.release]
    if other:
        pytest.skip(f"not what is pinned: {', '.join(other[:5])}")
    assert PAGE.read_text(encoding="utf-8") == write_page(packages), "run: make licences"


def test_what_runs_is_pinned_as_in_what_is_tested() -> None:
    run, dev = read_pins("run"), read_pins("dev")
    assert {name: release for name, release in run.items() if dev.get(name) != release} == {}
    assert {"chromadb", "numpy", "onnxruntime"} <= set(run)
    assert not {"pytest", "mypy", "hypothesis"} & set(run)


def test_what_is_left_out_is_needed_by_nobody() -> None:
    """Everything that a command may load is imported with what is left out of the way; then papers are asked."""
    modules = sorted(_list_modules(read_unused()))
    assert {"kubernetes", "huggingface_hub", "uvicorn"} <= set(modules)
    code = """
import importlib, pkgutil, sys
for name in sys.argv[1].split(","):
    sys.modules[name] = None
import assistant, prompts, store, tui
optional = ("tui.web", "assistant.mcp.", "assistant.testing")
for package in (assistant, prompts, store, tui):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not module.name.startswith(optional) and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
from pathlib import Path
from tempfile import TemporaryDirectory
from assistant import Assistant
with TemporaryDirectory() as folder, Assistant.open(folder) as opened:
    opened.add(Path(assistant.__file__).parent / "data" / "namkoong_listing.txt")
    print(len(opened.ask("How is the crash probability of vehicles estimated?").claims) > 0)
"""
    done = subprocess.run([sys.executable, "-c", code, ",".join(modules)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "True\n"


def _list_modules(packages: set[str]) -> set[str]:
    """The names by which these packages are imported."""
    files = (str(file) for name in packages for file in distribution(name).files or ())
    return {file.partition("/")[0] for file in files if file.count("/") == 1 and file.endswith("/__init__.py")}


def test_versions_of_the_interpreter_are_those_that_are_pinned_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == ">=3.11"
    assert "--python-version 3.11" in (ROOT / "Makefile").read_text(encoding="utf-8")
