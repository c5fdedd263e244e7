"""``conspectus skill``: the folder is written once, and every command in it runs."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.client.skill import NAME
from assistant.types import Support
from tests.assistant.cli.running import ROOT, Run, environment

SKILL = ROOT / "assistant" / "data" / "skill"
TEXTS = {path.relative_to(SKILL).as_posix(): path.read_text(encoding="utf-8") for path in sorted(SKILL.rglob("*.md"))}
COMMANDS = [
    line.replace("\\|", "|")
    for text in TEXTS.values()
    for line in re.findall(r"`((?:printf|conspectus)\b[^`]*)`", text)
    if "conspectus " in line and "DIR" not in line and "COMMAND" not in line
]


def test_the_skill_is_written_and_never_over_another_unasked(run: Run, tmp_path: Path) -> None:
    done = run("skill", str(tmp_path / "skills"))
    folder = tmp_path / "skills" / NAME
    assert done.code == 0
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*.md")} == set(TEXTS)
    assert (folder / "SKILL.md").read_text() == TEXTS["SKILL.md"]
    (folder / "SKILL.md").write_text("mine")
    refused = run("skill", str(tmp_path / "skills"))
    assert refused.code == 2
    assert f"{folder} is there already" in refused.err
    assert (folder / "SKILL.md").read_text() == "mine"
    (folder / "notes.md").write_text("mine")
    written = run("skill", str(tmp_path / "skills"), "--replace", "--json")
    assert set(written.json["files"]) == {str(folder / name) for name in TEXTS}
    assert (folder / "SKILL.md").read_text() == TEXTS["SKILL.md"]
    assert (folder / "notes.md").read_text() == "mine"


def test_a_folder_that_is_a_file_is_said(tmp_path: Path, run: Run) -> None:
    (tmp_path / "file").write_text("")
    assert run("skill", str(tmp_path / "file")).code in (1, 2)
    (tmp_path / NAME).symlink_to(tmp_path / "nowhere")
    assert run("skill", str(tmp_path)).code == 2


def test_in_python_it_is_the_same(tmp_path: Path) -> None:
    assert {path.name for path in Assistant.write_skill(tmp_path)} == {"SKILL.md", "signs.md", "json.md"}


def test_the_head_names_it_as_its_folder() -> None:
    head = TEXTS["SKILL.md"].split("---")[1]
    assert re.search(r"^name: (\S+)$", head, re.M)[1] == NAME  # type: ignore[index]
    assert 100 < len(re.search(r"^description: (.+)$", head, re.M)[1]) <= 1024  # type: ignore[index]


def test_what_it_refers_to_is_there_and_the_signs_are_all_told() -> None:
    for name in re.findall(r"\]\(([^)]+)\)", TEXTS["SKILL.md"]):
        assert name in TEXTS
    assert re.findall(r"^\| `(\w+)` \|", TEXTS["references/signs.md"], re.M) == [support.value for support in Support]


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_runs(line: str, sample: Path, tmp_path: Path) -> None:
    (tmp_path / "draft.md").write_text("Model soups attain 90.94% accuracy on ImageNet [@soup].")
    (tmp_path / "references.bib").write_text(
        "@article{soup, title={Robust fine-tuning of zero-shot models}, year={2021}}"
    )
    words = line.replace("conspectus ", f"{shlex.quote(sys.executable)} -m assistant ", 1)
    env = environment(CONSPECTUS_LIBRARY=str(sample), HOME=str(tmp_path))
    done = subprocess.run(["bash", "-c", words], cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == (1 if "check" in line else 0), done.stderr
    assert done.stdout.startswith(("{", "[")) or "-o" in line
    assert "Unexpected" not in done.stderr


def test_all_that_a_user_of_the_skill_needs_is_among_them() -> None:
    named = {shlex.split(line.partition("| ")[2] or line)[1] for line in COMMANDS}
    assert named == {"overview", "search", "ask", "papers", "where", "show", "check", "report"}
