"""examples/summaries.ipynb: its cells run one after the other, and it holds nothing that changes from run to run."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

NOTEBOOK = Path(__file__).resolve().parents[2] / "examples" / "summaries.ipynb"
FIELDS = {
    "markdown": {"cell_type", "id", "metadata", "source"},
    "code": {"cell_type", "id", "metadata", "source", "execution_count", "outputs"},
}


@pytest.fixture(scope="module")
def notebook() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    return found


def test_it_has_the_form_of_notebooks(notebook: dict[str, Any]) -> None:
    assert notebook.keys() == {"cells", "metadata", "nbformat", "nbformat_minor"}
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[\w-]{1,64}", one) for one in ids)
    for cell in notebook["cells"]:
        assert cell.keys() == FIELDS[cell["cell_type"]]
        assert all(isinstance(line, str) for line in cell["source"])


def test_it_holds_no_output(notebook: dict[str, Any]) -> None:
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert [(cell["outputs"], cell["execution_count"]) for cell in code] == [([], None)] * len(code)


def test_its_cells_run_one_after_the_other(
    notebook: dict[str, Any],
    built: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shutil.copytree(built, tmp_path / "summaries-library")  # What the first cell makes, so that it has less to do.
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, Any] = {"__name__": "notebook"}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), cell["id"], "exec"), namespace)
    told = capsys.readouterr().out
    assert "quoted: The resulting ViT-G model, which attains 90.94% top-1 accuracy on ImageNet" in told
    assert "Counter({'cited': 45})" in told
    assert "claims stayed" in told
    assert namespace["pictures"][0].png.startswith(b"\x89PNG")
    assert (tmp_path / "summaries" / "themes.html").stat().st_size > 10_000
