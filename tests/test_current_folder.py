"""A module in the current folder is not taken for one of Python's or of a package's."""

import subprocess
import sys
from pathlib import Path

import pytest

from assistant.current_folder import drop_current_folder
from tests.test_nothing_sent import environment
from tests.test_project import ROOT

# Names that Python's library and the packages below have, and that the program loads after its first own line.
FOREIGN = (
    "argparse",
    "chromadb",
    "difflib",
    "gc",
    "json",
    "logging",
    "numpy",
    "pydantic",
    "signal",
    "tantivy",
    "typing",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with papers, and modules that leave a trace when they are run."""
    folder = tmp_path / "papers"
    folder.mkdir()
    for name in FOREIGN:
        trace = "from pathlib import Path\nPath(__file__).with_suffix('.run').touch()\nraise SystemExit(77)\n"
        (folder / f"{name}.py").write_text(trace, encoding="utf-8")
    (folder / "a.bib").write_text(
        "@misc{poe, title={Frogs in Ponds}, abstract={Frogs live in ponds.}}", encoding="utf-8"
    )
    return folder


def run(folder: Path, *args: str, flags: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    """Run the program as a module, in the folder."""
    command = [sys.executable, *flags, "-m", "assistant", *args]
    return subprocess.run(command, cwd=folder, env=environment(folder), capture_output=True, text=True, check=False)


@pytest.mark.parametrize("flags", [(), ("-P",)], ids=["as it is", "-P"])
def test_nothing_of_the_folder_is_run(folder: Path, flags: tuple[str, ...]) -> None:
    done = run(folder, "add", "a.bib", flags=flags)
    assert (done.returncode, done.stdout.splitlines()[-1:]) == (0, ["a.bib: 1 added, 0 updated, 0 unchanged."])
    assert [file.name for file in folder.glob("*.run")] == []


def test_a_checkout_runs_from_its_own_folder() -> None:
    env = {name: value for name, value in environment(ROOT).items() if name != "PYTHONPATH"}
    code = [sys.executable, "-m", "assistant", "--version"]
    done = subprocess.run(code, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("command", "left"),
    [
        (["python", "-m", "assistant", "ask"], ["/lib"]),
        (["python", "-X", "dev", "-m", "assistant.cli", "ask"], ["/lib"]),
        (["python", "-m", "theirs", "assistant"], ["/papers", "/lib"]),
        (["python", "-m", "assistants"], ["/papers", "/lib"]),
    ],
)
def test_the_folder_goes_only_where_this_program_is_what_is_run(command: list[str], left: list[str]) -> None:
    path = ["/papers", "/lib"]
    drop_current_folder(path, command, "/site")
    assert path == left


def test_the_folder_of_the_package_itself_stays() -> None:
    path = ["/checkout", "/lib"]
    drop_current_folder(path, ["python", "-m", "assistant"], "/checkout")
    assert path == ["/checkout", "/lib"]
