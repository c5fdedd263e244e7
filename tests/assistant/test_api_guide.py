"""docs/api.md: its examples run, and it names what there is."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

import assistant
from store import errors
from tests.assistant.client.facade import public_methods

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "api.md"
TEXT = GUIDE.read_text(encoding="utf-8")


@pytest.mark.usefixtures("own_environment")
def test_the_examples_run_one_after_the_other(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(built, tmp_path / "my-library")  # What the first example makes, so that it has less to do.
    monkeypatch.chdir(tmp_path)
    examples = list(re.finditer(r"^```python\n(.*?)^```$", TEXT, flags=re.MULTILINE | re.DOTALL))
    assert len(examples) == TEXT.count("```") // 2
    namespace: dict[str, Any] = {"__name__": "guide"}
    for example in examples:
        # As many empty lines in front as the guide has, so that a failure names its line.
        before = "\n" * TEXT[: example.start(1)].count("\n")
        exec(compile(before + example[1], GUIDE, "exec"), namespace)


def test_it_names_every_method_and_every_error() -> None:
    told = {*re.findall(r"\w+", TEXT)}
    methods = {name.rpartition(".")[2] for name in public_methods()}
    assert methods - {"default_folder"} - told == set()
    of_models = {"PromptTooLong", "FormatRefused"}  # They are told apart by the engine.
    assert {name for name in assistant.__all__ if hasattr(errors, name)} - of_models - told == set()


def test_the_readme_links_it() -> None:
    assert "(docs/api.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
