import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.assistant.cli.running import Done, Run

pytestmark = pytest.mark.usefixtures("hashed")


def papers(folder: Path, name: str, *records: object) -> str:
    """A JSON Lines file of these records."""
    file = folder / name
    file.write_text("".join(f"{json.dumps(record)}\n" for record in records), encoding="utf-8")
    return str(file)


def paper(number: int) -> dict[str, object]:
    return {
        "id": f"p{number}",
        "title": f"Paper {number}",
        "abstract": f"Widget {number} works.",
        "year": 2000 + number,
    }


def test_adding_tells_counts_and_is_idempotent(run: Run, tmp_path: Path) -> None:
    file = papers(tmp_path, "a.jsonl", paper(1), paper(2))
    assert run("add", file, library=tmp_path / "l") == (0, f"{file}: 2 added, 0 updated, 0 unchanged.\n", "")
    assert run("add", file, library=tmp_path / "l") == (0, f"{file}: 0 added, 0 updated, 2 unchanged.\n", "")


def test_only_some_papers_of_a_file_are_added_and_the_others_counted(run: Run, tmp_path: Path) -> None:
    file = papers(tmp_path, "a.jsonl", *({**paper(number), "categories": ["cs.LG"]} for number in range(1, 9)))
    done = run("add", file, "--since", "2005", "--category", "cs.LG", "--limit", "2", library=tmp_path / "l")
    assert done.out == f"{file}: 2 added, 0 updated, 0 unchanged, 4 left out.\n"
    done = run("add", file, "--category", "math.CO", library=tmp_path / "l")
    assert (done.code, done.out) == (0, f"{file}: 0 added, 0 updated, 0 unchanged, 8 left out.\n")


def test_json_of_one_file_is_its_report(run: Run, tmp_path: Path) -> None:
    file = papers(tmp_path, "a.jsonl", paper(1), ["no paper"])
    done = run("add", file, "--json", library=tmp_path / "l")
    assert done.code == 0
    assert {key: done.json[key] for key in ("added", "updated", "unchanged", "file", "error")} == {
        **{"added": 1, "updated": 0, "unchanged": 0},
        **{"file": file, "error": None},
    }
    assert [problem["line"] for problem in done.json["problems"]] == [2]


def test_a_bad_file_does_not_stop_the_others(run: Run, tmp_path: Path) -> None:
    files = [papers(tmp_path, "a.jsonl", paper(1)), str(tmp_path / "missing"), papers(tmp_path, "b.jsonl", paper(2))]
    done = run("add", *files, library=tmp_path / "l")
    assert done.code == 1
    assert [line.split(": ")[1] for line in done.out.splitlines()] == ["1 added, 0 updated, 0 unchanged."] * 2
    assert str(tmp_path / "missing") in done.err
    assert done.err.count("\n") == 1


def test_json_of_several_files_is_an_array(run: Run, tmp_path: Path) -> None:
    files = [papers(tmp_path, "a.jsonl", paper(1)), str(tmp_path / "missing")]
    done = run("add", *files, "--json", library=tmp_path / "l")
    assert done.code == 1
    good, bad = done.json
    assert (good["added"], good["error"]) == (1, None)
    assert (bad["added"], bad["error"]["type"]) == (0, "SourceError")
    assert json.loads(done.err)["error"]["type"] == "SourceError"


def test_a_reason_is_told_once_a_file_with_its_lines(run: Run, tmp_path: Path) -> None:
    file = papers(tmp_path, "a.jsonl", paper(1), *(["no paper"] for _ in range(25)), {"id": "nothing else"})
    done = run("add", file, library=tmp_path / "l")
    assert done.code == 0
    assert done.out == f"{file}: 1 added, 0 updated, 0 unchanged, 26 records not taken.\n"
    same, other = done.err.splitlines()
    assert same.startswith(f"{file}:2, 3, 4, 5, 6 and 20 more: ")
    assert other.startswith(f"{file}:27: ")


def test_of_many_reasons_the_first_twenty_are_told(run: Run, tmp_path: Path) -> None:
    file = papers(tmp_path, "a.jsonl", *(paper(number) | {"doi": f"no doi {number}"} for number in range(25)))
    told = run("add", file, library=tmp_path / "l").err.splitlines()
    assert [line.startswith(f"{file}:{number}: ") for number, line in enumerate(told[:20], 1)] == [True] * 20
    assert told[20:] == ["… and 5 more; --json lists all of them."]


def test_a_file_that_gives_nothing_is_an_error(run: Run, tmp_path: Path) -> None:
    done = run("add", papers(tmp_path, "a.jsonl", {"id": "neither title nor abstract"}), library=tmp_path / "l")
    assert done.code == 1
    assert "0 added" in done.out


def test_the_format_can_be_named(run: Run, tmp_path: Path) -> None:
    file = papers(tmp_path, "a.jsonl", paper(1))
    assert "jsonl" in run("add", file, "--format", "nonsense", library=tmp_path / "l").err
    assert run("add", "--format", "jsonl", file, library=tmp_path / "l").code == 0


def test_a_terminal_sees_the_progress_on_standard_error(on_terminal: Callable[..., Done], tmp_path: Path) -> None:
    file = papers(tmp_path, "[red]a.jsonl", *map(paper, range(70)))
    done = on_terminal("add", file, library=tmp_path / "l")
    assert done.code == 0
    assert "70 papers" in done.err
    assert "[red]a.jsonl" in done.err
    assert "70 added" in " ".join(done.out.split())
    assert "%" not in done.out
