"""What is declared, what is pinned, what is imported and what is shipped agree."""

import ast
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from functools import cache
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from packaging.metadata import Metadata
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.test_project import MODULES, PACKAGES, ROOT, name

PINS = ROOT / "requirements" / "dev.txt"


@cache
def pyproject() -> dict[str, Any]:
    """The project's own file."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@cache
def pinned() -> dict[str, str]:
    """The pinned version of each package."""
    files = (*(PINS.with_name(f"{group}.txt") for group in ("audit", "docs")), PINS)
    text = "".join(path.read_text(encoding="utf-8") for path in files)
    entries = re.findall(r"^([\w.-]+)==([\w.+!-]+)", text, flags=re.MULTILINE)
    return {canonicalize_name(package): version for package, version in entries}


def declared() -> list[Requirement]:
    """Every requirement of pyproject.toml: to run, to build, to develop."""
    project = pyproject()
    groups = (
        project["project"]["dependencies"],
        project["build-system"]["requires"],
        *project["dependency-groups"].values(),
    )
    return [Requirement(line) for group in groups for line in group]


def test_each_dependency_is_pinned_within_its_range() -> None:
    pins = pinned()
    versions = {str(needed): pins.get(canonicalize_name(needed.name)) for needed in declared()}
    unmet = {
        text: version for text, version in versions.items() if not version or version not in Requirement(text).specifier
    }
    assert unmet == {}


def test_each_pin_has_hashes() -> None:
    entries = re.split(r"^(?=\w)", PINS.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert len(entries) > len(declared())
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_what_is_imported_is_declared() -> None:
    project = pyproject()["project"]
    lines = chain(project["dependencies"], *project.get("optional-dependencies", {}).values())
    own = {canonicalize_name(Requirement(line).name) for line in lines}
    owners = packages_distributions()
    missing = []
    for path in MODULES:
        for module in imported(path) - set(sys.stdlib_module_names) - set(PACKAGES):
            if own.isdisjoint(canonicalize_name(owner) for owner in owners.get(module, ())):
                missing.append(f"{name(path)}: {module}")
    assert missing == []


def imported(path: Path) -> set[str]:
    """Top-level names of all modules that a file imports, late imports included."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(str(node.module).partition(".")[0])
    return found


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the sdist."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-d", folder], cwd=ROOT, check=True)
    return folder


def packaged() -> set[str]:
    """Every file of the packages, byte code aside."""
    files = (path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.is_file())
    return {name(path) for path in files if "__pycache__" not in path.parts}


def test_the_wheel_holds_the_packages_and_nothing_else(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        files = {file for file in wheel.namelist() if ".dist-info/" not in file}
        entry_points = wheel.read("conspectus-0.1.0.dist-info/entry_points.txt").decode()
    assert files == packaged()
    assert "conspectus = assistant.cli.main:main" in entry_points


def test_what_indexes_ask_of_the_wheel_is_in_order(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        name = next(file for file in wheel.namelist() if file.endswith(".dist-info/METADATA"))
        about = Metadata.from_email(wheel.read(name), validate=True)
        licences = [file for file in wheel.namelist() if ".dist-info/licenses/" in file]
    assert (about.name, str(about.version), about.license_expression) == ("conspectus", "0.1.0", "Apache-2.0")
    assert about.description_content_type == "text/markdown"
    assert (about.description or "").startswith("# Conspectus")
    assert [file.rpartition("/")[2] for file in licences] == ["LICENSE"]


def test_the_sdist_holds_the_sources_and_no_leftovers(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as sdist:
        files = {member.partition("/")[2] for member in sdist.getnames()}
    assert files >= packaged() | {"README.md", "LICENSE", "CHANGELOG.md", "pyproject.toml", "requirements/run.txt"}
    leftover = re.compile(r"__pycache__|_cache/|\.pyc$|\.venv|^\.ci|^(benchmarks|tests|docs)\b")
    assert [file for file in files if leftover.search(file)] == []
