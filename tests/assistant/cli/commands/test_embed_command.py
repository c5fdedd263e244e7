from pathlib import Path

import pytest

from store.embedding.minilm import MiniLM
from store.errors import EmbedderError
from store.filling import take_filling_lock
from tests.assistant.cli.commands.test_add_command import paper, papers
from tests.assistant.cli.running import Run

pytestmark = pytest.mark.usefixtures("hashed")

COUNT = 150
LATER = f"Words alone find {COUNT} papers as yet. Run: conspectus embed\n"


@pytest.fixture
def file(tmp_path: Path) -> str:
    return papers(tmp_path, "many.jsonl", *map(paper, range(COUNT)))


def test_many_papers_have_their_vectors_at_the_end_of_the_command(run: Run, tmp_path: Path, file: str) -> None:
    done = run("add", file, library=tmp_path / "l")
    assert done == (0, f"{file}: {COUNT} added, 0 updated, 0 unchanged.\n", "")
    assert run("embed", library=tmp_path / "l") == (0, "0 papers embedded.\n", "")


def test_they_follow_later_where_that_is_wanted(run: Run, tmp_path: Path, file: str) -> None:
    library = tmp_path / "l"
    done = run("add", file, "--no-embed-at-once", library=library)
    assert (done.code, done.err) == (0, LATER)
    assert run("overview", library=library).err == LATER
    assert f"0 of {COUNT} are found by meaning" in run("doctor", library=library).out
    assert run("search", "widget 7", "--json", library=library).json[0]["paper"]["id"] == "p7"
    assert run("embed", library=library) == (0, f"{COUNT} papers embedded.\n", "")
    assert f"all {COUNT} are found by meaning, too" in run("doctor", library=library).out
    assert run("overview", library=library).err == ""


def test_json_says_how_many_were_embedded_and_how_many_are_left(run: Run, tmp_path: Path, file: str) -> None:
    assert run("add", file, "--no-embed-at-once", "--json", library=tmp_path / "l").json["pending"] == COUNT
    assert run("embed", "--json", library=tmp_path / "l").json == {"embedded": COUNT, "pending": 0}


def test_the_environment_says_so_for_good(run: Run, tmp_path: Path, file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSPECTUS_EMBED_AT_ONCE", "false")
    assert run("add", file, library=tmp_path / "l").err == LATER


def test_what_another_process_is_at_is_left_to_it(run: Run, tmp_path: Path, file: str) -> None:
    run("add", file, "--no-embed-at-once", library=tmp_path / "l")
    with take_filling_lock(tmp_path / "l"):
        done = run("embed", library=tmp_path / "l")
    assert (done.code, done.out) == (1, "0 papers embedded.\n")
    assert done.err == f"{COUNT} are left to another process that is at it.\n"


def test_papers_are_stored_though_the_embedder_fails(
    run: Run, tmp_path: Path, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: MiniLM, texts: list[str]) -> None:
        raise EmbedderError("The model is gone.", "Install it.")

    with monkeypatch.context() as broken:
        broken.setattr(MiniLM, "embed", fail)
        done = run("add", file, library=tmp_path / "l")
    assert done.code == 1
    assert f"{COUNT} added, 0 updated, 0 unchanged. Words find them; meaning does once they are embedded." in done.err
    assert "The model is gone." in done.err
    assert run("embed", library=tmp_path / "l").out == f"{COUNT} papers embedded.\n"


def test_vectors_of_another_embedder_are_told_of_as_they_come(run: Run, tmp_path: Path, file: str) -> None:
    run("add", file, library=tmp_path / "l")
    done = run("doctor", "--re-embed", library=tmp_path / "l")
    assert done.code == 0
    assert f"Gave {COUNT} papers a new vector." in done.err
